"""Staff pages of the calendar: what it asks for, the hours of a period, the governorate's bulletin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from announcements.enums import NoticeKind, TextForm
from announcements.models import Delivery, Notice
from schedules.actions import publish_stops
from schedules.actions_calendar import announce_hours
from schedules.enums import HolidayStatus
from schedules.models import HoursPeriod, Stop
from schedules.staff_conflicts import ConflictLine
from sohag_mobile.weeks import Week
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import STOP_DATE, HolidayFactory, HoursPeriodFactory, PlaceFactory, StopFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.support.staff import NOW, form_errors, stop_form_data
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CONFLICTS = "/admin/schedules/stop/conflicts/?week=coming"
BULLETIN = "/admin/schedules/stop/bulletin/"
ADD = "/admin/schedules/stop/add/"
WEEK = Week.of(STOP_DATE).name


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory()


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client: Client) -> User:
    user = make_supervisor()
    client.force_login(user)
    return user


def published(district: District, **facts: Any) -> Stop:
    stop = StopFactory(place=PlaceFactory(district=district), **{"ends_at": dt.time(15)} | facts)
    publish_stops([stop], by=make_supervisor(), now=NOW - dt.timedelta(hours=1))
    stop.refresh_from_db()
    return stop


def hours_url(period: HoursPeriod, district: District) -> str:
    return reverse("admin:schedules_stop_hours", args=[period.pk, district.pk])


# -- the form of a stop -----------------------------------------------------------------------------------------------------


def test_hours_left_empty_are_those_of_the_period(client: Client, district: District, head: User) -> None:
    HoursPeriodFactory()
    vehicle, place = VehicleFactory(assigned_to=district), PlaceFactory(district=district)
    empty = {"starts_at": "", "ends_at": "", "last_intake": "", "other_hours_reason": ""}

    client.post(ADD, stop_form_data(vehicle, place, [OfferFactory(vehicle=vehicle).service], **empty))

    stop = Stop.objects.get()
    assert (stop.starts_at, stop.ends_at, stop.last_intake) == (dt.time(9), dt.time(14), dt.time(13, 30))


def test_hours_left_empty_are_asked_for_on_any_other_day(client: Client, district: District, head: User) -> None:
    HoursPeriodFactory(starts_on=STOP_DATE + dt.timedelta(days=1))
    vehicle, place = VehicleFactory(assigned_to=district), PlaceFactory(district=district)
    empty = {"starts_at": "", "ends_at": "", "other_hours_reason": ""}

    response = client.post(ADD, stop_form_data(vehicle, place, [OfferFactory(vehicle=vehicle).service], **empty))

    assert form_errors(response) == {"starts_at": ["required"], "ends_at": ["required"]}
    assert not Stop.objects.exists()


def test_hours_outside_the_period_are_refused_beside_their_field(
    client: Client, district: District, head: User
) -> None:
    HoursPeriodFactory()
    vehicle, place = VehicleFactory(assigned_to=district), PlaceFactory(district=district)
    data = stop_form_data(vehicle, place, [OfferFactory(vehicle=vehicle).service], ends_at="15:00")

    assert form_errors(client.post(ADD, data)) == {"ends_at": ["outside_the_hours_of_the_period"]}

    client.post(ADD, data | {"other_hours_reason": "بعد الإفطار"})
    assert Stop.objects.get().other_hours_reason == "بعد الإفطار"


# -- what the calendar asks for ---------------------------------------------------------------------------------------------


def asked_for(client: Client, kind: str) -> list[ConflictLine]:
    """The lines of the list of conflicts that are of one kind."""
    groups = client.get(CONFLICTS).context["groups"]
    return [line for group in groups for line in group.lines if line.kind == kind]


def test_the_list_is_of_the_persons_units_alone(client: Client, district: District, head: User) -> None:
    stop, other = published(district), published(DistrictFactory())
    period = HoursPeriodFactory()

    (off_hours,) = asked_for(client, "مواعيد الفترة")
    (due,) = asked_for(client, "مواعيد عمل مطلوب إعلانها")

    assert [name for name, _vehicle, _url in off_hours.stops] == [stop.place.label]
    assert (due.unit, due.url, due.button) == (district.label, hours_url(period, district), "معاينة وإعلان…")
    assert other.place.name_ar not in client.get(CONFLICTS).content.decode()


def test_what_the_calendar_asks_for_is_found_where_it_was(client: Client, head: User) -> None:
    response = client.get("/admin/schedules/stop/attention/", follow=True)

    assert response.redirect_chain == [(CONFLICTS, 302)]
    assert response.context["groups"] == []
    assert "<table" not in response.content.decode()


def test_edge_08_saving_a_moved_holiday_leads_to_the_list(client: Client, district: District, supervisor: User) -> None:
    published(district, date=STOP_DATE + dt.timedelta(days=4))
    holiday = HolidayFactory(date=STOP_DATE + dt.timedelta(days=1))
    fields = {"date": "2026-12-03", "name_ar": "عطلة رسمية", "name_en": "", "status": "confirmed", "source": ""}

    response = client.post(reverse("admin:schedules_holiday_change", args=[holiday.pk]), fields, follow=True)

    assert CONFLICTS in response.content.decode()
    (line,) = asked_for(client, "عطلة رسمية")
    assert "عطلة رسمية" in line.sentence


@pytest.mark.parametrize("path", [CONFLICTS, BULLETIN])
def test_pages_are_for_members_of_staff(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    assert client.post(path).status_code == 302


# -- the hours of a period --------------------------------------------------------------------------------------------------


def test_hours_page_shows_every_text_and_announces_what_was_read(
    client: Client, district: District, head: User
) -> None:
    ChannelFactory()
    stop = published(district)
    period = HoursPeriodFactory()

    page = client.get(hours_url(period, district))

    assert [len(notice.cards) for notice in page.context["notices"]] == [len(TextForm), len(TextForm)]
    assert [line.stop for line in page.context["lines"]] == [stop]
    assert Notice.objects.count() == 1

    client.post(hours_url(period, district), {"texts": page.context["fingerprint"]})

    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == [
        NoticeKind.ANNOUNCEMENT, NoticeKind.HOURS, NoticeKind.CHANGE,
    ]  # fmt: skip
    assert Delivery.objects.filter(notice__kind=NoticeKind.HOURS).count() == 1
    again = client.get(hours_url(period, district))
    assert (again.context["previewed"], again.context["is_told"]) == (False, True)
    assert "errornote" in again.content.decode()


def test_hours_that_changed_while_they_were_read_are_shown_again(
    client: Client, district: District, head: User
) -> None:
    period = HoursPeriodFactory()

    response = client.post(hours_url(period, district), {"texts": "what was read"})

    assert response.status_code == 200
    assert not Notice.objects.exists()


def test_editor_reads_the_hours_and_does_not_announce_them(client: Client, district: District) -> None:
    period = HoursPeriodFactory()
    client.force_login(make_editor(district))

    assert client.get(hours_url(period, district)).context["notices"] == []
    assert client.post(hours_url(period, district)).status_code == 403
    assert not Notice.objects.exists()


def test_hours_of_another_unit_or_no_period_are_not_found(client: Client, district: District, head: User) -> None:
    period = HoursPeriodFactory()

    assert client.get(hours_url(period, DistrictFactory())).status_code == 404
    assert client.get(reverse("admin:schedules_stop_hours", args=[period.pk + 1, district.pk])).status_code == 404


def test_periods_are_kept_by_the_supervisor(client: Client, district: District, head: User) -> None:
    url = reverse("admin:schedules_hoursperiod_add")
    fields = {
        "name_ar": "شهر رمضان المبارك", "name_en": "", "starts_on": "٢٠٢٧-٠٢-٠٨", "ends_on": "2027-03-08",
        "status": "provisional", "source": "", "starts_at": "٩", "ends_at": "14:00", "last_intake": "", "greeting_ar": "",
    }  # fmt: skip
    assert client.post(url, fields).status_code == 403
    client.force_login(make_supervisor())

    assert client.post(url, fields).status_code == 302

    period = HoursPeriod.objects.get()
    assert (period.starts_on, period.starts_at, period.status) == (
        dt.date(2027, 2, 8), dt.time(9), HolidayStatus.PROVISIONAL,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2027-02-01"}, "a_period_ends_after_it_starts"),
        ({"ends_at": "8:00"}, "the_hours_of_a_period_end_after_they_start"),
        ({"last_intake": "15:00"}, "the_last_intake_of_a_period_lies_within_its_hours"),
        ({"starts_on": "2026-12-01", "ends_on": "2026-12-03"}, "confirmed_periods_do_not_overlap"),
    ],
)
def test_period_that_cannot_be_is_refused_in_a_sentence(
    client: Client, supervisor: User, changes: dict[str, str], code: str
) -> None:
    HoursPeriodFactory()
    fields = {
        "name_ar": "شهر رمضان المبارك", "name_en": "", "starts_on": "2027-02-08", "ends_on": "2027-03-08",
        "status": "confirmed", "source": "", "starts_at": "9:00", "ends_at": "14:00", "last_intake": "", "greeting_ar": "",
    }  # fmt: skip

    response = client.post(reverse("admin:schedules_hoursperiod_add"), fields | changes)

    constraint = next(each for each in HoursPeriod._meta.constraints if each.name == code)
    assert response.status_code == 200
    assert [str(error) for error in response.context["adminform"].form.non_field_errors()] == [
        str(constraint.violation_error_message)
    ]
    assert HoursPeriod.objects.count() == 1


# -- the governorate's bulletin ---------------------------------------------------------------------------------------------


def test_supervisor_previews_and_issues_the_bulletin(client: Client, district: District, supervisor: User) -> None:
    ChannelFactory()
    stops = [published(district), published(DistrictFactory(hayy=True))]
    StopFactory()

    page = client.get(BULLETIN, {"week": WEEK})

    (card,) = page.context["notices"]
    assert [text.form for text in card.cards] == list(TextForm.values)
    assert (page.context["waiting"], page.context["earlier"]) == (1, [])
    assert not District.issuers.filter(kind="governorate").exists()

    response = client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]}, follow=True)

    notice = Notice.objects.get(kind=NoticeKind.BULLETIN)
    assert {item.revision.stop for item in notice.items.all()} == set(stops)
    assert response.redirect_chain == [(reverse("admin:announcements_notice_change", args=[notice.pk]), 302)]
    assert response.status_code == 200
    first = min(item.revision.starts for item in notice.items.all())
    assert notice.late_from == first - dt.timedelta(hours=settings.LATE_HOURS)
    after = client.get(BULLETIN, {"week": WEEK})
    assert (after.context["earlier"], after.context["previewed"]) == ([notice], False)


def test_bulletin_is_read_and_looked_after_by_the_supervisor(
    client: Client, district: District, supervisor: User
) -> None:
    ChannelFactory()
    published(district)
    page = client.get(BULLETIN, {"week": WEEK})
    client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]})
    notice = Notice.objects.get(kind=NoticeKind.BULLETIN)
    url = reverse("admin:announcements_notice_change", args=[notice.pk])

    assert notice.title_ar in client.get(reverse("admin:announcements_notice_changelist")).content.decode()
    assert client.get(url).context["may_acknowledge"]
    for kind in ("docx", "txt"):
        export = reverse("admin:announcements_notice_export", args=[notice.pk, "radio", kind])
        assert client.get(export).status_code == 200
    delivery = Delivery.objects.get(notice=notice)
    assert client.get(reverse("admin:announcements_delivery_change", args=[delivery.pk])).status_code == 200

    client.force_login(make_head(district))
    assert notice.title_ar not in client.get(reverse("admin:announcements_notice_changelist")).content.decode()
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("week", ["2026-W99", "next", ""])
def test_week_that_does_not_exist_is_refused_beside_its_field(client: Client, supervisor: User, week: str) -> None:
    for response in (client.get(BULLETIN, {"week": week}), client.post(BULLETIN, {"week": week})):
        assert response.status_code == 200
        assert "week" in response.context["form"].errors


def test_bulletin_is_not_for_heads_of_units(client: Client, district: District, head: User) -> None:
    published(district)

    assert client.get(BULLETIN, {"week": WEEK}).status_code == 403
    assert client.post(BULLETIN, {"week": WEEK}).status_code == 403
    assert not Notice.objects.filter(kind=NoticeKind.BULLETIN).exists()


def test_governorate_is_no_unit_to_choose(client: Client, district: District, supervisor: User) -> None:
    published(district)
    page = client.get(BULLETIN, {"week": WEEK})
    client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]})
    issuer = District.issuers.get(kind="governorate")

    assert list(District.objects.all()) == [district]
    assert list(district.governorate.districts.all()) == [district]
    for name in ("schedules_place", "announcements_channel"):
        form = client.get(reverse(f"admin:{name}_add")).context["adminform"].form
        assert issuer not in form.fields["district"].queryset
    assert client.get(reverse("admin:vehicles_district_change", args=[issuer.pk])).status_code == 302
    form = client.get(reverse("admin:vehicles_district_add")).context["adminform"].form
    assert "governorate" not in dict(form.fields["kind"].choices)


def test_address_word_of_the_governorate_is_refused_for_a_unit(
    client: Client, district: District, supervisor: User
) -> None:
    published(district)
    page = client.get(BULLETIN, {"week": WEEK})
    client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]})
    fields = {
        "governorate": district.governorate.pk, "kind": "markaz", "name_ar": "طما", "name_en": "Tama", "slug": "governorate",
        "official_code": "", "issuer_name_ar": "الوحدة المحلية لمركز ومدينة طما", "issuer_short_ar": "الوحدة المحلية",
        "issuer_gender": "f", "contact_phone": "", "fixed_centre_name_ar": "", "fixed_centre_name_en": "",
        "fixed_centre_latitude": "", "fixed_centre_longitude": "",
    }  # fmt: skip

    response = client.post(reverse("admin:vehicles_district_add"), fields)

    assert list(response.context["adminform"].form.errors) == ["slug"]


# -- the bulletin in public -------------------------------------------------------------------------------------------------


def test_public_pages_feed_and_api_know_the_bulletin(client: Client, district: District, supervisor: User) -> None:
    stop = published(district)
    page = client.get(BULLETIN, {"week": WEEK})
    client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]})
    notice = Notice.objects.get(kind=NoticeKind.BULLETIN)
    client.logout()

    public_page = client.get("/notices/governorate/2026/1/")
    assert public_page.status_code == 200
    assert stop.place.label_ar in public_page.content.decode()
    assert client.get("/en/notices/governorate/2026/1/").status_code == 200
    assert notice.title_ar in client.get("/notices/").content.decode()
    assert notice.title_ar in client.get("/notices.atom").content.decode()
    found = client.get("/api/v1/notices/", {"district": "governorate"}).json()["results"]
    assert [(row["district"]["slug"], row["kind"]) for row in found] == [("governorate", "bulletin")]
    assert client.get("/api/v1/notices/governorate/2026/1/").json()["items"][0]["stop"] == str(stop.uid)
    assert [row["slug"] for row in client.get("/api/v1/districts/").json()["results"]] == [district.slug]
    for path in ("/districts/governorate/", "/districts/governorate/calendar.ics", "/api/v1/districts/governorate/"):
        assert client.get(path).status_code == 404
    # The place page cites the unit's own announcement.
    assert "/notices/governorate/" not in client.get(f"/places/{stop.place.code}/").content.decode()


def test_posters_and_cards_of_the_bulletin_and_its_correction_can_be_drawn(
    client: Client, district: District, supervisor: User
) -> None:
    published(district)
    published(DistrictFactory(hayy=True))
    page = client.get(BULLETIN, {"week": WEEK})
    client.post(BULLETIN, {"week": WEEK, "texts": page.context["fingerprint"]})
    announce_hours(HoursPeriodFactory(), district, by=supervisor, now=NOW)

    for number in (1, 2):
        for name, kind in (("poster.pdf", "application/pdf"), ("card.png", "image/png")):
            response = client.get(f"/notices/governorate/2026/{number}/{name}")
            assert (response.status_code, response["Content-Type"]) == (200, kind)
    # A notice of hours is about no visit, so nothing is hung at a door for it.
    hours = Notice.objects.get(kind=NoticeKind.HOURS)
    assert client.get(f"/notices/{district.slug}/2026/{hours.number}/poster.pdf").status_code == 404


def test_public_page_of_hours_names_its_successor(client: Client, district: District, supervisor: User) -> None:
    period = HoursPeriodFactory(status=HolidayStatus.PROVISIONAL)
    announce_hours(period, district, by=supervisor, now=NOW)
    HoursPeriod.objects.filter(pk=period.pk).update(status=HolidayStatus.CONFIRMED)
    announce_hours(period, district, by=supervisor, now=NOW)

    old, new = (client.get(f"/notices/{district.slug}/2026/{number}/").content.decode() for number in (1, 2))

    assert f'href="/notices/{district.slug}/2026/2/"' in old
    assert "note bad" in old
    assert f'href="/notices/{district.slug}/2026/1/"' in new
    assert "note bad" not in new
    assert "<ul" not in new.split("<main")[1].split("</main")[0]
    admin_page = client.get(reverse("admin:announcements_notice_change", args=[Notice.objects.get(number=1).pk]))
    assert [notice.number for notice in admin_page.context["replaced_by"]] == [2]
