"""Give back what a project has left, by the coefficients by which it was paid (chart E38).

Each unit's share goes down, as by a correction of its charges: what was paid becomes refundable, and two keys pay it
out; what was still open is owed no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from ledger.actions.adjusting import Adjusted, Work, lower, record
from ledger.actions.authorise import use_rows
from ledger.actions.own_vote import own_vote
from ledger.rules.authority import Matter
from ledger.rules.charge import project_item
from ledger.rules.money import check_bounds
from ledger.rules.project import refused, shares
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Surplus
from ledger.store import projects
from ledger.store.append import Facts, Journal
from ledger.store.available import check_available
from ledger.store.charged import ChargeView, charge_view
from ledger.store.debts import debt
from ledger.store.tables import AuthorityUse, Charge

#: A vote that lets the project be built and shared lets nobody be paid back.
_MATTERS = (Matter.DISTRIBUTION,)


@dataclass(frozen=True, slots=True)
class ReturnSurplus:
    """So much of a project's money goes back to its units, in fen, by their own vote."""

    project: str
    amount_minor: int
    authority: str
    effective_on: date


def return_surplus(journal: Journal, command: ReturnSurplus) -> Adjusted:
    """Lower the shares by the largest remainder.

    Raises:
        NotFound: there is no such project.
        FundShort: the project has not so much left (I3).
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityUsedUp: its units have not voted it.
        ProjectRefused: a unit would get more than it was ever charged.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, command.project)
    amount = check_bounds(command.amount_minor, "/amount")
    if amount <= 0:
        raise refused("退还额应大于零", "what goes back is above zero", "/amount")
    granted = own_vote(journal, row.code, command.authority, amount, command.effective_on, _MATTERS)
    check_available(journal.session, journal.compound, projects.fund_of_project(row.code), amount)
    charged = _charged(journal, row.code)
    weights = projects.weights(journal.session, journal.compound, row.code)
    parts = shares(amount, {unit: weight for unit, weight in weights.items() if unit in charged})
    work = Work(journal, Surplus.REFUND)
    months = set()
    for unit, part in parts.items():
        months |= _lower_unit(work, charged.get(unit, []), part)
    more: Facts = {AuthorityUse: use_rows(granted, amount, f"surplus {row.code}"[:36])}
    return record(work, f"{granted.code} 结余退还", command.effective_on, sorted(months), more=more)


def _lower_unit(work: Work, charges: Sequence[tuple[ChargeView, int]], part_minor: int) -> set[str]:
    """Lower a unit's charges by its part, the newest first; return the months they are of."""
    rest, months = part_minor, set()
    for view, free in charges:
        by = min(rest, free)
        if by > 0:
            lower(work, view, view.live_minor - by, None)
            months.add(view.row.period)
            rest -= by
    if rest:
        raise refused("退还超过曾分摊的金额", "more goes back than was ever charged", "/amount")
    return months


def _charged(journal: Journal, project: str) -> dict[str, list[tuple[ChargeView, int]]]:
    """Return each unit's charges, the newest first, with what of them is paid or still owed, in fen.

    A unit whose share was waived has borne nothing, and nothing goes back to it.
    """
    query = select(Charge).where(
        Charge.compound == journal.compound,
        Charge.item == project_item(project).code,
        col(Charge.corrects_seq).is_(None),
    )
    found: dict[str, list[tuple[ChargeView, int]]] = {}
    for row in journal.session.exec(query.order_by(col(Charge.seq).desc(), col(Charge.line))).all():
        identifier = f"{row.seq}-{row.line}"
        known = debt(journal.session, journal.compound, identifier)
        free = known.amount_minor - known.waived_minor - known.written_off_minor
        if free > 0:
            view = charge_view(journal.session, journal.compound, identifier)
            found.setdefault(row.unit, []).append((view, free))
    return found
