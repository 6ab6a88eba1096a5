"""Governance pools and their grants: application, decisions, money in and back, outcomes, and the month's statement."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading, TheHouse
from api.identity import Allowed, Member
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Month, Positive, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.open_pool import OpenPool, open_pool
from ledger.actions.receive_grant import (
    AllocateGrant,
    ClearGrant,
    DisallowGrant,
    ReceiveGrant,
    allocate_grant,
    clear_grant,
    disallow_grant,
    receive_grant,
)
from ledger.actions.run_grant import (
    ApplyForGrant,
    Outcome,
    StepGrant,
    apply_for_grant,
    record_outcomes,
    step_grant,
)
from ledger.errors import PeriodNotClosed
from ledger.rules.grant import PURPOSES
from ledger.rules.roles import APPROVERS, KEEPERS, REQUESTERS
from ledger.store.append import Journal
from ledger.store.grants import overdue_clearing
from ledger.store.tables import ChainHead
from reports.month.grants import grants_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["治理资金 · Governance funds"])
Project = Annotated[str, Path(max_length=24)]
OfMonth = Annotated[Month, Query(description="月份 · the month")]
_KEEPING = Writing(KEEPERS)
_WATCHING = Allowed(WATCHERS)


class PoolIn(Shape):
    """A pool: its fund, legal holder, founding document, and the bank account with a part for it."""

    fund: Code
    holder: Words
    document: Words
    bank: Code


class BudgetLineIn(Shape):
    """So much for a purpose."""

    purpose: Code
    amount: Positive


class ApplicationIn(Shape):
    """A project that applies to a pool."""

    code: Code
    fund: Code
    title: Words
    applicant: Words
    budget: list[BudgetLineIn] = Field(min_length=1, max_length=20)
    clear_by: Day
    document: Words
    applied_on: Day | None = None


class StepIn(Shape):
    """A project goes on: what happened, which body did it, by which document."""

    step: Literal["reviewed", "approved", "refused", "accepted"]
    done_by: Words
    document: Words
    done_on: Day | None = None
    result: Words | None = None


class GrantMoneyIn(Shape):
    """Money of a pool; without a project it waits unallocated."""

    fund: Code
    amount: Positive
    source: Words
    document: Words
    bank: Code
    project: Code | None = None
    effective_on: Day | None = None


class PartIn(Shape):
    """So much of a project's money, by which document."""

    amount: Positive
    document: Words
    effective_on: Day | None = None


class ClearingIn(Shape):
    """Who cleared a project, by which document, with which result."""

    done_by: Words
    document: Words
    result: Words | None = None
    effective_on: Day | None = None


class OutcomeIn(Shape):
    """A figure with its words, or the SHA-256 of a photo that was uploaded."""

    caption: Words
    value: Words | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class OutcomesIn(Shape):
    """What came of a project."""

    outcomes: list[OutcomeIn] = Field(min_length=1, max_length=50)


@router.post("/pools", status_code=201, summary="登记治理资金")
def open_a_pool(body: PoolIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put a governance pool on record with its legal holder."""
    command = OpenPool(body.fund, body.holder, body.document, body.bank)
    return pen.write(lambda journal: act_answer(journal, open_pool(journal, command), fund=body.fund))


@router.get("/grant-purposes", summary="治理资金用途与负面清单")
def list_purposes(compound: OpenBook) -> Wire:
    """List what a grant may pay for, and the negative list."""
    return {
        "compound": compound,
        "items": [
            {
                "code": one.code,
                "zh": one.zh,
                "en": one.en,
                "refused": one.refused is not None,
                "why_zh": one.refused[0] if one.refused else None,
                "why_en": one.refused[1] if one.refused else None,
            }
            for one in PURPOSES.values()
        ],
    }


@router.post("/grants", status_code=201, summary="申请治理项目")
def apply(body: ApplicationIn, pen: Annotated[Pen, Depends(Writing(REQUESTERS))]) -> Response:
    """Record a project's application."""

    def work(journal: Journal) -> Answer:
        command = ApplyForGrant(
            *(body.code, body.fund, body.title, body.applicant),
            budget=tuple((line.purpose, line.amount) for line in body.budget),
            applied_on=body.applied_on or journal.today,
            clear_by=body.clear_by,
            document=body.document,
        )
        return act_answer(journal, apply_for_grant(journal, command), code=body.code)

    return pen.write(work)


@router.post("/grants/{project}/steps", status_code=201, summary="项目评审、批准、退回、验收")
def step(project: Project, body: StepIn, pen: Annotated[Pen, Depends(Writing(APPROVERS))]) -> Response:
    """Record that a project was reviewed, approved, refused or accepted."""

    def work(journal: Journal) -> Answer:
        done_on = body.done_on or journal.today
        command = StepGrant(project, body.step, done_on, body.done_by, body.document, body.result)
        return act_answer(journal, step_grant(journal, command), code=project, step=body.step)

    return pen.write(work)


@router.post("/grants/{project}/outcomes", status_code=201, summary="项目成效与照片")
def add_outcomes(project: Project, body: OutcomesIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record what came of a project."""
    outcomes = [Outcome(one.caption, one.value, one.sha256) for one in body.outcomes]
    return pen.write(
        lambda journal: act_answer(journal, record_outcomes(journal, project, outcomes), code=project)
    )


@router.post("/grant-money", status_code=201, summary="治理资金拨入")
def receive_grant_money(body: GrantMoneyIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post money of a pool: a liability until it is spent for its purpose."""

    def work(journal: Journal) -> Answer:
        command = ReceiveGrant(
            *(body.fund, body.amount, body.source, body.document, body.bank),
            effective_on=body.effective_on or journal.today,
            project=body.project,
        )
        return act_answer(journal, receive_grant(journal, command))

    return pen.write(work)


@router.post("/grants/{project}/allocations", status_code=201, summary="安排给项目")
def allocate(project: Project, body: PartIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Set unallocated money of the pool aside for a project."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        return act_answer(
            journal, allocate_grant(journal, AllocateGrant(project, body.amount, body.document, day))
        )

    return pen.write(work)


@router.post("/grants/{project}/clearing", status_code=201, summary="项目清算")
def clear(project: Project, body: ClearingIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """End a project: what is unspent is owed back to the grantor."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        command = ClearGrant(project, body.done_by, body.document, day, body.result)
        return act_answer(journal, clear_grant(journal, command))

    return pen.write(work)


@router.post("/grants/{project}/disallowances", status_code=201, summary="审计不予认可")
def disallow(project: Project, body: PartIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Give up income that the grantor's audit does not allow."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        return act_answer(
            journal, disallow_grant(journal, DisallowGrant(project, body.amount, body.document, day))
        )

    return pen.write(work)


@router.get("/grants", summary="治理资金(任意月份)")
def read_grants(
    member: Annotated[Member, Depends(_WATCHING)], session: Reading, month: OfMonth
) -> dict[str, Any]:
    """Return pools, projects, gifts and points of a month as they stand."""
    shown: dict[str, Any] = to_wire(grants_figures(session, member.compound, month))
    return shown


@router.get("/grants/published", summary="治理资金(已结账月份)")
def read_published_grants(compound: OpenBook, session: Reading, month: OfMonth) -> dict[str, Any]:
    """Return pools, projects, gifts and points of a closed month, for everybody."""
    check_closed(session.get(ChainHead, compound), month)
    shown: dict[str, Any] = to_wire(grants_figures(session, compound, month))
    return shown


@router.get("/grants/overdue", summary="到期未清算的治理项目")
def list_overdue(
    member: Annotated[Member, Depends(_WATCHING)],
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至日期,默认今天 · on this day")] = None,
) -> Wire:
    """List the projects whose day of clearing has passed, with what is unspent."""
    day = as_of or today_in(session, member.compound, house.clock())
    return {"items": [to_wire(one) for one in overdue_clearing(session, member.compound, day)]}


def check_closed(head: ChainHead | None, month: str) -> None:
    """Refuse a month that has not been closed: everybody sees what no longer changes.

    Raises:
        PeriodNotClosed: it has not.
    """
    if head is None or month > head.closed_through:
        raise PeriodNotClosed(pointer="/month", month=month)
