"""The open budget before it holds: drafted, open to comments, answered, withdrawn; every version stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import col

from ledger.errors import BudgetRefused, BudgetStateRefused, NotFound
from ledger.rules.budget import BudgetState, Lines, check_lines
from ledger.rules.chart import fund_zh
from ledger.rules.roles import APPROVERS, REQUESTERS, require
from ledger.rules.text import check_public, check_public_optional, check_text
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.budgets import Version, version, versions
from ledger.store.tables import (
    Budget,
    BudgetAnswer,
    BudgetComment,
    BudgetLine,
    BudgetMonth,
    BudgetStep,
)

_STATES = {
    BudgetState.DRAFT: ("草案", "a draft"),
    BudgetState.OPENED: ("征求意见中", "open to comments"),
    BudgetState.ADOPTED: ("已通过", "adopted"),
    BudgetState.WITHDRAWN: ("已撤回", "withdrawn"),
}
#: Long before and after any book; a year outside is a slip of the hand.
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class BudgetKey:
    """Which version of which budget."""

    fund: str
    year: int
    version: int

    @property
    def row(self) -> dict[str, str | int]:
        """Return the columns that name it."""
        return {"fund": self.fund, "year": self.year, "version": self.version}

    def __str__(self) -> str:
        """Return its name in words that people write, at most 36 characters for what a use is for."""
        return f"{self.fund[:22]} {self.year} v{self.version}"


@dataclass(frozen=True, slots=True)
class DraftBudget:
    """A version to be discussed: fen above zero by account and month, with what each account is for."""

    fund: str
    year: int
    title: str
    lines: Lines
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BudgetActed:
    """What became of a version."""

    recorded: Recorded
    fund: str
    year: int
    version: int
    state: BudgetState


@dataclass(frozen=True, slots=True)
class Commented:
    """A comment's number."""

    recorded: Recorded
    number: int


def draft_budget(journal: Journal, command: DraftBudget) -> BudgetActed:
    """Put the next version of a fund's budget on record; an adopted one stays in force meanwhile.

    Raises:
        BudgetStateRefused: a version is still being discussed: withdraw it first.
        BudgetRefused, AccountUnknown: the lines are no budget (``rules.budget``).
    """
    require(journal.actor, REQUESTERS)
    fund_zh(command.fund)
    if not _FIRST_YEAR <= command.year <= _LAST_YEAR:
        raise BudgetRefused(pointer="/year", why_zh="年份不对", why_en="the year is no year of these books")
    check_lines(command.fund, command.year, command.lines)
    before = versions(journal.session, journal.compound, command.fund, command.year)
    if before and before[-1].state in {BudgetState.DRAFT, BudgetState.OPENED}:
        raise wrong_state(before[-1], "/year", "另起一版", "replaced by another")
    key = BudgetKey(command.fund, command.year, len(before) + 1)
    lines = [
        {
            **key.row,
            "account": code,
            "note": check_public_optional(command.notes.get(code), f"/lines/{place}/note"),
        }
        for place, code in enumerate(command.lines)
    ]
    months = [
        {**key.row, "account": code, "month": month, "amount_minor": minor}
        for code, planned in command.lines.items()
        for month, minor in planned.items()
    ]
    row = {**key.row, "title": check_public(command.title, "/title")}
    facts: Facts = {Budget: [row], BudgetLine: lines, BudgetMonth: months}
    recorded = journal.record("budget_drafted", journal.today, facts)
    return BudgetActed(recorded, *_parts(key), BudgetState.DRAFT)


def open_to_comments(journal: Journal, key: BudgetKey, from_on: date, to_on: date) -> BudgetActed:
    """Open a draft to the residents' comments from a day to a day.

    Raises:
        BudgetStateRefused: it is no draft.
        BudgetRefused: the days are past or the wrong way round.
    """
    require(journal.actor, APPROVERS)
    found = at(journal, key, {BudgetState.DRAFT}, "公开征求意见", "opened to comments")
    if not journal.today <= from_on <= to_on:
        raise BudgetRefused(
            pointer="/from_on",
            why_zh="征求意见从今天或以后开始,结束不早于开始",
            why_en="comments are taken from today or later, to a day not before",
        )
    row = {**key.row, "step": "opened", "from_on": from_on, "to_on": to_on}
    recorded = journal.record("budget_opened", journal.today, {BudgetStep: [row]})
    return BudgetActed(recorded, found.row.fund, found.row.year, found.row.version, BudgetState.OPENED)


def withdraw_budget(journal: Journal, key: BudgetKey) -> BudgetActed:
    """Withdraw a version that is not in force; it stays on record.

    Raises:
        BudgetStateRefused: it has been adopted, or withdrawn before.
    """
    require(journal.actor, APPROVERS)
    at(journal, key, {BudgetState.DRAFT, BudgetState.OPENED}, "撤回", "withdrawn")
    row = {**key.row, "step": "withdrawn", "from_on": journal.today}
    recorded = journal.record("budget_withdrawn", journal.today, {BudgetStep: [row]})
    return BudgetActed(recorded, *_parts(key), BudgetState.WITHDRAWN)


def comment_on_budget(journal: Journal, key: BudgetKey, words: str, made_on: date) -> Commented:
    """Keep what a resident says about an open version: the words are erasable, their salted hash stays.

    Raises:
        BudgetStateRefused: it is not open.
        BudgetRefused: the day is not one of those on which comments are taken, or has not come.
    """
    require(journal.actor, APPROVERS)
    found = at(journal, key, {BudgetState.OPENED}, "提意见", "commented on")
    opened = found.opened
    if opened is None or not opened.from_on <= made_on <= min(opened.to_on or made_on, journal.today):
        raise BudgetRefused(
            pointer="/made_on",
            why_zh="不在征求意见的日期内",
            why_en="comments are taken on the days announced only",
        )
    number = 1 + _last_comment(journal, key)
    words_hash = journal.keep_remark(check_text(words, "/words"))
    row = {**key.row, "number": number, "made_on": made_on, "words_hash": words_hash}
    return Commented(journal.record("budget_commented", journal.today, {BudgetComment: [row]}), number)


def answer_comment(journal: Journal, key: BudgetKey, number: int, words: str) -> Recorded:
    """Answer a comment, in words that everybody reads.

    Raises:
        NotFound: there is no such comment.
    """
    require(journal.actor, APPROVERS)
    if journal.session.get(BudgetComment, (journal.compound, *_parts(key), number)) is None:
        raise NotFound(pointer="/number", what=f"{key} {number}")
    row = {**key.row, "number": number, "words": check_public(words, "/words")}
    return journal.record("budget_answered", journal.today, {BudgetAnswer: [row]})


def at(journal: Journal, key: BudgetKey, allowed: set[BudgetState], act_zh: str, act_en: str) -> Version:
    """Return a version if it is in one of the states that allow an act.

    Raises:
        NotFound: there is no such version.
        BudgetStateRefused: it is in another state.
    """
    found = version(journal.session, journal.compound, key.fund, key.year, key.version)
    if found.state not in allowed:
        raise wrong_state(found, "/version", act_zh, act_en)
    return found


def wrong_state(found: Version, pointer: str, act_zh: str, act_en: str) -> BudgetStateRefused:
    """Return the refusal of an act that the state does not allow."""
    state_zh, state_en = _STATES[found.state]
    return BudgetStateRefused(
        pointer=pointer, state_zh=state_zh, state_en=state_en, act_zh=act_zh, act_en=act_en
    )


def _last_comment(journal: Journal, key: BudgetKey) -> int:
    of = (
        col(BudgetComment.compound) == journal.compound,
        col(BudgetComment.fund) == key.fund,
        col(BudgetComment.year) == key.year,
        col(BudgetComment.version) == key.version,
    )
    return journal.session.execute(select(func.max(col(BudgetComment.number))).where(*of)).scalar() or 0


def _parts(key: BudgetKey) -> tuple[str, int, int]:
    return key.fund, key.year, key.version
