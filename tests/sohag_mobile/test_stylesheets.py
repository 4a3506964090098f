"""Style sheets in parts, served whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from sohag_mobile.stylesheets import StyleSheetFinder, compose

WRITTEN = Path(settings.BASE_DIR) / "static/css"


def test_a_sheet_is_put_together_in_the_order_of_its_imports(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "tokens.css").write_text("/* Colours */\n:root { --ink: #000; }\n")
    (tmp_path / "components/card.css").write_text(".card { margin: 0; } /* of paper */\n")
    sheet = tmp_path / "site.css"
    sheet.write_text('/* All */\n@import "tokens.css";\n@import "components/card.css";\n.last { color: red; }\n')

    assert compose(sheet) == ":root { --ink: #000; }\n.card { margin: 0; }\n.last { color: red; }\n"


def test_a_part_that_is_missing_is_not_passed_over(tmp_path: Path) -> None:
    sheet = tmp_path / "site.css"
    sheet.write_text('@import "tokens.css";\n')

    with pytest.raises(FileNotFoundError, match=r"tokens\.css"):
        compose(sheet)


def test_the_development_server_finds_the_sheet_whole() -> None:
    found = Path(str(finders.find("css/site.css")))

    assert found.read_text(encoding="utf-8") == compose(WRITTEN / "site.css")
    assert "@import" not in found.read_text(encoding="utf-8")


def test_what_is_collected_has_the_sheets_and_not_their_parts() -> None:
    [finder] = [each for each in finders.get_finders() if isinstance(each, StyleSheetFinder)]
    collected = {name: Path(storage.path(name)) for name, storage in finder.list([])}

    assert {name for name in collected if name.startswith("css/")} == {
        "css/admin.css",
        "css/board.css",
        "css/map.css",
        "css/site.css",
        "css/styleguide.css",
    }
    assert collected["css/site.css"].read_text(encoding="utf-8") == compose(WRITTEN / "site.css")


def test_files_without_parts_are_found_where_they_lie() -> None:
    assert finders.find("img/icon.svg") == str(Path(settings.BASE_DIR) / "static/img/icon.svg")
    assert finders.find("css/nothing.css") is None
