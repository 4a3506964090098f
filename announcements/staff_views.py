"""Staff pages about notices: their texts to copy and download, a unit's week, acknowledgements, settling a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from announcements.actions import acknowledge_notice, confirm_delivery, give_up_delivery, retry_delivery
from announcements.enums import TextForm
from announcements.exports import DOCX_MIME_TYPE, TXT_MIME_TYPE, radio_docx, text_docx, text_txt
from announcements.forms import AcknowledgementForm, SettleForm
from announcements.models import Delivery, Notice
from announcements.staff_texts import TextCard, make_cards
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.weeks import Week
from vehicles.forms import UnitWeekForm, label_week, list_weeks
from vehicles.models import District
from vehicles.queries import list_districts_of

WEEK_FORMS = (TextForm.SOCIAL, TextForm.WHATSAPP, TextForm.RADIO)
FILE_KINDS = ("txt", "docx")
# Between two notices in one text: a line that Facebook and WhatsApp show as it is.
_BETWEEN_NOTICES = "\n\n———\n\n"


def notices_of_staff(request: HttpRequest) -> Any:
    """The notices of the person's units."""
    return Notice.objects.filter(district__in=list_districts_of(staff_of(request)))


def find_notice(request: HttpRequest, pk: int) -> Notice:
    notice: Notice | None = notices_of_staff(request).with_details().filter(pk=pk).first()
    if notice is None:
        raise Http404(_("There is no such notice in your units."))
    return notice


def texts_of(notice: Notice) -> dict[str, str]:
    """The frozen texts by form."""
    return {text.form: text.body for text in notice.texts.all()}


def _download(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """A file to keep; `name` is ASCII, because old mail programs and USB sticks spoil anything else."""
    response = HttpResponse(content, content_type=TXT_MIME_TYPE if kind == "txt" else DOCX_MIME_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _label(notice: Notice) -> str:
    """«إعلان رقم 5/2026»: what stands before the dash in the title that was frozen with the notice."""
    return notice.title_ar.partition(" – ")[0]


@require_GET
def export_view(request: HttpRequest, pk: int, form: str, kind: str) -> HttpResponse:
    """One text of one notice as a file."""
    notice = find_notice(request, pk)
    body = texts_of(notice).get(form)
    if body is None or kind not in FILE_KINDS:
        raise Http404(_("There is no such text."))
    name = f"notice-{notice.district.slug}-{notice.year}-{notice.number}-{form}"
    if kind == "txt":
        return _download(text_txt(body), kind=kind, name=name)
    make = radio_docx if form == TextForm.RADIO else text_docx
    content = make(
        notice.title_ar,
        body,
        issuer=notice.district.issuer_name_ar,
        notice_label=_label(notice),
        issued_at=notice.issued_at,
    )
    return _download(content, kind=kind, name=name)


# -- a unit's week ----------------------------------------------------------------------------------------------------------


def _read_week(request: HttpRequest) -> UnitWeekForm:
    today = timezone.localdate(clock.now())
    districts = list_districts_of(staff_of(request))
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
    notices: list[Notice] = []
    cards: list[TextCard] = []
    label = ""
    if form.is_valid():
        week = form.cleaned_data["week"]
        notices = list_week_notices(form.cleaned_data["district"], week)
        label = label_week(week, today=timezone.localdate(clock.now()))
        if notices:
            texts = {str(kind): _BETWEEN_NOTICES.join(_bodies(notices, kind)) for kind in WEEK_FORMS}
            cards = make_cards(texts, prefix="week", forms=WEEK_FORMS)
    context = admin.site.each_context(request) | {
        "title": _("The week's announcements"),
        "opts": Notice._meta,
        "is_popup": False,
        "form": form,
        "week_label": label,
        "notices": notices,
        "downloads": [(card, _week_links(form, card.form)) for card in cards],
    }
    return TemplateResponse(request, "admin/announcements/notice/week.html", context)


def _week_links(form: UnitWeekForm, text_form: str) -> list[tuple[str, str]]:
    query = f"district={form.cleaned_data['district'].pk}&week={form.cleaned_data['week'].name}"
    return [
        (kind, f"{reverse('admin:announcements_notice_week_export', args=[text_form, kind])}?{query}")
        for kind in FILE_KINDS
    ]


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
    name = f"week-{district.slug}-{week.name}-{form}"
    if kind == "txt":
        return _download(text_txt(_BETWEEN_NOTICES.join(bodies)), kind=kind, name=name)
    title = _("Announcements of the week %(first)s – %(last)s") % {
        "first": date_format(week.first, "j F"),
        "last": date_format(week.last, "j F Y"),
    }
    if form == TextForm.RADIO:
        content = radio_docx(title, bodies, issuer=district.issuer_name_ar, page_per_item=True)
    else:
        content = text_docx(title, _BETWEEN_NOTICES.join(bodies), issuer=district.issuer_name_ar)
    return _download(content, kind=kind, name=name)


# -- what people do by hand -------------------------------------------------------------------------------------------------


def notice_context(request: HttpRequest, notice: Notice, form: AcknowledgementForm | None = None) -> dict[str, Any]:
    """What the page of a notice shows beside its fields."""
    cards = make_cards(texts_of(notice), prefix="notice")
    downloads = [
        (
            card,
            [
                (kind, reverse("admin:announcements_notice_export", args=[notice.pk, card.form, kind]))
                for kind in FILE_KINDS
                if kind == "txt" or card.form != TextForm.SMS
            ],
        )
        for card in cards
    ]
    return {
        "notice": notice,
        "downloads": downloads,
        "acknowledgements": notice.acknowledgements.select_related("recorded_by"),
        "ledger": Delivery.objects.filter(notice=notice).select_related("channel").order_by("channel__name"),
        "ack_form": form or AcknowledgementForm(initial={"happened_at": clock.now()}),
        "replaced_by": sorted(
            {item.replaced_by.notice for item in notice.items.all() if hasattr(item, "replaced_by")},
            key=lambda later: later.pk,
        ),
        "replaces": sorted(
            {item.replaces.notice for item in notice.items.all() if item.replaces}, key=lambda earlier: earlier.pk
        ),
    }


@require_POST
def acknowledge_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the text was posted or aired; a refusal brings the form back with what was typed."""
    notice = find_notice(request, pk)
    form = AcknowledgementForm(request.POST)
    if form.is_valid():
        try:
            acknowledge_notice(notice, by=staff_of(request), now=clock.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Recorded with your name."))
            return HttpResponseRedirect(reverse("admin:announcements_notice_change", args=[pk]))
    page: HttpResponse = admin.site.get_model_admin(Notice).change_view(
        _as_get(request), str(pk), extra_context={"refused_ack_form": form}
    )
    page.status_code = 400
    return page


def _as_get(request: HttpRequest) -> HttpRequest:
    """The same request as a reading one: the page of a row answers POST by saving, and a notice is never saved."""
    request.method = "GET"
    return request


@require_POST
def settle_view(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Send again, say that it did go out, or give up."""
    delivery = (
        Delivery.objects.select_related("notice__district", "channel")
        .filter(pk=pk, notice__district__in=list_districts_of(staff_of(request)))
        .first()
    )
    if delivery is None:
        raise Http404(_("There is no such delivery in your units."))
    form = SettleForm(request.POST)
    if form.is_valid():
        note, user, now = form.cleaned_data["note"], staff_of(request), clock.now()
        try:
            if decision == "retry":
                retry_delivery(delivery, by=user, now=now, note=note)
                messages.success(request, _("It will be sent again within seconds."))
            elif decision == "confirm":
                confirm_delivery(delivery, by=user, now=now, note=note, url=form.cleaned_data["url"])
                messages.success(request, _("Recorded as sent, with your name."))
            elif decision == "give-up":
                give_up_delivery(delivery, by=user, now=now, note=note)
                messages.success(request, _("Recorded as not sent, with your name."))
            else:
                raise Http404(_("There is no such decision."))
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return HttpResponseRedirect(reverse("admin:announcements_delivery_change", args=[pk]))
    page: HttpResponse = admin.site.get_model_admin(Delivery).change_view(
        _as_get(request), str(pk), extra_context={"settle_form": form}
    )
    page.status_code = 400
    return page
