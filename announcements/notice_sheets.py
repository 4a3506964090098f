"""The notices as a table: what the list shows, for a file (R7: the technical committee takes it along)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sohag_mobile.tables import Cell, Sheet


def notices_sheet(notices: Iterable[Any]) -> Sheet:
    """A line for each notice, with its unit, who issued it, and the marks of the list (`NoticeAdmin.get_queryset`)."""
    headings = [
        *(_("Notice"), _("Unit"), _("Kind"), _("Title"), _("Issued at"), _("Issued by"), _("Late")),
        *(_("Posted by hand"), _("Aired"), _("Deliveries to look at"), _("Address of its page")),
    ]
    return Sheet(_("Notices"), headings, _rows(notices))


def _rows(notices: Iterable[Any]) -> Iterator[list[Cell]]:
    for notice in notices:
        page = reverse("notice", args=[notice.district.slug, notice.year, notice.number])
        yield [
            notice.reference,
            notice.district.label,
            notice.get_kind_display(),
            notice.title_ar,
            timezone.localtime(notice.issued_at).replace(tzinfo=None, microsecond=0),
            notice.issued_by.get_full_name() or notice.issued_by.get_username(),
            _("Yes") if notice.is_late else "",
            _("Yes") if notice.is_posted else "",
            _("Yes") if notice.is_aired else "",
            notice.trouble_count,
            f"{settings.PUBLIC_BASE_URL}{page}",
        ]
