"""What postponing, breaking down and working again write, and what they refuse."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User

from announcements.enums import NoticeKind, TextForm
from announcements.models import Delivery, Notice, NoticeCounter
from announcements.reviews import Review, TextsChanged, fingerprint
from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.actions_incidents import (
    Continuation,
    cancel_stops,
    find_continuation,
    postpone_stop,
    postpone_stops,
    preview_breakdown,
    preview_postponements,
    preview_resumption,
    report_breakdown,
    resume_stop,
)
from schedules.enums import Cause, RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.models import ContentVersion
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.schedules.test_actions import NOW, stop_data
from vehicles.models import District

pytestmark = pytest.mark.django_db

EVENING_BEFORE = dt.datetime(2026, 11, 28, 20, 0, tzinfo=CAIRO)
AT_NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
WEDNESDAY = dt.date(2026, 12, 2)
STOPPED_AT = dt.time(11, 30)
CONTINUATION = Continuation(date=WEDNESDAY, starts_at=dt.time(9), ends_at=dt.time(13))


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory(fixed_centre_name_ar="المركز التكنولوجي لخدمة المواطنين بالمدينة")
    return unit


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


def announce(district: District, by: User, **changes: Any) -> Stop:
    """A stop that the public has been told of, in a notice of its own."""
    stop = draft_stop(stop_data(district, **changes), by=by, now=NOW)
    publish_stops([stop], by=by, now=NOW)
    return stop


def told(stop: Stop) -> StopRevision:
    return StopRevision.objects.public().get(stop=stop)


def text_of(notice: Notice, form: TextForm = TextForm.SOCIAL) -> str:
    return notice.texts.get(form=form).body


def redate(stop: Stop, by: User, now: dt.datetime = EVENING_BEFORE, **changes: Any) -> Stop:
    fresh = Stop.objects.get(pk=stop.pk)
    return edit_stop(fresh, dataclasses.replace(StopData.of(fresh), **changes), by=by, now=now)


# -- postponing -------------------------------------------------------------------------------------------------------------


def test_postponing_tells_the_public_and_leaves_a_debt(district: District, head: User) -> None:
    channel = ChannelFactory(district=district)
    stop = announce(district, head)
    first = stop.revisions.get()
    before = ContentVersion.objects.get().number

    notice = postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)

    revision = told(stop)
    stop.refresh_from_db()
    assert (stop.status, revision.state, revision.number, revision.date) == (
        StopStatus.POSTPONED,
        RevisionState.POSTPONED,
        1,
        STOP_DATE,
    )
    assert (notice.kind, notice.number, notice.items.get().replaces.revision) == (NoticeKind.POSTPONEMENT, 2, first)
    assert "تأجيل" in text_of(notice)
    assert "سوء الأحوال الجوية" in text_of(notice)
    assert "رقم 1/2026" in text_of(notice)
    assert ContentVersion.objects.get().number == before + 1
    delivery = Delivery.objects.get(notice=notice, channel=channel)
    assert delivery.expires_at == revision.ends
    assert delivery.edit_text
    assert list(Stop.objects.owed()) == [stop]


def test_a_postponed_stop_frees_its_vehicle(district: District, head: User) -> None:
    stop = announce(district, head)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    services = tuple(stop.services.all())
    other = announce(district, head, vehicle=stop.vehicle, services=services)
    assert told(other).vehicle == stop.vehicle

    with pytest.raises(RuleBroken) as refused:
        redate(stop, head)  # back to the hours that another stop has taken
    assert [problem.code for problem in refused.value.problems] == ["vehicle_already_booked"]


def test_a_new_date_is_a_change_that_cites_the_postponement_and_needs_no_cause(district: District, head: User) -> None:
    stop = announce(district, head)
    postponed = postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    edited = redate(stop, head, date=WEDNESDAY)
    assert (edited.status, edited.has_unpublished_changes) == (StopStatus.POSTPONED, True)

    (notice,) = publish_stops([edited], by=head, now=EVENING_BEFORE)

    assert (notice.kind, notice.number, notice.items.get().replaces.notice) == (NoticeKind.CHANGE, 3, postponed)
    assert "رقم 2/2026" in text_of(notice)
    assert (told(stop).state, told(stop).date) == (RevisionState.SCHEDULED, WEDNESDAY)
    assert Stop.objects.owed().count() == 0


def test_a_visit_may_take_place_as_it_was_announced_after_all(district: District, head: User) -> None:
    stop = announce(district, head)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    (notice,) = publish_stops([redate(stop, head)], by=head, now=EVENING_BEFORE)
    assert notice.kind == NoticeKind.CHANGE
    assert told(stop).state == RevisionState.SCHEDULED


def test_a_debt_can_be_settled_long_after_its_day(district: District, head: User) -> None:
    ChannelFactory(district=district)
    stop = announce(district, head)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    later = dt.datetime(2027, 1, 4, 10, tzinfo=CAIRO)

    notice = cancel_stop(stop, cause=Cause.ORGANISATION, by=head, now=later)

    assert notice.kind == NoticeKind.CANCELLATION
    assert Delivery.objects.get(notice=notice).expires_at > later
    stop.refresh_from_db()
    assert stop.status == StopStatus.CANCELLED


def test_a_date_that_was_drafted_before_waits_beside_the_postponement(district: District, head: User) -> None:
    stop = announce(district, head)
    redate(stop, head, date=WEDNESDAY)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    stop.refresh_from_db()
    assert stop.has_unpublished_changes
    assert told(stop).date == STOP_DATE


def test_what_is_off_over_or_not_public_is_not_postponed(district: District, head: User) -> None:
    draft = StopFactory(place__district=district)
    cancelled = announce(district, head)
    cancel_stop(cancelled, cause=Cause.FUEL, by=head, now=NOW)
    twice = announce(district, head)
    postpone_stop(twice, cause=Cause.FUEL, by=head, now=NOW)
    past = announce(district, head)
    for stop, now, code in (
        (draft, NOW, "not_published"),
        (cancelled, NOW, "not_published"),
        (twice, NOW, "not_published"),
        (past, dt.datetime(2026, 11, 29, 14, tzinfo=CAIRO), "already_over"),
    ):
        with pytest.raises(DomainError) as refused:
            postpone_stop(stop, cause=Cause.WEATHER, by=head, now=now)
        assert refused.value.code == code
    with pytest.raises(DomainError) as refused:
        postpone_stop(past, cause="", by=head, now=NOW)
    assert refused.value.field == "cause"
    with pytest.raises(NotAllowed):
        postpone_stop(past, cause=Cause.WEATHER, by=make_editor(district), now=NOW)


def test_a_preview_of_a_postponement_leaves_nothing_and_is_what_is_sent(district: District, head: User) -> None:
    stop = announce(district, head)
    numbers = NoticeCounter.objects.get().last
    previews = preview_postponements([stop], cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    assert NoticeCounter.objects.get().last == numbers
    assert told(stop).state == RevisionState.SCHEDULED
    with pytest.raises(TextsChanged):
        postpone_stop(stop, cause=Cause.POWER, by=head, now=EVENING_BEFORE, review=Review(read=fingerprint(previews)))
    assert told(stop).state == RevisionState.SCHEDULED
    notice = postpone_stop(
        stop, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE, review=Review(read=fingerprint(previews))
    )
    assert previews[0].texts == {text.form: text.body for text in notice.texts.all()}


def test_urgent_news_is_issued_with_its_minute_which_is_not_what_was_read(district: District, head: User) -> None:
    stop = announce(district, head)
    news = {"stopped_at": STOPPED_AT, "cause": Cause.NETWORK, "by": head}
    previews = preview_breakdown(stop, **news, now=AT_NOON)  # type: ignore[arg-type]
    a_minute_later = AT_NOON + dt.timedelta(minutes=1, seconds=20)

    notice = report_breakdown(stop, **news, now=a_minute_later, review=Review(read=fingerprint(previews)))  # type: ignore[arg-type]

    assert notice.facts["issued_at"] == "2026-11-29T12:01:00"
    head_line = notice.texts.get(form="social").body.splitlines()[0]
    assert head_line == (
        f"تنويه عاجل رقم {notice.number}/2026 – {district.issuer_name_ar} – الساعة 12:01 ظهرًا، "
        "يوم الأحد الموافق 29 نوفمبر 2026"
    )


# -- a whole day ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "status", "kind"),
    [
        (postpone_stops, StopStatus.POSTPONED, NoticeKind.POSTPONEMENT),
        (cancel_stops, StopStatus.CANCELLED, NoticeKind.CANCELLATION),
    ],
)
def test_a_day_of_several_units_is_called_off_in_one_act(act: Any, status: StopStatus, kind: NoticeKind) -> None:
    supervisor = make_supervisor()
    first, second = DistrictFactory(), DistrictFactory()
    week = [draft_stop(stop_data(first), by=supervisor, now=NOW) for _ in range(2)]
    publish_stops(week, by=supervisor, now=NOW)
    stops = [*week, announce(second, supervisor)]

    notices = act(stops, cause=Cause.WEATHER, by=supervisor, now=EVENING_BEFORE)

    assert [(notice.district, notice.kind, notice.number, notice.items.count()) for notice in notices] == [
        (first, kind, 2, 2),
        (second, kind, 2, 1),
    ]
    assert {Stop.objects.get(pk=stop.pk).status for stop in stops} == {status}


def test_a_day_is_called_off_whole_or_not_at_all(district: District) -> None:
    supervisor = make_supervisor()
    good, bad = announce(district, supervisor), announce(district, supervisor)
    cancel_stop(bad, cause=Cause.FUEL, by=supervisor, now=NOW)
    issued = Notice.objects.count()
    with pytest.raises(DomainError):
        postpone_stops([good, bad], cause=Cause.WEATHER, by=supervisor, now=EVENING_BEFORE)
    assert told(good).state == RevisionState.SCHEDULED
    assert Notice.objects.count() == issued
    with pytest.raises(DomainError):
        postpone_stops([], cause=Cause.WEATHER, by=supervisor, now=EVENING_BEFORE)


def test_other_dates_of_the_week_survive_in_the_edited_post(district: District, head: User) -> None:
    """A later correction of the same announcement names what was postponed and what stopped, each as it stands."""
    ChannelFactory(district=district)
    days = [STOP_DATE, STOP_DATE + dt.timedelta(days=1), STOP_DATE + dt.timedelta(days=2)]
    names = ["أولاد نصير", "جزيرة شندويل", "بلصفورة"]
    stops = [
        draft_stop(stop_data(district, date=day, place=PlaceFactory(district=district, name_ar=name)), by=head, now=NOW)
        for day, name in zip(days, names, strict=True)
    ]
    publish_stops(stops, by=head, now=NOW)
    postpone_stop(stops[1], cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    report_breakdown(stops[0], stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=AT_NOON)

    notice = cancel_stop(stops[2], cause=Cause.FUEL, by=head, now=AT_NOON)

    facts = notice.facts
    assert [[stop["place"]["name"] for stop in facts[key]] for key in ("also_stopped", "also_postponed")] == [
        ["أولاد نصير"],
        ["جزيرة شندويل"],
    ]
    assert facts["still_valid"] == facts["also_cancelled"] == []
    edited = Delivery.objects.get(notice=notice).edit_text
    assert all(name in edited for name in names)


# -- breaking down ------------------------------------------------------------------------------------------------------------


def test_a_breakdown_is_told_at_once(district: District, head: User) -> None:
    channel = ChannelFactory(district=district)
    stop = announce(district, head)

    notice = report_breakdown(
        stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, requests_stay_valid=True, by=head, now=AT_NOON
    )

    revision = told(stop)
    stop.refresh_from_db()
    assert (stop.status, revision.state, revision.stopped_at, revision.requests_stay_valid) == (
        StopStatus.PUBLISHED,
        RevisionState.STOPPED,
        STOPPED_AT,
        True,
    )
    assert (revision.starts_at, revision.ends_at) == (dt.time(9), dt.time(14))
    assert notice.kind == NoticeKind.URGENT
    text = text_of(notice)
    assert "تنويه عاجل" in text
    assert "عطل في شبكة الاتصال" in text
    assert "11:30" in text
    assert "المركز التكنولوجي لخدمة المواطنين بالمدينة" in text
    assert "سارية" in text
    assert Delivery.objects.get(notice=notice, channel=channel).expires_at == revision.ends


def test_a_breakdown_makes_and_announces_the_visit_that_completes_it(district: District, head: User) -> None:
    ChannelFactory(district=district)
    stop = announce(district, head)

    notice = report_breakdown(
        stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, continuation=CONTINUATION, by=head, now=AT_NOON
    )

    completing = find_continuation(stop)
    assert completing is not None
    copy = completing.stop
    assert (copy.status, copy.continues, completing.number, completing.date) == (
        StopStatus.PUBLISHED,
        stop,
        0,
        WEDNESDAY,
    )
    assert (completing.vehicle, completing.place, completing.ends_at) == (stop.vehicle, stop.place, dt.time(13))
    assert [row.service for row in completing.offered.all()] == list(stop.services.all())
    assert {item.revision for item in notice.items.all()} == {told(stop), completing}
    assert Delivery.objects.get(notice=notice).expires_at == completing.ends
    assert "2 ديسمبر 2026" in text_of(notice)
    # A later change of that visit cites the urgent notice, which told of it.
    changed = cancel_stop(copy, cause=Cause.FUEL, by=head, now=AT_NOON)
    assert [item.replaces.notice for item in changed.items.all()] == [notice]
    assert find_continuation(stop) is None


def test_more_can_be_told_while_it_stands_still(district: District, head: User) -> None:
    stop = announce(district, head)
    first = report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=AT_NOON)
    second = report_breakdown(
        stop,
        stopped_at=STOPPED_AT,
        cause=Cause.NETWORK,
        resumes_at=dt.time(13),
        continuation=CONTINUATION,
        by=head,
        now=AT_NOON,
    )
    assert (second.kind, second.items.get(replaces__isnull=False).replaces.notice) == (NoticeKind.URGENT, first)
    with pytest.raises(DomainError) as refused:
        report_breakdown(
            stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, continuation=CONTINUATION, by=head, now=AT_NOON
        )
    assert refused.value.code == "already_continued"
    third = report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.POWER, by=head, now=AT_NOON)
    assert "2 ديسمبر 2026" in text_of(third)
    assert third.items.count() == 1


@pytest.mark.parametrize(
    ("arguments", "field", "code"),
    [
        ({"stopped_at": dt.time(9)}, "stopped_at", "stopped_outside_hours"),
        ({"stopped_at": dt.time(14)}, "stopped_at", "stopped_outside_hours"),
        ({"stopped_at": dt.time(12, 1)}, "stopped_at", "in_the_future"),
        ({"resumes_at": STOPPED_AT}, "resumes_at", "resumes_outside_hours"),
        ({"resumes_at": dt.time(14)}, "resumes_at", "resumes_outside_hours"),
        ({"resumes_at": dt.time(12)}, "resumes_at", "resumes_in_the_past"),
        ({"cause": ""}, "cause", "cause_missing"),
        ({"continuation": Continuation(STOP_DATE, dt.time(15), dt.time(17))}, "continuation_date", "continued_the_same_day"),
        ({"continuation": Continuation(WEDNESDAY, dt.time(9), dt.time(8))}, "continuation_ends_at", "ends_before_it_starts"),
        (
            {"continuation": Continuation(dt.date(2026, 12, 4), dt.time(9), dt.time(12))},
            "continuation_off_day_reason",
            "weekend_without_reason",
        ),
    ],
)  # fmt: skip
def test_a_breakdown_that_cannot_be_is_refused_beside_its_field(
    district: District, head: User, arguments: dict[str, Any], field: str, code: str
) -> None:
    stop = announce(district, head)
    with pytest.raises(DomainError) as refused:
        report_breakdown(stop, by=head, now=AT_NOON, **{"stopped_at": STOPPED_AT, "cause": Cause.NETWORK, **arguments})
    assert (refused.value.field, refused.value.code) == (field, code)
    assert told(stop).state == RevisionState.SCHEDULED
    assert Stop.objects.count() == 1


def test_a_breakdown_is_of_its_own_day_and_of_an_announced_visit(district: District, head: User) -> None:
    stop, draft = announce(district, head), StopFactory(place__district=district)
    for which, now, code in (
        (stop, EVENING_BEFORE, "not_today"),
        (stop, AT_NOON + dt.timedelta(days=1), "not_today"),
        (draft, AT_NOON, "not_published"),
    ):
        with pytest.raises(DomainError) as refused:
            report_breakdown(which, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=now)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=make_editor(district), now=AT_NOON)


def test_the_completing_visit_needs_a_free_vehicle(district: District, head: User) -> None:
    stop = announce(district, head)
    announce(district, head, vehicle=stop.vehicle, services=tuple(stop.services.all()), date=WEDNESDAY)
    with pytest.raises(RuleBroken) as refused:
        report_breakdown(
            stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, continuation=CONTINUATION, by=head, now=AT_NOON
        )
    assert [problem.code for problem in refused.value.problems] == ["vehicle_already_booked"]


def test_what_stopped_is_neither_cancelled_postponed_nor_changed(district: District, head: User) -> None:
    stop = announce(district, head)
    report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=AT_NOON)
    for act in (cancel_stop, postpone_stop):
        with pytest.raises(DomainError) as refused:
            act(stop, cause=Cause.FUEL, by=head, now=AT_NOON)
        assert refused.value.code == "partly_held"
    with pytest.raises(DomainError) as refused:
        redate(stop, head, now=AT_NOON, ends_at=dt.time(16))
    assert refused.value.code == "partly_held"


def test_a_preview_of_a_breakdown_leaves_nothing(district: District, head: User) -> None:
    stop = announce(district, head)
    (preview,) = preview_breakdown(
        stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, continuation=CONTINUATION, by=head, now=AT_NOON
    )
    assert preview.kind == NoticeKind.URGENT
    assert (Stop.objects.count(), told(stop).state) == (1, RevisionState.SCHEDULED)


# -- working again ------------------------------------------------------------------------------------------------------------


def test_working_again_is_told_and_keeps_what_happened(district: District, head: User) -> None:
    ChannelFactory(district=district)
    stop = announce(district, head)
    urgent = report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=AT_NOON)
    now = AT_NOON + dt.timedelta(minutes=30)
    (preview,) = preview_resumption(stop, resumed_at=dt.time(12, 15), by=head, now=now)

    notice = resume_stop(stop, resumed_at=dt.time(12, 15), by=head, now=now)

    revision = told(stop)
    assert (revision.state, revision.stopped_at, revision.resumes_at, revision.ends_at) == (
        RevisionState.SCHEDULED,
        STOPPED_AT,
        dt.time(12, 15),
        dt.time(14),
    )
    assert (notice.kind, notice.items.get().replaces.notice) == (NoticeKind.RESUMPTION, urgent)
    assert "12:15" in text_of(notice)
    assert preview.texts[TextForm.SOCIAL] == text_of(notice)
    assert Delivery.objects.get(notice=notice).expires_at == revision.ends
    # From here it is a visit like any other.
    assert cancel_stop(stop, cause=Cause.POWER, by=head, now=now).kind == NoticeKind.CANCELLATION


@pytest.mark.parametrize(
    ("resumed_at", "code"),
    [
        (STOPPED_AT, "resumes_outside_hours"),
        (dt.time(14), "resumes_outside_hours"),
        (dt.time(13), "in_the_future"),
    ],
)
def test_working_again_at_an_impossible_hour_is_refused(
    district: District, head: User, resumed_at: dt.time, code: str
) -> None:
    stop = announce(district, head)
    report_breakdown(stop, stopped_at=STOPPED_AT, cause=Cause.NETWORK, by=head, now=AT_NOON)
    with pytest.raises(DomainError) as refused:
        resume_stop(stop, resumed_at=resumed_at, by=head, now=AT_NOON)
    assert (refused.value.field, refused.value.code) == ("resumed_at", code)


def test_only_what_stopped_works_again(district: District, head: User) -> None:
    stop = announce(district, head)
    with pytest.raises(DomainError) as refused:
        resume_stop(stop, resumed_at=dt.time(11), by=head, now=AT_NOON)
    assert refused.value.code == "not_stopped"


# -- intake only ------------------------------------------------------------------------------------------------------------


def test_intake_only_receives_what_would_be_finished_and_takes_no_payment(district: District, head: User) -> None:
    vehicle = VehicleFactory(assigned_to=district)
    finished = OfferFactory(vehicle=vehicle, outcome="finished").service
    told_only = OfferFactory(vehicle=vehicle, outcome="information").service
    stop = announce(district, head, vehicle=vehicle, services=(finished, told_only))

    edited = redate(stop, head, intake_only=True)
    assert edited.has_unpublished_changes
    (notice,) = publish_stops([edited], by=head, now=EVENING_BEFORE, cause=Cause.NETWORK)

    revision = told(stop)
    assert {row.service: row.outcome for row in revision.offered.all()} == {
        finished: "received",
        told_only: "information",
    }
    assert revision.intake_only
    assert list(revision.payment_means.all()) == []
    assert notice.kind == NoticeKind.CHANGE
    assert "عطل في شبكة الاتصال" in text_of(notice)
    # The means are kept with the working copy, for the day on which everything works again.
    assert redate(stop, head, intake_only=False).has_unpublished_changes
    publish_stops([stop], by=head, now=EVENING_BEFORE, cause=Cause.ORGANISATION)
    assert [means.code for means in told(stop).payment_means.all()] == ["cash"]
