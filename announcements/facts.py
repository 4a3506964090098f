"""From database rows to the plain facts that notices are written from.

Revisions arrive through relations, duck-typed: this app never imports the models of `schedules`.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

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


def notice_path(district: District, year: int, number: int) -> str:
    """The public path of a notice, as the contract of addresses fixes it."""
    return f"/notices/{district.slug}/{year}/{number}/"


def notice_url(district: District, year: int, number: int) -> str:
    """The public address of a notice."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{notice_path(district, year, number)}"


def as_json(facts: NoticeFacts) -> Any:
    """The facts as plain JSON values, to be kept with the notice."""
    return json.loads(json.dumps(dataclasses.asdict(facts), cls=DjangoJSONEncoder, ensure_ascii=False))
