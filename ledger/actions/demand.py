"""Log demands for payment: how each was made, for how much, and what came of it (Civil Code 944).

A demand that reached the debtor begins the three years of its charges anew; a promise to pay does so as well. Only a
promise with its document (``interrupt``) revives a claim whose time has passed. A demand is all that the books know:
there is no act that cuts anybody's water, power, gas or heat (Civil Code 944 ¶3).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from ledger.errors import NotFound, NothingOverdue, RequestMalformed
from ledger.rules.demand import DemandChannel, Outcome
from ledger.rules.limitation import Cause
from ledger.rules.roles import REQUESTERS, require
from ledger.rules.settle import OpenCharge
from ledger.rules.unit import Standing, check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.arrears import owed_on
from ledger.store.debtors import owners
from ledger.store.owed import holdings
from ledger.store.tables import Demand, Interruption

#: What begins the three years anew: it reached the debtor, or the debtor promised (limitation rules 8 and 14).
INTERRUPTS = {
    Outcome.ARRIVED: Cause.DEMAND,
    Outcome.SIGNED: Cause.DEMAND,
    Outcome.PROMISED: Cause.ACKNOWLEDGEMENT,
}


@dataclass(frozen=True, slots=True)
class MakeDemands:
    """Demands made on a day in one way: to some units, or to every debtor who owes more than ``over_minor`` fen.

    A demand to a unit is to whoever owes for it on that day; ``debtor`` (of a single unit) names another, such as the
    owner who has left.
    """

    channel: DemandChannel
    outcome: Outcome
    made_on: date
    units: tuple[str, ...] = ()
    over_minor: int = 0
    debtor: int | None = None


@dataclass(frozen=True, slots=True)
class Demanded:
    """One demand: its number, whom it was made to, for what in fen, and up to which month."""

    number: int
    unit: str
    debtor: int
    amount_minor: int
    through: str


@dataclass(frozen=True, slots=True)
class DemandsMade:
    """All demands of one act."""

    recorded: Recorded
    demands: tuple[Demanded, ...]


def demand(journal: Journal, command: MakeDemands) -> DemandsMade:
    """Log the demands: each for everything of its debtor that is overdue on the day.

    Raises:
        NothingOverdue: a named unit, or the whole compound, owes nothing that is overdue.
        RequestMalformed: the day has not come, a unit is named twice, or a debtor of several units.
    """
    require(journal.actor, REQUESTERS)
    check_past(journal, command.made_on, "/made_on")
    if command.debtor is not None and len(command.units) != 1:
        raise RequestMalformed(
            pointer="/debtor", why_zh="写了债务人就只能写一户", why_en="a debtor is one of a single unit"
        )
    if len(set(command.units)) != len(command.units):
        raise RequestMalformed(pointer="/units", why_zh="同一房屋写了两次", why_en="a unit is named twice")
    overdue = _overdue(journal, command)
    first = _last_number(journal) + 1
    made = tuple(
        Demanded(
            first + place,
            unit,
            debtor,
            sum(charge.open_minor for charge in charges),
            max(charge.period for charge in charges),
        )
        for place, ((unit, debtor), charges) in enumerate(sorted(overdue.items()))
    )
    rows = [_row(one, command) for one in made]
    facts: dict[Any, Any] = {Demand: rows}  # Any: rows by table
    cause = INTERRUPTS.get(command.outcome)
    if cause is not None:
        facts[Interruption] = [
            {
                "line": line,
                "unit": one.unit,
                "debtor": one.debtor,
                "kind": str(cause),
                "happened_on": command.made_on,
                "through": one.through,
            }
            for line, one in enumerate(made, 1)
        ]
    return DemandsMade(journal.record("demand", command.made_on, facts), made)


def check_past(journal: Journal, day: date, pointer: str) -> None:
    """Refuse a day that has not come."""
    if day > journal.today:
        raise RequestMalformed(pointer=pointer, why_zh="日期还没有到", why_en="the day has not come yet")


def current_debtor(journal: Journal, unit: str, on: date, pointer: str = "/unit") -> int:
    """Return who owes for a unit on a day.

    Raises:
        NotFound: there is no such unit.
    """
    held = holdings(journal.session, journal.compound, on, unit=unit)
    if not held:
        raise NotFound(pointer=pointer, what=unit)
    return held[0].debtor


def _overdue(journal: Journal, command: MakeDemands) -> dict[tuple[str, int], list[OpenCharge]]:
    """Return the overdue charges of each debtor whom a demand is made to."""
    wanted = {
        (unit, command.debtor or current_debtor(journal, unit, command.made_on, f"/units/{place}"))
        for place, unit in enumerate(command.units)
        if check_unit_code(unit, f"/units/{place}")
    }
    by_debtor: dict[tuple[str, int], list[OpenCharge]] = defaultdict(list)
    only = command.units[0] if len(command.units) == 1 else None
    for one in owed_on(journal.session, journal.compound, command.made_on, unit=only):
        charge = one.charge
        debtor = (charge.unit, charge.debtor)
        if charge.due_on < command.made_on and (not wanted or debtor in wanted):
            by_debtor[debtor].append(charge)
    if wanted:
        owing = {unit for unit, _ in by_debtor}
        for place, unit in enumerate(command.units):
            if unit not in owing:
                raise NothingOverdue(pointer=f"/units/{place}", who=unit)
        return by_debtor
    return _over(journal, command, by_debtor)


def _over(
    journal: Journal, command: MakeDemands, by_debtor: dict[tuple[str, int], list[OpenCharge]]
) -> dict[tuple[str, int], list[OpenCharge]]:
    """Return those who owe more than the threshold; a developer's units count together, as in its letter.

    Raises:
        NothingOverdue: nobody does.
    """
    companies = sorted(
        debtor
        for debtor, charges in by_debtor.items()
        if any(charge.standing is Standing.DEVELOPER for charge in charges)
    )
    whose = owners(journal.session, journal.compound, companies)
    sums: dict[Any, int] = defaultdict(int)  # Any: a debtor, or the company behind some
    for debtor, charges in by_debtor.items():
        sums[whose.get(debtor, debtor)] += sum(charge.open_minor for charge in charges)
    chosen = {
        debtor: charges
        for debtor, charges in by_debtor.items()
        if sums[whose.get(debtor, debtor)] > command.over_minor
    }
    if not chosen:
        raise NothingOverdue(pointer="/over", who=journal.compound)
    return chosen


def _row(one: Demanded, command: MakeDemands) -> dict[str, Any]:  # Any: columns of any type
    return {
        "number": one.number,
        "unit": one.unit,
        "debtor": one.debtor,
        "channel": str(command.channel),
        "made_on": command.made_on,
        "through": one.through,
        "amount_minor": one.amount_minor,
        "outcome": str(command.outcome),
    }


def _last_number(journal: Journal) -> int:
    query = select(func.max(col(Demand.number))).where(Demand.compound == journal.compound)
    return journal.session.exec(query).one() or 0
