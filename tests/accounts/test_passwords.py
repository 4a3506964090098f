"""A new password: by the old one, or by a link to one's own mailbox."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.actions_passwords import send_reset_links
from accounts.enums import AccountEventKind
from accounts.models import AccountEvent
from accounts.queries import list_sessions
from accounts.staff_passwords import MOST_FROM_AN_ADDRESS
from accounts.tasks import send_reset_links as reset_task
from sohag_mobile.celery import app
from tests.factories.users import PASSWORD, UserFactory, make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clock")]
NEW = "a-new-and-long-password"


@pytest.fixture
def worker_at_once() -> Any:
    """The worker's task is done within the request, as if it stood beside."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before


@pytest.fixture
def head() -> Any:
    return make_head(DistrictFactory(), email="head@unit.example")


def link_in_mail() -> str:
    found = re.search(r"http://testserver(/admin/password-reset/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def test_change_keeps_this_browser_and_signs_out_the_others(head: Any) -> None:
    here, there = Client(), Client()
    for one in (here, there):
        one.post("/admin/login/", {"username": head.username, "password": PASSWORD})

    page = here.get("/admin/password_change/").content.decode()
    weak = here.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": "1", "new_password2": "1"})
    here.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    head.refresh_from_db()
    assert "10 أحرف" in page or "10 حروف" in page or "10" in page
    assert list(weak.context["form"].errors) == ["new_password2"]
    assert head.check_password(NEW)
    assert (here.get("/admin/").status_code, there.get("/admin/").status_code) == (200, 302)
    (_row,) = list_sessions(head, now=NOW)
    assert [line.is_this for line in here.get("/admin/account/sessions/").context["lines"]] == [True]
    assert AccountEvent.objects.get().kind == AccountEventKind.PASSWORD_CHANGED


def test_wrong_old_password_is_refused(client: Client, head: Any) -> None:
    client.force_login(head)
    told = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}

    assert list(client.post("/admin/password_change/", told).context["form"].errors) == ["old_password"]


def test_link_sets_a_password_once(client: Client, head: Any) -> None:
    signed_in = Client()
    signed_in.force_login(head)
    assert send_reset_links("HEAD@unit.example") == 1

    page = client.get(link_in_mail(), follow=True)
    form = page.redirect_chain[-1][0]
    done = client.post(form, {"new_password1": NEW, "new_password2": NEW})

    head.refresh_from_db()
    assert [(one.to, one.subject) for one in mail.outbox] == [(["head@unit.example"], "كلمة مرور جديدة")]
    assert done["Location"] == "/admin/password-reset/done/"
    assert head.check_password(NEW)
    assert signed_in.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 302  # the link signs nobody in
    assert "استُخدم هذا الرابط" in client.get(link_in_mail(), follow=True).content.decode()
    assert AccountEvent.objects.get().kind == AccountEventKind.PASSWORD_RESET


def test_link_ends_after_two_hours(client: Client, head: Any, clock: Any) -> None:
    send_reset_links(head.email)
    clock.shift(2 * 60 * 60 + 1)

    assert "مضت الساعتان" in client.get(link_in_mail(), follow=True).content.decode()


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_accounts_that_cannot_sign_in_get_no_link(fields: dict[str, bool]) -> None:
    UserFactory(email="x@unit.example", **fields)
    invited = UserFactory(email="invited@unit.example")
    invited.set_unusable_password()
    invited.save()

    assert send_reset_links("x@unit.example") == send_reset_links("invited@unit.example") == 0
    reset_task("nobody@unit.example")
    assert mail.outbox == []


def test_answer_is_the_same_whether_there_is_such_an_account(client: Client, head: Any, worker_at_once: None) -> None:
    known = client.post("/admin/password-reset/", {"email": head.email}, follow=True)
    unknown = client.post("/admin/password-reset/", {"email": "nobody@unit.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain == [("/admin/password-reset/sent/", 302)]
    assert known.content == unknown.content
    assert [one.to for one in mail.outbox] == [[head.email]]


def test_mailbox_is_not_filled(client: Client, head: Any, worker_at_once: None) -> None:
    answers = {client.post("/admin/password-reset/", {"email": head.email}).status_code for _attempt in range(6)}

    assert answers == {302}
    assert len(mail.outbox) == 3


def test_asking_too_often_from_one_address_is_refused_with_a_sentence(client: Client, worker_at_once: None) -> None:
    for number in range(MOST_FROM_AN_ADDRESS + 1):
        answer = client.post("/admin/password-reset/", {"email": f"a{number}@unit.example"})

    assert answer.status_code == 429
    assert "أعد المحاولة بعد ساعة" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "x", "x@", "\x00@a.example"])
def test_address_that_is_none_is_refused_beside_its_field(client: Client, typed: str) -> None:
    answer = client.post("/admin/password-reset/", {"email": typed})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])


def test_login_page_leads_to_the_reset(client: Client) -> None:
    assert 'href="/admin/password_reset/"' in client.get("/admin/login/").content.decode()
    assert client.get("/admin/password_reset/")["Location"] == "/admin/password-reset/"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/password-reset/",
        "/admin/password-reset/sent/",
        "/admin/password-reset/done/",
        "/admin/password-reset/MQ/x-y/",
    ],
)
def test_pages_at_the_door_are_open_and_have_no_inline_code(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", answer.content.decode()) == []
    assert "no-cache" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]
