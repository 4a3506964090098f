"""Setting up, proving, renewing, resetting the second factor."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions_factor import (
    RECOVERY_CODES,
    TooFast,
    WrongCode,
    begin_set_up,
    clean_code,
    prove_factor,
    renew_codes,
    reset_factor,
    turn_off,
)
from accounts.enums import AccountEventKind
from accounts.models import AccountEvent
from accounts.queries import count_recovery_codes, find_device, list_sessions
from accounts.staff_sign_in import draw, in_groups, key_address
from sohag_mobile.errors import DomainError, NotAllowed
from tests.accounts.conftest import code_of, sign_in_fully
from tests.factories.users import PASSWORD, UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW
from vehicles.enums import Role
from vehicles.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def make_administrator(**fields: Any) -> User:
    user = UserFactory(**fields)
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
    return user  # type: ignore[no-any-return]


@pytest.fixture
def head() -> User:
    return make_head(DistrictFactory(), email="head@unit.example")


def test_set_up_from_the_password_to_the_first_page(client: Client, required: None, clock: Any, head: User) -> None:
    client.post("/admin/login/", {"username": head.username, "password": PASSWORD})

    page = client.get("/admin/second-factor/").content.decode()
    device = TOTPDevice.objects.get(user=head, confirmed=False)
    wrong = client.post("/admin/second-factor/", {"code": "000000"})
    clock.shift(2)
    done = client.post("/admin/second-factor/", {"code": code_of(device)})

    assert in_groups(key_address(head, device).partition("secret=")[2].partition("&")[0]) in page
    assert "<svg" in page
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", page) == []
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["code"])
    codes = done.context["codes"]
    assert (done.status_code, len(codes), len(set(codes))) == (200, RECOVERY_CODES, RECOVERY_CODES)
    assert "no-store" in done["Cache-Control"]
    assert client.get("/admin/").status_code == 200
    assert find_device(head) == device
    # The page was shown once: asked for again it neither shows codes nor a secret.
    assert client.get("/admin/second-factor/")["Location"] == "/admin/account/"


def test_same_secret_until_it_is_confirmed(client: Client, required: None, head: User) -> None:
    client.post("/admin/login/", {"username": head.username, "password": PASSWORD})

    assert (
        client.get("/admin/second-factor/").context["secret"] == client.get("/admin/second-factor/").context["secret"]
    )


def test_recovery_codes_are_not_readable_in_the_database(set_up: Any, head: User) -> None:
    _device, codes = set_up(head)

    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert len(kept) == RECOVERY_CODES
    assert kept & {clean_code(code) for code in codes} == set()


def test_recovery_code_works_once_in_any_writing(set_up: Any, clock: Any, head: User) -> None:
    _device, codes = set_up(head)

    prove_factor(head, f" {codes[0].upper()} ", now=NOW)
    with pytest.raises(WrongCode):
        prove_factor(head, codes[0], now=NOW)

    assert count_recovery_codes(head) == RECOVERY_CODES - 1
    assert AccountEvent.objects.filter(kind=AccountEventKind.CODE_USED).count() == 1


def test_recovery_code_of_somebody_else_is_refused(set_up: Any, clock: Any, head: User) -> None:
    other = UserFactory()
    _device, codes = set_up(other)
    set_up(head)

    with pytest.raises(WrongCode):
        prove_factor(head, codes[0], now=NOW)


def test_recovery_codes_outlive_a_change_of_the_secret_key(set_up: Any, settings: Any, head: User) -> None:
    _device, codes = set_up(head)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    prove_factor(head, codes[0], now=NOW)


def test_code_works_once_and_in_arabic_digits(set_up: Any, clock: Any, head: User) -> None:
    device, _codes = set_up(head)
    code = code_of(device)

    prove_factor(head, code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), now=NOW)
    with pytest.raises(WrongCode):
        prove_factor(head, code, now=NOW)


def test_guessing_is_slowed_down(set_up: Any, clock: Any, head: User) -> None:
    device, _codes = set_up(head)
    for _attempt in range(3):
        with pytest.raises(WrongCode):
            prove_factor(head, "12345", now=NOW)
        clock.shift(dt.timedelta(seconds=5) if _attempt < 2 else dt.timedelta())

    with pytest.raises(TooFast) as refusal:
        prove_factor(head, code_of(device), now=NOW)

    assert str(refusal.value.message).endswith(": 4")
    clock.shift(5)
    prove_factor(head, code_of(device), now=NOW)


@pytest.mark.parametrize("typed", ["", "٤", "x" * 40, "' OR 1=1 --", "\x00", "123456789012"])
def test_nonsense_is_a_wrong_code(client: Client, required: None, set_up: Any, head: User, typed: str) -> None:
    set_up(head)
    client.post("/admin/login/", {"username": head.username, "password": PASSWORD})

    for more in ({}, {"recovery": "1"}):
        answer = client.post("/admin/login/code/", {"code": typed, **more})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])


def test_recovery_sign_in_says_how_many_are_left(client: Client, required: None, set_up: Any, head: User) -> None:
    _device, codes = set_up(head)
    client.post("/admin/login/", {"username": head.username, "password": PASSWORD})

    answer = client.post("/admin/login/code/", {"code": codes[3], "recovery": "1"}, follow=True)

    assert answer.status_code == 200
    assert "بقيت لديك 9 رموز استرداد" in answer.content.decode()


def proof(device: TOTPDevice, **more: str) -> dict[str, str]:
    return {"password": PASSWORD, "code": code_of(device), **more}


def test_new_codes_after_password_and_code(client: Client, required: None, set_up: Any, head: User) -> None:
    device, old = set_up(head)
    sign_in_fully(client, head, device)

    refused = client.post("/admin/account/factor/", proof(device, renew="1", password="wrong"))
    new = client.post("/admin/account/factor/", proof(device, renew="1")).context["codes"]

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["password"])
    assert set(new) & set(old) == set()
    with pytest.raises(WrongCode):
        prove_factor(head, old[0], now=NOW)


def test_another_telephone_takes_over_when_it_shows_a_code(
    client: Client, required: None, set_up: Any, clock: Any, head: User
) -> None:
    device, _codes = set_up(head)
    sign_in_fully(client, head, device)
    assert client.get("/admin/second-factor/")["Location"] == "/admin/account/"

    client.post("/admin/account/factor/", proof(device, replace="1"))
    client.get("/admin/second-factor/")
    new = TOTPDevice.objects.get(user=head, confirmed=False)
    assert find_device(head) == device
    client.post("/admin/second-factor/", {"code": code_of(new)})

    assert list(TOTPDevice.objects.filter(user=head)) == [new]
    assert client.get("/admin/").status_code == 200


def test_who_must_have_it_cannot_turn_it_off(
    client: Client, required: None, set_up: Any, clock: Any, head: User
) -> None:
    device, _codes = set_up(head)
    sign_in_fully(client, head, device)
    client.post("/admin/account/factor/", proof(device, off="1"))
    assert find_device(head) == device
    with pytest.raises(NotAllowed):
        turn_off(head, now=NOW)


def test_editor_turns_it_on_and_off(client: Client, required: None, set_up: Any) -> None:
    editor = make_editor(DistrictFactory())
    device, _codes = set_up(editor)
    sign_in_fully(client, editor, device)

    client.post("/admin/account/factor/", proof(device, off="1"))

    assert find_device(editor) is None
    assert client.get("/admin/").status_code == 200


def test_setting_it_up_signs_out_the_other_browsers(required: None, clock: Any) -> None:
    editor = make_editor(DistrictFactory())
    here, there = Client(), Client()
    here.force_login(editor)
    there.force_login(editor)
    here.get("/admin/second-factor/")

    here.post("/admin/second-factor/", {"code": code_of(TOTPDevice.objects.get())})

    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302
    assert len(list_sessions(editor, now=NOW)) == 1


# -- a lost telephone ---------------------------------------------------------------------------------------------------


def test_keeper_resets_a_lost_telephone(
    client: Client, required: None, set_up: Any, head: User, django_capture_on_commit_callbacks: Any
) -> None:
    keeper = make_administrator()
    device, _codes = set_up(keeper)
    set_up(head)
    his = Client()
    his.force_login(head)
    sign_in_fully(client, keeper, device)

    with django_capture_on_commit_callbacks(execute=True):
        refused = client.post(f"/admin/auth/user/{head.pk}/reset-factor/", {"reason": " "})
        assert find_device(head) is not None
        client.post(f"/admin/auth/user/{head.pk}/reset-factor/", {"reason": "فقد هاتفه وحضر بنفسه"})

    assert refused.status_code == 302
    assert find_device(head) is None
    assert count_recovery_codes(head) == 0
    event = AccountEvent.objects.get(kind=AccountEventKind.FACTOR_RESET)
    assert (event.user, event.by, event.reason) == (head, keeper, "فقد هاتفه وحضر بنفسه")
    assert list_sessions(head, now=NOW) == []
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["head@unit.example"], "أُعيد تعيين التحقق بخطوتين لحسابك")
    ]
    assert "فقد هاتفه وحضر بنفسه" in client.get(f"/admin/auth/user/{head.pk}/change/").content.decode()


def test_nobody_resets_their_own(set_up: Any, client: Client, required: None) -> None:
    keeper = make_administrator()
    device, _codes = set_up(keeper)
    sign_in_fully(client, keeper, device)

    assert client.post(f"/admin/auth/user/{keeper.pk}/reset-factor/", {"reason": "سبب"}).status_code == 403
    assert find_device(keeper) == device


@pytest.mark.parametrize("make", [make_editor, make_head])
def test_others_reset_nobody(set_up: Any, make: Any, head: User) -> None:
    set_up(head)

    with pytest.raises(NotAllowed):
        reset_factor(head, by=make(DistrictFactory()), reason="سبب", now=NOW)


def test_superusers_are_reset_by_superusers_alone(set_up: Any) -> None:
    root = UserFactory(is_superuser=True)
    set_up(root)

    with pytest.raises(NotAllowed):
        reset_factor(root, by=make_supervisor(), reason="سبب", now=NOW)
    with pytest.raises(DomainError):
        reset_factor(root, by=None, reason="", now=NOW)
    reset_factor(root, by=UserFactory(is_superuser=True), reason="سبب", now=NOW)

    assert find_device(root) is None


def test_command_resets_the_last_administrator(set_up: Any, capsys: Any) -> None:
    keeper = make_administrator(username="last")
    set_up(keeper)

    call_command("reset_second_factor", "last")
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")

    assert find_device(keeper) is None
    assert AccountEvent.objects.get(kind=AccountEventKind.FACTOR_RESET).by is None
    assert "last" in capsys.readouterr().out


def test_devices_have_no_pages_of_their_own(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))

    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404


def test_renewed_codes_are_noted(set_up: Any, clock: Any, head: User) -> None:
    set_up(head)
    renew_codes(head, now=NOW)

    assert AccountEvent.objects.filter(kind=AccountEventKind.CODES_RENEWED, user=head).count() == 1


def test_picture_says_what_the_key_says(settings: Any, head: User) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    import io

    import segno
    from PIL import Image

    settings.PUBLIC_BASE_URL = "https://calendar.example/"
    address = key_address(head, begin_set_up(head))
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="png", scale=4, border=3)

    assert address.startswith(f"otpauth://totp/calendar.example:{head.username}?secret=")
    assert zxingcpp.read_barcodes(Image.open(image))[0].text == address
    assert "style" not in draw(address)
