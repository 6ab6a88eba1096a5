"""The only writer of acts and of the facts they append.

A ``Journal`` is the pen of one compound in one transaction: it locks the chain head, numbers acts and vouchers
without a gap, opens accounts when they are first used, and seals each act into the chain.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel

from ledger.errors import (
    AlreadyExists,
    AlreadyReversed,
    ClockBehind,
    DateBeforeOpening,
    HeadUnreadable,
    NotFound,
)
from ledger.rules.audit import note_of_act
from ledger.rules.entry import Entry, check_entry
from ledger.rules.period import check_effective, first_day, month_of, next_month
from ledger.rules.profile import Profile, profile
from ledger.rules.roles import Actor
from ledger.rules.seal import SALT_BYTES, commitment, genesis
from ledger.store import audit, outstanding, statements
from ledger.store.commits import RECORDED
from ledger.store.failpoints import reach
from ledger.store.lines import Row, account_rows, entry_row, posting_rows
from ledger.store.records import seal_act, voucher
from ledger.store.tables import METADATA

Facts = Mapping[type[SQLModel], Sequence[Mapping[str, Any]]]

#: How far the clock may be behind the last act: a request may have waited, and clocks are set right by little steps.
BEHIND = timedelta(minutes=5)


def random_salt() -> str:
    """Return 16 random bytes in hex."""
    return secrets.token_hex(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the journal answers: the act's number, its link, and the voucher of its entry if it has one."""

    seq: int
    hash: str
    voucher: str | None = None
    month: str | None = None


class Journal:
    """The pen of one compound in one transaction."""

    def __init__(
        self,
        session: Session,
        compound: str,
        actor: Actor,
        now: datetime,
        salt: Callable[[], str] = random_salt,
    ) -> None:
        """Lock the compound's chain head; other writers of this compound wait until the transaction ends.

        Args:
            session: an open transaction.
            compound: the compound's code.
            actor: who acts.
            now: the present, aware, from the caller's clock; a little before the last act it counts as that moment.
            salt: gives 16 random bytes in hex at each call.

        Raises:
            NotFound: there is no such compound.
            HeadUnreadable: the head names no act; somebody wrote past the rules.
            ClockBehind: the clock is well before the last act.
        """
        self.session, self.compound, self.actor, self._salt = session, compound, actor, salt
        self.connection = session.connection()
        self.now = now.astimezone(UTC).replace(microsecond=0)
        head = self.connection.execute(statements.LOCK_HEAD, {"of": compound}).one_or_none()
        if head is None:
            raise NotFound(what=compound)
        self.seq, self.hash, self.closed_through = head
        reach("head_locked")
        row = self.connection.execute(statements.COMPOUND, {"of": compound, "last": self.seq}).one_or_none()
        if self.seq != 0 and (not isinstance(self.seq, int) or row is None or row.recorded_at is None):
            raise HeadUnreadable(what=compound)
        self._founded = (profile(row.profile), row.opened_on) if row else None
        if row is not None and row.recorded_at is not None:
            self.now = _not_before(self.now, row.recorded_at)

    @classmethod
    def found(
        cls,
        session: Session,
        compound: str,
        actor: Actor,
        now: datetime,
        salt: Callable[[], str] = random_salt,
    ) -> Journal:
        """Begin the chain of a new compound and return its pen."""
        head = {"compound": compound, "seq": 0, "hash": genesis(compound), "closed_through": ""}
        session.connection().execute(statements.INSERT["chain_head"], [head])
        audit.begin(session.connection(), compound)
        return cls(session, compound, actor, now, salt)

    @property
    def profile(self) -> Profile:
        """The jurisdiction profile of the compound."""
        return self._founding[0]

    @property
    def opened_on(self) -> date:
        """The day the books begin."""
        return self._founding[1]

    @property
    def earliest_open(self) -> str:
        """The earliest month that still takes entries."""
        return next_month(self.closed_through) if self.closed_through else month_of(self.opened_on)

    @property
    def today(self) -> date:
        """Today in the compound's time zone."""
        return self.now.astimezone(ZoneInfo(self.profile.timezone)).date()

    @property
    def _founding(self) -> tuple[Profile, date]:
        if self._founded is None:
            raise NotFound(what=self.compound)
        return self._founded

    def salt(self) -> str:
        """Return 16 fresh random bytes in hex."""
        return self._salt()

    def check_day(self, day: date, pointer: str = "/effective_on") -> str:
        """Return the open month of an effective date.

        Raises:
            DateInFuture, PeriodClosed, DateBeforeOpening: it is not a day that an entry may have.
        """
        if day < self.opened_on:
            raise DateBeforeOpening(pointer=pointer, day=day.isoformat(), opened=self.opened_on.isoformat())
        return check_effective(day, self.today, self.closed_through, pointer)

    def record(  # noqa: PLR0913 - the parts of an act, all named
        self,
        kind: str,
        effective_on: date,
        facts: Facts | None = None,
        *,
        entry: Entry | None = None,
        source_id: str | None = None,
        approved_by: str | None = None,
        remark: str | None = None,
        close: str | None = None,
    ) -> Recorded:
        """Append one act with its facts and at most one entry, and make it the head of the chain.

        Args:
            kind: what kind of act it is.
            effective_on: the day from which it holds.
            facts: a table's rows, without ``compound`` and ``seq``: both are filled in here.
            entry: the entry that it posts.
            source_id: where it came from, such as a bank's serial number.
            approved_by: the user id of the second key.
            remark: free text about a unit: it goes to the erasable table, and the entry keeps its salted hash
                only (design decision 8).
            close: the month that no entry may enter any more.

        Raises:
            AlreadyExists: the source has been booked already.
            Refusal: the entry may not stand (rules.entry), or its date is in the future or in a closed month.
        """
        rows = {
            str(table.__tablename__): [dict(row) for row in some] for table, some in (facts or {}).items()
        }
        if self._founded is None:
            founding = rows["compound"][0]
            self._founded = (profile(founding["profile"]), founding["opened_on"])
        if entry is not None:
            self._add_entry(rows, entry, approved_by, remark)
        seq = self.seq + 1
        for some in rows.values():
            for row in some:
                row["compound"], row["seq"] = self.compound, seq
        if source_id is not None:
            self._check_source(source_id)
        act = self._act(kind, effective_on, seq, source_id)
        act |= seal_act(act, rows, METADATA.tables)
        self._store(act, rows, close or self.closed_through)
        note = note_of_act(act, rows, is_local=self.actor.is_local)
        if note is not None:
            audit.write(self.connection, self.compound, self.actor, self.now, [note])
        if entry is None:
            return Recorded(seq, act["hash"])
        line = rows["entry"][0]
        return Recorded(seq, act["hash"], voucher(line["month"], line["voucher_no"]), line["month"])

    def _act(self, kind: str, effective_on: date, seq: int, source_id: str | None) -> Row:
        return {
            "compound": self.compound,
            "seq": seq,
            "kind": kind,
            "effective_on": effective_on,
            "recorded_at": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "recorded_on": self.today,
            "user_id": self.actor.user,
            "role": str(self.actor.role),
            "body": str(self.actor.body),
            "source_id": source_id,
            "public_salt": self._salt(),
            "sealed_salt": self._salt(),
            "prev": self.hash,
        }

    def _add_entry(
        self, rows: dict[str, list[Row]], entry: Entry, approved_by: str | None, remark: str | None
    ) -> None:
        """Check the entry, number its voucher, and add its rows and those of accounts used for the first time."""
        check_entry(entry)
        month = self.check_day(entry.effective_on)
        if entry.reverses is not None:
            self._check_not_reversed(entry.reverses)
        last = self.connection.execute(
            statements.LAST_VOUCHER, {"of": self.compound, "month": month}
        ).scalar()
        remark_hash = self.keep_remark(remark) if remark is not None else None
        rows["entry"] = [entry_row(entry, month, (last or 0) + 1, approved_by, remark_hash)]
        rows["posting"] = posting_rows(entry, self._salt)
        codes = {posting.account for posting in entry.postings}
        query = {"of": self.compound, "codes": sorted(codes)}
        known = set(self.connection.execute(statements.KNOWN_ACCOUNTS, query).scalars())
        if codes - known:
            rows.setdefault("account", []).extend(account_rows(codes - known, first_day(self.earliest_open)))

    def _check_source(self, source_id: str) -> None:
        query = {"of": self.compound, "source": source_id}
        if self.connection.execute(statements.SOURCE, query).first() is not None:
            raise AlreadyExists(pointer="/source_id", what=source_id)

    def _check_not_reversed(self, seq: int) -> None:
        query = {"of": self.compound, "reversed": seq}
        if self.connection.execute(statements.REVERSED_BY, query).first() is not None:
            raise AlreadyReversed(pointer="/seq", seq=seq)

    def keep_remark(self, words: str) -> str:
        """Keep the erasable words of the act that is recorded next, at most once; return their salted hash."""
        salt = self._salt()
        row = {"compound": self.compound, "seq": self.seq + 1, "salt": salt, "words": words}
        self.connection.execute(statements.INSERT["remark"], [row])
        return commitment(salt, words)

    def _store(self, act: Row, rows: dict[str, list[Row]], closed_through: str) -> None:
        """Move the head, then insert the act and its facts, the entry last."""
        moved = {
            "of": self.compound,
            "before": self.seq,
            "new_seq": act["seq"],
            "new_hash": act["hash"],
            "closed": closed_through,
        }
        self.connection.execute(statements.MOVE_HEAD, moved)
        reach("head_moved")
        self.connection.execute(statements.INSERT["act"], [act])
        for name in sorted(rows, key=statements.ORDER.__getitem__):
            if rows[name]:
                self.connection.execute(statements.INSERT[name], rows[name])
        outstanding.keep(self.connection, self.compound, act["seq"], act["effective_on"], rows)
        self.seq, self.hash, self.closed_through = act["seq"], act["hash"], closed_through
        reach("act_stored")
        recorded = self.session.info.setdefault(RECORDED, [])
        recorded.append((act["kind"], len(rows.get("posting", ()))))


def _not_before(now: datetime, recorded_at: str) -> datetime:
    """Return the present, which is never before the act that was recorded last."""
    last = datetime.fromisoformat(recorded_at)
    if last - now > BEHIND:
        raise ClockBehind(last=recorded_at, seconds=int((last - now).total_seconds()))
    return max(now, last)
