"""How far a verification reaches: what was there to be looked at, and what was not."""

from __future__ import annotations

from dataclasses import dataclass

from reports.archive.checks import part_of
from reports.archive.committed import opened_through
from reports.archive.layout import BOOKS, BULLETINS, Archive
from reports.archive.redrawn import LANGUAGES


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an export holds of what there is.

    ``opened_through`` is the act up to which publications say which acts must be open; after it one that was withheld
    is not missed. ``is_anchored`` says whether it was laid beside paper.
    """

    acts: int
    opened: int
    opened_through: int
    has_books: bool
    bulletins: int
    name: str
    as_of: str
    is_anchored: bool

    @property
    def zh(self) -> str:
        """Say it in Chinese."""
        return (
            f"{self.acts} 笔业务中打开 {self.opened} 笔(公布时已定应公开哪些:至第 {self.opened_through} 笔);"
            f"账簿{'有' if self.has_books else '没有'};公示 {self.bulletins} 份;"
            f"与纸质公示{'已' if self.is_anchored else '未'}核对"
        )

    @property
    def en(self) -> str:
        """Say it in English."""
        return (
            f"{self.opened} of {self.acts} acts opened (which must be is committed up to act {self.opened_through}), "
            f"books: {'yes' if self.has_books else 'no'}, bulletins: {self.bulletins}, "
            f"anchored to paper: {'yes' if self.is_anchored else 'no'}"
        )


def coverage_of(archive: Archive, *, is_anchored: bool) -> Coverage:
    """Count what an export brings."""
    return Coverage(
        acts=len(archive.journal),
        opened=sum(part_of(line, "public") is not None for line in archive.journal),
        opened_through=len(archive.journal) if archive.is_full else opened_through(archive),
        has_books=all(f"{BOOKS}{one}/main.beancount" in archive.files for one in LANGUAGES),
        bulletins=sum(name.startswith(BULLETINS) for name in archive.files),
        name=str(archive.manifest.get("name", "")),
        as_of=str(archive.manifest.get("as_of", "")),
        is_anchored=is_anchored,
    )
