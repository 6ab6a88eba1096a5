"""What has begun the three years of charges anew by a day: demands, promises, suits, and part payments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, select, tuple_
from sqlmodel import Session

from ledger.rules.limitation import Cause, Interrupted
from ledger.rules.settle import OpenCharge
from ledger.store.arrears import DAY, OF, OPEN_PAIRS, PAIRS_AS_KNOWN, asked, known
from ledger.store.tables import METADATA

_TABLES = METADATA.tables
_act, _charge, _settlement, _receipt = (_TABLES[name] for name in ("act", "charge", "settlement", "receipt"))
_interruption, _withdrawal = _TABLES["interruption"], _TABLES["interruption_withdrawal"]
_never_was = (
    exists()
    .where(
        _withdrawal.c.compound == _interruption.c.compound,
        _withdrawal.c.interrupted_seq == _interruption.c.seq,
        _withdrawal.c.interrupted_line == _interruption.c.line,
        known(_withdrawal),
    )
    .correlate(_interruption)
)
_TOLD = (
    select(_interruption)
    .where(
        _interruption.c.compound == OF,
        _interruption.c.happened_on <= DAY,
        known(_interruption),
        ~_never_was,
    )
    .order_by(_interruption.c.happened_on, _interruption.c.seq)
)
_PAID: Select[Any] = (
    select(_settlement.c.charge_seq, _settlement.c.charge_line, _receipt.c.received_on)
    .select_from(_settlement)
    .join(
        _receipt,
        and_(_receipt.c.compound == _settlement.c.compound, _receipt.c.number == _settlement.c.receipt),
    )
    .join(_act, and_(_act.c.compound == _settlement.c.compound, _act.c.seq == _settlement.c.seq))
    .where(_settlement.c.compound == OF, known(_settlement), _act.c.effective_on <= DAY)
    .group_by(_settlement.c.charge_seq, _settlement.c.charge_line, _receipt.c.number, _receipt.c.received_on)
    .having(func.sum(_settlement.c.amount_minor) > 0)
    .order_by(_receipt.c.received_on, _receipt.c.number)
)
_pair = tuple_(_settlement.c.charge_seq, _settlement.c.charge_line)


@dataclass(frozen=True, slots=True)
class Interruptions:
    """What has begun the three years anew by a day: of debtors up to a month, and of single charges."""

    of_debtor: dict[tuple[str, int], list[tuple[str, Interrupted]]]
    of_charge: dict[tuple[int, int], list[Interrupted]]

    def of(self, charge: OpenCharge) -> list[Interrupted]:
        """Return those that concern a charge."""
        told = self.of_debtor.get((charge.unit, charge.debtor), [])
        return [one for through, one in told if charge.period <= through] + self.of_charge.get(
            (charge.seq, charge.line), []
        )


def interruptions(
    session: Session, compound: str, day: date, *, unit: str | None = None, known_at: int | None = None
) -> Interruptions:
    """Return what has begun the limitation of the charges open on a day anew, by the acts up to ``known_at``.

    A part payment counts from the day the money came, while it stands: where the receipt was reversed as a mistake
    its settlements sum to nothing and so it never was. What the bank took back stays as a row of ``interruption``.
    What was withdrawn was recorded by mistake: it counts on no day, not even on one before it was withdrawn. A promise
    that only the creditor's own log tells of, without a document, interrupts like a demand and revives nothing.
    """
    of_debtor: dict[tuple[str, int], list[tuple[str, Interrupted]]] = defaultdict(list)
    of_charge: dict[tuple[int, int], list[Interrupted]] = defaultdict(list)
    told, paid = _TOLD, _PAID.where(_pair.in_(OPEN_PAIRS if known_at is None else PAIRS_AS_KNOWN))
    if unit is not None:  # the charge's unit: one receipt may pay for several
        told = told.where(_interruption.c.unit == unit)
        of_unit = select(_charge.c.seq, _charge.c.line).where(
            _charge.c.compound == OF, _charge.c.unit == unit
        )
        paid = paid.where(_pair.in_(of_unit))
    query = asked(compound, day, known_at)
    for row in session.execute(told, query):
        cause = Cause(row.kind)
        if cause is Cause.ACKNOWLEDGEMENT and row.document is None:
            cause = Cause.DEMAND
        of_debtor[row.unit, row.debtor].append((row.through, Interrupted(cause, row.happened_on)))
    for row in session.execute(paid, query):
        of_charge[row.charge_seq, row.charge_line].append(Interrupted(Cause.PARTIAL_PAYMENT, row.received_on))
    return Interruptions(of_debtor, of_charge)
