"""Settings refuse what is unsafe, and logging gives nothing away."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from sohag_mobile.checks import (
    channels_leave_this_machine,
    credentials_can_be_kept,
    lease_outlasts_the_timeout,
    second_factor_is_required,
)
from sohag_mobile.log import RedactingFormatter
from sohag_mobile.settings.env import one_of, parse_tokens, read_tokens, require

COMPLETE = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "calendar.example",
    "DATABASE_URL": "postgres://a:b@127.0.0.1:9/c",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "PUBLIC_BASE_URL": "https://calendar.example",
    "EMAIL_URL": "smtp+tls://a:b@mail.example:587",
    "CREDENTIALS_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=",
}


def load_production(tmp_path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "ENV_FILE": str(tmp_path / "none")}
    command = [sys.executable, "-c", "import sohag_mobile.settings.production as s; print(s.DEBUG, s.ALLOWED_HOSTS)"]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=clean | environment, capture_output=True, text=True)


def test_production_starts_with_everything_set(tmp_path: Path) -> None:
    result = load_production(tmp_path, COMPLETE)

    assert result.stdout == "False ['calendar.example']\n", result.stderr


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_refuses_to_start_without(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, " " if name == missing else value)

    with pytest.raises(ImproperlyConfigured, match=f"which are not set: {missing}\\."):
        require(*COMPLETE)


def test_production_names_everything_that_is_missing(tmp_path: Path) -> None:
    result = load_production(tmp_path, {})

    assert result.returncode != 0
    assert f"which are not set: {', '.join(COMPLETE)}." in result.stderr


def test_settings_refuse_digits_that_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARABIC_DIGITS", "arabic-indic")

    with pytest.raises(ImproperlyConfigured) as refusal:
        one_of("ARABIC_DIGITS", "western", "arabic")

    assert str(refusal.value) == "ARABIC_DIGITS must be western or arabic, not 'arabic-indic'."


def test_production_refuses_to_start_with_digits_that_do_not_exist(tmp_path: Path) -> None:
    result = load_production(tmp_path, COMPLETE | {"ARABIC_DIGITS": "latn"})

    assert result.returncode != 0
    assert "ARABIC_DIGITS must be western or arabic, not 'latn'." in result.stderr


@pytest.mark.parametrize(("given", "chosen"), [("", "western"), (" arabic ", "arabic"), ("western", "western")])
def test_digits_are_western_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, given: str, chosen: str) -> None:
    monkeypatch.setenv("ARABIC_DIGITS", given)

    assert one_of("ARABIC_DIGITS", "western", "arabic") == chosen


def test_tokens_may_hold_equals_signs_and_colons() -> None:
    assert parse_tokens("facebook=EAA=x=, telegram=1:AB") == {"facebook": "EAA=x=", "telegram": "1:AB"}


def test_tokens_in_json_may_hold_commas() -> None:
    gateway = "mailto://user:pass@host?to=a,b"
    text = json.dumps({"gateway": gateway, "facebook": " EAA= "})

    assert parse_tokens(text) == {"gateway": gateway, "facebook": "EAA="}


@pytest.mark.parametrize(
    "text", ['{"a": ', '{"a": 1}', '{"a": ""}', '{"a": {"b": "secret-token"}}', '{"secret-token"}']
)
def test_unreadable_json_tokens_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        parse_tokens(text)

    assert "secret-token" not in f"{caught.value} {caught.value.__context__}"


def test_tokens_of_single_variables_join_the_others() -> None:
    tokens = read_tokens(
        {"CHANNEL_TOKENS": "x=a:b", "CHANNEL_TOKEN_FACEBOOK_SOHAG": "EAA,=", "CHANNEL_TOKEN_EMPTY": " ", "PATH": "/bin"}
    )

    assert tokens == {"x": "a:b", "facebook_sohag": "EAA,=", "facebook-sohag": "EAA,="}


@pytest.mark.parametrize("text", ["facebook", "=token", "facebook="])
def test_tokens_without_name_or_value_are_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="name=token"):
        parse_tokens(text)


def test_log_lines_hold_no_tokens(settings: Settings) -> None:
    settings.CHANNEL_TOKENS = {"telegram": "100000:very-secret"}
    record = logging.LogRecord("x", logging.INFO, "", 0, "POST /bot%s/sendMessage", ("100000:very-secret",), None)
    try:
        raise ConnectionError("no answer from /bot100000:very-secret/sendMessage")
    except ConnectionError as error:
        record.exc_info = (type(error), error, error.__traceback__)

    text = RedactingFormatter("%(message)s").format(record)

    assert "POST /bot***/sendMessage" in text
    assert "very-secret" not in text


def test_check_refuses_a_stand_in_in_production(settings: Settings) -> None:
    settings.FACEBOOK_GRAPH_URL = settings.INSTAGRAM_GRAPH_URL = settings.X_API_URL = "https://graph.example"
    settings.TELEGRAM_API_URL = "http://127.0.0.1:8001"

    assert [error.id for error in channels_leave_this_machine(None)] == ["sohag_mobile.E001"]


@pytest.mark.parametrize("keys", [[], ["build"], ["ي" * 44]])
def test_check_wants_keys_for_credentials(settings: Settings, keys: list[str]) -> None:
    assert credentials_can_be_kept(None) == []

    settings.CREDENTIALS_KEYS = keys

    assert [error.id for error in credentials_can_be_kept(None)] == ["sohag_mobile.E004"]


@pytest.mark.parametrize(("lease", "errors"), [(19, ["sohag_mobile.E002"]), (20, [])])
def test_check_wants_a_lease_longer_than_the_call(settings: Settings, lease: int, errors: list[str]) -> None:
    settings.CHANNEL_TIMEOUT, settings.DELIVERY_LEASE_SECONDS = 10, lease

    assert [error.id for error in lease_outlasts_the_timeout(None)] == errors


@pytest.mark.parametrize(
    ("policy", "found"), [("required", []), ("optional", ["sohag_mobile.W001"]), ("off", ["sohag_mobile.W001"])]
)
def test_production_warns_of_passwords_that_publish_alone(settings: Settings, policy: str, found: list[str]) -> None:
    settings.SECOND_FACTOR = policy

    assert [message.id for message in second_factor_is_required(None)] == found


def test_production_asks_for_the_second_factor_unless_told_otherwise(tmp_path: Path) -> None:
    assert load_production(tmp_path, COMPLETE | {"SECOND_FACTOR": "sometimes"}).returncode != 0


@pytest.mark.parametrize("path", ["invitation/WzEsMV0:1x:abc/", "password-reset/MQ/abc-123/"])
def test_links_that_open_an_account_are_kept_out_of_logs(path: str) -> None:
    record = logging.LogRecord("web", logging.INFO, "", 0, f'"GET /admin/{path} HTTP/1.1" 200', (), None)

    assert RedactingFormatter().format(record) == f'"GET /admin/{path.partition("/")[0]}/*** HTTP/1.1" 200'
