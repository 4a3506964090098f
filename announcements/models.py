"""Numbered notices, their frozen texts, and the outbox that carries them to every channel."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from announcements.channels.addresses import check_address
from announcements.credential_models import Credential as Credential
from announcements.enums import (
    GIVEN_UP,
    NEEDS_A_PERSON,
    OPEN,
    WITH_PICTURE,
    AcknowledgementKind,
    AttemptOutcome,
    ChannelKind,
    DeliveryStatus,
    NoticeKind,
    TextForm,
    WaitReason,
)
from announcements.models_wording import Wording as Wording
from sohag_mobile.history import keep_history
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
    late_from = models.DateTimeField(
        _("late from"),
        null=True,
        blank=True,
        help_text=_("An announcement issued after this came late for its first visit."),
    )
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

    @property
    def is_late(self) -> bool:
        """Whether the announcement came too late for citizens to plan by it (domain rule: allowed, marked, counted)."""
        return self.late_from is not None and self.issued_at > self.late_from

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
    min_seconds_between = models.DecimalField(
        _("seconds between two messages"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(3600)],
        help_text=_("At least this long. Empty: as the platform asks; 0: no limit."),
    )
    per_minute = models.PositiveSmallIntegerField(
        _("messages a minute"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(600)],
        help_text=_("At most; they are spread evenly. Empty: as the platform asks; 0: no limit."),
    )
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("Local time. From then on nothing leaves until the quiet hours end."),
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, help_text=_("May be on the next morning."))
    urgent_ignores_quiet = models.BooleanField(
        _("urgent notices leave all the same"), default=True, help_text=_("In quiet hours.")
    )
    late_hours = models.PositiveSmallIntegerField(
        _("hours before which an announcement is in time"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(336)],
        help_text=_(
            "Before the first visit begins. Later it leaves all the same and is counted as late. Empty: as everywhere."
        ),
    )
    is_rehearsal = models.BooleanField(
        _("dry run"),
        default=False,
        help_text=_(
            "Everything is done but the sending: for training. What is out already is not corrected meanwhile."
        ),
    )
    # Moved forward by whoever takes a turn (pacing.py), never by a person.
    next_free_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="an_address_is_one_channel"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours have a beginning and another end."),
            ),
        ]

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


class PauseQuerySet(models.QuerySet["Pause"]):
    def open(self) -> PauseQuerySet:
        """What is paused now."""
        return self.filter(resumed_at__isnull=True)


class Pause(models.Model):
    """Nothing leaves for one channel, or (no channel) at all: from when to when, on whose word and why."""

    channel = models.ForeignKey(
        Channel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pauses",
        verbose_name=_("channel"),
        help_text=_("Empty: everything is paused."),
    )
    reason = models.CharField(_("reason"), max_length=300)
    paused_at = models.DateTimeField(_("paused at"))
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("paused by")
    )
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resumed by"),
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = [F("resumed_at").desc(nulls_first=True), "-paused_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("channel", 0),
                condition=Q(resumed_at__isnull=True),
                name="a_channel_or_everything_is_paused_once",
                violation_error_message=_("This is paused already."),
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by__isnull=True)
                | Q(resumed_at__isnull=False, resumed_by__isnull=False),
                name="a_resumed_pause_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.channel.name if self.channel else str(_("Everything"))


def _is_held() -> Q:
    """Nothing leaves there at present: the channel is out of use, or it or everything is paused."""
    paused = Pause.objects.open().filter(Q(channel__isnull=True) | Q(channel=OuterRef("channel")))
    return Q(channel__is_active=False) | Q(Exists(paused))


def _is_late(now: dt.datetime) -> Q:
    return Q(sent_at__gt=F("late_from")) | Q(status__in=OPEN, late_from__lt=now)


# As a condition, so that a sum over a relation can use it: see `DeliveryQuerySet.undecided`.
UNDECIDED = Q(status__in=sorted(NEEDS_A_PERSON)) & ~Q(error_code=GIVEN_UP)


def rank_for_a_person(now: dt.datetime) -> Case:
    """By which the ledger is ordered: 0 waits for a person, 1 is late, 2 is neither."""
    return Case(When(UNDECIDED, then=Value(0)), When(_is_late(now), then=Value(1)), default=Value(2))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, *, now: dt.datetime) -> DeliveryQuerySet:
        """Open deliveries whose time has come: waiting ones, and those whose lease ran out while being sent.

        What is held back is due only when its news is over, so that this too is said.
        """
        return self.filter(Q(expires_at__lte=now) | ~_is_held(), status__in=OPEN, next_attempt_at__lte=now)

    def held(self) -> DeliveryQuerySet:
        """Open deliveries that nothing is done about: paused, or their channel is out of use."""
        return self.filter(_is_held(), status__in=OPEN)

    def late(self, *, now: dt.datetime) -> DeliveryQuerySet:
        """Announcements that went out too late to plan by, or will if they still go out."""
        return self.filter(_is_late(now))

    def with_signs(self, *, now: dt.datetime) -> DeliveryQuerySet:
        """Each with `is_held` and `is_late`."""
        return self.annotate(
            is_held=Case(When(_is_held() & Q(status__in=OPEN), then=Value(True)), default=Value(False)),
            is_late=Case(When(_is_late(now), then=Value(True)), default=Value(False)),
        )

    def undecided(self) -> DeliveryQuerySet:
        """Failed or in doubt, and nobody has given it up yet."""
        return self.filter(UNDECIDED)

    def in_thread_of(self, delivery: Delivery) -> DeliveryQuerySet:
        """The announcement that `delivery` belongs to, with all of its corrections in this channel."""
        root = delivery.thread_id or delivery.pk
        return self.filter(Q(pk=root) | Q(thread=root))

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
    waits_for = models.CharField(
        _("waits"),
        max_length=12,
        choices=WaitReason.choices,
        blank=True,
        help_text=_("Means something while it waits."),
    )
    last_attempt_at = models.DateTimeField(_("last attempt at"), null=True, blank=True)
    begins_at = models.DateTimeField(
        _("first visit begins at"), null=True, blank=True, help_text=_("The first visit that its notice tells of.")
    )
    late_from = models.DateTimeField(
        _("late from"), null=True, blank=True, help_text=_("An announcement that leaves after this comes late.")
    )
    expires_at = models.DateTimeField(
        _("expires at"), help_text=_("After this moment the news is over and is not sent.")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    with_picture = models.BooleanField(_("went with a picture"), default=False)
    edited_in_place = models.BooleanField(_("edited the live post"), default=False)
    external_id = models.CharField(_("number at the platform"), max_length=200, blank=True)
    external_url = models.URLField(_("address of the post"), max_length=500, blank=True)
    taken_down_at = models.DateTimeField(
        _("taken down at"), null=True, blank=True, help_text=_("When its post was deleted in favour of a correction.")
    )
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

    # Until when a claim has taken the channel's turn: known to the worker that holds the claim, stored with the channel.
    turn_until: dt.datetime | None = None

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
                condition=~Q(status=DeliveryStatus.REHEARSED) | Q(sent_at__isnull=True, external_id=""),
                name="what_was_rehearsed_was_not_sent",
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

    def is_late_at(self, now: dt.datetime) -> bool:
        """The same as `DeliveryQuerySet.late`, of one row."""
        if self.late_from is None:
            return False
        return self.sent_at > self.late_from if self.sent_at else self.status in OPEN and now > self.late_from


class DeliveryAttempt(models.Model):
    """One try at one delivery and how it ended, written in the same transaction as the delivery's own state.

    A try whose worker died is written down by the next claim: it has no end. What goes out at the first try has no line here,
    because the delivery itself holds all of it and most deliveries are like that: see `queries_ledger.list_attempts`.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("delivery"), db_index=False
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("began at"))
    finished_at = models.DateTimeField(_("ended at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=AttemptOutcome.choices)
    error_code = models.CharField(_("reason"), max_length=60, blank=True)
    error_detail = models.CharField(_("answer of the platform"), max_length=500, blank=True)
    external_id = models.CharField(_("number at the platform"), max_length=200, blank=True)
    external_url = models.URLField(_("address of the post"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="an_attempt_is_written_down_once"),
            models.CheckConstraint(
                condition=Q(outcome=AttemptOutcome.NO_ANSWER, finished_at__isnull=True)
                | ~Q(outcome=AttemptOutcome.NO_ANSWER) & Q(finished_at__isnull=False),
                name="only_an_unanswered_attempt_has_no_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} · {self.number}"


class SummaryMail(models.Model):
    """The daily summary of one local day to one supervisor. `next_attempt_at` is empty once it was sent or needs no sending."""

    day = models.DateField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "recipient"], name="a_summary_goes_to_a_person_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.recipient_id}"


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


# What opens a channel is a row of its own (`Credential`), of which nothing is kept.
keep_history(Channel, app="announcements", excluded=["next_free_at"])
keep_history(Wording, app="announcements", excluded=["updated_at", "updated_by"])
