"""Staff pages of recurring visits: the list, the form with its preview, single days, and what the calendar asks for."""

import datetime as dt

import pytest
import time_machine

from schedules.actions import publish_stops
from schedules.enums import PatternDateKind
from schedules.models import PatternDate, PlanAct, Stop, StopPattern
from tests.factories.schedules import STOP_DATE, HolidayFactory, HoursPeriodFactory, PlaceFactory
from tests.factories.services import OfferFactory, PaymentMeansFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.schedules.test_actions_patterns import NOW, SUNDAYS, WEEK

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/schedules/stoppattern/"
ADD = f"{LIST}add/"


@pytest.fixture(autouse=True)
def _morning(settings):
    settings.PATTERN_HORIZON_WEEKS = 4  # until 25 December
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def editor(client, district):
    user = make_editor(district)
    client.force_login(user)
    return user


@pytest.fixture
def entry(district):
    vehicle = VehicleFactory(assigned_to=district)
    return {
        "vehicle": vehicle.pk,
        "place": PlaceFactory(district=district).pk,
        "landmark_ar": "أمام مركز شباب القرية",
        "landmark_en": "",
        "how_often": "WEEKLY-1",
        "weekdays": ["7"],
        "positions": [],
        "starts_on": "٢٩/١١/٢٠٢٦",
        "ends_on": "",
        "starts_at": "9",
        "ends_at": "2 م",
        "last_intake": "",
        "services": [OfferFactory(vehicle=vehicle).service.pk],
        "payment_means": [PaymentMeansFactory().pk],
        "is_active": "on",
    }


def days():
    return list(Stop.objects.order_by("date").values_list("date", flat=True))


def page_of(pattern):
    return f"{LIST}{pattern.pk}/change/"


def looks(lines):
    return [(line.date, line.sign.look) for line in lines]


def test_a_preview_shows_every_day_and_makes_nothing(client, editor, entry):
    HolidayFactory(date=SUNDAYS[1])
    HoursPeriodFactory(starts_on=SUNDAYS[2], ends_on=SUNDAYS[2], ends_at=dt.time(12), last_intake=None)
    page = client.post(ADD, entry | {"_preview": "1"})
    assert page.status_code == 200
    assert looks(page.context["preview"]) == [
        (SUNDAYS[0], "draft"), (SUNDAYS[1], "changed"), (SUNDAYS[2], "draft"), (SUNDAYS[3], "draft"),
    ]  # fmt: skip
    assert [bool(line.remark) for line in page.context["preview"]] == [False, True, True, False]
    assert page.context["told"] == ("يوم الأحد من كل أسبوع، اعتبارًا من يوم الأحد الموافق 29 نوفمبر 2026 وحتى إشعار آخر")
    assert page.context["rule"] == "DTSTART;VALUE=DATE:20261129\nRRULE:FREQ=WEEKLY;BYDAY=SU;WKST=SA"
    # Nothing typed is lost.
    assert page.context["form"]["ends_at"].value() == "2 م"
    assert not Stop.objects.exists()
    assert not StopPattern.objects.exists()


def test_saving_makes_the_drafts_and_leads_to_the_page(client, editor, entry):
    answer = client.post(ADD, entry, follow=True)
    pattern = StopPattern.objects.get()
    assert answer.redirect_chain == [(page_of(pattern), 302)]
    assert days() == SUNDAYS
    assert looks(answer.context["days"]) == [(sunday, "draft") for sunday in SUNDAYS]
    act = PlanAct.objects.get()
    assert f"/admin/schedules/stop/act/{act.pk}/" in answer.content.decode()
    listed = client.get(LIST)
    assert listed.status_code == 200
    assert "يوم الأحد من كل أسبوع" in listed.content.decode()


def test_the_form_of_a_stored_pattern_reads_as_it_was_entered(client, editor, entry):
    monthly = {"how_often": "MONTHLY-1", "weekdays": ["1", "2"], "positions": ["1", "-1"], "ends_on": "2027-03-01"}
    client.post(ADD, entry | monthly)
    pattern = StopPattern.objects.get()
    assert pattern.rrule == "FREQ=MONTHLY;BYDAY=1MO,-1MO,1TU,-1TU"
    page = client.get(page_of(pattern))
    form = page.context["form"]
    again = {name: form[name].value() for name in ("how_often", "weekdays", "positions", "ends_on")}
    assert again == {
        "how_often": "MONTHLY-1", "weekdays": (1, 2), "positions": (1, -1), "ends_on": dt.date(2027, 3, 1),
    }  # fmt: skip
    assert {name for name in form.fields if f' name="{name}"' not in page.content.decode()} == set()


def stored(client, entry):
    client.post(ADD, entry)
    pattern = StopPattern.objects.get()
    return pattern, entry | {"seen": pattern.updated_at.isoformat(), "change_from": ""}


def test_a_change_from_a_day_on(client, editor, entry):
    pattern, entry = stored(client, entry)
    change = entry | {"change_from": SUNDAYS[2].isoformat(), "starts_at": "10"}
    preview = client.post(page_of(pattern), change | {"_preview": "1"})
    assert looks(preview.context["preview"]) == [(SUNDAYS[2], "draft"), (SUNDAYS[3], "draft")]
    assert StopPattern.objects.count() == 1
    client.post(page_of(pattern), change)
    assert [stop.starts_at.hour for stop in Stop.objects.order_by("date")] == [9, 9, 10, 10]
    assert StopPattern.objects.get(follows=pattern).starts_on == SUNDAYS[2]


def test_what_a_person_published_is_shown_as_left(client, district, editor, entry):
    pattern, entry = stored(client, entry)
    publish_stops([Stop.objects.order_by("date")[0]], by=make_head(district), now=NOW)
    preview = client.post(page_of(pattern), entry | {"starts_at": "10", "_preview": "1"})
    assert looks(preview.context["preview"])[0] == (SUNDAYS[0], "open")
    assert preview.context["preview"][0].remark


def test_a_day_is_left_out_and_comes_back(client, editor, entry):
    pattern, _entry = stored(client, entry)
    day = f"{LIST}{pattern.pk}/day/"
    page = client.post(day, {"date": SUNDAYS[1].isoformat(), "kind": "left_out", "reason": "مولد"}, follow=True)
    assert [row.reason for row in page.context["said"]] == ["مولد"]
    assert "عدا يوم الأحد الموافق 6 ديسمبر 2026" in page.context["sentence"]
    assert days() == [SUNDAYS[0], *SUNDAYS[2:]]
    client.post(day, {"date": SUNDAYS[1].isoformat(), "kind": "added"})
    assert days() == SUNDAYS
    assert client.get(day).status_code == 302


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"date": "2026-12-07", "kind": "left_out"}, "date"),
        ({"date": "x", "kind": "left_out"}, "date"),
        ({"date": "2026-12-06", "kind": "x"}, "kind"),
        ({"date": "2026-12-06", "kind": "left_out", "reason": "ا" * 300}, "reason"),
        ({}, "kind"),
    ],
)
def test_a_bad_day_is_said_beside_its_field(client, editor, entry, posted, field):
    pattern, _entry = stored(client, entry)
    page = client.post(f"{LIST}{pattern.pk}/day/", posted)
    assert page.status_code == 200
    assert field in page.context["day_form"].errors
    assert not PatternDate.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vehicle": "9" * 30}, "vehicle"),
        ({"vehicle": "x\x00"}, "vehicle"),
        ({"place": "abc"}, "place"),
        ({"place": ""}, "place"),
        ({"landmark_ar": "ا" * 300}, "landmark_ar"),
        ({"landmark_ar": "."}, "landmark_ar"),
        ({"how_often": "DAILY-1"}, "how_often"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["8"]}, "weekdays"),
        ({"how_often": "MONTHLY-1"}, "positions"),
        ({"how_often": "MONTHLY-1", "positions": ["5"]}, "positions"),
        ({"starts_on": "30/02/2027"}, "starts_on"),
        ({"starts_on": "2026-11-01"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
        ({"ends_on": "2026-11-28"}, "ends_on"),
        ({"starts_at": "25"}, "starts_at"),
        ({"ends_at": "08:00"}, "ends_at"),
        ({"last_intake": "15:00"}, "last_intake"),
        ({"services": []}, "services"),
        ({"services": ["9" * 30]}, "services"),
        ({"payment_means": ["x"]}, "payment_means"),
    ],
)
def test_bad_entries_are_said_beside_their_field(client, editor, entry, changes, field):
    page = client.post(ADD, entry | changes)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert not StopPattern.objects.exists()


@pytest.mark.parametrize("seen", ["2026-11-01T00:00:00+00:00", "x"])
def test_a_stale_form_loses_nothing_and_can_be_saved_again(client, editor, entry, seen):
    pattern, entry = stored(client, entry)
    change = entry | {"starts_at": "10", "seen": seen}
    page = client.post(page_of(pattern), change)
    assert [error.code for error in page.context["form"].non_field_errors().as_data()] == ["stale"]
    assert page.context["form"]["starts_at"].value() == "10"
    assert {stop.starts_at.hour for stop in Stop.objects.all()} == {9}
    client.post(page_of(pattern), change | {"seen": page.context["form"]["seen"].value()})
    assert {stop.starts_at.hour for stop in Stop.objects.all()} == {10}


def test_people_of_other_units_find_nothing(client, editor, entry):
    pattern, entry = stored(client, entry)
    client.force_login(make_editor(DistrictFactory()))
    assert client.get(page_of(pattern)).status_code == 404
    assert client.post(page_of(pattern), entry).status_code == 404
    assert client.post(f"{LIST}{pattern.pk}/day/", {"date": "2026-12-06", "kind": "left_out"}).status_code == 404
    assert client.get(LIST).context["cl"].result_count == 0
    assert client.get(f"{LIST}{'9' * 30}/change/").status_code == 404
    client.force_login(make_supervisor())
    assert client.get(page_of(pattern)).status_code == 200
    assert client.get(f"{LIST}{pattern.pk}/delete/").status_code == 403


def test_days_without_a_draft_are_on_the_list_of_what_the_calendar_asks_for(client, editor, entry):
    HolidayFactory(date=SUNDAYS[1])
    pattern, _entry = stored(client, entry)
    page = client.get("/admin/schedules/stop/conflicts/?week=coming")
    (line,) = [line for group in page.context["groups"] for line in group.lines if line.kind == "زيارة دورية بلا مسودة"]
    assert (line.url, pattern.place.label in line.sentence) == (page_of(pattern), True)
    assert page_of(pattern) in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(client, editor, entry, django_assert_num_queries, count):
    for hour in range(count):
        client.post(ADD, entry | {"starts_at": str(8 + 2 * hour), "ends_at": str(9 + 2 * hour)})
    assert StopPattern.objects.count() == count
    PatternDate.objects.create(
        pattern=StopPattern.objects.all()[0], date=STOP_DATE, kind=PatternDateKind.LEFT_OUT, made_by=editor
    )
    client.get(LIST)
    with django_assert_num_queries(11):
        client.get(LIST)


@pytest.mark.parametrize("weeks", [1, 3])
def test_the_page_costs_the_same_however_many_days(client, editor, entry, django_assert_num_queries, weeks):
    HoursPeriodFactory(ends_at=dt.time(12), last_intake=None)
    pattern, _entry = stored(client, entry | {"ends_on": (STOP_DATE + (weeks - 1) * WEEK).isoformat()})
    assert len(days()) == weeks
    client.get(page_of(pattern))
    with django_assert_num_queries(14):
        client.get(page_of(pattern))
