"""Invented stops, services and notices in every state that a page can show. Nothing of this is in the database.

Each object has a key, as if it were stored, and what a query would have fetched with it, so the components read it as they
read a real one. All of it is told as of one fixed moment.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from announcements.enums import NoticeKind
from announcements.models import Notice, NoticeItem
from schedules.clock import is_over, phase_of
from schedules.enums import Cause, PlaceKind, RevisionState
from schedules.filters import StopFilter
from schedules.models import Holiday, Place, Stop, StopRevision
from schedules.models.stops import local_zone
from schedules.queries import Day, PublicStop
from services.enums import Outcome
from services.models import Document, Fee, PaymentMeans, Service
from vehicles.enums import DistrictKind
from vehicles.models import District, Governorate, Vehicle

TODAY = dt.date(2026, 11, 22)
TOMORROW = TODAY + dt.timedelta(days=1)
ISSUED_AT = dt.datetime(2026, 11, 19, 8, 0, tzinfo=dt.UTC)

UNIT = District(
    pk=1,
    slug="example",
    kind=DistrictKind.MARKAZ,
    name_ar="الواحة",
    name_en="El Waha Markaz",
    contact_phone="000 000 0000",
)
VILLAGE = Place(pk=1, code="EXAMPLE-1", kind=PlaceKind.VILLAGE, name_ar="النخيل", name_en="El Nakhil", district=UNIT)
OTHER_VILLAGE = Place(
    pk=2, code="EXAMPLE-2", kind=PlaceKind.VILLAGE, name_ar="السواقي", name_en="El Sawaqi", district=UNIT
)
VEHICLE = Vehicle(pk=1, code="EXAMPLE", name_ar="سيارة المركز التكنولوجي المتنقل", name_en="Mobile technology centre")
MEANS = [
    PaymentMeans(pk=1, code="cash", name_ar="نقدًا", name_en="Cash"),
    PaymentMeans(pk=2, code="card", name_ar="ببطاقة الدفع", name_en="Payment card"),
]


def _notice(kind: str) -> Notice:
    return Notice(
        pk=1, district=UNIT, year=2026, number=5, kind=kind, title_ar="تنويه بشأن موعد زيارة", issued_at=ISSUED_AT
    )


def _with(thing: Any, **fetched: object) -> Any:
    """`thing` with what a query would have fetched beside it."""
    thing._prefetched_objects_cache = fetched
    return thing


def _fact(date: dt.date = TOMORROW, *, kind: str = NoticeKind.ANNOUNCEMENT, **changed: Any) -> StopRevision:
    told: dict[str, Any] = {
        "starts_at": dt.time(9),
        "ends_at": dt.time(14),
        "last_intake": dt.time(13, 30),
        "landmark_ar": "أمام مركز شباب القرية",
        "landmark_en": "In front of the youth centre",
        "state": RevisionState.SCHEDULED,
        "place": VILLAGE,
        "published_at": ISSUED_AT,
    } | changed
    fact: StopRevision = _with(
        StopRevision(pk=1, stop=Stop(pk=1), vehicle=VEHICLE, district=UNIT, date=date, **told),
        payment_means=MEANS,
        notice_items=[NoticeItem(notice=_notice(kind))],
    )
    # As the query counts it.
    fact.service_count = 6  # type: ignore[attr-defined]
    return fact


def _stop(fact: StopRevision, **told: Any) -> PublicStop:
    now = dt.datetime.combine(TODAY, dt.time(10, 30), tzinfo=local_zone())
    return PublicStop(revision=fact, phase=phase_of(fact, now=now), is_past=is_over(fact, now=now), **told)


def list_stops_by_state() -> dict[str, PublicStop]:
    """One stop in each state, by the name of the state."""
    why: dict[str, Any] = {"cause": Cause.VEHICLE_FAULT, "cause_ar": "عطل فني بالسيارة"}
    resumed: dict[str, Any] = {"stopped_at": dt.time(9, 30), "resumes_at": dt.time(10, 15)}
    return {
        "soon": _stop(_fact()),
        "open": _stop(_fact(TODAY)),
        "late": _stop(_fact(TODAY, starts_at=dt.time(7), last_intake=dt.time(10), ends_at=dt.time(11))),
        "changed": _stop(
            _fact(kind=NoticeKind.CHANGE, **why),
            before=_fact(
                TODAY, starts_at=dt.time(10), landmark_ar="بجوار الوحدة الصحية", landmark_en="Beside the health unit"
            ),
        ),
        "requests only": _stop(_fact(intake_only=True)),
        "works again": _stop(_fact(TODAY, kind=NoticeKind.RESUMPTION, **resumed), before=_fact(TODAY)),
        "moved": _stop(_fact(), moved_to=_fact(place=OTHER_VILLAGE, kind=NoticeKind.CHANGE, **why)),
        "postponed": _stop(_fact(state=RevisionState.POSTPONED, kind=NoticeKind.POSTPONEMENT, **why)),
        "stopped": _stop(
            _fact(
                TODAY,
                state=RevisionState.STOPPED,
                stopped_at=dt.time(10),
                resumes_at=dt.time(12),
                requests_stay_valid=True,
                kind=NoticeKind.URGENT,
                **why,
            ),
        ),
        "cancelled": _stop(
            _fact(TODAY, state=RevisionState.CANCELLED, kind=NoticeKind.CANCELLATION, **why), instead=_fact()
        ),
        "done": _stop(_fact(TODAY - dt.timedelta(days=1))),
        "partly held": _stop(
            _fact(TODAY - dt.timedelta(days=1), state=RevisionState.STOPPED, stopped_at=dt.time(12), **why)
        ),
    }


def list_days() -> dict[str, Day]:
    """A day of each kind, by what is special about it."""
    holiday = Holiday(date=TOMORROW, name_ar="إجازة رسمية", name_en="Official holiday", status="provisional")
    stops = list_stops_by_state()
    return {
        "today": Day(TODAY, (stops["open"], stops["cancelled"])),
        "nothing announced": Day(TOMORROW, ()),
        "weekly day off": Day(TOMORROW, (), is_off=True),
        "holiday, not yet confirmed": Day(TOMORROW, (), holiday=holiday),
    }


def list_services() -> dict[str, Service]:
    """Services by what is known of them."""
    fees = {
        "range of fees": {"minimum": Decimal(50), "maximum": Decimal(1000)},
        "fee from": {"minimum": Decimal(1000)},
        "fee up to": {"maximum": Decimal(2)},
        "one fee": {"minimum": Decimal(3), "maximum": Decimal(3)},
    }
    known = {
        name: _with(
            Service(
                pk=1,
                slug="example-licence",
                name_ar="تجديد ترخيص محل عام",
                name_en="Renewal of a shop's licence",
                processing_time_ar="خلال شهر",
                processing_time_en="within a month",
            ),
            documents=[
                Document(text_ar="صورة عقد الإيجار أو التمليك", text_en="Copy of the lease or deed"),
                Document(text_ar="إثبات سداد التأمينات", text_en="Proof that insurance is paid"),
            ],
            fees=[
                Fee(label_ar="رسم التجديد", label_en="Renewal fee", as_of=dt.date(2026, 1, 1), source="مثال", **amounts)
            ],
        )
        for name, amounts in fees.items()
    }
    unknown = Service(pk=2, slug="example-electricity", name_ar="طلب توصيل كهرباء", name_en="Request for electricity")
    return known | {"nothing announced": _with(unknown, documents=[], fees=[])}


def list_notices() -> dict[str, Notice]:
    """A notice of each kind."""
    return {str(kind.value): _notice(kind) for kind in NoticeKind}


def list_notice_rows() -> list[dict[str, Any]]:
    """Notices of a list: one that holds, one that is replaced in part, one as a whole."""
    notice, newer = _notice(NoticeKind.ANNOUNCEMENT), _notice(NoticeKind.CHANGE)
    return [
        {"notice": notice, "replaced_by": [], "is_whole": False},
        {"notice": notice, "replaced_by": [newer], "is_whole": False},
        {"notice": notice, "replaced_by": [newer], "is_whole": True},
    ]


def make_filter() -> StopFilter:
    """The filter of a calendar page, with a unit and a service in force."""
    [service, *others] = list_services().values()
    return StopFilter(
        district=UNIT,
        vehicle=None,
        service=service,
        districts=(UNIT,),
        vehicles=(VEHICLE,),
        services=(service, others[-1]),
    )


def make_governorate() -> Governorate:
    """A governorate with papers for every service."""
    return Governorate(
        pk=1,
        name_ar="الواحة",
        general_papers_ar="أصل بطاقة الرقم القومي\nصورة بطاقة الرقم القومي",
        general_papers_en="The national identity card\nCopy of the national identity card",
    )


def list_places_without_a_visit() -> dict[str, Place]:
    """Places of which no visit is announced, by whether any vehicle comes there."""
    return {
        "served": _without_a_visit(VILLAGE, is_served=True, last_visit=TODAY - dt.timedelta(days=30)),
        "not served": _without_a_visit(OTHER_VILLAGE, is_served=False, last_visit=None),
    }


def _without_a_visit(like: Place, *, is_served: bool, last_visit: dt.date | None) -> Place:
    place = Place(pk=like.pk, code=like.code, kind=like.kind, name_ar=like.name_ar, name_en=like.name_en, district=UNIT)
    # As the query counts them.
    place.is_served, place.last_visit = is_served, last_visit  # type: ignore[attr-defined]
    return place


def list_outcomes() -> list[str]:
    """How a service can end on a vehicle."""
    return [str(outcome.value) for outcome in Outcome]
