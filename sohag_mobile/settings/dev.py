"""Development and demonstration on one machine. Safe on loopback only, which is why no other host is allowed."""

import base64
import contextlib
import os
import secrets
import warnings

from .env import env, one_of, read_env_file

read_env_file()

from .base import *  # noqa: E402, F403  # reason: the .env file must be read before base looks at the environment
from .base import CHANNEL_TOKENS, LOGGING, MIDDLEWARE, STATIC_ROOT, STORAGES, VAR_DIR  # noqa: E402


def _kept_secret(name: str, secret: str) -> str:
    """Return the secret kept in `var/<name>`; the first time `secret` is put there, readable by its owner alone."""
    path = VAR_DIR / name
    if not path.exists():
        draft = path.with_name(f"{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secret, encoding="ascii")
        # Two processes may start at once: whoever comes second keeps what the first has put there.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret("secret_key", secrets.token_urlsafe(48))
CREDENTIALS_KEYS = env.list("CREDENTIALS_KEYS", default=[]) or [
    _kept_secret("credentials_key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

PORT = env.int("PORT", default=8000)
PUBLIC_BASE_URL = (env.str("PUBLIC_BASE_URL", default="") or f"http://127.0.0.1:{PORT}").rstrip("/")

# Nothing leaves this machine: every channel speaks to the stand-in unless an address is set on purpose.
STANDIN_PORT = env.int("STANDIN_PORT", default=PORT + 1)
STANDIN_SMTP_PORT = env.int("STANDIN_SMTP_PORT", default=PORT + 2)
ALLOW_STANDIN = True
STANDIN_URL = f"http://127.0.0.1:{STANDIN_PORT}"
FACEBOOK_GRAPH_URL = env.str("FACEBOOK_GRAPH_URL", default=STANDIN_URL).rstrip("/")
TELEGRAM_API_URL = env.str("TELEGRAM_API_URL", default=STANDIN_URL).rstrip("/")
INSTAGRAM_GRAPH_URL = env.str("INSTAGRAM_GRAPH_URL", default=f"{STANDIN_URL}/instagram").rstrip("/")
X_API_URL = env.str("X_API_URL", default=STANDIN_URL).rstrip("/")
# Links in the ledger open the posts that the stand-in holds.
FACEBOOK_PUBLIC_URL = TELEGRAM_PUBLIC_URL = X_PUBLIC_URL = f"{STANDIN_URL}/live"
if TELEGRAM_API_URL == FACEBOOK_GRAPH_URL == X_API_URL == STANDIN_URL:
    # The stand-in takes whatever comes; a demonstration need not wait for its turn. A channel's own limits are kept.
    CHANNEL_PACES = {}
if not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = "127.0.0.1"
    EMAIL_PORT = STANDIN_SMTP_PORT
if not env.str("CHANNEL_TOKENS", default=""):
    CHANNEL_TOKENS = {
        "facebook": "stand-in-page-token",
        "telegram": "100000:stand-in-bot-token",
        "x": "demo:stand-in-user-token",
        "instagram": "stand-in-account-token",
        "webhook": "stand-in-webhook-secret",
        "apprise": f"json://127.0.0.1:{STANDIN_PORT}/notify/office",
    } | CHANNEL_TOKENS

# The demonstration accounts sign in with the printed password; whoever likes sets up a second factor for one of them.
SECOND_FACTOR = one_of("SECOND_FACTOR", "optional", "required", "off")

DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

# Files are served straight from the source folders: no collectstatic, no hashed names.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
# Nothing is compressed beforehand either, so it is done on the way: what is weighed here is what citizens download.
MIDDLEWARE.insert(
    MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware"), "django.middleware.gzip.GZipMiddleware"
)
STYLEGUIDE = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

LOGGING["formatters"]["plain"]["format"] = "%(levelname)s %(name)s: %(message)s"
# In a container one is often root, and here nobody but this machine can reach us.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
