"""Claims: what somebody other than a unit's debtor owes a fund, by the act that opened each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.store.records import voucher
from ledger.store.tables import EntryRow, PostingRow, Recovery

#: The last segment of a claim's account: a trustee, the one before it, or anybody else (chart 2.2).
TRUSTEE, FORMER_TRUSTEE, OTHER = "Trustee", "FormerTrustee", "Claim"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and what is still open on it, in fen; ``unit`` and ``debtor`` where it came of a unit's receipt."""

    seq: int
    voucher: str
    fund: str
    against: str
    opened_on: date
    amount_minor: int
    open_minor: int
    unit: str | None
    debtor: int | None

    @property
    def receivable(self) -> str:
        """The account that the claim stands on."""
        return f"Assets:{self.fund}:Receivable:{self.against}"


def claims(session: Session, compound: str, *, seq: int | None = None) -> list[Claim]:
    """Return all claims in the order they were opened, or the one that act ``seq`` opened; a reversed one is none.

    The reversal of a recovery opens nothing: it has a row of its own in ``recovery``.
    """
    undone, recovered = aliased(EntryRow), aliased(Recovery)
    named = [col(PostingRow.account).like(f"Assets:%:Receivable:{one}") for one in _KINDS]
    query = (
        select(EntryRow, PostingRow)
        .join(
            PostingRow,
            (col(PostingRow.compound) == EntryRow.compound) & (col(PostingRow.seq) == EntryRow.seq),
        )
        .outerjoin(
            undone, (col(undone.compound) == EntryRow.compound) & (col(undone.reverses) == EntryRow.seq)
        )
        .outerjoin(
            recovered,
            (col(recovered.compound) == EntryRow.compound) & (col(recovered.seq) == EntryRow.seq),
        )
        .where(EntryRow.compound == compound, or_(*named), col(PostingRow.amount_minor) > 0)
        .where(col(undone.seq).is_(None), col(recovered.seq).is_(None))
    )
    if seq is not None:
        query = query.where(EntryRow.seq == seq)
    rows = session.exec(query.order_by(col(EntryRow.seq))).all()
    came_in = _recovered(session, compound, col(Recovery.claim_seq).in_([entry.seq for entry, _ in rows]))
    units = _units(session, compound, [entry.seq for entry, _ in rows])
    return [
        Claim(
            entry.seq,
            voucher(entry.month, entry.voucher_no),
            line.fund,
            line.account.rpartition(":")[2],
            entry.effective_on,
            line.amount_minor,
            line.amount_minor - came_in.get(entry.seq, 0),
            *((None, None) if line.account.endswith(FORMER_TRUSTEE) else units.get(entry.seq, (None, None))),
        )
        for entry, line in rows
    ]


def recovered_of(session: Session, compound: str, seq: int) -> int:
    """Return what has come in of the claim that act ``seq`` opened, in fen."""
    return _recovered(session, compound, col(Recovery.claim_seq) == seq).get(seq, 0)


_KINDS = (TRUSTEE, FORMER_TRUSTEE, OTHER)


def _recovered(session: Session, compound: str, condition: ColumnElement[bool]) -> dict[int, int]:
    query = (
        select(Recovery.claim_seq, func.sum(col(Recovery.amount_minor)))
        .where(Recovery.compound == compound, condition)
        .group_by(col(Recovery.claim_seq))
    )
    return {seq: int(minor) for seq, minor in session.exec(query)}


def _units(session: Session, compound: str, seqs: list[int]) -> dict[int, tuple[str | None, int | None]]:
    """Return the first unit and debtor that each act's postings name."""
    query = select(PostingRow.seq, PostingRow.unit, PostingRow.debtor).where(
        PostingRow.compound == compound, col(PostingRow.seq).in_(seqs), col(PostingRow.unit).is_not(None)
    )
    found: dict[int, tuple[str | None, int | None]] = {}
    for seq, unit, debtor in session.exec(query.order_by(col(PostingRow.seq), col(PostingRow.line))):
        found.setdefault(seq, (unit, debtor))
    return found
