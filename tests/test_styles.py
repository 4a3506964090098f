"""The style sheets keep their promises: colours that can be read, both directions from one file, tokens named once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

WRITTEN = Path(settings.BASE_DIR) / "static/css"
# AA asks for 4.5:1; our smallest text is 15 px, read outdoors on old screens.
TEXT, SHAPE = 6.0, 3.0
STATES = ("open", "soon", "changed", "cancelled", "done")
GROUNDS = ("paper", "sand")
READ_ON = {
    ("on-nile", "nile"),
    ("on-nile", "nile-strong"),
    ("on-head", "head"),
    # A button under the pointer.
    ("nile", "soon-bg"),
    ("nile-strong", "soon-bg"),
    *((text, ground) for text in ("ink", "muted", "nile", "nile-strong") for ground in GROUNDS),
    # A state stands in its own colour, and in a note on paper.
    *((state, f"{state}-bg") for state in STATES),
    *((state, "paper") for state in STATES),
}
SEEN_ON = {("focus", ground) for ground in GROUNDS} | {("muted", "paper")}
# Hairlines only part what is told apart by space as well.
DECORATION = {"line"}

PHYSICAL = re.compile(
    r"""
    (?<![\w-])(?:
        (?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*\s*:
      | (?:left|right|top|bottom)\s*:
      | (?:min-|max-)?(?:width|height)\s*:(?!\s*[\d.]+(?:rem|px)\s*\))
      | (?:text-align|float|clear)\s*:\s*(?:left|right)
      | border-(?:top|bottom)-(?:left|right)-radius\s*:
    )
    """,
    re.VERBOSE,
)


def schemes() -> dict[str, dict[str, str]]:
    """The colours of each scheme by name; what a scheme leaves out it takes from the light one."""
    light, dark = (WRITTEN / "tokens.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark")
    colours = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6});")
    return {"light": dict(colours.findall(light)), "dark": dict(colours.findall(light)) | dict(colours.findall(dark))}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert round(contrast("#000", "#fff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_tokens_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    weak = {
        f"{front} on {ground}": round(contrast(colours[front], colours[ground]), 2)
        for pairs, wanted in ((READ_ON, TEXT), (SEEN_ON, SHAPE))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < wanted
    }

    assert weak == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_colour_is_left_out_of_the_pairs(scheme: str) -> None:
    paired = {name for pair in READ_ON | SEEN_ON for name in pair}

    assert set(schemes()[scheme]) == paired | DECORATION


def test_colours_have_their_names_from_the_tokens_alone() -> None:
    public = [path for path in WRITTEN.rglob("*.css") if path.name not in ("tokens.css", "admin.css")]

    assert {
        path.name: re.findall(r"(?<!\w)#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text("utf-8")) for path in public
    } == {path.name: [] for path in public}


def test_the_staff_pages_have_the_colours_of_the_public_ones() -> None:
    """The admin switches its scheme by a button as well, so its sheet repeats the tokens; they must not drift apart."""
    written = (WRITTEN / "admin.css").read_text(encoding="utf-8")
    blocks = re.findall(
        r"(html\[data-theme=\"dark\"\]|data-theme=\"light\"\]\)|data-theme=\"light\"\]) \{(.*?)\}", written, re.S
    )
    told = [
        ("light" if selector == 'data-theme="light"]' else "dark", dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)))
        for selector, block in blocks
    ]  # fmt: skip
    shared = {
        *STATES,
        *(f"{state}-bg" for state in STATES),
        "ink",
        "muted",
        "line",
        "nile",
        "nile-strong",
        "focus",
        *GROUNDS,
    }

    assert [scheme for scheme, _ in told] == ["light", "dark", "dark"]
    for scheme, colours in told:
        assert {name: colours.get(name) for name in shared} == {name: schemes()[scheme][name] for name in shared}


def test_one_file_serves_both_directions() -> None:
    found = {
        str(path.relative_to(WRITTEN)): PHYSICAL.findall(path.read_text(encoding="utf-8"))
        for path in WRITTEN.rglob("*.css")
    }

    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "margin-left: 1px",
        "left: 0",
        "text-align: right",
        "width: 4rem",
        "max-width: 4rem;",
        "border-top: 0",
        "border-top-left-radius: 0",
    ],
)
def test_a_physical_property_is_caught(line: str) -> None:
    assert PHYSICAL.search(f".box {{ color: red; {line} }}") is not None


def test_logical_properties_and_conditions_pass() -> None:
    sheet = "@media (min-width: 48rem) { .box { border-inline-start: 0; inline-size: 1px; text-align: start; stroke-width: 2 } }"

    assert PHYSICAL.search(sheet) is None
