"""Share the cost of a project: what the units have agreed, and each instalment as charges of theirs (scene S20).

Shares are charges like fees: receipts, arrears, disputes and reversals work for them. They are no fees: they stay out
of the collection rates, and are income of the project only as they are paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.authorise import check_not_ended
from ledger.actions.own_vote import own_vote
from ledger.actions.settling import mirrored
from ledger.errors import AlreadyBilled, AuthorityUsedUp, NotFound
from ledger.rules.charge import FeeItem, project_item
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.period import month_of
from ledger.rules.project import Instalment, check_instalments, instalments_of, refused, shares
from ledger.rules.roles import KEEPERS, require
from ledger.rules.unit import Party, standing_of
from ledger.store import projects
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.charged import all_departed
from ledger.store.owed import holdings
from ledger.store.projects import Plan
from ledger.store.tables import Authority, Charge, ProjectCall, ProjectInstalment, ProjectPlan


@dataclass(frozen=True, slots=True)
class PlanShares:
    """So much is shared by the units of a project, by a vote of theirs; ``without`` are units left out of it."""

    project: str
    amount_minor: int
    authority: str
    instalments: tuple[Instalment, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan's number, and each unit's share in fen."""

    recorded: Recorded
    plan: int
    shares: dict[str, int]


@dataclass(frozen=True, slots=True)
class Called:
    """An instalment that was charged: how many units pay it, and how much in all, in fen."""

    recorded: Recorded
    plan: int
    number: int
    count: int
    total_minor: int


def plan_shares(journal: Journal, command: PlanShares) -> Planned:
    """Record what the units have agreed to share.

    Raises:
        NotFound: there is no such project.
        ProjectRefused: the instalments are not the whole, or nobody is left to pay.
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityUsedUp: the units have not voted so much.
    """
    require(journal.actor, KEEPERS)
    project = projects.project(journal.session, journal.compound, command.project)
    amount = check_bounds(command.amount_minor, "/amount")
    if amount <= 0 or not command.instalments:
        raise refused("分摊额应大于零,且至少一期", "a sum above zero in at least one instalment", "/amount")
    check_instalments(amount, command.instalments)
    granted = own_vote(journal, project.code, command.authority, 0, journal.today)
    made = projects.plans(journal.session, journal.compound, project.code)
    _check_left(journal, granted.code, amount, made)
    everybody = projects.weights(journal.session, journal.compound, project.code)
    for place, unit in enumerate(command.without):
        if unit not in everybody:
            raise NotFound(pointer=f"/without/{place}", what=unit[:40])
    parts = shares(amount, {unit: one for unit, one in everybody.items() if unit not in command.without})
    number = len(made) + 1
    plan = {
        "code": project.code,
        "number": number,
        "amount_minor": amount,
        "authority": granted.code,
        "without": " ".join(sorted(set(command.without))) or None,
    }
    instalments = [
        {
            "code": project.code,
            "plan": number,
            "number": place,
            "due_on": one.due_on,
            "weight": one.weight,
        }
        for place, one in enumerate(command.instalments, 1)
    ]
    facts: Facts = {ProjectPlan: [plan], ProjectInstalment: instalments}
    return Planned(journal.record("project_planned", journal.today, facts), number, parts)


def _check_left(journal: Journal, vote: str, amount_minor: int, made: Sequence[Plan]) -> None:
    """Refuse plans that together share more than the vote says; what is spent by the same vote is another matter."""
    voted = journal.session.get_one(Authority, (journal.compound, vote)).amount_minor
    planned = sum(one.amount_minor for one in made if one.authority == vote)
    if voted is not None and planned + amount_minor > voted:
        raise AuthorityUsedUp(
            pointer="/authority",
            code=vote,
            left=format_amount(voted - planned),
            amount=format_amount(amount_minor),
        )


def call_share(journal: Journal, project: str, plan: int, number: int, effective_on: date) -> Called:
    """Charge one instalment of a plan to the units.

    Raises:
        NotFound: there is no such project, plan or instalment.
        AlreadyBilled: it has been charged.
        AuthorityEnded: the vote by which it was agreed was withdrawn, annulled or replaced since.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, project)
    agreed = projects.plan(journal.session, journal.compound, row.code, plan)
    if not 1 <= number <= len(agreed.instalments):
        raise NotFound(pointer="/number", what=f"{row.code}/{plan}/{number}")
    check_not_ended(journal, agreed.authority, "/plan")
    item = project_item(row.code)
    due_on = agreed.instalments[number - 1].due_on
    if (plan, number) in projects.called(journal.session, journal.compound, row.code):
        raise AlreadyBilled(pointer="/number", item=item.zh, month=month_of(due_on))
    charges = _charges(journal, item, agreed, number, effective_on)
    debts = _debts(journal, item, charges)
    total = sum(debt.amount_minor for debt in debts)
    entry = Entry(
        Kind.PROJECT_SHARE,
        effective_on,
        f"{row.code} {row.title} 分摊 {format_amount(agreed.amount_minor)} 元,"
        f"第 {number}/{len(agreed.instalments)} 期",
        (*debts, *mirrored(debts)),
        authority=agreed.authority,
    )
    facts: Facts = {
        Charge: charges,
        ProjectCall: [{"code": row.code, "plan": plan, "number": number}],
    }
    recorded = journal.record("project_called", effective_on, facts, entry=entry)
    return Called(recorded, plan, number, len(charges), total)


def _charges(
    journal: Journal, item: FeeItem, plan: Plan, number: int, effective_on: date
) -> list[dict[str, Any]]:
    """Return the rows of an instalment's charges: a unit's parts sum to its share (I11)."""
    due_on = plan.instalments[number - 1].due_on
    rows: list[dict[str, Any]] = []
    for unit, share in shares(plan.amount_minor, plan.weights).items():
        part = instalments_of(share, plan.instalments)[number - 1]
        if not part:
            continue
        (held,) = holdings(journal.session, journal.compound, effective_on, unit=unit)
        rows.append(
            {
                "line": len(rows) + 1,
                "unit": unit,
                "debtor": held.debtor,
                "party": str(held.party),
                "item": item.code,
                "period": month_of(due_on),
                "due_on": due_on,
                "amount_minor": part,
                "quantity": plan.weights[unit],
                "basis_seq": plan.seq,
            }
        )
    return rows


def _debts(journal: Journal, item: FeeItem, charges: Sequence[dict[str, Any]]) -> list[Posting]:
    left = all_departed(journal.session, journal.compound)
    return [
        Posting(
            item.receivable(standing_of(Party(row["party"]), has_left=(row["unit"], row["debtor"]) in left)),
            row["amount_minor"],
            unit=row["unit"],
            debtor=row["debtor"],
            item=item.code,
            charge=f"{journal.seq + 1}-{row['line']}",
            period=row["period"],
        )
        for row in charges
    ]
