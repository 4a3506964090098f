"""From an invitation by mail to signing out everywhere, with a telephone that computes its codes itself."""

from __future__ import annotations

import re
import time
from base64 import b32decode
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django_otp.oath import totp

from tests.factories.users import PASSWORD, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.journeys.people import Browser, Page
from tests.journeys.test_access import violations

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]
EMAIL, CHOSEN = "sara.ali@unit.example", "a-long-password-of-hers"


@pytest.fixture
def office(live_server: Any, settings: Any) -> str:
    """The address of a running product that asks heads for a second factor, with a unit and a supervisor."""
    settings.SECOND_FACTOR = "required"
    settings.AXES_ENABLED = True
    settings.PUBLIC_BASE_URL = live_server.url
    DistrictFactory(name_ar="نقادة")
    make_supervisor(username="supervisor", is_superuser=True)
    return str(live_server.url)


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Any]:
    """Windows that share nothing."""
    contexts: list[Any] = []

    def open_one(width: int = 1200) -> Page:
        context = browser.new_context(
            locale="ar-EG",
            timezone_id="Africa/Cairo",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_one
    for context in contexts:
        context.close()


def log_in(page: Page, office: str, name: str, password: str) -> None:
    page.goto(f"{office}/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.locator("#login-form [type=submit]").click()
    page.wait_for_load_state()


def press(page: Page, words: str) -> None:
    page.locator(f"button:has-text('{words}'), a.btn:has-text('{words}')").first.click()
    page.wait_for_load_state()


def set_up(page: Page) -> tuple[bytes, list[str]]:
    """Read the key from the page as one who cannot scan it, and confirm it; the key and the recovery codes."""
    page.locator("details summary").click()
    key = b32decode(page.input_value("#secret").replace(" ", ""))
    page.fill("#id_code", f"{totp(key):06}")
    press(page, "تأكيد")
    page.wait_for_selector(".codes")
    return key, page.locator(".codes code").all_inner_texts()


def problems_of(page: Page) -> list[str]:
    """What axe-core has against the page as it stands: light on her telephone, dark on the desks."""
    page.emulate_media(color_scheme="light" if page.viewport_size["width"] < 768 else "dark")
    return violations(page)


def test_from_an_invitation_to_signing_out_everywhere(office: str, open_window: Any, pictures: Any) -> None:
    found: dict[str, Any] = {}

    # The supervisor has no telephone set up: nothing opens before that is done. Then she invites a head of unit.
    keeper = open_window()
    log_in(keeper, office, "supervisor", PASSWORD)
    found["set up"] = problems_of(keeper)
    _key, codes = set_up(keeper)
    assert len(codes) == 10
    found["codes"] = problems_of(keeper)
    with keeper.expect_download() as download:
        keeper.locator("a[download]").click()
    assert codes[0] in download.value.path().read_text(encoding="utf-8")
    press(keeper, "متابعة")
    keeper.goto(f"{office}/admin/accounts/invitation/add/")
    keeper.fill("#id_name", "سارة علي محمد")
    keeper.fill("#id_email", EMAIL)
    keeper.select_option("#id_role", "head")
    keeper.select_option("#id_district", index=1)
    keeper.locator("[name=_save]").click()
    keeper.locator(".messagelist .success").wait_for()
    (letter,) = mail.outbox
    link = re.search(rf"{office}/admin/invitation/\S+", letter.body)
    assert letter.to == [EMAIL]
    assert link is not None

    # She follows the link on her telephone, chooses a password, sets up the second factor and is at work.
    hers = open_window(390)
    hers.goto(link[0])
    found["invitation"] = problems_of(hers)
    hers.fill("#id_new_password1", CHOSEN)
    hers.fill("#id_new_password2", CHOSEN)
    press(hers, "حفظ كلمة المرور")
    key, codes = set_up(hers)
    press(hers, "متابعة")
    assert hers.url == f"{office}/admin/"
    assert hers.locator("#user-tools").is_visible()

    # At the office without the telephone: a recovery code lets her in, once.
    desk = open_window()
    log_in(desk, office, EMAIL, CHOSEN)
    found["code"] = problems_of(desk)
    press(desk, "الهاتف ليس معي")
    desk.fill("#id_code", codes[0])
    press(desk, "متابعة")
    assert "بقيت لديك 9 رموز استرداد" in desk.locator(".messagelist").inner_text()

    # She sees both browsers and signs out everywhere.
    desk.locator("#user-tools a", has_text="حسابي").click()
    found["account"] = problems_of(desk)
    press(desk, "عرض الأجهزة")
    assert desk.locator("tbody tr").count() == 2
    found["sessions"] = problems_of(desk)
    press(desk, "تسجيل الخروج من كل مكان")
    assert desk.locator("#login-form").is_visible()
    hers.goto(f"{office}/admin/account/")
    assert hers.locator("#login-form").is_visible()

    # The code of the telephone lets her in again; the one that was used for setting up is worth nothing now.
    log_in(hers, office, EMAIL, CHOSEN)
    hers.fill("#id_code", "000000")
    press(hers, "متابعة")
    assert hers.locator(".errorlist").is_visible()
    with time_machine.travel(int(time.time()) + 60, tick=True):
        hers.fill("#id_code", f"{totp(key):06}")
        press(hers, "متابعة")
        hers.locator("#user-tools").wait_for()
    assert User.objects.get(username=EMAIL).last_login is not None
    assert {name: problems for name, problems in found.items() if problems} == {}
