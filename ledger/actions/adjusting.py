"""How an adjustment of charges gathers its rows and postings: charges down, charges up, money set free.

What is still open goes down with the charge. Money that a lower charge sets free pays what the same debtor owes more
for the same item; the rest becomes a prepayment or a refund, if the treasurer says so (chart E03, E04).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ledger.actions.charging import basis_columns, receivables
from ledger.actions.settling import mirrored, on_charge
from ledger.errors import AdjustmentRefused, ChargeNotYet, ChargeSettled
from ledger.rules.billing import Planned
from ledger.rules.charge import item_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.settle import Debt, Surplus
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.charged import ChargeView, all_departed, settled_by
from ledger.store.debts import debt
from ledger.store.outstanding import touched_on
from ledger.store.tables import Charge, Settlement

_HELD = {Surplus.PREPAID: "Prepaid", Surplus.REFUND: "Refundable"}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an adjustment did, in fen: charges down, charges up, and money that was paid too much."""

    recorded: Recorded
    lowered_minor: int
    raised_minor: int
    freed_minor: int


@dataclass(slots=True)
class Freed:
    """Money of a receipt that a charge needs no more, in fen; a raised charge of the same debtor and item takes it."""

    view: ChargeView
    known: Debt
    receipt: int | None
    minor: int


@dataclass(slots=True)
class Work:
    """The rows and postings of one adjustment as they gather; amounts in fen."""

    journal: Journal
    surplus: Surplus
    charges: list[dict[str, Any]] = field(default_factory=list)
    settlements: list[dict[str, Any]] = field(default_factory=list)
    debts: list[Posting] = field(default_factory=list)
    others: list[Posting] = field(default_factory=list)
    pool: list[Freed] = field(default_factory=list)
    lowered: int = 0
    raised: int = 0
    freed: int = 0

    def settle(self, key: tuple[int, int], receipt: int | None, minor: int) -> None:
        """Add a settlement, negative to take one back."""
        row = {"charge_seq": key[0], "charge_line": key[1], "receipt": receipt, "amount_minor": minor}
        self.settlements.append({"line": len(self.settlements) + 1, **row})


def lower(work: Work, view: ChargeView, to_minor: int, charge: Planned | None) -> None:
    """Take a charge down: first what is open on it, then what was settled, the newest receipt first."""
    row, known = view.row, _debt(work, view)
    by = known.amount_minor - to_minor
    from_open = min(by, known.charge.open_minor)
    if known.charge.disputed_minor and from_open > known.charge.open_minor - known.charge.disputed_minor:
        raise refused(view.id, "有争议部分,请先了结争议", "part of it is disputed; end the dispute first")
    item = item_of(row.item)
    if from_open > 0:
        work.debts.append(on_charge(item.receivable(known.charge.standing), -from_open, known.charge))
    rest = by - from_open
    for receipt, minor in settled_by(work.journal.session, row.compound, row.seq, row.line):
        part = min(rest, minor)
        if part > 0:
            work.settle((row.seq, row.line), receipt, -part)
            work.pool.append(Freed(view, known, receipt, part))
            rest -= part
    if rest:
        raise refused(view.id, "其中有减免、核销或实物抵偿", "part of it was ended without money")
    _add_row(work, view, -by, charge)
    work.lowered += by


def keep_surplus(work: Work) -> None:
    """Keep what no raised charge has taken as the treasurer says: paid ahead, or to be given back.

    Raises:
        ChargeSettled: nothing is said of it.
    """
    left = [one for one in work.pool if one.minor]
    if left and work.surplus is Surplus.REFUSE:
        settled = format_amount(sum(one.minor for one in left))
        raise ChargeSettled(pointer="/surplus", charge=left[0].view.id, settled=settled)
    for one in left:
        row, item = one.view.row, item_of(one.view.row.item)
        held = f"Liabilities:{item.fund}:{_HELD[work.surplus]}"
        work.others += [
            on_charge(item.income(one.known.charge.party), one.minor, one.known.charge, one.receipt),
            Posting(held, -one.minor, unit=row.unit, debtor=row.debtor, receipt=one.receipt),
        ]
        work.freed += one.minor
        one.minor = 0


def _paid_from_pool(work: Work, charge: Planned, line: int, due_minor: int) -> int:
    """Settle a raised charge with what its debtor's other charges of the item have set free; give how much, in fen."""
    paid = 0
    for one in work.pool:
        row = one.view.row
        same = (row.unit, row.debtor, row.item, row.party) == (
            charge.unit,
            charge.debtor,
            charge.item,
            str(charge.party),
        )
        part = min(one.minor, due_minor - paid) if same else 0
        if part > 0:
            work.settle((work.journal.seq + 1, line), one.receipt, part)
            one.minor -= part
            paid += part
    return paid


def replace_charge(work: Work, view: ChargeView, charge: Planned) -> None:
    """Put a higher charge in the place of one; what was paid on the old one pays the new one."""
    row, known = view.row, _debt(work, view)
    moved = settled_by(work.journal.session, row.compound, row.seq, row.line)
    paid = sum(minor for _, minor in moved)
    if known.charge.disputed_minor or known.charge.open_minor + paid != known.amount_minor:
        raise refused(view.id, "有减免、核销、抵偿或争议", "part is disputed, or ended without money")
    _add_row(work, view, -known.amount_minor, None)
    work.lowered += known.amount_minor
    item = item_of(row.item)
    if known.charge.open_minor:
        account = item.receivable(known.charge.standing)
        work.debts.append(on_charge(account, -known.charge.open_minor, known.charge))
    line = raise_charge(work, charge, paid)
    for receipt, minor in moved:
        work.settle((row.seq, row.line), receipt, -minor)
        work.settle((work.journal.seq + 1, line), receipt, minor)


def raise_charge(work: Work, charge: Planned, paid_minor: int = 0) -> int:
    """Raise a charge of which so much is paid already; give its line."""
    line = len(work.charges) + 1
    work.charges.append({**basis_columns(charge), "line": line, "amount_minor": charge.amount_minor})
    left = all_departed(work.journal.session, work.journal.compound)
    (posting,) = receivables(work.journal.seq + 1, item_of(charge.item), [charge], left, line)
    due = charge.amount_minor - paid_minor
    due -= _paid_from_pool(work, charge, line, due)
    if due:
        work.debts.append(replace(posting, amount_minor=due))
    work.raised += charge.amount_minor
    return line


def _add_row(work: Work, view: ChargeView, minor: int, charge: Planned | None) -> None:
    """Add the row that takes back so much; it says how what is left comes about."""
    row = view.row
    columns = {name: getattr(row, name) for name in ("unit", "debtor", "party", "item", "period")}
    if charge is not None:
        columns = basis_columns(charge) | columns
    columns |= {"due_on": row.due_on, "corrects_seq": row.seq, "corrects_line": row.line}
    work.charges.append({**columns, "line": len(work.charges) + 1, "amount_minor": minor})


def _debt(work: Work, view: ChargeView) -> Debt:
    return debt(work.journal.session, work.journal.compound, view.id)


def refused(charge: str, zh: str, en: str) -> AdjustmentRefused:
    """Return the refusal to adjust a charge, with the reason in both languages."""
    return AdjustmentRefused(pointer="/charges", charge=charge, why_zh=zh, why_en=en)


def record(
    work: Work,
    remark: str | None,
    effective_on: date,
    months: Iterable[str],
    *,
    more: Facts | None = None,
    approved_by: str | None = None,
) -> Adjusted:
    """Post what was worked out for some months, with ``more`` facts of the same act; the words are erasable.

    Raises:
        ChargeNotYet: something has happened to a charge after that day.
    """
    _check_day(work, effective_on)
    keep_surplus(work)
    journal, months = work.journal, list(months)
    closed = [month for month in months if month <= journal.closed_through]
    entry = Entry(
        Kind.ADJUSTMENT,
        effective_on,
        f"{'、'.join(months[:3])} 应收更正",
        (*work.debts, *work.others, *mirrored(work.debts)),
        corrects=closed[-1] if closed else None,
    )
    facts: Facts = {Charge: _whole(work.charges), Settlement: work.settlements, **(more or {})}
    recorded = journal.record(
        "charges_adjusted", effective_on, facts, entry=entry, remark=remark, approved_by=approved_by
    )
    return Adjusted(recorded, work.lowered, work.raised, work.freed)


def _check_day(work: Work, on: date) -> None:
    """Refuse a day before the newest thing that happened to a charge: what came later cannot be put right then."""
    for row in work.charges:
        if row.get("corrects_seq") is not None:
            key = (row["corrects_seq"], row["corrects_line"])
            newest = touched_on(work.journal.session, work.journal.compound, key)
            if on < newest:
                charge, day = f"{key[0]}-{key[1]}", newest.isoformat()
                raise ChargeNotYet(pointer="/effective_on", charge=charge, day=day, on=on.isoformat())


def _whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with the same columns: what a row does not say is None."""
    names = sorted({name for row in rows for name in row})
    return [{name: row.get(name) for name in names} for row in rows]
