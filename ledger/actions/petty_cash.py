"""Petty cash: a float set by authority, slips paid out of it, and a count that shows what is short or over (S16, E25).

It is topped up by a payment of kind ``petty_cash`` with the keys of any payment, and never above the float.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.allow_payment import SPENDING
from ledger.actions.authorise import authorise, use_rows
from ledger.actions.caretake import check_keeper, check_recurring
from ledger.actions.open_bank_account import check_bank
from ledger.actions.weigh_payment import one_key
from ledger.errors import AccountUnknown, PettyShort, RequestMalformed, SlipAboveCap
from ledger.rules.authority import BUDGET, AuthorityKind, Need
from ledger.rules.chart import account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds, check_positive, format_amount
from ledger.rules.payment import OWNER_APPROVED, Repair, check_line, check_repair
from ledger.rules.period import month_of
from ledger.rules.roles import APPROVERS, KEEPERS, require
from ledger.rules.text import check_public
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.balances import balances, booked_alone
from ledger.store.debts import last_parked
from ledger.store.petty_cash import box_of, float_of
from ledger.store.tables import (
    AuthorityUse,
    CashCount,
    ParkedReceipt,
    PettyFloat,
    PettySlip,
    UnexplainedDebit,
)

_DECIDERS = frozenset({AuthorityKind.COMMITTEE, AuthorityKind.VOTE})


@dataclass(frozen=True, slots=True)
class SetFloat:
    """Keep so much petty cash of a fund at most, in fen; 0 ends it."""

    fund: str
    amount_minor: int
    authority: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip paid out of the box: the cost's account, fen, and what it was for."""

    account: str
    amount_minor: int
    purpose: str


@dataclass(frozen=True, slots=True)
class SpendPetty:
    """Slips paid out of a fund's petty cash; ``authority`` is that of the float unless named ("budget")."""

    fund: str
    slips: tuple[Slip, ...]
    effective_on: date
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class CountCash:
    """A box was counted: ``box`` is ``petty`` or ``on_hand``; with ``bank`` all that was counted goes to the bank."""

    fund: str
    counted_minor: int
    effective_on: date
    box: str = "petty"
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, what the books said, and the difference (negative: short), in fen."""

    recorded: Recorded
    counted_minor: int
    book_minor: int
    difference_minor: int


def set_float(journal: Journal, command: SetFloat) -> Recorded:
    """Set how much petty cash a fund keeps; the committee does that, by its resolution or a vote.

    Raises:
        AccountUnknown: the fund has no petty cash.
        AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: nothing allows it.
        BodyCannotApprove, CaretakerRefused: a caretaker stands in, which sets no float of its own.
    """
    require(journal.actor, APPROVERS)
    account(box_of(command.fund))
    check_keeper(journal)
    if command.amount_minor < 0:
        raise RequestMalformed(pointer="/amount", why_zh="定额不能小于零", why_en="a float is not below zero")
    amount = check_bounds(command.amount_minor, "/amount")
    kinds = _DECIDERS & one_key(journal, amount)
    granted = authorise(
        journal, command.authority, Need(command.fund, amount, journal.today, kinds, SPENDING)
    )
    if amount:
        check_recurring(journal, command.fund, granted.code, ())
    row = {"fund": command.fund, "amount_minor": amount, "authority": granted.code}
    return journal.record("petty_float_set", journal.today, {PettyFloat: [row]})


def spend_petty(journal: Journal, command: SpendPetty) -> Recorded:
    """Post slips paid out of petty cash: their sum is what the next top-up brings back.

    Raises:
        SlipAboveCap: a slip is so big that it takes two keys.
        PettyShort: less is in the box.
        AccountUnknown: a slip is no cost of the fund, or one that takes the owners' consent (L16).
        RepairRefused: a repair above the cap (L15).
        AuthorityUsedUp, BudgetExceeded: what allows it is used up.
        CaretakerRefused: a caretaker stands in, and it is no recurring cost of the budget.
    """
    require(journal.actor, KEEPERS)
    _, decided = float_of(journal.session, journal.compound, command.fund)
    lines = tuple((slip.account, slip.amount_minor) for slip in command.slips)
    if not lines:
        raise RequestMalformed(pointer="/slips", why_zh="请至少写一张票据", why_en="give at least one slip")
    cap = journal.profile.slip_cap_minor
    for place, (code, minor) in enumerate(lines):
        check_line(code, command.fund, ("Expenses",), f"/slips/{place}/account")
        if code == OWNER_APPROVED:
            raise AccountUnknown(pointer=f"/slips/{place}/account", account=code)
        check_positive(minor, f"/slips/{place}/amount")
        if minor > cap:
            raise SlipAboveCap(pointer=f"/slips/{place}/amount", cap=format_amount(cap))
    check_repair(lines, Repair.NONE, journal.profile.minor_repair_cap_minor, "/slips")
    total = sum(minor for _, minor in lines)
    held = balances(journal.session, journal.compound).get(box_of(command.fund), 0)
    if total > held:
        raise PettyShort(pointer="/slips", held=format_amount(held), amount=format_amount(total))
    code = (command.authority or decided).strip()
    check_recurring(journal, command.fund, code, lines)
    on = command.effective_on if code == BUDGET else journal.today  # the cost falls in its own year's budget
    need = Need(command.fund, total, on, matters=SPENDING, lines=lines)
    uses = use_rows(authorise(journal, code, need), total, "petty_cash")
    rows = [
        {
            "line": line,
            "fund": command.fund,
            "account": slip.account,
            "amount_minor": slip.amount_minor,
            "purpose": check_public(slip.purpose, f"/slips/{line - 1}/purpose"),
        }
        for line, slip in enumerate(command.slips, 1)
    ]
    entry = Entry(
        Kind.PETTY_CASH,
        command.effective_on,
        f"备用金报销 {len(rows)} 张票据",
        (*(Posting(code, minor) for code, minor in lines), Posting(box_of(command.fund), -total)),
        authority=code,
    )
    facts: Facts = {PettySlip: rows, AuthorityUse: uses}
    return journal.record("petty_cash_spent", command.effective_on, facts, entry=entry)


def count_cash(journal: Journal, command: CountCash) -> Counted:
    """Put a count on record: what is short is a loss, what is over belongs to nobody known.

    More than one person may write off a month waits to be explained by a second one.

    Raises:
        AccountUnknown: the fund has no such box.
    """
    require(journal.actor, KEEPERS)
    box = box_of(command.fund) if command.box == "petty" else f"Assets:{command.fund}:Cash:OnHand"
    account(box)
    if command.counted_minor < 0:
        raise RequestMalformed(pointer="/counted", why_zh="不能小于零", why_en="it is not below zero")
    counted = check_bounds(command.counted_minor, "/counted")
    book = balances(journal.session, journal.compound).get(box, 0)
    row = {"account": box, "counted_minor": counted, "book_minor": book}
    facts: Facts = {CashCount: [row]}
    postings, more = _difference(journal, command, counted - book)
    if command.bank is not None and counted:
        postings.insert(0, Posting(check_bank(journal, command.bank, command.fund), counted))
    moved = sum(one.amount_minor for one in postings)
    entry = None
    if postings:
        words = "备用金" if command.box == "petty" else "现金"
        words = f"{words}盘点,账面 {format_amount(book)},实点 {format_amount(counted)}"
        rest = (Posting(box, -moved),) if moved else ()
        kind = Kind.CASH_COUNT
        entry = Entry(kind, command.effective_on, words, (*postings, *rest))
    recorded = journal.record("cash_counted", command.effective_on, {**facts, **more}, entry=entry)
    return Counted(recorded, counted, book, counted - book)


def _may_be_lost(journal: Journal, command: CountCash, code: str, minor: int) -> bool:
    """Say whether one person may write off what is short; the committee's money has no such cost at all."""
    try:
        account(code)
    except AccountUnknown:
        return False
    month = month_of(command.effective_on)
    before = booked_alone(journal.session, journal.compound, {Kind.CASH_COUNT}, code, month, is_credit=False)
    return before + minor <= journal.profile.count_loss_cap_minor


def _difference(journal: Journal, command: CountCash, difference: int) -> tuple[list[Posting], Facts]:
    """Return the postings of what is short or over, and the parked sum of the latter."""
    if difference < 0:
        code = f"Expenses:{command.fund}:Loss"
        if not _may_be_lost(journal, command, code, -difference):
            waits = {
                "fund": command.fund,
                "bank": "cash",
                "amount_minor": -difference,
                "user_id": journal.actor.user,
                "body": str(journal.actor.body),
            }
            suspense = account(f"Assets:{command.fund}:Suspense").code
            return [Posting(suspense, -difference)], {UnexplainedDebit: [waits]}
        return [Posting(code, -difference)], {}
    if difference == 0:
        return [], {}
    over = Posting(account(f"Liabilities:{command.fund}:Unidentified").code, -difference)
    if command.fund != "PropertyFee":
        return [over], {}
    row = {
        "number": last_parked(journal.session, journal.compound) + 1,
        "channel": "cash",
        "received_on": command.effective_on,
        "amount_minor": difference,
    }
    return [over], {ParkedReceipt: [row]}
