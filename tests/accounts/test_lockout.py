"""Too many failures: told with their end, lifted by colleagues, and no weapon against others."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from accounts.enums import AccountEventKind
from accounts.models import AccountEvent
from accounts.queries import list_locks
from tests.accounts.conftest import code_of
from tests.factories.users import PASSWORD, UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW
from vehicles.enums import Role
from vehicles.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "counted")]
LIMIT = 8


def fail(client: Client, username: str, times: int = LIMIT) -> Any:
    for _attempt in range(times):
        answer = client.post("/admin/login/", {"username": username, "password": "wrong"})
    return answer


def signs_in(client: Client, user: Any) -> bool:
    answer = client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return bool(answer.status_code == 302)


def test_page_says_until_when_and_whom_to_ask(client: Client) -> None:
    editor = make_editor(DistrictFactory())

    answer = fail(client, editor.username)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "أعد المحاولة بعد الساعة 12:15" in page
    assert "الدعم الفني" in page
    assert not signs_in(client, editor)


def test_trying_meanwhile_makes_it_no_longer(client: Client, clock: Any) -> None:
    editor = make_editor(DistrictFactory())
    fail(client, editor.username)
    clock.shift(10 * 60)

    still = fail(client, editor.username, 1)
    clock.shift(5 * 60 + 1)

    assert "12:15" in still.content.decode()
    assert signs_in(client, editor)


def test_stranger_locks_nobody_out_of_their_own_desk() -> None:
    editor = make_editor(DistrictFactory())
    fail(Client(REMOTE_ADDR="203.0.113.7"), editor.username, LIMIT + 3)

    assert signs_in(Client(REMOTE_ADDR="10.1.2.3"), editor)


def test_answer_is_the_same_for_a_name_that_nobody_has(client: Client) -> None:
    known = fail(client, make_editor(DistrictFactory()).username).content.decode()
    unknown = fail(client, "nobody-has-this-name").content.decode()

    assert known == unknown


def test_wrong_codes_count_like_wrong_passwords(client: Client, required: None, set_up: Any, clock: Any) -> None:
    head = make_head(DistrictFactory())
    device, _codes = set_up(head)
    told = {"username": head.username, "password": PASSWORD}
    for number in range(LIMIT):
        # The password again before each: knowing it sets the counter back for nobody.
        client.post("/admin/login/", told)
        answer = client.post("/admin/login/code/", {"code": "000000"})
        if number < LIMIT - 1:
            clock.shift(2**number + 1)

    assert answer.status_code == 429
    clock.shift(200)
    assert client.post("/admin/login/code/", {"code": code_of(device)}).status_code == 429
    assert client.post("/admin/login/", told).status_code == 429


def test_code_is_not_kept_with_the_failed_attempt(client: Client, required: None, set_up: Any) -> None:
    head = make_head(DistrictFactory())
    set_up(head)
    client.post("/admin/login/", {"username": head.username, "password": PASSWORD})
    client.post("/admin/login/code/", {"code": "135791"})

    assert AccessAttempt.objects.count() == 1
    assert "135791" not in str(list(AccessAttempt.objects.values()))


def test_failures_within_the_account_count_as_well(client: Client, required: None, set_up: Any) -> None:
    editor = make_editor(DistrictFactory())
    set_up(editor)
    client.post("/admin/login/", {"username": editor.username, "password": PASSWORD})
    for _attempt in range(LIMIT):
        answer = client.post("/admin/login/code/", {"code": "1"})
    assert answer.status_code == 422  # the first counts, the others are told to wait
    assert AccessAttempt.objects.get().failures_since_start == 1


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMINISTRATOR])
def test_support_and_keepers_let_a_person_try_again(role: Role) -> None:
    editor, helper = make_editor(DistrictFactory()), UserFactory()
    Membership.objects.create(user=helper, role=role)
    hers = Client(REMOTE_ADDR="10.1.2.3")
    fail(hers, editor.username)
    fail(Client(), "nobody-has-this-name")
    client = Client()
    client.force_login(helper)

    page = client.get("/admin/locks/")
    client.post("/admin/locks/", {"user": editor.pk})

    assert [(lock.username, lock.address) for lock, _person in page.context["lines"]] == [(editor.username, "10.1.2.3")]
    assert signs_in(hers, editor)
    event = AccountEvent.objects.get()
    assert (event.user, event.by, event.kind) == (editor, helper, AccountEventKind.LOCK_LIFTED)


def test_lock_is_lifted_from_the_account_page() -> None:
    editor = make_editor(DistrictFactory())
    hers = Client(REMOTE_ADDR="10.1.2.3")
    fail(hers, editor.username)
    client = Client()
    client.force_login(make_supervisor())

    assert "12:15" in client.get(f"/admin/auth/user/{editor.pk}/change/").content.decode()
    client.post(f"/admin/auth/user/{editor.pk}/lift-lock/")

    assert list_locks(now=NOW) == []
    assert signs_in(hers, editor)


@pytest.mark.parametrize("make", [make_editor, make_head])
def test_others_do_not_see_who_is_locked_out(client: Client, make: Any) -> None:
    client.force_login(make(DistrictFactory()))

    assert client.get("/admin/locks/").status_code == 403
    assert client.post("/admin/locks/", {"user": "1"}).status_code == 403


@pytest.mark.parametrize("chosen", ["", "x", "٣", "9" * 30])
def test_account_that_is_none_is_told(client: Client, chosen: str) -> None:
    client.force_login(make_supervisor())

    assert client.post("/admin/locks/", {"user": chosen}).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions(client: Client, django_assert_num_queries: Any, count: int) -> None:
    for _number in range(count):
        fail(client, make_editor(DistrictFactory()).username)
    keeper = Client()
    keeper.force_login(make_supervisor())

    with django_assert_num_queries(8):
        keeper.get("/admin/locks/")
