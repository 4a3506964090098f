"""Staff pages of imports: sending a file, watching it being checked, reading what it would do, deciding, stopping."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exchange import progress
from exchange.actions import cancel_import, decide, submit_file, too_large
from exchange.blanks import blank_csv, blank_xlsx
from exchange.enums import AT_WORK, CANCELLABLE, Choice, JobState, Kind, RowState
from exchange.forms import ChoiceForm, UploadForm
from exchange.models import ImportJob, ImportRow
from exchange.resources import TableResource
from exchange.row_files import refused_sheet
from exchange.tables import MODELS, kinds_to_import, table_of
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.tables import CSV_MIME_TYPE, XLSX_MIME_TYPE, send_table
from sohag_mobile.uploads import is_too_large

ROWS_ON_A_PAGE = 50
LOOKS = {
    JobState.WAITING: "soon",
    JobState.READING: "soon",
    JobState.PREVIEWED: "changed",
    JobState.APPLYING: "soon",
    JobState.DONE: "open",
    JobState.UNDONE: "cancelled",
    JobState.REFUSED: "cancelled",
    JobState.CANCELLED: "done",
    JobState.FAILED: "cancelled",
}
ROW_LOOKS = {
    RowState.REFUSED: "cancelled",
    RowState.NEW: "open",
    RowState.CHANGED: "changed",
    RowState.UNCHANGED: "done",
}


@dataclasses.dataclass(frozen=True, slots=True)
class RowLine:
    """A row of the preview. `changes` are heading, old and new text; `problems` heading ("" for the row) and reason."""

    row: ImportRow
    look: str
    state: str
    changes: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


def imports_of_staff(request: HttpRequest) -> QuerySet[ImportJob]:
    """The imports that a person sees: their own; a general supervisor sees all."""
    jobs = ImportJob.objects.select_related("created_by")
    return jobs if scope_of(request).is_supervisor else jobs.filter(created_by=staff_of(request))


def _find(request: HttpRequest, pk: int) -> ImportJob:
    job = imports_of_staff(request).filter(pk=pk).first()
    if job is None:
        raise Http404(_("There is no such import of yours."))
    return job


def _table(request: HttpRequest, kind: str) -> TableResource:
    """The table of `kind`. Raises Http404, PermissionDenied."""
    if kind not in Kind.values:
        raise Http404
    if kind not in kinds_to_import(staff_of(request)):
        raise PermissionDenied
    return table_of(kind, by=staff_of(request), now=clock.now())


def _render(request: HttpRequest, name: str, title: str, *, status: int = 200, **context: Any) -> TemplateResponse:
    context |= admin.site.each_context(request) | {"title": title, "opts": ImportJob._meta, "is_popup": False}
    return TemplateResponse(request, f"admin/exchange/importjob/{name}.html", context, status=status)


def _list_url(kind: str) -> str:
    opts = MODELS[kind]._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


# -- sending a file ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new_view(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for the file, offer the template, and on POST take the file in."""
    table = _table(request, kind)
    form = UploadForm()
    status = 200
    if request.method == "POST":
        large = is_too_large(request)
        form = UploadForm(request.POST, request.FILES)
        if large:
            form.errors["file"] = form.error_class([too_large()])
            status = 413
        elif form.is_valid():
            sent = form.cleaned_data["file"]
            try:
                job = submit_file(kind=kind, name=sent.name, data=sent.read(), by=staff_of(request), now=clock.now())
            except NotAllowed as error:
                raise PermissionDenied(str(error.message)) from error
            except DomainError as error:
                form.add_error("file", str(error.message))
            else:
                return HttpResponseRedirect(reverse("admin:exchange_importjob_change", args=[job.pk]))
        status = status if large else 400
    return _render(
        request,
        "new",
        _("Import: %(table)s") % {"table": Kind(kind).label},
        status=status,
        form=form,
        table=table,
        columns=[column for column in table.columns if not column.told_only],
        blanks=[(ending, reverse("admin:exchange_importjob_blank", args=[kind, ending])) for ending in ("xlsx", "csv")],
        list_url=_list_url(kind),
        is_of_stops=kind == Kind.STOPS,
    )


@require_GET
def blank_view(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """The template of a table."""
    table = _table(request, kind)
    if ending == "csv":
        response: HttpResponseBase = StreamingHttpResponse(blank_csv(table), content_type=CSV_MIME_TYPE)
    else:
        response = HttpResponse(blank_xlsx(table), content_type=XLSX_MIME_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{kind}-template.{ending}"'
    return response


# -- one import -------------------------------------------------------------------------------------------------------------


@require_GET
def job_view(request: HttpRequest, pk: int, *, status: int = 200, form: ChoiceForm | None = None) -> HttpResponse:
    """Where an import stands, and of one that was checked every row with what it would do."""
    job = _find(request, pk)
    counts = job.count_rows() if job.state not in (JobState.WAITING, JobState.READING) else {}
    state = request.GET.get("state", "")
    rows = job.rows.refused_first()
    if state in RowState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")) if counts else None
    may_import = job.kind in kinds_to_import(staff_of(request))
    is_mine = may_import and job.created_by_id == staff_of(request).pk
    good = counts.get(RowState.NEW, 0) + counts.get(RowState.CHANGED, 0)
    may_decide = is_mine and job.state == JobState.PREVIEWED and bool(good)
    if form is None and may_decide:
        form = ChoiceForm(initial={"choice": Choice.GOOD if counts[RowState.REFUSED] else Choice.ALL})
    if form is not None and counts.get(RowState.REFUSED):
        form.fields["choice"].choices = [each for each in Choice.choices if each[0] == Choice.GOOD]  # type: ignore[attr-defined]
    table = table_of(job.kind, by=job.created_by, now=clock.now()) if page is not None else None
    return _render(
        request,
        "job",
        str(job),
        status=status,
        job=job,
        look=LOOKS[JobState(job.state)],
        is_at_work=job.state in AT_WORK,
        progress=_progress(job),
        counts=[
            (each, RowState(each).label, ROW_LOOKS[RowState(each)], counts.get(each, 0)) for each in RowState.values
        ],
        good=good,
        refused=counts.get(RowState.REFUSED, 0),
        applied=job.rows.filter(applied_at__isnull=False).count() if counts else 0,
        state=state,
        page=page,
        lines=[_line(row, table) for row in page.object_list] if page is not None and table is not None else [],
        form=form if may_decide else None,
        may_cancel=may_import and job.state in CANCELLABLE,
        list_url=_list_url(job.kind),
        is_of_stops=job.kind == Kind.STOPS,
    )


def _line(row: ImportRow, table: TableResource) -> RowLine:
    def heading(name: str) -> str:
        return str(table.fields[name].heading) if name in table.fields else ""

    shows = row.state in (RowState.NEW, RowState.CHANGED)
    return RowLine(
        row=row,
        look=ROW_LOOKS[RowState(row.state)],
        state=str(RowState(row.state).label),
        changes=[(heading(name), before, after) for name, before, after in row.changes()] if shows else [],
        problems=[(heading(problem.column), problem.reason) for problem in row.problems],
    )


def _progress(job: ImportJob) -> dict[str, Any]:
    """How far a worker is, for the page and for the script that asks again; without numbers where they are not known."""
    done = progress.read(job.pk) if job.state in (JobState.READING, JobState.APPLYING) else None
    known = done is not None and done[1] > 0
    return {
        "state": job.state,
        "word": str(JobState(job.state).label),
        "done": done[0] if done and known else None,
        "total": done[1] if done and known else None,
        "percent": done[0] * 100 // done[1] if done and known else None,
    }


@require_GET
def progress_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands, for the script of its page."""
    response = JsonResponse(_progress(_find(request, pk)))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def decide_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the previewed rows applied."""
    job = _find(request, pk)
    try:
        decide(job, choice=request.POST.get("choice", ""), by=staff_of(request), now=clock.now())
    except NotAllowed as error:
        raise PermissionDenied(str(error.message)) from error
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("admin:exchange_importjob_change", args=[pk]))


@require_POST
def cancel_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import."""
    try:
        cancel_import(_find(request, pk), by=staff_of(request), now=clock.now())
    except NotAllowed as error:
        raise PermissionDenied(str(error.message)) from error
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.info(request, _("The import is being stopped."))
    return HttpResponseRedirect(reverse("admin:exchange_importjob_change", args=[pk]))


@require_GET
def refused_view(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows with their reasons, as a workbook that can be mended and sent again."""
    job = _find(request, pk)
    table = table_of(job.kind, by=job.created_by, now=clock.now())
    return send_table(refused_sheet(job, table), name=f"{job.kind}-refused-{job.pk}", kind="xlsx")
