"""What becomes known of a demand later, and taking back what was logged by mistake (催收更正).

Nothing is edited: a row is added, and the interruptions of limitation follow. What was withdrawn stays in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.demand import INTERRUPTS, check_past
from ledger.errors import AlreadyWithdrawn, NotFound, NothingToChange, RequestMalformed
from ledger.rules.demand import WITHDRAWN, Outcome
from ledger.rules.limitation import Cause
from ledger.rules.roles import KEEPERS, REQUESTERS, require
from ledger.rules.text import check_text
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.demands import DemandView, demand_of, interruptions_of, recorded_interruptions
from ledger.store.tables import DemandOutcome, Interruption, InterruptionWithdrawal


@dataclass(frozen=True, slots=True)
class AddOutcome:
    """What came of a demand, and on which day: signed a week later, promised, or not arrived after all."""

    number: int
    outcome: Outcome
    happened_on: date


@dataclass(frozen=True, slots=True)
class DemandAmended:
    """What is known of the demand now."""

    recorded: Recorded
    demand: int
    outcome: str


def add_outcome(journal: Journal, command: AddOutcome) -> DemandAmended:
    """Add an outcome. What is known last counts, but a promise comes on top of an arrival and does not replace it.

    Raises:
        NotFound, AlreadyWithdrawn: there is no such demand, or it never was.
        RequestMalformed: the day is before the demand, or has not come.
        NothingToChange: that is known already.
    """
    require(journal.actor, REQUESTERS)
    found = _standing(journal, command.number)
    check_past(journal, command.happened_on, "/happened_on")
    if command.happened_on < found.row.made_on:
        raise RequestMalformed(
            pointer="/happened_on", why_zh="结果日期早于催收日期", why_en="it came of a demand not made yet"
        )
    if (found.outcome, found.outcome_on) == (command.outcome, command.happened_on):
        raise NothingToChange(pointer="/outcome", what=str(command.number))
    cause = INTERRUPTS.get(command.outcome)
    replaced = [
        row
        for row in interruptions_of(journal.session, journal.compound, found)
        if cause is not Cause.ACKNOWLEDGEMENT or row.kind == str(cause)
    ]
    facts = _facts(found, str(command.outcome), command.happened_on, replaced)
    if cause is not None:
        interrupted = {
            "line": 1,
            "unit": found.row.unit,
            "debtor": found.row.debtor,
            "kind": str(cause),
            "happened_on": command.happened_on,
            "through": found.row.through,
        }
        facts = {**facts, Interruption: [interrupted]}
    recorded = journal.record("demand_outcome", command.happened_on, facts)
    return DemandAmended(recorded, command.number, str(command.outcome))


def withdraw_demand(journal: Journal, number: int, reason: str) -> DemandAmended:
    """Take back a demand that was logged by mistake: it stays in the log, and begins nothing anew.

    Raises:
        NotFound, AlreadyWithdrawn: there is no such demand, or it has been withdrawn.
    """
    require(journal.actor, REQUESTERS)
    found = _standing(journal, number)
    kept = journal.keep_remark(check_text(reason, "/reason"))
    standing = interruptions_of(journal.session, journal.compound, found)
    facts = _facts(found, WITHDRAWN, journal.today, standing, kept)
    return DemandAmended(journal.record("demand_withdrawn", journal.today, facts), number, WITHDRAWN)


def withdraw_interruption(journal: Journal, seq: int, reason: str) -> Recorded:
    """Take back a plan, promise, suit or mediation that act ``seq`` recorded by mistake.

    Raises:
        NotFound: the act recorded none; what a demand or a returned payment interrupts goes with that.
        AlreadyWithdrawn: it has been withdrawn.
    """
    require(journal.actor, KEEPERS)
    found = recorded_interruptions(journal.session, journal.compound, seq=seq)
    if not found:
        raise NotFound(pointer="/seq", what=str(seq))
    if found[0].withdrawn is not None:
        raise AlreadyWithdrawn(pointer="/seq", what=str(seq))
    kept = journal.keep_remark(check_text(reason, "/reason"))
    row = {"interrupted_seq": seq, "interrupted_line": found[0].row.line, "reason_hash": kept}
    return journal.record("interruption_withdrawn", journal.today, {InterruptionWithdrawal: [row]})


def _standing(journal: Journal, number: int) -> DemandView:
    found = demand_of(journal.session, journal.compound, number)
    if found.outcome == WITHDRAWN:
        raise AlreadyWithdrawn(pointer="/number", what=str(number))
    return found


def _facts(
    found: DemandView, outcome: str, on: date, withdrawn: list[Interruption], reason_hash: str | None = None
) -> Facts:
    added: dict[str, Any] = {  # Any: columns of any type
        "number": found.row.number,
        "outcome": outcome,
        "happened_on": on,
        "reason_hash": reason_hash,
    }
    gone = [{"interrupted_seq": row.seq, "interrupted_line": row.line} for row in withdrawn]
    return {DemandOutcome: [added], InterruptionWithdrawal: gone}
