"""What the worker runs on a timer for the public site, for the plan and for staff."""

from __future__ import annotations

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from schedules import digest, mails
from schedules.actions_patterns import horizon_of, make_pattern_drafts
from schedules.site import addresses_about, every_address
from sohag_mobile import clock
from sohag_mobile.export import Site, export_site

logger = logging.getLogger(__name__)

SITE = Site(every_address=every_address, addresses_about=addresses_about)


@shared_task(ignore_result=True)
def keep_files_current() -> None:
    """Rewrite the exported files that a publish or the clock has changed. Every two seconds; nothing without EXPORT_DIR."""
    if settings.EXPORT_DIR:
        export_site(Path(settings.EXPORT_DIR), SITE)


@shared_task(ignore_result=True)
def send_staff_mails() -> None:
    """Write the digests of the day once their hour has come, and send every mail to staff that is due. Every minute."""
    now = timezone.now()
    digest.write_digests(now=now)
    mails.send_mails(now=now)


@shared_task(ignore_result=True)
def draft_recurring_visits() -> None:
    """Make the drafts of recurring visits up to the horizon. Every night; safe to run twice."""
    now = clock.now()
    for run in make_pattern_drafts(now=now, horizon=horizon_of(now)):
        if run.made or run.changed or run.withdrawn or run.skipped:
            logger.info(
                "Recurring visit %s: %d made, %d changed, %d withdrawn, %d days skipped",
                run.pattern.pk,
                len(run.made),
                len(run.changed),
                len(run.withdrawn),
                len(run.skipped),
            )
