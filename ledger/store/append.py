"""The only writer of acts and of the facts they append.

A ``Journal`` is the pen of one compound in one transaction: it locks the chain head, numbers acts and vouchers
without a gap, opens accounts when they are first used, and seals each act into the chain.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, SQLModel, col

from ledger.errors import AlreadyReversed, DateBeforeOpening, NotFound
from ledger.rules import chart
from ledger.rules.entry import Entry, check_entry
from ledger.rules.money import CURRENCY
from ledger.rules.period import check_effective, first_day, month_of, next_month
from ledger.rules.profile import Profile, profile
from ledger.rules.roles import Actor
from ledger.rules.seal import SALT_BYTES, genesis
from ledger.store.records import seal_act, voucher
from ledger.store.tables import METADATA, AccountRow, Act, ChainHead, Compound, EntryRow, PostingRow

Facts = Mapping[type[SQLModel], Sequence[Mapping[str, Any]]]


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
            now: the present, aware, from the caller's clock.
            salt: gives 16 random bytes in hex at each call.

        Raises:
            NotFound: there is no such compound.
        """
        self.session, self.compound, self.actor, self._salt = session, compound, actor, salt
        self.now = now.astimezone(UTC).replace(microsecond=0)
        head = session.execute(
            select(col(ChainHead.seq), col(ChainHead.hash), col(ChainHead.closed_through))
            .where(col(ChainHead.compound) == compound)
            .with_for_update()
        ).one_or_none()
        if head is None:
            raise NotFound(what=compound)
        self.seq, self.hash, self.closed_through = head
        row = session.execute(
            select(col(Compound.profile), col(Compound.opened_on)).where(col(Compound.compound) == compound)
        ).one_or_none()
        self._opened_on: date | None = row.opened_on if row else None
        self._profile = profile(row.profile) if row else None

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
        session.execute(insert(ChainHead), [head])
        return cls(session, compound, actor, now, salt)

    @property
    def profile(self) -> Profile:
        """The jurisdiction profile of the compound."""
        if self._profile is None:
            self._profile = profile(self._compound_column(col(Compound.profile)))
        return self._profile

    @property
    def opened_on(self) -> date:
        """The day the books begin."""
        if self._opened_on is None:
            self._opened_on = self._compound_column(col(Compound.opened_on))
        return self._opened_on

    @property
    def today(self) -> date:
        """Today in the compound's time zone."""
        return self.now.astimezone(ZoneInfo(self.profile.timezone)).date()

    def _compound_column(self, column: Any) -> Any:  # noqa: ANN401 - a column and its value
        return self.session.execute(
            select(column).where(col(Compound.compound) == self.compound)
        ).scalar_one()

    def salt(self) -> str:
        """Return 16 fresh random bytes in hex."""
        return self._salt()

    def record(  # noqa: PLR0913 - the parts of an act, all named
        self,
        kind: str,
        effective_on: date,
        facts: Facts | None = None,
        *,
        entry: Entry | None = None,
        source_id: str | None = None,
        approved_by: str | None = None,
        close: str | None = None,
    ) -> Recorded:
        """Append one act with its facts and at most one entry, and make it the head of the chain.

        ``facts`` maps a table to rows without ``compound`` and ``seq``: both are filled in here. ``close`` is the month
        that no entry may enter any more.

        Raises:
            Refusal: the entry may not stand (rules.entry), or its date is in the future or in a closed month.
        """
        seq = self.seq + 1
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {
            table: [{**row, "compound": self.compound, "seq": seq} for row in some]
            for table, some in (facts or {}).items()
        }
        if entry is not None:
            self._add_entry(rows, seq, entry, approved_by)
        act: dict[str, Any] = {
            "compound": self.compound,
            "seq": seq,
            "kind": kind,
            "effective_on": effective_on,
            "recorded_at": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "recorded_on": self._recorded_on(rows),
            "user_id": self.actor.user,
            "role": str(self.actor.role),
            "body": str(self.actor.body),
            "source_id": source_id,
            "public_salt": self._salt(),
            "sealed_salt": self._salt(),
            "prev": self.hash,
        }
        by_name = {str(table.__tablename__): some for table, some in rows.items()}
        act |= seal_act(act, by_name, METADATA.tables)
        self._store(act, rows, close)
        if entry is None:
            return Recorded(seq, act["hash"])
        line = rows[EntryRow][0]
        return Recorded(seq, act["hash"], voucher(line["month"], line["voucher_no"]), line["month"])

    def _recorded_on(self, rows: Mapping[type[SQLModel], list[dict[str, Any]]]) -> date:
        """Return today; the founding act brings its own profile."""
        if self._profile is None and Compound in rows:
            self._profile = profile(rows[Compound][0]["profile"])
            self._opened_on = rows[Compound][0]["opened_on"]
        return self.today

    def _add_entry(
        self,
        rows: dict[type[SQLModel], list[dict[str, Any]]],
        seq: int,
        entry: Entry,
        approved_by: str | None,
    ) -> None:
        check_entry(entry)
        month = self.check_day(entry.effective_on)
        last = self.session.execute(
            select(func.max(col(EntryRow.voucher_no))).where(
                col(EntryRow.compound) == self.compound, col(EntryRow.month) == month
            )
        ).scalar()
        rows[EntryRow] = [
            {
                "compound": self.compound,
                "seq": seq,
                "month": month,
                "voucher_no": (last or 0) + 1,
                "effective_on": entry.effective_on,
                "occurred_on": entry.occurred_on or entry.effective_on,
                "kind": str(entry.kind),
                "narration": entry.narration,
                "counterparty": entry.counterparty,
                "authority": entry.authority,
                "channel": entry.channel,
                "approved_by": approved_by,
                "reverses": entry.reverses,
                "corrects": entry.corrects,
                "posting_count": len(entry.postings),
            }
        ]
        rows[PostingRow] = [
            {
                "compound": self.compound,
                "seq": seq,
                "line": line,
                "account": posting.account,
                "fund": posting.fund,
                "amount_minor": posting.amount_minor,
                "currency": CURRENCY,
                "unit": posting.unit,
                "debtor": posting.debtor,
                "item": posting.item,
                "charge": posting.charge,
                "period": posting.period,
                "receipt": posting.receipt,
                "salt": self._salt() if posting.unit is not None else None,
            }
            for line, posting in enumerate(entry.postings, 1)
        ]
        opened = self._accounts_to_open(seq, {posting.account for posting in entry.postings})
        if opened:
            rows[AccountRow] = [*rows.get(AccountRow, []), *opened]
        if entry.reverses is not None:
            self._check_not_reversed(entry.reverses)

    def check_day(self, day: date, pointer: str = "/effective_on") -> str:
        """Return the open month of an effective date.

        Raises:
            DateInFuture, PeriodClosed, DateBeforeOpening: it is not a day that an entry may have.
        """
        if day < self.opened_on:
            raise DateBeforeOpening(pointer=pointer, day=day.isoformat(), opened=self.opened_on.isoformat())
        return check_effective(day, self.today, self.closed_through, pointer)

    def _check_not_reversed(self, seq: int) -> None:
        done = self.session.execute(
            select(col(EntryRow.seq)).where(
                col(EntryRow.compound) == self.compound, col(EntryRow.reverses) == seq
            )
        ).first()
        if done is not None:
            raise AlreadyReversed(pointer="/seq", seq=seq)

    def _accounts_to_open(self, seq: int, codes: set[str]) -> list[dict[str, Any]]:
        """Return the rows of accounts that are used for the first time, open from the earliest open month on."""
        known = set(
            self.session.execute(
                select(col(AccountRow.code)).where(
                    col(AccountRow.compound) == self.compound, col(AccountRow.code).in_(codes)
                )
            ).scalars()
        )
        earliest = first_day(
            next_month(self.closed_through) if self.closed_through else month_of(self.opened_on)
        )
        rows = []
        for code in sorted(codes - known):
            account = chart.account(code)
            rows.append(
                {
                    "compound": self.compound,
                    "code": code,
                    "seq": seq,
                    "fund": account.fund,
                    "type": account.type,
                    "zh": account.zh,
                    "detail": account.detail,
                    "opened_on": earliest,
                }
            )
        return rows

    def _store(
        self, act: dict[str, Any], rows: dict[type[SQLModel], list[dict[str, Any]]], close: str | None
    ) -> None:
        """Move the head, then insert the act, its facts, and the entry last: triggers check it against its postings."""
        self.session.execute(
            update(ChainHead)
            .where(col(ChainHead.compound) == self.compound, col(ChainHead.seq) == self.seq)
            .values(seq=act["seq"], hash=act["hash"], closed_through=close or self.closed_through)
        )
        self.session.execute(insert(Act), [act])
        order = [table.name for table in METADATA.sorted_tables]
        for table in sorted(rows, key=lambda one: (one is EntryRow, order.index(str(one.__tablename__)))):
            if rows[table]:
                self.session.execute(insert(table), rows[table])
        self.seq, self.hash = act["seq"], act["hash"]
        self.closed_through = close or self.closed_through
