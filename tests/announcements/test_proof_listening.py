"""A spoken draft: with a small program that speaks the command line of espeak-ng, and without any."""

from __future__ import annotations

import datetime as dt
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from announcements.enums import TextForm
from announcements.models import Notice
from announcements.proof_listening import DraftUnavailable, speak
from tests.factories.announcements import NoticeFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = pytest.mark.django_db
SCRIPT = "السادةَ المستمعين، تعلن الوحدة المحلية."
# Says what it was asked for inside a file of the right kind.
SPEAKS = """\
arguments, text = sys.argv[1:], sys.stdin.buffer.read()
assert arguments[:2] == ["-v", "ar"] and arguments[2] == "-s" and arguments[4:] == ["--stdin", "--stdout"], arguments
sys.stdout.buffer.write(b"RIFF" + arguments[3].encode() + b" WAVE " + text)
"""


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory(slug="naqada")


@pytest.fixture
def notice(client: Client, district: District) -> Notice:
    client.force_login(make_head(district))
    return NoticeFactory(district=district, texts={TextForm.RADIO: SCRIPT, TextForm.SOCIAL: "منشور"})


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A program by the name of espeak-ng, alone on the PATH."""
    program = folder / "espeak-ng"
    program.write_text(f"#!{sys.executable}\nimport sys, time\n{body}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


def listen_url(notice: Notice) -> str:
    return reverse("admin:announcements_notice_listen", args=[notice.pk])


def page_url(notice: Notice) -> str:
    return reverse("admin:announcements_notice_change", args=[notice.pk])


def test_a_draft_is_spoken_and_not_kept(
    client: Client, notice: Notice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, SPEAKS)

    page = client.get(page_url(notice)).content.decode()
    response = client.get(listen_url(notice))

    assert f'href="{listen_url(notice)}"' in page
    assert "قراءة آلية للمراجعة بالأذن فقط، ولا تُذاع." in page
    assert response["Content-Type"] == "audio/wav"
    assert response["Cache-Control"].startswith("no-store")
    assert response["Content-Disposition"] == 'inline; filename="notice-naqada-2026-1-draft.wav"'
    assert response.content == b"RIFF130 WAVE " + SCRIPT.encode()


def test_the_file_says_how_long_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"RIFF\\xff\\xff\\xff\\x7fWAVEfmt " + b"\\x00" * 20
    install(tmp_path, monkeypatch, f'sys.stdout.buffer.write(b"{head.decode()}data" + b"\\xff" * 4 + b"ab" * 50)\n')

    sound = speak(SCRIPT)

    assert int.from_bytes(sound[4:8], "little") == len(sound) - 8
    assert int.from_bytes(sound[40:44], "little") == 100
    assert sound.endswith(b"ab" * 50)


def test_the_pace_is_that_of_the_announcer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    install(tmp_path, monkeypatch, SPEAKS)

    for pace, spoken in ((100, b"100"), (40, b"80")):
        settings.RADIO_WORDS_PER_MINUTE = pace
        assert speak(SCRIPT)[4:].startswith(spoken)


def test_a_script_is_never_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, SPEAKS)

    assert speak("--path=/etc; rm -rf $HOME").endswith(b"--path=/etc; rm -rf $HOME")


def test_without_the_program_the_page_says_what_to_install(
    client: Client, notice: Notice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    page = client.get(page_url(notice)).content.decode()
    response = client.get(listen_url(notice), follow=True)

    assert "للاستماع إلى مسودة صوتية يلزم تثبيت البرنامج espeak-ng على الخادم." in page
    assert listen_url(notice) not in page
    assert response.redirect_chain == [(page_url(notice), 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "للاستماع إلى مسودة صوتية يلزم تثبيت البرنامج espeak-ng على الخادم."
    ]


@pytest.mark.parametrize("body", ["sys.exit(1)", "print('no sound')", "time.sleep(5)"])
def test_a_program_that_fails_is_told_in_a_sentence(
    client: Client,
    notice: Notice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: LazySettings,
    body: str,
) -> None:
    install(tmp_path, monkeypatch, body)
    settings.SPEECH_SECONDS = 1

    response = client.get(listen_url(notice), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "تعذرت قراءة المسودة. حاول مرة أخرى، أو ارجع إلى مدير النظام."
    ]
    with pytest.raises(DraftUnavailable):
        speak(SCRIPT)


def test_only_the_unit_listens(client: Client, notice: Notice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, SPEAKS)
    stranger: User = make_head(DistrictFactory())
    silent = NoticeFactory(district=notice.district, texts={TextForm.SOCIAL: "منشور"})
    assert client.get(listen_url(silent)).status_code == 404
    client.force_login(stranger)

    assert client.get(listen_url(notice)).status_code == 404
