"""Take an authority for an act: it must be there, allow what is asked, and have so much left."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlmodel import col, select

from ledger.actions.whose_vote import check_whose
from ledger.errors import (
    AuthorityEnded,
    AuthorityMissing,
    AuthorityUnfit,
    AuthorityUnknown,
    BudgetMissing,
    VoteFailed,
)
from ledger.rules.authority import BUDGET, EMERGENCY, AuthorityKind, Granted, Matter, Need, check_authority
from ledger.rules.budget import check_room
from ledger.store import authorities, budgets
from ledger.store.append import Journal
from ledger.store.tables import AuthorityEnd, AuthorityUse, Vote

#: How codes of votes begin in words that name one; what begins so must be on record.
_VOTE_WORD = "vote-"


def authorise(journal: Journal, code: str, need: Need, pointer: str = "/authority") -> Granted:
    """Return the authority if it allows what is asked.

    A vote of a part of the owners allows only what is theirs, and what a project spends takes a vote of its own units
    (``whose_vote``).

    The word "budget" is the budget in force, where ``need.lines`` says on which accounts; a vote that adopted it is no
    way round its lines. The word "emergency" stands for itself, where ``need.kinds`` names it.

    Raises:
        AuthorityMissing: none is named.
        AuthorityUnknown: there is none of this code.
        VoteFailed: it is a vote that did not pass.
        AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: it does not allow this (``rules.authority``).
        BudgetMissing: no budget of the fund is in force on the day.
        AuthorityEnded: the vote that put it in force was annulled, withdrawn or replaced.
        BudgetExceeded: a line has less left, and the authority does not reach beyond it.
    """
    word = code.strip()
    if not word:
        raise AuthorityMissing(pointer=pointer)
    if word in {BUDGET, EMERGENCY}:
        return _by_word(journal, word, need, pointer)
    found = authorities.granted(journal.session, journal.compound, word)
    if found is None:
        _check_not_failed(journal, word, pointer)
        raise AuthorityUnknown(pointer=pointer, code=word[:40])
    check_authority(found, need, pointer)
    check_whose(journal, found, need, pointer)
    # a vote that put a budget in force: the word ``budget`` holds spending to its lines
    if found.matter is Matter.BUDGET and need.lines:
        raise AuthorityUnfit(
            pointer=pointer, code=word, is_now=Matter.BUDGET, wanted=f"{BUDGET}, {Matter.SPENDING}"
        )
    if found.kind is not AuthorityKind.VOTE:
        check_overspend(journal, found, need)
    return found


def check_not_ended(journal: Journal, code: str | None, pointer: str = "/id") -> None:
    """Refuse to carry out what an authority once allowed, if it has been ended since; its last day may have passed.

    Raises:
        AuthorityEnded: it was withdrawn, annulled by a court, or replaced.
    """
    end = journal.session.get(AuthorityEnd, (journal.compound, (code or "").strip()))
    if end is not None:
        raise AuthorityEnded(pointer=pointer, code=end.code, day=end.ended_on.isoformat())


def use_rows(granted: Granted, amount_minor: int, purpose: str, line: int = 1) -> list[dict[str, Any]]:
    """Return the fact that so much of an authority is taken, in fen; negative gives back.

    Only authorities with a row of their own are counted: what the budget has left is read from the books.
    """
    if granted.kind in {AuthorityKind.BUDGET, AuthorityKind.EMERGENCY} or amount_minor == 0:
        return []
    return [{"line": line, "code": granted.code, "amount_minor": amount_minor, "purpose": purpose}]


def check_named(journal: Journal, words: str, need: Need, pointer: str = "/authority") -> Granted | None:
    """Return the authority that words name, where an act takes any words: if it is on record, it must allow this.

    Raises:
        AuthorityUnknown: the words begin like a vote's code, and there is none.
        VoteFailed: they name a vote that did not pass.
        AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: they name an authority that does not allow this.
    """
    word = words.strip()
    found = authorities.granted(journal.session, journal.compound, word)
    if found is not None:
        check_authority(found, need, pointer)
        check_whose(journal, found, need, pointer)
        return found
    _check_not_failed(journal, word, pointer)
    if word.lower().startswith(_VOTE_WORD):
        raise AuthorityUnknown(pointer=pointer, code=word[:40])
    return None


def uses_back(journal: Journal, seq: int) -> list[dict[str, Any]]:
    """Return the rows that give back what act ``seq`` took of authorities."""
    query = select(AuthorityUse).where(AuthorityUse.compound == journal.compound, AuthorityUse.seq == seq)
    return [
        {"line": row.line, "code": row.code, "amount_minor": -row.amount_minor, "purpose": row.purpose}
        for row in journal.session.exec(query.order_by(col(AuthorityUse.line)))
    ]


def _check_not_failed(journal: Journal, code: str, pointer: str) -> None:
    """Refuse the code of a recorded vote; one that passed has been found as an authority before."""
    if journal.session.get(Vote, (journal.compound, code)) is not None:
        raise VoteFailed(pointer=pointer, code=code)


def _by_word(journal: Journal, word: str, need: Need, pointer: str) -> Granted:
    fund = need.fund or ""
    if word == EMERGENCY:
        granted = Granted(word, AuthorityKind.EMERGENCY, Matter.SPENDING, fund, need.on)
        check_authority(granted, need, pointer)
        return granted
    plan = budgets.in_force(journal.session, journal.compound, fund, need.on)
    begun = plan.adopted if plan else None
    if plan is None or begun is None:
        raise BudgetMissing(pointer=pointer, fund=fund, year=need.on.year, day=need.on.isoformat())
    check_not_ended(journal, begun.authority, pointer)
    granted = Granted(word, AuthorityKind.BUDGET, Matter.SPENDING, fund, begun.from_on)
    check_authority(granted, need, pointer)
    if not need.lines:
        raise AuthorityUnfit(
            pointer=pointer, code=word, is_now=AuthorityKind.BUDGET, wanted="vote, committee"
        )
    check_room(budgets.rooms(journal.session, journal.compound, plan, need.besides), _asked(need))
    return granted


def check_overspend(journal: Journal, granted: Granted, need: Need) -> None:
    """Refuse to overspend a line of the budget by more than the authority may.

    A committee may let a line be overspent as far as the profile says; beyond that, and by contract, it takes a vote
    or an adjusted budget. What the budget has no line for is what other authorities are for.
    """
    plan = (
        budgets.in_force(journal.session, journal.compound, need.fund or "", need.on) if need.lines else None
    )
    if plan is None:
        return
    may = journal.profile.overspend_bp if granted.kind is AuthorityKind.COMMITTEE else 0
    asked = {code: minor for code, minor in _asked(need).items() if code in plan.lines}
    check_room(budgets.rooms(journal.session, journal.compound, plan, need.besides), asked, may)


def _asked(need: Need) -> dict[str, int]:
    asked: Counter[str] = Counter()
    for code, minor in need.lines:
        asked[code] += minor
    return dict(asked)
