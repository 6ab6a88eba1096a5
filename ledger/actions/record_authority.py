"""Put on record what allows an act: a committee's resolution, a contract; and that it holds no longer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.caretake import check_keeper
from ledger.errors import (
    AlreadyExists,
    AuthorityEnded,
    AuthorityUnknown,
    DateInFuture,
    RequestMalformed,
)
from ledger.rules.authority import BUDGET, EMERGENCY, AuthorityKind, Matter, check_given_by
from ledger.rules.chart import fund_zh
from ledger.rules.money import check_positive
from ledger.rules.roles import APPROVERS, KEEPERS, Role, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Authority, AuthorityEnd, Vote

CODE_LIMIT = 32
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What an authority allows: ``matter`` of ``fund`` (None: of any) up to ``amount_minor`` (None: no sum is named).

    ``until`` is the last day; ``document`` the SHA-256 or the number of the paper that shows it.
    """

    code: str
    matter: Matter
    title: str
    decided_on: date
    fund: str | None = None
    amount_minor: int | None = None
    until: date | None = None
    document: str | None = None


def record_resolution(journal: Journal, terms: Terms) -> Recorded:
    """Put a resolution of the committee on record; only the committee does that.

    Raises:
        VoteNeeded: it takes a vote of the owners.
        AlreadyExists: the code is taken.
        BodyCannotApprove: a caretaker stands in for the committee.
    """
    require(journal.actor, frozenset({Role.COMMITTEE}))
    check_keeper(journal)
    return _record(journal, AuthorityKind.COMMITTEE, terms, None)


def record_contract(journal: Journal, terms: Terms, counterparty: str) -> Recorded:
    """Put a contract on record: with whom, up to how much, until when.

    Raises:
        VoteNeeded: it takes a vote of the owners.
        AlreadyExists: the code is taken.
    """
    require(journal.actor, KEEPERS)
    if terms.document is None:
        raise RequestMalformed(
            pointer="/document",
            why_zh="合同须注明文件编号或其 SHA-256",
            why_en="a contract names its document or the SHA-256 of it",
        )
    return _record(
        journal, AuthorityKind.CONTRACT, terms, check_public(counterparty, "/counterparty", NAME_LIMIT)
    )


def end_authority(journal: Journal, code: str, ended_on: date, reason: str) -> Recorded:
    """Record that an authority holds no longer after ``ended_on``: withdrawn, annulled by a court, or replaced.

    Raises:
        AuthorityUnknown: there is none of this code.
        AuthorityEnded: it has ended already.
        DateInFuture: the day has not come.
    """
    require(journal.actor, APPROVERS)
    row = journal.session.get(Authority, (journal.compound, code.strip()))
    if row is None:
        raise AuthorityUnknown(pointer="/code", code=code.strip()[:CODE_LIMIT])
    end = journal.session.get(AuthorityEnd, (journal.compound, row.code))
    if end is not None:
        raise AuthorityEnded(pointer="/code", code=row.code, day=end.ended_on.isoformat())
    check_decided(journal, ended_on, "/ended_on")
    if ended_on < row.decided_on:
        raise RequestMalformed(
            pointer="/ended_on", why_zh="不能早于作出之日", why_en="it is not before the day it was given"
        )
    fact = {"code": row.code, "ended_on": ended_on, "reason": check_public(reason, "/reason")}
    return journal.record("authority_ended", journal.today, {AuthorityEnd: [fact]})


def _record(journal: Journal, kind: AuthorityKind, terms: Terms, counterparty: str | None) -> Recorded:
    check_given_by(kind, terms.matter)
    row = authority_row(journal, kind, terms, counterparty)
    return journal.record("authority_recorded", journal.today, {Authority: [row]})


def authority_row(
    journal: Journal, kind: AuthorityKind, terms: Terms, counterparty: str | None = None
) -> dict[str, Any]:
    """Return the checked row of an authority.

    Raises:
        AlreadyExists: the code is taken, be it by a vote that failed.
        DateInFuture: it has not been given yet.
        RequestMalformed: it ends before it begins, or the code is one of the words that stand for themselves.
    """
    check_decided(journal, terms.decided_on)
    if terms.until is not None and terms.until < terms.decided_on:
        raise RequestMalformed(
            pointer="/until", why_zh="不能早于作出之日", why_en="it is not before the day it was given"
        )
    if terms.fund is not None:
        fund_zh(terms.fund)
    if terms.amount_minor is not None:
        check_positive(terms.amount_minor, "/amount")
    return {
        "code": free_code(journal, terms.code),
        "kind": str(kind),
        "matter": str(terms.matter),
        "title": check_public(terms.title, "/title"),
        "fund": terms.fund,
        "amount_minor": terms.amount_minor,
        "decided_on": terms.decided_on,
        "until": terms.until,
        "counterparty": counterparty,
        "document": _document(terms.document),
    }


def free_code(journal: Journal, code: str) -> str:
    """Return the checked code of a new authority.

    Raises:
        RequestMalformed: it has a blank in it, or is a word that stands for itself.
        AlreadyExists: another authority or vote has it.
    """
    clean = check_public(code, "/code", CODE_LIMIT)
    if _CODE.fullmatch(clean) is None or clean.lower() in {BUDGET, EMERGENCY}:
        raise RequestMalformed(
            pointer="/code",
            why_zh="编号不含空格,也不能是 budget 或 emergency",
            why_en="a code has no blank in it and is not the word budget or emergency",
        )
    session, compound = journal.session, journal.compound
    if session.get(Authority, (compound, clean)) or session.get(Vote, (compound, clean)):
        raise AlreadyExists(pointer="/code", what=clean)
    return clean


def check_decided(journal: Journal, day: date, pointer: str = "/decided_on") -> None:
    """Refuse a day that has not come; raises ``DateInFuture``."""
    if day > journal.today:
        raise DateInFuture(pointer=pointer, day=day.isoformat(), today=journal.today.isoformat())


def check_sha256(text: str, pointer: str) -> str:
    """Return a SHA-256 in lower-case hex; raises ``RequestMalformed``."""
    if _SHA256.fullmatch(text) is None:
        raise RequestMalformed(
            pointer=pointer,
            why_zh="SHA-256 是 64 位小写十六进制",
            why_en="a SHA-256 is 64 lower-case hexadecimal digits",
        )
    return text


def _document(text: str | None) -> str | None:
    if text is None or _SHA256.fullmatch(text):
        return text
    return check_public(text, "/document", NAME_LIMIT)
