"""The platform's own id of a post, from the address that a person copies out of the browser.

A correction edits or takes down what it knows by its id. Where a person has seen that a post did go out, its address is all
there is to go by. Instagram's addresses do not tell the id, nor do Facebook's newer ones («pfbid…»).
"""

from __future__ import annotations

import re
import urllib.parse

_DIGITS = r"[0-9]{1,30}"


def id_of_post(kind: str, address: str, url: str) -> str:
    """The id of the post at `url` in the channel of this kind and address («@name», page number); "" where it does not tell.

    Examples: ("telegram", "@unit", "https://t.me/unit/55") -> "@unit:55"; ("x", "@unit", "https://x.com/unit/status/7") -> "7".
    """
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return ""
    find = {"telegram": _telegram, "x": _x, "facebook": _facebook}.get(kind)
    return find(address, parts.path.rstrip("/"), urllib.parse.parse_qs(parts.query)) if find else ""


def _telegram(address: str, path: str, query: dict[str, list[str]]) -> str:
    private = re.search(rf"/c/(?P<chat>{_DIGITS})/(?P<number>{_DIGITS})\Z", path)
    if private:
        return f"-100{private['chat']}:{private['number']}"
    # «/s/name/55» is the preview for readers without the application.
    public = re.search(rf"/(?:s/)?(?P<name>\w+)/(?P<number>{_DIGITS})\Z", path, re.ASCII)
    if public is None or f"@{public['name']}".casefold() != address.casefold():
        return ""
    return f"{address}:{public['number']}"


def _x(address: str, path: str, query: dict[str, list[str]]) -> str:
    found = re.search(rf"/(?P<name>\w+)/status/(?P<number>{_DIGITS})\Z", path, re.ASCII)
    return found["number"] if found and f"@{found['name']}".casefold() == address.casefold() else ""


def _facebook(address: str, path: str, query: dict[str, list[str]]) -> str:
    if not re.fullmatch(_DIGITS, address):
        return ""
    whole = re.search(rf"/{address}_(?P<number>{_DIGITS})\Z", path)
    by_page = re.search(rf"/(?:{address}|[A-Za-z][\w.]*)/posts/(?:[^/]*/)?(?P<number>{_DIGITS})\Z", path)
    if whole or by_page:
        return f"{address}_{(whole or by_page)['number']}"  # type: ignore[index]  # reason: one of them was found
    story, page = query.get("story_fbid", [""])[0], query.get("id", [""])[0]
    return f"{address}_{story}" if page == address and re.fullmatch(_DIGITS, story) else ""
