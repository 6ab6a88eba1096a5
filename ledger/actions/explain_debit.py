"""Book what the bank took without a voucher, and explain it later with a second key (E29).

A debit that nobody explained is shown at every close, and cannot be spent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.actions.allow_payment import BY_OWNERS, SPENDING
from ledger.actions.authorise import authorise, use_rows
from ledger.actions.caretake import check_keeper, check_recurring
from ledger.actions.fee_cap import check_management_fee
from ledger.actions.open_bank_account import check_bank
from ledger.actions.spend_grant import check_spending, release_postings
from ledger.actions.weigh_payment import check_body, one_key
from ledger.errors import ExplainedShort, NotFound, PaidTooEarly, RequestMalformed
from ledger.rules.authority import BUDGET, AuthorityKind, Need
from ledger.rules.chart import account, group_of
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.grant import PURPOSES
from ledger.rules.money import check_positive, format_amount
from ledger.rules.payment import OWNER_APPROVED, Line, Repair, check_line, check_repair
from ledger.rules.roles import APPROVERS, KEEPERS, check_second_key, require
from ledger.rules.text import NARRATION_LIMIT, check_public
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.petty_cash import explained_besides, unexplained
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

    With ``bank`` instead of lines, the bank has put so much of it back (``amount_minor``). ``grant_purpose`` is what
    a governance pool paid for (L47).
    """

    seq: int
    lines: tuple[Line, ...]
    narration: str
    authority: str
    effective_on: date
    repair: Repair = Repair.NONE
    bank: str | None = None
    amount_minor: int | None = None
    grant_purpose: str | None = None


def book_debit(journal: Journal, command: BookDebit) -> Recorded:
    """Post the debit as waiting to be explained: the bank has paid, nobody has asked.

    Raises:
        NotFound: there is no such bank account.
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
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
        NotFound, PaidTooEarly: no such debit waits, or none on that day.
        ExplainedShort: less of it is unexplained.
        SamePerson, SameBody: whoever booked it, or that body, does not explain it.
        BodyCannotApprove: debits of this size are explained by others, or a caretaker stands in.
        CaretakerRefused: a caretaker stands in, and it is no recurring cost.
        RepairRefused, AuthorityUnfit, AuthorityUsedUp, BudgetExceeded: as for a payment; of a pool, also what
            ``check_spending`` refuses.
    """
    require(journal.actor, APPROVERS)
    row, open_minor = _waiting(journal, command)
    check_second_key(journal.actor, row.user_id, row.body)
    lines = _explained_lines(journal, command, row.fund)
    total = sum(minor for _, minor in lines)
    if total > open_minor:
        raise ExplainedShort(pointer="/lines", open=format_amount(open_minor), amount=format_amount(total))
    words, uses = check_public(command.narration, "/narration"), []
    released: tuple[Posting, ...] = ()
    if command.bank is None:
        check_keeper(journal)
        check_recurring(journal, row.fund, command.authority, lines)
        weight = _weight(journal, row, lines)
        check_body(journal, weight)
        kinds, matters = one_key(journal, weight), SPENDING
        if any(code == OWNER_APPROVED for code, _ in lines):
            kinds, matters = _OWNERS, BY_OWNERS
        on = command.effective_on if command.authority.strip() == BUDGET else journal.today
        need = Need(row.fund, total, on, kinds, matters, tuple(lines))
        uses = use_rows(authorise(journal, command.authority, need), total, f"debit-{row.seq}")
        words = _checked_words(journal, command, row.fund, lines)
        released = release_postings(journal, row.fund, [Posting(code, minor) for code, minor in lines])
    entry = Entry(
        Kind.EXPLANATION,
        command.effective_on,
        words,
        (
            *(Posting(code, minor) for code, minor in lines),
            Posting(f"Assets:{row.fund}:Suspense", -total),
            *released,
        ),
        authority=check_public(command.authority, "/authority", 64) if command.bank is None else None,
        channel="bank" if command.bank is not None else None,
    )
    fact = {"debit_seq": row.seq, "amount_minor": total}
    facts: Facts = {Explanation: [fact], AuthorityUse: uses}
    return journal.record(
        "debit_explained", command.effective_on, facts, entry=entry, approved_by=journal.actor.user
    )


def _waiting(journal: Journal, command: ExplainDebit) -> tuple[UnexplainedDebit, int]:
    """Return the debit and what of it is open, in fen.

    Raises:
        NotFound: no such debit waits.
        PaidTooEarly: it would be explained before the bank took it.
    """
    row = journal.session.get(UnexplainedDebit, (journal.compound, command.seq))
    found = [one for one in unexplained(journal.session, journal.compound) if one.seq == command.seq]
    if row is None or not found:
        raise NotFound(pointer="/seq", what=str(command.seq))
    if command.effective_on < found[0].on:
        raise PaidTooEarly(pointer="/effective_on", day=found[0].on.isoformat())
    return row, found[0].open_minor


def _checked_words(journal: Journal, command: ExplainDebit, fund: str, lines: list[Line]) -> str:
    """Return the words of the explanation, with the purpose where a pool paid.

    Raises:
        PurposeMissing, PurposeNegative, SpentOutside, GrantState, GrantBudgetExceeded: as for a payment of the pool.
    """
    words = check_public(command.narration, "/narration")
    costs = [
        (code, minor) for code, minor in lines if group_of(code) != "BankCharge"
    ]  # the bank asked nobody
    purpose = check_spending(journal, fund, costs, words, command.grant_purpose, command.authority)
    return words if purpose is None else f"{words}(用途:{PURPOSES[purpose].zh})"[:NARRATION_LIMIT]


def _weight(journal: Journal, row: UnexplainedDebit, lines: list[Line]) -> int:
    """Return the sum by which the ladder takes a debit: the whole of it, with what others of the days before were for.

    In parts, or in several debits for the same costs, it takes no less.
    """
    accounts = {code for code, _ in lines}
    since = journal.today - timedelta(days=journal.profile.split_days)
    return row.amount_minor + explained_besides(
        journal.session, journal.compound, row, accounts=accounts, since=since
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
        check_positive(minor, f"/lines/{place}/amount")
    check_repair(command.lines, command.repair, journal.profile.minor_repair_cap_minor)
    check_management_fee(journal, command.lines, command.effective_on, "/lines")
    return list(command.lines)
