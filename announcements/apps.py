import contextlib

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from announcements.arabic.day_periods import read_period_table
from announcements.arabic.times import use_periods


class AnnouncementsConfig(AppConfig):
    name = "announcements"
    verbose_name = _("Announcements")

    def ready(self) -> None:
        # A table that cannot be read is refused by the system checks; until then the usual one stands.
        with contextlib.suppress(ValueError):
            if settings.ARABIC_DAY_PERIODS:
                use_periods(read_period_table(settings.ARABIC_DAY_PERIODS))
