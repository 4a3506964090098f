"""Staff pages about notices: their texts to copy and download, acknowledgements, settling a delivery."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from announcements.actions import acknowledge_notice, confirm_delivery, give_up_delivery, retry_delivery
from announcements.enums import TextForm
from announcements.exports import DOCX_MIME_TYPE, TXT_MIME_TYPE
from announcements.forms import AcknowledgementForm, SettleForm
from announcements.models import Delivery, Notice
from announcements.notice_files import PAGES, file_stem, offered_kinds, text_file
from announcements.proof_listening import WAV_MIME_TYPE, DraftUnavailable, can_speak, has_vowel_signs, speak
from announcements.queries_by_hand import list_owed
from announcements.queries_ledger import is_beyond_reach
from announcements.staff_previews import how_issued
from announcements.staff_texts import describe_wording, make_cards
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.enums import Right
from vehicles.queries import list_issuers_of

FILE_KINDS = {"txt": TXT_MIME_TYPE, "docx": DOCX_MIME_TYPE}
NOTICE_FILE_KINDS = FILE_KINDS | {PAGES: DOCX_MIME_TYPE}


def notices_of_staff(request: HttpRequest) -> Any:
    """The notices of the person's units."""
    return Notice.objects.filter(district__in=list_issuers_of(staff_of(request), Right.READ))


def find_notice(request: HttpRequest, pk: int) -> Notice:
    notice: Notice | None = notices_of_staff(request).with_details().filter(pk=pk).first()
    if notice is None:
        raise Http404(_("There is no such notice in your units."))
    return notice


def texts_of(notice: Notice) -> dict[str, str]:
    """The frozen texts by form."""
    return {text.form: text.body for text in notice.texts.all()}


def download(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """A file to keep; `name` is ASCII, because old mail programs and USB sticks spoil anything else."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def export_view(request: HttpRequest, pk: int, form: str, kind: str) -> HttpResponse:
    """One text of one notice as a file."""
    notice = find_notice(request, pk)
    body = texts_of(notice).get(form)
    if body is None or kind not in NOTICE_FILE_KINDS or (kind == PAGES and kind not in offered_kinds(form, body)):
        raise Http404(_("There is no such text."))
    content = text_file(notice, form=form, body=body, kind=kind)
    ending = "items.docx" if kind == PAGES else kind
    return download(content, content_type=NOTICE_FILE_KINDS[kind], name=f"{file_stem(notice)}-{form}.{ending}")


@require_GET
def listen_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The radio script in a machine's voice, made now and kept nowhere; where it cannot be, the page with the reason."""
    notice = find_notice(request, pk)
    body = texts_of(notice).get(TextForm.RADIO)
    if body is None:
        raise Http404(_("There is no such text."))
    try:
        content = speak(body)
    except DraftUnavailable as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("admin:announcements_notice_change", args=[pk]))
    response = HttpResponse(content, content_type=WAV_MIME_TYPE)
    response["Content-Disposition"] = f'inline; filename="{file_stem(notice)}-draft.wav"'
    response["Cache-Control"] = "no-store"
    return response


# -- what people do by hand -------------------------------------------------------------------------------------------------


def notice_context(request: HttpRequest, notice: Notice, form: AcknowledgementForm | None = None) -> dict[str, Any]:
    """What the page of a notice shows beside its fields."""
    wordings = {text.form: describe_wording(text) for text in notice.texts.all()}
    cards = make_cards(texts_of(notice), prefix="notice", wordings=wordings, is_issued=True)
    downloads = [
        (
            card,
            [
                (kind, reverse("admin:announcements_notice_export", args=[notice.pk, card.form, kind]))
                for kind in offered_kinds(card.form, card.body)
            ],
        )
        for card in cards
    ]
    return {
        "notice": notice,
        "downloads": downloads,
        "listen_url": reverse("admin:announcements_notice_listen", args=[notice.pk]) if can_speak() else "",
        "offers_listening": True,
        "has_vowel_signs": has_vowel_signs(),
        "owed": list_owed(notice),
        "acknowledgements": notice.acknowledgements.select_related("recorded_by"),
        "ledger": Delivery.objects.filter(notice=notice).select_related("channel").order_by("channel__name"),
        **how_issued(notice),
        "ack_form": form or AcknowledgementForm(initial={"happened_at": clock.now()}),
        "replaced_by": sorted(
            ({item.replaced_by.notice for item in notice.items.all() if hasattr(item, "replaced_by")} - {notice})
            | ({notice.replaced_by} if hasattr(notice, "replaced_by") else set()),
            key=lambda later: later.pk,
        ),
        "replaces": sorted(
            ({item.replaces.notice for item in notice.items.all() if item.replaces} - {notice})
            | ({notice.replaces} if notice.replaces else set()),
            key=lambda earlier: earlier.pk,
        ),
    }


@require_POST
def acknowledge_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the text was posted or aired; a refusal brings the form back with what was typed."""
    notice = find_notice(request, pk)
    if notice.district_id not in scope_of(request).carries:
        raise PermissionDenied
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
        .filter(pk=pk, notice__district__in=list_issuers_of(staff_of(request), Right.READ))
        .first()
    )
    if delivery is None:
        raise Http404(_("There is no such delivery in your units."))
    if delivery.notice.district_id not in scope_of(request).carries:
        raise PermissionDenied
    form = SettleForm(request.POST)
    if form.is_valid():
        note, user, now = form.cleaned_data["note"], staff_of(request), clock.now()
        try:
            if decision == "retry":
                retry_delivery(delivery, by=user, now=now, note=note)
                messages.success(request, _("It will be sent again within seconds."))
            elif decision == "confirm":
                settled = confirm_delivery(delivery, by=user, now=now, note=note, url=form.cleaned_data["url"])
                messages.success(request, _("Recorded as sent, with your name."))
                if is_beyond_reach(settled):
                    messages.warning(
                        request,
                        _(
                            "Its address does not lead to the post itself: a later correction is posted anew, and this post "
                            "has to be mended or taken down by hand."
                        ),
                    )
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
