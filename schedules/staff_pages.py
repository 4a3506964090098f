"""What the staff pages of stops are made of: which stops a person sees, a stop as a line of a list, the page around it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from announcements.models import Notice
from schedules.models import Stop
from schedules.staff_panels import Sign, format_day, format_hours, sign_stop
from schedules.validators import StopData, check_stop
from sohag_mobile.admin import staff_of
from vehicles.enums import Right
from vehicles.queries import list_districts_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A plan of fifty vehicles for a month fits; a forged list of a million keys does not.
_MOST_STOPS = 500


@dataclasses.dataclass(frozen=True, slots=True)
class StopLine:
    """A stop in the list above a preview, with what refuses it."""

    stop: Stop
    sign: Sign
    day: str
    hours: str
    problems: tuple[str, ...] = ()


def stops_of_staff(request: HttpRequest) -> Any:
    """The stops of the person's units, with everything the pages say of them."""
    return (
        Stop.objects.of_districts(list_districts_of(staff_of(request), Right.SEE_PLANS))
        .with_details()
        .with_told_state()
    )


def render_staff_page(request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
    """The template `name` of the section of stops under `title`, inside the frame of the admin."""
    context |= admin.site.each_context(request) | {"title": title, "opts": Stop._meta, "is_popup": False}
    return TemplateResponse(request, f"admin/schedules/stop/{name}.html", context)


def find_stop_of_staff(request: HttpRequest, pk: int) -> Stop:
    """The stop, if it is one of the person's units. Raises Http404."""
    stop: Stop | None = stops_of_staff(request).filter(pk=pk).first()
    if stop is None:
        raise Http404(_("There is no such stop in your units."))
    return stop


def read_ids(data: QueryDict) -> list[int]:
    """The primary keys that `ids` of a form or an address names."""
    found = [int(part) for part in data.get("ids", "").split(",") if part.isascii() and part.isdecimal()]
    return [pk for pk in found if pk < 2**63][:_MOST_STOPS]


def submit_url(stops: Sequence[Stop]) -> str:
    """The page that lays `stops` before the head of their unit."""
    return f"{reverse('admin:schedules_stop_submit')}?ids={','.join(str(stop.pk) for stop in stops)}"


def find_problems(stop: Stop, *, by: User, now: dt.datetime) -> tuple[str, ...]:
    """The sentences that refuse `stop` as it stands."""
    return tuple(str(refusal.message) for refusal in check_stop(StopData.of(stop), by=by, now=now, stop=stop))


def line_of(stop: Stop, *, now: dt.datetime, problems: tuple[str, ...] = ()) -> StopLine:
    """`stop` as it stands at the aware instant `now`, with the sentences that refuse it."""
    return StopLine(stop, sign_stop(stop, now=now), format_day(stop.date), format_hours(stop), problems)


def tell_what_was_issued(request: HttpRequest, notices: Sequence[Notice]) -> HttpResponse:
    """Lead to the notice that an act has issued, or to the list when there are several or none."""
    say_what_was_issued(request, notices)
    if not notices:
        return HttpResponseRedirect(reverse("admin:schedules_stop_changelist"))
    if len(notices) == 1:
        return HttpResponseRedirect(reverse("admin:announcements_notice_change", args=[notices[0].pk]))
    return HttpResponseRedirect(reverse("admin:announcements_notice_changelist"))


def say_what_was_issued(request: HttpRequest, notices: Sequence[Notice]) -> None:
    """The message of the next page about what an act has issued, each notice with a link."""
    if not notices:
        messages.success(request, _("No notice was issued; pages and calendars show the new facts."))
        return
    links = format_html_join(
        "، ",
        '<a href="{}">{}</a>',
        ((reverse("admin:announcements_notice_change", args=[notice.pk]), notice.title_ar) for notice in notices),
    )
    messages.success(request, format_html("{} {}", _("Announced:"), links))
