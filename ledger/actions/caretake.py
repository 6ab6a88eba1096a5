"""Name a caretaker while there is no committee, let a new committee take over, and keep to what a caretaker may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.errors import BodyCannotApprove, CaretakerRefused, CaretakerThere, RequestMalformed
from ledger.rules.authority import BUDGET, AuthorityKind
from ledger.rules.payment import TERMS, Line
from ledger.rules.roles import KEEPERS, Body, Role, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store import budgets
from ledger.store.append import Journal, Recorded
from ledger.store.caretakers import Caretaker, caretaker_on, caretakers
from ledger.store.disbursements import lines_of, pairs
from ledger.store.tables import Authority, Caretaking, CaretakingEnd, Disbursement

#: The treasurer, or somebody of the community or the street office, where nobody of the committee is left.
NAMERS = KEEPERS | {Role.SUPERVISOR}
#: A caretaker is never the trustee: it would hold both keys.
_RECURRING_MONTHS = 3
_BODIES = frozenset({Body.COMMUNITY, Body.COMMITTEE, Body.AUDIT})


@dataclass(frozen=True, slots=True)
class NameCaretaker:
    """``name`` (a public body, such as the residents' committee) holds the second key from a day, by a rule."""

    name: str
    body: Body
    from_on: date
    basis: str


def name_caretaker(journal: Journal, command: NameCaretaker) -> Recorded:
    """Put a caretaker in the committee's place.

    While it stands in, only recurring spending inside the budget or under a contract that runs already is approved,
    and every statement says so.

    Raises:
        CaretakerThere: one stands in already.
        RequestMalformed: it is the trustee, or the day lies in the future.
    """
    require(journal.actor, NAMERS)
    standing = next(iter(caretakers(journal.session, journal.compound)), None)
    if standing is not None and standing.ended_on is None:
        raise CaretakerThere(
            pointer="/name",
            why_zh=f"已由{standing.name}代管,请先结束代管",
            why_en=f"{standing.name} stands in already; end that first",
        )
    if command.body not in _BODIES:
        raise RequestMalformed(
            pointer="/body",
            why_zh="代管人不能是受托物业公司或系统运营者",
            why_en="a caretaker is neither the trustee nor the operator",
        )
    if command.from_on > journal.today:
        raise RequestMalformed(
            pointer="/from_on", why_zh="不能晚于今天", why_en="it does not begin after today"
        )
    row = {
        "from_on": command.from_on,
        "caretaker": check_public(command.name, "/name", NAME_LIMIT),
        "body": str(command.body),
        "basis": check_public(command.basis, "/basis"),
    }
    return journal.record("caretaker_named", command.from_on, {Caretaking: [row]})


def end_caretaking(journal: Journal, ended_on: date, basis: str) -> Recorded:
    """Let a new committee take over: ``ended_on`` is its first day, ``basis`` its election.

    Raises:
        CaretakerThere: nobody stands in.
        RequestMalformed: the day lies before the caretaker's first, or in the future.
    """
    require(journal.actor, NAMERS)
    standing = next(iter(caretakers(journal.session, journal.compound)), None)
    if standing is None or standing.ended_on is not None:
        raise CaretakerThere(pointer=None, why_zh="现在没有代管人", why_en="there is no caretaker now")
    if not standing.from_on <= ended_on <= journal.today:
        raise RequestMalformed(
            pointer="/ended_on",
            why_zh="不能早于代管开始或晚于今天",
            why_en="it lies between the caretaker's first day and today",
        )
    row = {"began": standing.began, "ended_on": ended_on, "basis": check_public(basis, "/basis")}
    return journal.record("caretaker_ended", ended_on, {CaretakingEnd: [row]})


def check_standing_in(journal: Journal, row: Disbursement) -> None:
    """Refuse an approval that a caretaker may not give, or one by anybody else while it stands in.

    It approves what recurs: lines of the budget in force that are planned for in several months, and contracts that
    ran before it came. Money that is somebody's own is given back as always.

    Raises:
        BodyCannotApprove: the approver is not of the caretaker's body.
        CaretakerRefused: it is neither recurring nor under such a contract.
    """
    check_keeper(journal)
    if row.kind in TERMS:
        lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
        check_recurring(journal, row.fund, row.authority, lines)


def check_keeper(journal: Journal) -> None:
    """Refuse an act of anybody else's than the caretaker's while one stands in: the committee's time is over.

    Raises:
        BodyCannotApprove: the actor is not of the caretaker's body.
    """
    keeper = caretaker_on(journal.session, journal.compound, journal.today)
    if keeper is not None and journal.actor.body is not keeper.body:
        raise BodyCannotApprove(pointer=None, bodies=keeper.body)


def check_recurring(journal: Journal, fund: str, authority: str, lines: Iterable[Line] = ()) -> None:
    """Refuse spending that may not go on while a caretaker stands in: neither budgeted every month nor begun before.

    Money between funds has no lines, so it is never of the budget.

    Raises:
        CaretakerRefused: it may not.
    """
    keeper = caretaker_on(journal.session, journal.compound, journal.today)
    if keeper is None or _ran_before(journal, authority, keeper):
        return
    if not _recurs(journal, fund, authority, lines):
        raise CaretakerRefused(pointer="/authority", caretaker=keeper.name)


def _recurs(journal: Journal, fund: str, authority: str, lines: Iterable[Line]) -> bool:
    plan = budgets.in_force(journal.session, journal.compound, fund, journal.today)
    if authority.strip() != BUDGET or plan is None:
        return False
    spent = [account for account, _ in lines if account.startswith("Expenses:")]
    return bool(spent) and all(len(plan.lines.get(account, {})) >= _RECURRING_MONTHS for account in spent)


def _ran_before(journal: Journal, authority: str, keeper: Caretaker) -> bool:
    """Say whether it is a contract older than the caretaker, and on record before the caretaker was named."""
    row = journal.session.get(Authority, (journal.compound, authority.strip()))
    is_older = row is not None and row.decided_on < keeper.from_on and row.seq < keeper.began
    return is_older and row is not None and row.kind == AuthorityKind.CONTRACT
