"""The handover list: what passes from one trustee to the next on a day (L14, L39).

Money per fund and account, what is paid ahead and deposited per unit, the balance of public income, arrears charge by
charge, and the vouchers. A charge whose days lie on both sides of the cut-off day is split between the trustees by
days, so that each can be held to its own service; the debt stays one debt, owed to the owners' fund.

The list is what the books said of the cut-off day when the handover was recorded, and stays so: what is booked later,
even for days before, is on no later copy of it. The head of the chain at the handover is printed on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sql
from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import NotFound
from ledger.rules.between import REPAIR
from ledger.rules.chart import account, account_name_zh, fund_name_zh, fund_zh, group_of
from ledger.rules.fund import funds_in, net, spendable
from ledger.rules.money import apportion
from ledger.rules.period import first_day, last_day, month_of
from ledger.store.balances import balances
from ledger.store.records import voucher
from ledger.store.registers import accounts as opened
from ledger.store.registers import compound_row
from ledger.store.tables import Act, EntryRow, Handover, PostingRow, Unit
from reports.figures import NOT_APPLICABLE, Figure
from reports.receivables.arrears import OwedLine, arrears

CONTRACTS_ZH: Final = (
    "账簿只登记合同的要点，不存原件：合同、设备与图纸资料请按纸质清单逐项移交，并附于本表之后。"
)
SPLIT_ZH: Final = "账期跨越截止日的应收按服务天数分列（截止日当日归移交方），债权仍属业主共有资金。"
_MONEY = frozenset({"Bank", "Cash", "Clearing", "Custody", "Advance"})


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What one account of one fund holds, in fen; ``in_custody`` is the repair fund's, which no trustee holds."""

    fund_zh: str
    account: str
    account_zh: str
    amount_minor: int

    @property
    def in_custody(self) -> bool:
        """Say whether it is kept by the repair fund's custodian."""
        return account(self.account).fund == REPAIR


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund's net worth and what of it may be spent, in fen; the repair fund is its custodian's to pay out."""

    fund: str
    fund_zh: str
    net_minor: int
    spendable_minor: Figure


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What is held for a unit, in fen: paid ahead, to be given back, or a deposit."""

    kind_zh: str
    unit: str
    label_zh: str
    debtor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SplitRow:
    """An open charge and its two parts by days of service, in fen."""

    line: OwedLine
    outgoing_minor: int
    incoming_minor: int


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A month's vouchers: how many, the first and the last."""

    month: str
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class HandoverList:
    """Everything that passes."""

    compound_zh: str
    compound: str
    seq: int
    handed_on: date
    due_on: date
    outgoing: str
    incoming: str
    money: tuple[MoneyRow, ...]
    funds: tuple[FundRow, ...]
    held: tuple[HeldRow, ...]
    arrears: tuple[SplitRow, ...]
    vouchers: tuple[VoucherRow, ...]
    head: str

    @property
    def later_zh(self) -> str:
        """Say what is not on the list: what is charged after the cut-off day, and how it is shared then."""
        month = month_of(self.handed_on)
        whole, own = last_day(month).day, self.handed_on.day
        if own == whole:
            return f"截止日之后才计费的 {month} 及以前账期不在本表，计费后全部属移交方期间。"
        return (
            f"截止日之后才计费的账期不在本表：{month} 计费后按服务天数分列，移交方 {own} 天，接收方 {whole - own} 天；"
            "以前账期属移交方期间，以后账期属接收方期间。"
        )

    @property
    def public_income_minor(self) -> int:
        """The balance of public income, in fen."""
        return sum(one.net_minor for one in self.funds if one.fund == "PublicIncome")


def handovers(session: Session, compound: str) -> list[Handover]:
    """Return all handovers, in order."""
    query = select(Handover).where(Handover.compound == compound)
    return list(session.exec(query.order_by(col(Handover.seq))))


def handover_list(session: Session, compound: str, seq: int) -> HandoverList:
    """Return the list of the handover of act ``seq``: what the books said then of its day.

    Raises:
        NotFound: that act handed nothing over.
    """
    row = session.get(Handover, (compound, seq))
    if row is None:
        raise NotFound(pointer="/seq", what=str(seq))
    day = row.handed_on
    standing = balances(session, compound, as_of=day, known_at=seq)
    return HandoverList(
        compound_row(session, compound).name,
        compound,
        seq,
        day,
        row.due_on,
        row.outgoing,
        row.incoming,
        _money(standing),
        tuple(
            FundRow(
                fund,
                fund_name_zh(fund),
                net(standing, fund),
                NOT_APPLICABLE if fund == REPAIR else spendable(standing, fund),
            )
            for fund in sorted(funds_in(standing), key=fund_zh)
        ),
        _held(session, compound, day, seq),
        _split(session, compound, day, seq),
        _vouchers(session, compound, day, seq),
        session.get_one(Act, (compound, seq)).hash,
    )


def _money(standing: dict[str, int]) -> tuple[MoneyRow, ...]:
    rows = []
    for code, minor in standing.items():
        if code.startswith("Assets:") and group_of(code) in _MONEY:
            named = account(code)
            rows.append(
                MoneyRow(fund_name_zh(named.fund), code, account_name_zh(code).replace("·", " "), minor)
            )
    return tuple(sorted(rows, key=lambda one: (fund_zh(account(one.account).fund), one.account)))


def _held(session: Session, compound: str, day: date, known_at: int) -> tuple[HeldRow, ...]:
    kinds = {"Prepaid": "预收", "Refundable": "应退", "Deposit": "押金"}
    accounts = [one.code for one in opened(session, compound) if group_of(one.code) in kinds]
    of_entry = (col(EntryRow.compound) == PostingRow.compound) & (col(EntryRow.seq) == PostingRow.seq)
    of_unit = (col(Unit.compound) == PostingRow.compound) & (col(Unit.code) == PostingRow.unit)
    total = func.sum(col(PostingRow.amount_minor)).label("total")
    keys = (col(PostingRow.account), col(Unit.code), col(Unit.label), col(PostingRow.debtor))
    query = (
        sql.select(*keys, total)
        .select_from(PostingRow)
        .join(EntryRow, of_entry)
        .join(Unit, of_unit)
        .where(
            col(PostingRow.compound) == compound,
            col(PostingRow.account).in_(accounts),
            col(PostingRow.seq) <= known_at,
            col(EntryRow.effective_on) <= day,
        )
        .group_by(*keys)
        .having(total != 0)
    )
    rows = [
        HeldRow(kinds[group_of(code)], unit, label, debtor or 0, -int(minor))
        for code, unit, label, debtor, minor in session.execute(query)
    ]
    return tuple(
        sorted(rows, key=lambda one: (list(kinds.values()).index(one.kind_zh), one.unit, one.debtor))
    )


def _split(session: Session, compound: str, day: date, known_at: int) -> tuple[SplitRow, ...]:
    """Split what is open by days of service up to and after the cut-off day, to the fen."""
    rows = []
    for line in arrears(session, compound, day, known_at=known_at).lines:
        begins, ends = line.from_on or first_day(line.period), line.to_on or last_day(line.period)
        whole = (ends - begins).days + 1
        before = min(max((day - begins).days + 1, 0), whole)
        outgoing, incoming = apportion(line.open_minor, [before, whole - before])
        rows.append(SplitRow(line, outgoing, incoming))
    return tuple(rows)


def _vouchers(session: Session, compound: str, day: date, known_at: int) -> tuple[VoucherRow, ...]:
    number = col(EntryRow.voucher_no)
    query = (
        select(EntryRow.month, func.count(), func.min(number), func.max(number))
        .where(EntryRow.compound == compound, EntryRow.effective_on <= day, EntryRow.seq <= known_at)
        .group_by(col(EntryRow.month))
        .order_by(col(EntryRow.month))
    )
    return tuple(
        VoucherRow(month, int(count), voucher(month, first), voucher(month, last))
        for month, count, first, last in session.execute(query)
    )
