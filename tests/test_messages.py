"""The Arabic catalogue says everything the product says."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib import admin, auth

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


def test_guide_for_staff_names_things_as_the_screen_does() -> None:
    """What the guide sets in bold is a label, a button or a state, word for word."""
    files = [settings.BASE_DIR / "locale", *(Path(app.__path__[0]) / "locale" for app in (admin, auth))]
    catalogues = [catalogue.read(path / LANGUAGE / "LC_MESSAGES" / "django.po", LANGUAGE) for path in files]
    said = {
        form
        for kept in catalogues
        for message in catalogue.entries(kept).values()
        for form in catalogue.forms(message.string)
    }
    said |= {form.rstrip(":") for form in said}
    guide = (settings.BASE_DIR / "docs" / "README.ar.md").read_text(encoding="utf-8")

    named = set(re.findall(r"\*\*(.+?)\*\*", guide)) - {"بخط عريض"}

    # Django puts the name of a model into «أضف %(name)s».
    assert named - said - {"أضف زيارة"} == set()
    assert len(named) > 30
