"""The two records of a stop: the working copy that staff edit, and the immutable public facts."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schedules.enums import CHANGEABLE, Cause, RevisionState, StopStatus
from schedules.models.places import Place
from services.enums import Outcome
from services.models import PaymentMeans, Service
from sohag_mobile.constraints import NoOverlap
from vehicles.models import District, Vehicle, localized


def local_zone() -> ZoneInfo:
    """The zone in which the wall clock of every stop is read."""
    return ZoneInfo(settings.TIME_ZONE)


class StopTimes(models.Model):
    """Where and when, in wall-clock time: nine o'clock stays nine o'clock when the summer-time decree changes."""

    date = models.DateField(_("date"))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    last_intake = models.TimeField(
        _("last intake"),
        null=True,
        blank=True,
        help_text=_("After this time no request is taken. Empty: until the end."),
    )
    landmark_ar = models.CharField(
        _("landmark"),
        max_length=200,
        help_text=_("With its preposition, as it will be read out: «أمام مركز شباب القرية»."),
    )
    landmark_en = models.CharField(_("landmark in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def landmark(self) -> str:
        return localized(self.landmark_ar, self.landmark_en)

    @property
    def starts(self) -> dt.datetime:
        """The aware instant of the beginning; a wall time that does not exist reads as the moment after the gap."""
        return dt.datetime.combine(self.date, self.starts_at, tzinfo=local_zone())

    @property
    def ends(self) -> dt.datetime:
        """The aware instant of the end."""
        return dt.datetime.combine(self.date, self.ends_at, tzinfo=local_zone())

    @property
    def last_intake_moment(self) -> dt.datetime:
        """The aware instant after which no request is taken; the end when none is set."""
        return dt.datetime.combine(self.date, self.last_intake or self.ends_at, tzinfo=local_zone())


def time_constraints(subject: str) -> list[models.BaseConstraint]:
    """The hours of `subject` follow each other."""
    return [
        models.CheckConstraint(
            condition=Q(ends_at__gt=F("starts_at")),
            name=f"{subject}_ends_after_it_starts",
            violation_error_message=_("The end must come after the beginning."),
        ),
        models.CheckConstraint(
            condition=Q(last_intake__isnull=True)
            | (Q(last_intake__gt=F("starts_at")) & Q(last_intake__lte=F("ends_at"))),
            name=f"{subject}_takes_requests_while_it_stands",
            violation_error_message=_("The last intake must lie between the beginning and the end."),
        ),
    ]


class StopQuerySet(models.QuerySet["Stop"]):
    def with_details(self) -> StopQuerySet:
        return self.select_related("vehicle", "place__district", "district__governorate").prefetch_related(
            "services", "payment_means"
        )

    def with_told_state(self) -> StopQuerySet:
        """With `told_state`: what the public was told last (None of a draft)."""
        told = StopRevision.objects.public().filter(stop=models.OuterRef("pk"))
        return self.annotate(told_state=models.Subquery(told.values("state")[:1]))

    def of_districts(self, districts: models.QuerySet[District]) -> StopQuerySet:
        """Stops of `districts`: planned for one of them, or announced by one, however the working copy has moved since."""
        announced = StopRevision.objects.public().filter(district__in=districts)
        return self.filter(Q(district__in=districts) | Q(pk__in=announced.values("stop")))

    def submitted(self) -> StopQuerySet:
        """What awaits the head of the unit."""
        return self.filter(submitted_at__isnull=False)

    def unpublished(self) -> StopQuerySet:
        """What holds something that the public has not been told: drafts and changes."""
        return self.filter(Q(status=StopStatus.DRAFT) | Q(has_unpublished_changes=True))

    def drafts(self) -> StopQuerySet:
        return self.filter(status=StopStatus.DRAFT)

    def owed(self) -> StopQuerySet:
        """Postponed, and the public still waits to be told the new date."""
        return self.filter(status=StopStatus.POSTPONED)

    def untouched(self) -> StopQuerySet:
        """Drafts of a pattern as it left them: nobody has changed them, laid them before the head or sent them back."""
        return self.filter(
            status=StopStatus.DRAFT,
            pattern_left_at=F("updated_at"),
            submitted_at__isnull=True,
            returned_at__isnull=True,
        )


class Stop(StopTimes):
    """The working copy of one stop. Citizens never read it: they read its current `StopRevision`."""

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="stops", verbose_name=_("vehicle"))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stops", verbose_name=_("place"))
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="stops",
        verbose_name=_("unit"),
        editable=False,
        help_text=_("The unit the vehicle works for on that day: it issues the announcement."),
    )
    services = models.ManyToManyField(Service, related_name="+", verbose_name=_("services"))
    payment_means = models.ManyToManyField(PaymentMeans, related_name="+", blank=True, verbose_name=_("payment means"))
    intake_only = models.BooleanField(
        _("only takes requests that day"),
        default=False,
        help_text=_(
            "The network or the power is down: what would be finished on the vehicle is only received, and nothing can be paid."
        ),
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="continued_by",
        verbose_name=_("completes"),
        help_text=_("The visit that stopped half-way and that this one completes."),
    )
    pattern = models.ForeignKey(
        "StopPattern",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="stops",
        verbose_name=_("pattern"),
    )
    pattern_date = models.DateField(
        _("day of the pattern"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day for which the pattern made it, wherever it has been moved since."),
    )
    pattern_left_at = models.DateTimeField(
        _("left by the pattern at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the pattern wrote it last: saved since, it is a person's, and the pattern leaves it alone."),
    )
    off_day_reason = models.CharField(
        _("reason for working on a day off"),
        max_length=200,
        blank=True,
        help_text=_("Needed on a weekend or an official holiday. Not shown to the public."),
    )
    other_hours_reason = models.CharField(
        _("reason for other hours than the period's"),
        max_length=200,
        blank=True,
        help_text=_("Needed outside the hours of a period such as Ramadan. Not shown to the public."),
    )
    outside_district_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("place outside the unit accepted by"),
    )
    duplicate_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("a second vehicle with the same services accepted by"),
    )
    short_travel_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("little time for the way accepted by"),
    )
    landmark_confirmed_for = models.DateField(
        _("landmark confirmed for"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day off or market day for which somebody has asked whether the vehicle can stand there."),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=StopStatus.choices, default=StopStatus.DRAFT, editable=False
    )
    has_unpublished_changes = models.BooleanField(_("changed since it was published"), default=False, editable=False)
    submitted_at = models.DateTimeField(
        _("submitted at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When it was laid before the head of the unit as it stands; every later edit takes it back."),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    returned_at = models.DateTimeField(_("sent back at"), null=True, blank=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    return_comment = models.CharField(_("what is to be mended"), max_length=500, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("updated by"),
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["date", "starts_at", "vehicle"]
        indexes = [models.Index(fields=["district", "date"], name="stop_by_district_and_date")]
        constraints = [
            *time_constraints("stop"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(CHANGEABLE)) | Q(has_unpublished_changes=False),
                name="only_a_public_stop_has_unpublished_changes",
            ),
            models.CheckConstraint(
                condition=Q(landmark_confirmed_for__isnull=True) | Q(landmark_confirmed_for=F("date")),
                name="a_landmark_is_confirmed_for_the_day_of_the_stop",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="a_submitted_stop_says_who_submitted_it",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | Q(status=StopStatus.DRAFT)
                | Q(status__in=sorted(CHANGEABLE), has_unpublished_changes=True),
                name="only_what_waits_to_be_published_is_submitted",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_comment="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_comment="")),
                name="a_stop_that_was_sent_back_says_why_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(returned_at__isnull=True),
                name="a_stop_is_submitted_or_sent_back",
            ),
            models.CheckConstraint(
                condition=Q(pattern__isnull=True, pattern_date__isnull=True, pattern_left_at__isnull=True)
                | Q(pattern__isnull=False, pattern_date__isnull=False, pattern_left_at__isnull=False),
                name="a_stop_of_a_pattern_says_of_which_day",
            ),
            models.UniqueConstraint(fields=["pattern", "pattern_date"], name="a_pattern_makes_one_stop_for_a_day"),
            NoOverlap(
                name="a_vehicle_is_in_one_place_at_a_time",
                owner="vehicle",
                span=("date", "starts_at", "ends_at"),
                where=[("status", "<>", StopStatus.CANCELLED.value), ("status", "<>", StopStatus.POSTPONED.value)],
                violation_error_message=_("The vehicle already has a stop at this time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.label} · {self.date:%Y-%m-%d} · {self.vehicle.code}"

    @property
    def is_unpublished(self) -> bool:
        """Whether it holds something that the public has not been told: a draft, or a change."""
        return self.status == StopStatus.DRAFT or self.has_unpublished_changes


class StopRevisionQuerySet(models.QuerySet["StopRevision"]):
    """What citizens may see is defined here and nowhere else."""

    def public(self) -> StopRevisionQuerySet:
        """The current public fact of every stop, cancelled ones included: nothing public vanishes."""
        return self.filter(is_current=True)

    def scheduled(self) -> StopRevisionQuerySet:
        return self.filter(state=RevisionState.SCHEDULED)

    def holding(self) -> StopRevisionQuerySet:
        """Those that keep their vehicle: coming, standing, or stopped half-way where they stood."""
        return self.filter(state__in=[RevisionState.SCHEDULED, RevisionState.STOPPED])

    def owed(self) -> StopRevisionQuerySet:
        """Postponed, and no new date has been told."""
        return self.filter(is_current=True, state=RevisionState.POSTPONED)

    def not_over(self, *, now: dt.datetime) -> StopRevisionQuerySet:
        """Coming or standing at `now` (aware): the end lies ahead."""
        local = now.astimezone(local_zone())
        # The day apart, not inside the «or»: only so is it a range of an index, and the past costs nothing.
        return self.filter(Q(date__gt=local.date()) | Q(ends_at__gt=local.time()), date__gte=local.date())

    def begun(self, *, now: dt.datetime) -> StopRevisionQuerySet:
        """Those whose announced beginning has come at `now` (aware), whether they took place or not."""
        local = now.astimezone(local_zone())
        return self.filter(Q(date__lt=local.date()) | Q(date=local.date(), starts_at__lte=local.time()))

    def with_details(self) -> StopRevisionQuerySet:
        """Everything a page, a feed or a text says of a stop, in a fixed number of queries."""
        return self.select_related("stop", "vehicle", "place__district", "district__governorate").prefetch_related(
            "payment_means",
            models.Prefetch("offered", RevisionService.objects.select_related("service").order_by("pk")),
            "notice_items__notice__district",
        )


class StopRevision(StopTimes):
    """An immutable public fact, written by publishing. Its number is the SEQUENCE of the stop's calendar event.

    Only `is_current` ever changes, when the next revision takes over. A second set of constraints keeps the public facts
    themselves free of double bookings, whatever happens to working copies.
    """

    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("stop"))
    number = models.PositiveIntegerField(_("revision"))
    state = models.CharField(_("state"), max_length=12, choices=RevisionState.choices)
    is_current = models.BooleanField(_("current"), default=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("vehicle"))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("place"))
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("unit"))
    payment_means = models.ManyToManyField(PaymentMeans, related_name="+", verbose_name=_("payment means"))
    intake_only = models.BooleanField(_("only takes requests that day"), default=False)
    stopped_at = models.TimeField(_("stopped working at"), null=True, blank=True)
    resumes_at = models.TimeField(
        _("works again from"),
        null=True,
        blank=True,
        help_text=_("As expected while it stands still; as it happened once it works again."),
    )
    requests_stay_valid = models.BooleanField(
        _("requests taken that day stay valid"),
        default=False,
        help_text=_("Only when the officer of the vehicle has confirmed it."),
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices, blank=True)
    cause_ar = models.CharField(_("cause as told to the public"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )

    objects = StopRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("public record of a stop")
        verbose_name_plural = _("public records of stops")
        ordering = ["date", "starts_at", "vehicle"]
        indexes = [
            models.Index(fields=["date", "starts_at"], condition=Q(is_current=True), name="revision_by_date"),
            models.Index(fields=["place", "date"], condition=Q(is_current=True), name="revision_by_place"),
            models.Index(fields=["vehicle", "date"], condition=Q(is_current=True), name="revision_by_vehicle"),
            models.Index(fields=["district", "date"], condition=Q(is_current=True), name="revision_by_district"),
            # Where a moved stop used to be announced.
            models.Index(fields=["date"], condition=Q(is_current=False), name="revision_no_longer_current"),
            # Postponed without a date: told on the page of the place for as long as it is so, among however many past visits.
            models.Index(
                fields=["place"], condition=Q(is_current=True, state="postponed"), name="revision_owed_to_a_place"
            ),
        ]
        constraints = [
            *time_constraints("revision"),
            models.UniqueConstraint(fields=["stop", "number"], name="a_revision_number_is_used_once_per_stop"),
            models.UniqueConstraint(
                fields=["stop"], condition=Q(is_current=True), name="a_stop_has_one_current_revision"
            ),
            NoOverlap(
                name="a_vehicle_is_announced_in_one_place_at_a_time",
                owner="vehicle",
                span=("date", "starts_at", "ends_at"),
                where=[
                    ("is_current", "=", True),
                    ("state", "<>", RevisionState.CANCELLED.value),
                    ("state", "<>", RevisionState.POSTPONED.value),
                ],
                violation_error_message=_("The vehicle is already announced elsewhere at this time."),
            ),
            models.CheckConstraint(
                condition=~Q(state=RevisionState.STOPPED) | Q(stopped_at__isnull=False),
                name="a_visit_that_stopped_says_when",
                violation_error_message=_("Say when the vehicle stopped working."),
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True)
                | Q(
                    state__in=[RevisionState.SCHEDULED, RevisionState.STOPPED],
                    stopped_at__gt=F("starts_at"),
                    stopped_at__lt=F("ends_at"),
                ),
                name="a_visit_stops_while_it_stands",
                violation_error_message=_("The vehicle can only stop working between the beginning and the end."),
            ),
            models.CheckConstraint(
                condition=Q(resumes_at__isnull=True)
                | Q(stopped_at__isnull=False, resumes_at__gt=F("stopped_at"), resumes_at__lt=F("ends_at")),
                name="work_resumes_between_the_stop_and_the_end",
                violation_error_message=_("Work can only resume after it stopped and before the end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.label} · {self.date:%Y-%m-%d} · #{self.number}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == RevisionState.CANCELLED

    @property
    def is_postponed(self) -> bool:
        """Put off, and the new date is not known yet."""
        return self.state == RevisionState.POSTPONED

    @property
    def is_stopped(self) -> bool:
        """It stopped working while it stood there: partly held, which is not cancelled."""
        return self.state == RevisionState.STOPPED

    @property
    def is_scheduled(self) -> bool:
        return self.state == RevisionState.SCHEDULED

    @property
    def worked_until(self) -> dt.datetime:
        """The aware instant at which it stopped for the day; its end, where it goes on or is expected to."""
        if self.stopped_at is None or self.resumes_at is not None or not self.is_stopped:
            return self.ends
        return dt.datetime.combine(self.date, self.stopped_at, tzinfo=local_zone())


class RevisionService(models.Model):
    """A service announced for a stop, with the outcome promised at the time."""

    revision = models.ForeignKey(StopRevision, on_delete=models.CASCADE, related_name="offered")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="announced")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "service"], name="a_revision_lists_a_service_once"),
        ]

    def __str__(self) -> str:
        return self.service.name
