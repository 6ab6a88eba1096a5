"""Money between funds: asked for with the first key, approved with the second, paid, confirmed; and loans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response

from api.deps import Reading, TheHouse, WantedMonth
from api.identity import Allowed, Member
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer, new_id
from api.routing import Router
from api.shapes import (
    LIST_LIMIT,
    Code,
    Day,
    Positive,
    Shape,
    Wire,
    Words,
    read_seq_cursor,
    to_wire,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.give_surplus import GiveSurplus, give_surplus
from ledger.actions.move_funds import Moved, MoveFunds, request_move
from ledger.actions.pay_move import approve_move, confirm_move, pay_move, refuse_move
from ledger.errors import NotFound
from ledger.rules.between import MoveKind
from ledger.rules.roles import APPROVERS, KEEPERS, REQUESTERS
from ledger.store.append import Journal
from ledger.store.between import Move, loans, loans_due, move, moves
from reports.month.between_funds import between_funds_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["资金之间 · Between funds"])
Identifier = Annotated[str, Path(pattern=r"^[0-9a-z-]{1,36}$")]
_READING = Allowed(WATCHERS)
_APPROVING = Writing(APPROVERS)
_KEEPING = Writing(KEEPERS)


class MoveIn(Shape):
    """Money that is to move; which fields a kind takes is said in the documents of this part."""

    kind: Literal["transfer", "loan", "repayment", "loss", "supplier", "sweep"]
    amount: Positive
    purpose: Words
    authority: Words | None = None
    from_fund: Code | None = None
    to_fund: Code | None = None
    from_bank: Code | None = None
    to_bank: Code | None = None
    account: Code | None = None
    payee: Words | None = None
    meter_group: Code | None = None
    loan: Code | None = None
    due_on: Day | None = None
    exception: Words | None = None

    def command(self, identifier: str) -> MoveFunds:
        """Return what the ledger is asked to do."""
        return MoveFunds(
            id=identifier,
            kind=MoveKind(self.kind),
            amount_minor=self.amount,
            purpose=self.purpose,
            authority=self.authority or "",
            from_fund=self.from_fund or "",
            to_fund=self.to_fund or "",
            from_bank=self.from_bank,
            to_bank=self.to_bank,
            account=self.account,
            payee=self.payee,
            meter_group=self.meter_group,
            loan=self.loan,
            due_on=self.due_on,
            exception=self.exception,
        )


class DatedIn(Shape):
    """When it is booked; today unless said otherwise."""

    effective_on: Day | None = None


class ReasonIn(Shape):
    """Why a request is sent back."""

    reason: Words


class ConfirmedIn(Shape):
    """When it arrived, and the custodian's document."""

    effective_on: Day | None = None
    document: Words = ""


class SurplusIn(Shape):
    """So much of the fee fund goes back to the units by area, by a vote."""

    amount: Positive
    authority: Words
    effective_on: Day | None = None


def shown(one: Move) -> dict[str, Any]:
    """Return a request with its state and steps."""
    row = one.row
    names = ("id", "seq", "kind", "from_fund", "to_fund", "purpose", "authority", "exception")
    more = ("from_bank", "to_bank", "account", "payee", "meter_group", "loan", "due_on", "distribution")
    return {
        **{name: getattr(row, name) for name in names},
        "state": one.state,
        **to_wire({"amount_minor": row.amount_minor}),
        **to_wire({name: getattr(row, name) for name in more}),
        "requested_body": row.requested_body,
        "steps": [{"step": step.name, "seq": step.seq, "on": step.on.isoformat()} for step in one.steps],
    }


@router.get("/fund-moves", summary="资金划转、借款列表")
def list_fund_moves(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List the requests between funds, with the state that each has reached."""
    found = moves(session, member.compound, after=read_seq_cursor(cursor))
    cut = limit  # a distribution's requests have one number and stay on one page
    while 0 < cut < len(found) and found[cut].row.seq == found[cut - 1].row.seq:
        cut += 1
    more = write_cursor(str(found[cut - 1].row.seq)) if len(found) > cut else None
    return {"items": [shown(one) for one in found[:cut]], "next_cursor": more}


@router.get("/fund-moves/{identifier}", summary="资金划转、借款")
def read_fund_move(
    identifier: Identifier, member: Annotated[Member, Depends(_READING)], session: Reading
) -> Wire:
    """Return one request between funds."""
    found = move(session, member.compound, identifier)
    if found is None:
        raise NotFound(pointer="/id", what=identifier)
    return shown(found)


@router.post("/fund-moves", status_code=201, summary="申请资金划转、借款")
def request_fund_move(body: MoveIn, pen: Annotated[Pen, Depends(Writing(REQUESTERS))]) -> Response:
    """Ask for money to move between funds: the first key."""
    return pen.write(
        lambda journal: _stepped(journal, request_move(journal, body.command(new_id(journal.now))))
    )


@router.post("/fund-moves/{identifier}/approvals", status_code=201, summary="批准划转、借款")
def approve_fund_move(
    identifier: Identifier, pen: Annotated[Pen, Depends(_APPROVING)], body: DatedIn | None = None
) -> Response:
    """Turn the second key; a transfer is owed from then on."""
    day = body.effective_on if body else None
    return _step(pen, lambda journal: approve_move(journal, identifier, day))


@router.post("/fund-moves/{identifier}/refusals", status_code=201, summary="退回划转、借款申请")
def refuse_fund_move(
    identifier: Identifier, body: ReasonIn, pen: Annotated[Pen, Depends(_APPROVING)]
) -> Response:
    """Send a request back with the reason; it stays on record."""
    return _step(pen, lambda journal: refuse_move(journal, identifier, body.reason))


@router.post("/fund-moves/{identifier}/payments", status_code=201, summary="划转、借款付款")
def pay_fund_move(
    identifier: Identifier, pen: Annotated[Pen, Depends(_KEEPING)], body: DatedIn | None = None
) -> Response:
    """Post the bank leg; whoever approved does not pay."""
    day = body.effective_on if body else None
    return _step(pen, lambda journal: pay_move(journal, identifier, day or journal.today))


@router.post("/fund-moves/{identifier}/confirmations", status_code=201, summary="划转到账确认")
def confirm_fund_move(
    identifier: Identifier, pen: Annotated[Pen, Depends(_KEEPING)], body: ConfirmedIn | None = None
) -> Response:
    """Post the arrival of what was in transit."""
    said = body or ConfirmedIn()
    return _step(
        pen,
        lambda journal: confirm_move(journal, identifier, said.effective_on or journal.today, said.document),
    )


@router.get("/fund-loans", summary="资金间借款与到期提醒")
def list_fund_loans(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至日期 · as of")] = None,
    due_within: Annotated[
        int | None, Query(ge=0, le=366, description="只列这些天内到期未还的 · days")
    ] = None,
) -> Wire:
    """List the loans between funds as they stood on a day, or only those to be back within some days."""
    on = as_of or today_in(session, member.compound, house.clock())
    if due_within is None:
        found = loans(session, member.compound, on)
    else:
        found = loans_due(session, member.compound, on, within_days=due_within)
    items = [{**to_wire(one), "is_due": one.is_due(on)} for one in found]
    return {"as_of": on.isoformat(), "items": items}


@router.get("/between-funds", summary="资金之间月报")
def read_between_funds(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    month: WantedMonth,
) -> Wire:
    """Return what passed between funds in a month, and what was owed or lent at its end."""
    found: dict[str, Any] = to_wire(between_funds_figures(session, member.compound, month))
    return found


@router.post("/surplus-returns", status_code=201, summary="结余按面积返还业主")
def return_a_surplus(body: SurplusIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Raise every unit's prepayment by its part of the fee fund's surplus, by vote and by area."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            give_surplus(
                journal, GiveSurplus(body.amount, body.authority, body.effective_on or journal.today)
            ),
        )
    )


def _step(pen: Pen, act: Callable[[Journal], Moved]) -> Response:
    return pen.write(lambda journal: _stepped(journal, act(journal)))


def _stepped(journal: Journal, done: Moved) -> Answer:
    return act_answer(journal, done, f"/api/v1/compounds/{journal.compound}/fund-moves/{done.id}")
