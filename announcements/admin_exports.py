"""Lists of staff pages as files: what is shown under its filters, all pages of it, as CSV and as a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from sohag_mobile import clock
from sohag_mobile.admin import scope_of
from sohag_mobile.tables import Sheet, send_table


def for_members(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let members of staff through, nobody else."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not scope_of(request).is_member:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class ListExportMixin:
    """For an admin whose list is taken along as `export.csv` and `export.xlsx`, under the same filters and search."""

    export_name: str

    def build_sheet(self, rows: QuerySet[Any], *, now: dt.datetime) -> Sheet:
        """The table of `rows`, which are those of the list in its order."""
        raise NotImplementedError

    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The file; the list itself, when its address asks for what cannot be."""
        admin: Any = self
        now = clock.now()
        try:
            rows = admin.get_changelist_instance(request).get_queryset(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            return HttpResponseRedirect(reverse(f"admin:{_stem(admin)}_changelist"))
        name = f"{self.export_name}-{timezone.localdate(now).isoformat()}"
        return send_table(self.build_sheet(rows, now=now), name=name, kind=kind)

    def get_urls(self) -> list[URLPattern]:
        admin: Any = self
        page = admin.admin_site.admin_view(for_members(self.export))
        files = [
            path(f"export.{kind}", page, {"kind": kind}, name=f"{_stem(admin)}_{kind}") for kind in ("csv", "xlsx")
        ]
        return [*files, *super().get_urls()]  # type: ignore[misc]


def _stem(admin: Any) -> str:
    return f"{admin.opts.app_label}_{admin.opts.model_name}"
