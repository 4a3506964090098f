"""Addresses by kind of channel: what staff may write, and what they are told otherwise."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from announcements.channels.addresses import check_address
from announcements.channels.registry import ADAPTERS
from announcements.enums import ChannelKind
from tests.factories.announcements import ChannelFactory

GOOD = {
    "facebook": ["100200300", "unit.page-1"],
    "telegram": ["@unit_news", "-1001234567890"],
    "x": ["@unit_news"],
    "instagram": ["17841400000000001"],
    "webhook": [
        "https://site.example/in",
        "https://site.example:8443/in?x=1",
        "http://127.0.0.1:8001/in",
        "http://[::1]/in",
    ],
    "mail": ["media@unit.example"],
    "radio_mail": ["news@station.example"],
    "radio_folder": ["south", "إذاعة الجنوب"],
    "apprise": ["office-phones", "هواتف"],
}
BAD = {
    "facebook": ["", "a/b", "x" * 101],
    "telegram": ["unit_news", "@ab", "12a", "@قناة"],
    "x": ["unit_news", "@", "@sixteen_letters_", "123"],
    "instagram": ["@unit", "", "12 3"],
    "webhook": [
        "http://site.example/in",
        "https://",
        "//site.example",
        "https://a:b@site.example/",
        "https://x/#y",
        "https://[/",
    ],
    "mail": ["unit", "a@b.example, c@d.example"],
    "radio_mail": ["a@b.example\nBcc: c@d.example"],
    "radio_folder": ["", "../x", "a/b", ".hidden"],
    "apprise": ["", "json://host/", "the office"],
}


def test_every_kind_has_its_rule() -> None:
    assert set(GOOD) == set(BAD) == set(ADAPTERS) == {kind.value for kind in ChannelKind}


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, addresses in GOOD.items() for one in addresses])
def test_good_address_has_nothing_said_of_it(kind: str, address: str) -> None:
    assert check_address(kind, address) is None


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, addresses in BAD.items() for one in addresses])
def test_bad_address_is_answered_with_what_is_wanted(kind: str, address: str) -> None:
    with translation.override("en"):
        assert (check_address(kind, address) or "").endswith(".")


def test_unknown_kind_has_no_address() -> None:
    with translation.override("en"):
        assert check_address("carrier_pigeon", "coop") == "This version knows no channels of this kind."


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ChannelKind.values)
def test_channel_is_checked_when_staff_write_it(kind: str) -> None:
    channel = ChannelFactory(kind=kind, is_active=kind != ChannelKind.INSTAGRAM)
    channel.full_clean()
    channel.address = BAD[kind][-1]

    with pytest.raises(ValidationError) as caught:
        channel.full_clean()

    assert set(caught.value.message_dict) == {"address"}
