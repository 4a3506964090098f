"""Places, vehicles and services as tables. Rows are known by their codes; a column that a file does not have is left alone."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.enums import Kind
from exchange.lookups import Lookup
from exchange.models import Problem
from exchange.resources import Column, Planned, TableResource
from exchange.widgets import (
    ChoiceWidget,
    CoordinateWidget,
    CountWidget,
    DateWidget,
    LinesWidget,
    RowWidget,
    TextListWidget,
    TextWidget,
    YesNoWidget,
)
from schedules.actions_places import write_place
from schedules.enums import PLACE_NOUN_AR, PlaceKind, Weekday
from schedules.models import Place
from services.actions import write_service
from services.enums import Outcome
from services.models import Category, Service
from sohag_mobile.models import bump_content_version
from vehicles.actions import write_vehicle
from vehicles.models import Assignment, District, Vehicle

_OUTCOME_WORDS = {"استلام الطلب": Outcome.RECEIVED, "إنجاز": Outcome.FINISHED, "استعلام": Outcome.INFORMATION}


def district_lookup() -> Lookup[District]:
    """Units by address word, official code, label or bare name."""
    return Lookup(
        District.objects.all(),
        codes=lambda unit: (unit.slug, unit.official_code),
        names=lambda unit: (unit.label_ar, unit.name_ar, unit.name_en),
        unknown=_("There is no unit “%(value)s”. Write its name as in the list of units, for example «مركز سوهاج»."),
        label=lambda unit: unit.label_ar,
    )


def text(model: type[models.Model], name: str, heading: Any, **options: Any) -> Column:
    """The column of a line of text, as long as its field."""
    field: Any = model._meta.get_field(name)
    return Column(name, heading, TextWidget(longest=field.max_length), **options)


class DataResource(TableResource):
    """Master data: rows of one model, known by `identity`."""

    model: ClassVar[type[models.Model]]
    identity: ClassVar[str]
    # Columns that are no fields of the model.
    extra: ClassVar[frozenset[str]] = frozenset()

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        codes = {row.get(self.identity, "").strip() for row in rows}
        found = self.rows_to_tell(self.model._default_manager.filter(**{f"{self.identity}__in": codes}))
        self._known: dict[str, Any] = {getattr(each, self.identity): each for each in found}

    def find_target(self, draft: SimpleNamespace) -> models.Model | None:
        return self._known.get(getattr(draft, self.identity, ""))

    def draft_of(self, target: Any) -> SimpleNamespace:
        names = [column.name for column in self.columns if column.name not in self.extra]
        return SimpleNamespace(**{name: self._value(target, name) for name in names})

    def _value(self, row: Any, name: str) -> Any:
        # A new row has no relation to ask for.
        return getattr(row, name) if getattr(row, self.model._meta.get_field(name).attname, None) is not None else None  # type: ignore[union-attr]

    def blank(self) -> SimpleNamespace:
        return self.draft_of(self.model())

    def key_of(self, draft: SimpleNamespace, target: Any) -> str:
        return str(getattr(draft, self.identity))

    def label_of(self, draft: SimpleNamespace) -> str:
        return f"{draft.name_ar or ''} ({getattr(draft, self.identity) or ''})"[:300]

    def instance_of(self, draft: SimpleNamespace, target: Any) -> Any:
        """The row as it would be stored."""
        row = copy.copy(target) if target else self.model()
        for name, value in vars(draft).items():
            if name not in self.extra:
                empty = self.model._meta.get_field(name).get_default() if value is None else value  # type: ignore[union-attr]
                setattr(row, name, empty)
        return row

    def complete(self, draft: SimpleNamespace, target: Any, *, given: frozenset[str]) -> list[Problem]:
        row = self.instance_of(draft, target)
        relations = {field.name for field in self.model._meta.fields if field.is_relation}
        try:
            row.clean_fields(exclude=relations)
            row.clean()
            row.validate_constraints(exclude={self.identity})
        except ValidationError as error:
            return self.problems_of(error)
        return []

    def close_group(self) -> None:
        bump_content_version()


class PlaceResource(DataResource):
    """Villages, quarters and hamlets, by official code."""

    kind = Kind.PLACES
    model = Place
    identity = "code"

    def build_columns(self) -> list[Column]:
        units = district_lookup()
        kinds: dict[Any, Any] = dict(PlaceKind.choices)
        days: dict[Any, Any] = dict(Weekday.choices)
        return [
            text(
                Place,
                "code",
                gettext_lazy("Official code"),
                required=True,
                aliases=("pcode", "كود القرية"),
                meaning=gettext_lazy(
                    "Latin letters, digits and hyphens. By it a place is known: a known code changes that place,"
                    " a new one adds a place."
                ),
            ),
            Column(
                "kind",
                gettext_lazy("Kind"),
                ChoiceWidget(kinds, {noun: kind for kind, noun in PLACE_NOUN_AR.items()} | {"عزبة": PlaceKind.HAMLET}),
                required=True,
                choices=[str(word) for word in kinds.values()],
            ),
            text(
                Place,
                "name_ar",
                gettext_lazy("Name"),
                required=True,
                aliases=("اسم القرية", "اسم المكان"),
                meaning=gettext_lazy("Without «قرية» before it."),
            ),
            text(Place, "name_en", gettext_lazy("Latin name")),
            text(Place, "spellings", gettext_lazy("Other spellings"), meaning=gettext_lazy("Separated by commas.")),
            Column(
                "district",
                gettext_lazy("Unit"),
                RowWidget(units.find, lambda unit: unit.label_ar),
                required=True,
                aliases=("المركز", "الوحدة المحلية"),
                choices="units",
                meaning=gettext_lazy("The markaz or district, as in the list of units."),
            ),
            Column("district_is_provisional", gettext_lazy("Unit is provisional"), YesNoWidget(), choices="yes_no"),
            Column(
                "latitude",
                gettext_lazy("Latitude"),
                CoordinateWidget(90),
                meaning=gettext_lazy("In degrees, for example 26.55912; both coordinates or none."),
            ),
            Column("longitude", gettext_lazy("Longitude"), CoordinateWidget(180)),
            Column("coordinates_are_rounded", gettext_lazy("Point is rounded"), YesNoWidget(), choices="yes_no"),
            Column(
                "market_weekday",
                gettext_lazy("Market day"),
                ChoiceWidget(days),
                choices=[str(word) for word in days.values()],
                meaning=gettext_lazy("The day of the weekly market; empty: none is known."),
            ),
            text(Place, "source", gettext_lazy("Source")),
            Column("population", gettext_lazy("Population"), CountWidget()),
            text(
                Place,
                "population_source",
                gettext_lazy("Source of the population"),
                meaning=gettext_lazy("Needed with a figure: where it comes from, and of which year it is."),
            ),
        ]

    def rows_to_tell(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.select_related("district")

    def write(self, planned: Planned) -> None:
        write_place(self.instance_of(planned.draft, planned.target), by=self.by)


class VehicleResource(DataResource):
    """Vehicles, by code. A new one is assigned to its unit; an assignment that stands is changed on the vehicle's page."""

    kind = Kind.VEHICLES
    model = Vehicle
    identity = "code"
    extra = frozenset({"unit", "unit_from"})

    def build_columns(self) -> list[Column]:
        units = district_lookup()
        return [
            text(
                Vehicle,
                "code",
                gettext_lazy("Code"),
                required=True,
                aliases=("كود السيارة",),
                meaning=gettext_lazy(
                    "Latin letters, digits and hyphens. By it a vehicle is known: a known code changes that vehicle,"
                    " a new one adds a vehicle."
                ),
            ),
            text(Vehicle, "name_ar", gettext_lazy("Name"), required=True, aliases=("اسم السيارة",)),
            text(Vehicle, "name_en", gettext_lazy("English name")),
            Column(
                "is_active",
                gettext_lazy("In use"),
                YesNoWidget(),
                choices="yes_no",
                meaning=gettext_lazy("A vehicle that is not in use cannot be planned."),
            ),
            Column(
                "unit",
                gettext_lazy("Unit"),
                RowWidget(units.find, lambda unit: unit.label_ar),
                choices="units",
                meaning=gettext_lazy(
                    "The unit it works for. Of a vehicle that has one, the unit is changed on the vehicle's page, with the day."
                ),
            ),
            Column(
                "unit_from",
                gettext_lazy("Works there from"),
                DateWidget(),
                meaning=gettext_lazy("The first day; empty: today."),
            ),
        ]

    def rows_to_tell(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        current = models.Prefetch("assignments", Assignment.objects.select_related("district"), to_attr="told")
        return rows.prefetch_related(current)

    def draft_of(self, target: Any) -> SimpleNamespace:
        draft = super().draft_of(target)
        today = timezone.localdate(self.now)
        standing = [
            each
            for each in getattr(target, "told", ())
            if each.starts_on <= today and (each.ends_on is None or today <= each.ends_on)
        ]
        draft.unit = standing[0].district if standing else None
        draft.unit_from = standing[0].starts_on if standing else None
        return draft

    def blank(self) -> SimpleNamespace:
        draft = super().blank()
        draft.unit = draft.unit_from = None
        return draft

    def complete(self, draft: SimpleNamespace, target: Any, *, given: frozenset[str]) -> list[Problem]:
        problems = super().complete(draft, target, given=given)
        stored = self.draft_of(target) if target else None
        if stored and stored.unit and (draft.unit, draft.unit_from) != (stored.unit, stored.unit_from):
            problems.append(
                Problem(
                    "unit",
                    _("The vehicle works for %(unit)s since %(day)s. Change that on the page of the vehicle.")
                    % {"unit": stored.unit.label_ar, "day": stored.unit_from.isoformat()},
                )
            )
        elif draft.unit_from and not draft.unit:
            problems.append(Problem("unit", _("The day is given, but not the unit.")))
        elif draft.unit and not draft.unit_from:
            draft.unit_from = timezone.localdate(self.now)
        return problems

    def write(self, planned: Planned) -> None:
        draft = planned.draft
        is_assigned = planned.target is not None and self.draft_of(planned.target).unit is not None
        write_vehicle(
            self.instance_of(draft, planned.target),
            unit=None if is_assigned else draft.unit,
            since=draft.unit_from,
            by=self.by,
        )


class ServiceResource(DataResource):
    """The catalogue, by address word, with the papers of each service. Fees are kept on the page of the service."""

    kind = Kind.SERVICES
    model = Service
    identity = "slug"
    extra = frozenset({"papers"})

    def build_columns(self) -> list[Column]:
        categories = Lookup(
            Category.objects.all(),
            codes=lambda category: (category.slug,),
            names=lambda category: (category.name_ar, category.name_en),
            unknown=_("There is no category “%(value)s”. Write its name as in the list of categories."),
        )
        outcomes: dict[Any, Any] = dict(Outcome.choices)
        return [
            text(
                Service,
                "slug",
                gettext_lazy("Address word"),
                required=True,
                aliases=("الكود",),
                meaning=gettext_lazy(
                    "Latin letters, digits and hyphens. By it a service is known: a known word changes that service,"
                    " a new one adds a service."
                ),
            ),
            Column(
                "category",
                gettext_lazy("Category"),
                RowWidget(categories.find, lambda category: category.name_ar),
                required=True,
                choices="categories",
            ),
            text(Service, "name_ar", gettext_lazy("Name"), required=True, aliases=("اسم الخدمة",)),
            text(Service, "name_en", gettext_lazy("English name")),
            text(
                Service,
                "announce_ar",
                gettext_lazy("Name in announcements"),
                meaning=gettext_lazy("The wording read on the radio, if it differs from the name."),
            ),
            text(
                Service,
                "other_words",
                gettext_lazy("Other words"),
                meaning=gettext_lazy("Separated by commas. Citizens can search for them."),
            ),
            Column(
                "outcome",
                gettext_lazy("Usual outcome"),
                ChoiceWidget(outcomes, _OUTCOME_WORDS),
                required=True,
                choices=[str(word) for word in outcomes.values()],
            ),
            Column("summary_ar", gettext_lazy("Description"), LinesWidget()),
            Column("summary_en", gettext_lazy("English description"), LinesWidget()),
            text(Service, "processing_time_ar", gettext_lazy("Completion time")),
            text(Service, "processing_time_en", gettext_lazy("Completion time in English")),
            text(Service, "elsewhere_ar", gettext_lazy("Not here, go there")),
            text(Service, "elsewhere_en", gettext_lazy("Not here, go there (English)")),
            Column(
                "papers",
                gettext_lazy("Papers to bring"),
                TextListWidget(longest=300),
                aliases=("المستندات", "المستندات المطلوبة"),
                meaning=gettext_lazy("Several papers are separated by «؛», in the order in which they are shown."),
            ),
            Column("valid_from", gettext_lazy("Valid from"), DateWidget()),
            Column(
                "valid_to",
                gettext_lazy("Valid until"),
                DateWidget(),
                meaning=gettext_lazy("The last day; empty while it lasts."),
            ),
            text(Service, "source", gettext_lazy("Source")),
            Column("source_date", gettext_lazy("Date of the source"), DateWidget()),
        ]

    def rows_to_tell(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.select_related("category").prefetch_related("documents")

    def draft_of(self, target: Any) -> SimpleNamespace:
        draft = super().draft_of(target)
        draft.papers = tuple(paper.text_ar for paper in target.documents.all()) if target.pk else ()
        return draft

    def write(self, planned: Planned) -> None:
        papers: Iterable[str] | None = planned.draft.papers if "papers" in planned.after else None
        write_service(self.instance_of(planned.draft, planned.target), papers=papers, by=self.by)
