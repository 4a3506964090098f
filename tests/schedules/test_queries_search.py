"""One box for everything: what else than places is found, and by which words."""

import datetime as dt
from typing import Any

import pytest

from schedules.queries_search import search
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.services import ServiceFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


@pytest.mark.parametrize(
    "query",
    [
        "ترخيص محل عام",
        "محل ترخيص",
        "تَرْخِيصُ مَحَلّ",
        "تـرخيص محل",
        "المحل",
        "ترخيس محل",  # one slip
        "public shop",
        "shop licence",
    ],
)
def test_a_service_is_found_however_it_is_written(query: str) -> None:
    shop = ServiceFactory(name_ar="ترخيص محل عام", name_en="Licence of a public shop")
    ServiceFactory(name_ar="سداد إيجار", name_en="Payment of rent")

    assert search(query, now=NOW).services == (shop,)


@pytest.mark.parametrize("query", ["رخص", "رخصة", "رخصة محل", "الرخصة", "يافطة"])
def test_a_service_is_found_by_other_words_that_people_have_for_it(query: str) -> None:
    shop = ServiceFactory(name_ar="ترخيص محل عام", other_words="رخصة دكان، يافطة")
    ServiceFactory(name_ar="سداد إيجار", other_words="دفع إيجار")

    assert search(query, now=NOW).services == (shop,)


@pytest.mark.parametrize("query", ["سيارة حي غرب", "غرب", "VAN-2", "van 2", "van ٢", "سيارة 2", "West"])
def test_a_vehicle_is_found_by_its_name_and_its_code(query: str) -> None:
    west = VehicleFactory(code="VAN-2", name_ar="سيارة حي غرب", name_en="Vehicle of the West")
    VehicleFactory(code="VAN-3", name_ar="سيارة حي شرق", name_en="Vehicle of the East")

    assert search(query, now=NOW).vehicles == (west,)


@pytest.mark.parametrize("query", ["أخميم", "اخميم", "مركز أخميم", "مدينة أخميم", "اخميمم", "Akhmim"])
def test_a_unit_is_found_with_and_without_its_noun(query: str) -> None:
    akhmim = DistrictFactory(
        name_ar="أخميم", name_en="Akhmim Markaz", issuer_name_ar="الوحدة المحلية لمركز ومدينة أخميم"
    )
    DistrictFactory(name_ar="نقادة", name_en="Naqada", issuer_name_ar="الوحدة المحلية لمركز ومدينة نقادة")

    assert search(query, now=NOW).districts == (akhmim,)


def test_the_noun_alone_finds_every_unit_of_that_kind() -> None:
    units = [DistrictFactory(name_ar=name) for name in ("أخميم", "نقادة")]

    assert search("مركز", now=NOW).districts == tuple(units)


def test_what_is_over_or_out_of_use_is_not_found() -> None:
    ServiceFactory(name_ar="ترخيص محل", valid_to=STOP_DATE - dt.timedelta(days=1))
    VehicleFactory(name_ar="سيارة الترخيص", is_active=False)

    assert search("ترخيص", now=NOW).is_empty


def test_a_slip_is_forgiven_only_when_nothing_bears_the_name() -> None:
    place = PlaceFactory(name_ar="صالح", name_en="")
    ServiceFactory(name_ar="صالع")

    found = search("صالح", now=NOW)

    assert ([each.place for each in found.places], found.services) == ([place], ())


@pytest.mark.parametrize(
    ("name", "is_guess"), [("صالح", True), ("التصالح", False), ("كفر تصالح", False), ("بلصفورة", False)]
)
def test_a_place_that_is_only_like_what_was_typed_is_a_guess_beside_what_bears_it(name: str, is_guess: bool) -> None:
    PlaceFactory(name_ar=name, name_en="")
    service = ServiceFactory(name_ar="طلب التصالح")

    found = search("تصالح", now=NOW)

    assert (found.is_guess, len(found.places), found.services) == (is_guess, name != "بلصفورة", (service,))


def test_a_place_like_what_was_typed_is_no_guess_where_nothing_bears_it() -> None:
    PlaceFactory(name_ar="صالح", name_en="")

    found = search("تصالح", now=NOW)

    assert (len(found.places), found.is_guess) == (1, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_whole_answer_costs_the_same_queries_however_much_is_found(
    count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        StopRevisionFactory(
            place=PlaceFactory(name_ar=f"تونس {number}", district=DistrictFactory(name_ar=f"تونس {number}"))
        )
        ServiceFactory(name_ar=f"تونس {number}")

    with django_assert_num_queries(6):
        found = search("تونس", now=NOW)
        labels = [each.place.label for each in found.places]

    assert (len(labels), len(found.stops), len(found.districts), len(found.services)) == (count,) * 4
