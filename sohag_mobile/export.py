"""The public site as files, for nginx or any other server: it goes on answering when Django and the database are off.

    DIR/current             a link to the release that is served; its `site/` is the root of the server
    DIR/releases/X/site/    pages as `…/index.html`, feeds, posters and assets, with `.gz` and `.br` beside what is worth it
    DIR/releases/X/index    what each file was made from: its tag, until when it holds, and what it tells of

A new release of the program makes a new folder, and the link is moved once the folder is whole. After that only files that
changed are written: those whose moment has come, and those that tell of what a publish was about. They are prepared aside;
then the index notes in one transaction what is to be put in place, and each file is put there by renaming. Whoever is
interrupted before the note has changed nothing; after it, the next run finishes the work.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fcntl
import functools
import gzip
import hashlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import brotli
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone

from sohag_mobile import clock
from sohag_mobile.models import ContentChange
from sohag_mobile.pages import PublicUnavailable, StoredPage, current_version, stored_page

logger = logging.getLogger(__name__)

SUFFIXES = {"": "", "gzip": ".gz", "br": ".br"}
# Named by pages that may be about anything.
ANYTHING = "*"
PACKED_ALREADY = frozenset({".woff2", ".png", ".jpg", ".gz", ".br"})
SOURCES = ("templates/**/*", "static/**/*", "locale/**/*.mo", "*/**/*.py")

_SCHEMA = """
CREATE TABLE page (path TEXT PRIMARY KEY, tag TEXT NOT NULL, valid_until REAL);
CREATE INDEX page_by_moment ON page (valid_until) WHERE valid_until IS NOT NULL;
CREATE TABLE mention (name TEXT, path TEXT, PRIMARY KEY (name, path)) WITHOUT ROWID;
CREATE INDEX mention_by_path ON mention (path);
CREATE TABLE due (file TEXT PRIMARY KEY, staged TEXT);
CREATE TABLE state (version INTEGER NOT NULL, day TEXT NOT NULL);
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """Which addresses there are, at a moment and about what a change tells of."""

    every_address: Callable[..., set[str]]
    addresses_about: Callable[[Collection[str]], set[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: how many pages it made to see whether they changed, and how many files it wrote and removed."""

    looked_at: int = 0
    written: int = 0
    removed: int = 0


def export_site(folder: Path, site: Site, *, everything: bool = False) -> Outcome | None:
    """Bring the files in `folder` up to date. None when another run is doing that already.

    With `everything`, every page is made anew and compared, whatever the index says.
    """
    (folder / "releases").mkdir(parents=True, exist_ok=True)
    with _only_one(folder) as is_ours:
        if not is_ours:
            return None
        name = release_name()
        current = folder / "current"
        if current.is_symlink() and current.resolve().name.startswith(name):
            return _Release(current.resolve()).update(site, everything=everything)
        release = _Release(folder / "releases" / f"{name}-{time.time_ns()}")
        release.begin()
        outcome = release.update(site, everything=True)
        _point(current, release.folder)
        for other in (folder / "releases").iterdir():
            if other != release.folder:
                shutil.rmtree(other)
        return outcome


def file_of(path: str) -> str:
    """The file that answers an address, below the root of the server."""
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


def release_name() -> str:
    """A short name for the program that makes the pages, and for how it is set up: another one makes all of them anew."""
    chosen = (
        *(settings.PUBLIC_BASE_URL, settings.ARABIC_DIGITS, settings.OFFLINE_PAGES),
        *(settings.MAP_TILE_URL, settings.MAP_TILE_ATTRIBUTION, settings.MAP_BACKDROP),
    )
    return hashlib.sha256(" ".join(map(str, (*chosen, _program()))).encode()).hexdigest()[:16]


@functools.cache
def _program() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()


class _Release:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site, self.staged = folder / "site", folder / "staged"

    def begin(self) -> None:
        """Make the folders, the index and the assets."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.site, self.staged):
            folder.mkdir(parents=True)
        with self._index() as index:
            index.executescript(_SCHEMA)
            index.execute("INSERT INTO state VALUES (-1, '')")
        _write_assets(self.site)

    def update(self, site: Site, *, everything: bool) -> Outcome:
        with contextlib.closing(self._connect()) as index:
            self._finish(index)
            # In this order: what is made after the version was read is at least as new as the version.
            version = current_version()
            now = clock.now()
            wanted, gone = self._choose(index, site, version=version, now=now, everything=everything)
            if wanted is None:
                return Outcome()
            shutil.rmtree(self.staged, ignore_errors=True)
            self.staged.mkdir()
            written = 0
            for path in sorted(wanted):
                try:
                    page = stored_page(path)
                except PublicUnavailable:
                    # What is there stays, and the next run tries again.
                    index.execute(
                        "INSERT INTO page VALUES (?, '', 0) ON CONFLICT DO UPDATE SET valid_until = 0", (path,)
                    )
                    continue
                if page is None:
                    gone.add(path)
                    continue
                known = index.execute("SELECT tag FROM page WHERE path = ?", (path,)).fetchone()
                if known is None or known[0] != page.tag:
                    self._stage(index, path, page, number=written)
                    written += 1
                _remember(index, path, page)
            removed = 0
            for path in gone:
                if index.execute("DELETE FROM page WHERE path = ?", (path,)).rowcount:
                    index.execute("DELETE FROM mention WHERE path = ?", (path,))
                    for suffix in SUFFIXES.values():
                        index.execute("INSERT OR REPLACE INTO due VALUES (?, NULL)", (file_of(path) + suffix,))
                    removed += 1
            index.execute("UPDATE state SET version = ?, day = ?", (version, _day(now)))
            if written:
                # A file must not be named by the index and empty after the power failed.
                os.sync()
            index.commit()
            self._finish(index)
            return Outcome(looked_at=len(wanted), written=written, removed=removed)

    def _choose(
        self, index: sqlite3.Connection, site: Site, *, version: int, now: dt.datetime, everything: bool
    ) -> tuple[set[str] | None, set[str]]:
        """The addresses to look at, and those to take away. None in place of the first when there is nothing to do."""
        last, day = index.execute("SELECT version, day FROM state").fetchone()
        names = _read_changes(last, version)
        known = "SELECT path FROM page"
        if everything or names is None:
            wanted = site.every_address(now=now)
            return wanted, _paths(index, known) - wanted
        wanted, gone = _paths(index, f"{known} WHERE valid_until <= ?", now.timestamp()), set()
        if names:
            wanted |= site.addresses_about(names)
            for name in (*names, ANYTHING):
                wanted |= _paths(index, "SELECT path FROM mention WHERE name = ?", name)
        if day != _day(now):
            # Weeks come into reach and go out of it.
            every = site.every_address(now=now)
            there = _paths(index, known)
            gone = there - every
            wanted = (wanted | (every - there)) - gone
        is_idle = not wanted and not gone and version == last
        return (None if is_idle else wanted), gone

    def _stage(self, index: sqlite3.Connection, path: str, page: StoredPage, *, number: int) -> None:
        for encoding, suffix in SUFFIXES.items():
            body = page.bodies.get(encoding)
            staged = None
            if body is not None:
                staged = f"{number}{suffix}"
                (self.staged / staged).write_bytes(body)
                os.utime(self.staged / staged, (page.modified, page.modified))
            index.execute("INSERT OR REPLACE INTO due VALUES (?, ?)", (file_of(path) + suffix, staged))

    def _finish(self, index: sqlite3.Connection) -> None:
        """Put in place what the index says is due; also what a run that was interrupted had left."""
        for file, staged in index.execute("SELECT file, staged FROM due").fetchall():
            target = self.site / file
            if staged is None:
                target.unlink(missing_ok=True)
                _remove_empty(target.parent, below=self.site)
            elif (source := self.staged / staged).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _keep_dates_apart(source, target)
                source.replace(target)
        index.execute("DELETE FROM due")
        index.commit()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "index")

    @contextlib.contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(self._connect()) as index, index:
            yield index


def _read_changes(last: int, version: int) -> set[str] | None:
    """What was told of since the version `last`; None when it may be anything."""
    changes = list(
        ContentChange.objects.filter(number__gt=last, number__lte=version).values_list("mentions", flat=True)
    )
    if len(changes) != version - last or any(names is None for names in changes):
        return None
    return {name for names in changes for name in names or ()}


def _remember(index: sqlite3.Connection, path: str, page: StoredPage) -> None:
    until = page.valid_until.timestamp() if page.valid_until else None
    index.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", (path, page.tag, until))
    index.execute("DELETE FROM mention WHERE path = ?", (path,))
    names = [ANYTHING] if page.mentions is None else page.mentions
    index.executemany("INSERT INTO mention VALUES (?, ?)", [(name, path) for name in names])


def _paths(index: sqlite3.Connection, query: str, *values: object) -> set[str]:
    return {path for (path,) in index.execute(query, values)}


def _keep_dates_apart(source: Path, target: Path) -> None:
    """Servers make a file's tag from its date, in seconds, and its size: two versions must not have the same."""
    with contextlib.suppress(FileNotFoundError):
        former = int(target.stat().st_mtime)
        if int(source.stat().st_mtime) <= former:
            os.utime(source, (former + 1, former + 1))


def _write_assets(site: Path) -> None:
    """The files that pages refer to, under the names they use, each compressed as tightly as can be."""
    for finder in finders.get_finders():
        if not isinstance(finder, finders.FileSystemFinder):
            continue  # those of the admin and of the API's documentation belong to Django
        # What `collectstatic` passes over has no name in its list.
        for name, storage in finder.list(apps.get_app_config("staticfiles").ignore_patterns):  # type: ignore[attr-defined]
            url = staticfiles_storage.url(name)
            target = site / url.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            body = _asset(name, url, Path(storage.path(name)))
            target.write_bytes(body)
            if target.suffix not in PACKED_ALREADY:
                # The same bytes at every run: gzip would write the time into them.
                target.with_name(target.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
                target.with_name(target.name + ".br").write_bytes(brotli.compress(body))


def _asset(name: str, url: str, source: Path) -> bytes:
    """What is served under `url`: with hashed names, references inside a style sheet are hashed as well."""
    collected = Path(settings.STATIC_ROOT) / url.removeprefix(settings.STATIC_URL)
    return collected.read_bytes() if not url.endswith(f"/{name}") and collected.exists() else source.read_bytes()


def _day(now: dt.datetime) -> str:
    return timezone.localdate(now).isoformat()


def _remove_empty(folder: Path, *, below: Path) -> None:
    while folder != below:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _point(link: Path, release: Path) -> None:
    """Move the link in one step; relative, so that it holds wherever the folder is mounted."""
    new = link.with_name("next")
    new.unlink(missing_ok=True)
    new.symlink_to(release.relative_to(link.parent))
    new.replace(link)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[bool]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
