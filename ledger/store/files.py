"""Files kept under their SHA-256: whoever reads one gets the very bytes, or is told that they are not whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import LargeBinary, cast, select
from sqlmodel import Session

from ledger.errors import KeptFileChanged
from ledger.store.tables import METADATA

_TABLE = METADATA.tables["blob"]
_CONTENT = cast(_TABLE.c.content, LargeBinary).label("content")  # SQLite holds text in its place, if told to
_AT_ONCE = 8  # files in memory


def file_of(session: Session, compound: str, sha256: str) -> tuple[str, bytes] | None:
    """Return the type and bytes of a file, or None where there is none of this hash, or it was erased.

    Raises:
        KeptFileChanged: its bytes are no longer those that were kept.
    """
    query = select(_TABLE.c.media_type, _CONTENT).where(
        _TABLE.c.compound == compound, _TABLE.c.sha256 == sha256
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    if not _is_whole(row.content, sha256):
        raise KeptFileChanged(what=sha256[:16])
    return str(row.media_type), row.content


def damaged(session: Session, compound: str, breathe: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Give the hashes of a compound's files whose bytes are no longer those that were kept.

    ``breathe`` is called between files: whoever has time lets others go first.
    """
    mine = select(_TABLE.c.sha256, _CONTENT).where(_TABLE.c.compound == compound)
    query = mine.order_by(_TABLE.c.sha256).execution_options(yield_per=_AT_ONCE)
    for hashed, content in session.execute(query):
        if not _is_whole(content, hashed):
            yield str(hashed)
        breathe()


def _is_whole(content: bytes | None, sha256: str) -> bool:
    return content is not None and hashlib.sha256(content).hexdigest() == sha256
