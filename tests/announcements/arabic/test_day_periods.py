"""The configurable table of the parts of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import override_settings

from announcements.arabic import times
from announcements.arabic.checker import check_text
from announcements.arabic.day_periods import read_period_table
from announcements.arabic.facts import Form
from announcements.arabic.render import render_notice
from sohag_mobile.checks import parts_of_the_day_are_known
from tests.announcements.arabic.cases import announcement, stop

OWN = "00:00 منتصف الليل، 00:01 بعد منتصف الليل، 01:00 فجرًا, 06:00 صباحًا, 12:00 ظهرًا, 16:00 مساءً"


@pytest.fixture
def _own_periods() -> Iterator[None]:
    times.use_periods(read_period_table(OWN))
    yield
    times.use_periods()


def test_the_usual_table_can_be_written_down() -> None:
    written = "، ".join(f"{start:%H:%M} {name}" for start, name in times.PERIODS)

    assert tuple(read_period_table(written)) == times.PERIODS


@pytest.mark.usefixtures("_own_periods")
@pytest.mark.parametrize("form", list(Form)[:4])
def test_every_form_follows_the_table_of_the_installation(form: Form) -> None:
    facts = announcement(stop(landmark="", hours=("05:00", "16:00"), last_intake=""))

    text = render_notice(facts, form)

    assert "فجرًا" in text
    assert "مساءً" in text
    assert check_text(text, form=form, facts=facts) == []


@pytest.mark.usefixtures("_own_periods")
def test_a_table_that_is_passed_comes_first() -> None:
    assert times.time_in_figures(dt.time(16), times.PERIODS) == "4:00 عصرًا"
    assert times.time_in_figures(dt.time(16)) == "4:00 مساءً"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("01:00 صباحًا", "begins at 00:00"),
        ("", "begins at 00:00"),
        ("00:00 منتصف الليل, 12:00 ظهرًا, 09:00 صباحًا", "follow one another"),
        ("00:00 صباحًا, 12:00 ظهرًا", "00:00 is not «صباحًا»"),
        ("00:00 بعد منتصف الليل, 01:00 صباحًا", "12:00 is not «صباحًا»"),
        ("00:00 بعد منتصف الليل, 01:00 صباحًا, 12:00 ظهرًا, 18:00 مساءً", "17:00 is not «ظهرًا»"),
        ("00:00 بعد منتصف الليل, 01:00 صباحًا, 12:00 ظهرًا, 15:00 غروبًا", "15:00 is not «غروبًا»"),
        ("midnight, noon", "midnight"),
    ],
)
def test_a_table_that_would_mislead_is_refused(table: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_period_table(table)


@pytest.mark.parametrize(("table", "ids"), [("", []), (OWN, []), ("00:00 مساءً", ["sohag_mobile.E005"])])
def test_the_setting_is_checked(table: str, ids: list[str]) -> None:
    with override_settings(ARABIC_DAY_PERIODS=table):
        assert [error.id for error in parts_of_the_day_are_known(None)] == ids
