"""The section of imports in the admin, and the addresses of exports."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from exchange import staff_exports, staff_imports
from exchange.enums import JobState
from exchange.models import ImportJob
from exchange.tables import kinds_to_import
from sohag_mobile.admin import StaffAdmin, scope_of, staff_of
from sohag_mobile.forms import is_row_key


@admin.register(ImportJob)
class ImportJobAdmin(StaffAdmin):
    """Files that were imported, newest first. Each has a page of its own; nothing is edited here."""

    list_display = ["name", "state_sign", "total", "created_by", "created_at"]
    list_display_links = ["name"]
    list_filter = ["kind", "state"]
    list_select_related = ["created_by"]
    search_fields = ["file_name"]
    change_list_template = "admin/exchange/importjob/change_list.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        # As `kinds_to_import`, and asked of every page that lists the sections.
        scope = scope_of(request)
        return scope.is_supervisor or scope.keeps_data or bool(scope.edits)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportJob]:
        return staff_imports.imports_of_staff(request)

    @admin.display(description=gettext_lazy("file"), ordering="file_name")
    def name(self, job: ImportJob) -> str:
        return str(job)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_sign(self, job: ImportJob) -> SafeString:
        look = staff_imports.LOOKS[JobState(job.state)]
        return format_html('<span class="state {}">{}</span>', look, JobState(job.state).label)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        # Also of their own imports: the rows tell of plans that may be no longer theirs to see.
        if not self.has_module_permission(request):
            raise PermissionDenied
        if not is_row_key(object_id):
            raise Http404
        return staff_imports.job_view(request, int(object_id))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"kinds": kinds_to_import(staff_of(request))}
        return super().changelist_view(request, (extra_context or {}) | more)

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("new/<slug:kind>/", self._page(staff_imports.new_view), name="exchange_importjob_new"),
            re_path(
                r"^template/(?P<kind>[a-z]+)\.(?P<ending>csv|xlsx)\Z",
                self._page(staff_imports.blank_view),
                name="exchange_importjob_blank",
            ),
            path("<int:pk>/decide/", self._page(staff_imports.decide_view), name="exchange_importjob_decide"),
            path("<int:pk>/stop/", self._page(staff_imports.cancel_view), name="exchange_importjob_cancel"),
            path("<int:pk>/progress.json", self._page(staff_imports.progress_view), name="exchange_importjob_progress"),
            path("<int:pk>/refused.xlsx", self._page(staff_imports.refused_view), name="exchange_importjob_refused"),
            re_path(
                r"^export/(?P<kind>[a-z]+)\.(?P<ending>csv|xlsx|json)\Z",
                # Whoever sees the list may have it as a file; the list itself is asked.
                self.admin_site.admin_view(staff_exports.export_view),
                name="exchange_importjob_export",
            ),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Any) -> Any:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_module_permission(request):
                raise PermissionDenied
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        return self.admin_site.admin_view(guarded)
