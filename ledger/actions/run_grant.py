"""Lead a project of a pool from its application to its acceptance: who decided what, when, and by which document.

The approval is an authority of its own (``store.tables.Authority``, code = the project's): payments name it, and its
last fen is enforced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import func, select

from ledger.actions.caretake import check_keeper
from ledger.actions.record_authority import Terms, authority_row
from ledger.errors import AlreadyExists, NotFound, RequestMalformed, SamePerson
from ledger.rules.authority import AuthorityKind, Matter
from ledger.rules.grant import PURPOSES, check_project_code, check_purpose, check_step
from ledger.rules.money import check_bounds
from ledger.rules.roles import APPROVERS, KEEPERS, REQUESTERS, Role, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store import grants
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.tables import (
    Act,
    Authority,
    Blob,
    GrantBudget,
    GrantOutcome,
    GrantProject,
    GrantStep,
)

_DECIDED = frozenset({"approved", "refused", "accepted"})
#: An approval is a resolution of the committee, so only the committee records it.
_WHO = {"approved": frozenset({Role.COMMITTEE}), "reviewed": KEEPERS | APPROVERS}
_CAPTION = 100


@dataclass(frozen=True, slots=True)
class ApplyForGrant:
    """A project that applies to a pool: its budget by purpose in fen, and the day by which it is to be cleared."""

    code: str
    fund: str
    title: str
    applicant: str
    budget: tuple[tuple[str, int], ...]
    applied_on: date
    clear_by: date
    document: str


@dataclass(frozen=True, slots=True)
class StepGrant:
    """A project goes on: reviewed, approved, refused or accepted; by which body, on which day, by which document."""

    code: str
    step: str
    done_on: date
    done_by: str
    document: str
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a figure (``value``), or a photo by the SHA-256 of its published version."""

    caption: str
    value: str | None = None
    sha256: str | None = None


def apply_for_grant(journal: Journal, command: ApplyForGrant) -> Recorded:
    """Record the application.

    Raises:
        PoolMissing: the pool has not been opened.
        AlreadyExists: the code is taken.
        PurposeNegative: its budget is for something on the negative list (L47).
    """
    require(journal.actor, REQUESTERS)
    code = check_project_code(command.code)
    grants.pool(journal.session, journal.compound, command.fund)
    if journal.session.get(GrantProject, (journal.compound, code)) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    if not command.budget or min(minor for _, minor in command.budget) <= 0:
        raise RequestMalformed(
            pointer="/budget", why_zh="预算至少一行,金额大于零", why_en="a budget has lines above zero"
        )
    if not command.applied_on <= journal.today or command.clear_by <= command.applied_on:
        raise RequestMalformed(
            pointer="/clear_by",
            why_zh="清算期限应在申请日之后,申请日不能在将来",
            why_en="it is cleared after it was applied for, and it was not applied for in the future",
        )
    title = check_public(command.title, "/title", NAME_LIMIT)
    lines: dict[str, int] = {}
    for place, (purpose, minor) in enumerate(command.budget):
        check_purpose(purpose, title, f"/budget/{place}/purpose")
        lines[purpose] = lines.get(purpose, 0) + minor
    row = {
        "code": code,
        "fund": command.fund,
        "title": title,
        "applicant": check_public(command.applicant, "/applicant", NAME_LIMIT),
        "amount_minor": check_bounds(sum(lines.values()), "/budget"),
        "applied_on": command.applied_on,
        "clear_by": command.clear_by,
        "document": check_public(command.document, "/document", NAME_LIMIT),
    }
    budget = [{"code": code, "purpose": one, "amount_minor": lines[one]} for one in PURPOSES if one in lines]
    return journal.record("grant_applied", command.applied_on, {GrantProject: [row], GrantBudget: budget})


def step_grant(journal: Journal, command: StepGrant) -> Recorded:
    """Record that a project was reviewed, approved, refused or accepted.

    Raises:
        NotFound: there is no such project.
        GrantState: the step does not follow.
        SamePerson: whoever applied decides or accepts.
        RoleRefused, BodyCannotApprove: not the committee approves, or a caretaker stands in and somebody else decides.
        AlreadyExists: an authority has the project's code already.
    """
    require(journal.actor, _WHO.get(command.step, APPROVERS))
    if command.step in _DECIDED:
        check_keeper(journal)
    row = grants.grant(journal.session, journal.compound, command.code)
    check_step(command.code, grants.state(journal.session, journal.compound, command.code), command.step)
    _check_day(journal, row, command.done_on)
    if command.step in _DECIDED and journal.actor.user == _asked_by(journal, row):
        raise SamePerson(pointer=None)
    step = {
        "code": row.code,
        "step": command.step,
        "done_on": command.done_on,
        "done_by": check_public(command.done_by, "/done_by", NAME_LIMIT),
        "document": check_public(command.document, "/document", NAME_LIMIT),
        "result": check_public_optional(command.result, "/result"),
    }
    facts: dict[Any, list[dict[str, Any]]] = {GrantStep: [step]}
    if command.step == "approved":
        facts[Authority] = [_authority(journal, row, step)]
    return journal.record(f"grant_{command.step}", command.done_on, facts)


def _check_day(journal: Journal, row: GrantProject, day: date) -> None:
    done = grants.steps(journal.session, journal.compound, row.code)
    if not (done[-1].done_on if done else row.applied_on) <= day <= journal.today:
        raise RequestMalformed(
            pointer="/done_on",
            why_zh="日期不能早于上一步,也不能在将来",
            why_en="it is not before the step before, and not in the future",
        )


def _asked_by(journal: Journal, row: GrantProject) -> str:
    act = journal.session.get(Act, (journal.compound, row.seq))
    return act.user_id if act is not None else ""


def _authority(journal: Journal, row: GrantProject, step: dict[str, Any]) -> dict[str, Any]:
    """Return the authority that the approval gives: for the pool, up to the budget, until the clearing."""
    terms = Terms(
        row.code,
        Matter.GRANT,
        f"{row.title}(批准:{step['done_by']})",
        step["done_on"],
        row.fund,
        row.amount_minor,
        row.clear_by,
        step["document"],
    )
    return authority_row(journal, AuthorityKind.COMMITTEE, terms)


def record_outcomes(journal: Journal, code: str, outcomes: Sequence[Outcome]) -> Recorded:
    """Record what came of a project: figures, and photos that have been uploaded as vouchers.

    Raises:
        NotFound: there is no such project, or no such photo.
    """
    require(journal.actor, KEEPERS)
    row = grants.grant(journal.session, journal.compound, code)
    if not outcomes:
        raise RequestMalformed(pointer="/outcomes", why_zh="请至少写一项", why_en="give at least one outcome")
    lines = []
    for line, one in enumerate(outcomes, 1):
        pointer = f"/outcomes/{line - 1}"
        if (one.value is None) == (one.sha256 is None):
            raise RequestMalformed(
                pointer=pointer, why_zh="数字和照片只能选一", why_en="an outcome is a figure or a photo"
            )
        if one.sha256 is not None and not _is_kept(journal, one.sha256):
            raise NotFound(pointer=f"{pointer}/sha256", what=one.sha256[:64])
        lines.append(
            {
                "code": row.code,
                "line": line,
                "caption": check_public(one.caption, f"{pointer}/caption", _CAPTION),
                "value": check_public_optional(one.value, f"{pointer}/value", NAME_LIMIT),
                "sha256": one.sha256,
            }
        )
    facts: Facts = {GrantOutcome: lines}
    return journal.record("grant_outcomes", journal.today, facts)


def _is_kept(journal: Journal, sha256: str) -> bool:
    query = select(func.count()).where(Blob.compound == journal.compound, Blob.sha256 == sha256)
    return journal.session.exec(query).one() > 0
