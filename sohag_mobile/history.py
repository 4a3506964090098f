"""Who changed what, when and why: every state of master data, rights and working copies, kept beside the rows (decision 0043).

django-simple-history writes a row of history with each `save()` and `delete()`; `QuerySet.update()` and `bulk_create()` leave
none. The first change of a row that has no history yet also keeps the state it had before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celery import current_task
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history import register
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

LONGEST_REASON = 300
MANAGER = "history"
# What is written in `acted_by` of a state that was there before its history was kept.
FIRST_STATE = "first state"


class Kept(models.Model):
    """What a row of history has besides the library's own: what acted, where no person did."""

    acted_by = models.CharField(_("acted by"), max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class KeptStop(Kept):
    """The lists of a stop as words: rows of their own for each save would cost more than they tell."""

    offered = models.TextField(_("services"), blank=True, default="")
    paid_with = models.TextField(_("payment means"), blank=True, default="")

    class Meta:
        abstract = True


class Records(HistoricalRecords):
    """Writes a state when something changed that is kept: signing in, which saves when it was, leaves none."""

    def post_save(self, instance: Any, created: bool, using: str | None = None, **kwargs: Any) -> None:
        if created or _touches(type(instance), kwargs.get("update_fields")):
            super().post_save(instance, created, using=using, **kwargs)


def _touches(model: type[models.Model], update_fields: Iterable[str] | None) -> bool:
    """Whether a save of `update_fields` (None: of all) writes a field that is kept."""
    if update_fields is None:
        return True
    kept = {name for field in history_of(model).model.tracked_fields for name in (field.name, field.attname)}
    return not kept.isdisjoint(update_fields)


def keep_history(
    model: type[models.Model], *, app: str, excluded: Iterable[str] = (), base: type[models.Model] = Kept
) -> None:
    """Keep every state of the rows of `model` in a table of `app`, without the fields `excluded`. Call where models are made."""
    register(
        model,
        app=app,
        manager_name=MANAGER,
        records_class=Records,
        excluded_fields=list(excluded),
        bases=[base],
        history_change_reason_field=models.CharField(_("reason"), max_length=LONGEST_REASON, null=True),
    )


def is_kept(model: type[models.Model]) -> bool:
    """Whether the states of its rows are kept."""
    return hasattr(model._meta, "simple_history_manager_attribute")


def history_of(model: type[models.Model]) -> Any:
    """The manager of its rows of history."""
    return getattr(model, MANAGER)


def name_of_process() -> str:
    """What acts where no person is signed in: the task of the worker, the command that was given; "" when neither is known."""
    if current_task:
        return str(current_task.name)
    program = Path(sys.argv[0]).name
    return f"{program} {sys.argv[1]}" if program == "manage.py" and len(sys.argv) > 1 else ""


@receiver(pre_create_historical_record)
def _complete(sender: Any, instance: Any, history_instance: Any, history_user: Any, **kwargs: Any) -> None:
    """Say what acted where nobody did, and what the row itself does not hold (`_history_facts`)."""
    if history_user is None:
        history_instance.acted_by = name_of_process()[:80]
    for field, value in getattr(instance, "_history_facts", {}).items():
        setattr(history_instance, field, value)


@receiver(pre_save)
def _keep_first_state(
    sender: type[models.Model], instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Keep what is stored before its first change, so that the change can be told."""
    if raw or not is_kept(sender) or instance._state.adding or instance.pk is None:
        return
    if not _touches(sender, update_fields):
        return
    history = history_of(sender)
    if history.filter(**{sender._meta.pk.attname: instance.pk}).exists():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    if stored is not None:
        stored._history_user = None  # type: ignore[attr-defined]  # reason: who made it was not kept
        history.bulk_history_create([stored], custom_historical_attrs={"acted_by": FIRST_STATE})
