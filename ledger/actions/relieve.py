"""End a debt without money: a waiver ends it for good, a write-off ends its book value only (chart E07, E10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.authorise import check_named, use_rows
from ledger.actions.own_vote import check_relief
from ledger.actions.settling import check_there, debt_postings, mirrored, relief_rows
from ledger.errors import AuthorityMissing, ReliefAboveOpen, RequestMalformed
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.charge import item_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.debts import debt
from ledger.store.tables import AuthorityUse, Relief

#: So much of each charge (its id; all that is open where no amount is said), in fen.
Parts = tuple[tuple[str, int | None], ...]
_ZH = {Kind.WAIVER: "减免应收", Kind.WRITE_OFF: "应收账销案存"}
#: Who may give a debt up, where what is named is on record: the owners; the committee only its place in the books.
_DECIDERS = {
    Kind.WAIVER: frozenset({AuthorityKind.VOTE}),
    Kind.WRITE_OFF: frozenset({AuthorityKind.VOTE, AuthorityKind.COMMITTEE}),
}
_RELIEF = frozenset({Matter.RELIEF, Matter.PROJECT})


@dataclass(frozen=True, slots=True)
class Relieve:
    """End so much of some charges; ``authority`` is the vote (waiver) or decision (write-off) that allows it."""

    parts: Parts
    authority: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class Relieved:
    """How much ended, in fen."""

    recorded: Recorded
    amount_minor: int


def waive(journal: Journal, command: Relieve) -> Relieved:
    """Give up so much of some debts: nobody owes it any more, and it was never income.

    Raises:
        AuthorityMissing: no vote or authority is named.
        NotFound: there is no such charge.
        ReliefAboveOpen: it is more than is open; to give back paid money takes an adjustment of the charge.
    """
    return _relieve(journal, command, Kind.WAIVER)


def write_off(journal: Journal, command: Relieve) -> Relieved:
    """Take so much of some debts off the books; the debt stays, is listed for ever, and may still be paid.

    Raises:
        AuthorityMissing, NotFound, ReliefAboveOpen: as for a waiver.
    """
    return _relieve(journal, command, Kind.WRITE_OFF)


def _relieve(journal: Journal, command: Relieve, kind: Kind) -> Relieved:
    require(journal.actor, KEEPERS)
    parts = chosen(journal, command.parts, command.effective_on)
    authority = authority_of(command.authority)
    check_relief(journal, parts, authority, command.effective_on)
    funds, minor = {item_of(charge.item).fund for charge, _ in parts}, sum(minor for _, minor in parts)
    fund = funds.pop() if len(funds) == 1 else None
    named = check_named(journal, authority, Need(fund, minor, command.effective_on, _DECIDERS[kind], _RELIEF))
    uses = use_rows(named, minor, str(kind)) if named else []
    return end(journal, kind, parts, authority, command.effective_on, uses)


def authority_of(words: str) -> str:
    """Return the vote, contract or decision that is named; raises ``AuthorityMissing`` if there is none."""
    if not words.strip():
        raise AuthorityMissing(pointer="/authority")
    return check_public(words, "/authority", NAME_LIMIT)


def chosen(
    journal: Journal, parts: Parts, on: date, *, undisputed: bool = False
) -> list[tuple[OpenCharge, int]]:
    """Return the charges with how much of each is meant, never more than is open (or open and not disputed).

    Raises:
        NotFound, ReliefAboveOpen: there is no such charge, or less of it is open.
        ChargeNotYet: the act is of a day (``on``) before the charge.
    """
    if not parts:
        raise RequestMalformed(
            pointer="/charges", why_zh="请至少指定一笔应收", why_en="name at least one charge"
        )
    found: list[tuple[OpenCharge, int]] = []
    for place, (identifier, wanted) in enumerate(parts):
        charge = debt(journal.session, journal.compound, identifier, f"/charges/{place}/id").charge
        most = charge.open_minor - (charge.disputed_minor if undisputed else 0)
        minor = most if wanted is None else wanted
        if not 0 < minor <= most or any(charge.id == other.id for other, _ in found):
            raise ReliefAboveOpen(
                pointer=f"/charges/{place}/amount",
                charge=charge.id,
                open=format_amount(most),
                amount=format_amount(minor),
            )
        check_there(journal, charge, on, f"/charges/{place}/id")
        found.append((charge, minor))
    return found


def end(
    journal: Journal,
    kind: Kind,
    parts: Sequence[tuple[OpenCharge, int]],
    authority: str,
    effective_on: date,
    uses: Sequence[Mapping[str, Any]] = (),
) -> Relieved:
    """Post a waiver or write-off of so much of each charge, and the end of the disputes about it.

    ``uses``: what it takes of a recorded authority.
    """
    debts: list[Posting] = [line for charge, minor in parts for line in debt_postings(charge, minor)]
    entry = Entry(kind, effective_on, _ZH[kind], (*debts, *mirrored(debts)), authority=authority)
    disputed = [(charge, -charge.split(minor)[1]) for charge, minor in parts if charge.split(minor)[1]]
    rows = relief_rows(str(kind), parts, authority)
    rows += relief_rows("dispute", disputed, authority, len(rows) + 1)
    recorded = journal.record(str(kind), effective_on, {Relief: rows, AuthorityUse: uses}, entry=entry)
    return Relieved(recorded, sum(minor for _, minor in parts))
