"""Bring forward one fund's opening balances from an audited handover (scene S1, entry E40).

Arrears come in as charges with their own period and due day, prepayments as lots, so that ageing, limitation and
release work from the first day. Arrears do not enter the opening equity: their mirror takes them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from ledger.actions.open_bank_account import check_bank
from ledger.errors import AccountControlled, AlreadyExists, FundsMixed, NotFound, RequestMalformed
from ledger.rules.charge import fee_item
from ledger.rules.chart import account, fund_name_zh, group_of, is_control
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive
from ledger.rules.period import last_day, month_of, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.owed import Holding, holdings
from ledger.store.tables import Charge, EntryRow, PostingRow

DEPOSIT = "Liabilities:Agency:Deposit:Renovation"


@dataclass(frozen=True, slots=True)
class OpeningCash:
    """What an asset stood at, in fen: a bank account, petty cash, custody."""

    account: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OpeningArrear:
    """An unpaid charge of an earlier month, in fen."""

    unit: str
    item: str
    period: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OpeningUnitSum:
    """What is held for a unit, in fen: a prepayment or a renovation deposit."""

    unit: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OpenBalances:
    """One fund's opening balances and the document that shows them (L40)."""

    fund: str
    effective_on: date
    document: str
    cash: tuple[OpeningCash, ...] = ()
    arrears: tuple[OpeningArrear, ...] = ()
    prepaid: tuple[OpeningUnitSum, ...] = ()
    deposits: tuple[OpeningUnitSum, ...] = ()


def open_balances(journal: Journal, command: OpenBalances) -> Recorded:
    """Post the opening entry of one fund; what is left over goes to its opening equity.

    Raises:
        NotFound: an unknown unit or fee item.
        FundsMixed: an account of another fund.
    """
    require(journal.actor, KEEPERS)
    document = check_text(command.document, "/document", NAME_LIMIT)
    held = {one.unit: one for one in holdings(journal.session, journal.compound, command.effective_on)}
    postings = [_cash(journal, command, place) for place in range(len(command.cash))]
    charges, owed = _arrears(journal, command, held)
    postings += owed
    for place, one in enumerate(command.prepaid):
        holding = _holding(held, one.unit, f"/prepaid/{place}/unit")
        code = f"Liabilities:{command.fund}:Prepaid"
        minor = check_positive(one.amount_minor, f"/prepaid/{place}/amount")
        postings.append(Posting(code, -minor, unit=one.unit, debtor=holding.debtor))
    for place, one in enumerate(command.deposits):
        holding = _holding(held, one.unit, f"/deposits/{place}/unit")
        if command.fund != "Agency":
            raise FundsMixed(pointer=f"/deposits/{place}", funds=f"Agency, {command.fund}")
        minor = check_positive(one.amount_minor, f"/deposits/{place}/amount")
        postings.append(Posting(DEPOSIT, -minor, unit=one.unit, debtor=holding.debtor))
    _check_first(journal, command.fund)
    rest = sum(posting.amount_minor for posting in postings)
    if rest:
        postings.append(Posting(f"Equity:{command.fund}:Opening", -rest))
    entry = Entry(
        Kind.OPENING,
        command.effective_on,
        f"接管期初 {fund_name_zh(command.fund)}",
        tuple(postings),
        authority=document,
    )
    return journal.record("opening", command.effective_on, {Charge: charges}, entry=entry)


def _check_first(journal: Journal, fund: str) -> None:
    """Refuse a second opening of a fund while the first one stands."""
    undone = aliased(EntryRow)
    query = (
        select(EntryRow.seq)
        .join(
            PostingRow,
            (col(PostingRow.compound) == EntryRow.compound) & (col(PostingRow.seq) == EntryRow.seq),
        )
        .outerjoin(
            undone, (col(undone.compound) == EntryRow.compound) & (col(undone.reverses) == EntryRow.seq)
        )
        .where(
            EntryRow.compound == journal.compound,
            EntryRow.kind == str(Kind.OPENING),
            PostingRow.fund == fund,
            col(undone.seq).is_(None),
        )
    )
    if journal.session.exec(query).first() is not None:
        raise AlreadyExists(pointer="/fund", what=f"期初 {fund}")


def _holding(held: dict[str, Holding], unit: str, pointer: str) -> Holding:
    if unit not in held:
        raise NotFound(pointer=pointer, what=unit[:40])
    return held[unit]


def _cash(journal: Journal, command: OpenBalances, place: int) -> Posting:
    line = command.cash[place]
    named = account(line.account)
    owns = named.type == "Assets" and line.amount_minor > 0
    owes = named.type == "Liabilities" and line.amount_minor < 0
    if not owns and not owes:
        raise RequestMalformed(
            pointer=f"/cash/{place}",
            why_zh="期初只能是正数的资产或负数的负债",
            why_en="an opening is an asset above zero or a liability below it",
        )
    if named.fund != command.fund:
        raise FundsMixed(pointer=f"/cash/{place}/account", funds=f"{command.fund}, {named.fund}")
    if is_control(line.account):
        raise AccountControlled(pointer=f"/cash/{place}/account", account=line.account)
    if group_of(line.account) == "Bank":
        check_bank(journal, line.account.rpartition(":")[2], command.fund, f"/cash/{place}/account")
    return Posting(line.account, line.amount_minor)


def _arrears(
    journal: Journal, command: OpenBalances, held: dict[str, Holding]
) -> tuple[list[dict[str, Any]], list[Posting]]:
    """Return the charges brought forward, and their receivables with the mirrors."""
    charges: list[dict[str, Any]] = []
    postings: list[Posting] = []
    mirrors: dict[str, int] = defaultdict(int)
    for line, one in enumerate(command.arrears, 1):
        item = fee_item(one.item, f"/arrears/{line - 1}/item")
        holding = _holding(held, one.unit, f"/arrears/{line - 1}/unit")
        period = parse_month(one.period, f"/arrears/{line - 1}/period")
        if item.fund != command.fund or period >= month_of(command.effective_on):
            raise RequestMalformed(
                pointer=f"/arrears/{line - 1}",
                why_zh="只能是本项资金以前月份的欠费",
                why_en="arrears are of earlier months and of this fund",
            )
        minor = check_positive(one.amount_minor, f"/arrears/{line - 1}/amount")
        charges.append(
            {
                "line": line,
                "unit": one.unit,
                "debtor": holding.debtor,
                "party": str(holding.party),
                "item": item.code,
                "period": period,
                "due_on": last_day(period),
                "amount_minor": minor,
            }
        )
        postings.append(
            Posting(
                item.receivable(holding.party),
                minor,
                unit=one.unit,
                debtor=holding.debtor,
                item=item.code,
                charge=f"{journal.seq + 1}-{line}",
                period=period,
            )
        )
        mirrors[item.uncollected(holding.party)] -= minor
    return charges, postings + [Posting(code, mirrors[code]) for code in sorted(mirrors)]
