"""The Arabic catalogue says everything the product says."""

import re

from django.conf import settings

from sohag_mobile import catalogue
from sohag_mobile.management.commands.update_catalogue import LANGUAGE, PACKAGES


def test_arabic_catalogue_is_complete() -> None:
    found = catalogue.collect(settings.BASE_DIR, PACKAGES)
    kept = catalogue.read(settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po", LANGUAGE)

    assert catalogue.problems(found, kept) == []


def test_numbers_joined_by_hyphens_keep_their_order_in_arabic() -> None:
    """After an Arabic letter «2026-11-29» is shown as «29-11-2026», unless a mark says that it runs from the left."""
    kept = catalogue.read(settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po", LANGUAGE)
    strings = [form for message in catalogue.entries(kept).values() for form in catalogue.forms(message.string)]

    assert [string for string in strings if re.search(r"(?<![\d\u200e-])\d+-\w", string)] == []
