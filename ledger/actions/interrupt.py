"""Record what begins the three years of a debt anew besides a demand: a plan, a promise, a suit, a mediation (L34)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from ledger.actions.demand import check_past, current_debtor
from ledger.errors import NotFound, NothingOverdue, RequestMalformed
from ledger.rules.limitation import Cause
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.arrears import owed_on
from ledger.store.tables import Debtor, Interruption

#: Told by other acts: a demand by its log, a part payment by its receipt.
_TOLD_ELSEWHERE = frozenset({Cause.DEMAND, Cause.PARTIAL_PAYMENT})


@dataclass(frozen=True, slots=True)
class Interrupt:
    """What happened, when, by which document, for all charges of a unit's debtor up to a month.

    ``debtor`` None: whoever owed for the unit on that day.
    """

    unit: str
    debtor: int | None
    cause: Cause
    happened_on: date
    through: str
    document: str


def interrupt(journal: Journal, command: Interrupt) -> Recorded:
    """Record it; the limitation date of every charge concerned follows.

    Raises:
        NotFound: there is no such unit, or no such debtor of it.
        NothingOverdue: nothing of the debtor is open up to that month.
        RequestMalformed: the day has not come, or another act tells this cause.
    """
    require(journal.actor, KEEPERS)
    check_past(journal, command.happened_on, "/happened_on")
    if command.cause in _TOLD_ELSEWHERE:
        raise RequestMalformed(
            pointer="/cause",
            why_zh="催收请记入催收记录,部分付款由收据得出",
            why_en="a demand goes to the log of demands, and a part payment follows from its receipt",
        )
    unit = check_unit_code(command.unit)
    through = parse_month(command.through, "/through")
    debtor = command.debtor or current_debtor(journal, unit, command.happened_on)
    query = select(Debtor).where(
        Debtor.compound == journal.compound, Debtor.unit == unit, Debtor.number == debtor
    )
    if journal.session.exec(query).first() is None:
        raise NotFound(pointer="/debtor", what=f"{unit}/{debtor}")
    owed = owed_on(journal.session, journal.compound, journal.today, unit=unit)
    if not any(one.charge.debtor == debtor and one.charge.period <= through for one in owed):
        raise NothingOverdue(pointer="/unit", who=unit)
    row = {
        "line": 1,
        "unit": unit,
        "debtor": debtor,
        "kind": str(command.cause),
        "happened_on": command.happened_on,
        "through": through,
        "document": check_text(command.document, "/document", NAME_LIMIT),
    }
    return journal.record("interruption", command.happened_on, {Interruption: [row]})
