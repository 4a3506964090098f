"""A unit's week as staff take it away: the texts of all its notices in one box per form, and its posters in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from announcements.arabic.facts import NoticeFacts
from announcements.enums import TextForm
from announcements.exports import radio_docx, text_docx, text_txt
from announcements.models import Notice
from announcements.notice_files import SPOKEN, ZIP_MIME_TYPE, draw_poster, file_stem, join_pdfs, pack
from announcements.on_air import BREAK, pages_to_read, text_for_air
from announcements.posters import PDF_MIME_TYPE, PosterUnavailable
from announcements.queries_posters import Standing, list_standings
from announcements.staff_files import EVERYTHING, find_problem, list_files, list_take_down
from announcements.staff_texts import make_cards
from announcements.staff_views import FILE_KINDS, download, texts_of
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.forms import UnitWeekForm, label_week, list_weeks
from vehicles.models import District
from vehicles.queries import list_districts_of

WEEK_FORMS = (TextForm.SOCIAL, TextForm.PLAIN, TextForm.WHATSAPP, TextForm.RADIO, TextForm.LOUDSPEAKER)
POSTERS = "posters.pdf"


def _read_week(request: HttpRequest) -> UnitWeekForm:
    today = timezone.localdate(clock.now())
    districts = list_districts_of(staff_of(request), Right.READ)
    data = request.GET.copy()
    if "district" not in data:
        first: District | None = districts.first()
        if first is None:
            raise PermissionDenied
        data["district"] = str(first.pk)
    data.setdefault("week", Week.of(today).plus(1).name)
    return UnitWeekForm(data, districts=districts, weeks=list_weeks(today=today))


def list_week_notices(district: District, week: Week) -> list[Notice]:
    """The notices in which the public was told the present state of some stop of `district` in `week`, oldest first."""
    standing = Notice.objects.filter(
        district=district,
        items__revision__is_current=True,
        items__revision__date__gte=week.first,
        items__revision__date__lte=week.last,
    )
    return list(
        Notice.objects.filter(pk__in=standing.values("pk"))
        .select_related("district")
        .prefetch_related("texts")
        .order_by("issued_at", "pk")
    )


def _bodies(notices: Sequence[Notice], form: str) -> list[str]:
    return [texts_of(notice)[form] for notice in notices if form in texts_of(notice)]


@require_GET
def week_view(request: HttpRequest) -> HttpResponse:
    """All current texts of a unit's week, in one box per form."""
    form = _read_week(request)
    context = admin.site.each_context(request) | {
        "title": _("The week's announcements"),
        "opts": Notice._meta,
        "is_popup": False,
        "form": form,
    }
    if form.is_valid():
        district, week = form.cleaned_data["district"], form.cleaned_data["week"]
        notices = list_week_notices(district, week)
        context["week_label"] = label_week(week, today=timezone.localdate(clock.now()))
        context |= week_context(request, district, week, notices)
    return TemplateResponse(request, "admin/announcements/notice/week.html", context)


def week_context(request: HttpRequest, district: District, week: Week, notices: Sequence[Notice]) -> dict[str, Any]:
    """What `week_texts.html` shows: the texts of `notices` together, what may hang of them and what must come down.

    `hanging` holds what may hang, by the primary key of its notice.
    """
    if not notices:
        return {"notices": notices}
    told = {str(kind): _bodies(notices, kind) for kind in WEEK_FORMS}
    texts = {kind: BREAK.join(bodies) for kind, bodies in told.items() if bodies}
    cards = make_cards(texts, prefix="week", forms=WEEK_FORMS, is_one_notice=False, is_issued=True)
    standings = list_standings(notices)
    hanging = _hanging(standings, week)
    problem = find_problem() if hanging else ""
    return {
        "notices": notices,
        "downloads": [(card, _text_links(district, week, card.form)) for card in cards],
        "hanging": hanging,
        "poster_problem": problem,
        "posters_url": _file_url(district, week, POSTERS) if hanging and not problem else "",
        "everything_url": _file_url(district, week, EVERYTHING),
        "take_down": list_take_down(request, standings.values(), now=clock.now()),
    }


def _text_links(district: District, week: Week, text_form: str) -> list[tuple[str, str]]:
    return [
        (
            kind,
            f"{reverse('admin:announcements_notice_week_export', args=[text_form, kind])}?{_query(district, week)}",
        )
        for kind in FILE_KINDS
    ]


def _file_url(district: District, week: Week, name: str) -> str:
    return f"{reverse('admin:announcements_notice_week_file', args=[name])}?{_query(district, week)}"


def _query(district: District, week: Week) -> str:
    return f"district={district.pk}&week={week.name}"


def _hanging(standings: Mapping[int, Standing], week: Week) -> dict[int, NoticeFacts]:
    """What of each notice may hang now and is of the week, by the notice's primary key."""
    now = clock.now()
    found = {pk: standing.hanging(now=now, first=week.first, last=week.last) for pk, standing in standings.items()}
    return {pk: facts for pk, facts in found.items() if facts is not None}


@require_GET
def week_export_view(request: HttpRequest, form: str, kind: str) -> HttpResponse:
    """All current texts of a unit's week in one form as a file; the radio script has a page for each notice."""
    choice = _read_week(request)
    if form not in WEEK_FORMS or kind not in FILE_KINDS or not choice.is_valid():
        raise Http404(_("There is no such text."))
    district, week = choice.cleaned_data["district"], choice.cleaned_data["week"]
    bodies = _bodies(list_week_notices(district, week), form)
    if not bodies:
        raise Http404(_("Nothing has been announced for this week yet."))
    content = _week_text(district, week, bodies, form=form, kind=kind)
    return download(content, content_type=FILE_KINDS[kind], name=f"{_stem(district, week)}-{form}.{kind}")


@require_GET
def week_file_view(request: HttpRequest, name: str) -> HttpResponse:
    """The posters of a unit's week that may hang, in one PDF; or texts, posters and pictures of the week as a ZIP."""
    choice = _read_week(request)
    if name not in (POSTERS, EVERYTHING) or not choice.is_valid():
        raise Http404(_("There is no such poster, or it no longer holds."))
    district, week = choice.cleaned_data["district"], choice.cleaned_data["week"]
    notices = list_week_notices(district, week)
    hanging = _hanging(list_standings(notices), week)
    if not (hanging if name == POSTERS else notices):
        raise Http404(_("Nothing has been announced for this week yet."))
    try:
        if name == EVERYTHING:
            content = pack(_everything(district, week, notices, hanging))
            return download(content, content_type=ZIP_MIME_TYPE, name=f"{_stem(district, week)}.zip")
        return download(
            _join_posters(notices, hanging), content_type=PDF_MIME_TYPE, name=f"{_stem(district, week)}-{POSTERS}"
        )
    except PosterUnavailable as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(f"{reverse('admin:announcements_notice_week')}?{_query(district, week)}")


def _join_posters(notices: Sequence[Notice], hanging: Mapping[int, NoticeFacts]) -> bytes:
    today = timezone.localdate(clock.now())
    return join_pdfs(draw_poster(hanging[notice.pk], printed_on=today) for notice in notices if notice.pk in hanging)


def _everything(
    district: District, week: Week, notices: Sequence[Notice], hanging: Mapping[int, NoticeFacts]
) -> dict[str, bytes]:
    """The texts of the week, its posters in one file, and a folder for each notice."""
    stem = _stem(district, week)
    files = {
        f"{stem}-{form}.{kind}": _week_text(district, week, bodies, form=form, kind=kind)
        for form in WEEK_FORMS
        if (bodies := _bodies(notices, form))
        for kind in FILE_KINDS
    }
    if hanging and not find_problem():
        files[f"{stem}-{POSTERS}"] = _join_posters(notices, hanging)
    for notice in notices:
        own = list_files(notice, hanging.get(notice.pk), today=timezone.localdate(clock.now()))
        files |= {f"{file_stem(notice)}/{name}": content for name, content in own.items()}
    return files


def _stem(district: District, week: Week) -> str:
    return f"week-{district.slug}-{week.name}"


def _week_text(district: District, week: Week, bodies: Sequence[str], *, form: str, kind: str) -> bytes:
    """The texts of all notices of a week in one form, as a file."""
    if kind == "txt":
        return text_txt(BREAK.join(text_for_air(body) if form == TextForm.RADIO else body for body in bodies))
    title = _("Announcements of the week %(first)s – %(last)s") % {
        "first": date_format(week.first, "j F"),
        "last": date_format(week.last, "j F Y"),
    }
    if form in SPOKEN:
        pages = [page for body in bodies for page in pages_to_read(form, body, item_a_page=form != TextForm.RADIO)]
        return radio_docx(title, pages, issuer=district.issuer_name_ar, page_per_item=True)
    return text_docx(title, BREAK.join(bodies), issuer=district.issuer_name_ar)
