"""Projects that only some units own: opening, shares, subsidies, bridges, what goes back, and the statement."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading
from api.identity import Allowed, Member, OnRecord
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routes.grants import check_closed
from api.routing import Router
from api.shapes import Code, Day, Month, Positive, Rate, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.bridge import Bridge, bridge, settle_by_bridge
from ledger.actions.open_project import OpenProject, open_project
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.share_project import PlanShares, call_share, plan_shares
from ledger.actions.subsidise import Subsidise, clear_subsidy, subsidise
from ledger.rules.money import format_amount, format_area, format_rate
from ledger.rules.project import WHOLE_BP, Basis, Instalment
from ledger.rules.roles import FULL_READERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.projects import standings
from ledger.store.tables import ChainHead
from reports.month.projects import project_figures, published_projects

router = Router(prefix="/api/v1/compounds/{compound}", tags=["专项工程 · Projects"])
Project = Annotated[str, Path(max_length=24)]
OfMonth = Annotated[Month, Query(description="月份 · the month")]
_KEEPING = Writing(KEEPERS)


class ParticipantIn(Shape):
    """A unit that takes part, and its coefficient; where areas share, none is needed."""

    unit: Code
    coefficient: Rate | None = None


class ProjectIn(Shape):
    """A project: its code (never a building), cost, vote, bank account and units."""

    code: Code
    title: Words
    amount: Positive
    authority: Code
    bank: Code
    basis: Annotated[Basis, Field(strict=False)] = Basis.COEFFICIENT
    units: list[ParticipantIn] = Field(min_length=1, max_length=2000)


class InstalmentIn(Shape):
    """A part of the sum with its day: an amount, or none where there is one instalment only."""

    due_on: Day
    amount: Positive | None = None


class PlanIn(Shape):
    """A sum that the units share, by a vote of theirs; ``without`` are units left out."""

    amount: Positive
    authority: Code
    instalments: list[InstalmentIn] = Field(min_length=1, max_length=60)
    without: list[Code] = Field(default=[], max_length=200)


class CallIn(Shape):
    """Which instalment of which plan is charged."""

    plan: int = Field(ge=1, le=1000)
    number: int = Field(ge=1, le=60)
    effective_on: Day | None = None


class SubsidyIn(Shape):
    """Money from outside; ``conditional``: what is unspent goes back."""

    amount: Positive
    source: Words
    document: Words
    bank: Code
    conditional: bool
    effective_on: Day | None = None


class DocumentIn(Shape):
    """The document that an act rests on."""

    document: Words
    effective_on: Day | None = None


class BridgeIn(Shape):
    """Money that a unit lends for others, and the account that it reached."""

    unit: Code
    amount: Positive
    bank: Code
    received_on: Day | None = None
    effective_on: Day | None = None


class UnitIn(Shape):
    """A unit of the project."""

    unit: Code
    effective_on: Day | None = None


class SurplusIn(Shape):
    """What goes back to the units, by their vote."""

    amount: Positive
    authority: Code
    effective_on: Day | None = None


@router.post("/projects", status_code=201, summary="设立专项工程")
def open_a_project(body: ProjectIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Open a project: a fund of its own for the units that take part."""
    units = tuple((one.unit, one.coefficient) for one in body.units)
    command = OpenProject(body.code, body.title, body.amount, body.authority, body.bank, units, body.basis)
    return pen.write(lambda journal: act_answer(journal, open_project(journal, command)))


@router.post("/projects/{project}/plans", status_code=201, summary="议定分摊")
def plan(project: Project, body: PlanIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record what the units have agreed to share, and in which instalments."""
    only = len(body.instalments) == 1
    instalments = tuple(
        Instalment(one.due_on, one.amount if one.amount is not None else WHOLE_BP if only else 0)
        for one in body.instalments
    )
    command = PlanShares(project, body.amount, body.authority, instalments, tuple(body.without))

    def work(journal: Journal) -> Answer:
        done = plan_shares(journal, command)
        shares = [{"unit": unit, "share_minor": minor} for unit, minor in done.shares.items()]
        return act_answer(journal, done.recorded, plan=done.plan, shares=shares)

    return pen.write(work)


@router.post("/projects/{project}/calls", status_code=201, summary="分摊应收")
def call(project: Project, body: CallIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Charge one instalment to the units."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            call_share(journal, project, body.plan, body.number, body.effective_on or journal.today),
        )
    )


@router.post("/projects/{project}/subsidies", status_code=201, summary="工程补贴")
def take_subsidy(project: Project, body: SubsidyIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post a subsidy, with or without a clause of return."""

    def work(journal: Journal) -> Answer:
        command = Subsidise(
            *(project, body.amount, body.source, body.document, body.bank),
            effective_on=body.effective_on or journal.today,
            conditional=body.conditional,
        )
        return act_answer(journal, subsidise(journal, command))

    return pen.write(work)


@router.post("/projects/{project}/subsidy-returns", status_code=201, summary="未用补贴应退")
def return_subsidy(project: Project, body: DocumentIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Owe back what is unspent of the conditional subsidies."""
    return pen.write(
        lambda journal: act_answer(
            journal, clear_subsidy(journal, project, body.document, body.effective_on or journal.today)
        )
    )


@router.post("/projects/{project}/bridges", status_code=201, summary="参与户垫付")
def take_bridge(project: Project, body: BridgeIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post money that a unit lends for those who have not paid."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        command = Bridge(project, body.unit, body.amount, body.bank, body.received_on or day, day)
        return act_answer(journal, bridge(journal, command))

    return pen.write(work)


@router.post("/projects/{project}/bridge-settlements", status_code=201, summary="垫付冲抵分摊")
def use_bridge(project: Project, body: UnitIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Settle a unit's share from what it bridged."""
    return pen.write(
        lambda journal: act_answer(
            journal, settle_by_bridge(journal, project, body.unit, body.effective_on or journal.today)
        )
    )


@router.post("/projects/{project}/surplus-returns", status_code=201, summary="工程结余退还")
def give_back(project: Project, body: SurplusIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Give back what is left by the same coefficients; two keys then pay it out."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        return act_answer(
            journal, return_surplus(journal, ReturnSurplus(project, body.amount, body.authority, day))
        )

    return pen.write(work)


@router.get("/projects", summary="专项工程(任意月份)")
def read_projects(
    member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading, month: OfMonth
) -> Wire:
    """Return the projects as they stand at the end of a month."""
    return {"items": [to_wire(one) for one in project_figures(session, member.compound, month)]}


@router.get("/projects/published", summary="专项工程(已结账月份)")
def read_published_projects(compound: OpenBook, session: Reading, month: OfMonth) -> Wire:
    """Return the projects at the end of a closed month, for everybody; ``withheld`` have fewer than five units."""
    check_closed(session.get(ChainHead, compound), month)
    shown, small = published_projects(session, compound, month)
    return {"items": [to_wire(one) for one in shown], "withheld": small}


@router.get("/projects/{project}/units", summary="参与户与分摊")
def list_participants(
    project: Project,
    member: Annotated[Member, Depends(OnRecord(FULL_READERS, "project_units", "project"))],
    session: Reading,
) -> dict[str, Any]:
    """List the units of a project with what they share, owe and have bridged: never published."""
    row, found = standings(session, member.compound, project)
    write = format_area if row.basis == Basis.AREA else format_rate
    return {
        "code": row.code,
        "basis": row.basis,
        "items": [
            {
                "unit": one.unit,
                "weight": write(one.weight),
                **{
                    name: format_amount(getattr(one, f"{name}_minor"))
                    for name in ("share", "open", "bridged")
                },
            }
            for one in found
        ],
    }
