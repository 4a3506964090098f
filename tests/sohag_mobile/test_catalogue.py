"""Collecting and checking translations without gettext's programs."""

import gettext
from pathlib import Path

import pytest
from babel.messages import Catalog

from sohag_mobile import catalogue

TEMPLATE = """{% load i18n %}<p title="it's">{% translate "Today's stops" %} {% translate 'May' context "month" %}
{% blocktranslate trimmed count n=stops %}
  One stop
{% plural %}
  %(n)s stops, that is 100%
{% endblocktranslate %} {{ name|default:_("Unnamed") }} {# Translators: don't #}"""


@pytest.fixture
def found() -> Catalog:
    messages = Catalog(fuzzy=False)
    messages.add("Hello %(name)s")
    messages.add(("One stop", "%(n)s stops"))
    messages.add("May", context="month")
    return messages


def translated(found: Catalog, **texts: str) -> Catalog:
    kept = catalogue.merge(found, Catalog(locale="ar", fuzzy=False), "ar")
    kept.get("Hello %(name)s").string = texts.get("hello", "أهلًا %(name)s")
    kept.get(("One stop", "%(n)s stops")).string = (
        "لا",
        "واحد",
        "اثنان",
        "%(n)s",
        "%(n)s",
        texts.get("other", "%(n)s"),
    )
    kept.get("May", context="month").string = texts.get("may", "مايو")
    return kept


def test_template_messages_of_every_kind() -> None:
    assert list(catalogue.template_messages(TEMPLATE, "t.html")) == [
        ("Today's stops", None),
        ("May", "month"),
        (("One stop", "%%(n)s stops, that is 100%%"), None),
        ("Unnamed", None),
    ]


def test_collect_finds_python_strings_under_every_name(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "app" / "x.py").write_text(
        '_("one")\ngettext_lazy("two " "halves")\npgettext("verb", "close")\nngettext("a", "b", n)\nprint("not this")\n'
    )
    (tmp_path / "templates" / "x.html").write_text('{% load i18n %}{% translate "five" %}')

    found = catalogue.collect(tmp_path, ["app"])

    assert set(catalogue.entries(found)) == {
        ("one", None),
        ("two halves", None),
        ("close", "verb"),
        ("a", None),
        ("five", None),
    }


def test_complete_catalogue_has_no_problems(found: Catalog) -> None:
    assert catalogue.problems(found, translated(found)) == []


def test_problems_are_named(found: Catalog) -> None:
    kept = translated(found, hello="أهلًا %(who)s", other="")
    kept.get("May", context="month").flags.add("fuzzy")
    kept.add("Gone", "ذهب")
    found.add("New")

    assert catalogue.problems(found, kept) == [
        "fuzzy: “May” (month)",
        "missing placeholder name: “Hello %(name)s”",
        "no longer in the sources: “Gone”",
        "not in the catalogue: “New”",
        "not translated: “One stop”",
        "unknown placeholder who: “Hello %(name)s”",
    ]


def test_update_keeps_translations_and_changes_nothing_twice(found: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(catalogue.as_text(translated(found), "ar"), encoding="utf-8")

    again = catalogue.as_text(catalogue.merge(found, catalogue.read(path, "ar"), "ar"), "ar")

    assert again == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "form"), [(0, "لا"), (1, "واحد"), (2, "اثنان"), (7, "قليل"), (30, "كثير"), (100, "آخر")]
)
def test_compiled_catalogue_knows_six_plurals(found: Catalog, tmp_path: Path, number: int, form: str) -> None:
    kept = translated(found)
    kept.get(("One stop", "%(n)s stops")).string = ("لا", "واحد", "اثنان", "قليل", "كثير", "آخر")
    path = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(catalogue.as_text(kept, "ar"), encoding="utf-8")

    with catalogue.compile_file(path).open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)

    assert translations.ngettext("One stop", "%(n)s stops", number) == form
