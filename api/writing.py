"""One write, exactly once: authorised, tried or posted, and its answer kept under the caller's key.

The answer is stored in the posting's own transaction. A duplicate waits at the lock on the chain head
until the first has ended, and then replays it; only 2xx answers are kept, so a refusal is judged anew.
Whose wait times out behind the same request is told so (409): this process knows what it works on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn, TypeVar

import rfc8785
from fastapi import Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from api.house import House, house_of
from api.identity import Allowed, CompoundCode, Member
from api.members import INSTALLATION
from api.operating.traces import spanned
from ledger.errors import (
    AlreadyExists,
    BooksBusy,
    KeyMissing,
    KeyReused,
    RequestInProgress,
    RequestMalformed,
)
from ledger.rules.audit import What
from ledger.rules.roles import Role
from ledger.store import statements
from ledger.store.append import Journal
from ledger.store.failpoints import reach

T = TypeVar("T")

REPLAYED = "Idempotency-Replayed"
KEY = "[A-Za-z0-9._~-]{16,64}"
_KEY = re.compile(KEY)
_SMALL = 4096  # bytes of a body that the event loop may hash by itself

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", description="16–64 characters, new for each act; not needed with dry_run"
    ),
]
DryRun = Annotated[bool, Query(description="只校验,不入账 · validate and answer as if posted, store nothing")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers: a JSON object, a status, and where the new thing is."""

    body: dict[str, Any]
    status: int = 201
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Pen:
    """The right to write once, in one compound, in one request."""

    house: House
    member: Member
    dry_run: bool
    key: str | None
    fingerprint: str = field(repr=False)

    @property
    def compound(self) -> str:
        """The compound's code."""
        return self.member.compound

    def write(self, work: Callable[[Journal], Answer], *, alone: bool = False) -> Response:
        """Let ``work`` write in the compound's journal, and answer with what it returns.

        ``alone``: it is a bulk act, which shares its commit with nobody.
        """
        return self.run(self._journal, work, alone=alone)

    @spanned("transaction")
    def run(
        self,
        prepare: Callable[[Session], T],
        work: Callable[[T], Answer],
        scope: str | None = None,
        *,
        alone: bool = False,
    ) -> Response:
        """Let ``work`` write with what ``prepare`` made of the transaction, which is where duplicates wait.

        Args:
            prepare: takes the lock; runs before the key is looked up.
            work: does it; may run twice if the database asks for it.
            scope: the compound under which the key is kept, if not the member's.
            alone: share the commit with nobody.
        """
        database, kept_in = self.house.database, scope or self.compound
        if self.dry_run:
            tried = database.write(
                lambda session: work(prepare(session)), keep=False, alone=alone, compound=kept_in
            )
            if _lists_households(tried.body):
                self.house.trail.note_once(
                    self.compound, self.member.actor, What.PERSONAL_DATA_READ, {"read": "preview"}
                )
            return respond(Answer({**tried.body, "dry_run": True}, 200))

        def once(session: Session) -> Response:
            pen = prepare(session)
            known = self._known(session, kept_in)
            if known is not None:
                return known
            return self._keep(session, kept_in, work(pen))

        with self.house.underway.of((kept_in, self.member.caller.user, self.key)) as mine:
            try:
                try:
                    answer = database.write(once, alone=alone, compound=kept_in)
                except (IntegrityError, AlreadyExists):
                    # somebody created the same thing just now: look again, once
                    answer = database.write(once, alone=alone, compound=kept_in)
            except BooksBusy as error:
                if mine.is_behind_another:
                    raise RequestInProgress from error
                raise
        reach("before_answer")
        return answer

    def _journal(self, session: Session) -> Journal:
        return Journal(session, self.compound, self.member.actor, self.house.clock(), self.house.salt)

    def _known(self, session: Session, scope: str) -> Response | None:
        """Return the answer already given under this key.

        Raises:
            KeyReused: it was given to another request.
        """
        asked = {"of": scope, "user": self.member.caller.user, "under": self.key}
        row = session.connection().execute(statements.ANSWER, asked).one_or_none()
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise KeyReused
        return _response(row.body, row.status, row.location, {REPLAYED: "true"})

    def _keep(self, session: Session, scope: str, answer: Answer) -> Response:
        response = respond(answer)
        reach("before_key")
        row = {
            "compound": scope,
            "caller": self.member.caller.user,
            "key": self.key,
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "body": bytes(response.body),
            "location": answer.location,
            "created_at": self.house.now_text(),
        }
        session.connection().execute(statements.INSERT["idempotency"], [row])
        reach("key_kept")
        return response


class Writing(Allowed):
    """A dependency: the pen of one write, for members in one of ``roles``."""

    async def __call__(  # type: ignore[override]  # a pen is what a write gets in place of a member
        self,
        request: Request,
        compound: CompoundCode,
        *,
        dry_run: DryRun = False,
        idempotency_key: KeyHeader = None,
    ) -> Pen:
        """Return the pen, or refuse; authorisation comes first."""
        if len(request.scope.get("body", b"")) <= _SMALL:
            member = self.at_once(request, compound)
            if member is not None:
                return _pen(request, member, idempotency_key, dry_run=dry_run)
        return await run_in_threadpool(self.pen, request, compound, idempotency_key, dry_run=dry_run)

    def pen(self, request: Request, compound: str, key: str | None, *, dry_run: bool) -> Pen:
        """Return the pen.

        Raises:
            Refusal: whoever asks may not write here (``api.identity``).
            KeyMissing: no usable key, and it is not a dry run.
        """
        return _pen(request, self.member(request, compound), key, dry_run=dry_run)


class Operating(Allowed):
    """A dependency: the pen of one write that belongs to no compound, for the installation's operators."""

    def __init__(self) -> None:
        """Be open to operators only."""
        super().__init__(frozenset({Role.OPERATOR}))

    def __call__(  # type: ignore[override]  # as above
        self,
        request: Request,
        *,
        dry_run: DryRun = False,
        idempotency_key: KeyHeader = None,
    ) -> Pen:
        """Return the pen, or refuse."""
        return Writing(self.roles).pen(request, INSTALLATION, idempotency_key, dry_run=dry_run)


def _pen(request: Request, member: Member, key: str | None, *, dry_run: bool) -> Pen:
    if not dry_run and (key is None or _KEY.fullmatch(key) is None):
        raise KeyMissing
    return Pen(house_of(request), member, dry_run, key, fingerprint(request))


def _lists_households(value: Any) -> bool:
    """Say whether an answer holds a list of households: a dry run that shows one reads it, and is no act."""
    if isinstance(value, dict):
        return any(_lists_households(one) for one in value.values())
    if not isinstance(value, list | tuple):
        return False
    return any(
        isinstance(one, dict) and ("unit" in one or "debtor" in one or _lists_households(one))
        for one in value
    )


def fingerprint(request: Request) -> str:
    """Return what makes two requests the same: method, path, query, and the SHA-256 of the canonical body.

    Raises:
        RequestMalformed: JSON with a name twice, a number that is none, or text that is not Unicode.
    """
    body: bytes = request.scope.get("body", b"")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = canonical_body(body) if body and kind == "application/json" else body
    parts = (request.method, request.url.path, request.url.query, hashlib.sha256(content).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def canonical_body(body: bytes) -> bytes:
    """Return a JSON body in the one way to write it (RFC 8785); raises ``RequestMalformed``."""
    try:
        value = json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_number)
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise RequestMalformed(
            why_zh="不是规范的 JSON(名称重复、数字过大或文字编码不对)",
            why_en="it is not plain JSON (a name twice, a number too large, or text that is not Unicode)",
        ) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def respond(answer: Answer) -> Response:
    """Return an answer as JSON."""
    content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    return _response(content, answer.status, answer.location, {})


def _response(content: bytes, status: int, location: str | None, headers: dict[str, str]) -> Response:
    if location is not None:
        headers = {**headers, "Location": location}
    return Response(content, status, {**headers, "Cache-Control": "no-store"}, "application/json")
