"""The tables of the open data: their columns, and where their rows come from. Only what was published; never a draft."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from announcements.enums import TextForm
from announcements.facts import notice_url
from announcements.models import Notice
from schedules.models import Place, StopRevision
from services.models import Document, Fee, Offer, Service
from vehicles.models import District, Vehicle

Row = Sequence[Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its type in the words of Table Schema, and what it says."""

    name: str
    type: str
    meaning: str | Promise


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """One table of the open data; `rows` reads it in a fixed number of queries."""

    name: str
    title: str | Promise
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    # On the local day that is handed over.
    rows: Callable[[dt.date], Iterable[Row]]


def _unit_rows(today: dt.date) -> Iterable[Row]:
    return District.objects.values_list(
        *("slug", "kind", "name_ar", "name_en", "official_code", "contact_phone"),
        *("fixed_centre_name_ar", "fixed_centre_latitude", "fixed_centre_longitude"),
    )


def _vehicle_rows(today: dt.date) -> Iterable[Row]:
    return Vehicle.objects.values_list("code", "name_ar", "name_en", "is_active")


def _place_rows(today: dt.date) -> Iterable[Row]:
    return Place.objects.order_by("code").values_list(
        *("code", "kind", "name_ar", "name_en", "district__slug", "latitude", "longitude"),
        *("coordinates_are_rounded", "district_is_provisional", "source", "population", "population_source"),
    )


def _service_rows(today: dt.date) -> Iterable[Row]:
    return Service.objects.order_by("slug").values_list(
        *("slug", "category__slug", "category__name_ar", "name_ar", "name_en", "outcome", "summary_ar"),
        *("processing_time_ar", "elsewhere_ar", "valid_from", "valid_to", "source", "source_date"),
    )


def _paper_rows(today: dt.date) -> Iterable[Row]:
    rows = Document.objects.order_by("service__slug", "position", "pk")
    return rows.values_list("service__slug", "position", "text_ar", "text_en")


def _fee_rows(today: dt.date) -> Iterable[Row]:
    rows = Fee.objects.order_by("service__slug", "pk")
    return rows.values_list(
        "service__slug", "label_ar", "label_en", "minimum", "maximum", "as_of", "valid_to", "source"
    )


def _offer_rows(today: dt.date) -> Iterable[Row]:
    # What is offered from a day to come has not been told yet.
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    rows = Offer.objects.filter(begun).order_by("vehicle__code", "service__slug")
    return rows.values_list("vehicle__code", "service__slug", "outcome", "valid_from", "valid_to")


def _stop_rows(today: dt.date) -> Iterator[Row]:
    for fact in StopRevision.objects.public().with_details().order_by("date", "starts_at", "stop__uid"):
        yield (
            *(fact.stop.uid, fact.number, fact.state, fact.date, fact.starts_at, fact.ends_at, fact.last_intake),
            *(fact.starts, fact.ends, fact.vehicle.code, fact.district.slug, fact.place.code, fact.place.label_ar),
            *(fact.landmark_ar, fact.landmark_en, " ".join(row.service.slug for row in fact.offered.all())),
            " ".join(sorted(means.code for means in fact.payment_means.all())),
            *(fact.intake_only, fact.cause_ar, fact.published_at),
        )


def _notice_rows(today: dt.date) -> Iterator[Row]:
    notices = Notice.objects.select_related("district").prefetch_related("texts")
    for notice in notices.order_by("issued_at", "pk"):
        texts = {text.form: text.body for text in notice.texts.all()}
        yield (
            *(notice.district.slug, notice.year, notice.number, notice.kind, notice.title_ar, notice.issued_at),
            notice_url(notice.district, notice.year, notice.number),
            *(texts.get(form, "") for form in TextForm.values),
        )


def _told_rows(today: dt.date) -> Iterable[Row]:
    rows = Notice.objects.filter(items__isnull=False).order_by("issued_at", "pk", "items__pk")
    return rows.values_list("district__slug", "year", "number", "items__revision__stop__uid", "items__revision__number")


def _text(name: str, meaning: str | Promise) -> Field:
    return Field(name, "string", meaning)


_UNIT = _text("unit", _("The unit's address word; see units."))
_VEHICLE = _text("vehicle", _("The vehicle's code; see vehicles."))
_SERVICE = _text("service", _("The service's address word; see services."))
_SOURCE = _text("source", _("Where the information comes from."))
_FROM = Field("valid_from", "date", _("The first day; empty: since ever."))
_TO = Field("valid_to", "date", _("The last day; empty while it lasts."))
_OUTCOME = _text("outcome", _("What the citizen leaves with: finished, received, or information."))

TABLES: tuple[Table, ...] = (
    Table(
        "units",
        _("Units"),
        ("slug",),
        (
            _text("slug", _("Its address word.")),
            _text("kind", _("markaz, hayy, or city.")),
            _text("name_ar", _("Arabic name.")),
            _text("name_en", _("English name.")),
            _text("official_code", _("Code in official place lists.")),
            _text("contact_phone", _("Telephone for enquiries.")),
            _text("fixed_centre", _("The fixed technology centre.")),
            Field("fixed_centre_latitude", "number", _("Degrees north.")),
            Field("fixed_centre_longitude", "number", _("Degrees east.")),
        ),
        _unit_rows,
    ),
    Table(
        "vehicles",
        _("Vehicles"),
        ("code",),
        (
            _text("code", _("Its code.")),
            _text("name_ar", _("Arabic name.")),
            _text("name_en", _("English name.")),
            Field("in_use", "boolean", _("Whether it is in use.")),
        ),
        _vehicle_rows,
    ),
    Table(
        "places",
        _("Places"),
        ("code",),
        (
            _text("code", _("Its official code.")),
            _text("kind", _("village, quarter, hamlet, city, or other.")),
            _text("name_ar", _("Arabic name.")),
            _text("name_en", _("Latin name.")),
            _UNIT,
            Field("latitude", "number", _("Degrees north.")),
            Field("longitude", "number", _("Degrees east.")),
            Field("is_rounded", "boolean", _("Whether the point is rounded to one or two kilometres.")),
            Field("unit_is_provisional", "boolean", _("Whether the unit still awaits confirmation.")),
            _SOURCE,
            Field("population", "integer", _("How many people live there; empty: not known.")),
            _text("population_source", _("Where the figure comes from.")),
        ),
        _place_rows,
    ),
    Table(
        "services",
        _("Services"),
        ("slug",),
        (
            _text("slug", _("Its address word.")),
            _text("category", _("Address word of its category.")),
            _text("category_ar", _("Arabic name of its category.")),
            _text("name_ar", _("Arabic name.")),
            _text("name_en", _("English name.")),
            _OUTCOME,
            _text("summary_ar", _("Description.")),
            _text("processing_time_ar", _("Completion time.")),
            _text("elsewhere_ar", _("Where to go when not to the vehicle.")),
            _FROM,
            _TO,
            _SOURCE,
            Field("source_date", "date", _("Date of the source.")),
        ),
        _service_rows,
    ),
    Table(
        "papers",
        _("Papers to bring for each service"),
        ("service", "position", "text_ar"),
        (
            _SERVICE,
            Field("position", "integer", _("Its place in the list.")),
            _text("text_ar", _("The paper.")),
            _text("text_en", _("The paper in English.")),
        ),
        _paper_rows,
    ),
    Table(
        "fees",
        _("Fees of each service"),
        ("service", "label_ar"),
        (
            _SERVICE,
            _text("label_ar", _("What the fee is for.")),
            _text("label_en", _("The same in English.")),
            Field("minimum", "number", _("From, in Egyptian pounds.")),
            Field("maximum", "number", _("Up to, in Egyptian pounds.")),
            Field("as_of", "date", _("On which day the amount was known.")),
            _TO,
            _SOURCE,
        ),
        _fee_rows,
    ),
    Table(
        "offers",
        _("Which vehicle offers which service"),
        ("vehicle", "service"),
        (_VEHICLE, _SERVICE, _OUTCOME, _FROM, _TO),
        _offer_rows,
    ),
    Table(
        "stops",
        _("Stops, as the public was last told of each"),
        ("uid",),
        (
            _text("uid", _("Its identifier, which never changes.")),
            Field("revision", "integer", _("How often it has been told otherwise since.")),
            _text("state", _("scheduled, cancelled, postponed, or stopped.")),
            Field("date", "date", _("The local day.")),
            Field("starts_at", "time", _("From, on the wall clock.")),
            Field("ends_at", "time", _("Until, on the wall clock.")),
            Field("last_intake", "time", _("No request is taken after it; empty: until the end.")),
            Field("starts", "datetime", _("The beginning as an instant.")),
            Field("ends", "datetime", _("The end as an instant.")),
            _VEHICLE,
            _UNIT,
            _text("place", _("The place's official code; see places.")),
            _text("place_ar", _("The place with its unit, as it is printed.")),
            _text("landmark_ar", _("Where exactly.")),
            _text("landmark_en", _("Where exactly, in English.")),
            _text("services", _("Address words of the services, with spaces between.")),
            _text("payment_means", _("Codes of ways to pay, with spaces between.")),
            Field("intake_only", "boolean", _("Whether requests are only taken that day.")),
            _text("cause_ar", _("Why it was told otherwise.")),
            Field("published_at", "datetime", _("When the public was told.")),
        ),
        _stop_rows,
    ),
    Table(
        "notices",
        _("Notices with their texts"),
        ("unit", "year", "number"),
        (
            _UNIT,
            Field("year", "integer", _("Year of the number.")),
            Field("number", "integer", _("Number within the unit and year.")),
            _text("kind", _("What kind of notice it is.")),
            _text("title_ar", _("Its title.")),
            Field("issued_at", "datetime", _("When it was issued.")),
            _text("url", _("Its page.")),
            *(_text(f"text_{form}", TextForm(form).label) for form in TextForm.values),
        ),
        _notice_rows,
    ),
    Table(
        "notice-stops",
        _("Which notice told of which stop"),
        ("unit", "year", "number", "stop"),
        (
            _UNIT,
            Field("year", "integer", _("Year of the number.")),
            Field("number", "integer", _("Number within the unit and year.")),
            _text("stop", _("Identifier of the stop; see stops.")),
            Field("revision", "integer", _("Which revision of the stop it told of.")),
        ),
        _told_rows,
    ),
)
