"""Settings of a chaos run: the product's own, with every wait scaled down so that minutes show what takes hours in life.

Addresses, tokens and the folder come from the environment, as in production.
"""

from datetime import timedelta

from sohag_mobile.settings.base import *  # noqa: F403  # reason: everything not named here is as in production
from sohag_mobile.settings.base import CELERY_BEAT_SCHEDULE, LOGGING

SECRET_KEY = "only-for-chaos"
ALLOW_STANDIN = True
PUBLIC_BASE_URL = "http://127.0.0.1"
DEFAULT_FROM_EMAIL = "media@unit.example"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CHANNEL_TIMEOUT = 0.6
DELIVERY_LEASE_SECONDS = 2  # `outbox.lease()` adds what the longest attempt needs
DELIVERY_RETRY_SECONDS = [0.2, 0.5, 1, 1, 2, 2, 3, 3]
DELIVERY_SETTLING_SECONDS = 0.5
CHANNEL_PACES = {"telegram": (0.05, 600), "facebook": (0.05, 0)}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE["sweep deliveries that are due"]["schedule"] = timedelta(seconds=1)

# Which worker claimed what: the proof that an unconfirmed delivery really is in doubt.
LOGGING["loggers"]["announcements.outbox"] = {"level": "DEBUG"}
