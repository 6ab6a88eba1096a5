"""Money held for others: deposits and utilities from opening to closing, and each meter group's in and out (L19)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.rules.charge import fee_item
from ledger.rules.chart import account, account_name_zh
from ledger.rules.period import last_day, months_back
from ledger.store.balances import balances
from ledger.store.in_month import postings_in_month
from ledger.store.tables import EntryRow, PostingRow
from ledger.store.utilities import GroupFigures, group_figures, meter_groups

_HELD = ("Liabilities:Agency:Deposit:", "Liabilities:Agency:Utility:", "Liabilities:Agency:Interest")


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One account of third parties' money, in fen: ``kept`` became a fund's own by agreement, ``returned`` went back.

    opening + received - returned - kept = closing
    """

    account: str
    label_zh: str
    opening_minor: int
    received_minor: int
    returned_minor: int
    kept_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A meter group and its figures from the beginning."""

    code: str
    label_zh: str
    item_zh: str
    figures: GroupFigures


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """The month's section on money held for others; ``net_minor`` is always zero (I6)."""

    month: str
    held: tuple[HeldRow, ...]
    groups: tuple[GroupRow, ...]
    net_minor: int


def agency_figures(session: Session, compound: str, month: str) -> AgencyFigures:
    """Return third parties' money in a month, account by account, and each meter group up to its end."""
    start = balances(session, compound, as_of=last_day(months_back(month, 1)))
    end = balances(session, compound, as_of=last_day(month))
    moved = _moved(session, compound, month)
    codes = {code for code in (*start, *end, *moved) if code.startswith(_HELD)}
    held = tuple(
        _row(code, -start.get(code, 0), -end.get(code, 0), moved[code])
        for code in sorted(codes, key=lambda code: account(code).order)
    )
    groups = tuple(
        GroupRow(one.code, one.label, fee_item(one.item).zh, group_figures(session, compound, one, month))
        for one in meter_groups(session, compound)
    )
    net = sum(
        minor for code, minor in end.items() if code.startswith(("Assets:Agency:", "Liabilities:Agency:"))
    )
    return AgencyFigures(month, held, groups, net)


def _row(code: str, opening: int, closing: int, moved: list[tuple[str, int, int]]) -> HeldRow:
    """Return one account's row; what was brought forward in the month counts as its opening, a reversal against it."""
    brought = sum(minor for kind, minor, _ in moved if kind == "opening")
    kept = sum(kept for _, _, kept in moved)
    returned = sum(-minor - kept for kind, minor, kept in moved if kind != "opening" and minor < 0)
    received = sum(minor for kind, minor, _ in moved if kind != "opening" and minor > 0)
    return HeldRow(code, account_name_zh(code), opening + brought, received, returned, kept, closing)


def _moved(session: Session, compound: str, month: str) -> defaultdict[str, list[tuple[str, int, int]]]:
    """Return, for each account, the kind of each entry, what it added, and what of it another fund kept, in fen."""
    of_agency = aliased(PostingRow)
    touches = (
        exists()
        .where(
            col(of_agency.compound) == col(EntryRow.compound),
            col(of_agency.seq) == col(EntryRow.seq),
            col(of_agency.account).startswith("Liabilities:Agency:", autoescape=True),
        )
        .correlate(EntryRow)
    )
    entries: dict[int, tuple[EntryRow, list[PostingRow]]] = {}
    for entry, posting in postings_in_month(session, compound, month, touches):
        entries.setdefault(entry.seq, (entry, []))[1].append(posting)
    moved: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for entry, postings in entries.values():
        sums: dict[str, int] = defaultdict(int)
        for posting in postings:
            if posting.account.startswith(_HELD):
                sums[posting.account] -= posting.amount_minor
        kept = -sum(posting.amount_minor for posting in postings if posting.account.startswith("Income:"))
        released = entry.kind == "deposit_release"
        for code, minor in sums.items():
            is_deposit = ":Deposit:" in code
            moved[code].append((entry.kind, minor, kept if released and is_deposit and minor < 0 else 0))
    return moved
