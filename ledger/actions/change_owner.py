"""Another owner from a day on: the old debt stays with the old debtor, what was paid ahead goes on or back (E11, S9).

The month of the change is split by ``adjust_charges``, which bills both debtors for their own days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.change_tenure import ChangeTenure, check_not_sold, tenure_facts
from ledger.actions.owe_back import refundable_postings
from ledger.actions.promise import carried
from ledger.actions.relieve import authority_of
from ledger.actions.settling import check_there, mirrored, on_charge
from ledger.actions.undo_relief import Rows
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.charge import item_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.period import month_of
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Ahead
from ledger.rules.unit import Party, Standing, State, check_unit_code
from ledger.store.append import Journal, Recorded
from ledger.store.owed import Lot, holdings, open_charges, prepaid_lots, receipts_after
from ledger.store.tables import Departure, PromisedWaiver

NARRATION_ZH = "产权变更"


@dataclass(frozen=True, slots=True)
class ChangeOwner:
    """From ``from_on`` on another owner owes for the unit; ``authority`` is the transfer, or the agreement to carry."""

    unit: str
    from_on: date
    effective_on: date
    ahead: Ahead
    authority: str
    state: State = State.OCCUPIED


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """Who owes from now on, what the old debtor still owes, and what went on or back, in fen."""

    recorded: Recorded
    unit: str
    old_debtor: int
    debtor: int
    former_minor: int
    ahead_minor: int


def change_owner(journal: Journal, command: ChangeOwner) -> OwnerChanged:
    """Change the tenure, move the old owner's open debts to former owners' on both sides, and the prepayment.

    Raises:
        NotFound: there is no such unit.
        AuthorityMissing: no transfer or agreement is named.
        RequestMalformed: the unit is the developer's, or the day has not come, or money came in after it.
        OwnerChangeStands: it changed its owner on that day already.
        ChargeNotYet: something was charged after the day of the act.
        Refusal: the tenure cannot change so (``change_tenure``).
    """
    require(journal.actor, KEEPERS)
    unit = check_unit_code(command.unit)
    held = holdings(journal.session, journal.compound, command.from_on, unit=unit)
    if not held:
        raise NotFound(pointer="/unit", what=unit)
    if held[0].party is Party.DEVELOPER or command.state in (State.UNSOLD, State.SOLD_NOT_HANDED_OVER):
        raise RequestMalformed(
            pointer="/unit",
            why_zh="建设单位交房请办理房屋状态变更",
            why_en="a developer's hand-over is a change of the unit's state",
        )
    if command.from_on > command.effective_on:
        raise RequestMalformed(
            pointer="/from_on",
            why_zh="产权变更日不能晚于入账日,请到那天再办",
            why_en="it is dated when the owner changes, not before",
        )
    authority = authority_of(command.authority)
    check_not_sold(journal, unit, command.from_on)
    old = held[0].debtor
    changed, debtor = tenure_facts(
        journal, ChangeTenure(unit, command.from_on, command.state, new_owner=True)
    )
    lots = [lot for lot in prepaid_lots(journal.session, journal.compound, unit=unit) if lot.debtor == old]
    _check_came_before(journal, lots, command.effective_on)
    debts = _to_former(journal, unit, old, command.effective_on)
    postings = [*debts, *mirrored(debts), *_ahead(command.ahead, lots, debtor)]
    entry = (
        Entry(Kind.OWNER_CHANGE, command.effective_on, NARRATION_ZH, tuple(postings), authority=authority)
        if postings
        else None
    )
    facts: Rows = {**changed, Departure: [{"unit": unit, "debtor": old, "left_on": command.from_on}]}
    if command.ahead is Ahead.CARRY:
        facts[PromisedWaiver] = carried(journal, unit, old, debtor, month_of(command.from_on))
    recorded = journal.record("owner_changed", command.effective_on, facts, entry=entry)
    former = sum(line.amount_minor for line in debts if line.amount_minor > 0)
    return OwnerChanged(recorded, unit, old, debtor, former, sum(lot.left_minor for lot in lots))


def _check_came_before(journal: Journal, lots: list[Lot], effective_on: date) -> None:
    numbers = [lot.receipt for lot in lots if lot.receipt is not None]
    if receipts_after(journal.session, journal.compound, numbers, effective_on):
        raise RequestMalformed(
            pointer="/effective_on",
            why_zh="其中有预收在这天之后才到账",
            why_en="some of what was paid ahead came in after that day",
        )


def _to_former(journal: Journal, unit: str, debtor: int, effective_on: date) -> list[Posting]:
    """Return the undisputed debts' move; a disputed one stands with the other disputes, whoever owes it."""
    lines = []
    for charge in open_charges(journal.session, journal.compound, [unit], debtor=debtor):
        check_there(journal, charge, effective_on, "/effective_on")
        minor = charge.open_minor - charge.disputed_minor
        if minor:
            item = item_of(charge.item)
            lines += [
                on_charge(item.receivable(Standing.FORMER), minor, charge),
                on_charge(item.receivable(Standing.OWNER), -minor, charge),
            ]
    return lines


def _ahead(ahead: Ahead, lots: list[Lot], debtor: int) -> list[Posting]:
    """Return the prepayment's move: two lines, two debtors, or what is refundable; each lot keeps its receipt."""
    if ahead is Ahead.REFUND:
        return refundable_postings(lots, sum(lot.left_minor for lot in lots))
    return [
        Posting(
            f"Liabilities:{lot.fund}:Prepaid", sign * lot.left_minor, lot.unit, whose, receipt=lot.receipt
        )
        for lot in lots
        for sign, whose in ((1, lot.debtor), (-1, debtor))
    ]
