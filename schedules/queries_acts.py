"""The acts of planning of one person, with what they changed: to be looked at, and taken back while that is possible."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from schedules.models import Place, PlanAct, PlanActStop

if TYPE_CHECKING:
    from collections.abc import Set

    from django.contrib.auth.models import User
    from django.db.models import QuerySet


@dataclasses.dataclass(frozen=True, slots=True)
class OwnAct:
    """An act with its lines, and the places that its lines speak of by primary key: those of discarded drafts as well."""

    act: PlanAct
    lines: tuple[PlanActStop, ...]


def acts_of(user: User, *, units: Set[int]) -> QuerySet[PlanAct]:
    """The acts of `user` on stops of `units` (primary keys), those whose plan the person sees today.

    Whoever has left a unit is told nothing more of its stops, those of former acts included.
    """
    elsewhere = PlanActStop.objects.filter(act=OuterRef("pk"), stop__isnull=False).exclude(stop__district__in=units)
    return PlanAct.objects.filter(~Exists(elsewhere), made_by=user)


def list_own_acts(user: User, *, units: Set[int], limit: int) -> tuple[list[OwnAct], dict[int, Place]]:
    """The latest acts of `user` on `units`, the last first, and the places of what they discarded. Three queries."""
    acts = list(acts_of(user, units=units).select_related("undone_by").order_by("-made_at", "-pk")[:limit])
    lines: dict[int, list[PlanActStop]] = {act.pk: [] for act in acts}
    rows = PlanActStop.objects.filter(act__in=[act.pk for act in acts])
    for line in rows.select_related("stop__place__district", "stop__vehicle").order_by("pk"):
        lines[line.act_id].append(line)
    gone = {line.before["place"] for each in lines.values() for line in each if line.stop is None and line.before}
    places = Place.objects.select_related("district").in_bulk(gone)
    return [OwnAct(act, tuple(lines[act.pk])) for act in acts], places
