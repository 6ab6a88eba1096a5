"""What the common parts can earn with, as it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.rules.lease import AssetType, Status
from ledger.store.tables import Asset, AssetAbsence, AssetStatus


@dataclass(frozen=True, slots=True)
class StandingAsset:
    """An asset as it stands on a day: ``since`` that day it is what it is, and ``reason`` says why."""

    code: str
    type: AssetType
    label: str
    building: str | None
    stair: str | None
    count: int
    status: Status
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody (a user id) has stated, by act ``seq``, that the compound has nothing of a type since a day."""

    type: AssetType
    since: date
    reason: str
    seq: int


def standing_assets(
    session: Session, compound: str, on: date, *, since: date | None = None
) -> list[StandingAsset]:
    """Return the assets that are there on a day, by code.

    Args:
        session: an open session.
        compound: the compound's code.
        on: the day.
        since: count an asset as operated if it was so on any day from this one on.
    """
    rows = {row.code: row for row in session.exec(select(Asset).where(Asset.compound == compound))}
    query = select(AssetStatus).where(AssetStatus.compound == compound, AssetStatus.from_on <= on)
    newest: dict[str, AssetStatus] = {}
    operated: dict[str, AssetStatus] = {}
    for one in session.exec(query.order_by(col(AssetStatus.from_on), col(AssetStatus.seq))):
        before = newest.get(one.asset)
        was_operated = before is not None and before.status == Status.OPERATED
        if before is not None and was_operated and since is not None and before.from_on < one.from_on > since:
            operated[one.asset] = before
        newest[one.asset] = one
    found = []
    for code in sorted(newest):
        row, now = rows[code], operated.get(code, newest[code])
        if now.status != Status.GONE:
            found.append(
                StandingAsset(
                    *(code, AssetType(row.type), row.label, row.building, row.stair, row.count),
                    *(Status(now.status), now.from_on, now.reason),
                )
            )
    return found


def absences(session: Session, compound: str, on: date) -> dict[AssetType, Absence]:
    """Return the types of which the compound has nothing on a day, by statement."""
    query = select(AssetAbsence).where(AssetAbsence.compound == compound, AssetAbsence.from_on <= on)
    found: dict[AssetType, Absence] = {}
    for row in session.exec(query.order_by(col(AssetAbsence.from_on), col(AssetAbsence.seq))):
        if row.absent:
            found[AssetType(row.type)] = Absence(AssetType(row.type), row.from_on, row.reason, row.seq)
        else:
            found.pop(AssetType(row.type), None)
    return found


def is_absent(session: Session, compound: str, kind: AssetType, on: date) -> bool:
    """Say whether it is stated that the compound has nothing of a type on a day."""
    return kind in absences(session, compound, on)
