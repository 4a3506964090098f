"""Settings of the test suite: fast, alone in a temporary folder, and with the same constraints as production.

DATABASE_URL and REDIS_URL given from outside are used, so the same suite runs on SQLite and on PostgreSQL with Redis.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

if "VAR_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="sohag-mobile-test-")
    os.environ["VAR_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from .base import *  # noqa: F403  # reason: the folder above must be known before base is read
from .base import (
    CACHES,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    DATABASES,
    REDIS_URL,
    SQLITE_OPTIONS,
    STATIC_ROOT,
    STORAGES,
    VAR_DIR,
)

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PUBLIC_BASE_URL = "http://testserver"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: tests of locking start threads and processes that must meet in the same database.
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    }
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
# Connections that outlive a test keep the database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if REDIS_URL:
    # A database of Redis for each process of the run: clearing the cache must not clear another's, nor the broker's.
    _number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = urlsplit(REDIS_URL)._replace(path=f"/{_number}").geturl()

CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_TRANSPORT_OPTIONS |= {"polling_interval": 0.05}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# Tests of pages log in by the password alone; those of the second factor ask for it themselves.
SECOND_FACTOR = "off"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
FACEBOOK_GRAPH_URL = "http://127.0.0.1:9"
TELEGRAM_API_URL = "http://127.0.0.1:9"
INSTAGRAM_GRAPH_URL = "http://127.0.0.1:9"
X_API_URL = "http://127.0.0.1:9"
CHANNEL_TOKENS = {
    "facebook": "test-page-token",
    "telegram": "100000:test-bot-token",
    "x": "account:test-user-token",
    "instagram": "test-account-token",
    # The stand-in's own: its receiver checks signatures.
    "webhook": "stand-in-webhook-secret",
    "apprise": "json://127.0.0.1:9/notify/office",
}
CREDENTIALS_KEYS = ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI="]
CHANNEL_TIMEOUT = 2
# Real time is waited for only where a test is about waiting.
CHANNEL_PACES = {}
