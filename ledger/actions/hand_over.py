"""Hand the books from one trustee to another: the day on which they pass, and the day by which they must have (L39).

Nothing moves: the money is the owners' before and after. The figures of the day follow from the books
(``reports.receivables.handover``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.actions.demand import check_past
from ledger.errors import DateBeforeOpening
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Handover


@dataclass(frozen=True, slots=True)
class HandOver:
    """The last day of the outgoing trustee, and both trustees' names: companies, never persons."""

    handed_on: date
    outgoing: str
    incoming: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The act, and the day by which everything must have passed."""

    recorded: Recorded
    handed_on: date
    due_on: date


def hand_over(journal: Journal, command: HandOver) -> HandedOver:
    """Record the handover.

    Raises:
        DateBeforeOpening: the books did not exist on that day.
        RequestMalformed: the day has not come.
    """
    require(journal.actor, KEEPERS)
    check_past(journal, command.handed_on, "/handed_on")
    if command.handed_on < journal.opened_on:
        raise DateBeforeOpening(
            pointer="/handed_on",
            day=command.handed_on.isoformat(),
            opened=journal.opened_on.isoformat(),
        )
    due_on = command.handed_on + timedelta(days=journal.profile.handover_days)
    row = {
        "handed_on": command.handed_on,
        "due_on": due_on,
        "outgoing": check_text(command.outgoing, "/outgoing", NAME_LIMIT),
        "incoming": check_text(command.incoming, "/incoming", NAME_LIMIT),
    }
    recorded = journal.record("handover", command.handed_on, {Handover: [row]})
    return HandedOver(recorded, command.handed_on, due_on)
