"""Nobody at work is shut out either: the staff's pages under axe-core, on a desk and on a telephone.

The board with its dialogues is looked at in `test_board`, signing in with a second factor in `test_sign_in`, the preview of an
import in `test_import`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from sohag_mobile.weeks import Week
from tests.journeys.people import Page, Staff
from tests.journeys.test_access import violations
from tests.support.system import System

pytestmark = [pytest.mark.journey, pytest.mark.once]
# The desk comes last: a page is left as it was opened.
SIZES = ((390, 844), (1200, 900))
STOP = "/admin/schedules/stop/"


def staff_pages(staff: Staff) -> dict[str, str]:
    """One address of each kind of page of the staff, by its name."""
    week = Week.of(timezone.localdate()).plus(1).name

    def first(list_address: str, pattern: str) -> str:
        found = re.search(pattern, staff.page.request.get(f"{staff.system.url}{list_address}").text())
        assert found, list_address
        return found[0]

    return {
        "first page": "/admin/",
        "board": f"{STOP}board/?week={week}&view=board",
        "table": f"{STOP}board/?week={week}&view=table",
        "head": f"{STOP}head/",
        "stops": STOP,
        "stop": first(STOP, rf"{STOP}\d+/change/"),
        "new stop": f"{STOP}add/",
        "week": f"{STOP}week/?week={week}",
        "copy": f"{STOP}copy/",
        "patterns": "/admin/schedules/stoppattern/",
        "new pattern": "/admin/schedules/stoppattern/add/",
        "conflicts": f"{STOP}conflicts/?week=coming",
        "bulk": f"{STOP}bulk/",
        "day": f"{STOP}day/",
        "my acts": f"{STOP}acts/",
        "units": f"{STOP}units/",
        "coverage": f"{STOP}coverage/",
        "deliveries": "/admin/announcements/delivery/",
        "imports": "/admin/exchange/importjob/",
        "account": "/admin/account/",
        "sessions": "/admin/account/sessions/",
        "second factor": "/admin/account/factor/",
        "history": first("/admin/vehicles/vehicle/", r"/admin/vehicles/vehicle/\d+/").rstrip("/") + "/history/",
    }


def look(page: Page) -> list[str]:
    """What axe-core has against the page as it is open, with the width; what is folded up is looked at as well."""
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}: {problem}" for problem in violations(page)]
    return found


def test_no_staff_page_shuts_anybody_out(system: System, log_in: Any) -> None:
    staff = log_in("supervisor")
    found: list[str] = []
    for name, path in staff_pages(staff).items():
        answer = staff.page.goto(f"{system.url}{path}")
        assert answer.status == 200, name
        found += [f"{name} {problem}" for problem in look(staff.page)]

    assert found == []
