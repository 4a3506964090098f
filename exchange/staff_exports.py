"""What a list of the admin shows, as a file: the same filters, the same search, the same rights, every column."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from exchange.enums import Kind
from exchange.row_files import list_json, list_sheet
from exchange.tables import MODELS, table_of
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.tables import send_table


@require_GET
def export_view(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """`export/<kind>.<ending>?…`: the rows that the list shows under the same parameters, on all of its pages."""
    if kind not in Kind.values:
        raise Http404
    section: Any = admin.site.get_model_admin(MODELS[kind])
    if not section.has_module_permission(request) or not section.has_view_permission(request):
        raise PermissionDenied
    rows = section.get_changelist_instance(request).get_queryset(request)
    table = table_of(kind, by=staff_of(request), now=clock.now())
    if ending == "json":
        response = StreamingHttpResponse(
            (piece.encode() for piece in list_json(table, rows)), content_type="application/json; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{kind}.json"'
        return response
    return send_table(list_sheet(table, rows), name=kind, kind=ending)
