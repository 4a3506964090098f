"""Where a person is signed in: seen, ended, forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.actions_sessions import end_session, purge_sessions, sign_out_person
from accounts.devices import describe_device
from accounts.enums import AccountEventKind
from accounts.models import AccountEvent, StaffSession
from accounts.queries import list_sessions
from accounts.tasks import purge_sessions as purge_task
from sohag_mobile.errors import NotAllowed
from tests.factories.users import PASSWORD, UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser_of(user: Any, user_agent: str = DESK, address: str = "10.1.2.3") -> Client:
    """A browser in which `user` has signed in by the page."""
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.mark.once
@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (PHONE, "كروم على أندرويد"),
        (DESK, "فايرفوكس على ويندوز"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "إيدج على ويندوز"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1", "سفاري على آيفون"),
        ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit CriOS/138.0 Mobile Safari/604.1", "كروم على آيباد"),
        ("Mozilla/5.0 (Linux; Android 13) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "متصفح سامسونج على أندرويد"),
        ("Opera/9.80 (Android; Opera Mini/8.0) Presto/2.8", "أوبرا على أندرويد"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit Version/18.4 Safari/605.1.15", "سفاري على ماك"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "فايرفوكس على لينكس"),
        ("curl/8.5.0", "جهاز غير معروف"),
        ("", "جهاز غير معروف"),
        ("Mozilla/5.0 (Windows NT 6.1)", "ويندوز"),
    ],
)  # fmt: skip
def test_device_is_named_in_words(user_agent: str, words: str) -> None:
    assert describe_device(user_agent) == words


def test_sessions_are_listed_with_device_address_and_times(clock: Any) -> None:
    head = make_head(DistrictFactory())
    browser_of(head, PHONE, "156.200.1.2")
    clock.shift(3600)
    here = browser_of(head)
    browser_of(make_head(DistrictFactory()))

    lines = here.get("/admin/account/sessions/").context["lines"]

    assert [(line.device, line.address, line.is_this) for line in lines] == [
        ("فايرفوكس على ويندوز", "10.1.2.3", True),
        ("كروم على أندرويد", "156.200.1.2", False),
    ]
    assert [line.started_at for line in lines] == [NOW + dt.timedelta(hours=1), NOW]


def test_key_of_a_session_cannot_be_read_from_its_row() -> None:
    here = browser_of(make_head(DistrictFactory()))
    key = here.session.session_key

    assert key not in str(list(StaffSession.objects.values()))


def test_last_seen_is_written_once_a_minute(clock: Any) -> None:
    head = make_head(DistrictFactory())
    here = browser_of(head)

    # The cache only saves asking; with none, or one that has forgotten, the row knows.
    clock.shift(30)
    cache.clear()
    here.get("/admin/account/")
    assert StaffSession.objects.get().seen_at == NOW
    clock.shift(31)
    cache.clear()
    here.get("/admin/account/")
    assert StaffSession.objects.get().seen_at == NOW + dt.timedelta(seconds=61)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions(django_assert_num_queries: Any, count: int) -> None:
    head = make_head(DistrictFactory())
    browsers = [browser_of(head) for _number in range(count)]

    with django_assert_num_queries(5):
        browsers[0].get("/admin/account/sessions/")


def test_one_browser_is_signed_out() -> None:
    head = make_head(DistrictFactory())
    here, there = browser_of(head), browser_of(head, PHONE)
    row = next(line for line in here.get("/admin/account/sessions/").context["lines"] if not line.is_this)

    here.post("/admin/account/sessions/", {"session": row.pk})

    assert (is_in(here), is_in(there)) == (True, False)


def test_all_others_are_signed_out() -> None:
    head = make_head(DistrictFactory())
    here, there, elsewhere = browser_of(head), browser_of(head, PHONE), browser_of(head, PHONE)
    stranger = browser_of(make_head(DistrictFactory()))

    here.post("/admin/account/sessions/", {"others": "1"})

    assert [is_in(one) for one in (here, there, elsewhere, stranger)] == [True, False, False, True]
    assert len(list_sessions(head, now=NOW)) == 1


def test_everywhere_is_here_as_well() -> None:
    head = make_head(DistrictFactory())
    here, there = browser_of(head), browser_of(head, PHONE)

    answer = here.post("/admin/account/sessions/", {"everywhere": "1"}, follow=True)

    assert "سُجّل خروجك من كل مكان." in answer.content.decode()
    assert [is_in(one) for one in (here, there)] == [False, False]
    assert AccountEvent.objects.get().kind == AccountEventKind.SESSIONS_ENDED


@pytest.mark.parametrize("chosen", ["", "0", "x", "٣", "9" * 30, "-1"])
def test_session_that_is_none_changes_nothing(chosen: str) -> None:
    here = browser_of(make_head(DistrictFactory()))

    assert here.post("/admin/account/sessions/", {"session": chosen}).status_code == 302
    assert is_in(here)


def test_session_of_somebody_else_cannot_be_ended() -> None:
    head, other = make_head(DistrictFactory()), make_head(DistrictFactory())
    here, there = browser_of(head), browser_of(other)
    row = StaffSession.objects.get(user=other)

    here.post("/admin/account/sessions/", {"session": row.pk})
    with pytest.raises(NotAllowed):
        end_session(row, by=head, now=NOW)

    assert is_in(there)


def test_keeper_ends_the_sessions_of_a_person() -> None:
    head = make_head(DistrictFactory())
    theirs, keeper = browser_of(head), browser_of(make_supervisor())
    page = keeper.get(f"/admin/auth/user/{head.pk}/change/")

    keeper.post(f"/admin/auth/user/{head.pk}/sign-out/")

    assert [line.device for line in page.context["safety"]["sessions"]] == ["فايرفوكس على ويندوز"]
    assert (is_in(theirs), is_in(keeper)) == (False, True)
    event = AccountEvent.objects.get()
    assert (event.user, event.kind) == (head, AccountEventKind.SESSIONS_ENDED)


def test_others_end_nobodys_sessions() -> None:
    root, head = UserFactory(is_superuser=True), make_head(DistrictFactory())
    theirs, mine = browser_of(head), browser_of(make_editor(DistrictFactory()))

    assert mine.post(f"/admin/auth/user/{head.pk}/sign-out/").status_code == 403
    with pytest.raises(NotAllowed):
        sign_out_person(root, by=make_supervisor(), now=NOW)
    assert is_in(theirs)


def test_sessions_that_have_ended_are_forgotten(clock: Any) -> None:
    head = make_head(DistrictFactory())
    browser_of(head)
    clock.shift(dt.timedelta(hours=9))
    here = browser_of(head)
    clock.shift(dt.timedelta(hours=2))

    purge_task()

    assert is_in(here)
    assert StaffSession.objects.count() == Session.objects.count() == 1
    assert purge_sessions(now=NOW + dt.timedelta(hours=11)) == 0


def test_logging_out_takes_the_line_away() -> None:
    head = make_head(DistrictFactory())
    browser_of(head).post("/admin/logout/")

    assert list_sessions(head, now=NOW) == []
