"""Places, the working calendar, and the two records of a stop."""

from schedules.models.acts import PlanAct, PlanActStop
from schedules.models.calendar import Holiday, HoursAnnouncement, HoursPeriod
from schedules.models.mails import StaffMail
from schedules.models.patterns import PatternDate, PatternSkip, StopPattern
from schedules.models.places import Place
from schedules.models.reports import VisitReport
from schedules.models.search import PlaceTerm
from schedules.models.stops import RevisionService, Stop, StopRevision
from sohag_mobile.history import KeptStop, keep_history

__all__ = [
    "Holiday",
    "HoursAnnouncement",
    "HoursPeriod",
    "PatternDate",
    "PatternSkip",
    "Place",
    "PlaceTerm",
    "PlanAct",
    "PlanActStop",
    "RevisionService",
    "StaffMail",
    "Stop",
    "StopPattern",
    "StopRevision",
    "VisitReport",
]

# Names as they are searched for and distances are worked out from the rest.
keep_history(
    Place,
    app="schedules",
    excluded=["search_text", "centre", "centre_km", "measured_from"],
)
keep_history(Holiday, app="schedules")
keep_history(HoursPeriod, app="schedules")
# The facts that people edit. What the public was told, by whom and when, stands in the revisions.
keep_history(
    Stop,
    app="schedules",
    base=KeptStop,
    excluded=[
        "uid",
        "status",
        "has_unpublished_changes",
        "submitted_at",
        "submitted_by",
        "returned_at",
        "returned_by",
        "return_comment",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        # What made it: the rule has a history of its own.
        "pattern",
        "pattern_date",
        "pattern_left_at",
    ],
)
keep_history(StopPattern, app="schedules")
