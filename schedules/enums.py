"""Closed lists of the schedules app, and the moves a stop may make."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class PlaceKind(TextChoices):
    """What a place is; a hayy has quarters, a markaz has villages and hamlets (domain.md §3)."""

    VILLAGE = "village", _("Village")
    QUARTER = "quarter", _("Quarter")
    HAMLET = "hamlet", _("Hamlet")
    CITY = "city", _("City")
    OTHER = "other", _("Other place")


PLACE_NOUN_AR = {
    PlaceKind.VILLAGE: "قرية",
    PlaceKind.QUARTER: "منطقة",
    PlaceKind.HAMLET: "نجع",
    PlaceKind.CITY: "مدينة",
    PlaceKind.OTHER: "مكان",
}


class Weekday(IntegerChoices):
    """Days of the week as ISO counts them, from Saturday on as they are listed here."""

    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")


class HolidayStatus(TextChoices):
    """Islamic dates and days moved by decree stay provisional until they are announced."""

    PROVISIONAL = "provisional", _("Provisional")
    CONFIRMED = "confirmed", _("Confirmed")


class StopStatus(TextChoices):
    """The state of the working copy."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    POSTPONED = "postponed", _("Postponed, no date yet")
    CANCELLED = "cancelled", _("Cancelled")


STOP_MOVES: dict[str, frozenset[str]] = {
    StopStatus.DRAFT: frozenset({StopStatus.PUBLISHED}),
    StopStatus.PUBLISHED: frozenset({StopStatus.PUBLISHED, StopStatus.POSTPONED, StopStatus.CANCELLED}),
    # An open debt to the public, until it is given a date or called off.
    StopStatus.POSTPONED: frozenset({StopStatus.PUBLISHED, StopStatus.CANCELLED}),
    StopStatus.CANCELLED: frozenset(),
}

# Working copies of which the public reads something that staff may still change.
CHANGEABLE = frozenset({StopStatus.PUBLISHED, StopStatus.POSTPONED})


class PlanActKind(TextChoices):
    """What a person did to the plan in one act."""

    CHANGE = "change", _("A stop changed on the board")
    COPY = "copy", _("Stops copied")
    REASSIGN = "reassign", _("Stops given to another vehicle")
    HOURS = "hours", _("Hours changed together")
    DATES = "dates", _("Stops moved to other days together")
    PATTERN = "pattern", _("Stops made from a pattern")
    DISCARD = "discard", _("Drafts discarded")


class ConflictKind(TextChoices):
    """What can be the matter with a coming stop, or with a unit and its calendar."""

    DOUBLE_BOOKED = "double_booked", _("Vehicle booked twice")
    OUT_OF_SERVICE = "out_of_service", _("Vehicle out of service")
    UNASSIGNED = "unassigned", _("Vehicle works for no unit")
    OTHER_UNIT = "other_unit", _("Vehicle works for another unit")
    NO_TRAVEL_TIME = "no_travel_time", _("No time for the way")
    DUPLICATE = "duplicate", _("Two vehicles with the same services")
    OUTSIDE_UNIT = "outside_unit", _("Place outside the unit")
    HOLIDAY = "holiday", _("Official holiday")
    WEEKEND = "weekend", _("Weekly day off")
    FREED_DAY = "freed_day", _("Working day again")
    LANDMARK = "landmark", _("Landmark not confirmed")
    FRIDAY_PRAYER = "friday_prayer", _("Friday prayer")
    HOURS = "hours", _("Hours of a period")
    HOURS_DUE = "hours_due", _("Hours to announce")
    SERVICE = "service", _("Service not given that day")
    LATE = "late", _("Notice too late")
    SKIPPED = "skipped", _("Recurring visit without a draft")


# What a change of the calendar, or of the law, can bring about.
OF_THE_CALENDAR = frozenset(
    {
        ConflictKind.HOLIDAY,
        ConflictKind.FREED_DAY,
        ConflictKind.HOURS,
        ConflictKind.HOURS_DUE,
        ConflictKind.SERVICE,
        ConflictKind.SKIPPED,
    }
)


class Severity(IntegerChoices):
    """How much a conflict asks for, the most first."""

    REFUSED = 1, _("Must be mended: it is refused as it stands")
    WARNING = 2, _("Needs a decision")
    NOTICE = 3, _("Decided, or good to know")


class PatternDateKind(TextChoices):
    """What a person said about one day of a pattern (EXDATE and RDATE of RFC 5545)."""

    LEFT_OUT = "left_out", _("Left out")
    ADDED = "added", _("Added")


class RevisionState(TextChoices):
    """What a revision tells the public: the vehicle comes, or it does not, or it stopped working while it stood there."""

    SCHEDULED = "scheduled", _("Scheduled")
    POSTPONED = "postponed", _("Postponed, no date yet")
    STOPPED = "stopped", _("Stopped working")
    CANCELLED = "cancelled", _("Cancelled")


class VisitOutcome(TextChoices):
    """What became of an announced visit whose beginning has come (R4: held, partly held, not held)."""

    STANDING = "standing", _("Not over yet")
    HELD = "held", _("Held")
    PARTLY_HELD = "partly_held", _("Partly held")
    POSTPONED = "postponed", _("Postponed, no date yet")
    CANCELLED = "cancelled", _("Cancelled")


# Those at which the vehicle stood: what was counted there is expected to be recorded once they are over.
TOOK_PLACE = frozenset({VisitOutcome.HELD, VisitOutcome.PARTLY_HELD})


class Cause(TextChoices):
    """Why a stop was changed or cancelled (domain.md (d) 18): van, car, crew, network, power, fuel are told apart."""

    WEATHER = "weather", _("Bad weather")
    VEHICLE_FAULT = "vehicle_fault", _("Fault of the vehicle")
    EQUIPMENT_FAULT = "equipment_fault", _("Fault of the equipment")
    NETWORK = "network", _("Network failure")
    POWER = "power", _("Power failure")
    FUEL = "fuel", _("No fuel")
    CREW = "crew", _("Crew not available")
    PLACE_UNAVAILABLE = "place_unavailable", _("The place is not available")
    OFFICIAL_EVENT = "official_event", _("Official event or election")
    HOLIDAY = "holiday", _("Official holiday")
    ORGANISATION = "organisation", _("Reorganisation of dates")
    CORRECTION = "correction", _("Correction of a mistake")
    OTHER = "other", _("Other (write it)")


# What the public is told: each phrase can follow «بسبب» as it stands (domain.md (c), rule on «لـ» and «بسبب»).
CAUSE_PHRASE_AR = {
    Cause.WEATHER: "سوء الأحوال الجوية",
    Cause.VEHICLE_FAULT: "عطل فني بالسيارة",
    Cause.EQUIPMENT_FAULT: "عطل فني بأجهزة السيارة",
    Cause.NETWORK: "عطل في شبكة الاتصال",
    Cause.POWER: "انقطاع التيار الكهربائي",
    Cause.FUEL: "ظروف تشغيل السيارة",
    Cause.CREW: "ظروف تشغيل السيارة",
    Cause.PLACE_UNAVAILABLE: "تعذر استخدام مكان التواجد",
    Cause.OFFICIAL_EVENT: "فعالية رسمية",
    Cause.HOLIDAY: "العطلة الرسمية",
    Cause.ORGANISATION: "إعادة تنظيم المواعيد",
    Cause.CORRECTION: "تصويب البيانات المعلنة",
}
