"""Check what a request asks to be paid: its lines, the debts it pays, or whose money goes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.actions.fee_cap import check_management_fee
from ledger.actions.give_back import parked_to_refund
from ledger.actions.pay_trustee import remuneration_due
from ledger.actions.release_deposit import Whose, deposit_to_release, is_nameless, tenant_refund
from ledger.actions.taking import Payer, debtors_of
from ledger.errors import (
    FloatExceeded,
    NotFound,
    PayableShort,
    RefundMissing,
    RequestMalformed,
)
from ledger.rules.chart import account, group_of
from ledger.rules.money import check_bounds, check_positive, format_amount
from ledger.rules.payment import (
    DEPOSIT_RELEASE,
    EXPENSE,
    OWED_TO,
    PARKED_REFUND,
    PAYABLE,
    PETTY_CASH,
    REFUND,
    REMUNERATION,
    TERMS,
    Line,
    check_line,
    check_repair,
)
from ledger.rules.unit import Party
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.debts import refundable_to
from ledger.store.disbursements import lines_of, progress, promised, settled_of
from ledger.store.petty_cash import box_of, coming, float_of, short_of
from ledger.store.tables import Debtor, Disbursement

if TYPE_CHECKING:
    from ledger.actions.request_payment import RequestDisbursement


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be paid: the whole amount in fen, the lines as stored, and to whom, where it is somebody's own."""

    amount_minor: int
    lines: tuple[Line, ...] = ()
    debtor: int | None = None
    is_company: bool = False


def check_lines(journal: Journal, command: RequestDisbursement) -> Asked:
    """Return what a payment made of lines asks; what is kept back stands last, with the opposite sign."""
    terms = TERMS[command.kind]
    if not command.lines or command.unit is not None or command.amount_minor is not None:
        raise RequestMalformed(pointer="/lines", why_zh="请至少写一行支出", why_en="give at least one line")
    for pointer, lines, names in (
        ("/lines", command.lines, terms.debits),
        ("/kept", command.kept, terms.kept),
    ):
        for place, (code, minor) in enumerate(lines):
            check_line(code, command.fund, names, f"{pointer}/{place}/account")
            check_positive(minor, f"{pointer}/{place}/amount")
    gross, kept = (sum(minor for _, minor in lines) for lines in (command.lines, command.kept))
    if kept > gross:
        raise RequestMalformed(
            pointer="/kept", why_zh="扣款不能超过支出", why_en="no more is kept back than is spent"
        )
    _check_words(journal, command)
    check_repair(command.lines, command.repair, journal.profile.minor_repair_cap_minor)
    check_management_fee(journal, command.lines, journal.today, "/lines")
    lines = (*command.lines, *((code, -minor) for code, minor in command.kept))
    check_debts(journal, command.kind, command.fund, lines)
    return Asked(check_bounds(gross, "/lines"), lines)


def _check_words(journal: Journal, command: RequestDisbursement) -> None:
    if command.owed_to is not None:
        if command.kind != EXPENSE or command.owed_to not in OWED_TO:
            raise RequestMalformed(
                pointer="/owed_to",
                why_zh=f"只用于支出,可写 {'、'.join(sorted(OWED_TO))}",
                why_en=f"only of an expense, one of {', '.join(sorted(OWED_TO))}",
            )
        account(f"Liabilities:{command.fund}:Payable:{command.owed_to}")
    if command.settles is not None:
        _check_settles(journal, command)


def _check_settles(journal: Journal, command: RequestDisbursement) -> None:
    """Refuse a debt that the payment named did not keep back, or that was asked for already: in all, not each time.

    Raises:
        NotFound: there is no such payment.
        PayableShort: it kept back less.
    """
    row = journal.session.get(Disbursement, (journal.compound, command.settles))
    if row is None or command.kind != PAYABLE or not _is_booked(journal, row):
        raise NotFound(pointer="/settles", what=(command.settles or "")[:40])
    asked = Counter[str]()
    held = lines_of(journal.session, journal.compound, [row.id])[row.id]
    for place, (code, minor) in enumerate(command.lines):
        kept = -sum(line.amount_minor for line in held if line.account == code and line.amount_minor < 0)
        kept -= settled_of(journal.session, journal.compound, row.id, code) + asked[code]
        asked[code] += minor
        if minor > kept:
            raise PayableShort(
                pointer=f"/lines/{place}/amount",
                account=code,
                held=format_amount(max(kept, 0)),
                amount=format_amount(minor),
            )


def _is_booked(journal: Journal, row: Disbursement) -> bool:
    return progress(journal.session, journal.compound, row.id).state in {"posted", "paid"}


def check_debts(
    journal: Journal, kind: str, fund: str, lines: tuple[Line, ...], *, is_paying: bool = False
) -> None:
    """Refuse to pay more than is owed, to use up more than was advanced, or to fill a box above its float.

    What is promised to others already is not owed to this one, unless this is the payment itself (``is_paying``).

    Raises:
        PayableShort, FloatExceeded: as they say.
    """
    standing = balances(journal.session, journal.compound)
    for place, (code, minor) in enumerate(lines):
        is_debt = minor > 0 and code.startswith("Liabilities:")
        if is_debt or (minor < 0 and group_of(code) == "Advance"):
            held = -standing.get(code, 0) if is_debt else standing.get(code, 0)
            if is_debt and kind == PAYABLE and not is_paying:
                held -= promised(journal.session, journal.compound, code, fund)
            if abs(minor) > held:
                raise PayableShort(
                    pointer=f"/lines/{place}/amount",
                    account=code,
                    held=format_amount(max(held, 0)),
                    amount=format_amount(abs(minor)),
                )
    if kind == PETTY_CASH:
        _check_float(journal, fund, sum(minor for _, minor in lines), standing, is_paying=is_paying)


def _check_float(
    journal: Journal, fund: str, minor: int, standing: dict[str, int], *, is_paying: bool
) -> None:
    limit, _ = float_of(journal.session, journal.compound, fund)
    held = standing.get(box_of(fund), 0) + short_of(journal.session, journal.compound, fund)
    held += 0 if is_paying else coming(journal.session, journal.compound, fund)
    if held + minor > limit:
        raise FloatExceeded(
            pointer="/lines",
            float=format_amount(limit),
            held=format_amount(held),
            amount=format_amount(minor),
        )


def check_given_back(journal: Journal, command: RequestDisbursement) -> Asked:
    """Return what goes back to whom it belongs: a deposit, a refund, parked money, or the trustee's remuneration."""
    if command.kind == REFUND:
        return _check_refund(journal, command)
    whole, has_lines = command.amount_minor, bool(command.lines)
    if command.kind == REMUNERATION:
        amount = remuneration_due(journal, command.fund, whole, has_lines=has_lines)
        return Asked(amount, is_company=True)
    if command.kind == PARKED_REFUND:
        return Asked(parked_to_refund(journal, command.fund, command.parked, whole, has_lines=has_lines))
    return _check_release(journal, command)


def _check_release(journal: Journal, command: RequestDisbursement) -> Asked:
    if command.kind != DEPOSIT_RELEASE or command.fund != "Agency":
        raise RequestMalformed(
            pointer="/kind",
            why_zh="退押金须注明房屋或合同、押金金额,资金为 Agency",
            why_en="a deposit release names the unit or contract, the amount, and the fund Agency",
        )
    whose = Whose(command.unit, command.contract, command.deposit)
    amount = deposit_to_release(journal, whose, command.amount_minor, command.lines, command.to_bank)
    return Asked(amount, command.lines, is_company=not is_nameless(journal, whose))


def _check_refund(journal: Journal, command: RequestDisbursement) -> Asked:
    if command.contract is not None and command.unit is None and not command.lines:
        amount = tenant_refund(journal, command.contract, command.amount_minor)
        whose = Whose(None, command.contract, None)
        return Asked(amount, is_company=not is_nameless(journal, whose))
    if command.lines or not command.unit or not command.amount_minor:
        raise RequestMalformed(
            pointer="/kind",
            why_zh="退款须注明房屋和金额,不写支出科目",
            why_en="a refund names the unit and the amount, and no lines",
        )
    unit, debtor = debtors_of(journal, Payer(command.unit, debtor=command.debtor))[0]
    held = refundable_to(journal.session, journal.compound, command.fund, unit, debtor)
    if not 0 < command.amount_minor <= held:
        raise RefundMissing(
            pointer="/amount", unit=unit, held=format_amount(held), amount=format_amount(command.amount_minor)
        )
    row = journal.session.get(Debtor, (journal.compound, unit, debtor))
    is_company = row is not None and row.party == Party.DEVELOPER
    return Asked(command.amount_minor, debtor=debtor, is_company=is_company)
