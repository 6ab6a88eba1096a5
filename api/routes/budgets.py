"""The open budget: drafts, comments, adoption, and budget against actual."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading, TheHouse
from api.identity import Allowed, Member, OnRecord
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer, file_answer
from api.routing import Router
from api.shapes import Code, Day, Month, Positive, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.adopt_budget import AdoptBudget, adopt_budget
from ledger.actions.plan_budget import (
    BudgetKey,
    DraftBudget,
    answer_comment,
    comment_on_budget,
    draft_budget,
    open_to_comments,
    withdraw_budget,
)
from ledger.errors import PeriodNotClosed, RequestMalformed
from ledger.rules.money import format_amount
from ledger.rules.period import last_day, months_between
from ledger.rules.roles import APPROVERS, REQUESTERS
from ledger.store.budgets import Version, comments, version, versions
from ledger.store.tables import ChainHead
from reports.month.budget import BudgetFigures, budget_against_actual, budget_csv, budget_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["预算 · Budgets"])
_PLANNING = Writing(REQUESTERS)
_DECIDING = Writing(APPROVERS)
_WATCHING = Allowed(WATCHERS)
_LISTENING = OnRecord(WATCHERS, "budget_comments")  # what residents said, in their words
Fund = Annotated[str, Query(max_length=64, description="资金 · the fund")]
AsOf = Annotated[Day | None, Query(description="截至日期,默认今天 · at the end of this day")]
Year = Annotated[int, Field(ge=2000, le=2199)]
Number = Annotated[int, Field(ge=1, le=10_000)]


class LineIn(Shape):
    """An account: an amount for every month, or amounts by month; and what it is for."""

    account: Code
    monthly: Positive | None = None
    months: dict[Month, Positive] = Field(default={}, max_length=12)
    note: Words | None = None

    def planned(self, year: int) -> dict[str, int]:
        """Return the fen of each month.

        Raises:
            RequestMalformed: neither way of saying it, or both.
        """
        if (self.monthly is None) == (not self.months):
            raise RequestMalformed(
                pointer="/lines",
                why_zh=f"{self.account}:每月相同写 monthly,否则写 months,二者取一",
                why_en=f"{self.account}: give monthly for the same every month, else months; one of the two",
            )
        if self.monthly is None:
            return dict(self.months)
        return dict.fromkeys(months_between(f"{year}-01", f"{year}-12"), self.monthly)


class DraftIn(Shape):
    """A version of a fund's budget for a year."""

    fund: Code
    year: Year
    title: Words
    lines: list[LineIn] = Field(min_length=1, max_length=200)

    @property
    def command(self) -> DraftBudget:
        """Return the command; raises ``RequestMalformed`` where an account stands twice."""
        lines = {one.account: one.planned(self.year) for one in self.lines}
        if len(lines) != len(self.lines):
            raise RequestMalformed(
                pointer="/lines", why_zh="同一科目只写一行", why_en="an account has one line"
            )
        notes = {one.account: one.note for one in self.lines if one.note is not None}
        return DraftBudget(self.fund, self.year, self.title, lines, notes)


class KeyIn(Shape):
    """Which version."""

    fund: Code
    year: Year
    version: Number

    @property
    def key(self) -> BudgetKey:
        """Return the version's key."""
        return BudgetKey(self.fund, self.year, self.version)


class PeriodIn(KeyIn):
    """The days on which comments are taken, both included."""

    from_on: Day
    to_on: Day


class AdoptionIn(KeyIn):
    """From when a version is in force, and the vote (or the resolution, where the profile allows it)."""

    from_on: Day
    authority: Words
    deficit: Positive | None = None
    deficit_authority: Words | None = None


class CommentIn(KeyIn):
    """What a resident said; today unless said otherwise."""

    words: Words
    made_on: Day | None = None


class AnswerIn(KeyIn):
    """An answer to a comment, in words that everybody reads."""

    number: Number
    words: Words


@router.post("/budgets", status_code=201, summary="预算草案")
def draft_a_budget(body: DraftIn, pen: Annotated[Pen, Depends(_PLANNING)]) -> Response:
    """Put the next version of a fund's budget on record; the one in force stays so."""
    return pen.write(lambda journal: act_answer(journal, draft_budget(journal, body.command)))


@router.post("/budgets/comment-periods", status_code=201, summary="预算公开征求意见")
def open_a_budget(body: PeriodIn, pen: Annotated[Pen, Depends(_DECIDING)]) -> Response:
    """Open a draft to the residents' comments."""
    return pen.write(
        lambda journal: act_answer(journal, open_to_comments(journal, body.key, body.from_on, body.to_on))
    )


@router.post("/budgets/comments", status_code=201, summary="登记住户意见")
def comment_on_a_budget(body: CommentIn, pen: Annotated[Pen, Depends(_DECIDING)]) -> Response:
    """Keep what a resident said; the words can be erased later."""
    return pen.write(
        lambda journal: act_answer(
            journal, comment_on_budget(journal, body.key, body.words, body.made_on or journal.today)
        )
    )


@router.post("/budgets/answers", status_code=201, summary="答复住户意见")
def answer_a_comment(body: AnswerIn, pen: Annotated[Pen, Depends(_DECIDING)]) -> Response:
    """Answer a comment."""
    return pen.write(
        lambda journal: act_answer(
            journal, answer_comment(journal, body.key, body.number, body.words), number=body.number
        )
    )


@router.post("/budgets/withdrawals", status_code=201, summary="撤回预算草案")
def withdraw_a_budget(body: KeyIn, pen: Annotated[Pen, Depends(_DECIDING)]) -> Response:
    """Withdraw a version that is not in force."""
    return pen.write(lambda journal: act_answer(journal, withdraw_budget(journal, body.key)))


@router.post("/budgets/adoptions", status_code=201, summary="预算通过生效")
def adopt_a_budget(body: AdoptionIn, pen: Annotated[Pen, Depends(_DECIDING)]) -> Response:
    """Put a version in force: after the comments, by vote, spending no more than comes in and is there."""
    command = AdoptBudget(body.key, body.from_on, body.authority, body.deficit or 0, body.deficit_authority)
    return pen.write(lambda journal: act_answer(journal, adopt_budget(journal, command)))


@router.get("/budgets", summary="各版预算")
def list_budgets(
    compound: OpenBook,
    session: Reading,
    fund: Annotated[str | None, Query(max_length=64)] = None,
    year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
) -> Wire:
    """List every version of every budget with its lines, its state, and the answers to comments."""
    return {"items": [_version(session, one) for one in versions(session, compound, fund, year)]}


@router.get("/budgets/comments", summary="住户意见")
def list_comments(
    member: Annotated[Member, Depends(_LISTENING)],
    session: Reading,
    fund: Fund,
    year: Annotated[int, Query(ge=2000, le=2199)],
    number: Annotated[int, Query(alias="version", ge=1, le=10_000)] = 1,
) -> Wire:
    """List what residents said about a version; erased words are null."""
    found = version(session, member.compound, fund, year, number)
    return {"items": [to_wire(one) for one in comments(session, found.row)]}


@router.get("/budgets/execution", summary="预算执行(任意日期)")
def read_execution(
    member: Annotated[Member, Depends(_WATCHING)],
    session: Reading,
    house: TheHouse,
    fund: Fund,
    as_of: AsOf = None,
) -> Wire:
    """Return budget against actual at the end of a day, by account and month."""
    shown: Wire = to_wire(_execution(member, session, house, fund, as_of))
    return shown


@router.get("/budgets/execution.csv", summary="预算执行(CSV)")
def read_execution_csv(
    member: Annotated[Member, Depends(_WATCHING)],
    session: Reading,
    house: TheHouse,
    fund: Fund,
    as_of: AsOf = None,
) -> Response:
    """Return budget against actual at the end of a day, for a spreadsheet."""
    found = _execution(member, session, house, fund, as_of)
    name = fund.replace(":", "-")
    return file_answer(budget_csv(found), f"{member.compound}-budget-{name}-{found.as_of}.csv")


@router.get("/budgets/executed", summary="预算执行(已结账月份)")
def read_executed(
    compound: OpenBook, session: Reading, month: Annotated[Month, Query(description="已结账的月份")]
) -> Wire:
    """Return budget against actual at the end of a closed month, for everybody.

    A day within a month would let two days be compared, and a household be read from the difference.
    """
    head = session.get(ChainHead, compound)
    if head is None or month > head.closed_through:
        raise PeriodNotClosed(pointer="/month", month=month)
    return {"as_of": last_day(month).isoformat(), "items": to_wire(budget_figures(session, compound, month))}


def _execution(
    member: Member, session: Reading, house: TheHouse, fund: str, as_of: Day | None
) -> BudgetFigures:
    day = as_of or today_in(session, member.compound, house.clock())
    return budget_against_actual(session, member.compound, fund, day)


def _version(session: Reading, one: Version) -> dict[str, Any]:  # Any: JSON
    row, opened, adopted = one.row, one.opened, one.adopted
    said = comments(session, row)
    return {
        "fund": row.fund,
        "year": row.year,
        "version": row.version,
        "title": row.title,
        "state": one.state.value,
        "comments": {
            "from_on": opened.from_on.isoformat() if opened else None,
            "to_on": opened.to_on.isoformat() if opened and opened.to_on else None,
            "count": len(said),
            "answers": [
                {"number": item.number, "words": list(item.answers)} for item in said if item.answers
            ],
        },
        "in_force_from": adopted.from_on.isoformat() if adopted else None,
        "authority": adopted.authority if adopted else None,
        "weighed": {
            name: format_amount(getattr(adopted, f"{name}_minor") or 0)
            for name in ("expense", "income", "opening", "deficit")
        }
        if adopted
        else None,
        "lines": [
            {
                "account": code,
                "note": one.notes.get(code),
                "months": {month: format_amount(minor) for month, minor in months.items()},
                "year": format_amount(sum(months.values())),
            }
            for code, months in one.lines.items()
        ],
    }
