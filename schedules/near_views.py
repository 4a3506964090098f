"""«Near me»: where the vehicles come near a point that the browser has rounded to about a kilometre.

Unlike other public pages these are never stored, by anybody: not by us, not by a proxy, not by the browser. Their address holds
the point, so no page that they lead to is told where the reader came from, and no log keeps it (docs/decisions/0028).
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from schedules.clock import local_date
from schedules.queries_near import REACH_KM, find_nearby
from sohag_mobile import clock, error_pages
from sohag_mobile.pages import Page, public_page, render_page
from sohag_mobile.render import render_html
from vehicles.models import District


@public_page()
def near(request: HttpRequest, *, now: dt.datetime, problem: str = "") -> Page:
    """The button, and every place by unit for whoever cannot or will not say where they are."""
    units = list(District.objects.prefetch_related("places"))
    return render_page(
        request, "schedules/near.html", {"problem": problem, "units": units}, valid_until=None, mentions=()
    )


@csrf_exempt
@gzip_page
def near_point(request: HttpRequest, latitude: str, longitude: str) -> HttpResponse:
    """The places near a point in degrees, two decimals each."""
    if request.method not in ("GET", "HEAD"):
        return _forgotten(error_pages.method_not_allowed(request, allowed="GET, HEAD"))
    point = float(latitude), float(longitude)
    if abs(point[0]) > 90 or abs(point[1]) > 180:
        return _forgotten(error_pages.not_found(request))
    now = clock.now()
    nearby = find_nearby(*point, now=now)
    if nearby.places:
        context = {"nearby": nearby, "reach": REACH_KM, "today": local_date(now)}
        html = render_html(request.path, "schedules/nearby.html", context)
    else:
        units = list(District.objects.prefetch_related("places"))
        html = render_html(request.path, "schedules/near.html", {"problem": "outside", "units": units})
    return _forgotten(HttpResponse(html))


def _forgotten(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
