"""System checks of the installation as a whole (`manage.py check`, `manage.py check --deploy`)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from announcements.arabic.day_periods import read_period_table

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@register(Tags.security, deploy=True)
def channels_leave_this_machine(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Production must speak to the real networks: announcements sent to a stand-in reach nobody."""
    return [
        Error(
            f"{name} points at this machine ({getattr(settings, name)}), so announcements would reach nobody.",
            hint="Remove the variable to use the vendor's address.",
            id="sohag_mobile.E001",
        )
        for name in ("FACEBOOK_GRAPH_URL", "TELEGRAM_API_URL", "INSTAGRAM_GRAPH_URL", "X_API_URL")
        if urlsplit(getattr(settings, name)).hostname in LOOPBACK
    ]


@register()
def lease_outlasts_the_timeout(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A lease shorter than the network call would let a second worker take a delivery that is still being sent."""
    if settings.DELIVERY_LEASE_SECONDS >= 2 * settings.CHANNEL_TIMEOUT:
        return []
    return [
        Error(
            "DELIVERY_LEASE_SECONDS must be at least twice CHANNEL_TIMEOUT, or a delivery may be sent twice.",
            id="sohag_mobile.E002",
        )
    ]


@register(Tags.security, deploy=True)
def credentials_can_be_kept(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without usable keys no token can be typed into the admin, and none that was can be read."""
    try:
        usable = bool([Fernet(key) for key in settings.CREDENTIALS_KEYS])
    except ValueError:
        usable = False
    if usable:
        return []
    hint = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
    return [Error("CREDENTIALS_KEYS must hold keys of 32 bytes in URL-safe Base64.", hint=hint, id="sohag_mobile.E004")]


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever publishes speaks for the governorate; a password that was found out must not be enough for that."""
    if settings.SECOND_FACTOR == "required":
        return []
    return [
        Warning(
            f"SECOND_FACTOR is {settings.SECOND_FACTOR!r}: a password alone opens accounts that publish.",
            hint="Remove the variable, or set it to required.",
            id="sohag_mobile.W001",
        )
    ]


@register()
def digits_are_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """ARABIC_DIGITS is read by the text engine, which knows two sets."""
    if settings.ARABIC_DIGITS in {"western", "arabic"}:
        return []
    return [Error('ARABIC_DIGITS must be "western" or "arabic".', id="sohag_mobile.E003")]


@register()
def parts_of_the_day_are_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """ARABIC_DAY_PERIODS must call every hour what a reader calls it, or announcements would tell another hour."""
    try:
        if settings.ARABIC_DAY_PERIODS:
            read_period_table(settings.ARABIC_DAY_PERIODS)
    except ValueError as error:
        return [
            Error(
                f"ARABIC_DAY_PERIODS cannot be used: {error}.",
                hint="00:00 منتصف الليل, 00:01 بعد منتصف الليل, 01:00 صباحًا, 12:00 ظهرًا, 15:00 عصرًا, 18:00 مساءً",
                id="sohag_mobile.E005",
            )
        ]
    return []
