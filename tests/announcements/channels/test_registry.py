"""Every kind of channel has its adapter."""

import pytest

from announcements.channels.base import PermanentChannelError
from announcements.channels.registry import ADAPTERS, get_adapter
from announcements.enums import ChannelKind


def test_every_kind_has_an_adapter() -> None:
    assert set(ADAPTERS) == {kind.value for kind in ChannelKind}


@pytest.mark.parametrize(
    ("kind", "can_edit", "can_delete", "can_find", "is_repeatable"),
    [
        ("facebook", True, True, True, False),
        ("telegram", True, True, False, False),
        ("x", False, True, True, False),
        ("instagram", False, False, True, False),
        ("webhook", True, True, False, True),
        ("mail", False, False, False, True),
        ("radio_mail", False, False, False, True),
        ("radio_folder", False, False, False, True),
        ("apprise", False, False, False, False),
    ],
)
def test_adapter_tells_what_it_can(
    kind: str, can_edit: bool, can_delete: bool, can_find: bool, is_repeatable: bool
) -> None:
    adapter = get_adapter(kind)

    assert (adapter.can_edit, adapter.can_delete) == (can_edit, can_delete)
    assert (adapter.can_find, adapter.is_repeatable) == (can_find, is_repeatable)


def test_unknown_kind_is_permanent() -> None:
    with pytest.raises(PermanentChannelError) as caught:
        get_adapter("carrier_pigeon")

    assert caught.value.code == "unknown_kind"
