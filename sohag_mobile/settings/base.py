"""Settings that hold everywhere and are safe everywhere: no secret and no public address has a default here."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from .env import BASE_DIR, env, one_of, origins_of_tiles, read_tokens

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "sohag_mobile.urls"
WSGI_APPLICATION = "sohag_mobile.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Everything that the running product writes lives in one folder, never in the source tree.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "sohag_mobile",
    # Django's admin behind the accounts' own door.
    "accounts.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "simple_history",
    "vehicles",
    "services",
    "schedules",
    "announcements",
    "accounts",
    "exchange",
]

MIDDLEWARE = [
    # First, so that a public page this process has answered before passes through nothing else.
    "sohag_mobile.middleware.PublicPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.tracking.SessionMiddleware",
    # Tells whoever saves a row during the request; a page answered in front of Django saves none.
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, so that a lock-out answers before the login view's own response leaves.
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------------------------
# Immediate transactions take SQLite's write lock at their beginning: two clerks wait for each other instead of one of
# them failing half-way with "database is locked". WAL lets citizens read meanwhile.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # Opening the file for every request would cost ten times what reading a stored page does.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=300)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Redis, cache, Celery -------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "sohag_mobile"}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "sohag_mobile",
            # What people type is stored like pages: it must not push the pages out.
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    )
}
# What several processes tell each other while a transaction is open: how far an import is, and whether to stop it. Pages are kept
# apart, because without Redis every process keeps its own.
CACHES["shared"] = (
    CACHES["default"]
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "shared")}
)

BROKER_DIR = VAR_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600}
else:
    # Messages as files: one machine, one worker, nothing to install. The guarantee is the outbox table, not the broker.
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
    for name in ("messages", "control"):
        (BROKER_DIR / name).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Every task here may run twice without harm (style: fetch -> action -> error mapping), so a lost worker loses nothing.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A web request must not hang when the broker is away: the sweep finds what the wake-up could not announce.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 2
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep deliveries that are due": {
        "task": "announcements.tasks.sweep_deliveries",
        "schedule": timedelta(seconds=2),
        # A tick that nobody took in time is worthless: the next one looks at the same table.
        "options": {"expires": 4},
    },
    "ask when tokens end": {
        "task": "announcements.tasks.look_after_tokens",
        "schedule": crontab(hour=6, minute=10),
        "options": {"expires": 60 * 60},
    },
    "warn of tokens that end": {
        "task": "announcements.tasks.warn_about_tokens",
        "schedule": crontab(minute=25),
        "options": {"expires": 30 * 60},
    },
    "forget sessions that have ended": {
        "task": "accounts.tasks.purge_sessions",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 6 * 60 * 60},
    },
    # Often, because a row for each day and person decides: a worker that was down at the hour sends it when it is back.
    "send the daily summary": {
        "task": "announcements.tasks.send_summaries",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    },
    "write to heads and editors": {
        "task": "schedules.tasks.send_staff_mails",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50},
    },
    "draft the recurring visits": {
        "task": "schedules.tasks.draft_recurring_visits",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 6 * 60 * 60},
    },
    # Besides the wake-up that each file gives: a worker that was lost is found out here.
    "take up imports": {
        "task": "exchange.tasks.run_imports",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 4},
    },
    "delete the files of old imports": {
        "task": "exchange.tasks.forget_files",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 60 * 60},
    },
}
# For how many weeks after the present one recurring visits have drafts.
PATTERN_HORIZON_WEEKS = min(52, max(1, env.int("PATTERN_HORIZON_WEEKS", default=6)))
# The public site as files for the server in front (`manage.py export_site`); the worker keeps them current. Empty: no files.
EXPORT_DIR = env.str("EXPORT_DIR", default="")
if EXPORT_DIR:
    CELERY_BEAT_SCHEDULE["rewrite the files of pages that changed"] = {
        "task": "schedules.tasks.keep_files_current",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 4},
    }
# How many whole months back and ahead the public calendar leads to.
CALENDAR_MONTHS_BACK = env.int("CALENDAR_MONTHS_BACK", default=12)
CALENDAR_MONTHS_AHEAD = env.int("CALENDAR_MONTHS_AHEAD", default=6)

# How many pages of places and weeks a reader's device keeps for the time without a connection. 0: none, and the worker that keeps
# them takes itself and its copies away from every device that comes by.
OFFLINE_PAGES = env.int("OFFLINE_PAGES", default=30)

# --- Language, time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["sohag_mobile.formats"]
USE_I18N = True
TIME_ZONE = "Africa/Cairo"
USE_TZ = True
CELERY_TIMEZONE = TIME_ZONE
# "western" (0-9) or "arabic" (٠-٩) in what the product writes; both are accepted in what people type.
ARABIC_DIGITS = one_of("ARABIC_DIGITS", "western", "arabic")
# The parts of the day, each with the hour it begins: «00:00 منتصف الليل, 00:01 بعد منتصف الليل, 01:00 صباحًا, 12:00 ظهرًا,
# 15:00 عصرًا, 18:00 مساءً» unless set.
ARABIC_DAY_PERIODS = env.str("ARABIC_DAY_PERIODS", default="")
# The pace of an announcer: 65 words in half a minute. Slots of 30 and 60 seconds, and the parts of long bulletins, go by it.
RADIO_WORDS_PER_MINUTE = max(40, env.int("RADIO_WORDS_PER_MINUTE", default=130))
# How long a machine may take to speak a draft before the person who waits is told that it could not.
SPEECH_SECONDS = env.float("SPEECH_SECONDS", default=20)
# The font of posters and cards; `make assets` puts it there.
POSTER_FONTS_DIR = env.str("POSTER_FONTS_DIR", default=str(BASE_DIR / "vendor" / "fonts"))

# History is read by the row it belongs to, never by its date alone.
SIMPLE_HISTORY_DATE_INDEX = False

# --- Staff accounts and security ------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By person and address together: a stranger who guesses must not lock the clerk out of her own desk.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.lockout.answer"
AXES_RESET_ON_SUCCESS = True
# The page says until when: trying meanwhile must not make it later.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# What was typed is kept with a failed attempt, but not this.
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "code", "csrfmiddlewaretoken", "old_password", "new_password1", "new_password2",
]  # fmt: skip
# Who signs in with a second factor: "required" of whoever publishes or keeps accounts and channels, "optional", or "off".
SECOND_FACTOR = one_of("SECOND_FACTOR", "required", "optional", "off")
# A link for a new password is valid for two hours.
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# The map of stops draws an outline of our own, and no tiles unless an address is given: who serves them sees who reads the map.
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
MAP_TILE_ATTRIBUTION = env.str("MAP_TILE_ATTRIBUTION", default="")
# A GeoJSON file among the static files; each of its features names its `kind` (outline or water), `source` and `licence`.
MAP_BACKDROP = env.str("MAP_BACKDROP", default="geo/backdrop.geojson")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *origins_of_tiles(MAP_TILE_URL)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Addresses (or networks) of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; none by default.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
# A long query string or a form with thousands of fields is never ours.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# --- Import of tables -----------------------------------------------------------------------------------------------
# The largest file, the most rows in it, and how long it is kept after it came. What became of its rows is kept.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_MEGABYTES", default=10) * 1024 * 1024
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=20_000)
IMPORT_FILE_DAYS = env.int("IMPORT_FILE_DAYS", default=14)
FILE_UPLOAD_HANDLERS = [
    "sohag_mobile.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The licence of the open data, as /open-data/ and its description name it; empty: none is named.
OPEN_DATA_LICENCE = env.str("OPEN_DATA_LICENCE", default="")
OPEN_DATA_LICENCE_URL = env.str("OPEN_DATA_LICENCE_URL", default="")

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    # In place of Django's FileSystemFinder: style sheets are written in parts and served whole.
    "sohag_mobile.stylesheets.StyleSheetFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
# /styleguide/, the living page of components, is for those who work on them.
STYLEGUIDE = False

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    # Read-only and public: nobody logs in to it, so no cookie is ever looked at.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "sohag_mobile.api_errors.handle_api_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Mobile technology centres: schedules and announcements",
    "DESCRIPTION": "Read-only: districts, vehicles, places, services, stops and notices. The same whole, as files: /open-data/.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "supportedSubmitMethods": ["get"]},
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sohag_mobile.api_docs.describe_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PlaceKind": "schedules.enums.PlaceKind",
        "DistrictKind": "vehicles.enums.DistrictKind",
        "NoticeKind": "announcements.enums.NoticeKind",
        "StopStatus": "schedules.enums.RevisionState",
        "Outcome": "services.enums.Outcome",
    },
}

# --- Announcements: where they go -----------------------------------------------------------------------------------
# The public address of this installation, without a slash at its end: announcement texts and feeds link to it.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="").rstrip("/")
FACEBOOK_GRAPH_URL = env.str("FACEBOOK_GRAPH_URL", default="https://graph.facebook.com/v23.0").rstrip("/")
TELEGRAM_API_URL = env.str("TELEGRAM_API_URL", default="https://api.telegram.org").rstrip("/")
INSTAGRAM_GRAPH_URL = env.str("INSTAGRAM_GRAPH_URL", default="https://graph.facebook.com/v23.0").rstrip("/")
X_API_URL = env.str("X_API_URL", default="https://api.x.com").rstrip("/")
# Access tokens by the name that a Channel row mentions. Those typed into the admin stand in the database instead, encrypted with
# the first of CREDENTIALS_KEYS and readable with any of them. None is ever logged.
CHANNEL_TOKENS = read_tokens(os.environ)
CREDENTIALS_KEYS: list[str] = env.list("CREDENTIALS_KEYS", default=[])
# Seconds to wait for a channel's answer; the lease of a claimed delivery must be longer than that.
CHANNEL_TIMEOUT = env.int("CHANNEL_TIMEOUT", default=10)
# A file of certificates that the networks' TLS is checked against, where all traffic leaves through an office's own authority.
CHANNEL_CA_BUNDLE = env.str("CHANNEL_CA_BUNDLE", default="")
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=60)
# How long a worker stays with the deliveries that one sweep hands it; the next sweep hands out the rest.
DELIVERY_BATCH_SECONDS = env.float("DELIVERY_BATCH_SECONDS", default=2)
# Seconds to wait after the first, second, … failure in a row; after the last of them a person is asked. Together they outlast a
# night (about fourteen hours): most news is told days ahead, and the ledger shows what waits, and why, from the first failure on.
DELIVERY_RETRY_SECONDS: list[float] = env.list(
    "DELIVERY_RETRY_SECONDS", cast=float, default=[2, 10, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 21600]
)
# After an uncertain outcome the platform gets this long to show the post before it is looked up.
DELIVERY_SETTLING_SECONDS = env.float("DELIVERY_SETTLING_SECONDS", default=5)
# Everything is done but the sending: for training, or for a copy of the real data. A channel may have its own dry run.
DELIVERY_DRY_RUN = env.bool("DELIVERY_DRY_RUN", default=False)
# An announcement that leaves later than this before its first visit is counted as late; a channel may have its own hours.
LATE_HOURS = env.int("LATE_HOURS", default=24)
# The way of a vehicle between two stops of a day: the straight line times the factor, at this speed; between places of which a
# point is not known it takes this many minutes.
TRAVEL_SPEED_KMH = max(1.0, env.float("TRAVEL_SPEED_KMH", default=40))
TRAVEL_DETOUR_FACTOR = max(1.0, env.float("TRAVEL_DETOUR_FACTOR", default=1.4))
TRAVEL_MINIMUM_MINUTES = max(1, env.int("TRAVEL_MINIMUM_MINUTES", default=30))
# The local hour from which supervisors get the daily summary by e-mail.
SUMMARY_HOUR = env.int("SUMMARY_HOUR", default=7)
# The local hour from which heads and editors of units get what there is for them to do.
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)
# Per kind of channel: seconds between two messages, and messages a minute; 0 is no limit. A channel may have limits of its own.
CHANNEL_PACES: dict[str, tuple[float, int]] = {
    # «avoid sending more than one message per second» in a chat, «20 messages per minute» in a group: core.telegram.org/bots/faq
    "telegram": (1, 20),
    # 100 posts in 15 minutes for one user: docs.x.com/x-api/fundamentals/rate-limits
    "x": (0, 6),
    # The Graph API counts calls by the hour and the day and names no pace: this one is ours.
    "facebook": (1, 0),
    "instagram": (1, 0),
}
RADIO_OUTBOX_DIR = Path(env.str("RADIO_OUTBOX_DIR", default=str(VAR_DIR / "radio")))

_email: dict[str, Any] = env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://")
EMAIL_BACKEND: str = _email["EMAIL_BACKEND"]
EMAIL_HOST: str = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT: int = int(_email.get("EMAIL_PORT") or 25)
EMAIL_HOST_USER: str = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = bool(_email.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL: bool = bool(_email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = CHANNEL_TIMEOUT
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="announcements@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Set in development only: the port of the web server, and the local stand-in for the social networks and the radio's mailbox.
PORT = 8000
ALLOW_STANDIN = False
STANDIN_URL = ""
STANDIN_PORT = 0
STANDIN_SMTP_PORT = 0
DEMO_PASSWORD = ""

# --- Operation ------------------------------------------------------------------------------------------------------
# /metrics answers the machine itself, or whoever presents this token (`Authorization: Bearer …`).
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# /readyz turns red when a delivery has been due for longer than this many seconds.
OUTBOX_MAX_AGE_SECONDS = env.int("OUTBOX_MAX_AGE_SECONDS", default=600)
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "sohag_mobile.log.RedactingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # One line per request already comes from the web server; a 404 is not an event.
        "django.request": {"level": "ERROR"},
        # A tick every two seconds is not news.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # Their debug lines hold full addresses, and Telegram's addresses hold the token.
        "urllib3": {"level": "INFO"},
        "requests": {"level": "INFO"},
    },
}
