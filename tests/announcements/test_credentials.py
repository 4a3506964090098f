"""Tokens in the database: encrypted, never shown, never logged, kept fresh, and told of before they end."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import current_app
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from announcements import credentials, outbox, tasks
from announcements.actions_credentials import (
    TokenRefused,
    forget_token,
    keep_token,
    look_after_tokens,
    reencrypt_tokens,
    try_token,
)
from announcements.channels.base import PermanentChannelError, TemporaryChannelError
from announcements.enums import ChannelKind, DeliveryStatus, ExpiryStage
from announcements.models import Channel, Credential, Delivery
from announcements.sealing import SealBroken, check_keys, seal, unseal
from announcements.standin.server import StandIn
from announcements.token_warnings import warn_about_tokens
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.log import RedactingFormatter, without_secrets
from tests.factories.announcements import ChannelFactory, DeliveryFactory
from tests.factories.schedules import CAIRO
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)
DAY = dt.timedelta(days=1)
SECRET = "EAAB-never-to-be-seen-9f3"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def _log_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying an Apprise service makes this process hide whole addresses; later tests look for them."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)


@pytest.fixture
def supervisor() -> User:
    user = make_supervisor()
    User.objects.filter(pk=user.pk).update(email="supervisor@unit.invalid")
    return user


def kept(
    kind: str = ChannelKind.FACEBOOK, *, by: User, expires_at: dt.datetime | None = None, **values: str
) -> Channel:
    channel = ChannelFactory(kind=kind, token_name="")
    keep_token(channel, values or {"token": SECRET}, expires_at=expires_at, by=by, now=NOW)
    return Channel.objects.get(pk=channel.pk)


def x_channel(by: User, **values: str) -> Channel:
    channel = ChannelFactory(kind=ChannelKind.X, address="@office", token_name="")
    given = {"refresh_token": "office:first-refresh", "client_id": "client-of-office", **values}
    keep_token(channel, given, expires_at=None, by=by, now=NOW)
    return Channel.objects.get(pk=channel.pk)


# -- at rest --------------------------------------------------------------------------------------------------------------


def test_token_stands_encrypted_and_opens_its_channel(supervisor: User) -> None:
    channel = kept(by=supervisor)

    row = Credential.objects.get(channel=channel)
    assert SECRET not in row.sealed
    assert (row.hint, row.set_by, row.set_at) == (SECRET[-4:], supervisor, NOW)
    assert credentials.target_of(channel).token == SECRET
    assert SECRET not in repr([credentials.target_of(channel), row, vars(row)])


def test_dump_of_the_database_holds_no_token(supervisor: User) -> None:
    kept(by=supervisor)
    x_channel(supervisor, client_secret="secret-of-the-client")
    dump = io.StringIO()

    call_command("dumpdata", "announcements", stdout=dump)

    assert len([row for row in json.loads(dump.getvalue()) if row["model"] == "announcements.credential"]) == 2
    assert not any(word in dump.getvalue() for word in (SECRET, "first-refresh", "client-of-office", "secret-of-the"))


@pytest.mark.parametrize(("length", "hint"), [(15, ""), (16, "cccc")])
def test_of_a_short_secret_nothing_is_shown(supervisor: User, length: int, hint: str) -> None:
    channel = kept(by=supervisor, token="c" * length)

    assert Credential.objects.get(channel=channel).hint == hint


def test_token_in_the_database_comes_before_that_of_the_server(supervisor: User) -> None:
    channel = ChannelFactory()
    assert credentials.target_of(channel).token == "test-page-token"

    keep_token(channel, {"token": SECRET}, expires_at=None, by=supervisor, now=NOW)
    assert credentials.target_of(channel).token == SECRET

    forget_token(channel, by=supervisor)
    assert credentials.target_of(channel).token == "test-page-token"
    assert Credential.objects.get(channel=channel).sealed == ""


def test_editors_and_heads_set_no_tokens() -> None:
    channel = ChannelFactory()
    for user in (make_editor(DistrictFactory()), make_head(DistrictFactory())):
        with pytest.raises(NotAllowed):
            keep_token(channel, {"token": SECRET}, expires_at=None, by=user, now=NOW)
        with pytest.raises(NotAllowed):
            forget_token(channel, by=user)
        with pytest.raises(NotAllowed):
            try_token(channel, by=user, now=NOW)
    assert not Credential.objects.exists()


def test_refresh_token_comes_with_its_client(supervisor: User) -> None:
    with pytest.raises(DomainError) as caught:
        keep_token(ChannelFactory(), {"refresh_token": "r:1"}, expires_at=None, by=supervisor, now=NOW)

    assert caught.value.field == "client_id"


def test_kept_token_without_a_name_behind_it_is_refused() -> None:
    with pytest.raises(IntegrityError):
        Credential.objects.create(channel=ChannelFactory(), sealed=seal({"token": SECRET}))


# -- keys -----------------------------------------------------------------------------------------------------------------


def test_new_key_in_front_reads_the_old_and_takes_over(supervisor: User, settings: Any) -> None:
    channel = kept(by=supervisor)
    old, new = settings.CREDENTIALS_KEYS[0], Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new, old]
    assert credentials.target_of(channel).token == SECRET
    printed = io.StringIO()

    call_command("reencrypt_credentials", stdout=printed)

    settings.CREDENTIALS_KEYS = [new]
    assert credentials.target_of(Channel.objects.get(pk=channel.pk)).token == SECRET
    assert printed.getvalue() == "Encrypted anew: 1.\n"
    settings.CREDENTIALS_KEYS = [old]
    with pytest.raises(PermanentChannelError) as caught:
        credentials.target_of(Channel.objects.get(pk=channel.pk))
    assert caught.value.code == "token_unreadable"


def test_lost_key_changes_nothing_and_says_so(supervisor: User, settings: Any) -> None:
    before = Credential.objects.get(channel=kept(by=supervisor)).sealed
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reencrypt_credentials")

    assert Credential.objects.get().sealed == before
    with pytest.raises(SealBroken):
        reencrypt_tokens()


@pytest.mark.parametrize("keys", [[], ["short"], ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI=", "x"]])
def test_unusable_keys_are_refused_in_words(settings: Any, keys: list[str]) -> None:
    settings.CREDENTIALS_KEYS = keys

    assert not check_keys(keys)
    with pytest.raises(SealBroken, match="CREDENTIALS_KEYS"):
        seal({"token": SECRET})


def test_what_was_unsealed_is_blotted_out_of_every_log_line() -> None:
    unseal(seal({"token": "key-of-app:secret-of-app:token-of-user:secret-of-user"}))
    record = logging.LogRecord("x", logging.INFO, "", 0, "sent %s", ("secret-of-user, key-of-app",), None)

    assert RedactingFormatter("%(message)s").format(record) == "sent ***, ***"
    assert without_secrets("token-of-user") == "***"


# -- a whole failing delivery ---------------------------------------------------------------------------------------------

TOKENS = {
    ChannelKind.FACEBOOK: {"token": SECRET},
    ChannelKind.TELEGRAM: {"token": f"100200:{SECRET}"},
    ChannelKind.X: {"token": f"account:{SECRET}"},
    ChannelKind.INSTAGRAM: {"token": SECRET},
    ChannelKind.WEBHOOK: {"token": SECRET},
    ChannelKind.APPRISE: {"token": f"json://user:{SECRET}@127.0.0.1:{{port}}/notify/office"},
}
MODES = ["timeout", "rate_limit", "server_error", "expired_token", "refuse", "accepted_no_answer", "garbled"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", TOKENS)
def test_failing_delivery_gives_no_secret_away(
    standin: StandIn, supervisor: User, caplog: pytest.LogCaptureFixture, kind: ChannelKind, mode: str
) -> None:
    caplog.set_level(logging.DEBUG)
    values = {name: value.replace("{port}", str(standin.port)) for name, value in TOKENS[kind].items()}
    channel = kept(kind, by=supervisor, **values)
    if kind == ChannelKind.WEBHOOK:
        Channel.objects.filter(pk=channel.pk).update(address=f"{standin.url}/webhook/site")
    delivery = DeliveryFactory(channel=channel)
    standin.fail("*", mode)

    outbox.deliver_batch([delivery.pk])
    outbox.deliver(delivery.pk, now=timezone.now() + dt.timedelta(hours=1))

    delivery.refresh_from_db()
    # Of Apprise's services an answer that cannot be read is a success: it says no more than that.
    assert delivery.error_code or (kind, mode) == (ChannelKind.APPRISE, "garbled")
    fields = [str(getattr(delivery, field.name)) for field in Delivery._meta.get_fields() if field.concrete]
    lines = [RedactingFormatter("%(message)s").format(record) for record in caplog.records]
    assert SECRET not in "\n".join([*fields, *lines])
    assert SECRET not in caplog.text


def test_traceback_of_the_outbox_gives_no_secret_away(
    standin: StandIn, supervisor: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = DeliveryFactory(channel=kept(by=supervisor))
    settings.FACEBOOK_GRAPH_URL = 42  # a mistake in our own code or settings: nothing catches it

    with pytest.raises(AttributeError) as caught:
        outbox.deliver(delivery.pk, now=timezone.now())
    logging.getLogger("announcements.outbox").error("failed", exc_info=caught.value)

    text = RedactingFormatter("%(message)s").format(caplog.records[-1])
    assert "AttributeError" in text
    assert SECRET not in text


# -- whose it is ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "token", "name"),
    [
        (ChannelKind.FACEBOOK, SECRET, "Page {address}"),
        (ChannelKind.INSTAGRAM, SECRET, "account_{address}"),
        (ChannelKind.TELEGRAM, "100:secret", "@standin_bot"),
        (ChannelKind.X, "{handle}:secret", "{address}"),
        (ChannelKind.APPRISE, "json://127.0.0.1/notify/office", "JSON"),
    ],
)
def test_platform_says_whose_the_token_is(
    standin: StandIn, supervisor: User, kind: ChannelKind, token: str, name: str
) -> None:
    channel = ChannelFactory(kind=kind, token_name="")
    value = token.format(handle=channel.address.removeprefix("@"))
    keep_token(channel, {"token": value}, expires_at=None, by=supervisor, now=NOW)

    owner = try_token(channel, by=supervisor, now=NOW)

    assert owner is not None
    assert (owner.name, owner.is_ours) == (name.format(address=channel.address), True)
    assert not standin.state.posts


@pytest.mark.parametrize(
    ("kind", "token"), [(ChannelKind.FACEBOOK, "999|secret-of-another"), (ChannelKind.X, "another:secret")]
)
def test_token_of_another_page_is_told_apart(standin: StandIn, supervisor: User, kind: ChannelKind, token: str) -> None:
    owner = try_token(kept(kind, by=supervisor, token=token), by=supervisor, now=NOW)

    assert owner is not None
    assert not owner.is_ours


def test_webhook_cannot_be_asked(standin: StandIn, supervisor: User) -> None:
    assert try_token(kept(ChannelKind.WEBHOOK, by=supervisor), by=supervisor, now=NOW) is None


@pytest.mark.parametrize(
    ("mode", "refused"), [("expired_token", True), ("refuse", False), ("timeout", False), ("rate_limit", False)]
)
def test_token_that_is_refused_is_told_and_noted(standin: StandIn, supervisor: User, mode: str, refused: bool) -> None:
    channel = kept(by=supervisor)
    standin.fail("facebook", mode)

    with pytest.raises(TokenRefused) as caught:
        try_token(channel, by=supervisor, now=NOW)

    assert SECRET not in str(caught.value)
    assert (Credential.objects.get(channel=channel).refused_at is not None) is refused


def test_channel_without_a_token_has_none_to_test(supervisor: User) -> None:
    with pytest.raises(TokenRefused, match="لا يوجد رمز"):
        try_token(ChannelFactory(token_name="unknown"), by=supervisor, now=NOW)


# -- when it ends ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (7 * DAY + dt.timedelta(seconds=1), None),
        (7 * DAY, ExpiryStage.WEEK),
        (DAY + dt.timedelta(seconds=1), ExpiryStage.WEEK),
        (DAY, ExpiryStage.DAY),
        (dt.timedelta(), ExpiryStage.EXPIRED),
    ],
)
def test_stages_of_an_ending_token(left: dt.timedelta, stage: ExpiryStage | None) -> None:
    assert Credential(expires_at=NOW + left).stage(NOW) == stage
    assert Credential(expires_at=NOW + left, refused_at=NOW).stage(NOW) == ExpiryStage.EXPIRED


def test_daily_run_asks_and_writes_down(standin: StandIn, supervisor: User) -> None:
    channel, env_channel, resting = kept(by=supervisor), ChannelFactory(), ChannelFactory(is_active=False)
    standin.state.token_expires_in = 3 * 86400

    look_after_tokens(now=NOW)

    for one in (channel, env_channel):
        row = Credential.objects.get(channel=one)
        assert row.expires_at is not None
        assert abs(row.expires_at - timezone.now() - 3 * DAY) < dt.timedelta(minutes=1)
        assert row.checked_at == NOW
    assert not Credential.objects.filter(channel=resting).exists()


def test_daily_run_keeps_a_typed_end_where_the_platform_tells_none(standin: StandIn, supervisor: User) -> None:
    channel = kept(by=supervisor, expires_at=NOW + 5 * DAY)

    look_after_tokens(now=NOW)

    assert Credential.objects.get(channel=channel).expires_at == NOW + 5 * DAY


def test_daily_run_goes_on_after_a_platform_that_is_away(standin: StandIn, supervisor: User) -> None:
    kept(by=supervisor)
    kept(by=supervisor)
    standin.fail("facebook", "server_error", times=1)

    look_after_tokens(now=NOW)

    assert Credential.objects.filter(checked_at=NOW).count() == 1
    assert Credential.objects.filter(refused_at__isnull=False).count() == 0


def subjects(standin: StandIn) -> list[str]:
    return [mail.recipients[0] for mail in standin.state.mails for _copy in range(mail.copies)]


def test_supervisors_are_warned_once_a_stage(standin: StandIn, supervisor: User) -> None:
    channel = kept(by=supervisor, expires_at=NOW + 10 * DAY)
    sent = []
    for days in (0, 2, 3, 4, 8, 9, 9.5, 10, 11, 12):
        sent.append((days, warn_about_tokens(now=NOW + days * DAY)))

    assert [days for days, number in sent if number] == [3, 9, 10]
    assert subjects(standin) == ["supervisor@unit.invalid"] * 3
    assert Credential.objects.get(channel=channel).warned_stage == ExpiryStage.EXPIRED


def test_warning_that_could_not_be_sent_is_sent_later(standin: StandIn, supervisor: User) -> None:
    kept(by=supervisor, expires_at=NOW + DAY)
    standin.fail("smtp", "server_error", times=1)

    assert [warn_about_tokens(now=NOW) for _ in range(3)] == [0, 1, 0]
    assert len(standin.state.mails) == 1


def test_warning_repeated_after_a_crash_is_the_same_mail(standin: StandIn, supervisor: User) -> None:
    channel = kept(by=supervisor, expires_at=NOW + DAY)
    warn_about_tokens(now=NOW)
    # As if the worker had died between the mail and the note of it.
    Credential.objects.filter(channel=channel).update(warned_stage="", warning_until=NOW + dt.timedelta(minutes=5))

    assert warn_about_tokens(now=NOW) == 0
    assert warn_about_tokens(now=NOW + dt.timedelta(minutes=6)) == 1
    assert [mail.copies for mail in standin.state.mails] == [2]


def test_new_token_is_warned_of_anew(standin: StandIn, supervisor: User) -> None:
    channel = kept(by=supervisor, expires_at=NOW + DAY)
    warn_about_tokens(now=NOW)
    keep_token(channel, {"token": "another-token-of-the-page"}, expires_at=NOW + DAY, by=supervisor, now=NOW)

    assert warn_about_tokens(now=NOW) == 1
    assert len(standin.state.mails) == 2


def test_timers_name_tasks_that_exist(settings: Any) -> None:
    current_app.loader.import_default_modules()

    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {"announcements.tasks.look_after_tokens", "announcements.tasks.warn_about_tokens"} <= named
    assert named <= set(current_app.tasks)


def test_task_asks_and_warns(standin: StandIn, supervisor: User) -> None:
    kept(by=supervisor)
    standin.state.token_expires_in = 3600

    tasks.look_after_tokens()
    tasks.warn_about_tokens()

    assert subjects(standin) == ["supervisor@unit.invalid"]


def test_without_a_supervisor_with_an_address_nobody_is_told_and_nothing_marked(standin: StandIn) -> None:
    channel = kept(by=make_supervisor(), expires_at=NOW + DAY)
    User.objects.update(email="")

    assert warn_about_tokens(now=NOW) == 0
    assert Credential.objects.get(channel=channel).warned_stage == ""


@pytest.mark.parametrize("env", [True, False])
def test_token_refused_during_a_delivery_is_warned_of(standin: StandIn, supervisor: User, env: bool) -> None:
    channel = ChannelFactory() if env else kept(by=supervisor)
    standin.fail("facebook", "expired_token", times=1)
    delivery = DeliveryFactory(channel=channel)

    assert outbox.deliver(delivery.pk, now=timezone.now()) == DeliveryStatus.FAILED
    assert warn_about_tokens(now=timezone.now()) == 1

    (mail,) = standin.state.mails
    assert mail.recipients == ["supervisor@unit.invalid"]
    # A delivery that goes out afterwards says that it works again.
    assert outbox.deliver(DeliveryFactory(channel=Channel.objects.get(pk=channel.pk)).pk, now=timezone.now())
    assert Credential.objects.get(channel=channel).stage(NOW) is None


# -- X, renewed -----------------------------------------------------------------------------------------------------------


def test_token_of_x_is_renewed_before_it_is_used(standin: StandIn, supervisor: User) -> None:
    channel = x_channel(supervisor)
    deliveries = [DeliveryFactory(channel=channel, text=f"نص {number}") for number in range(2)]

    outbox.deliver_batch([one.pk for one in deliveries])

    assert [post.place for post in standin.state.posts] == ["@office"] * 2
    assert standin.state.used_refresh_tokens == {"office:first-refresh"}
    kept_now = unseal(Credential.objects.get(channel=channel).sealed)
    assert kept_now["token"] in standin.state.access_tokens
    assert kept_now["refresh_token"] != "office:first-refresh"


def test_token_of_x_is_renewed_again_when_it_ends(standin: StandIn, supervisor: User) -> None:
    channel = x_channel(supervisor)
    first = credentials.target_of(channel).token

    with time_machine.travel(NOW + dt.timedelta(hours=1, minutes=56), tick=True):
        second = credentials.target_of(channel).token

    assert first != second
    assert len(standin.state.used_refresh_tokens) == 2


def test_token_that_x_ended_early_is_renewed_and_the_news_goes_out(standin: StandIn, supervisor: User) -> None:
    channel = x_channel(supervisor)
    credentials.target_of(channel)
    for token in standin.state.access_tokens:
        standin.state.access_tokens[token] = 0
    delivery = DeliveryFactory(channel=Channel.objects.get(pk=channel.pk))

    assert outbox.deliver(delivery.pk, now=timezone.now()) == DeliveryStatus.PENDING
    assert outbox.deliver(delivery.pk, now=timezone.now() + dt.timedelta(minutes=1)) == DeliveryStatus.SENT
    assert Credential.objects.get(channel=channel).refused_at is None


def test_refresh_token_that_x_refuses_fails_and_is_warned_of(standin: StandIn, supervisor: User) -> None:
    standin.state.used_refresh_tokens.add("office:first-refresh")
    channel = x_channel(supervisor)
    delivery = DeliveryFactory(channel=channel)

    assert outbox.deliver(delivery.pk, now=timezone.now()) == DeliveryStatus.FAILED
    delivery.refresh_from_db()
    assert delivery.error_code == "token_expired"
    assert warn_about_tokens(now=timezone.now()) == 1


@pytest.mark.parametrize("mode", ["rate_limit", "server_error", "timeout", "garbled", "accepted_no_answer"])
def test_renewal_that_fails_for_now_is_tried_again_and_tells_nothing(
    standin: StandIn, supervisor: User, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    delivery = DeliveryFactory(channel=x_channel(supervisor, client_secret="secret-of-the-client"))
    standin.fail("x", mode, times=1)

    assert outbox.deliver(delivery.pk, now=timezone.now()) == DeliveryStatus.PENDING
    assert Credential.objects.get().renewing_until is None
    delivery.refresh_from_db()
    told = f"{caplog.text} {delivery.error_code} {delivery.error_detail}"
    assert not any(secret in told for secret in ("first-refresh", "client-of-office", "secret-of-the-client"))


def test_token_that_a_person_enters_meanwhile_wins(standin: StandIn, supervisor: User) -> None:
    channel = x_channel(supervisor)
    seen = Credential.objects.get(channel=channel)
    keep_token(channel, {"token": "office:typed-by-hand"}, expires_at=None, by=supervisor, now=NOW)

    from announcements.channels.x_oauth import Renewed

    used = credentials._keep_renewed(seen, {}, Renewed("office:renewed", "office:next", 7200), now=NOW)

    assert used == "office:typed-by-hand"
    assert unseal(Credential.objects.get().sealed) == {"token": "office:typed-by-hand"}


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_renews(standin: StandIn) -> None:
    channel = x_channel(make_supervisor())
    results: list[str] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait(5)
            results.append(credentials.target_of(Channel.objects.get(pk=channel.pk)).token)
        except TemporaryChannelError as error:
            results.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert standin.state.used_refresh_tokens == {"office:first-refresh"}
    assert set(results) - {"token_renewal"} == set(standin.state.access_tokens)
    assert connection.vendor in ("sqlite", "postgresql")


# -- the page of a channel ------------------------------------------------------------------------------------------------

CHANNELS = "/admin/announcements/channel/"


def form_of(channel: Channel, **values: str) -> dict[str, str]:
    return {
        "name": channel.name,
        "kind": channel.kind,
        "address": channel.address,
        "token_name": channel.token_name,
        "is_active": "on",
        **values,
    }


def test_token_is_typed_kept_and_never_shown(client: Client, supervisor: User) -> None:
    client.force_login(supervisor)
    channel = ChannelFactory(token_name="")
    url = reverse("admin:announcements_channel_change", args=[channel.pk])

    response = client.post(url, form_of(channel, token=SECRET, token_expires_on="2026-11-25"))

    assert response.status_code == 302
    row = Credential.objects.get(channel=channel)
    assert unseal(row.sealed) == {"token": SECRET}
    assert row.expires_at == dt.datetime(2026, 11, 25, tzinfo=CAIRO)
    pages = [client.get(address).content.decode() for address in (url, CHANNELS, "/admin/", f"{url}history/")]
    assert SECRET not in "".join(pages)
    assert SECRET[-4:] in pages[0]
    assert all("25 نوفمبر 2026" in page for page in pages[:3])
    assert SECRET not in str(LogEntry.objects.values_list())


def test_empty_field_keeps_the_token(client: Client, supervisor: User) -> None:
    client.force_login(supervisor)
    channel = kept(by=supervisor)
    before = Credential.objects.get(channel=channel)

    client.post(reverse("admin:announcements_channel_change", args=[channel.pk]), form_of(channel, name="صفحة"))

    after = Credential.objects.get(channel=channel)
    assert Channel.objects.get(pk=channel.pk).name == "صفحة"
    assert (after.sealed, after.generation) == (before.sealed, before.generation)


def test_new_token_does_not_inherit_the_end_of_the_former(client: Client, supervisor: User) -> None:
    client.force_login(supervisor)
    channel = kept(by=supervisor, expires_at=dt.datetime(2026, 11, 25, tzinfo=CAIRO))

    url = reverse("admin:announcements_channel_change", args=[channel.pk])
    client.post(url, form_of(channel, token="another-token-of-the-page", token_expires_on="2026-11-25"))

    assert Credential.objects.get(channel=channel).expires_at is None


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (ChannelKind.FACEBOOK, {"token": "with a blank"}, "token"),
        (ChannelKind.FACEBOOK, {"token": "رمز"}, "token"),
        (ChannelKind.FACEBOOK, {"refresh_token": "r:1", "client_id": "c"}, "refresh_token"),
        (ChannelKind.X, {"refresh_token": "r:1"}, "client_id"),
        (ChannelKind.X, {"client_id": "c"}, "refresh_token"),
        (ChannelKind.MAIL, {"token": "any-token"}, "token"),
        (ChannelKind.RADIO_FOLDER, {"token_expires_on": "2026-11-25"}, "token_expires_on"),
        (ChannelKind.FACEBOOK, {"token_expires_on": "tomorrow"}, "token_expires_on"),
        (ChannelKind.FACEBOOK, {"token": "a" * 1001}, "token"),
        (ChannelKind.FACEBOOK, {"token": "a\x00b"}, "token"),
    ],
)
def test_mistake_is_told_beside_its_field_without_repeating_it(
    client: Client, supervisor: User, kind: ChannelKind, values: dict[str, str], field: str
) -> None:
    client.force_login(supervisor)
    channel = ChannelFactory(kind=kind, token_name="")
    url = reverse("admin:announcements_channel_change", args=[channel.pk])

    response = client.post(url, form_of(channel, **values))

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Credential.objects.exists()
    assert "with a blank" not in response.content.decode()


def test_server_without_a_key_says_so_instead_of_failing(client: Client, supervisor: User, settings: Any) -> None:
    client.force_login(supervisor)
    settings.CREDENTIALS_KEYS = []
    channel = ChannelFactory(token_name="")

    url = reverse("admin:announcements_channel_change", args=[channel.pk])
    response = client.post(url, form_of(channel, token=SECRET))

    assert response.status_code == 200
    assert "CREDENTIALS_KEYS" in str(response.context["adminform"].form.errors["token"])


def test_buttons_try_and_forget(client: Client, supervisor: User, standin: StandIn) -> None:
    client.force_login(supervisor)
    channel = kept(by=supervisor)
    page = reverse("admin:announcements_channel_change", args=[channel.pk])

    tried = client.post(f"{CHANNELS}{channel.pk}/token/try/", follow=True)
    assert f"Page {channel.address}" in str(list(tried.context["messages"]))
    standin.fail("facebook", "expired_token")
    refused = client.post(f"{CHANNELS}{channel.pk}/token/try/", follow=True)
    assert refused.redirect_chain == [(page, 302)]
    assert Credential.objects.get().refused_at is not None

    client.post(f"{CHANNELS}{channel.pk}/token/forget/")
    assert Credential.objects.get().sealed == ""
    assert client.get(f"{CHANNELS}{channel.pk}/token/forget/").status_code == 405
    assert client.post(f"{CHANNELS}999999/token/try/").status_code == 404


def test_others_see_neither_fields_nor_buttons(client: Client, supervisor: User) -> None:
    district = DistrictFactory()
    channel = kept(by=supervisor)
    client.force_login(make_head(district))

    html = client.get(reverse("admin:announcements_channel_change", args=[channel.pk])).content.decode()

    assert 'name="token"' not in html
    assert "token/forget" not in html
    assert client.post(f"{CHANNELS}{channel.pk}/token/forget/").status_code == 403
    assert client.post(f"{CHANNELS}{channel.pk}/token/try/").status_code == 403
    assert Credential.objects.get().sealed


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_channels_asks_no_more_for_more(
    client: Client, supervisor: User, number: int, django_assert_num_queries: Any
) -> None:
    client.force_login(supervisor)
    for _ in range(number):
        kept(by=supervisor, expires_at=NOW + DAY)

    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(CHANNELS).status_code == 200
    with django_assert_num_queries(INDEX_QUERIES):
        assert client.get("/admin/").status_code == 200


LIST_QUERIES = 9
INDEX_QUERIES = 11


def test_index_tells_a_unit_of_its_own_channels_alone(client: Client, supervisor: User) -> None:
    mine, other = DistrictFactory(), DistrictFactory()
    for district in (mine, other, None):
        channel = kept(by=supervisor, expires_at=NOW + DAY)
        Channel.objects.filter(pk=channel.pk).update(district=district)
    client.force_login(make_editor(mine))

    html = client.get("/admin/").content.decode()

    shown = [one.name in html for one in Channel.objects.order_by("pk")]
    assert shown == [True, False, True]


# -- the key of a machine -------------------------------------------------------------------------------------------------


def test_first_run_makes_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    from django.conf import settings as ours

    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "ENV_FILE": str(tmp_path / "none")}
    command = [sys.executable, "-c", "import sohag_mobile.settings.dev as s; print(*s.CREDENTIALS_KEYS)"]
    keys = [
        subprocess.run(command, cwd=ours.BASE_DIR, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert keys[0] == keys[1]
    assert check_keys([keys[0].strip()])
    assert (tmp_path / "credentials_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("credentials_key*")] == ["credentials_key"]
