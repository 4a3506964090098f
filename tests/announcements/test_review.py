"""The gate before the public: errors stop a notice, a supervisor's reason lets it pass and is kept, edits go out as edited."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from announcements.arabic.editing import check_edit, tidy
from announcements.arabic.facts import Form
from announcements.arabic.reading.times import read_times
from announcements.arabic.reading.tokens import tokenise
from announcements.enums import ChannelKind, TextForm
from announcements.models import Delivery, Notice, NoticeOverride, NoticeText
from announcements.reviews import Review, TextsChanged, TextsRefused, error_fingerprint, fingerprint
from schedules.actions import cancel_stop, preview_cancellation, preview_publication, publish_stops
from schedules.actions_incidents import report_breakdown
from schedules.enums import Cause, StopStatus
from schedules.models import Stop, StopRevision
from sohag_mobile.errors import DomainError, NotAllowed
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce, announce_stop
from tests.support.staff import NOW

MARKER = "إعلان رقم 5/2026 – الوحدة المحلية لمركز ومدينة سوهاج"


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


@pytest.fixture
def stop(district):
    return StopFactory(place=PlaceFactory(district=district))


@pytest.fixture
def faulty(district):
    """A stop whose landmark will be wrong in every text on every other day."""
    return StopFactory(place=PlaceFactory(district=district), landmark_ar="أمام المدرسة، غدًا")


def preview(stop, by, **edits):
    return preview_publication(
        [stop], by=by, now=NOW, review=Review(edited={(0, form): text for form, text in edits.items()})
    )


def errors_of(previews):
    return error_fingerprint(
        {(position, form): found for position, one in enumerate(previews) for form, found in one.findings.items()}
    )


# -- the gate ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_text_with_an_error_is_not_issued_and_nothing_is_written(faulty, head):
    with pytest.raises(TextsRefused) as refused:
        publish_stops([faulty], by=head, now=NOW)

    found = refused.value.findings
    assert {position for position, _form in found} == {0}
    assert {finding.code for findings in found.values() for finding in findings} == {"relative_day"}
    assert Notice.objects.count() == StopRevision.objects.count() == Delivery.objects.count() == 0
    faulty.refresh_from_db()
    assert faulty.status == StopStatus.DRAFT


@pytest.mark.django_db
def test_preview_of_a_text_with_an_error_shows_it(faulty, head):
    (previewed,) = preview(faulty, head)

    assert "relative_day" in {finding.code for finding in previewed.findings["social"]}
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_warning_does_not_stop_a_notice(district, head):
    stop = StopFactory(place=PlaceFactory(district=district), landmark_ar="أمام المدرسة, بجوار المسجد")

    (previewed,) = preview(stop, head)
    publish_stops([stop], by=head, now=NOW)

    assert {(finding.code, finding.severity.value) for finding in previewed.findings["social"]} == {
        ("punctuation", "warning")
    }
    assert not NoticeOverride.objects.exists()


@pytest.mark.django_db
def test_override_of_a_head_is_not_allowed(faulty, head):
    with pytest.raises(NotAllowed):
        publish_stops([faulty], by=head, now=NOW, review=Review(override="يوم الافتتاح"))
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_override_of_a_supervisor_is_recorded_with_its_findings(faulty):
    supervisor = make_supervisor()
    shown = errors_of(preview(faulty, supervisor))

    (notice,) = publish_stops(
        [faulty], by=supervisor, now=NOW, review=Review(override="  يوم الافتتاح ", overridden=shown)
    )

    override = notice.override
    assert (override.reason, override.overridden_by, override.overridden_at) == ("يوم الافتتاح", supervisor, NOW)
    assert {(one["code"], one["excerpt"]) for one in override.findings} == {("relative_day", "غدًا")}
    assert {one["form"] for one in override.findings} >= {"social", "whatsapp", "radio"}


@pytest.mark.django_db
def test_override_covers_no_other_errors_than_those_that_were_shown(stop, faulty):
    supervisor = make_supervisor()
    shown = errors_of(preview(stop, supervisor))

    with pytest.raises(TextsRefused):
        publish_stops([faulty], by=supervisor, now=NOW, review=Review(override="يوم الافتتاح", overridden=shown))
    assert not Notice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["...", "1234", "س" * 301])
def test_override_needs_a_reason_in_words(faulty, reason):
    with pytest.raises(DomainError) as refused:
        publish_stops([faulty], by=make_supervisor(), now=NOW, review=Review(override=reason))
    assert (refused.value.field, Notice.objects.count()) == ("override", 0)


@pytest.mark.django_db
def test_reason_without_any_error_is_not_recorded(stop):
    publish_stops([stop], by=make_supervisor(), now=NOW, review=Review(override="احتياط"))

    assert Notice.objects.count() == 1
    assert not NoticeOverride.objects.exists()


@pytest.mark.django_db
def test_cancellation_with_an_error_is_refused_and_the_stop_stays_announced(stop, head):
    announce(stop)

    with pytest.raises(TextsRefused):
        cancel_stop(stop, cause=Cause.OTHER, cause_ar="عطل يُصلح غدًا", by=head, now=NOW)

    stop.refresh_from_db()
    assert stop.status == StopStatus.PUBLISHED
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_only_the_notice_that_needed_it_is_marked_as_overridden(faulty):
    other = StopFactory()

    notices = publish_stops([faulty, other], by=make_supervisor(), now=NOW, review=Review(override="يوم الافتتاح"))

    assert [hasattr(notice, "override") for notice in notices].count(True) == 1
    assert NoticeOverride.objects.get().notice.district == faulty.district


@pytest.mark.django_db
def test_override_without_a_reason_cannot_be_stored():
    _stop, notice = announce_stop()
    with pytest.raises(IntegrityError, match="an_override_has_a_reason"), transaction.atomic():
        NoticeOverride.objects.create(
            notice=notice, reason="", findings=[], overridden_by=notice.issued_by, overridden_at=NOW
        )


# -- texts edited by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_edited_text_is_issued_delivered_and_kept_beside_the_written_one(stop, head):
    page = ChannelFactory(kind=ChannelKind.FACEBOOK)
    station = ChannelFactory(kind=ChannelKind.RADIO_FOLDER, address="radio")
    (before,) = preview(stop, head)
    edited = before.texts["social"].replace("وذلك", "بمشيئة الله، وذلك")
    spoken = before.texts["radio"] + "\nشكرًا لكم."
    review = Review(read=fingerprint([before]), edited={(0, "social"): edited, (0, "radio"): spoken})

    (notice,) = publish_stops([stop], by=head, now=NOW, review=review)

    texts = {text.form: text for text in notice.texts.all()}
    assert (texts["social"].body, texts["social"].written) == (edited, before.texts["social"])
    assert (texts["radio"].body, texts["radio"].written) == (spoken, before.texts["radio"])
    assert {form for form, text in texts.items() if text.is_edited} == {"social", "radio"}
    assert Delivery.objects.get(channel=page).text == edited
    assert Delivery.objects.get(channel=station).text == spoken


@pytest.mark.django_db
def test_fault_of_the_facts_can_be_edited_out_of_every_text(faulty, head):
    ChannelFactory(kind=ChannelKind.FACEBOOK)
    (before,) = preview(faulty, head)
    edits = {(0, form): text.replace("، غدًا", "") for form, text in before.texts.items()}

    publish_stops([faulty], by=head, now=NOW, review=Review(edited=edits))

    assert not NoticeText.objects.filter(body__contains="غدًا").exists()
    assert "غدًا" not in Delivery.objects.get().text


@pytest.mark.django_db
def test_wrong_weekday_written_by_hand_is_refused(stop, head):
    (before,) = preview(stop, head)
    wrong = before.texts["social"].replace("الأحد", "الاثنين")
    assert wrong != before.texts["social"]

    with pytest.raises(TextsRefused) as refused:
        publish_stops([stop], by=head, now=NOW, review=Review(edited={(0, "social"): wrong}))

    assert {finding.code for finding in refused.value.findings[0, "social"]} == {"weekday_date"}
    assert not refused.value.is_binding


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "wrong", "code"),
    [
        ("social", lambda text: "\n".join(text.split("\n")[1:]), "head_line_missing"),
        ("whatsapp", lambda text: text.replace("رقم 1/", "رقم 11/"), "head_line_missing"),
        ("sms", lambda text: text + " للاستعلام" * 15, "sms_too_long"),
        ("radio", lambda _text: " \n\u200f\n", "text_empty"),
        ("social", lambda text: text + "كلام " * 2500, "text_too_long"),
    ],
)
def test_what_an_edit_may_not_lose_binds_a_supervisor_as_well(stop, form, wrong, code):
    supervisor = make_supervisor()
    (before,) = preview(stop, supervisor)
    review = Review(edited={(0, form): wrong(before.texts[form])}, override="لا بأس")

    with pytest.raises(TextsRefused) as refused:
        publish_stops([stop], by=supervisor, now=NOW, review=review)

    assert code in {finding.code for finding in refused.value.findings[0, form]}
    assert refused.value.is_binding
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_box_that_says_the_same_is_no_edit(stop, head):
    (before,) = preview(stop, head)
    same = {(0, form): text.replace("\n", "\r\n") + "\r\n" for form, text in before.texts.items()}

    (notice,) = publish_stops([stop], by=head, now=NOW, review=Review(edited=same))

    assert [text.written for text in notice.texts.all()] == [""] * len(before.texts)


@pytest.mark.django_db
def test_edits_do_not_excuse_texts_that_changed_since(stop, head):
    (before,) = preview(stop, head)
    Stop.objects.filter(pk=stop.pk).update(starts_at=dt.time(10))
    review = Review(read=fingerprint([before]), edited={(0, "social"): before.texts["social"] + "\nشكرًا لكم."})

    with pytest.raises(TextsChanged):
        publish_stops([stop], by=head, now=NOW, review=review)


@pytest.mark.django_db
def test_preview_shows_edits_and_what_is_wrong_in_them(stop, head):
    (before,) = preview(stop, head)
    wrong = before.texts["social"].replace("الأحد", "الاثنين")

    (after,) = preview(stop, head, social=wrong)

    assert (after.texts["social"], after.written["social"]) == (wrong, before.texts["social"])
    assert {finding.code for finding in after.findings["social"]} == {"weekday_date"}
    assert fingerprint([after]) == fingerprint([before])


@pytest.mark.django_db
def test_edited_correction_of_a_live_post_keeps_the_visits_that_stand(district, head):
    ChannelFactory(kind=ChannelKind.FACEBOOK)
    first, second = (
        StopFactory(place=PlaceFactory(district=district), date=STOP_DATE + dt.timedelta(days=day)) for day in (0, 1)
    )
    announce(first, second)
    (before,) = preview_cancellation(first, cause=Cause.WEATHER, by=head, now=NOW)
    edited = before.texts["social"].replace("عن إلغاء", "بكل أسف عن إلغاء")
    assert edited != before.texts["social"]

    notice = cancel_stop(first, cause=Cause.WEATHER, by=head, now=NOW, review=Review(edited={(0, "social"): edited}))

    delivery = notice.deliveries.get()
    assert delivery.text == edited
    assert "بكل أسف" in delivery.edit_text
    assert second.place.name_ar in delivery.edit_text
    assert delivery.edit_text.split("\n\n")[-1] == edited.split("\n\n")[-1]
    standing = [part for part in delivery.edit_text.split("\n\n") if part not in edited.split("\n\n")]
    assert len(standing) == 1


@pytest.mark.django_db
def test_channel_without_room_for_the_edit_keeps_the_engines_short_wording(district, head):
    ChannelFactory(kind=ChannelKind.TELEGRAM, address="@unit")
    stop = StopFactory(place=PlaceFactory(district=district))
    (before,) = preview(stop, head)
    edited = before.texts["social"] + "\n" + "ونرحب بكم جميعًا. " * 300

    (notice,) = publish_stops([stop], by=head, now=NOW, review=Review(edited={(0, "social"): edited}))

    assert notice.texts.get(form=TextForm.SOCIAL).body == tidy(edited, Form.SOCIAL)
    assert notice.deliveries.get().text == before.texts["social"]


@pytest.mark.django_db
def test_error_in_a_wording_that_only_one_channel_gets_stops_the_notice(district, head):
    """The short wording is the engine's: editing the long one does not take the fault out of it."""
    ChannelFactory(kind=ChannelKind.TELEGRAM, address="@unit")
    stop = StopFactory(place=PlaceFactory(district=district), landmark_ar="أمام المدرسة، غدًا")
    (before,) = preview(stop, head)
    edits = {form: text.replace("، غدًا", "") for form, text in before.texts.items()}
    edits["social"] += "\n" + "ونرحب بكم جميعًا. " * 300

    with pytest.raises(TextsRefused) as refused:
        publish_stops([stop], by=head, now=NOW, review=Review(edited={(0, form): text for form, text in edits.items()}))

    assert set(refused.value.findings) == {(0, "social")}
    (error,) = [one for one in refused.value.findings[0, "social"] if one.code == "relative_day"]
    assert error.message_ar.startswith("في الصيغة التي تُرسل إلى بعض القنوات")


@pytest.mark.django_db
def test_error_that_was_already_announced_does_not_stop_the_correction_of_another_visit(district, head, faulty):
    ChannelFactory(kind=ChannelKind.FACEBOOK)
    other = StopFactory(place=PlaceFactory(district=district), date=STOP_DATE + dt.timedelta(days=1))
    publish_stops([faulty, other], by=make_supervisor(), now=NOW, review=Review(override="يوم الافتتاح"))

    notice = cancel_stop(other, cause=Cause.WEATHER, by=head, now=NOW)

    delivery = notice.deliveries.get()
    assert "غدًا" in delivery.edit_text
    assert "غدًا" not in delivery.text


@pytest.mark.django_db
def test_change_notice_is_edited_like_any_other(stop):
    announce(stop)
    supervisor = make_supervisor()
    Stop.objects.filter(pk=stop.pk).update(starts_at=dt.time(10), has_unpublished_changes=True)
    stop.refresh_from_db()
    (before,) = preview_publication([stop], by=supervisor, now=NOW, cause=Cause.ORGANISATION)
    edited = before.texts["whatsapp"] + "\nشكرًا لتفهمكم."

    (notice,) = publish_stops(
        [stop], by=supervisor, now=NOW, cause=Cause.ORGANISATION, review=Review(edited={(0, "whatsapp"): edited})
    )

    assert notice.texts.get(form=TextForm.WHATSAPP).body == edited


@pytest.mark.django_db
def test_notice_text_cannot_be_stored_empty_or_as_an_edit_of_itself():
    _stop, notice = announce_stop()
    text = notice.texts.get(form=TextForm.SMS)
    with pytest.raises(IntegrityError, match="a_text_of_a_notice_is_not_empty"), transaction.atomic():
        NoticeText.objects.filter(pk=text.pk).update(body="", written=text.body)
    with pytest.raises(IntegrityError, match="edited_text_differs_from_what_was_written"), transaction.atomic():
        NoticeText.objects.filter(pk=text.pk).update(written=text.body)


# -- plain rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "form", "kept"),
    [
        ("سطر  \r\nآخر", Form.SOCIAL, "سطر\nآخر"),
        ("أ\n\n\n\n\nب\n\n", Form.SOCIAL, "أ\n\nب"),
        ("\ufeffأ\u200fب\u202e", Form.SOCIAL, "أب"),
        ("\u2066093-000\u2069", Form.SOCIAL, "\u2066093-000\u2069"),
        ("\u2066093-000\u2069", Form.SMS, "093-000"),
        ("أ\x00ب\x07", Form.RADIO, "أب"),
        ("أ\u00a0ب\tت", Form.RADIO, "أ ب ت"),
        (" \u200e \n", Form.RADIO, ""),
    ],
)
def test_tidy(typed, form, kept):
    assert tidy(typed, form) == kept


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"{MARKER}\nنص آخر", []),
        (f"📢 *{MARKER}*\nنص", []),
        (MARKER.replace("5/", "\u20665/").replace("2026", "2026\u2069"), []),
        (f"1{MARKER}", ["head_line_missing"]),
        ("إعلان رقم 5/2026", ["head_line_missing"]),
        ("بشأن الإعلان رقم 5/2026 – حي غرب", ["head_line_missing"]),
        ("", ["text_empty"]),
    ],
)
def test_edit_keeps_the_head_line(text, codes):
    assert [finding.code for finding in check_edit(text, written=f"{MARKER}\nالنص", marker=MARKER)] == codes


def test_head_line_is_not_asked_of_a_text_that_never_had_it():
    assert check_edit("نص آخر", written="النص", marker=MARKER) == []


def test_preview_of_a_review_has_no_reason_and_refuses_nothing():
    review = Review(read="x", edited={(0, "sms"): "نص"}, override="سبب")
    assert review.as_preview() == dataclasses.replace(review, read=None, override="", is_preview=True)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("توقف عمل السيارة منذ 11 ص بسبب عطل.", [11]),
        ("المتوقع استئنافه 1 م.", [1]),
        ("على بعد 9 م من المسجد", []),
        ("منذ 9 سنوات", []),
    ],
)
def test_short_hours_of_an_urgent_message_are_read(text, hours):
    """Otherwise an urgent notice would be held up for an hour that it tells."""
    assert [time.hour for time in read_times(tokenise(text))] == hours


@pytest.mark.django_db
@pytest.mark.parametrize("resumes_at", [None, dt.time(13), dt.time(12, 30)])
def test_urgent_notice_is_not_held_up(stop, head, resumes_at):
    announce(stop)
    noon = dt.datetime.combine(stop.date, dt.time(12), tzinfo=NOW.tzinfo)

    notice = report_breakdown(
        stop, stopped_at=dt.time(11), resumes_at=resumes_at, cause=Cause.VEHICLE_FAULT, by=head, now=noon
    )

    assert notice.texts.count() == len(TextForm)
