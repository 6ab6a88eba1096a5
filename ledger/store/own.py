"""A compound's own row by its key, or the refusal that there is none."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import Session, SQLModel

from ledger.errors import NotFound

Row = TypeVar("Row", bound=SQLModel)
_SHOWN = 40  # characters


def own(
    session: Session, table: type[Row], compound: str, key: str | int | None, pointer: str | None = None
) -> Row:
    """Return the row of a compound under ``key``.

    Raises:
        NotFound: there is none.
    """
    row = session.get(table, (compound, "" if key is None else key))
    if row is None:
        raise NotFound(pointer=pointer, what="—" if key in {None, ""} else str(key)[:_SHOWN])
    return row
