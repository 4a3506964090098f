"""Writing places: one by one as staff do, or a whole list from a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from schedules.centres import Centres, find_centres
from schedules.models import Place, PlaceTerm, StopRevision
from schedules.place_files import PlaceFileRefused, PlaceRow, read_places
from schedules.search import build_search_text, fold
from schedules.search_terms import TermKind, place_terms, words_of
from sohag_mobile.models import bump_content_version
from vehicles.enums import DistrictKind, GrammaticalGender
from vehicles.models import District, Governorate
from vehicles.queries import get_governorate

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_CITY_UNIT = "مدينة"
_MARKAZ_UNIT = "مركز"
_POLICE_UNIT = "قسم"


@dataclasses.dataclass(slots=True)
class ImportCount:
    """What an import did."""

    created: int = 0
    completed: int = 0
    unchanged: int = 0
    units: list[District] = dataclasses.field(default_factory=list)


def save_place(place: Place) -> Place:
    """Save a place so that citizens find it by every spelling of its names; public pages become out of date."""
    with transaction.atomic():
        write_place(place)
        bump_content_version()
    return place


def write_place(place: Place, *, by: User | None = None) -> Place:
    """The same for one of many, in a transaction of the caller, who raises the content version once for all of them."""
    place.search_text = build_search_text(place.name_ar, place.name_en, place.spellings)
    if by is not None:
        place._history_user = by  # type: ignore[attr-defined]  # reason: read by whatever records who changed a row
    _measure(place, find_centres())
    with transaction.atomic():
        place.save()
        index_places([place])
    return place


def measure_places() -> int:
    """Measure the way to the nearest fixed centre of every place whose distance is not that of today's centres.

    Returns how many were measured: none, as a rule, since a place is measured when it is saved. Public pages do not change.
    """
    centres = find_centres()
    stale = list(Place.objects.exclude(measured_from=centres.key))
    for place in stale:
        _measure(place, centres)
    Place.objects.bulk_update(stale, ["centre", "centre_km", "measured_from"], batch_size=500)
    return len(stale)


def _measure(place: Place, centres: Centres) -> None:
    found = centres.nearest_to(place)
    place.centre = found[0] if found else None
    place.centre_km = Decimal(str(round(found[1], 1))) if found else None
    place.measured_from = centres.key


def index_places(places: Sequence[Place]) -> None:
    """Write the terms under which `places` are found, from their names and from the landmarks the public was told of."""
    landmarks: dict[int, list[str]] = {}
    told = StopRevision.objects.filter(place__in=places).order_by().distinct()
    for place_id, landmark_ar, landmark_en in told.values_list("place", "landmark_ar", "landmark_en"):
        landmarks.setdefault(place_id, []).extend((landmark_ar, landmark_en))
    with transaction.atomic():
        PlaceTerm.objects.filter(place__in=places).delete()
        PlaceTerm.objects.bulk_create(
            (
                PlaceTerm(place=place, kind=kind, term=term.encode())
                for place in places
                for kind, term in place_terms(place.search_text.split("\n"), landmarks.get(place.pk, []))
            ),
            batch_size=2000,
        )


def index_landmark(place: Place, *landmarks: str) -> None:
    """Let `place` be found by the landmarks at which a vehicle is told to stand there."""
    words = dict.fromkeys(word for landmark in landmarks for word in words_of(landmark))
    PlaceTerm.objects.bulk_create(
        (PlaceTerm(place=place, kind=TermKind.LANDMARK, term=word.encode()) for word in words if len(word) > 2),
        ignore_conflicts=True,
    )


def import_places(data: bytes, *, source: str = "") -> ImportCount:
    """Take over a CSV file of places (see `place_files.read_places`) in one transaction.

    Places are known by their codes. New ones are created with `source`; of existing ones only what is empty is filled in, so
    that nothing staff have written is lost, and their unit is never changed. A unit that is not known is created for its new
    places. Raises PlaceFileRefused; then nothing was written.
    """
    rows = read_places(data)
    count = ImportCount()
    with transaction.atomic():
        governorate = get_governorate()
        if governorate is None:
            raise PlaceFileRefused(_("There is no governorate yet. Load the reference data first."))
        known = {
            place.code: place for place in Place.objects.select_for_update().filter(code__in=[r.code for r in rows])
        }
        new = [row for row in rows if row.code not in known]
        units = _find_or_create_units(new, governorate, count)
        centres = find_centres()
        built = [_build_place(row, units[row.unit_code], source) for row in new]
        for place in built:
            _measure(place, centres)
        created = Place.objects.bulk_create(built)
        count.created = len(new)
        completed = [known[row.code] for row in rows if row.code in known and _complete(known[row.code], row)]
        for place in completed:
            _measure(place, centres)
            place.save()
        index_places([*created, *completed])
        count.completed = len(completed)
        count.unchanged = len(rows) - count.created - count.completed
        if count.created or count.completed:
            bump_content_version()
    return count


def _build_place(row: PlaceRow, unit: District, source: str) -> Place:
    return Place(
        code=row.code,
        kind=row.kind,
        name_ar=row.name_ar,
        name_en=row.name_en,
        search_text=build_search_text(row.name_ar, row.name_en),
        district=unit,
        # A police division (qism) is not a unit of local government: which unit it belongs to is our assumption.
        district_is_provisional=row.unit_name_ar.startswith(f"{_POLICE_UNIT} "),
        latitude=row.latitude,
        longitude=row.longitude,
        coordinates_are_rounded=row.coordinates_are_rounded,
        population=row.population,
        population_source=row.population_source,
        source=source,
    )


def _complete(place: Place, row: PlaceRow) -> bool:
    """Fill what is empty in `place` from the file; whether anything was."""
    before = (place.name_en, place.spellings, place.latitude, place.population)
    place.name_en = place.name_en or row.name_en
    if not place.spellings and row.name_ar != place.name_ar:
        place.spellings = row.name_ar
    if place.latitude is None and row.latitude is not None:
        place.latitude, place.longitude = row.latitude, row.longitude
        place.coordinates_are_rounded = row.coordinates_are_rounded
    place.search_text = build_search_text(place.name_ar, place.name_en, place.spellings)
    if place.population is None and row.population is not None:
        place.population, place.population_source = row.population, row.population_source
    return before != (place.name_en, place.spellings, place.latitude, place.population)


def _find_or_create_units(
    rows: Iterable[PlaceRow], governorate: Governorate, count: ImportCount
) -> dict[str, District]:
    """The unit of every code in `rows`: by official code, else by name, else a new one.

    A markaz comes before a police division (qism) of the same name, because the division belongs to the local unit of that
    markaz and city; a division without such a markaz is a city district.
    """
    named = {row.unit_code: row for row in reversed(list(rows))}
    by_code = {unit.official_code: unit for unit in District.objects.exclude(official_code="")}
    by_name = {(unit.kind, fold(unit.name_ar)): unit for unit in District.objects.all()}
    units: dict[str, District] = {}
    for code, row in sorted(named.items(), key=lambda item: (item[1].unit_name_ar.startswith(_POLICE_UNIT), item[0])):
        noun, _space, name = row.unit_name_ar.partition(" ")
        kind = _kind_of_unit(noun, name.strip(), by_name)
        name = name.strip() if noun in (_MARKAZ_UNIT, _POLICE_UNIT, _CITY_UNIT) and name.strip() else row.unit_name_ar
        unit = by_code.get(code) or by_name.get((kind, fold(name)))
        if unit is None:
            unit = _create_unit(row, kind, name, governorate)
            by_name[kind, fold(name)] = unit
            count.units.append(unit)
        units[code] = unit
    return units


def _kind_of_unit(noun: str, name: str, by_name: dict[tuple[str, str], District]) -> DistrictKind:
    if noun == _CITY_UNIT:
        return DistrictKind.CITY
    if noun == _POLICE_UNIT and (DistrictKind.MARKAZ, fold(name)) not in by_name:
        return DistrictKind.HAYY
    return DistrictKind.MARKAZ


def _create_unit(row: PlaceRow, kind: DistrictKind, name: str, governorate: Governorate) -> District:
    issuer, short, gender = {
        DistrictKind.MARKAZ: (f"الوحدة المحلية لمركز ومدينة {name}", "الوحدة المحلية", GrammaticalGender.FEMININE),
        DistrictKind.HAYY: (f"حي {name}", "الحي", GrammaticalGender.MASCULINE),
        DistrictKind.CITY: (f"جهاز مدينة {name}", "الجهاز", GrammaticalGender.MASCULINE),
    }[kind]
    return District.objects.create(
        governorate=governorate,
        slug=_free_slug(row),
        kind=kind,
        name_ar=name,
        name_en=row.unit_name_en,
        issuer_name_ar=issuer,
        issuer_short_ar=short,
        issuer_gender=gender,
        official_code=row.unit_code,
    )


def _free_slug(row: PlaceRow) -> str:
    wanted = slugify(row.unit_name_en)[:50] or row.unit_code.lower()
    taken = set(District.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    candidates = [wanted, f"{wanted}-{row.unit_code.lower()}"[:60]]
    candidates += [f"{wanted}-{number}" for number in range(2, len(taken) + 3)]
    return next(slug for slug in candidates if slug not in taken)
