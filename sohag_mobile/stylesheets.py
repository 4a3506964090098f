"""Style sheets are written in parts and served whole: `@import` lines are replaced by what they name.

A finder of static files, so that the development server, `collectstatic` and the export of the site all get the same file.
Nothing is bundled by hand and nothing that is generated is committed (decision 34).
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

_IMPORT = re.compile(r'^@import "(?P<name>[^"]+)";\n', re.MULTILINE)
# One that has its lines to itself goes with them.
_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n|[ \t]*/\*.*?\*/", re.DOTALL | re.MULTILINE)


def compose(sheet: Path) -> str:
    """The text of a style sheet with the parts that it imports in their places, without comments.

    Names are relative to the importing file. References inside a part (`url(…)`) are left as they are: a part that has any
    must lie beside the sheet. Raises FileNotFoundError for a part that is not there.
    """
    text = _COMMENT.sub("", sheet.read_text(encoding="utf-8"))
    return _IMPORT.sub(lambda found: compose(sheet.parent / found["name"]), text)


def parts_of(sheet: Path) -> set[Path]:
    """The files that a style sheet is put together from, itself not counted."""
    parts = {sheet.parent / name for name in _IMPORT.findall(sheet.read_text(encoding="utf-8"))}
    return parts.union(*map(parts_of, parts))


class StyleSheetFinder(FileSystemFinder):
    """Django's finder of the project's static files, with style sheets in one piece and their parts left out."""

    @property
    def _whole(self) -> Path:
        """Where the sheets lie that were put together; another run may be writing there at the same time."""
        return Path(settings.VAR_DIR) / "styles"

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Each file's name and the storage that holds it."""
        found = list(super().list(ignore_patterns))
        sheets = {name: Path(storage.path(name)) for name, storage in found if name.endswith(".css")}
        parts = {part.resolve() for sheet in sheets.values() for part in parts_of(sheet)}
        whole = FileSystemStorage(location=self._whole)
        for name, storage in found:
            sheet = sheets.get(name)
            if sheet is None or not (parts_of(sheet) or sheet.resolve() in parts):
                yield name, storage
            elif sheet.resolve() not in parts:
                self._put_together(name, sheet)
                yield name, whole

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        """The file that answers the address `path`, freshly put together if it has parts. None when there is none."""
        found: str | None = super().find_location(root, path, prefix)
        if found is None or not path.endswith(".css") or not parts_of(Path(found)):
            return found
        return str(self._put_together(path, Path(found)))

    def _put_together(self, name: str, sheet: Path) -> Path:
        target = self._whole / name
        text = compose(sheet)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}")
            draft.write_text(text, encoding="utf-8")
            # Whoever reads meanwhile gets the old file or the new one.
            draft.replace(target)
        return target
