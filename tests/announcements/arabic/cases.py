"""Facts that the golden texts are written from: real places and services, invented visits. Sunday is 29 November 2026."""

from __future__ import annotations

import dataclasses
import datetime as dt

from announcements.arabic.facts import (
    ChangeFacts,
    Gender,
    IssuerFacts,
    NoticeFacts,
    NoticeKind,
    NoticeReference,
    Outcome,
    PlaceFacts,
    ServiceFacts,
    StopFacts,
)

UNIT = IssuerFacts(
    name="الوحدة المحلية لمركز ومدينة سوهاج",
    short_name="الوحدة المحلية",
    gender=Gender.FEMININE,
    phone="093-2310000",
    fixed_centre="المركز التكنولوجي لخدمة المواطنين بمدينة سوهاج",
)
WEST = IssuerFacts(name="حي غرب بمدينة سوهاج", short_name="الحي", gender=Gender.MASCULINE)

BALASFURA = PlaceFacts("EG260319", "قرية", "بلصفورة", "مركز", "سوهاج")
BAJA = PlaceFacts("EG260318", "قرية", "باجا", "مركز", "سوهاج")
KAWAMIL = PlaceFacts("EG260308", "قرية", "الكوامل بحري", "مركز", "سوهاج")
SHANDAWIL = PlaceFacts("EG260323", "قرية", "جزيرة شندويل", "مركز", "سوهاج")
NASIR = PlaceFacts("EG260202", "منطقة", "ناصر", "حي", "غرب")
HAMLET = PlaceFacts("EG-N-1", "نجع", "نجع أبو شجرة", "مركز", "سوهاج")
STATION = PlaceFacts("EG-O-1", "مكان", "مجمع المواقف", "حي", "غرب")

RENTS = ServiceFacts("سداد الإيجارات والأقساط", Outcome.FINISHED)
OCCUPANCY = ServiceFacts("تجديد تراخيص إشغال الطريق", Outcome.FINISHED)
SHOPS = ServiceFacts("استلام طلبات تراخيص المحال العامة", Outcome.RECEIVED)
RECONCILIATION = ServiceFacts("الاستعلام عن نماذج التصالح", Outcome.INFORMATION)
SERVICES = (RENTS, OCCUPANCY, SHOPS, RECONCILIATION)
DOCUMENTS = ("أصل بطاقة الرقم القومي وصورة منها، والمستندات الخاصة بكل خدمة",)
PAYMENTS = ("نقدًا", "ببطاقة الدفع", "عبر خدمة فوري")

SUNDAY = dt.date(2026, 11, 29)
MONDAY = dt.date(2026, 11, 30)
TUESDAY = dt.date(2026, 12, 1)
WEDNESDAY = dt.date(2026, 12, 2)
THURSDAY = dt.date(2026, 12, 3)

URL = "https://example.org/notices/sohag-markaz/2026/{}/"


def stop(
    place: PlaceFacts = BALASFURA,
    landmark: str = "أمام مركز شباب القرية",
    date: dt.date = SUNDAY,
    hours: tuple[str, str] = ("09:00", "14:00"),
    last_intake: str = "13:30",
    **changes: object,
) -> StopFacts:
    """A stop with everything known; `changes` replaces whatever else."""
    facts = StopFacts(
        uid=f"{place.code}-{date}-{hours[0]}",
        place=place,
        landmark=landmark,
        date=date,
        starts_at=dt.time.fromisoformat(hours[0]),
        ends_at=dt.time.fromisoformat(hours[1]),
        last_intake=dt.time.fromisoformat(last_intake) if last_intake else None,
        services=SERVICES,
        documents=DOCUMENTS,
        payments=PAYMENTS,
    )
    return dataclasses.replace(facts, **changes)  # type: ignore[arg-type]


def announcement(*stops: StopFacts, issuer: IssuerFacts = UNIT, number: int = 5, **changes: object) -> NoticeFacts:
    return _notice(NoticeKind.ANNOUNCEMENT, number, issuer, stops=stops, **changes)


def change(before: StopFacts, after: StopFacts, *, number: int = 6, **changes: object) -> NoticeFacts:
    return changes_of(ChangeFacts(before, after), number=number, **changes)


def correction(before: StopFacts, after: StopFacts) -> NoticeFacts:
    """A mistake in announcement 5/2026, mended."""
    return dataclasses.replace(change(before, after), is_correction=True)


def changes_of(*pairs: ChangeFacts, issuer: IssuerFacts = UNIT, number: int = 6, **changes: object) -> NoticeFacts:
    return _notice(
        NoticeKind.CHANGE, number, issuer, **{"changes": pairs, "cites": (NoticeReference(5, 2026),), **changes}
    )


def cancellation(*stops: StopFacts, issuer: IssuerFacts = UNIT, number: int = 7, **changes: object) -> NoticeFacts:
    return _notice(
        NoticeKind.CANCELLATION, number, issuer, **{"stops": stops, "cites": (NoticeReference(5, 2026),), **changes}
    )


def _notice(kind: NoticeKind, number: int, issuer: IssuerFacts, **values: object) -> NoticeFacts:
    facts = NoticeFacts(kind=kind, number=number, year=2026, issuer=issuer, page_url=URL.format(number))
    return dataclasses.replace(facts, **values)  # type: ignore[arg-type]


VISIT = stop()
WEEK = (
    stop(),
    stop(date=MONDAY),
    stop(KAWAMIL, "بجوار الوحدة الصحية", MONDAY, ("09:00", "13:00"), "12:30"),
    stop(SHANDAWIL, "أمام مقر الوحدة المحلية لقرية جزيرة شندويل", WEDNESDAY),
    stop(BAJA, "بجوار الجامع الكبير", THURSDAY),
)
STILL_VALID = (WEEK[2], WEEK[3], WEEK[4])
DUST = "سوء الأحوال الجوية"

NOTICES: dict[str, NoticeFacts] = {
    "announcement_village": announcement(VISIT),
    "announcement_quarter_bare": announcement(
        StopFacts("q", NASIR, "خلف ديوان عام الحي", SUNDAY, dt.time(9, 0), dt.time(12, 0)),
        issuer=WEST,
        number=1,
        page_url="",
    ),
    "announcement_two_days": announcement(stop(), stop(date=MONDAY)),
    "bulletin": announcement(*WEEK),
    "bulletin_mixed_services": announcement(
        stop(vehicle="S1"),
        stop(HAMLET, "بجوار المدرسة الابتدائية", SUNDAY, services=(SHOPS,), vehicle="S2"),
        stop(BAJA, "بجوار الجامع الكبير", MONDAY, payments=("نقدًا",), vehicle="S1"),
        stop(KAWAMIL, "", TUESDAY, last_intake="", vehicle="S3"),
    ),
    "change_date": change(
        VISIT,
        stop(date=WEDNESDAY),
        cause=DUST,
        still_valid=STILL_VALID,
    ),
    "change_hours": change(
        VISIT, stop(hours=("10:00", "13:00"), last_intake="12:30"), cause="أعمال صيانة شبكة الكهرباء"
    ),
    "change_to_an_earlier_day": change(stop(date=MONDAY), stop(date=SUNDAY), cause="إعادة تنظيم المواعيد"),
    "correction_landmark": correction(VISIT, stop(landmark="أمام مقر الجمعية الزراعية بالقرية")),
    "correction_hours": correction(VISIT, stop(hours=("09:00", "13:00"), last_intake="12:30")),
    "correction_place": correction(VISIT, stop(BAJA, "بجوار الجامع الكبير")),
    "change_landmark": change(VISIT, stop(landmark="أمام مقر الجمعية الزراعية بالقرية")),
    "change_place_and_date": change(
        VISIT, stop(BAJA, "بجوار الجامع الكبير", MONDAY), cause="أعمال رصف الطريق", number=8
    ),
    "change_services": change(
        VISIT,
        stop(services=(dataclasses.replace(RENTS, outcome=Outcome.RECEIVED), SHOPS, RECONCILIATION)),
        cause="عطل في شبكة الاتصال",
    ),
    "change_several": changes_of(
        ChangeFacts(VISIT, stop(date=WEDNESDAY)),
        ChangeFacts(WEEK[2], stop(KAWAMIL, "بجوار الوحدة الصحية", MONDAY, ("10:00", "14:00"), "12:30")),
        cause=DUST,
        cites=(NoticeReference(4, 2026), NoticeReference(5, 2026)),
    ),
    "cancellation": cancellation(VISIT, cause=DUST, still_valid=WEEK[2:4], also_cancelled=WEEK[1:2]),
    "cancellation_masculine_bare": cancellation(
        StopFacts("q", STATION, "", SUNDAY, dt.time(9, 0), dt.time(12, 0)),
        issuer=WEST,
        number=3,
        cites=(NoticeReference(2, 2026, NoticeKind.CHANGE),),
        page_url="",
    ),
    "cancellation_several": cancellation(*WEEK, cause=DUST, cites=(NoticeReference(5, 2026), NoticeReference(6, 2026))),
}
