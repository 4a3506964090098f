"""Numbered notices, their frozen texts, and the outbox that carries them to every channel."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from announcements.channels.addresses import check_address
from announcements.credential_models import Credential as Credential
from announcements.enums import (
    GIVEN_UP,
    NEEDS_A_PERSON,
    OPEN,
    WITH_PICTURE,
    AcknowledgementKind,
    ChannelKind,
    DeliveryStatus,
    NoticeKind,
    TextForm,
)
from announcements.models_wording import Wording as Wording
from vehicles.models import District


class NoticeCounter(models.Model):
    """The last number a unit has used in a year. Locked while a number is taken, so numbers have no gaps."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "year"], name="one_notice_counter_per_unit_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.district.label_ar} {self.last}/{self.year}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def with_details(self) -> NoticeQuerySet:
        return self.select_related(
            "district__governorate", "issued_by", "replaces__district", "replaced_by__district"
        ).prefetch_related(
            "texts",
            "items__replaced_by__notice__district",
            "items__replaces__notice__district",
            "items__revision__place__district",
            "items__revision__vehicle",
        )


class Notice(models.Model):
    """«إعلان رقم 5/2026»: what a unit told the public at one moment. Never changed, never deleted."""

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="notices", verbose_name=_("issuing unit")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=14, choices=NoticeKind.choices)
    title_ar = models.CharField(_("title"), max_length=300)
    facts = models.JSONField(_("facts"), help_text=_("What the texts were written from."))
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("takes the place of"),
        help_text=_("Only for a notice about no single stop; of stops, their items tell what replaced what."),
    )
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["district", "-issued_at"], name="notice_by_district")]
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "number"], name="a_notice_number_is_used_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="notice_numbers_begin_at_one"),
        ]

    def __str__(self) -> str:
        return self.title_ar

    @property
    def reference(self) -> str:
        """«5/2026»."""
        return f"{self.number}/{self.year}"

    def is_wholly_replaced(self) -> bool:
        """Whether a newer notice speaks for every stop of this one, or for the whole of it."""
        newer = list(self.items.values_list("replaced_by", flat=True))
        if not newer:
            return Notice.objects.filter(replaces=self.pk).exists()
        return None not in newer


class NoticeItem(models.Model):
    """One stop in one notice; a correction points at the item that told of the stop before."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="items")
    revision = models.ForeignKey("schedules.StopRevision", on_delete=models.PROTECT, related_name="notice_items")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "revision"], name="a_notice_tells_of_a_stop_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice.reference} · {self.revision_id}"


class NoticeText(models.Model):
    """The frozen wording of a notice in one form."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="texts")
    form = models.CharField(_("form"), max_length=14, choices=TextForm.choices)
    body = models.TextField(_("text"))
    written = models.TextField(
        _("text before it was edited"),
        blank=True,
        help_text=_("As it was written from the facts; empty when whoever issued the notice left it so."),
    )
    # As it was chosen then; the wording itself may have been edited or taken away since.
    wording = models.ForeignKey(
        "announcements.Wording", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    fallback_reason = models.TextField(_("why the unit's wording was not used"), blank=True)

    class Meta:
        verbose_name = _("text of a notice")
        verbose_name_plural = _("texts of notices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "form"], name="a_notice_has_one_text_per_form"),
            models.CheckConstraint(
                condition=~Q(written=models.F("body")), name="edited_text_differs_from_what_was_written"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="a_text_of_a_notice_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.notice.reference} · {self.get_form_display()}"

    @property
    def is_edited(self) -> bool:
        """Whether whoever issued the notice wrote it otherwise."""
        return bool(self.written)


class NoticeOverride(models.Model):
    """A general supervisor had a notice issued although the checker finds errors in it. Never changed, never deleted."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="override", verbose_name=_("notice"))
    reason = models.CharField(_("reason"), max_length=300)
    findings = models.JSONField(_("findings set aside"))
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    overridden_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("notice issued despite findings")
        verbose_name_plural = _("notices issued despite findings")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.notice.reference


def may_be_fetched() -> bool:
    """Whether a platform can fetch pictures from this installation; in development the stand-in only pretends to."""
    return settings.PUBLIC_BASE_URL.startswith("https://") or settings.ALLOW_STANDIN


class ChannelQuerySet(models.QuerySet["Channel"]):
    def for_district(self, district: District) -> ChannelQuerySet:
        """Channels that carry the notices of `district`: its own, and those of the whole governorate."""
        return self.filter(Q(district=district) | Q(district__isnull=True), is_active=True)


class Channel(models.Model):
    """A page, a chat or a station that receives notices, of one unit or (no unit) of all."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=ChannelKind.choices)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("unit"),
        help_text=_("Empty: the channel carries the notices of every unit."),
    )
    address = models.CharField(
        _("address"),
        max_length=200,
        help_text=_("Number of the page or account, @name, e-mail or web address, or the name of the outbox folder."),
    )
    token_name = models.SlugField(
        _("name of the token"),
        max_length=60,
        blank=True,
        help_text=_("Only for a token that the administrator keeps in the settings of the server."),
    )
    with_picture = models.BooleanField(
        _("with a picture"),
        default=False,
        help_text=_("The social card goes with the text, where it can be drawn and the text fits under it."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["kind", "address"], name="an_address_is_one_channel")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The friendly half of what every adapter checks again before it sends."""
        if self.kind == ChannelKind.INSTAGRAM and self.is_active and not may_be_fetched():
            raise ValidationError(
                {
                    "kind": _(
                        "Instagram fetches every picture from the public calendar, and that over https:// alone. "
                        "The address of this installation is %(url)s."
                    )
                    % {"url": settings.PUBLIC_BASE_URL or "—"}
                }
            )
        if self.with_picture and self.kind not in WITH_PICTURE:
            raise ValidationError({"with_picture": _("Pictures go to Facebook, Telegram and Instagram alone.")})
        problem = check_address(self.kind, self.address) if self.kind else None
        if problem:
            raise ValidationError({"address": problem})


# As a condition, so that a sum over a relation can use it: see `DeliveryQuerySet.undecided`.
UNDECIDED = Q(status__in=sorted(NEEDS_A_PERSON)) & ~Q(error_code=GIVEN_UP)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, *, now: dt.datetime) -> DeliveryQuerySet:
        """Open deliveries whose time has come: waiting ones, and those whose lease ran out while being sent."""
        return self.filter(status__in=OPEN, next_attempt_at__lte=now)

    def undecided(self) -> DeliveryQuerySet:
        """Failed or in doubt, and nobody has given it up yet."""
        return self.filter(UNDECIDED)

    def with_details(self) -> DeliveryQuerySet:
        return self.select_related("notice__district", "channel", "corrects", "settled_by")


class Delivery(models.Model):
    """One notice on its way to one channel: a row of the outbox, written in the publishing transaction.

    `next_attempt_at` decides both when the row is due and until when a claim holds it, so a claimed row is never claimed again
    before its lease ends. `attempt` is the fencing token: only the attempt that claimed the row may finish it.
    """

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("notice"))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("channel"))
    status = models.CharField(_("state"), max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    subject = models.CharField(_("subject"), max_length=300)
    marker = models.CharField(_("distinctive words"), max_length=120)
    text = models.TextField(_("text"), help_text=_("As it is posted anew."))
    edit_text = models.TextField(
        _("text in place"), blank=True, help_text=_("As it replaces the live post that it corrects.")
    )
    thread = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first of its thread"),
        help_text=_("The announcement that this and other corrections belong to; empty for the announcement itself."),
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failures = models.PositiveSmallIntegerField(_("failed attempts in a row"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True)
    last_attempt_at = models.DateTimeField(_("last attempt at"), null=True, blank=True)
    expires_at = models.DateTimeField(
        _("expires at"), help_text=_("After this moment the news is over and is not sent.")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    with_picture = models.BooleanField(_("went with a picture"), default=False)
    edited_in_place = models.BooleanField(_("edited the live post"), default=False)
    external_id = models.CharField(_("number at the platform"), max_length=200, blank=True)
    external_url = models.URLField(_("address of the post"), max_length=500, blank=True)
    error_code = models.CharField(_("reason"), max_length=60, blank=True)
    error_detail = models.CharField(_("answer of the platform"), max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status__in=sorted(OPEN)), name="delivery_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_notice_and_channel"),
            models.CheckConstraint(
                condition=~Q(status=DeliveryStatus.SENT) | Q(sent_at__isnull=False), name="sent_delivery_has_sent_at"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(OPEN)) | Q(next_attempt_at__isnull=False),
                name="open_delivery_has_a_next_attempt",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="settled_delivery_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return _("%(notice)s to %(channel)s") % {"notice": self.notice.reference, "channel": self.channel.name}


class Acknowledgement(models.Model):
    """A head of unit says that a text was posted, or read on air, by hand."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name=_("notice")
    )
    kind = models.CharField(_("what was done"), max_length=10, choices=AcknowledgementKind.choices)
    happened_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.notice.reference} · {self.get_kind_display()}"
