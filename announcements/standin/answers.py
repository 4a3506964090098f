"""What a pretended platform answers: a status, headers, and a JSON value."""

from __future__ import annotations

import dataclasses
import email.parser
import re
from collections.abc import Mapping
from typing import Any, Final

LAST_NUMBER_LENGTH: Final = 18


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file that came in a multipart body."""

    content: bytes
    mime_type: str


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One call as a platform sees it. `fields` joins the query with the form or JSON body; `token` comes from either place."""

    method: str
    path: str  # decoded, without the query
    fields: Mapping[str, Any]
    bearer: str = ""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)  # names in lower case
    body: bytes = b""  # as it came over the line
    files: Mapping[str, File] = dataclasses.field(default_factory=dict)


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


def read_multipart(body: bytes, boundary: str) -> tuple[dict[str, str], dict[str, File]]:
    """The fields and the files of a multipart body (RFC 7578)."""
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    # Split by hand: Python's e-mail parser may touch line ends inside a picture.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = email.parser.HeaderParser().parsestr(head.decode("utf-8", "replace").lstrip())
        name = str(headers.get_param("name", "", header="content-disposition"))
        if headers.get_filename() is None:
            fields[name] = content.decode("utf-8", "replace")
        else:
            files[name] = File(content, headers.get_content_type())
    return fields, files
