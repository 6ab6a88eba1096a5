"""Vouchers beside the books: which there are, who may see what of them, and which costs have none (L06, L45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.period import month_of
from ledger.store.balances import in_months
from ledger.store.files import file_of
from ledger.store.tables import (
    Disbursement,
    DisbursementStep,
    EntryRow,
    PostingRow,
    Voucher,
)


@dataclass(frozen=True, slots=True)
class VoucherMissing:
    """A cost in the books without an invoice or any file; ``seq`` is the act of its entry, amounts in fen."""

    seq: int
    fund: str
    on: date
    payee: str | None
    purpose: str
    amount_minor: int
    disbursement: str | None


def names_a_household(session: Session, compound: str, seq: int) -> bool:
    """Say whether an entry concerns a unit."""
    query = select(PostingRow.line).where(
        PostingRow.compound == compound, PostingRow.seq == seq, col(PostingRow.unit).is_not(None)
    )
    return session.exec(query).first() is not None


def vouchers_of(
    session: Session, compound: str, *, disbursement: str | None = None, entry: int | None = None
) -> list[Voucher]:
    """Return the vouchers of a payment or an entry, oldest first; an entry has those of its payment, too."""
    wanted = [col(Voucher.id) == disbursement] if disbursement is not None else []
    if entry is not None:
        wanted.append(col(Voucher.entry) == entry)
        step = session.exec(
            select(DisbursementStep.id).where(
                DisbursementStep.compound == compound, DisbursementStep.seq == entry
            )
        ).first()
        if step is not None:
            wanted.append(col(Voucher.id) == step)
    query = select(Voucher).where(Voucher.compound == compound, or_(*wanted))
    return list(session.exec(query.order_by(col(Voucher.seq))))


def published_file(session: Session, compound: str, sha256: str) -> tuple[str, bytes]:
    """Return the type and bytes of what everybody may see under a hash.

    Raises:
        NotFound: nothing is published under it, or it has been erased.
        KeptFileChanged: its bytes are no longer those that were kept.
    """
    query = select(Voucher.published_type).where(
        Voucher.compound == compound, Voucher.published_sha256 == sha256
    )
    kind, file = session.exec(query).first(), file_of(session, compound, sha256)
    if kind is None or file is None:
        raise NotFound(pointer="/sha256", what=sha256[:40])
    return kind, file[1]


def original_file(session: Session, compound: str, sha256: str) -> tuple[str, bytes]:
    """Return the type and bytes of a voucher as it came.

    Raises:
        NotFound: there is none of this hash, or it has been erased.
        KeptFileChanged: its bytes are no longer those that were kept.
    """
    query = select(Voucher.media_type).where(Voucher.compound == compound, Voucher.sha256 == sha256)
    kind, file = session.exec(query).first(), file_of(session, compound, sha256)
    if kind is None or file is None:
        raise NotFound(pointer="/sha256", what=sha256[:40])
    return kind, file[1]


def voucher_missing(
    session: Session, compound: str, as_of: date, since: date | None = None, fund: str | None = None
) -> list[VoucherMissing]:
    """Return the costs in the books on a day that no invoice and no file proves, in order (无凭证成本).

    A reversed cost is none; what the bank or the close books by itself (charges, remuneration) has its statement or
    contract.
    """
    proven = _proven(session, compound)
    query = (
        select(EntryRow, PostingRow)
        .join(
            PostingRow,
            (col(PostingRow.compound) == EntryRow.compound) & (col(PostingRow.seq) == EntryRow.seq),
        )
        .where(
            EntryRow.compound == compound,
            col(EntryRow.kind).in_(_COSTS),
            EntryRow.effective_on <= as_of,
            col(PostingRow.account).like("Expenses:%"),
            col(PostingRow.account).not_like("%:BankCharge"),
            col(PostingRow.amount_minor) > 0,
        )
        .order_by(col(EntryRow.seq), col(PostingRow.line))
    )
    if since is not None:
        months = in_months(compound, month_of(since), month_of(as_of))
        query = query.where(EntryRow.effective_on >= since, months)
    if fund is not None:
        query = query.where(PostingRow.fund == fund)
    undone, asked = _undone(session, compound, as_of), _asked(session, compound)
    found: dict[int, VoucherMissing] = {}
    for entry, line in session.exec(query):
        of = asked.get(entry.seq)
        if entry.seq in undone or entry.seq in proven or of in proven:
            continue
        before = found.get(entry.seq)
        found[entry.seq] = VoucherMissing(
            entry.seq,
            line.fund,
            entry.effective_on,
            entry.counterparty,
            entry.narration,
            line.amount_minor + (before.amount_minor if before else 0),
            of,
        )
    return list(found.values())


_COSTS = ("expense", "general", "petty_cash", "explanation")


def _undone(session: Session, compound: str, as_of: date) -> set[int | None]:
    """Return the acts whose entries were reversed by a day."""
    query = select(EntryRow.reverses).where(
        EntryRow.compound == compound,
        col(EntryRow.reverses).is_not(None),
        EntryRow.effective_on <= as_of,
    )
    return set(session.exec(query))


def _asked(session: Session, compound: str) -> dict[int, str]:
    """Return which payment each act posted."""
    query = select(DisbursementStep.seq, DisbursementStep.id).where(
        DisbursementStep.compound == compound, DisbursementStep.step == "posted"
    )
    return dict(session.exec(query).all())


def _proven(session: Session, compound: str) -> set[int | str | None]:
    """Return the acts and payments that have a file or an invoice's number."""
    files = session.exec(select(Voucher.id, Voucher.entry).where(Voucher.compound == compound)).all()
    numbered = session.exec(
        select(Disbursement.id).where(
            Disbursement.compound == compound, col(Disbursement.invoice).is_not(None)
        )
    ).all()
    return {*(one for pair in files for one in pair), *numbered} - {None}
