"""Facts that the golden texts are written from: real places and services, invented visits. Sunday is 29 November 2026."""

from __future__ import annotations

import dataclasses
import datetime as dt

from announcements.arabic.facts import (
    ChangeFacts,
    Gender,
    HoursFacts,
    InterruptionFacts,
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
GOVERNORATE = IssuerFacts(name="محافظة سوهاج", short_name="المحافظة", gender=Gender.FEMININE, phone="093-2300000")
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


def postponement(*stops: StopFacts, issuer: IssuerFacts = UNIT, number: int = 6, **changes: object) -> NoticeFacts:
    """Put off to a date that is not known yet."""
    return _notice(
        NoticeKind.POSTPONEMENT, number, issuer, **{"stops": stops, "cites": (NoticeReference(5, 2026),), **changes}
    )


def dated_anew(*pairs: tuple[StopFacts, StopFacts], number: int = 7, **changes: object) -> NoticeFacts:
    """What 6/2026 put off, with its date."""
    told = tuple(ChangeFacts(before, after, before_is_postponed=True) for before, after in pairs)
    cites = (NoticeReference(6, 2026, NoticeKind.POSTPONEMENT),)
    return changes_of(*told, number=number, **{"cites": cites, **changes})


def interrupted(
    visit: StopFacts, kind: NoticeKind = NoticeKind.URGENT, *, number: int = 8, **changes: object
) -> NoticeFacts:
    """A vehicle that stopped at half past eleven; the fields of InterruptionFacts among `changes` go there."""
    names = {field.name for field in dataclasses.fields(InterruptionFacts)}
    known = {name: changes.pop(name) for name in names & set(changes)}
    interruption = dataclasses.replace(InterruptionFacts(dt.time(11, 30)), **known)  # type: ignore[arg-type]
    issued_at = dt.datetime.combine(visit.date, dt.time(11, 40) if kind is NoticeKind.URGENT else dt.time(12, 50))
    values = {"cites": (NoticeReference(5, 2026),), "issuer": UNIT, "issued_at": issued_at, **changes}
    issuer = values.pop("issuer")
    return _notice(kind, number, issuer, stops=(visit,), interruption=interruption, **values)  # type: ignore[arg-type]


def resumption(visit: StopFacts, **changes: object) -> NoticeFacts:
    cites = (NoticeReference(8, 2026, NoticeKind.URGENT),)
    return interrupted(
        visit, NoticeKind.RESUMPTION, **{"number": 9, "resumes_at": dt.time(12, 45), "cites": cites, **changes}
    )


def hours_notice(period: HoursFacts, *, issuer: IssuerFacts = UNIT, number: int = 2, **changes: object) -> NoticeFacts:
    return _notice(NoticeKind.HOURS, number, issuer, hours=period, **changes)


def bulletin(*stops: StopFacts, number: int = 3, issuer: IssuerFacts = GOVERNORATE, **changes: object) -> NoticeFacts:
    """A week of every unit."""
    return _notice(NoticeKind.BULLETIN, number, issuer, **{"stops": stops, "week": (SUNDAY, THURSDAY), **changes})


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
NETWORK = "عطل في شبكة الاتصال"
LESS = (dataclasses.replace(RENTS, outcome=Outcome.RECEIVED), SHOPS, RECONCILIATION)
RAMADAN = HoursFacts(
    "شهر رمضان المبارك",
    dt.date(2026, 2, 19),
    dt.date(2026, 3, 19),
    dt.time(9, 0),
    dt.time(14, 0),
    greeting="وكل عام وأنتم بخير",
)
EVERYWHERE = (
    stop(vehicle="S1"),
    stop(KAWAMIL, "أمام مركز شباب القرية", MONDAY, vehicle="S1"),
    stop(NASIR, "خلف ديوان عام الحي", SUNDAY, ("10:00", "13:00"), "", services=(SHOPS,), vehicle="W1"),
    stop(STATION, "", TUESDAY, vehicle="W1"),
    stop(BAJA, "بجوار الجامع الكبير", SUNDAY, vehicle="S2"),
    stop(BAJA, "بجوار الجامع الكبير", MONDAY, vehicle="S2"),
)
# Two vehicles, and a third, at one place and hour.
FIRST = stop(vehicle="S1")
SECOND = stop(vehicle="S2", uid="second")
THIRD = stop(vehicle="S3", uid="third")
TOGETHER = (FIRST, SECOND)


def on(day: dt.date, *stops: StopFacts) -> tuple[StopFacts, ...]:
    """The same stops on another day."""
    return tuple(dataclasses.replace(one, date=day, uid=f"{one.uid}-{day}") for one in stops)


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
    "bulletin_of_one_place": announcement(stop(), stop(date=MONDAY, hours=("10:00", "14:00"))),
    "bulletin_of_two_places": announcement(stop(), stop(BAJA, "بجوار الجامع الكبير (القديم)", MONDAY)),
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
    "correction_of_what_is_offered": correction(
        VISIT,
        stop(
            services=(dataclasses.replace(RECONCILIATION, outcome=Outcome.RECEIVED), *SERVICES[:3]), payments=("نقدًا",)
        ),
    ),
    "change_of_unit": changes_of(ChangeFacts(VISIT, VISIT, UNIT.name, WEST.name), issuer=WEST),
    "correction_several": dataclasses.replace(
        changes_of(
            ChangeFacts(VISIT, stop(BAJA, "بجوار الجامع الكبير")),
            ChangeFacts(WEEK[2], dataclasses.replace(WEEK[2], last_intake=dt.time(12))),
        ),
        is_correction=True,
    ),
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
    "change_less_limited": change(VISIT, stop(services=(*LESS[:1], OCCUPANCY, *LESS[1:])), cause=NETWORK),
    "change_no_payment": change(VISIT, stop(payments=()), cause=NETWORK),
    "change_less_and_no_payment": change(
        VISIT,
        stop(services=(dataclasses.replace(RENTS, outcome=Outcome.INFORMATION), SHOPS), payments=()),
        cause=NETWORK,
        issuer=WEST,
    ),
    "postponement": postponement(
        VISIT, cause=DUST, still_valid=WEEK[2:3], also_cancelled=WEEK[3:4], also_postponed=WEEK[4:5]
    ),
    "postponement_masculine_bare": postponement(
        StopFacts("q", STATION, "", SUNDAY, dt.time(9, 0), dt.time(12, 0)), issuer=WEST, number=3, page_url=""
    ),
    "postponement_two_days": postponement(stop(), stop(date=MONDAY), cause=DUST),
    "postponement_two": postponement(
        VISIT, WEEK[2], cause=DUST, cites=(NoticeReference(5, 2026), NoticeReference(2, 2026))
    ),
    "postponement_several": postponement(*WEEK, cause=DUST, also_postponed=(stop(date=THURSDAY), stop(date=TUESDAY))),
    "dated_anew": dated_anew((VISIT, stop(date=WEDNESDAY))),
    "dated_anew_elsewhere": dated_anew(
        (VISIT, stop(BAJA, "بجوار الجامع الكبير", THURSDAY, ("10:00", "13:00"), "12:30"))
    ),
    "dated_anew_after_weather": dated_anew((VISIT, stop(date=WEDNESDAY)), cause=DUST),
    "dated_anew_elsewhere_after_weather": dated_anew(
        (VISIT, stop(BAJA, "بجوار الجامع الكبير", THURSDAY, ("10:00", "13:00"), "12:30")), cause=DUST
    ),
    "dated_anew_at_another_landmark": dated_anew((VISIT, stop(date=WEDNESDAY, landmark="خلف المدرسة")), cause=DUST),
    "dated_anew_as_before": dated_anew((VISIT, VISIT)),
    "dated_anew_several": dated_anew(
        (VISIT, stop(date=WEDNESDAY)), (WEEK[2], dataclasses.replace(WEEK[2], date=THURSDAY)), cause=DUST
    ),
    "cancellation_of_postponed": cancellation(
        VISIT, cites=(NoticeReference(6, 2026, NoticeKind.POSTPONEMENT),), cause="استمرار سوء الأحوال الجوية"
    ),
    "urgent_resumes": interrupted(VISIT, resumes_at=dt.time(12, 45), cause=NETWORK, requests_stay_valid=True),
    "urgent_continued": interrupted(
        VISIT, continuation=stop(date=WEDNESDAY), cause=NETWORK, requests_stay_valid=True, still_valid=WEEK[3:5]
    ),
    "urgent_continued_elsewhere": interrupted(
        VISIT, continuation=stop(BAJA, "بجوار الجامع الكبير", WEDNESDAY), cause="العطل المفاجئ بالسيارة"
    ),
    "urgent_of_unknown_time": interrupted(VISIT, cause="انقطاع التيار الكهربائي", cites=(), issued_at=None),
    "urgent_fixed_centre": interrupted(VISIT, cause="انقطاع التيار الكهربائي"),
    "urgent_masculine_bare": interrupted(
        StopFacts("q", STATION, "", SUNDAY, dt.time(9, 0), dt.time(12, 0)), issuer=WEST, number=3, page_url=""
    ),
    "resumption": resumption(VISIT, cause=NETWORK, requests_stay_valid=True, also_stopped=WEEK[2:3]),
    "resumption_after_last_intake": resumption(VISIT, resumes_at=dt.time(13, 30), issuer=WEST),
    "hours_ramadan": hours_notice(dataclasses.replace(RAMADAN, vehicles=3, last_intake=dt.time(13, 30))),
    "hours_ramadan_masculine_provisional": hours_notice(
        dataclasses.replace(RAMADAN, is_provisional=True), issuer=dataclasses.replace(WEST, phone="0932310001")
    ),
    "hours_period": hours_notice(
        HoursFacts("فترة امتحانات الثانوية العامة", dt.date(2026, 6, 21), dt.date(2026, 7, 16), dt.time(9), dt.time(13))
    ),
    "governorate_bulletin": bulletin(*EVERYWHERE),
    "governorate_bulletin_alike": bulletin(
        *(
            stop(place, "", day, vehicle=place.code)
            for place, day in ((BALASFURA, SUNDAY), (NASIR, SUNDAY), (KAWAMIL, TUESDAY))
        ),
        issuer=dataclasses.replace(GOVERNORATE, phone=""),
    ),
    "correction_of_bulletin": change(
        VISIT, stop(date=WEDNESDAY), cites=(NoticeReference(3, 2026, NoticeKind.BULLETIN, "محافظة سوهاج"),)
    ),
    "cancellation_several": cancellation(*WEEK, cause=DUST, cites=(NoticeReference(5, 2026), NoticeReference(6, 2026))),
    "two_vehicles": announcement(*TOGETHER),
    "two_vehicles_with_other_services": announcement(
        stop(vehicle="S1", services=(RENTS, SHOPS)),
        stop(vehicle="S2", uid="second", services=(RENTS, OCCUPANCY, RECONCILIATION), payments=("نقدًا",)),
    ),
    "two_vehicles_in_a_week": announcement(*TOGETHER, stop(BAJA, "بجوار الجامع الكبير", MONDAY, vehicle="S1")),
    "three_vehicles_two_days": announcement(*TOGETHER, THIRD, *on(MONDAY, *TOGETHER, THIRD)),
    "cancellation_of_one_of_two": cancellation(FIRST, cause=DUST, still_valid=(SECOND,)),
    "cancellation_of_two_vehicles": cancellation(*TOGETHER, cause=DUST),
    "cancellation_of_one_of_two_listed": cancellation(
        FIRST, dataclasses.replace(WEEK[2], vehicle="S1"), cause=DUST, still_valid=(SECOND,)
    ),
    "postponement_of_one_of_three": postponement(FIRST, cause=DUST, still_valid=(SECOND, THIRD)),
    "urgent_one_of_two": interrupted(FIRST, cause=NETWORK, still_valid=(SECOND,)),
    "resumption_of_one_of_two": resumption(FIRST, cause=NETWORK, still_valid=(SECOND,)),
    "change_of_two_vehicles": changes_of(
        *(ChangeFacts(one, *on(WEDNESDAY, one)) for one in TOGETHER),
        cause=DUST,
    ),
    "change_of_one_of_two": change(FIRST, *on(WEDNESDAY, FIRST), cause=DUST, still_valid=(SECOND,)),
    "two_vehicles_changed_apart": changes_of(
        ChangeFacts(FIRST, *on(WEDNESDAY, FIRST)),
        ChangeFacts(SECOND, dataclasses.replace(SECOND, landmark="بجوار الجمعية الزراعية")),
        cause=DUST,
    ),
}
