"""What a pretended platform answers: a status, headers, and a JSON value."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Final

LAST_NUMBER_LENGTH: Final = 18


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One call as a platform sees it. `fields` joins the query with the form or JSON body; `token` comes from either place."""

    method: str
    path: str  # decoded, without the query
    fields: Mapping[str, Any]
    bearer: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """The answer to send."""

    status: int
    body: Any
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def whole_number(value: object) -> int | None:
    """A request field as a number, whether it came as JSON or as text; None when it is not one."""
    text = str(value)
    return int(text) if len(text) <= LAST_NUMBER_LENGTH and re.fullmatch(r"-?[0-9]+", text) else None
