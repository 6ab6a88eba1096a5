"""Settle with the developer: part paid, part in kind, the rest waived by vote, all in one commit (scene S8, E12).

Each part is an act of its own with its own entry. What is paid is divided among the units as they owe, to the fen; no
other debtor's money or debt comes near it (L05).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from ledger.actions.receive import Receive, Received, receive
from ledger.actions.relieve import Relieve, Relieved, authority_of, waive
from ledger.actions.settle_in_kind import SettledInKind, SettleInKind, settle_in_kind
from ledger.errors import NotFound, ReceiptOverpaid, UnitsOfOthers
from ledger.rules.channel import Channel
from ledger.rules.charge import is_project
from ledger.rules.money import apportion, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import OpenCharge, Settled, Takings, allocate
from ledger.rules.unit import Party, check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.debtors import owners
from ledger.store.owed import open_charges


@dataclass(frozen=True, slots=True)
class SettleDeveloper:
    """What the developer pays for some units and gives in kind by a valuation, in fen; the rest may be waived."""

    units: tuple[str, ...]
    amount_minor: int
    bank: str
    effective_on: date
    authority: str
    in_kind_minor: int = 0
    document: str = ""
    waive_rest: bool = False


@dataclass(frozen=True, slots=True)
class DeveloperSettled:
    """The acts of a settlement: ``recorded`` is the last."""

    recorded: Recorded
    receipt: Received
    in_kind: SettledInKind | None
    waiver: Relieved | None


def settle_developer(journal: Journal, command: SettleDeveloper) -> DeveloperSettled:
    """Post the receipt, the settlement in kind and the waiver.

    Raises:
        AuthorityMissing: no vote is named, or no valuation of what is given in kind.
        NotFound: the developer owes nothing for a unit.
        UnitsOfOthers: the units are several companies'.
        ReceiptOverpaid: it is more than the developer owes.
    """
    require(journal.actor, KEEPERS)
    authority_of(command.authority)
    owed = _owed(journal, command)
    total = sum(one.open_minor for one in owed)
    if command.amount_minor + command.in_kind_minor > total:
        raise ReceiptOverpaid(pointer="/amount", charge=command.units[0], open=format_amount(total))
    paid = _split(command.amount_minor, owed)
    first = paid[0].charge if paid else owed[0]
    money = Receive(
        first.unit,
        command.amount_minor,
        Channel.BANK,
        command.effective_on,
        command.effective_on,
        command.bank,
        debtor=first.debtor,
        authority=command.authority,
    )
    receipt = receive(journal, money, Takings(paid))
    done = receipt.recorded
    in_kind = waiver = None
    if command.in_kind_minor:
        given = _split(command.in_kind_minor, _owed(journal, command))
        parts = tuple((one.charge.id, one.amount_minor) for one in given)
        in_kind = settle_in_kind(
            journal, SettleInKind(parts, command.authority, command.document, command.effective_on)
        )
        done = in_kind.recorded
    if command.waive_rest and total > command.amount_minor + command.in_kind_minor:
        rest = tuple((one.id, None) for one in _owed(journal, command))
        waiver = waive(journal, Relieve(rest, command.authority, command.effective_on))
        done = waiver.recorded
    return DeveloperSettled(done, receipt, in_kind, waiver)


def _owed(journal: Journal, command: SettleDeveloper) -> list[OpenCharge]:
    """Return the developer's open charges of some units, disputed ones among them.

    Raises:
        NotFound: there is none on that day.
        UnitsOfOthers: the register knows that they are several companies'.
    """
    codes = [check_unit_code(unit, f"/units/{place}") for place, unit in enumerate(command.units)]
    charges = open_charges(journal.session, journal.compound, codes, on=command.effective_on)
    owed = [one for one in charges if one.party is Party.DEVELOPER and not is_project(one.item)]
    if not owed:
        raise NotFound(pointer="/units", what=", ".join(codes)[:80])
    whose = sorted({(charge.unit, charge.debtor) for charge in owed})
    if len(set(owners(journal.session, journal.compound, whose).values())) > 1:
        raise UnitsOfOthers(pointer="/units")
    return owed


def _split(amount_minor: int, owed: list[OpenCharge]) -> tuple[Settled, ...]:
    """Divide a sum among the units as they owe (largest remainder), the oldest charge of each first."""
    by_unit: dict[str, list[OpenCharge]] = defaultdict(list)
    for charge in owed:
        by_unit[charge.unit].append(charge)
    units = sorted(by_unit)
    shares = apportion(amount_minor, [sum(one.open_minor for one in by_unit[unit]) for unit in units])
    settled: list[Settled] = []
    for unit, share in zip(units, shares, strict=True):
        settled += allocate(share, by_unit[unit], with_disputed=True)[0]
    return tuple(settled)
