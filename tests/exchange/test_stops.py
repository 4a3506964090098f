"""A table of stops: drafts are made, working copies changed, nothing is published, and every rule of a form holds."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from exchange.actions import decide
from exchange.enums import JobState
from exchange.models import ImportJob
from exchange.row_files import list_sheet
from exchange.tables import table_of
from schedules.actions import edit_stop
from schedules.enums import StopStatus
from schedules.models import Place, Stop, StopRevision
from schedules.validators import StopData
from services.models import Service
from sohag_mobile.tables import write_csv
from tests.exchange.helpers import NOW, apply, csv_of, reasons, send, states, work, xlsx_of
from tests.factories.schedules import STOP_DATE, HoursPeriodFactory, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import OfferFactory, ServiceFactory
from tests.factories.users import make_editor, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District, Vehicle

pytestmark = pytest.mark.django_db

HEADINGS = ("السيارة", "اليوم", "من الساعة", "حتى الساعة", "المكان", "العلامة المميزة", "الخدمات")
LANDMARK = "أمام مركز شباب القرية"


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory(name_ar="سوهاج")
    return unit


@pytest.fixture
def editor(district: District) -> User:
    return make_editor(district)


@pytest.fixture
def place(district: District) -> Place:
    found: Place = PlaceFactory(district=district, name_ar="بلصفورة", code="P1")
    return found


@pytest.fixture
def vehicle(district: District) -> Vehicle:
    found: Vehicle = VehicleFactory(code="VAN-A", assigned_to=district)
    OfferFactory(vehicle=found, service=ServiceFactory(name_ar="رخصة محل"))
    OfferFactory(vehicle=found, service=ServiceFactory(name_ar="نموذج 7"))
    return found


def line(**changes: Any) -> list[Any]:
    """A row under HEADINGS that is accepted, with `changes`."""
    usual = {
        "vehicle": "VAN-A",
        "date": "29/11/2026",
        "starts": "9:00 ص",
        "ends": "14:00",
        "place": "قرية بلصفورة – مركز سوهاج",
        "landmark": LANDMARK,
        "services": "الكل",
    }
    return list((usual | changes).values())


def test_row_becomes_draft(editor: User, vehicle: Vehicle, place: Place) -> None:
    job = send("stops", csv_of(HEADINGS, line(date="٢٩/١١/٢٠٢٦", starts="٩:٠٠ ص", ends="2:00 م")), by=editor)

    assert (job.state, states(job), reasons(job)) == (JobState.PREVIEWED, ["new"], {})
    assert not Stop.objects.exists()
    apply(job, "all")
    stop = Stop.objects.get()
    assert (stop.date, stop.starts_at, stop.ends_at, stop.place) == (STOP_DATE, dt.time(9), dt.time(14), place)
    assert (stop.status, stop.created_by, set(stop.services.all())) == (
        StopStatus.DRAFT,
        editor,
        set(Service.objects.all()),
    )


def test_workbook_with_real_dates_and_hours(editor: User, vehicle: Vehicle, place: Place) -> None:
    cells = line(date=STOP_DATE, starts=dt.time(9), ends=14 / 24, services="رخصة محل؛ نموذج 7")
    job = apply(send("stops", xlsx_of(HEADINGS, cells), by=editor), "all")

    assert job.state == JobState.DONE
    assert Stop.objects.values_list("date", "starts_at", "ends_at").get() == (STOP_DATE, dt.time(9), dt.time(14))


def test_every_refusal_stands_beside_its_column(editor: User, vehicle: Vehicle, place: Place) -> None:
    elsewhere = PlaceFactory(name_ar="نقادة البلد")
    job = send(
        "stops",
        csv_of(
            HEADINGS,
            line(vehicle="VAN-Z", place="كوكب", landmark=" "),
            line(date="31/02/2026", starts="9.5"),
            line(date="19/11/2026"),
            line(ends="08:00"),
            line(place=elsewhere.label_ar),
            line(date="27/11/2026"),
            line(),
            line(),
            line(starts="13:00", ends="15:00"),
        ),
        by=editor,
    )

    found = reasons(job)
    assert [[column for column, _reason in found.get(number, [])] for number in range(2, 11)] == [
        ["vehicle", "place", "landmark_ar"], ["date", "starts_at"], ["date"], ["ends_at"], ["place"],
        ["off_day_reason", "landmark_confirmed"], [], [""], ["vehicle"],
    ]  # fmt: skip
    assert states(job) == ["refused"] * 6 + ["new"] + ["refused"] * 2
    assert "VAN-Z" in found[2][0][1]
    assert "8" in found[9][0][1]


def test_published_stop_is_changed_in_its_working_copy_alone(editor: User, district: District) -> None:
    revision = StopRevisionFactory(stop__place__district=district, stop__vehicle__code="VAN-A")
    stop = revision.stop
    row = [
        str(stop.uid),
        "VAN-A",
        STOP_DATE,
        "10:00",
        "14:00",
        stop.place.code,
        "أمام المسجد",
        stop.services.get().slug,
    ]
    job = send("stops", csv_of(["uid", *HEADINGS], row), by=editor)

    assert (states(job), reasons(job)) == (["changed"], {})
    assert sorted(job.rows.get().changes()) == [
        ("landmark_ar", LANDMARK, "أمام المسجد"),
        ("starts_at", "09:00", "10:00"),
    ]
    apply(job, "all")
    stop.refresh_from_db()
    assert (stop.starts_at, stop.landmark_ar, stop.has_unpublished_changes) == (dt.time(10), "أمام المسجد", True)
    assert StopRevision.objects.get().starts_at == dt.time(9)


def test_row_without_identifier_finds_the_stop_by_vehicle_day_and_hour(editor: User, district: District) -> None:
    stop = StopFactory(place__district=district, place__name_ar="بلصفورة", vehicle__code="VAN-A")
    stop.place.district.refresh_from_db()
    job = send("stops", csv_of(HEADINGS, line(place=stop.place.code, landmark="خلف المدرسة")), by=editor)

    assert (states(job), reasons(job)) == (["changed"], {})
    apply(job, "good")
    assert Stop.objects.get().landmark_ar == "خلف المدرسة"


def test_what_was_saved_meanwhile_is_not_overwritten(editor: User, vehicle: Vehicle, place: Place) -> None:
    stop = StopFactory(place=place, vehicle=vehicle)
    job = send("stops", csv_of(HEADINGS, line(place="P1", landmark="خلف المدرسة"), line(date="30/11/2026")), by=editor)
    assert states(job) == ["changed", "new"]
    edit_stop(stop, dataclasses.replace(StopData.of(stop), landmark_ar="أمام البنك"), by=editor, now=NOW)

    apply(job, "all")
    assert (job.state, states(job)) == (JobState.UNDONE, ["refused", "new"])
    assert (Stop.objects.count(), Stop.objects.get().landmark_ar) == (1, "أمام البنك")
    assert len(reasons(job)[2]) == 1


def test_what_was_added_meanwhile_is_refused_and_the_rest_applied(editor: User, vehicle: Vehicle, place: Place) -> None:
    named = {"services": "رخصة محل"}
    job = send("stops", csv_of(HEADINGS, line(**named), line(date="30/11/2026", **named)), by=editor)
    StopFactory(place=place, vehicle=vehicle)

    apply(job, "good")
    assert (job.state, states(job)) == (JobState.DONE, ["refused", "new"])
    assert sorted(Stop.objects.values_list("date", flat=True)) == [STOP_DATE, dt.date(2026, 11, 30)]


def test_stops_of_other_units_are_neither_found_nor_changed(editor: User) -> None:
    other = StopFactory()
    row = [str(other.uid), *line(vehicle=other.vehicle.code, place=other.place.code, landmark="خلف المدرسة")]
    job = send("stops", csv_of(["uid", *HEADINGS], row), by=editor)

    assert [column for column, _reason in reasons(job)[2]] == ["uid"]
    assert "خلف المدرسة" not in Stop.objects.values_list("landmark_ar", flat=True)


def test_hours_left_empty_are_those_of_the_period(editor: User, vehicle: Vehicle, place: Place) -> None:
    HoursPeriodFactory(starts_at=dt.time(10), ends_at=dt.time(13), last_intake=dt.time(12, 30))
    job = apply(send("stops", csv_of(HEADINGS, line(starts="", ends="")), by=editor), "all")

    stop = Stop.objects.get()
    assert job.state == JobState.DONE
    assert (stop.starts_at, stop.ends_at, stop.last_intake) == (dt.time(10), dt.time(13), dt.time(12, 30))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_export_comes_back_unchanged(language: str) -> None:
    supervisor = make_supervisor()
    StopFactory(landmark_ar="=أمام المسجد", off_day_reason="- بلا")
    StopRevisionFactory(vehicle__code="V-2")
    StopRevisionFactory(state="cancelled", date=STOP_DATE - dt.timedelta(days=30))
    with translation.override(language):
        data = b"".join(write_csv(list_sheet(table_of("stops", by=supervisor, now=NOW), Stop.objects.order_by("pk"))))

    job: ImportJob = send("stops", data, by=supervisor)
    assert (states(job), reasons(job)) == (["unchanged"] * 3, {})


def test_rights_are_asked_again_when_it_is_applied(editor: User, vehicle: Vehicle, place: Place) -> None:
    job = send("stops", csv_of(HEADINGS, line()), by=editor)
    decide(job, choice="good", by=editor, now=NOW)
    editor.memberships.all().delete()

    work(job)
    assert (job.state, Stop.objects.count()) == (JobState.REFUSED, 0)
