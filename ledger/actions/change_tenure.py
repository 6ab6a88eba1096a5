"""Change what a unit is from a day on, or take such a change back; nothing is edited, rows are appended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import SQLModel, col, func, select

from ledger.errors import (
    DateBeforeOpening,
    NotFound,
    NothingToChange,
    OwnerChangeStands,
    RequestMalformed,
    VacancyRefused,
)
from ledger.rules.roles import KEEPERS, require
from ledger.rules.tenure import (
    WITHDRAWN,
    Change,
    check_factor,
    check_left,
    check_room,
    standing_changes,
    stretch_on,
    timeline,
)
from ledger.rules.text import NAME_LIMIT, check_optional
from ledger.rules.unit import Party, State, check_unit_code, party_of
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Debtor, Departure, Tenure
from ledger.store.tenures import UnitTimeline, timelines


@dataclass(frozen=True, slots=True)
class ChangeTenure:
    """From ``from_on`` on the unit is ``state``; through ``to_on`` only, if that is given: then it is as before.

    ``new_owner``: another owner owes from then on, under a number of its own. ``factor_bp`` (basis points), the number
    of the written ``notice`` and the day it was ``confirmed_on`` belong to a vacancy. ``reason`` says why, where the
    change corrects another: erasable words.
    """

    unit: str
    from_on: date
    state: State
    to_on: date | None = None
    new_owner: bool = False
    factor_bp: int | None = None
    notice: str | None = None
    confirmed_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TenureChanged:
    """What a change did: who owes from then on."""

    recorded: Recorded
    unit: str
    debtor: int
    party: Party


@dataclass(frozen=True, slots=True)
class WithdrawTenure:
    """Take back the change of a unit that began on ``from_on``; ``reason`` says why, in erasable words."""

    unit: str
    from_on: date
    reason: str | None = None


def change_tenure(journal: Journal, command: ChangeTenure) -> TenureChanged:
    """Append the change.

    Raises:
        NotFound: there is no such unit.
        DateBeforeOpening: it would begin before the books.
        TenureOverlap: the timeline changes on its days already.
        VacancyRefused: a vacancy or factor that law, contract or profile does not give.
        NothingToChange: the unit is that already.
        OwnerChangeStands: the unit was sold on that day.
    """
    require(journal.actor, KEEPERS)
    check_not_sold(journal, command.unit, command.from_on)
    facts, debtor = tenure_facts(journal, command)
    recorded = journal.record("tenure_changed", command.from_on, facts)
    return TenureChanged(recorded, command.unit, debtor, party_of(command.state))


def tenure_facts(
    journal: Journal, command: ChangeTenure
) -> tuple[dict[type[SQLModel], list[dict[str, Any]]], int]:
    """Return the rows of a change, checked, and the debtor from then on; for acts that change more than the tenure."""
    held = _unit(journal, command.unit)
    _check_days(journal, command)
    check_room(command.unit, held.stretches, command.from_on, command.to_on)
    before = _before(held, command.from_on)
    notice = check_optional(command.notice, "/notice", NAME_LIMIT)
    check_factor(
        journal.profile,
        before,
        command.state,
        command.from_on,
        (command.factor_bp, notice, command.confirmed_on),
    )
    facts: dict[type[SQLModel], list[dict[str, Any]]] = {Debtor: [], Tenure: []}
    debtor = before.debtor
    if command.new_owner or before.party is not party_of(command.state):
        replaced = stretch_on(held.stretches, command.from_on).change
        known = replaced.from_on == command.from_on and replaced.party is party_of(command.state)
        debtor = replaced.debtor if known and replaced.debtor != before.debtor else 0
        if not debtor:
            debtor = _next_debtor(journal, command.unit)
            row = {"unit": command.unit, "number": debtor, "party": str(party_of(command.state))}
            facts[Debtor].append(row)
    handed_over = command.from_on if command.state is State.HANDED_OVER else before.handed_over_on
    change = Change(
        command.from_on,
        journal.seq + 1,
        command.state,
        debtor,
        handed_over,
        command.factor_bp,
        notice,
        command.confirmed_on,
    )
    added = [change]
    if command.to_on is not None:
        back = command.to_on + timedelta(days=1)
        if all(one.from_on != back for one in held.stretches):
            added.append(_again(before, back, journal.seq + 1))
    if _same_days(held, [*held.changes, *added]):
        raise NothingToChange(pointer="/state", what=command.unit)
    kept = _kept(journal, command.reason)
    facts[Tenure] = [_row(command.unit, one, kept) for one in added]
    return facts, debtor


def withdraw_tenure(journal: Journal, command: WithdrawTenure) -> Recorded:
    """Take a change back: from its day on the unit is what it was before, until the next change.

    A change with an end goes as a whole: also the day on which the unit was as before.

    Raises:
        NotFound: no change of this unit begins on that day, or it is the one it came into the register with.
        OwnerChangeStands: the unit was sold on that day, and debts and prepayment moved with that.
        TenureOverlap: a later change rests on it; that one must be withdrawn first.
    """
    require(journal.actor, KEEPERS)
    held = _unit(journal, command.unit)
    standing = standing_changes(held.changes)
    found = next((one for one in standing[1:] if one.from_on == command.from_on), None)
    if found is None:
        raise NotFound(pointer="/from_on", what=f"{command.unit} {command.from_on.isoformat()}")
    gone = [one for one in standing if one.seq == found.seq and one.from_on >= found.from_on]
    for one in gone:
        check_not_sold(journal, command.unit, one.from_on)
    left = check_left(journal.profile, command.unit, standing, gone)
    _check_nobody_left(journal, command.unit, {one.debtor for one in gone} - {one.debtor for one in left})
    kept = _kept(journal, command.reason)
    rows = [
        {
            "unit": command.unit,
            "from_on": one.from_on,
            "state": WITHDRAWN,
            "debtor": one.debtor,
            "reason_hash": kept,
        }
        for one in gone
    ]
    return journal.record("tenure_withdrawn", command.from_on, {Tenure: rows})


def check_not_sold(journal: Journal, unit: str, day: date) -> None:
    """Refuse to write over a change of owner: debts and prepayment moved with it.

    Raises:
        OwnerChangeStands: a debtor of the unit left on that day.
    """
    query = select(Departure.debtor).where(
        Departure.compound == journal.compound, Departure.unit == unit, Departure.left_on == day
    )
    if journal.session.exec(query).first() is not None:
        raise OwnerChangeStands(pointer="/from_on", unit=unit, day=day.isoformat())


def _check_nobody_left(journal: Journal, unit: str, debtors: set[int]) -> None:
    """Refuse to take a debtor out of the timeline who has sold: debts and prepayment moved with that."""
    query = select(Departure).where(
        Departure.compound == journal.compound, Departure.unit == unit, col(Departure.debtor).in_(debtors)
    )
    sold = journal.session.exec(query).first()
    if sold is not None:
        raise OwnerChangeStands(pointer="/from_on", unit=unit, day=sold.left_on.isoformat())


def _unit(journal: Journal, code: str) -> UnitTimeline:
    held = timelines(journal.session, journal.compound, unit=check_unit_code(code))
    if code not in held:
        raise NotFound(pointer="/unit", what=code)
    return held[code]


def _check_days(journal: Journal, command: ChangeTenure) -> None:
    if command.from_on < journal.opened_on:
        opened = journal.opened_on.isoformat()
        raise DateBeforeOpening(pointer="/from_on", day=command.from_on.isoformat(), opened=opened)
    if command.confirmed_on is not None and command.confirmed_on > journal.today:
        raise VacancyRefused(
            pointer="/confirmed_on",
            why_zh="确认日期还没有到",
            why_en="it is confirmed on a day that has not come",
        )
    if command.to_on is not None and command.to_on < command.from_on:
        raise RequestMalformed(
            pointer="/to_on", why_zh="结束日早于起始日", why_en="the last day is before the first"
        )
    if command.new_owner and (party_of(command.state) is Party.DEVELOPER or command.to_on is not None):
        raise RequestMalformed(
            pointer="/new_owner",
            why_zh="业主变更没有结束日,也不适用于建设单位",
            why_en="a new owner comes without an end, and is no developer",
        )


def _before(held: UnitTimeline, day: date) -> Change:
    """Return what the unit is on the day before, or at first."""
    earlier = [one for one in held.stretches if one.from_on < day]
    return earlier[-1].change


def _again(change: Change, from_on: date, seq: int) -> Change:
    return Change(
        from_on,
        seq,
        change.state,
        change.debtor,
        change.handed_over_on,
        change.factor_bp,
        change.notice,
        change.confirmed_on,
    )


def _same_days(held: UnitTimeline, changes: list[Change]) -> bool:
    def told(stretches: list[Any]) -> list[tuple[object, ...]]:
        return [
            (one.from_on, one.to_on, one.change.state, one.change.debtor, one.change.factor)
            for one in stretches
        ]

    return told(timeline(changes)) == told(list(held.stretches))


def _next_debtor(journal: Journal, unit: str) -> int:
    query = select(func.max(Debtor.number)).where(
        col(Debtor.compound) == journal.compound, col(Debtor.unit) == unit
    )
    return (journal.session.exec(query).one() or 0) + 1


def _kept(journal: Journal, reason: str | None) -> str | None:
    """Keep the words of a reason, if there is one, and return their salted hash."""
    said = check_optional(reason, "/reason")
    return None if said is None else journal.keep_remark(said)


def _row(unit: str, change: Change, reason_hash: str | None) -> dict[str, Any]:
    return {
        "unit": unit,
        "from_on": change.from_on,
        "state": str(change.state),
        "debtor": change.debtor,
        "handed_over_on": change.handed_over_on,
        "factor_bp": change.factor_bp,
        "notice": change.notice,
        "confirmed_on": change.confirmed_on,
        "reason_hash": reason_hash,
    }
