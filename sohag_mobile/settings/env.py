"""The only place that reads the environment. Every variable is described in `.env.example`."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()


def one_of(name: str, *values: str) -> str:
    """What a variable says, the first of `values` when it is not set. Raises ImproperlyConfigured for anything but these."""
    value = os.environ.get(name, "").strip() or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(values)}, not {value!r}.")
    return value


def read_env_file() -> None:
    """Read `.env` (or the file that ENV_FILE names) if it is there; variables already set win over the file."""
    path = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
    if path.is_file():
        environ.Env.read_env(str(path), overwrite=False)


def origins_of_tiles(url: str) -> list[str]:
    """The origin from which a map's tiles come, as a policy names it: `https://{s}.tiles.example/{z}/{x}/{y}.png` gives
    `https://*.tiles.example`. Nothing for no address. Raises ImproperlyConfigured for one that is no https address.
    """
    if not url:
        return []
    match = re.match(r"(https://)(\{s\}\.)?([A-Za-z0-9.-]+(?::[0-9]+)?)/", url)
    if match is None:
        raise ImproperlyConfigured("MAP_TILE_URL must look like https://{s}.tiles.example/{z}/{x}/{y}.png.")
    return [f"{match[1]}{'*.' if match[2] else ''}{match[3]}"]


ONE_TOKEN = "CHANNEL_TOKEN_"  # noqa: S105  # reason: how the names of variables begin


def parse_tokens(text: str) -> dict[str, str]:
    """Turn a JSON object, or `name=token,other=token`, into a dictionary.

    In the short form a token may contain `=` and `:` but no comma; in JSON it may contain anything. Raises ImproperlyConfigured,
    in words that do not repeat what was given.
    """
    if text.lstrip().startswith("{"):
        return _parse_json_tokens(text)
    tokens = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, separator, token = pair.partition("=")
        if not separator or not name.strip() or not token.strip():
            raise ImproperlyConfigured("CHANNEL_TOKENS must look like name=token,other=token.")
        tokens[name.strip()] = token.strip()
    return tokens


def _parse_json_tokens(text: str) -> dict[str, str]:
    try:
        tokens = json.loads(text)
    except ValueError:
        tokens = None
    # Raised outside the clause: the parser's own error holds the whole text.
    if not isinstance(tokens, dict) or not all(isinstance(token, str) and token.strip() for token in tokens.values()):
        raise ImproperlyConfigured('CHANNEL_TOKENS must look like {"name": "token", "other": "token"}.')
    return {name.strip(): token.strip() for name, token in tokens.items()}


def read_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Every token that the environment holds: those of CHANNEL_TOKENS, and one for each `CHANNEL_TOKEN_<NAME>`.

    Names of variables know neither small letters nor hyphens: `CHANNEL_TOKEN_FACEBOOK_SOHAG` is the token `facebook-sohag`, and
    `facebook_sohag` as well.
    """
    tokens = parse_tokens(environment.get("CHANNEL_TOKENS", ""))
    for variable, token in environment.items():
        name = variable.removeprefix(ONE_TOKEN).lower()
        if variable.startswith(ONE_TOKEN) and name and token.strip():
            tokens |= {name: token.strip(), name.replace("_", "-"): token.strip()}
    return tokens


def require(*names: str) -> None:
    """Refuse to start when a variable is missing or empty, naming all of them in one sentence."""
    missing = [name for name in names if not os.environ.get(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"Production settings need these environment variables, which are not set: {', '.join(missing)}. "
            "See .env.example for what each of them means."
        )
