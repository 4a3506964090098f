"""A short chaos run (`make chaos` is the long one), and the judge of such runs, who must see every kind of broken promise."""

import dataclasses
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from announcements.enums import DeliveryStatus
from announcements.exports import text_txt
from tests.chaos.verify import Outside, Post, Row, count_understated, find_violations

ROOT = Path(__file__).resolve().parents[2]
AT = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SENDER = "media@unit.example"


@pytest.mark.postgres
def test_a_short_chaos_run_keeps_every_promise(tmp_path):
    numbers = {
        "deliveries": 120,
        "kill-every": 0.5,
        "broker-restarts": 1,
        "database-restarts": 0,
        "pause": 0.05,
        "calm-when-settled": 0.75,
        "storm-seconds": 40,
        "drain-seconds": 40,
    }
    report = tmp_path / "chaos.json"
    arguments = [part for name, value in numbers.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.chaos", *arguments, "--report", str(report)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    result = json.loads(report.read_text())
    assert result["violations"] == []
    assert result["kills"] >= 3
    assert result["broker_restarts"] == 1
    assert sum(count for states in result["states"].values() for count in states.values()) >= 120


# -- the judge --------------------------------------------------------------------------------------------------------------


def row(pk=1, kind="facebook", **changes):
    marker = f"إعلان رقم {pk}/2026" if changes.get("root", pk) == pk else f"تنويه رقم {pk}/2026"
    plain = Row(
        pk=pk,
        uid=f"uid-{pk}",
        kind=kind,
        address="page" if kind == "facebook" else "@chat",
        status=DeliveryStatus.SENT,
        marker=marker,
        text=f"{marker}\nنص",
        edit_text="",
        root=pk,
        attempt=1,
        edited_in_place=False,
        external_id=f"page:{pk}",
        error_code="",
        error_detail="",
    )
    return dataclasses.replace(plain, **changes)


def post(number, *texts, service="facebook", minute=0):
    versions = tuple((text, AT + dt.timedelta(minutes=minute + index)) for index, text in enumerate(texts))
    return Post(service, "page" if service == "facebook" else "@chat", str(number), versions)


def promises(rows, posts=(), *, mails=(), folder=Path("/nonexistent"), logs=None, gone=()):
    outside = Outside(tuple(posts), {mail["message_id"]: mail for mail in mails}, folder)
    return [found.promise for found in find_violations(rows, outside, sender=SENDER, logs=logs or {}, gone=gone)]


def test_the_judge_is_content_with_an_announcement_edited_by_its_correction():
    first = row()
    second = row(
        2, root=1, edit_text="تنويه رقم 2/2026\nبشأن الإعلان رقم 1/2026", edited_in_place=True, external_id="page:1"
    )
    assert promises([first, second], [post(1, first.text, second.edit_text)]) == []


@pytest.mark.parametrize("status", [DeliveryStatus.PENDING, DeliveryStatus.SENDING])
def test_the_judge_sees_what_never_ended(status):
    assert promises([row(status=status)]) == ["every delivery ends"]


def test_the_judge_sees_a_failure_without_a_name():
    assert promises([row(status=DeliveryStatus.FAILED)]) == ["a failure has a name"]


def test_the_judge_sees_a_doubled_post():
    one = row()
    assert promises([one], [post(1, one.text), post(9, one.text)]) == ["nothing is posted twice"]


def test_the_judge_sees_a_lost_post_mail_and_file(tmp_path):
    assert promises([row()]) == ["nothing is lost"]
    assert promises([row(kind="radio_mail", address="a@radio.example")]) == ["nothing is lost"]
    one = row(kind="radio_folder", address="south")
    assert promises([one], folder=tmp_path) == ["nothing is lost"]
    (tmp_path / "south").mkdir()
    (tmp_path / "south" / "uid-1.docx").touch()
    (tmp_path / "south" / "uid-1.txt").write_bytes(text_txt(one.text))
    assert promises([one], folder=tmp_path) == []


def test_the_judge_sees_a_post_with_another_text():
    one = row()
    assert promises([one], [post(1, f"{one.marker}\nنص آخر")]) == ["nothing is lost"]


def test_the_judge_sees_a_failed_delivery_that_is_live():
    one = row(status=DeliveryStatus.FAILED, error_code="refused", external_id="")
    assert promises([one], [post(1, one.text)]) == ["what failed is not out"]


def test_the_judge_sees_a_correction_before_its_announcement():
    first, second = row(), row(2, root=1)
    assert promises([first, second], [post(2, second.text), post(1, first.text, minute=5)]) == [
        "no correction before its announcement"
    ]


def test_the_judge_sees_an_old_text_that_came_after_a_newer_one():
    first = row()
    second = row(2, root=1, edited_in_place=True, external_id="page:1")
    assert promises([first, second], [post(1, first.text, second.text, first.text)]) == ["the newest text stands"]


def test_the_judge_sees_what_comes_from_nowhere(tmp_path):
    (tmp_path / "south").mkdir()
    (tmp_path / "south" / "stranger.txt").touch()
    mail = {"message_id": "<stranger@unit.example>", "recipients": ["x"], "at": AT.isoformat()}
    found = promises([], [post(7, "إعلان غريب")], mails=[mail], folder=tmp_path)
    assert found == ["nothing comes from nowhere"] * 3


@pytest.mark.parametrize(
    ("log", "gone", "is_in_doubt"),
    [
        ("delivery 1: attempt 1 begins\n", ["worker-1"], True),
        ("delivery 1: attempt 1 begins\n", [], False),  # it lived, so it should have written down what it knew
        ("delivery 1: attempt 1 begins\ndelivery 1 is sent\n", ["worker-1"], False),
        ("delivery 1: claiming\n", ["worker-1"], True),
        ("delivery 1: claiming\ndelivery 1: attempt 2 begins\n", ["worker-1"], False),
        ("", ["worker-1"], False),
    ],
)
def test_the_judge_believes_an_interruption_only_when_its_worker_died(log, gone, is_in_doubt):
    one = row(kind="telegram", status=DeliveryStatus.UNCONFIRMED, error_code="interrupted", attempt=2)
    assert promises([one], logs={"worker-1": log}, gone=gone) == ["who is asked has reason"] * (not is_in_doubt)


@pytest.mark.parametrize(("code", "is_in_doubt"), [("no_answer", True), ("malformed", True), ("too_long", False)])
def test_the_judge_believes_a_doubt_only_when_the_request_had_left(code, is_in_doubt):
    one = row(kind="telegram", status=DeliveryStatus.UNCONFIRMED, error_code=code)
    assert promises([one]) == ["who is asked has reason"] * (not is_in_doubt)


def test_the_judge_wants_facebook_looked_up_before_a_person_is_asked():
    looked_up = row(status=DeliveryStatus.UNCONFIRMED, error_code="blocked", error_detail="Facebook: look-up: HTTP 403")
    not_asked = row(status=DeliveryStatus.UNCONFIRMED, error_code="no_answer", error_detail="Facebook: publish: sent")
    assert promises([looked_up]) == []
    assert promises([not_asked]) == ["Facebook is looked up before a person is asked"]


def test_a_mail_that_got_through_although_it_was_given_up_is_counted():
    mail = {"message_id": "<uid-1@unit.example>", "recipients": ["a@radio.example"], "at": AT.isoformat()}
    one = row(kind="radio_mail", address="a@radio.example", status=DeliveryStatus.FAILED, error_code="refused")
    outside = Outside((), {mail["message_id"]: mail}, Path("/nonexistent"))
    assert count_understated([one], outside, sender=SENDER) == 1
