"""The one row that tells every process which version of the public content is current."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F

from sohag_mobile.wake import wake_for_files

# Whoever has missed more than that looks at every page.
CHANGES_REMEMBERED = 1000


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


class ContentChange(models.Model):
    """What one rise of the version told of, for those who keep pages as files. `mentions` is None when it may be anything."""

    number = models.PositiveBigIntegerField(unique=True)
    mentions = models.JSONField(null=True)

    def __str__(self) -> str:
        return str(self.number)


def bump_content_version(mentions: Iterable[str] | None = None) -> None:
    """Make every stored public page out of date. Call inside the transaction that changes public content.

    `mentions` names what the change is about (see `mentions.py`): pages that tell of nothing of it read as before. Without it,
    every page may have changed.
    """
    row = ContentVersion.objects.filter(pk=1)
    if not row.update(number=F("number") + 1):
        # A database restored without its rows: stored pages must not live for ever because of it. Another act may do the same.
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 0})
        row.update(number=F("number") + 1)
    for number in row.values_list("number", flat=True):
        ContentChange.objects.filter(number__lte=number - CHANGES_REMEMBERED).delete()
        ContentChange.objects.create(number=number, mentions=None if mentions is None else sorted(set(mentions)))
    transaction.on_commit(wake_for_files)


class LoadedReference(models.Model):
    """A row of the shipped reference data that was created once, and is never created again.

    Staff rename, move and remove what was shipped; without this memory the next load would bring the old row back.
    """

    key = models.CharField(max_length=200, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
