"""Places, the working calendar, and the two records of a stop."""

from schedules.models.acts import PlanAct, PlanActStop
from schedules.models.calendar import Holiday, HoursAnnouncement, HoursPeriod
from schedules.models.mails import StaffMail
from schedules.models.places import Place
from schedules.models.reports import VisitReport
from schedules.models.search import PlaceTerm
from schedules.models.stops import RevisionService, Stop, StopRevision

__all__ = [
    "Holiday",
    "HoursAnnouncement",
    "HoursPeriod",
    "Place",
    "PlaceTerm",
    "PlanAct",
    "PlanActStop",
    "RevisionService",
    "StaffMail",
    "Stop",
    "StopRevision",
    "VisitReport",
]
