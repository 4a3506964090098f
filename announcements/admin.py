"""Staff pages of notices, of the ledger of deliveries, and of channels."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from announcements import staff_files, staff_previews, staff_views, staff_week
from announcements import staff_wordings as staff_wordings  # registers its own page
from announcements.admin_controls import tell_of_waiting
from announcements.admin_credentials import ChannelCredentialMixin
from announcements.admin_exports import ListExportMixin, for_members
from announcements.controls import reconsider_waiting
from announcements.enums import (
    GIVEN_UP,
    NEEDS_A_PERSON,
    OPEN,
    AcknowledgementKind,
    AttemptOutcome,
    DeliveryStatus,
    NoticeKind,
    WaitReason,
)
from announcements.forms import SettleForm
from announcements.ledger_files import ledger_sheet
from announcements.models import Channel, Delivery, Notice, rank_for_a_person
from announcements.notice_sheets import notices_sheet
from announcements.queries_by_hand import is_owed, was_done
from announcements.queries_ledger import find_wording, list_attempts
from announcements.reasons import explain_delivery
from announcements.staff_resend import resend_failed
from announcements.staff_texts import NOTICE_LOOKS
from sohag_mobile import clock
from sohag_mobile.admin import MasterDataAdmin, StaffAdmin, scope_of
from sohag_mobile.tables import Sheet

DELIVERY_LOOKS = {
    DeliveryStatus.PENDING: "soon",
    DeliveryStatus.SENDING: "soon",
    DeliveryStatus.SENT: "open",
    DeliveryStatus.FAILED: "cancelled",
    DeliveryStatus.UNCONFIRMED: "changed",
    DeliveryStatus.SUPERSEDED: "done",
    DeliveryStatus.EXPIRED: "done",
    DeliveryStatus.REHEARSED: "draft",
}
ATTEMPT_LOOKS = {
    AttemptOutcome.POSTED: "open",
    AttemptOutcome.EDITED: "open",
    AttemptOutcome.FOUND: "open",
    AttemptOutcome.LATER: "soon",
    AttemptOutcome.IN_DOUBT: "changed",
    AttemptOutcome.REFUSED: "cancelled",
    AttemptOutcome.NOT_SENT: "done",
    AttemptOutcome.REHEARSED: "draft",
    AttemptOutcome.NO_ANSWER: "changed",
}


def show_delivery_state(delivery: Delivery) -> SafeString:
    """The state as a word in its shape and colour."""
    status = DeliveryStatus(delivery.status)
    return format_html('<span class="state {}">{}</span>', DELIVERY_LOOKS[status], status.label)


def describe_wait(delivery: Delivery) -> str:
    """What an open delivery waits for, in words; nothing for the others."""
    if delivery.status not in OPEN:
        return ""
    if getattr(delivery, "is_held", False):
        return _("Held back: paused, or its channel is out of use")
    if not delivery.waits_for or delivery.next_attempt_at is None:
        return ""
    moment = date_format(timezone.localtime(delivery.next_attempt_at), "j F، H:i")
    reason = WaitReason(delivery.waits_for).label
    return _("Waits %(reason)s, until %(moment)s") % {"reason": reason, "moment": moment}


def _done(happened: bool, *, is_owed: bool) -> SafeString | str:
    if is_owed:
        return format_html('<span class="state changed">{}</span>', _("To be done: what it corrects was"))
    return format_html('<span class="state open">{}</span>', _("Yes")) if happened else "—"


@admin.register(Notice)
class NoticeAdmin(ListExportMixin, StaffAdmin):
    """What was said. Read, copied, downloaded and acknowledged; never changed."""

    district_lookup = "district"
    export_name = "notices"
    list_display = ["headline", "kind_sign", "issued_at", "posted", "aired", "troubles"]
    list_display_links = ["headline"]
    list_filter = ["kind", ("district", admin.RelatedOnlyFieldListFilter), "issued_at"]
    list_select_related = ["district"]
    search_fields = ["title_ar", "texts__body"]
    date_hierarchy = "issued_at"
    fields = ["district", "issued_at", "issued_by"]
    change_form_template = "admin/announcements/notice/change_form.html"
    change_list_template = "admin/announcements/notice/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        rows: QuerySet[Notice] = super().get_queryset(request)
        return rows.annotate(
            is_posted=was_done(AcknowledgementKind.POSTED),
            is_aired=was_done(AcknowledgementKind.AIRED),
            owes_posting=ExpressionWrapper(is_owed(AcknowledgementKind.POSTED), BooleanField()),
            owes_airing=ExpressionWrapper(is_owed(AcknowledgementKind.AIRED), BooleanField()),
            trouble_count=Count("deliveries", filter=Q(deliveries__in=Delivery.objects.undecided()), distinct=True),
        )

    def build_sheet(self, rows: QuerySet[Notice], *, now: dt.datetime) -> Sheet:
        return notices_sheet(rows.select_related("district", "issued_by").iterator(chunk_size=500))

    @admin.display(description=gettext_lazy("title"), ordering="title_ar")
    def headline(self, notice: Notice) -> SafeString:
        return format_html("{}<br><small>{}</small>", notice.title_ar, notice.district.label)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_sign(self, notice: Notice) -> SafeString:
        kind = NoticeKind(notice.kind)
        late = format_html(' <span class="state changed">{}</span>', _("Late")) if notice.is_late else ""
        return format_html('<span class="state {}">{}</span>{}', NOTICE_LOOKS[kind], kind.label, late)

    @admin.display(description=AcknowledgementKind.POSTED.label)
    def posted(self, notice: Any) -> SafeString | str:
        return _done(notice.is_posted, is_owed=notice.owes_posting)

    @admin.display(description=AcknowledgementKind.AIRED.label)
    def aired(self, notice: Any) -> SafeString | str:
        return _done(notice.is_aired, is_owed=notice.owes_airing)

    @admin.display(description=gettext_lazy("deliveries to look at"))
    def troubles(self, notice: Any) -> SafeString | str:
        if not notice.trouble_count:
            return "—"
        url = f"{reverse('admin:announcements_delivery_changelist')}?notice__id__exact={notice.pk}"
        return format_html('<a class="state cancelled" href="{}">{}</a>', url, notice.trouble_count)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        notice = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if notice is not None:
            full = staff_views.find_notice(request, notice.pk)
            context |= staff_views.notice_context(request, full, context.pop("refused_ack_form", None))
            context |= {
                "posters": staff_files.build_panel(request, full, now=clock.now()),
                "title": full.title_ar,
                "subtitle": None,
                "look": NOTICE_LOOKS[NoticeKind(full.kind)],
                "may_acknowledge": full.district_id in scope_of(request).carries,
                "ledger": [
                    (delivery, DELIVERY_LOOKS[DeliveryStatus(delivery.status)]) for delivery in context["ledger"]
                ],
            }
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("check-text/", self._page(staff_previews.check_text_view), name="announcements_notice_check_text"),
            path("week/", self._page(staff_week.week_view), name="announcements_notice_week"),
            path(
                "week/<slug:form>.<slug:kind>",
                self._page(staff_week.week_export_view),
                name="announcements_notice_week_export",
            ),
            path("week/files/<str:name>", self._page(staff_week.week_file_view), name="announcements_notice_week_file"),
            path("<int:pk>/files/<str:name>", self._page(staff_files.file_view), name="announcements_notice_file"),
            path("<int:pk>/draft.wav", self._page(staff_views.listen_view), name="announcements_notice_listen"),
            path(
                "<int:pk>/<slug:form>.<slug:kind>",
                self._page(staff_views.export_view),
                name="announcements_notice_export",
            ),
            path(
                "<int:pk>/acknowledge/",
                self._page(staff_views.acknowledge_view),
                name="announcements_notice_acknowledge",
            ),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Any) -> Any:
        return self.admin_site.admin_view(for_members(view))


class StateFilter(admin.SimpleListFilter):
    """The states, after the one that matters: what waits for a person."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("look", _("Failed or unconfirmed")),
            ("late", _("Late")),
            ("held", _("Held back: paused, or its channel is out of use")),
            *((value, str(label)) for value, label in DeliveryStatus.choices),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        rows: Any = queryset
        found: QuerySet[Delivery] = queryset
        if self.value() == "look":
            found = rows.undecided()
        elif self.value() == "late":
            found = rows.late(now=clock.now())
        elif self.value() == "held":
            found = rows.held()
        elif self.value() in DeliveryStatus.values:
            found = rows.filter(status=self.value())
        return found


@admin.register(Delivery)
class DeliveryAdmin(ListExportMixin, StaffAdmin):
    """The ledger: what went where, and what did not. What waits for a person stands first."""

    district_lookup = "notice__district"
    export_name = "deliveries"
    list_display = ["news", "state", "channel", "attempt", "sent", "reason"]
    list_display_links = ["news"]
    actions = [resend_failed]
    list_filter = [
        StateFilter,
        ("channel", admin.RelatedOnlyFieldListFilter),
        "notice__kind",
        ("notice__district", admin.RelatedOnlyFieldListFilter),
        "created_at",
    ]
    list_select_related = ["notice__district", "channel"]
    search_fields = ["notice__title_ar", "channel__name", "external_id", "error_code", "text"]
    date_hierarchy = "created_at"
    change_form_template = "admin/announcements/delivery/change_form.html"
    change_list_template = "admin/announcements/delivery/change_list.html"
    fieldsets = [
        (
            None,
            {"fields": ["notice", "channel", "state", "attempt", "last_attempt_at", "next_attempt_at", "expires_at"]},
        ),
        (
            gettext_lazy("Outcome"),
            {"fields": ["sent_at", "edited", "picture", "post", "external_id", "reason", "corrects"]},
        ),
        (gettext_lazy("Decided by a person"), {"fields": ["settled_by", "settled_at", "settled_note"]}),
        (gettext_lazy("What is sent"), {"fields": ["subject", "text", "edit_text"], "classes": ["collapse"]}),
    ]

    def has_carry_permission(self, request: HttpRequest) -> bool:
        """For the actions of the list; each delivery is asked about again by its action."""
        return bool(scope_of(request).carries)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [rank_for_a_person(clock.now()).asc(), "-created_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows: Any = super().get_queryset(request)
        marked: QuerySet[Delivery] = rows.with_signs(now=clock.now())
        return marked

    # Words, because the framework's red cross for «no» reads as a failure.
    @admin.display(description=Delivery._meta.get_field("edited_in_place").verbose_name)
    def edited(self, delivery: Delivery) -> str:
        return _("Yes") if delivery.edited_in_place else _("No")

    @admin.display(description=Delivery._meta.get_field("with_picture").verbose_name)
    def picture(self, delivery: Delivery) -> str:
        return _("Yes") if delivery.with_picture else _("No")

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, delivery: Delivery) -> SafeString:
        sign = show_delivery_state(delivery)
        if getattr(delivery, "is_late", False):
            sign += format_html(' <span class="state changed">{}</span>', _("Late"))
        return sign + format_html("<br><small>{}</small>", wait) if (wait := describe_wait(delivery)) else sign

    @admin.display(description=gettext_lazy("notice"), ordering="notice")
    def news(self, delivery: Delivery) -> SafeString:
        notice = delivery.notice
        kind = NoticeKind(notice.kind).label
        return format_html("{} <bdi>{}</bdi><br><small>{}</small>", kind, notice.reference, notice.district.label)

    @admin.display(description=gettext_lazy("sent at"), ordering="sent_at")
    def sent(self, delivery: Delivery) -> SafeString | str:
        if delivery.sent_at is None:
            return "—"
        moment = date_format(timezone.localtime(delivery.sent_at), "j F، H:i")
        return format_html("{}<br>{}", moment, self.post(delivery)) if delivery.external_url else moment

    @admin.display(description=gettext_lazy("live post"))
    def post(self, delivery: Delivery) -> SafeString | str:
        if not delivery.external_url:
            return "—"
        return format_html('<a href="{}" rel="noopener">{}</a>', delivery.external_url, _("Open the post"))

    @admin.display(description=gettext_lazy("reason"))
    def reason(self, delivery: Delivery) -> SafeString | str:
        if not delivery.error_code:
            return "—"
        sentence = explain_delivery(delivery)
        if delivery.error_detail in ("", delivery.error_code):
            return sentence
        return format_html('{}<br><bdi class="quiet">{}</bdi>', sentence, delivery.error_detail)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        delivery = self.get_object(request, object_id)
        if delivery is not None:
            context |= {
                "delivery": delivery,
                "attempts": [
                    (attempt, ATTEMPT_LOOKS[AttemptOutcome(attempt.outcome)]) for attempt in list_attempts(delivery)
                ],
                "wording": find_wording(delivery),
                "title": str(delivery),
                "subtitle": None,
                "settle_form": context.get("settle_form") or SettleForm(),
                "waits": delivery.status in NEEDS_A_PERSON and delivery.error_code != GIVEN_UP,
                "may_settle": delivery.notice.district_id in scope_of(request).carries,
            }
        return super().change_view(request, object_id, form_url, context)

    def build_sheet(self, rows: QuerySet[Delivery], *, now: dt.datetime) -> Sheet:
        found = rows.select_related("notice__district", "channel", "settled_by").iterator(chunk_size=500)
        return ledger_sheet(found, now=now)

    def get_urls(self) -> list[URLPattern]:
        settle = self.admin_site.admin_view(for_members(staff_views.settle_view))
        return [
            path("<int:pk>/settle/<slug:decision>/", settle, name="announcements_delivery_settle"),
            *super().get_urls(),
        ]


@admin.register(Channel)
class ChannelAdmin(ChannelCredentialMixin, MasterDataAdmin):
    """Where notices go. What opens the channel is written here and never shown (`admin_credentials`)."""

    list_display = ["name", "kind", "district", "address", "token_sign", "is_active", "is_rehearsal"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["district", "credential"]
    search_fields = ["name", "address"]
    readonly_fields = ["token_state"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "district", "address", "with_picture", "is_active"]}),
        (gettext_lazy("Pace"), {"fields": ["min_seconds_between", "per_minute"]}),
        (gettext_lazy("Hours"), {"fields": ["quiet_from", "quiet_until", "urgent_ignores_quiet", "late_hours"]}),
        (gettext_lazy("Training"), {"fields": ["is_rehearsal"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        rows: QuerySet[Channel] = super().get_queryset(request)
        return rows.filter(Q(district__isnull=True) | Q(district__in=scope_of(request).reads))

    def has_view_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        return super().has_view_permission(request, obj) and (
            obj is None or obj.district_id is None or obj.district_id in scope_of(request).reads
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_channels

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_channels

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            # After the commit: a claim takes the delivery first and then the channel, so nobody may take them the other way.
            self._reconsider(obj)
            if "is_active" in form.changed_data and not obj.is_active:
                tell_of_waiting(request, obj)

    def after_restoring(self, request: HttpRequest, obj: Channel) -> None:
        super().after_restoring(request, obj)
        self._reconsider(obj)

    def _reconsider(self, channel: Channel) -> None:
        transaction.on_commit(lambda: reconsider_waiting(channel, now=clock.now()))
