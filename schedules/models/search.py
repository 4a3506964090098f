"""The index of the search box, written by `schedules.actions_places` from the names of places and the landmarks told of."""

from __future__ import annotations

from django.db import models

from schedules.models.places import Place
from schedules.search_terms import TermKind


class PlaceTerm(models.Model):
    """One term under which a place is found. Derived: it can be made anew from the places at any time.

    Kept as UTF-8: bytes have one order on every database, so that all terms that begin alike are one range of the index,
    whatever the collation of the database is.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="terms", db_index=False)
    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name) for kind in TermKind])
    term = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["kind", "term", "place"], name="place_by_term")]
        constraints = [
            models.UniqueConstraint(fields=["place", "kind", "term"], name="a_place_has_a_term_once"),
        ]

    def __str__(self) -> str:
        return bytes(self.term).decode()
