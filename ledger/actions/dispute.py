"""Contest a debt, and end the dispute: it moves beside the others on both sides; nothing is settled (S11, E09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.relieve import Parts, Relieved, authority_of, chosen
from ledger.actions.settling import mirrored, on_charge, relief_rows
from ledger.errors import ReliefAboveOpen
from ledger.rules.charge import item_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge
from ledger.store.append import Journal
from ledger.store.debts import debt
from ledger.store.tables import Relief


@dataclass(frozen=True, slots=True)
class Dispute:
    """So much of some charges is contested, or no longer; ``authority`` is the written objection, or what ended it."""

    parts: Parts
    authority: str
    effective_on: date


def dispute(journal: Journal, command: Dispute) -> Relieved:
    """Move debts to where contested ones stand; the due date never moves.

    Raises:
        AuthorityMissing: no written objection is named.
        NotFound: there is no such charge.
        ReliefAboveOpen: it is more than is open and not contested yet.
    """
    require(journal.actor, KEEPERS)
    return _move(journal, command, chosen(journal, command.parts, command.effective_on, undisputed=True), 1)


def end_dispute(journal: Journal, command: Dispute) -> Relieved:
    """Move contested debts back; what is not owed after all is then adjusted or waived.

    Raises:
        AuthorityMissing, NotFound: as for a dispute.
        ReliefAboveOpen: less is contested.
    """
    require(journal.actor, KEEPERS)
    parts: list[tuple[OpenCharge, int]] = []
    for place, (identifier, wanted) in enumerate(command.parts):
        charge = debt(journal.session, journal.compound, identifier, f"/charges/{place}/id").charge
        minor = charge.disputed_minor if wanted is None else wanted
        if not 0 < minor <= charge.disputed_minor or any(charge.id == other.id for other, _ in parts):
            raise ReliefAboveOpen(
                pointer=f"/charges/{place}/amount",
                charge=charge.id,
                open=format_amount(charge.disputed_minor),
                amount=format_amount(minor),
            )
        parts.append((charge, minor))
    return _move(journal, command, parts, -1)


def _move(journal: Journal, command: Dispute, parts: list[tuple[OpenCharge, int]], sign: int) -> Relieved:
    """Post the move: to the disputed accounts with sign 1, back with −1."""
    authority = authority_of(command.authority)
    lines: list[Posting] = []
    for charge, minor in parts:
        item = item_of(charge.item)
        lines += [
            on_charge(item.receivable(charge.disputed_standing), sign * minor, charge),
            on_charge(item.receivable(charge.standing), -sign * minor, charge),
        ]
    words = "应收转争议" if sign > 0 else "争议终止,转回应收"
    entry = Entry(Kind.DISPUTE, command.effective_on, words, (*lines, *mirrored(lines)), authority=authority)
    rows = relief_rows("dispute", [(charge, sign * minor) for charge, minor in parts], authority)
    recorded = journal.record("dispute", command.effective_on, {Relief: rows}, entry=entry)
    return Relieved(recorded, sum(minor for _, minor in parts))
