"""Book what the bank took without a voucher, and explain it later with a second key (E29).

A debit that nobody explained is shown at every close, and cannot be spent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.allow_payment import SPENDING
from ledger.actions.authorise import authorise, use_rows
from ledger.actions.caretake import check_keeper, check_recurring
from ledger.actions.fee_cap import check_management_fee
from ledger.actions.open_bank_account import check_bank
from ledger.actions.weigh_payment import check_body, one_key
from ledger.errors import ExplainedShort, NotFound, RequestMalformed
from ledger.rules.authority import BUDGET, AuthorityKind, Need
from ledger.rules.chart import account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.payment import OWNER_APPROVED, Line, Repair, check_line, check_repair
from ledger.rules.roles import APPROVERS, KEEPERS, check_second_key, require
from ledger.rules.text import check_public
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.petty_cash import unexplained
from ledger.store.tables import AuthorityUse, Explanation, UnexplainedDebit

_OWNERS = frozenset({AuthorityKind.VOTE})


@dataclass(frozen=True, slots=True)
class BookDebit:
    """The bank took so much of a fund, in fen; ``narration`` is what its statement says."""

    fund: str
    bank: str
    amount_minor: int
    narration: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class ExplainDebit:
    """What an unexplained debit was for: costs of its fund, in fen, and what allows them.

    With ``bank`` instead of lines, the bank has put so much of it back (``amount_minor``).
    """

    seq: int
    lines: tuple[Line, ...]
    narration: str
    authority: str
    effective_on: date
    repair: Repair = Repair.NONE
    bank: str | None = None
    amount_minor: int | None = None


def book_debit(journal: Journal, command: BookDebit) -> Recorded:
    """Post the debit as waiting to be explained: the bank has paid, nobody has asked.

    Raises:
        NotFound: there is no such bank account.
    """
    require(journal.actor, KEEPERS)
    if command.amount_minor <= 0:
        raise RequestMalformed(pointer="/amount", why_zh="金额应大于零", why_en="the amount is above zero")
    amount = check_bounds(command.amount_minor, "/amount")
    bank = check_bank(journal, command.bank, command.fund)
    suspense = account(f"Assets:{command.fund}:Suspense").code
    entry = Entry(
        Kind.SUSPENSE,
        command.effective_on,
        f"待查付款 {check_public(command.narration, '/narration', 150)}",
        (Posting(suspense, amount), Posting(bank, -amount)),
        channel="bank",
    )
    row = {
        "fund": command.fund,
        "bank": command.bank,
        "amount_minor": amount,
        "user_id": journal.actor.user,
        "body": str(journal.actor.body),
    }
    return journal.record("debit_booked", command.effective_on, {UnexplainedDebit: [row]}, entry=entry)


def explain_debit(journal: Journal, command: ExplainDebit) -> Recorded:
    """Post what the debit was for: a second person of a second body says so, by an authority.

    There is one second key, so what the ladder would have two approve takes a vote of the owners here.

    Raises:
        NotFound: no such debit waits.
        ExplainedShort: less of it is unexplained.
        SamePerson, SameBody: whoever booked it, or that body, does not explain it.
        BodyCannotApprove: debits of this size are explained by others, or a caretaker stands in.
        CaretakerRefused: a caretaker stands in, and it is no recurring cost.
        RepairRefused, AuthorityUnfit, AuthorityUsedUp, BudgetExceeded: as for a payment.
    """
    require(journal.actor, APPROVERS)
    row = journal.session.get(UnexplainedDebit, (journal.compound, command.seq))
    open_minor = sum(
        one.open_minor
        for one in unexplained(journal.session, journal.compound)
        if row is not None and one.seq == row.seq
    )
    if row is None or not open_minor:
        raise NotFound(pointer="/seq", what=str(command.seq))
    check_second_key(journal.actor, row.user_id, row.body)
    lines = _explained_lines(journal, command, row.fund)
    total = sum(minor for _, minor in lines)
    if total > open_minor:
        raise ExplainedShort(pointer="/lines", open=format_amount(open_minor), amount=format_amount(total))
    uses = []
    if command.bank is None:
        check_keeper(journal)
        check_recurring(journal, row.fund, command.authority, lines)
        check_body(journal, row.amount_minor)
        kinds = one_key(journal, row.amount_minor)  # of the whole debit: in parts it takes no less
        if any(code == OWNER_APPROVED for code, _ in lines):
            kinds = _OWNERS
        on = command.effective_on if command.authority.strip() == BUDGET else journal.today
        need = Need(row.fund, total, on, kinds, SPENDING, tuple(lines))
        uses = use_rows(authorise(journal, command.authority, need), total, f"debit-{row.seq}")
    entry = Entry(
        Kind.EXPLANATION,
        command.effective_on,
        check_public(command.narration, "/narration"),
        (
            *(Posting(code, minor) for code, minor in lines),
            Posting(f"Assets:{row.fund}:Suspense", -total),
        ),
        authority=check_public(command.authority, "/authority", 64) if command.bank is None else None,
        channel="bank" if command.bank is not None else None,
    )
    fact = {"debit_seq": row.seq, "amount_minor": total}
    facts: Facts = {Explanation: [fact], AuthorityUse: uses}
    return journal.record(
        "debit_explained", command.effective_on, facts, entry=entry, approved_by=journal.actor.user
    )


def _explained_lines(journal: Journal, command: ExplainDebit, fund: str) -> list[Line]:
    if command.bank is not None:
        if command.lines or not command.amount_minor or command.amount_minor < 0:
            raise RequestMalformed(
                pointer="/lines",
                why_zh="银行退回只写账户和金额,不写科目",
                why_en="what the bank put back names the account and the amount, and no lines",
            )
        return [(check_bank(journal, command.bank, fund), command.amount_minor)]
    if not command.lines:
        raise RequestMalformed(pointer="/lines", why_zh="请至少写一行", why_en="give at least one line")
    for place, (code, minor) in enumerate(command.lines):
        check_line(code, fund, ("Expenses",), f"/lines/{place}/account")
        if minor <= 0:
            raise RequestMalformed(
                pointer=f"/lines/{place}/amount", why_zh="金额应大于零", why_en="the amount is above zero"
            )
    check_repair(command.lines, command.repair, journal.profile.minor_repair_cap_minor)
    check_management_fee(journal, command.lines, command.effective_on, "/lines")
    return list(command.lines)
