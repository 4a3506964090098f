"""From database rows to the plain facts that notices are written from.

Revisions arrive through relations, duck-typed: this app never imports the models of `schedules`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from announcements.arabic.facts import Gender, IssuerFacts, NoticeFacts, Outcome, PlaceFacts, ServiceFacts, StopFacts
from vehicles.models import District

if TYPE_CHECKING:
    from schedules.models import Place, StopRevision


def issuer_facts(district: District) -> IssuerFacts:
    """The unit as the subject of its announcement."""
    return IssuerFacts(
        name=district.issuer_name_ar,
        short_name=district.issuer_short_ar,
        gender=Gender(district.issuer_gender),
        phone=district.contact_phone,
        fixed_centre=district.fixed_centre_name_ar,
    )


def place_facts(place: Place) -> PlaceFacts:
    """The place under its class noun and its unit."""
    return PlaceFacts(
        code=place.code,
        class_noun=place.noun_ar,
        name=place.name_ar,
        parent_noun=place.district.noun_ar,
        parent_name=place.district.name_ar,
    )


def stop_facts(revision: StopRevision) -> StopFacts:
    """One public fact. Load the revision `with_details()` to keep the number of queries fixed."""
    general = revision.district.governorate.general_documents_ar
    return StopFacts(
        uid=str(revision.stop.uid),
        place=place_facts(revision.place),
        landmark=revision.landmark_ar,
        date=revision.date,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        last_intake=revision.last_intake,
        services=tuple(
            ServiceFacts(name=row.service.spoken_name_ar, outcome=Outcome(row.outcome))
            for row in revision.offered.all()
        ),
        documents=(general,) if general else (),
        payments=tuple(means.name_ar for means in revision.payment_means.all()),
        vehicle=revision.vehicle.code,
    )


def without_details(facts: NoticeFacts) -> NoticeFacts:
    """The same notice for a platform with little room: places, times and what changed, and for the rest its page.

    Of a change only the list of what still stands gives way: services may be the very news.
    """

    def bare(stops: tuple[StopFacts, ...]) -> tuple[StopFacts, ...]:
        return tuple(dataclasses.replace(stop, services=(), payments=()) for stop in stops)

    return dataclasses.replace(
        facts,
        stops=bare(facts.stops),
        still_valid=bare(facts.still_valid),
        also_cancelled=bare(facts.also_cancelled),
        also_postponed=bare(facts.also_postponed),
        also_stopped=bare(facts.also_stopped),
    )


def notice_path(district: District, year: int, number: int) -> str:
    """The public path of a notice, as the contract of addresses fixes it."""
    return f"/notices/{district.slug}/{year}/{number}/"


def notice_url(district: District, year: int, number: int) -> str:
    """The public address of a notice."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{notice_path(district, year, number)}"


def as_json(facts: NoticeFacts) -> Any:
    """The facts as plain JSON values, to be kept with the notice."""
    return json.loads(json.dumps(dataclasses.asdict(facts), cls=DjangoJSONEncoder, ensure_ascii=False))


def notice_facts(stored: Any) -> NoticeFacts:
    """The facts kept with a notice, as they were when it was written (`as_json` turned round).

    Raises LookupError, TypeError or ValueError when `stored` is not such JSON.
    """
    found: NoticeFacts = _from_json(stored, NoticeFacts)
    return found


def _from_json(value: Any, kind: Any) -> Any:
    """`value` as an object of the annotated type `kind`: a dataclass, a tuple of one kind, or a plain value or None."""
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        # A field that was added since has its default.
        given = {
            field.name: _from_json(value[field.name], hints[field.name])
            for field in dataclasses.fields(kind)
            if field.name in value
        }
        return kind(**given)  # type: ignore[operator]  # reason: a dataclass, not an instance of one
    if get_origin(kind) is tuple:
        return tuple(_from_json(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) is UnionType:
        return None if value is None else _from_json(value, get_args(kind)[0])
    if kind in (dt.date, dt.time, dt.datetime):
        return kind.fromisoformat(value)
    return kind(value)
