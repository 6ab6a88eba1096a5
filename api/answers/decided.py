"""What the routes of authorities, votes, budgets and the trustee's remuneration answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, lists, sends, shows
from api.answers.schema import DayText, Money, MonthText
from ledger.actions.adopt_budget import BudgetAdopted
from ledger.actions.plan_budget import BudgetActed, Commented
from ledger.rules.budget import BudgetState
from ledger.store.budgets import Comment
from ledger.store.caretakers import Caretaker
from reports.month.authorities import AuthorityFigures, VoteFigures
from reports.month.budget import BudgetFigures


class CommentAnswered(TypedDict):
    """What was answered to a comment."""

    number: int
    words: list[str]


class CommentsShown(TypedDict):
    """When comments were taken, and what was answered."""

    from_on: DayText | None
    to_on: DayText | None
    count: int
    answers: list[CommentAnswered]


class WeighedShown(TypedDict):
    """What a budget was weighed by when it was adopted."""

    expense: Money
    income: Money
    opening: Money
    deficit: Money


class BudgetLineShown(TypedDict):
    """An account's amounts by month."""

    account: str
    note: str | None
    months: dict[str, Money]
    year: Money


class BudgetShown(TypedDict):
    """A version of a budget."""

    fund: str
    year: int
    version: int
    title: str
    state: BudgetState
    comments: CommentsShown
    in_force_from: DayText | None
    authority: str | None
    weighed: WeighedShown | None
    lines: list[BudgetLineShown]


class BaseShown(TypedDict):
    """What the remuneration is taken of."""

    account: str
    amount: Money


class RemunerationShown(TypedDict):
    """What the trustee has earned so far."""

    through: MonthText
    since: MonthText
    every_months: int
    rate_bp: int
    fixed: Money
    contract: str
    bases: list[BaseShown]
    base: Money
    due: Money
    recognised: Money
    accrual: Money
    overdrawn: Money


ANSWERS: dict[str, Described] = {
    "record_committee_resolution": act(code=str),
    "record_a_contract": act(code=str),
    "end_an_authority": act(code=str),
    "list_authorities": lists(AuthorityFigures, as_of=DayText),
    "record_a_vote": act(vote=VoteFigures),
    "list_votes": lists(VoteFigures),
    "read_vote": shows(VoteFigures),
    "draft_a_budget": act(BudgetActed),
    "open_a_budget": act(BudgetActed),
    "comment_on_a_budget": act(Commented),
    "answer_a_comment": act(number=int),
    "withdraw_a_budget": act(BudgetActed),
    "adopt_a_budget": act(BudgetAdopted),
    "list_budgets": lists(BudgetShown),
    "list_comments": lists(Comment),
    "read_execution": shows(BudgetFigures),
    "read_execution_csv": sends("text/csv"),
    "read_executed": lists(BudgetFigures, as_of=DayText),
    "show_remuneration": shows(RemunerationShown),
    "list_caretakers": lists(Caretaker),
    "name_a_caretaker": act(name=str),
    "end_a_caretaker": act(),
}
