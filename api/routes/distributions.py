"""Distribution of net public income: the voted rule, what it would do, and what was done."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Allowed, Member
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer, new_id
from api.routes.fund_moves import DatedIn, ReasonIn, shown
from api.routing import Router
from api.shapes import Code, Month, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.distribute import (
    Distribute,
    Proposal,
    approve_distribution,
    distribute,
    propose,
    record_rule,
    refuse_distribution,
)
from ledger.actions.move_funds import CUSTODIAN, Moved
from ledger.rules.between import Every, Rule
from ledger.rules.roles import APPROVERS, KEEPERS, REQUESTERS
from ledger.store.append import Journal
from ledger.store.between import distributions, rules
from ledger.store.tables import ChainHead

router = Router(prefix="/api/v1/compounds/{compound}", tags=["收益分配 · Distribution"])
Identifier = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
_READING = Allowed(WATCHERS)
_APPROVING = Writing(APPROVERS)


class ShareIn(Shape):
    """One fund's share, in basis points: 7000 is 70 %."""

    fund: Code
    share_bp: Annotated[int, Field(ge=1, le=10_000)]


class RuleIn(Shape):
    """A voted rule; a share for repairs below the place's minimum has to be named by the vote itself."""

    code: Code
    every: Literal["quarter", "year"]
    from_month: Month
    authority: Words
    shares: list[ShareIn] = Field(min_length=1, max_length=20)
    with_interest: bool = False
    with_later_rent: bool = True

    def rule(self) -> Rule:
        """Return the rule."""
        return Rule(
            self.code,
            Every(self.every),
            self.from_month,
            self.authority,
            tuple((one.fund, one.share_bp) for one in self.shares),
            with_interest=self.with_interest,
            with_later_rent=self.with_later_rent,
        )


class BankIn(Shape):
    """Into which bank account a fund's part goes."""

    fund: Code
    bank: Code


class DistributionIn(Shape):
    """A span, such as 2026-Q1 or 2026, that is to be distributed by a rule."""

    rule: Code
    span: Code
    from_bank: Code
    to_banks: list[BankIn] = Field(default=[], max_length=20)
    custodian: Code = CUSTODIAN
    purpose: Words = ""


def _proposed(found: Proposal) -> dict[str, Any]:
    parts = [to_wire({"fund": fund, "amount_minor": minor}) for fund, minor in found.parts.items()]
    names = ("income_minor", "cost_minor", "net_minor", "kept_out_minor")
    return {
        "rule": found.rule,
        "first_month": found.first_month,
        "last_month": found.last_month,
        **to_wire({name: getattr(found, name) for name in names}),
        "parts": parts,
    }


@router.get("/distribution-rules", summary="收益分配办法")
def list_distribution_rules(member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """List the voted rules."""
    items = []
    for one in rules(session, member.compound):
        shares = [{"fund": fund, "share_bp": share} for fund, share in one.shares]
        items.append({**to_wire(one), "shares": shares, "rest_bp": one.rest_bp})
    return {"items": items}


@router.post("/distribution-rules", status_code=201, summary="登记收益分配办法")
def record_distribution_rule(body: RuleIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Put a voted rule on record."""
    return pen.write(lambda journal: act_answer(journal, record_rule(journal, body.rule()), code=body.code))


@router.get("/distributions/preview", summary="试算分配")
def preview_distribution(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    rule: Annotated[str, Query(max_length=32)],
    span: Annotated[str, Query(max_length=16, description="2026-Q1 或 2026")],
) -> Wire:
    """Compute a span's net and each fund's part; nothing is stored."""
    head = session.get_one(ChainHead, member.compound)
    return _proposed(propose(session, member.compound, head.closed_through, rule, span))


@router.get("/distributions", summary="分配列表")
def list_distributions(member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """List the distributions with the requests they consist of."""
    names = ("income_minor", "cost_minor", "net_minor")
    items = [
        {
            **{name: getattr(row, name) for name in ("id", "seq", "rule", "first_month", "last_month")},
            **to_wire({name: getattr(row, name) for name in names}),
            "moves": [shown(one) for one in parts],
        }
        for row, parts in distributions(session, member.compound)
    ]
    return {"items": items}


@router.post("/distributions", status_code=201, summary="申请分配")
def request_distribution(body: DistributionIn, pen: Annotated[Pen, Depends(Writing(REQUESTERS))]) -> Response:
    """Ask for a span's distribution: the first key."""

    def work(journal: Journal) -> Answer:
        command = Distribute(
            new_id(journal.now),
            body.rule,
            body.span,
            body.from_bank,
            tuple((one.fund, one.bank) for one in body.to_banks),
            body.custodian,
            body.purpose,
        )
        return act_answer(journal, distribute(journal, command), _place(journal))

    return pen.write(work)


@router.post("/distributions/{identifier}/approvals", status_code=201, summary="批准分配")
def approve_a_distribution(
    identifier: Identifier, pen: Annotated[Pen, Depends(_APPROVING)], body: DatedIn | None = None
) -> Response:
    """Turn the second key for all parts of a distribution."""
    day = body.effective_on if body else None
    return pen.write(lambda journal: _all(journal, approve_distribution(journal, identifier, day)))


@router.post("/distributions/{identifier}/refusals", status_code=201, summary="退回分配申请")
def refuse_a_distribution(
    identifier: Identifier, body: ReasonIn, pen: Annotated[Pen, Depends(_APPROVING)]
) -> Response:
    """Send a distribution back whole; its span can be asked for again."""
    return pen.write(lambda journal: _all(journal, refuse_distribution(journal, identifier, body.reason)))


def _all(journal: Journal, done: list[Moved]) -> Answer:
    moved = [{"id": one.id, "state": one.state, "voucher": one.recorded.voucher} for one in done]
    return act_answer(journal, done[-1].recorded, _place(journal), state=done[-1].state, moves=moved)


def _place(journal: Journal) -> str:
    return f"/api/v1/compounds/{journal.compound}/distributions"
