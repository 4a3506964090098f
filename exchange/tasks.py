"""What the worker runs for imports."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from exchange import actions
from exchange.actions_run import run_import
from exchange.models import ImportJob


@shared_task(ignore_result=True)
def run_imports() -> None:
    """Take up every import that waits or has lost its worker. Every few seconds, and at once when a file comes."""
    for pk in ImportJob.objects.at_work().order_by("created_at").values_list("pk", flat=True):
        run_import(pk, now=timezone.now())


@shared_task(ignore_result=True)
def forget_files() -> None:
    """Delete the files of old imports. Daily."""
    actions.forget_files(now=timezone.now())
