"""What the publications of a public export commit to, laid beside what it brings: bulletins, books, openings.

Without them whoever hands an export out could leave acts shut, change a bulletin, or retell a month that is closed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from reports.archive.against import bulletin_data
from reports.archive.checks import part_of, where
from reports.archive.findings import Finding, found
from reports.archive.layout import AUDIT, BOOKS, BULLETINS, REGISTERS, Archive, Line
from reports.archive.redrawn import LANGUAGES

_RUN = re.compile(r"(\d{1,15})(?:-(\d{1,15}))?")


def check_committed(archive: Archive) -> Iterator[Finding]:
    """Compare a public export with everything that its publications committed to."""
    if any(part_of(line, "sealed") is not None for line in archive.journal):
        yield found("audience_wrong", "manifest.json")
    for name in sorted(archive.files):
        if name == AUDIT or name.startswith(REGISTERS):
            yield found("audience_wrong", name)
    published = [(line, part) for line, part in _published(archive) if "bulletin" in part]
    yield from _bulletins(archive, published)
    if not archive.is_journal_only:
        yield from _books(archive, published)
    yield from _openings(archive, published)


def opened_through(archive: Archive) -> int:
    """Return the act up to which publications say what must be open; 0 where none of them does."""
    return max((line["seq"] - 1 for line, part in _published(archive) if "opened" in part), default=0)


def _published(archive: Archive) -> Iterator[tuple[Line, Mapping[str, Any]]]:
    for line in archive.journal:
        part = part_of(line, "public")
        if part is not None and part["kind"] == "publish":
            yield line, part


def _bulletins(archive: Archive, published: list[tuple[Line, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Look for every PDF; of those that no act names there may be as many as older publications, and no more."""
    known = set()
    for line, part in published:
        said = part["bulletin"]
        name = f"{BULLETINS}{said['month']}-v{said['version']}.pdf"
        known.add(name)
        if name not in archive.files:
            yield found("bulletin_missing", where(line), name)
        elif archive.hash_of(name) != said["sha256"]:
            yield found("bulletin_changed", where(line), name)
        elif line is published[-1][0]:  # a name is the newest one's
            yield from _name(archive, name)
    others = sorted({name for name in archive.files if name.startswith(BULLETINS)} - known)
    older = sum(1 for _ in _published(archive)) - len(published)
    if len(others) > older:
        yield from (found("bulletin_stranger", name) for name in others)
    elif len(others) < older:
        yield found("bulletin_missing", BULLETINS, f"{len(others)} / {older}")


def _name(archive: Archive, file: str) -> Iterator[Finding]:
    """Compare the name that the manifest gives the compound with the one that stands on its bulletin."""
    figures = bulletin_data(archive.files[file])
    if figures is not None and figures["compound_zh"] != archive.manifest["name"]:
        yield found("name_differs", "manifest.json", str(archive.manifest["name"]))


def _books(archive: Archive, published: list[tuple[Line, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Compare every month's file with what the newest publication of the month committed to."""
    newest = {part["bulletin"]["month"]: (line, part["books"]) for line, part in published}
    for month, (line, books) in sorted(newest.items()):
        for language in LANGUAGES:
            name = f"{BOOKS}{language}/{month[:4]}/{month}.beancount"
            if name not in archive.files:
                yield found("book_missing", where(line), name)
            elif archive.hash_of(name) != books[language]:
                yield found("book_changed", where(line), name)


def _openings(archive: Archive, published: list[tuple[Line, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Look for every act that a publication says everybody may read."""
    runs = sorted(run for line, part in published for run in _runs(part["opened"]["acts"], int(line["seq"])))
    starts = [first for first, _ in runs]
    before = 0
    for line, part in _published(archive):
        if "opened" in part and part["opened"]["after"] != before:  # it must begin where the one before ended
            yield found("opened_wrong", where(line))
        before = line["seq"] - 1
    for line in archive.journal:
        place = bisect_right(starts, line["seq"]) - 1
        is_open = place >= 0 and line["seq"] <= runs[place][1]
        if is_open and part_of(line, "public") is None:
            yield found("withheld", where(line))


def _runs(said: str, before: int) -> Iterator[tuple[int, int]]:
    """Give the runs of a publication, first and last act.

    Raises:
        ValueError: they are not written like that, or go beyond the publication itself.
    """
    end = 0
    for one in said.split():
        run = _RUN.fullmatch(one)
        first, last = (int(run[1]), int(run[2] or run[1])) if run else (0, 0)
        if not end < first <= last < before:
            raise ValueError(said[:40])
        end = last
        yield first, last
