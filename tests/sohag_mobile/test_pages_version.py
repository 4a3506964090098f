"""The row that every stored page is compared with."""

from __future__ import annotations

import pytest

from sohag_mobile.models import ContentChange, ContentVersion, bump_content_version

pytestmark = pytest.mark.django_db


def test_version_is_counted_on_where_its_row_is_missing() -> None:
    ContentVersion.objects.all().delete()

    bump_content_version()
    bump_content_version(["place:P1"])

    assert ContentVersion.objects.get().number == 2
    assert ContentChange.objects.get(number=2).mentions == ["place:P1"]
