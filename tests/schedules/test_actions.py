"""What each act writes, and what it refuses: the working copy, the public record, the notice."""

import dataclasses
import datetime as dt

import pytest

from announcements.enums import DeliveryStatus, NoticeKind, TextForm
from announcements.models import Delivery, Notice, NoticeCounter
from announcements.reviews import Review, TextsChanged, fingerprint
from schedules.actions import (
    cancel_stop,
    discard_draft,
    discard_edit,
    draft_stop,
    edit_stop,
    preview_cancellation,
    preview_publication,
    publish_stops,
)
from schedules.enums import Cause, RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from schedules.validators import StopData, VehicleAlreadyBooked
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.models import ContentVersion
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory
from tests.factories.services import OfferFactory, PaymentMeansFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


def stop_data(district, **changes):
    vehicle = changes.pop("vehicle", None) or VehicleFactory(assigned_to=district)
    data = StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=dt.time(13, 30),
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
        payment_means=(PaymentMeansFactory(),),
    )
    return dataclasses.replace(data, **changes)


def draft(district, by, **changes):
    return draft_stop(stop_data(district, **changes), by=by, now=NOW)


def content_version():
    return ContentVersion.objects.get().number


def test_a_draft_is_not_public(district, head):
    before = content_version()
    stop = draft(district, head)
    assert (stop.status, stop.district, stop.created_by) == (StopStatus.DRAFT, district, head)
    assert StopRevision.objects.count() == Notice.objects.count() == 0
    assert content_version() == before


def test_a_refused_draft_writes_nothing(district, head):
    with pytest.raises(RuleBroken) as refused:
        draft(district, head, ends_at=dt.time(8), services=())
    assert [problem.field for problem in refused.value.problems] == ["ends_at", "services"]
    assert Stop.objects.count() == 0


def test_publishing_a_draft_writes_fact_notice_and_outbox(district, head):
    channel = ChannelFactory(district=district)
    ChannelFactory(district=DistrictFactory())  # another unit's channel gets nothing
    ChannelFactory(is_active=False)
    stop = draft(district, head)
    before = content_version()

    (notice,) = publish_stops([stop], by=head, now=NOW)

    revision = StopRevision.objects.public().get(stop=stop)
    stop.refresh_from_db()
    assert (stop.status, revision.number, revision.state, revision.published_by) == (
        StopStatus.PUBLISHED,
        0,
        RevisionState.SCHEDULED,
        head,
    )
    assert [row.outcome for row in revision.offered.all()] == ["received"]
    assert (notice.district, notice.year, notice.number, notice.kind) == (district, 2026, 1, NoticeKind.ANNOUNCEMENT)
    assert {text.form for text in notice.texts.all()} == set(TextForm)
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.status, delivery.text) == (
        channel,
        DeliveryStatus.PENDING,
        notice.texts.get(form=TextForm.SOCIAL).body,
    )
    assert delivery.expires_at == revision.ends
    assert content_version() == before + 1


def test_a_week_of_one_unit_is_one_notice(district, head):
    days = [STOP_DATE + dt.timedelta(days=offset) for offset in range(3)]
    stops = [draft(district, head, date=day) for day in days]
    (notice,) = publish_stops(stops, by=head, now=NOW)
    assert notice.items.count() == 3


def test_each_unit_has_its_own_numbers():
    supervisor = make_supervisor()
    first, second = DistrictFactory(), DistrictFactory()
    publish_stops([draft(first, supervisor)], by=supervisor, now=NOW)
    notices = publish_stops([draft(first, supervisor), draft(second, supervisor)], by=supervisor, now=NOW)
    assert {(notice.district, notice.number) for notice in notices} == {(first, 2), (second, 1)}


def test_an_edited_published_stop_stays_as_told_until_published_again(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)

    edited = edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(11)), by=head, now=NOW)

    assert edited.has_unpublished_changes
    assert StopRevision.objects.public().get().starts_at == dt.time(9)
    assert not edit_stop(stop, data, by=head, now=NOW).has_unpublished_changes


def test_a_change_cites_the_notice_it_replaces(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    (announced,) = publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(11), ends_at=dt.time(15)), by=head, now=NOW)

    (changed,) = publish_stops([stop], by=head, now=LATER, cause=Cause.NETWORK)

    item = changed.items.get()
    assert (changed.kind, changed.number, item.replaces.notice) == (NoticeKind.CHANGE, 2, announced)
    assert "1/2026" in changed.texts.get(form=TextForm.SOCIAL).body
    current = StopRevision.objects.public().get()
    assert (current.number, current.starts_at, current.cause_ar) == (1, dt.time(11), "عطل في شبكة الاتصال")
    assert StopRevision.objects.filter(stop=stop).count() == 2


def test_a_cancellation_cites_the_latest_valid_notice_and_stays_public(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(11)), by=head, now=NOW)
    (changed,) = publish_stops([stop], by=head, now=NOW, cause=Cause.NETWORK)

    cancelled = cancel_stop(stop, cause=Cause.WEATHER, by=head, now=LATER)

    assert (cancelled.kind, cancelled.number) == (NoticeKind.CANCELLATION, 3)
    assert cancelled.items.get().replaces.notice == changed
    current = StopRevision.objects.public().get()
    assert (current.state, current.number, current.starts_at) == (RevisionState.CANCELLED, 2, dt.time(11))
    stop.refresh_from_db()
    assert stop.status == StopStatus.CANCELLED


def test_a_cancellation_tells_of_the_public_facts_not_of_the_working_copy(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(12)), by=head, now=NOW)
    cancel_stop(stop, cause=Cause.POWER, by=head, now=LATER)
    assert StopRevision.objects.public().get().starts_at == dt.time(9)


def test_a_week_with_drafts_and_changes_makes_one_notice_of_each_kind(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(10)), by=head, now=NOW)
    new = draft(district, head, date=STOP_DATE + dt.timedelta(days=1))
    notices = publish_stops([new, stop], by=head, now=LATER, cause=Cause.ORGANISATION)
    assert [(notice.kind, notice.number) for notice in notices] == [
        (NoticeKind.ANNOUNCEMENT, 2),
        (NoticeKind.CHANGE, 3),
    ]


def test_two_published_stops_may_swap_their_hours_in_one_act(district, head):
    vehicle = VehicleFactory(assigned_to=district)
    services = (OfferFactory(vehicle=vehicle).service,)
    morning = stop_data(district, vehicle=vehicle, services=services, ends_at=dt.time(11), last_intake=None)
    noon = dataclasses.replace(
        morning, place=PlaceFactory(district=district), starts_at=dt.time(12), ends_at=dt.time(14)
    )
    first, second = (draft_stop(data, by=head, now=NOW) for data in (morning, noon))
    publish_stops([first, second], by=head, now=NOW)
    evening = dataclasses.replace(morning, starts_at=dt.time(15), ends_at=dt.time(17))
    edit_stop(first, evening, by=head, now=NOW)
    edit_stop(second, dataclasses.replace(noon, starts_at=dt.time(9), ends_at=dt.time(11)), by=head, now=NOW)
    edit_stop(first, dataclasses.replace(morning, starts_at=dt.time(12), ends_at=dt.time(14)), by=head, now=NOW)
    publish_stops([first, second], by=head, now=LATER, cause=Cause.ORGANISATION)
    assert list(StopRevision.objects.public().order_by("starts_at").values_list("stop", flat=True)) == [
        second.pk,
        first.pk,
    ]


def test_publishing_fails_whole_or_not_at_all(district, head):
    good = draft(district, head)
    bad = draft(district, head, date=STOP_DATE + dt.timedelta(days=1))
    bad.services.first().offers.all().delete()
    with pytest.raises(RuleBroken):
        publish_stops([good, bad], by=head, now=NOW)
    assert StopRevision.objects.count() == Notice.objects.count() == NoticeCounter.objects.count() == 0
    assert set(Stop.objects.values_list("status", flat=True)) == {StopStatus.DRAFT}


def test_a_preview_is_what_is_published_and_leaves_nothing(district, head):
    ChannelFactory()
    stop = draft(district, head)
    (previewed,) = preview_publication([stop], by=head, now=NOW)
    assert Notice.objects.count() == Delivery.objects.count() == NoticeCounter.objects.count() == 0
    stop.refresh_from_db()
    assert stop.status == StopStatus.DRAFT
    (notice,) = publish_stops([stop], by=head, now=NOW)
    assert previewed.texts == {text.form: text.body for text in notice.texts.all()}
    (cancellation,) = preview_cancellation(stop, cause=Cause.FUEL, by=head, now=LATER)
    assert (cancellation.kind, cancellation.number) == (NoticeKind.CANCELLATION, 2)
    assert StopRevision.objects.public().get().state == RevisionState.SCHEDULED


def test_an_editor_drafts_but_does_not_publish_or_cancel(district, head):
    editor = make_editor(district)
    stop = draft(district, editor)
    with pytest.raises(NotAllowed):
        publish_stops([stop], by=editor, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(NotAllowed):
        cancel_stop(stop, cause=Cause.WEATHER, by=editor, now=NOW)


def test_the_head_of_another_unit_may_do_nothing(district, head):
    stop = draft(district, head)
    other = make_head(DistrictFactory())
    with pytest.raises(NotAllowed):
        edit_stop(stop, StopData.of(stop), by=other, now=NOW)
    with pytest.raises(NotAllowed):
        publish_stops([stop], by=other, now=NOW)
    with pytest.raises(NotAllowed):
        discard_draft(stop, by=other)


@pytest.mark.parametrize(("cause", "cause_ar"), [("", ""), ("no-such-cause", ""), (Cause.OTHER, "  ")])
def test_a_change_or_cancellation_needs_a_cause(district, head, cause, cause_ar):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(10)), by=head, now=NOW)
    for act in (
        lambda: publish_stops([stop], by=head, now=NOW, cause=cause, cause_ar=cause_ar),
        lambda: cancel_stop(stop, cause=cause, cause_ar=cause_ar, by=head, now=NOW),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "cause_missing"


def test_a_cause_typed_with_its_particle_is_told_once(district, head):
    stop = draft(district, head)
    publish_stops([stop], by=head, now=NOW)

    notice = cancel_stop(stop, cause=Cause.OTHER, cause_ar="بسبب عطل فني", by=head, now=NOW)

    assert notice.facts["cause"] == "عطل فني"
    assert StopRevision.objects.get(stop=stop, cause=Cause.OTHER).cause_ar == "عطل فني"


def test_a_cause_that_cannot_follow_because_is_refused_beside_its_field(district, head):
    stop = draft(district, head)
    publish_stops([stop], by=head, now=NOW)

    with pytest.raises(DomainError) as refused:
        cancel_stop(stop, cause=Cause.OTHER, cause_ar="حيث تعطلت السيارة", by=head, now=NOW)

    assert (refused.value.code, refused.value.field) == ("cause_not_a_noun", "cause_ar")


def test_only_what_is_new_or_changed_is_published(district, head):
    stop = draft(district, head)
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(DomainError) as refused:
        publish_stops([stop], by=head, now=LATER)
    assert refused.value.code == "nothing_to_publish"


def test_illegal_moves_are_refused(district, head):
    stop = draft(district, head)
    with pytest.raises(DomainError) as refused:
        cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    assert refused.value.code == "not_published"
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(DomainError) as refused:
        discard_draft(stop, by=head)
    assert refused.value.code == "not_a_draft"
    with pytest.raises(DomainError) as refused:
        cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW + dt.timedelta(days=30))
    assert refused.value.code == "already_over"
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    for act in (
        lambda: cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW),
        lambda: edit_stop(stop, StopData.of(stop), by=head, now=NOW),
        lambda: publish_stops([stop], by=head, now=NOW),
    ):
        with pytest.raises(DomainError):
            act()


def test_a_discarded_draft_is_gone_and_frees_the_vehicle(district, head):
    stop = draft(district, head)
    discard_draft(stop, by=head)
    assert Stop.objects.count() == 0
    with pytest.raises(DomainError):
        discard_draft(stop, by=head)


def test_a_discarded_edit_leaves_what_the_public_was_told(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    elsewhere = dataclasses.replace(
        data, starts_at=dt.time(10), last_intake=None, landmark_ar="خلف الوحدة الصحية", payment_means=()
    )
    assert edit_stop(stop, elsewhere, by=head, now=NOW).has_unpublished_changes

    restored = discard_edit(stop, by=head)

    assert StopData.of(Stop.objects.get(pk=stop.pk)) == data
    assert (restored.status, restored.has_unpublished_changes) == (StopStatus.PUBLISHED, False)
    assert (StopRevision.objects.count(), Notice.objects.count()) == (1, 1)
    with pytest.raises(DomainError) as refused:
        discard_edit(stop, by=head)
    assert refused.value.code == "nothing_to_discard"


def test_an_edit_is_discarded_by_those_who_plan_for_the_unit(district, head):
    stop = draft_stop(stop_data(district), by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(StopData.of(stop), ends_at=dt.time(15)), by=head, now=NOW)

    with pytest.raises(NotAllowed):
        discard_edit(stop, by=make_editor(DistrictFactory()))
    assert not discard_edit(stop, by=make_editor(district)).has_unpublished_changes


def test_a_cancelled_stop_frees_the_vehicle(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(RuleBroken):
        draft_stop(data, by=head, now=NOW)
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    again = draft_stop(data, by=head, now=NOW)
    (notice,) = publish_stops([again], by=head, now=NOW)
    assert notice.kind == NoticeKind.ANNOUNCEMENT


def test_the_public_hours_of_a_moved_stop_stay_booked_until_it_is_published(district, head):
    """A working copy that moved away does not free what the public was told."""
    vehicle = VehicleFactory(assigned_to=district)
    services = (OfferFactory(vehicle=vehicle).service,)
    data = stop_data(district, vehicle=vehicle, services=services, last_intake=None)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, date=STOP_DATE + dt.timedelta(days=1)), by=head, now=NOW)
    taking = draft_stop(dataclasses.replace(data, place=PlaceFactory(district=district)), by=head, now=NOW)
    with pytest.raises(VehicleAlreadyBooked):
        publish_stops([taking], by=head, now=NOW)
    assert len(publish_stops([stop, taking], by=head, now=NOW, cause=Cause.ORGANISATION)) == 2


def test_a_change_that_no_citizen_can_notice_makes_no_notice(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    (announced,) = publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, landmark_en="In front of the youth centre"), by=head, now=NOW)
    assert publish_stops([stop], by=head, now=LATER, cause=Cause.CORRECTION) == []
    assert StopRevision.objects.public().get().number == 1
    cancelled = cancel_stop(stop, cause=Cause.WEATHER, by=head, now=LATER)
    assert cancelled.items.get().replaces.notice == announced


def test_a_mended_mistake_is_told_as_one_and_gives_no_cause(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, landmark_ar="بجوار الوحدة الصحية"), by=head, now=NOW)
    (corrected,) = publish_stops([stop], by=head, now=LATER, cause=Cause.CORRECTION)
    body = corrected.texts.get(form=TextForm.SOCIAL).body
    assert "تصويب مكان تواجد" in body
    assert "بسبب" not in body


@pytest.fixture
def substituted(district, head):
    """A stop announced by one unit on its own page, whose working copy a supervisor gave to the vehicle of another."""
    supervisor, other = make_supervisor(), DistrictFactory(hayy=True, issuer_name_ar="حي غرب بمدينة سوهاج")
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    substitute = VehicleFactory(assigned_to=other)
    OfferFactory(vehicle=substitute, service=data.services[0])
    moved = dataclasses.replace(data, vehicle=substitute, accept_outside_district=True)
    return edit_stop(stop, moved, by=supervisor, now=NOW), supervisor, other


def test_a_stop_taken_over_by_another_unit_is_told_in_the_channels_of_both(district, head):
    district.issuer_name_ar = "الوحدة المحلية لمركز ومدينة سوهاج"
    district.save()
    pages = [ChannelFactory(district=district), ChannelFactory(district=district, is_active=False)]
    supervisor, other = make_supervisor(), DistrictFactory(hayy=True, issuer_name_ar="حي غرب بمدينة سوهاج")
    theirs = ChannelFactory(district=other)
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    (announced,) = publish_stops([stop], by=head, now=NOW)
    substitute = VehicleFactory(assigned_to=other)
    OfferFactory(vehicle=substitute, service=data.services[0])
    edit_stop(stop, dataclasses.replace(data, vehicle=substitute, accept_outside_district=True), by=supervisor, now=NOW)

    (changed,) = publish_stops([stop], by=supervisor, now=LATER, cause=Cause.VEHICLE_FAULT)
    cancelled = cancel_stop(stop, cause=Cause.WEATHER, by=supervisor, now=LATER)

    assert {delivery.channel for delivery in changed.deliveries.all()} == {pages[0], theirs}
    assert {delivery.channel for delivery in cancelled.deliveries.all()} == {pages[0], theirs}
    root = announced.deliveries.get()
    assert cancelled.deliveries.get(channel=pages[0]).thread == root
    bodies = {form: changed.texts.get(form=form).body for form in TextForm}
    for form in (TextForm.SOCIAL, TextForm.WHATSAPP, TextForm.RADIO):
        assert f"الصادر عن {district.issuer_name_ar}" in bodies[form]
        assert f"{other.issuer_name_ar}، بدلًا من {district.issuer_name_ar}" in bodies[form]
    assert "الصادر عن" not in cancelled.texts.get(form=TextForm.SOCIAL).body


def test_the_unit_that_announced_a_stop_cancels_it_until_the_change_is_public(district, head, substituted):
    stop, _supervisor, other = substituted
    with pytest.raises(NotAllowed):
        cancel_stop(stop, cause=Cause.WEATHER, by=make_head(other), now=LATER)
    assert cancel_stop(stop, cause=Cause.WEATHER, by=head, now=LATER).district == district


def test_the_unit_that_took_a_stop_over_cancels_it_once_that_is_public(district, head, substituted):
    stop, supervisor, other = substituted
    publish_stops([stop], by=supervisor, now=LATER, cause=Cause.VEHICLE_FAULT)
    with pytest.raises(NotAllowed):
        cancel_stop(stop, cause=Cause.WEATHER, by=head, now=LATER)
    assert cancel_stop(stop, cause=Cause.WEATHER, by=make_head(other), now=LATER).district == other


AFTERWARDS = dt.datetime(2026, 11, 29, 14, 0, tzinfo=CAIRO)


def test_a_stop_that_took_place_is_not_edited(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    later = dataclasses.replace(data, date=STOP_DATE + dt.timedelta(days=7))
    with pytest.raises(DomainError) as refused:
        edit_stop(stop, later, by=head, now=AFTERWARDS)
    assert refused.value.code == "already_over"
    stop.refresh_from_db()
    assert stop.date == STOP_DATE


def test_a_stop_that_took_place_is_not_changed_by_an_edit_made_before(district, head):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, date=STOP_DATE + dt.timedelta(days=7)), by=head, now=NOW)
    with pytest.raises(DomainError) as refused:
        publish_stops([stop], by=head, now=AFTERWARDS, cause=Cause.ORGANISATION)
    assert refused.value.code == "already_over"
    assert StopRevision.objects.public().get().date == STOP_DATE


def test_an_announced_hour_in_the_way_is_named(district, head):
    first, second = (VehicleFactory(assigned_to=district) for _ in range(2))
    service = OfferFactory(vehicle=first).service
    OfferFactory(vehicle=second, service=service)
    data = stop_data(district, vehicle=first, services=(service,))
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edit_stop(stop, dataclasses.replace(data, vehicle=second), by=head, now=NOW)
    taking = draft_stop(dataclasses.replace(data, place=PlaceFactory(district=district)), by=head, now=NOW)
    with pytest.raises(VehicleAlreadyBooked) as refused:
        publish_stops([taking], by=head, now=NOW)
    assert data.place.label in str(refused.value.message)


def test_only_the_texts_that_were_read_are_published(district, head):
    stop = draft(district, head)
    read = fingerprint(preview_publication([stop], by=head, now=NOW))
    edit_stop(stop, dataclasses.replace(StopData.of(stop), starts_at=dt.time(10)), by=head, now=NOW)
    with pytest.raises(TextsChanged):
        publish_stops([stop], by=head, now=NOW, review=Review(read=read))
    assert Notice.objects.count() == StopRevision.objects.count() == 0
    publish_stops(
        [stop], by=head, now=NOW, review=Review(read=fingerprint(preview_publication([stop], by=head, now=NOW)))
    )
    with pytest.raises(TextsChanged):
        cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW, review=Review(read=read))
    assert StopRevision.objects.public().get().state == RevisionState.SCHEDULED


@pytest.mark.parametrize("landmark", ["أمام مدرسة 25 يناير.", "أمام  مدرسة 25 يناير", "أمام مدرسة\u200f 25 يناير"])
def test_what_reads_the_same_is_no_change(district, head, landmark):
    data = stop_data(district, landmark_ar="أمام مدرسة 25 يناير")
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    edited = edit_stop(stop, dataclasses.replace(data, landmark_ar=landmark), by=head, now=NOW)
    assert (edited.landmark_ar, edited.has_unpublished_changes) == (data.landmark_ar, False)


def test_a_full_stop_taken_from_an_older_landmark_is_no_news(district, head):
    stop = draft(district, head)
    Stop.objects.filter(pk=stop.pk).update(landmark_ar="أمام المدرسة.")
    publish_stops([stop], by=head, now=NOW)
    edited = edit_stop(stop, dataclasses.replace(StopData.of(stop), landmark_ar="أمام المدرسة"), by=head, now=NOW)
    assert edited.has_unpublished_changes
    assert publish_stops([stop], by=head, now=LATER, cause=Cause.CORRECTION) == []


@pytest.mark.parametrize("landmark", ["\u200f", ".", "🚐", "12", "\ufffe"])
def test_a_landmark_says_something(district, head, landmark):
    with pytest.raises(RuleBroken) as refused:
        draft(district, head, landmark_ar=landmark, landmark_en="-")
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("landmark_ar", "landmark_without_words"),
        ("landmark_en", "landmark_without_words"),
    ]


def test_what_nobody_sees_does_not_reach_the_public(district, head):
    stop = draft(district, head, landmark_ar="أمام\x0b الم\u202eدرسة\ufffe", landmark_en="By\x08 the\u202e mosque")
    publish_stops([stop], by=head, now=NOW)
    revision = StopRevision.objects.public().get()
    assert (revision.landmark_ar, revision.landmark_en) == ("أمام المدرسة", "By the mosque")


def test_a_cause_in_other_words_has_words(district, head):
    stop = draft(district, head)
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(DomainError) as refused:
        cancel_stop(stop, cause=Cause.OTHER, cause_ar=" \u200f.", by=head, now=LATER)
    assert refused.value.code == "cause_missing"


def test_notices_of_one_act_keep_each_others_stops_in_the_live_post(district, head):
    ChannelFactory()
    first = draft(district, head)
    second = draft(district, head, date=STOP_DATE + dt.timedelta(days=1))
    publish_stops([first, second], by=head, now=NOW)

    def begin_at(stop, hour):
        edit_stop(stop, dataclasses.replace(StopData.of(stop), starts_at=dt.time(hour)), by=head, now=NOW)

    begin_at(second, 10)
    publish_stops([second], by=head, now=NOW, cause=Cause.NETWORK)
    begin_at(first, 11)
    begin_at(second, 11)
    notices = publish_stops([first, second], by=head, now=LATER, cause=Cause.NETWORK)
    assert len(notices) == 2
    for notice in notices:
        (mine,) = [item.revision.stop for item in notice.items.all()]
        (other,) = {first, second} - {mine}
        assert other.place.name_ar in notice.deliveries.get().edit_text


def test_an_edit_of_what_somebody_saved_meanwhile_is_refused(district, head):
    stop = draft(district, head)
    seen = stop.updated_at
    edit_stop(stop, dataclasses.replace(StopData.of(stop), starts_at=dt.time(10)), by=head, now=NOW, seen=seen)
    with pytest.raises(DomainError) as refused:
        edit_stop(stop, dataclasses.replace(StopData.of(stop), starts_at=dt.time(11)), by=head, now=NOW, seen=seen)
    assert refused.value.code == "stale"
    stop.refresh_from_db()
    assert stop.starts_at == dt.time(10)
