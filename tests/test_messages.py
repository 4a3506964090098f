"""The Arabic catalogue says everything the product says."""

from django.conf import settings

from sohag_mobile import catalogue
from sohag_mobile.management.commands.update_catalogue import LANGUAGE, PACKAGES


def test_arabic_catalogue_is_complete() -> None:
    found = catalogue.collect(settings.BASE_DIR, PACKAGES)
    kept = catalogue.read(settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po", LANGUAGE)

    assert catalogue.problems(found, kept) == []
