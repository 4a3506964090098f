"""The only place that reads the environment. Every variable is described in `.env.example`."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()


def read_env_file() -> None:
    """Read `.env` (or the file that ENV_FILE names) if it is there; variables already set win over the file."""
    path = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
    if path.is_file():
        environ.Env.read_env(str(path), overwrite=False)


def parse_tokens(text: str) -> dict[str, str]:
    """Turn `name=token,other=token` into a dictionary; a token may itself contain `=` and `:`."""
    tokens = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, separator, token = pair.partition("=")
        if not separator or not name.strip() or not token.strip():
            raise ImproperlyConfigured("CHANNEL_TOKENS must look like name=token,other=token.")
        tokens[name.strip()] = token.strip()
    return tokens


def require(*names: str) -> None:
    """Refuse to start when a variable is missing or empty, naming all of them in one sentence."""
    missing = [name for name in names if not os.environ.get(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"Production settings need these environment variables, which are not set: {', '.join(missing)}. "
            "See .env.example for what each of them means."
        )
