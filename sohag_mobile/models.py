"""The one row that tells every process which version of the public content is current."""

from __future__ import annotations

from django.db import models
from django.db.models import F


class ContentVersion(models.Model):
    """A counter raised, in the same transaction, by every act that changes what citizens can read.

    A rendered page is good for exactly one value of it (see `pages.py`), so a publish makes every older page unreachable in
    every process at once. There is one row, with primary key 1, made by the first migration.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_content_version")]

    def __str__(self) -> str:
        return str(self.number)


def bump_content_version() -> None:
    """Make every stored public page out of date. Call inside the transaction that changes public content."""
    ContentVersion.objects.filter(pk=1).update(number=F("number") + 1)


class LoadedReference(models.Model):
    """A row of the shipped reference data that was created once, and is never created again.

    Staff rename, move and remove what was shipped; without this memory the next load would bring the old row back.
    """

    key = models.CharField(max_length=200, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
