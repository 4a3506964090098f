"""Cells: dates, hours, numbers and words as people and spreadsheets write them, and back."""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.widgets import (
    ChoiceWidget,
    CoordinateWidget,
    DateWidget,
    TextListWidget,
    TextWidget,
    TimeWidget,
    YesNoWidget,
)

pytestmark = pytest.mark.once

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *((each, dt.date(2026, 11, 29)) for each in ("29/11/2026", "٢٩/١١/٢٠٢٦", "2026-11-29", "29-11-2026", "29.11.2026")),
        *((each, dt.date(2026, 11, 29)) for each in ("46355", "46355.0", "2026-11-29 00:00", "\u200f29/11/2026 ")),
        ("5/1/2026", dt.date(2026, 1, 5)),
        ("", None),
    ],
)  # fmt: skip
def test_dates(written: str, day: dt.date | None) -> None:
    assert DateWidget().clean(written) == day


@pytest.mark.parametrize("written", ["11/29/2026", "31/02/2026", "29/11/26", "غدًا", "12", "2026"])
def test_what_is_no_date(written: str) -> None:
    with pytest.raises(ValueError, match=written):
        DateWidget().clean(written)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        *((each, dt.time(9)) for each in ("9:00 ص", "٩:٠٠ ص", "09:00", "9", "9 ص", "9:00 صباحًا", "9:00 صباحاً", "الساعة 9:00 ص")),
        *((each, dt.time(9)) for each in ("09:00:00", "0.375", "1899-12-30 09:00", "9:00:00 ص")),
        *((each, dt.time(14, 30)) for each in ("14:30", "2:30 م", "2:30 مساءً", "٢:٣٠ م", "0.604166666666667")),
        ("", None),
    ],
)  # fmt: skip
def test_hours(written: str, hour: dt.time | None) -> None:
    assert TimeWidget().clean(written) == hour


@pytest.mark.parametrize("written", ["25:00", "9.5", "12:00 ص", "بعد الظهر", "1.5"])
def test_what_is_no_hour(written: str) -> None:
    with pytest.raises(ValueError):
        TimeWidget().clean(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [("٢٦٫٥٥٩١٢", "26.55912"), ("26,5", "26.50000"), ("-5", "-5.00000"), ("31.123456789", "31.12346"), ("26.5°", "26.50000")],
)  # fmt: skip
def test_coordinates(written: str, number: str) -> None:
    assert CoordinateWidget(90).clean(written) == Decimal(number)


@pytest.mark.parametrize("written", ["91", "x", "NaN", "1e400", "26.5.5"])
def test_what_is_no_coordinate(written: str) -> None:
    with pytest.raises(ValueError):
        CoordinateWidget(90).clean(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [("نعم", True), ("نعـم", True), ("Yes", True), ("1", True), ("١", True), ("لا", False), ("", False), ("0", False)],
)
def test_yes_and_no(written: str, value: bool) -> None:
    assert YesNoWidget().clean(written) is value


def test_choices_by_any_word() -> None:
    widget = ChoiceWidget({"village": "قرية", 7: "الأحد"}, {"كفر": "village"})
    assert [widget.clean(each) for each in ("قريه", "VILLAGE", "كفر", "الاحد", "7", "")] == [
        *["village"] * 3, 7, 7, None,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="قرية، الأحد"):
        widget.clean("مدينة")


def test_text_is_tidied_and_measured() -> None:
    assert TextWidget().clean("  قرية\u00a0بلصفورة\u200f ") == "قرية بلصفورة"
    with pytest.raises(ValueError, match="6"):
        TextWidget(longest=5).clean("123456")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.booleans(), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"]))
def test_every_date_comes_back(day: dt.date, arabic: bool, form: str) -> None:
    text = day.strftime(form)
    assert DateWidget().clean(text.translate(ARABIC) if arabic else text) == day
    assert DateWidget().clean(DateWidget().render(day)) == day


@given(st.times(), st.booleans())
def test_every_hour_comes_back(hour: dt.time, arabic: bool) -> None:
    hour = hour.replace(second=0, microsecond=0)
    text = TimeWidget().render(hour)
    assert TimeWidget().clean(text.translate(ARABIC) if arabic else text) == hour
    fraction = (hour.hour * 60 + hour.minute) / 1440
    if fraction > 0 and len(repr(fraction)) > 4 and repr(fraction).startswith("0."):
        assert TimeWidget().clean(repr(fraction)) == hour


@given(st.decimals(-90, 90, places=5), st.booleans())
def test_every_coordinate_comes_back(number: Decimal, arabic: bool) -> None:
    text = CoordinateWidget(90).render(number)
    assert CoordinateWidget(90).clean(text.translate(ARABIC).replace(".", "٫") if arabic else text) == number


@given(st.lists(st.text(max_size=20)))
def test_lists_of_papers_come_back(papers: list[str]) -> None:
    widget: Any = TextListWidget(longest=100)
    told = widget.render(widget.clean(widget.render(papers)))
    assert widget.render(widget.clean(told)) == told


@pytest.mark.parametrize("widget", [DateWidget(), TimeWidget(), CoordinateWidget(90), YesNoWidget(), TextWidget()])
@given(text=st.text(max_size=40))
def test_no_text_breaks_a_cell(widget: Any, text: str) -> None:
    with contextlib.suppress(ValueError):
        widget.clean(text)
