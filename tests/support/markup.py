"""A strict reader of pages: what is wrong in their markup, and every text with the elements around it."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

Attributes = dict[str, str | None]

VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "source", "wbr"})
# The end of a paragraph is wherever one of these begins, whatever the page says.
BLOCKS = frozenset(
    {"p", "ul", "ol", "dl", "div", "section", "article", "nav", "header", "footer", "main", "form", "details", "table"}
    | {f"h{level}" for level in range(1, 7)}
)
INTERACTIVE = frozenset({"a", "button", "input", "select", "label", "summary"})
_HEADING = re.compile(r"h[1-6]\Z")


@dataclasses.dataclass
class Element:
    tag: str
    attributes: Attributes
    has_heading: bool = False


class Document(HTMLParser):
    """A page that was read. `problems` are sentences; `texts` are pairs of a text and the elements around it, outermost first;
    `summary` is what the page says of itself to search engines and to those it is sent to.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.texts: list[tuple[str, tuple[Element, ...]]] = []
        self.links: list[str] = []
        self.summary: dict[str, str] = {}
        self._open: list[Element] = []
        self._ids: list[str] = []
        self._levels: list[int] = []
        if not html.startswith("<!doctype html>"):
            self.problems.append("does not begin with its doctype")
        self.feed(html)
        self.close()
        self._look_back()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        attributes = dict(attrs)
        around = {element.tag for element in self._open}
        if len(names) != len(attributes):
            self.problems.append(f"<{tag}> repeats an attribute")
        if "style" in attributes or any(name.startswith("on") for name in names):
            self.problems.append(f"<{tag}> has a style or a script of its own, which the policy forbids")
        self.problems += [f"{name} of <{tag}> holds markup: {value}" for name, value in attrs if "<" in (value or "")]
        if "title" in around:
            self.problems.append(f"<{tag}> stands inside the title")
        if tag == "meta" and (name := attributes.get("property") or attributes.get("name")):
            self.summary[name] = attributes["content"] or ""
        if tag in BLOCKS and around & {"p", "span", "b", "s", "small", "h1", "h2", "h3"}:
            self.problems.append(f"<{tag}> stands inside {sorted(around)}")
        if tag in INTERACTIVE and around & {"a", "button", "summary"}:
            self.problems.append(f"<{tag}> stands inside a link or a button")
        if attributes.get("id"):
            self._ids.append(str(attributes["id"]))
        if tag in ("a", "use") and str(attributes.get("href", "")).startswith("#"):
            self.links.append(str(attributes["href"])[1:])
        if _HEADING.match(tag):
            self._levels.append(int(tag[1]))
            for element in self._open:
                element.has_heading = True
        if tag not in VOID:
            self._open.append(Element(tag, attributes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.problems.append(f"</{tag}> ends {self._open[-1].tag if self._open else 'nothing'}")
            return
        element = self._open.pop()
        if tag in ("section", "article") and not element.has_heading:
            self.problems.append(f"<{tag} {element.attributes}> has no heading")

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1].tag not in ("script", "style"):
            self.texts.append((data, tuple(self._open)))
            if self._open[-1].tag == "title":
                self.summary["title"] = data
                self.problems += [f"the title holds markup: {data}"] if "<" in data else []

    def _look_back(self) -> None:
        if self._open:
            self.problems.append(f"never ends: {[element.tag for element in self._open]}")
        if len(set(self._ids)) != len(self._ids):
            self.problems.append(f"an id is used twice: {sorted(self._ids)}")
        self.problems += [f"#{link} leads nowhere" for link in self.links if link not in self._ids]
        if self._levels[:1] != [1] or self._levels.count(1) != 1:
            self.problems.append(f"headings do not begin with the only first one: {self._levels}")
        if any(later - level > 1 for level, later in zip(self._levels, self._levels[1:], strict=False)):
            self.problems.append(f"a level of headings is left out: {self._levels}")
