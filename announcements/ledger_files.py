"""The ledger as a table: what the list shows, for a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from announcements.models import Delivery
from announcements.reasons import explain_delivery
from sohag_mobile.tables import Cell, Sheet


def ledger_sheet(deliveries: Iterable[Delivery], *, now: dt.datetime) -> Sheet:
    """A line for each delivery (with notice, unit, channel and who settled it), in the language that is active."""
    return Sheet(_("Ledger of deliveries"), _headings(), _rows(deliveries, now=now))


def _headings() -> list[str]:
    return [
        *(_("Notice"), _("Unit"), _("Kind"), _("Title"), _("Channel"), _("Kind of channel"), _("State"), _("Late")),
        *(_("Attempts"), _("Issued at"), _("Sent at"), _("First visit begins at"), _("Reason")),
        *(_("Answer of the platform"), _("Live post"), _("Settled by"), _("Settled at"), _("Note")),
    ]


def _rows(deliveries: Iterable[Delivery], *, now: dt.datetime) -> Iterator[list[Cell]]:
    for one in deliveries:
        settled_by = one.settled_by
        yield [
            one.notice.reference,
            one.notice.district.label,
            one.notice.get_kind_display(),
            one.notice.title_ar,
            one.channel.name,
            one.channel.get_kind_display(),
            one.get_status_display(),
            _("Yes") if one.is_late_at(now) else "",
            one.attempt,
            _local(one.notice.issued_at),
            _local(one.sent_at),
            _local(one.begins_at),
            explain_delivery(one),
            one.error_detail,
            one.external_url,
            (settled_by.get_full_name() or settled_by.get_username()) if settled_by else "",
            _local(one.settled_at),
            one.settled_note,
        ]


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None
