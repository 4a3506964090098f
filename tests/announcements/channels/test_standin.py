"""The stand-in itself: its page, its controls, and that it keeps to this machine."""

import dataclasses
import io
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from announcements.channels.base import Attachment, Message, Target
from announcements.channels.facebook import FacebookAdapter
from announcements.channels.radio_mail import RadioMailAdapter
from announcements.channels.telegram import TelegramAdapter
from announcements.standin.server import StandIn, is_loopback
from announcements.standin.state import FAILURES, SERVICES, Mode

PAGE = Target("100200300", "page-token")


def control(standin: StandIn, **fields: object) -> requests.Response:
    return requests.post(f"{standin.url}/_control", json=fields, timeout=5)


def state(standin: StandIn) -> dict:
    return requests.get(f"{standin.url}/_state", timeout=5).json()


def test_page_shows_posts_edits_and_mail_escaped(standin: StandIn, message: Message) -> None:
    attachment = Attachment("نشرة.docx", b"DOCX", "application/octet-stream")
    post = FacebookAdapter().post(PAGE, dataclasses.replace(message, text="أول <b>نص</b>"))
    FacebookAdapter().edit(PAGE, post.external_id, dataclasses.replace(message, text="ثاني <i>نص</i>"))
    TelegramAdapter().post(Target("@unit_news", "1:x"), message)
    RadioMailAdapter().post(Target("r@station.example"), dataclasses.replace(message, attachments=(attachment,)))

    response = requests.get(f"{standin.url}/", timeout=5)

    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    page = response.text
    assert '<html lang="ar" dir="rtl">' in page
    assert "ثاني &lt;i&gt;نص&lt;/i&gt;" in page
    assert "أول &lt;b&gt;نص&lt;/b&gt;" in page
    assert "<i>" not in page
    assert "@unit_news" in page
    assert "r@station.example" in page
    assert "http://" not in page
    assert "https://" not in page
    number = standin.state.mails[0].number
    file = requests.get(f"{standin.url}/mail/{number}/0", timeout=5)
    assert file.content == b"DOCX"
    assert file.headers["Content-Disposition"].startswith("attachment;")


def test_public_address_of_a_post_shows_it(standin: StandIn, message: Message, settings) -> None:
    settings.FACEBOOK_PUBLIC_URL = settings.TELEGRAM_PUBLIC_URL = f"{standin.url}/live"
    receipts = [
        FacebookAdapter().post(PAGE, message),
        TelegramAdapter().post(Target("@Unit_News", "1:x"), message),
    ]

    for receipt in receipts:
        response = requests.get(receipt.url, timeout=5)
        assert response.status_code == 200
        assert message.marker in response.text


@pytest.mark.parametrize("path", ["/live/1_1", "/live/x/1", "/live/", "/mail/1/0", "/mail/x/y", "/live/a/b/c"])
def test_address_of_nothing_is_404(standin: StandIn, path: str) -> None:
    assert requests.get(f"{standin.url}{path}", timeout=5).status_code == 404


def test_control_fails_as_often_as_told(standin: StandIn, message: Message) -> None:
    assert control(standin, service="facebook", mode="server_error", times=2).status_code == 200

    form = {"message": message.text, "access_token": "t"}
    statuses = [requests.post(f"{standin.url}/1/feed", data=form, timeout=5).status_code for _ in range(3)]

    assert statuses == [500, 500, 200]
    assert state(standin)["requests"] == {"facebook POST": 3}
    assert [post["text"] for post in state(standin)["posts"]] == [message.text]


def test_control_for_every_service_until_told_otherwise(standin: StandIn) -> None:
    control(standin, service="*", mode="timeout")
    assert set(state(standin)["faults"]) == set(SERVICES)

    control(standin, service="*", mode="ok")
    assert state(standin)["faults"] == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"service": "myspace", "mode": "ok"},
        {"service": "facebook", "mode": "strange"},
        {"service": "facebook"},
        {"service": "facebook", "mode": "timeout", "times": 0},
        {"service": "facebook", "mode": "timeout", "times": "many"},
        {"service": "facebook", "mode": "rate_limit", "retry_after": "soon"},
        {"service": "facebook", "mode": "timeout", "share": 30},
        {"service": "facebook", "mode": "timeout", "share": "some"},
        {"service": "facebook", "mode": "mixed", "seed": "today"},
    ],
)
def test_control_refuses_what_it_does_not_know(standin: StandIn, fields: dict) -> None:
    assert control(standin, **fields).status_code == 400
    assert standin.state.faults == {}


def taken(standin: StandIn, service: str, requests: int) -> list[Mode]:
    return [standin.state.take_fault(service).mode for _ in range(requests)]


def test_share_fails_that_part_of_the_requests(standin: StandIn) -> None:
    control(standin, service="facebook", mode="server_error", share=0.3, seed=7)

    modes = taken(standin, "facebook", 1000)

    assert set(modes) == {Mode.OK, Mode.SERVER_ERROR}
    assert 250 <= modes.count(Mode.SERVER_ERROR) <= 350


def test_mixed_meets_every_failure_and_repeats_with_its_seed(standin: StandIn) -> None:
    control(standin, service="telegram", mode="mixed", share=0.5, seed=11)
    first = taken(standin, "telegram", 300)
    control(standin, service="telegram", mode="mixed", share=0.5, seed=11)

    assert taken(standin, "telegram", 300) == first
    assert set(first) == {Mode.OK, *FAILURES}


def test_times_counts_only_requests_that_fail(standin: StandIn) -> None:
    control(standin, service="facebook", mode="mixed", share=0.5, seed=3, times=2)

    modes = taken(standin, "facebook", 50)

    assert len(modes) - modes.count(Mode.OK) == 2
    assert standin.state.faults == {}


def test_control_is_out_of_reach_for_a_web_page(standin: StandIn) -> None:
    # What a form on any page could send; JSON would need this server's consent first.
    response = requests.post(f"{standin.url}/_reset", data="{}", headers={"Content-Type": "text/plain"}, timeout=5)

    assert response.status_code == 415


def test_reset_forgets_but_never_reuses_an_id(standin: StandIn, message: Message) -> None:
    first = FacebookAdapter().post(PAGE, message)
    requests.post(f"{standin.url}/_reset", json={}, timeout=5)
    assert state(standin)["posts"] == []

    assert FacebookAdapter().post(PAGE, message).external_id != first.external_id


def test_duplicates_are_taken_when_told(standin: StandIn, message: Message) -> None:
    control(standin, refuse_duplicates=False)

    FacebookAdapter().post(PAGE, message)
    FacebookAdapter().post(PAGE, message)

    assert len(standin.state.posts) == 2


def test_facebook_needs_a_token(standin: StandIn) -> None:
    response = requests.post(f"{standin.url}/1/feed", data={"message": "x"}, timeout=5)

    assert (response.status_code, response.json()["error"]["code"]) == (400, 104)


def test_telegram_knows_its_own_name_and_no_wrong_token(standin: StandIn) -> None:
    assert requests.get(f"{standin.url}/bot1:x/getMe", timeout=5).json()["result"]["is_bot"] is True
    assert requests.get(f"{standin.url}/botx/getMe", timeout=5).status_code == 404


def test_posts_survive_a_restart_when_a_file_is_named(tmp_path: Path, message: Message, settings) -> None:
    path = tmp_path / "state.json"
    with StandIn(state_file=path) as first:
        settings.FACEBOOK_GRAPH_URL = first.url
        settings.EMAIL_HOST, settings.EMAIL_PORT = first.host, first.smtp_port
        post = FacebookAdapter().post(PAGE, message)
        RadioMailAdapter().post(Target("r@station.example"), message)
    with StandIn(state_file=path) as second:
        settings.FACEBOOK_GRAPH_URL = second.url
        FacebookAdapter().edit(PAGE, post.external_id, dataclasses.replace(message, text="تنويه"))

        assert [version.text for version in second.state.posts[0].versions] == [message.text, "تنويه"]
        assert [mail.recipients for mail in second.state.mails] == [["r@station.example"]]


def test_unreadable_file_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("{", encoding="utf-8")

    with StandIn(state_file=path) as stand_in:
        assert stand_in.state.posts == []


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("192.168.1.5", False), ("x", False)],
)
def test_only_loopback_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_stand_in_refuses_other_interfaces() -> None:
    with pytest.raises(ValueError, match="loopback"):
        StandIn("0.0.0.0")


def test_command_refuses_where_announcements_are_real(settings) -> None:
    settings.DEBUG = False
    settings.ALLOW_STANDIN = False

    with pytest.raises(CommandError, match="DEBUG or ALLOW_STANDIN"):
        call_command("standin")


def test_command_refuses_other_interfaces(settings) -> None:
    settings.ALLOW_STANDIN = True

    with pytest.raises(CommandError, match="loopback"):
        call_command("standin", "--host", "0.0.0.0")


def test_command_says_that_a_port_is_taken(settings, standin: StandIn) -> None:
    settings.ALLOW_STANDIN = True

    with pytest.raises(CommandError, match="could not start"):
        call_command("standin", "--port", str(standin.port), stdout=io.StringIO())


def test_stand_in_needs_only_the_standard_library() -> None:
    code = (
        "import sys; import announcements.standin.server;"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('django', 'requests', 'docx')))"
    )

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"


def test_an_email_is_shown_as_it_came_over_the_line(standin: StandIn) -> None:
    mail = standin.state.add_mail(
        "a@unit.example", ["b@radio.example"], "<1@unit.example>", b"Subject: x\r\n\r\nbody\r\n"
    )
    answer = requests.get(f"{standin.url}/mail/{mail.number}", timeout=5)
    assert (answer.headers["Content-Type"], answer.content) == ("message/rfc822", mail.raw)
    assert requests.get(f"{standin.url}/mail/{mail.number + 1}", timeout=5).status_code == 404
