"""Notice feeds as Atom (RFC 4287), from rows to bytes. Knows nothing of HTTP.

The entries are Arabic in every language of the site: they are the frozen official texts, which are never translated.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import uuid
from collections.abc import Sequence
from typing import Final
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from announcements.arabic import digits
from announcements.arabic.facts import NoticeKind
from announcements.arabic.phrases import notice_name
from announcements.enums import TextForm
from announcements.facts import notice_url
from announcements.models import Notice
from announcements.queries_feeds import FeedNotice

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
TEXT_LANGUAGE: Final = "ar"
# What a feed without entries says of its age: it has to say something, and "now" would make every answer a new one.
NEVER: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)

_WHOLLY_REPLACED: Final = "تنبيه: لم يعد هذا {name} ساريًا، وقد حل محله {newer}."
_PARTLY_REPLACED: Final = "تنبيه: لم يعد بعض ما في هذا {name} ساريًا، وقد حل محله {newer}."
_NEWER: Final = "{name} رقم {reference}"
_NEWER_OF_UNIT: Final = "{name} رقم {reference} الصادر عن {unit}"
_AND: Final = " و"

# XML 1.0 cannot hold these characters, not even escaped.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclasses.dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself; both addresses are absolute, `language` is that of the title."""

    title: str
    language: str
    feed_url: str
    page_url: str


def build_atom(entries: Sequence[FeedNotice], *, head: FeedHead) -> bytes:
    """Write the feed. The same notices give the same bytes."""
    out = io.BytesIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("feed", AttributesImpl({"xmlns": NAMESPACE, "xml:lang": head.language}))
    _add(xml, "id", head.feed_url)
    _add(xml, "title", head.title)
    _add(xml, "updated", rfc3339_date(max((updated_at(entry) for entry in entries), default=NEVER)))
    _add(xml, "link", "", {"rel": "self", "type": "application/atom+xml", "href": head.feed_url})
    _add(xml, "link", "", {"rel": "alternate", "type": "text/html", "href": head.page_url})
    for entry in entries:
        _add_entry(xml, entry)
    xml.endElement("feed")
    xml.endDocument()
    return out.getvalue()


def entry_id(notice: Notice) -> str:
    """The identity of a notice for feed readers: the same for ever and on any host.

    A name inside the random identifier of the first stop it told of, because unit, year and number alone repeat in the
    installation of another governorate.
    """
    first = next(iter(notice.items.all()), None)
    namespace = first.revision.stop.uid if first else uuid.NAMESPACE_OID
    return uuid.uuid5(namespace, f"notice/{notice.district.slug}/{notice.year}/{notice.number}").urn


def updated_at(entry: FeedNotice) -> dt.datetime:
    """When an entry last said something new: at its issue, or when newer news overtook it."""
    return max([entry.notice.issued_at, *(newer.issued_at for newer in entry.replaced_by)])


def replacement_sentence(entry: FeedNotice) -> str:
    """«تنبيه: لم يعد هذا الإعلان ساريًا، وقد حل محله التنويه رقم 6/2026.»; empty while the notice stands as it was issued."""
    if not entry.replaced_by:
        return ""
    newer = _AND.join(_cite(notice, reader=entry.notice) for notice in entry.replaced_by)
    pattern = _WHOLLY_REPLACED if entry.is_wholly_replaced else _PARTLY_REPLACED
    return digits.convert(pattern.format(name=_name(entry.notice), newer=newer), settings.ARABIC_DIGITS)


def _name(notice: Notice) -> str:
    """«الإعلان», «التنويه»."""
    return f"ال{notice_name(NoticeKind(notice.kind))}"


def _cite(notice: Notice, *, reader: Notice) -> str:
    if notice.district_id == reader.district_id:
        return _NEWER.format(name=_name(notice), reference=notice.reference)
    return _NEWER_OF_UNIT.format(name=_name(notice), reference=notice.reference, unit=notice.district.issuer_name_ar)


def _add_entry(xml: SimplerXMLGenerator, entry: FeedNotice) -> None:
    notice = entry.notice
    text = next((text.body for text in notice.texts.all() if text.form == TextForm.SOCIAL), "")
    content = "\n\n".join(part for part in (replacement_sentence(entry), text) if part)
    xml.startElement("entry", AttributesImpl({"xml:lang": TEXT_LANGUAGE}))
    _add(xml, "id", entry_id(notice))
    _add(xml, "title", notice.title_ar)
    _add(xml, "published", rfc3339_date(notice.issued_at))
    _add(xml, "updated", rfc3339_date(updated_at(entry)))
    xml.startElement("author", AttributesImpl({}))
    _add(xml, "name", notice.district.issuer_name_ar)
    xml.endElement("author")
    url = notice_url(notice.district, notice.year, notice.number)
    _add(xml, "link", "", {"rel": "alternate", "type": "text/html", "href": url})
    _add(xml, "category", "", {"term": notice.kind})
    _add(xml, "content", content, {"type": "text"})
    xml.endElement("entry")


def _add(xml: SimplerXMLGenerator, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    xml.addQuickElement(name, _NOT_XML.sub(" ", text), attributes or {})
