"""Whether the facts of an act agree among themselves, and with the acts before it: what no hash can show.

Whoever holds the database can write facts anew and seal them again; the chain is then whole. But a receipt of 500 whose
entry moved 50, a payment in a neighbour's name or an entry dated into a closed month contradicts what stands beside it.
Rows are read as the tables hold them, from the books and from a full export alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ledger.errors import NotFound
from ledger.rules.act_kinds import is_coherent
from ledger.rules.chart import currency_of, fund_of, group_of
from ledger.rules.period import month_of
from ledger.rules.profile import profile

Row = Mapping[str, Any]
Facts = Mapping[str, Sequence[Row]]
Owner = tuple[str, int, str]  # unit, debtor, fee item
Charge = tuple[int, int]  # act, line
#: What it means, and where in the act.
Contradiction = tuple[str, str]

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
#: A clock that ran ahead was set right by this much at most, while nobody looked at it yet.
_SET_RIGHT = timedelta(minutes=5)
_NOT_OURS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(slots=True)
class Coherence:
    """Reads the acts of a compound in order and remembers of them what later ones must agree with."""

    _zone: ZoneInfo | None = None
    _opened_on: date | None = None
    _recorded_at: datetime | None = None
    _closed: str = ""
    _charges: dict[int, dict[int, Owner]] = field(default_factory=dict)
    _owners: dict[Owner, Owner] = field(default_factory=dict)  # each is kept once

    def follow(self, act: Row, facts: Facts) -> list[Contradiction]:
        """Return what in the next act contradicts itself, or an act before."""
        try:
            return list(self._follow(act, facts))
        except _NOT_OURS as error:  # a column holds what nobody of ours writes
            return [("facts_unreadable", type(error).__name__)]

    def _follow(self, act: Row, facts: Facts) -> Iterator[Contradiction]:
        self._learn(act, facts)
        yield from self._times(act)
        entry = next(iter(facts.get("entry", ())), None)
        if not is_coherent(act, entry, facts):
            yield "kinds_differ", f"{act['kind']}, {entry['kind'] if entry is not None else '-'}"
        if entry is not None:
            yield from self._dates(act, entry)
        yield from _postings(entry, facts.get("posting", ()))
        yield from self._debts(act["seq"], facts)
        yield from _receipts(entry, facts)
        for row in facts.get("period_close", ()):
            self._closed = max(self._closed, row["month"])

    def _learn(self, act: Row, facts: Facts) -> None:
        """Remember the compound's time zone and first day, and whose the act's charges are."""
        for row in facts.get("compound", ()):
            self._opened_on = row["opened_on"]
            try:
                self._zone = ZoneInfo(profile(row["profile"]).timezone)
            except NotFound:  # a profile of another version: its days cannot be told
                self._zone = None
        of_act = {
            row["line"]: self._owner(row) for row in facts.get("charge", ()) if row["corrects_seq"] is None
        }
        if of_act:
            self._charges[act["seq"]] = of_act

    def _owner(self, row: Row) -> Owner:
        owner = (row["unit"], row["debtor"], row["item"])
        return self._owners.setdefault(owner, owner)

    def _times(self, act: Row) -> Iterator[Contradiction]:
        """Compare with the act before: the clock does not go back, and a day is that of its moment."""
        at = datetime.strptime(act["recorded_at"], _MOMENT).replace(tzinfo=UTC)
        if self._recorded_at is not None and at + _SET_RIGHT < self._recorded_at:
            yield "recorded_back", f"{at} < {self._recorded_at}"
        self._recorded_at = at
        if self._zone is not None and at.astimezone(self._zone).date() != act["recorded_on"]:
            yield "recorded_back", f"{at}, {act['recorded_on']}"

    def _dates(self, act: Row, entry: Row) -> Iterator[Contradiction]:
        """Compare the days: an entry has its act's, not after the day it was recorded, and its month was open."""
        day = entry["effective_on"]
        first = self._opened_on or day
        is_right = (
            act["effective_on"] == day
            and entry["month"] == month_of(day)
            and entry["occurred_on"] <= day
            and first <= day <= act["recorded_on"]
        )
        if not is_right:
            yield "dates_differ", f"{act['effective_on']}, {entry['month']}, {day}, {act['recorded_on']}"
        if entry["month"] <= self._closed:
            yield "period_locked", entry["month"]

    def _debts(self, seq: int, facts: Facts) -> Iterator[Contradiction]:
        """Compare what the entry moves on each receivable with what is charged less what is settled or let go."""
        moved: dict[Charge, int] = defaultdict(int)
        for row in facts.get("posting", ()):
            if row["charge"] is None:
                continue
            act, _, line = row["charge"].partition("-")
            key = int(act), int(line)
            if self._charges.get(key[0], {}).get(key[1]) != (row["unit"], row["debtor"], row["item"]):
                yield "debt_differs", f"{row['charge']} {row['unit']}-{row['debtor']}"
            if group_of(row["account"]) == "Receivable":
                moved[key] += row["amount_minor"]
        stated = _stated(seq, facts)
        for key in sorted({*moved, *stated}):
            if moved[key] != stated[key]:
                yield "debt_differs", f"{key[0]}-{key[1]}"
        for row in facts.get("charge", ()):
            if row["corrects_seq"] is not None:
                owner = self._charges.get(row["corrects_seq"], {}).get(row["corrects_line"])
                if owner != (row["unit"], row["debtor"], row["item"]):
                    yield "debt_differs", f"{row['corrects_seq']}-{row['corrects_line']}"


def _stated(seq: int, facts: Facts) -> dict[Charge, int]:
    """Return by how much the act changes each debt, by its charges, settlements and reliefs."""
    stated: dict[Charge, int] = defaultdict(int)
    for row in facts.get("charge", ()):
        is_own = row["corrects_seq"] is None
        key = (seq, row["line"]) if is_own else (row["corrects_seq"], row["corrects_line"])
        stated[key] += row["amount_minor"]
    for row in facts.get("settlement", ()):
        stated[row["charge_seq"], row["charge_line"]] -= row["amount_minor"]
    for row in facts.get("relief", ()):
        if row["kind"] != "dispute":  # a disputed debt is owed on, under another account
            stated[row["charge_seq"], row["charge_line"]] -= row["amount_minor"]
    return stated


def _postings(entry: Row | None, rows: Sequence[Row]) -> Iterator[Contradiction]:
    """Look whether each posting is of its account's fund and currency, and salted for a unit; and none is missing."""
    wanted = 0 if entry is None else entry["posting_count"]
    if sorted(row["line"] for row in rows) != list(range(1, wanted + 1)):
        yield "posting_wrong", f"{len(rows)} / {wanted}"
    for row in rows:
        account = row["account"]
        of_account = (fund_of(account), currency_of(account))
        is_salted = (row["salt"] is None) == (row["unit"] is None)
        if (row["fund"], row["currency"]) != of_account or not is_salted or row["amount_minor"] == 0:
            yield "posting_wrong", f"{row['line']} {account}"


def _receipts(entry: Row | None, facts: Facts) -> Iterator[Contradiction]:
    """Compare what a receipt says came in, when, and from whose unit with its entry."""
    postings = facts.get("posting", ())
    of_units = {(row["unit"], row["debtor"]) for row in postings if row["unit"] is not None}
    came = sum(
        row["amount_minor"]
        for row in postings
        if row["unit"] is None and row["amount_minor"] > 0 and group_of(row["account"]) != "Uncollected"
    )
    for row in facts.get("receipt", ()):
        is_right = (
            entry is not None
            and row["amount_minor"] == came
            and row["received_on"] == entry["occurred_on"]
            and (row["unit"], row["debtor"]) in of_units
        )
        if not is_right:
            yield "receipt_differs", f"R-{row['number']:06d}"
