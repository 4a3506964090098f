"""Translation catalogues without gettext's programs: collect marked strings, keep translations, compile.

Django's `makemessages` and `compilemessages` call programs that few machines have; Babel reads and writes the same files.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

# Which arguments of each function are: the message, its plural, and (with "c") its context.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# What `templatize` makes of a template: blanks, and calls like gettext('…') or npgettext('…', '…', '…',count).
TEMPLATE_CALL = re.compile(rf"\b(?P<function>n?p?gettext|_)\(\s*u?(?P<strings>{STRING}(?:\s*,\s*u?{STRING})*)")
NAMED_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)")
ANONYMOUS_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%[sdifr](?![A-Za-z])")
# Zero, one, two, few (3-10), many (11-99), other: the numbers that Django's own Arabic catalogue uses.
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5;"
}

Key = tuple[str, str | None]


def collect(root: Path, packages: Iterable[str]) -> Catalog:
    """Return the catalogue of every string marked for translation in these packages and in `root/templates`."""
    found = Catalog(fuzzy=False)
    folders = [root / package for package in packages]
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if "migrations" in path.parts:
                continue
            with path.open("rb") as source:
                for _line, message, comments, context in extract("python", source, KEYWORDS, ("Translators:",)):
                    found.add(message, auto_comments=comments, context=context)
    for folder in [root / "templates", *folders]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".html", ".txt", ".xml"} and (folder.name == "templates" or "templates" in path.parts):
                for message, context in template_messages(path.read_text(encoding="utf-8"), str(path)):
                    found.add(message, context=context)
    return found


def template_messages(text: str, origin: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield (message or (message, plural), context) for every marked string of a template."""
    for call in TEMPLATE_CALL.finditer(templatize(text, origin=origin)):
        strings = [ast.literal_eval(part) for part in re.findall(STRING, call["strings"])]
        context = strings.pop(0) if "p" in call["function"] else None
        yield ((strings[0], strings[1]) if call["function"].startswith("n") else strings[0]), context


def read(path: Path, language: str) -> Catalog:
    """Return the catalogue in a .po file; an empty one when there is no file."""
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def merge(found: Catalog, kept: Catalog, language: str) -> Catalog:
    """Return `found` with the translations of `kept`; what is no longer in the sources is left out."""
    merged = Catalog(locale=language, fuzzy=False)
    merged.mime_headers = [("Plural-Forms", PLURALS[language])]
    for message in entries(found).values():
        old = kept.get(message.id, message.context)
        fits = old is not None and isinstance(old.string, tuple) == message.pluralizable
        merged.add(
            message.id,
            string=old.string if old is not None and fits else None,
            context=message.context,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old is not None else (),
            flags={"fuzzy"} if old is not None and old.fuzzy else (),
        )
    return merged


def as_text(catalogue: Catalog, language: str) -> str:
    """Return the .po text: sorted, without dates and line numbers, so that only real changes show in a diff."""
    body = BytesIO()
    write_po(body, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    return header + body.getvalue().decode().strip() + "\n"


def problems(found: Catalog, kept: Catalog) -> list[str]:
    """Return, as sentences, everything that keeps `kept` from being a complete translation of `found`."""
    wanted, there = entries(found), entries(kept)
    said = [f"not in the catalogue: {describe(wanted[key])}" for key in wanted.keys() - there.keys()]
    said += [f"no longer in the sources: {describe(there[key])}" for key in there.keys() - wanted.keys()]
    for key in wanted.keys() & there.keys():
        said.extend(f"{problem}: {describe(there[key])}" for problem in flaws(wanted[key], there[key]))
    return sorted(said)


def flaws(source: Message, translated: Message) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    originals = forms(source.id)
    translations = forms(translated.string)
    if translated.fuzzy:
        yield "fuzzy"
    if source.pluralizable != translated.pluralizable:
        yield "plural on one side only"
    if not translations or not all(text.strip() for text in translations):
        yield "not translated"
    if any(ANONYMOUS_PLACEHOLDER.search(text) for text in originals):
        yield "placeholder without a name"
    allowed = {name for text in originals for name in NAMED_PLACEHOLDER.findall(text)}
    used = {name for text in translations for name in NAMED_PLACEHOLDER.findall(text)}
    if used - allowed:
        yield f"unknown placeholder {', '.join(sorted(used - allowed))}"
    # Only singular texts must use every name: in «موعد واحد» the number is a word.
    if not source.pluralizable and translations and all(translations) and allowed - used:
        yield f"missing placeholder {', '.join(sorted(allowed - used))}"


def compile_file(path: Path) -> Path:
    """Write the .mo file beside a .po file, in one step, so that no reader meets half a file; returns its path."""
    language = path.parent.parent.name
    target = path.with_suffix(".mo")
    partial = target.with_suffix(".mo.partial")
    with partial.open("wb") as output:
        write_mo(output, read(path, language))
    partial.replace(target)
    return target


def entries(catalogue: Catalog) -> dict[Key, Message]:
    """Return a catalogue's messages, without its header, by message and context."""
    return {(forms(message.id)[0], message.context): message for message in catalogue if message.id}


def forms(text: Any) -> list[str]:
    """Return the texts of a message or of its translation as a list."""
    if not text:
        return []
    return [text] if isinstance(text, str) else [part or "" for part in text]


def describe(message: Message) -> str:
    """Return a message as one line."""
    context = f" ({message.context})" if message.context else ""
    return f"“{' '.join(forms(message.id)[0].split())}”{context}"
