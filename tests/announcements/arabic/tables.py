"""The tables of hand-checked cases in `data/`: tab-separated, `#` lines say what the columns are, then a header row."""

from __future__ import annotations

import csv
import pathlib

HERE = pathlib.Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """Every case of a table, as a mapping from column to cell."""
    lines = (HERE / "data" / name).read_text(encoding="utf-8").splitlines()
    return list(
        csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def golden(name: str) -> str:
    """An approved text, without the line end of its file."""
    return (HERE / "golden" / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n")
