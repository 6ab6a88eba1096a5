"""What a payment needs before money may leave: its authority, its band of the ladder, or an emergency's reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.caretake import check_keeper
from ledger.actions.fee_cap import check_management_fee
from ledger.actions.pay_trustee import allow_remuneration
from ledger.actions.spend_grant import check_grant_budget, covered
from ledger.actions.weigh_emergency import check_room_for
from ledger.actions.weigh_payment import band, one_key, weight_of
from ledger.errors import (
    AuthorityUnfit,
    RequestMalformed,
)
from ledger.rules.authority import BUDGET, AuthorityKind, Matter, Need
from ledger.rules.budget import check_room
from ledger.rules.chart import group_of
from ledger.rules.fund import check_spendable
from ledger.rules.payment import (
    EXPENSE,
    OWNER_APPROVED,
    PAYABLE,
    PETTY_CASH,
    REMUNERATION,
    TERMS,
    Line,
    drain,
    gross,
)
from ledger.rules.text import check_public
from ledger.store import budgets
from ledger.store.append import Journal
from ledger.store.available import check_available
from ledger.store.balances import balances
from ledger.store.disbursements import authority_taken, lines_of, pairs, progress
from ledger.store.paid_before import advanced
from ledger.store.petty_cash import float_of
from ledger.store.tables import Disbursement

#: Matters that let money be spent; a vote on tariffs or on a transfer lets nobody be paid.
SPENDING = frozenset(
    {
        *(Matter.SPENDING, Matter.BUDGET, Matter.OWNER_APPROVED, Matter.PROJECT, Matter.REPAIR_USE),
        *(Matter.GRANT, Matter.NEGATIVE_FUND, Matter.COMMON_PARTS, Matter.TRUSTEE, Matter.CARETAKER),
        Matter.OTHER,
    }
)
#: What a vote that lets cost category 9 be spent is about (L16).
BY_OWNERS = frozenset({Matter.OWNER_APPROVED, Matter.SPENDING})
_LATER = frozenset({AuthorityKind.COMMITTEE, AuthorityKind.VOTE})
_OF_GRANTOR = ":Payable:Grantor"  # only its own acts book it


@dataclass(frozen=True, slots=True)
class Allowance:
    """The rows by which a payment takes its part of an authority; and whether a vote lets the fund go below zero."""

    uses: tuple[dict[str, Any], ...] = ()
    may_overdraw: bool = False


def allow(journal: Journal, row: Disbursement, weight_minor: int, lines: Sequence[Line]) -> Allowance:
    """Return how a payment takes its part of its authority, if that allows it.

    A debt that an earlier payment kept back (``settles``) has taken its part already; petty cash takes its part when
    it is spent. The budget allows costs on its lines, and what was kept back of costs that it allowed: no other debt.
    ``weight_minor`` is the sum whose band of the ladder holds.

    Raises:
        AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp, BudgetMissing, BudgetExceeded: as for
            ``authorise``: cost category 9 takes a vote (L16), and so does the ladder's last band.
    """
    if row.kind == PETTY_CASH:
        _check_float(journal, row)
        return Allowance()
    if row.authority == BUDGET:
        _check_by_budget(journal, row.kind, lines, row.settles)
        if row.settles:
            return Allowance()
    used = 0 if row.settles else _taken(journal, row, lines)
    is_owners = any(account == OWNER_APPROVED for account, _ in lines)
    need = Need(
        row.fund,
        used,
        journal.today,
        frozenset({AuthorityKind.VOTE}) if is_owners else band(journal, weight_minor).kinds,
        BY_OWNERS if is_owners else SPENDING,
        _costs(lines),
        row.id,
        payee=None if row.settles else _dealt_with(row),
    )
    granted = authorise(journal, row.authority, need)
    if granted.kind is AuthorityKind.COMMITTEE and not row.settles:
        _check_within_lines(journal, row.fund, lines)
    uses = use_rows(granted, used, row.id)
    return Allowance(tuple(uses), granted.matter is Matter.NEGATIVE_FUND)


def _check_float(journal: Journal, row: Disbursement) -> None:
    """Refuse to top petty cash up by anything but what set the float, or when that holds no longer."""
    _, decided = float_of(journal.session, journal.compound, row.fund)
    if row.authority != decided:
        raise RequestMalformed(
            pointer="/authority",
            why_zh=f"补足备用金的依据是设立定额的“{decided}”",
            why_en=f"petty cash is topped up under what set the float: {decided}",
        )
    authorise(journal, decided, Need(row.fund, 0, journal.today))


def _taken(journal: Journal, row: Disbursement, lines: Sequence[Line]) -> int:
    """Return how much of its authority a payment takes, in fen.

    That is what it costs, less what an advance to the same payee has taken of the same authority already.
    """
    used = gross(lines)
    if any(minor < 0 and group_of(account) == "Advance" for account, minor in lines):
        left = advanced(journal.session, journal.compound, row, row.authority)
        used -= sum(min(-minor, max(left.get(account, 0), 0)) for account, minor in lines if minor < 0)
    return used


def _costs(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple((account, minor) for account, minor in lines if account.startswith("Expenses:"))


def _dealt_with(row: Disbursement) -> str:
    """Return with whom the compound deals: of what the trustee has paid first, whoever wrote the invoice."""
    return row.issuer or row.payee if row.owed_to == "TrusteeAdvance" else row.payee


def _check_within_lines(journal: Journal, fund: str, lines: Sequence[Line]) -> None:
    """Refuse to pay a debt by resolution while the budget it may have been booked beyond is overspent.

    One person books a debt by general entry, and nothing says on which line its cost fell.

    Raises:
        BudgetExceeded: a line of this year's budget, or of the year's before, is.
    """
    owed = sum(
        minor for code, minor in lines if code.startswith("Liabilities:") and not code.endswith(_OF_GRANTOR)
    )
    for day in (date(journal.today.year - 1, 12, 31), journal.today) if owed > 0 else ():
        plan = budgets.in_force(journal.session, journal.compound, fund, day)
        rooms = budgets.rooms(journal.session, journal.compound, plan) if plan else {}
        check_room(rooms, {code: owed for code, room in rooms.items() if room.left_minor < 0})


def _check_by_budget(journal: Journal, kind: str, lines: Sequence[Line], settles: str | None) -> None:
    """Refuse the word "budget" for what is no cost on its lines: a debt that somebody booked is none.

    Raises:
        AuthorityUnfit: neither a cost nor kept back of one that the budget allowed.
    """
    kept_by = journal.session.get(Disbursement, (journal.compound, settles)) if settles else None
    if kept_by is not None and kind == PAYABLE and kept_by.authority == BUDGET:
        return
    if settles or not all(minor < 0 or account.startswith("Expenses:") for account, minor in lines):
        raise AuthorityUnfit(
            pointer="/authority", code=BUDGET, is_now=AuthorityKind.BUDGET, wanted="vote, committee, contract"
        )


def check_funded(journal: Journal, fund: str, lines: Sequence[Line]) -> None:
    """Refuse a decision that would lower the fund below zero, what is approved already included (I3).

    Raises:
        FundShort: it would.
    """
    minor = drain(lines)
    if minor <= 0:  # it lowers nothing, and still is not decided while the fund is overdrawn
        check_spendable(balances(journal.session, journal.compound), fund, 0)
    else:
        by_fund = minor - covered(journal, fund, lines)
        check_available(journal.session, journal.compound, fund, by_fund)


def allow_row(journal: Journal, row: Disbursement) -> list[dict[str, Any]]:
    """Return the rows by which a request on record takes its authority now; none for money given back.

    Raises:
        FundShort: the fund would owe more than it can spend (I3), and the authority is no vote on that.
        ManagementFeeAboveCap: the management fee of the year would be above the place's cap (L09).
        AuthorityUnknown and the others: as for ``allow``.
    """
    if row.kind == REMUNERATION:
        return allow_remuneration(journal, row)
    if row.kind not in TERMS:
        return []
    lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    allowed = allow(journal, row, weight_of(journal, row), lines)
    if not allowed.may_overdraw:
        check_funded(journal, row.fund, lines)
    check_management_fee(journal, lines, journal.today, "/lines", row.id)
    check_grant_budget(journal, row.fund, lines)
    return list(allowed.uses)


def gives_back(journal: Journal, disbursement: str) -> list[dict[str, Any]]:
    """Return the rows that give back what a request took of authorities."""
    held = authority_taken(journal.session, journal.compound, disbursement)
    return [
        {"line": line, "code": code, "amount_minor": -minor, "purpose": disbursement}
        for line, (code, minor) in enumerate(sorted(held.items()), 1)
    ]


def check_emergency(
    journal: Journal, kind: str, fund: str, amount_minor: int, lines: Sequence[Line], reason: str | None
) -> str:
    """Return the published reason of an emergency that may be paid with one key.

    Raises:
        RequestMalformed: it is no expense, or one that takes the owners' consent.
        TextRefused: it gives no reason.
        EmergencyOpen: an earlier one waits for ratification for longer than the profile's days.
        EmergencyAboveCap: with what is not ratified it is above the profile's cap.
        FundShort: the fund has not so much to spend.
        BodyCannotApprove: a caretaker stands in, and it is not the one who asks.
    """
    check_keeper(journal)
    if kind != EXPENSE or any(account == OWNER_APPROVED for account, _ in lines):
        raise RequestMalformed(
            pointer="/authority",
            why_zh="紧急类只用于支出,且不能是须经业主同意的费用",
            why_en="an emergency is an expense, and none that takes the owners' consent",
        )
    why = check_public(reason or "", "/reason")
    check_room_for(journal, amount_minor, "/lines")
    check_funded(journal, fund, lines)
    return why


def ratified_by(journal: Journal, code: str, row: Disbursement) -> list[dict[str, Any]]:
    """Return the rows by which an emergency takes an authority afterwards: a resolution or a vote, to the last fen.

    There is one second key, so what the ladder would have two approve takes a vote; the budget's lines hold it too.
    """
    lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    is_booked = progress(journal.session, journal.compound, row.id).state in {"posted", "paid"}
    costs = tuple((account, 0 if is_booked else minor) for account, minor in _costs(lines))  # counted already
    kinds = _LATER & one_key(journal, weight_of(journal, row))
    need = Need(row.fund, gross(lines), journal.today, kinds, SPENDING, costs, row.id)
    return use_rows(authorise(journal, code, need), gross(lines), row.id)


def owners_consent(journal: Journal, code: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the rows by which costs of category 9 in a general entry take the vote that allows them; none else (L16).

    Raises:
        AuthorityMissing, AuthorityUnknown, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: no vote allows them.
    """
    minor = sum(minor for account, minor in lines if account == OWNER_APPROVED)
    if minor <= 0:
        return []
    kinds = frozenset({AuthorityKind.VOTE})
    need = Need("PropertyFee", minor, journal.today, kinds, BY_OWNERS, ((OWNER_APPROVED, minor),))
    return use_rows(authorise(journal, code, need), minor, "entry")
