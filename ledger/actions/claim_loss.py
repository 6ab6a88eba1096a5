"""Claim a loss from whoever answers for it, and take in what comes of the claim (E06, E22, E40).

The loss itself is booked where it happened. The claim stands beside it, mirrored like every receivable, and is income
only as it comes in. While the trustee owes the owners, its remuneration is not paid (Trust Law 36).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.open_bank_account import check_bank
from ledger.actions.settling import mirrored
from ledger.errors import (
    AccountUnknown,
    AuthorityMissing,
    ClaimShort,
    NotFound,
    RequestMalformed,
    TrusteeClaimOpen,
)
from ledger.rules.chart import account
from ledger.rules.claim import Against
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.roles import APPROVERS, KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.claims import FORMER_TRUSTEE, OTHER, TRUSTEE, Claim, claims
from ledger.store.tables import Recovery

_ACCOUNTS = {Against.TRUSTEE: TRUSTEE, Against.FORMER_TRUSTEE: FORMER_TRUSTEE, Against.OTHER: OTHER}
_ZH = {Against.TRUSTEE: "受托人", Against.FORMER_TRUSTEE: "原物业公司", Against.OTHER: "责任人"}
#: Where recovered money is income, by fund; a project has its own name in the account.
_INCOME = {"PropertyFee": "Recovery", "PublicIncome": "Compensation", "Committee": "Other"}


@dataclass(frozen=True, slots=True)
class ClaimLoss:
    """So much of a fund's loss, in fen, is claimed; ``authority`` is the committee's resolution or the document."""

    against: Against
    fund: str
    amount_minor: int
    reason: str
    authority: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class Recover:
    """So much of a claim (all that is open unless said) has arrived in a bank account, in fen."""

    claim: int
    bank: str
    effective_on: date
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came in of a claim, and what is still open on it, in fen."""

    recorded: Recorded
    claim: int
    amount_minor: int
    open_minor: int


def claim_loss(journal: Journal, command: ClaimLoss) -> Recorded:
    """Open the claim: a receivable and its mirror, no income yet.

    Raises:
        AuthorityMissing: nothing is named that decides on the claim.
        AccountUnknown: the fund has no such claims.
    """
    require(journal.actor, APPROVERS)
    amount = check_positive(command.amount_minor, "/amount")
    if not command.authority.strip():
        raise AuthorityMissing(pointer="/authority")
    receivable = f"Assets:{command.fund}:Receivable:{_ACCOUNTS[command.against]}"
    debt = Posting(receivable, amount)
    for code in (receivable, mirrored([debt])[0].account, _income(command.fund, _ACCOUNTS[command.against])):
        _check_account(code)
    words = check_public(command.reason, "/reason", 200 - len(_ZH[command.against]) - len("向追偿 "))
    entry = Entry(
        Kind.CLAIM_LOSS,
        command.effective_on,
        f"向{_ZH[command.against]}追偿 {words}",
        (debt, *mirrored([debt])),
        authority=check_public(command.authority, "/authority", NAME_LIMIT),
    )
    return journal.record("claim_loss", command.effective_on, entry=entry)


def recover(journal: Journal, command: Recover) -> Recovered:
    """Post what came in: the claim and its mirror go, and it is income now, or an adjustment of the opening.

    What the former trustee kept was lost before the books began, so it is not this year's income (E40).

    Raises:
        NotFound: there is no such claim or bank account.
        ClaimShort: less of it is open.
    """
    require(journal.actor, KEEPERS)
    found = claims(journal.session, journal.compound, seq=command.claim)
    if not found:
        raise NotFound(pointer="/claim", what=str(command.claim))
    claim = found[0]
    amount = claim.open_minor if command.amount_minor is None else command.amount_minor
    if not 0 < amount <= claim.open_minor:
        raise ClaimShort(
            pointer="/amount",
            claim=claim.voucher,
            open=format_amount(claim.open_minor),
            amount=format_amount(amount),
        )
    if command.effective_on < claim.opened_on:
        raise RequestMalformed(
            pointer="/effective_on",
            why_zh="收回日期不能早于追偿日期",
            why_en="nothing comes in before it is claimed",
        )
    debt = Posting(claim.receivable, -amount)
    entry = Entry(
        Kind.RECOVERY,
        command.effective_on,
        f"追偿收回 {claim.voucher}",
        (
            Posting(check_bank(journal, command.bank, claim.fund), amount),
            debt,
            *_earned(claim, amount, debt),
        ),
        channel="bank",
    )
    row = {"claim_seq": claim.seq, "amount_minor": amount}
    recorded = journal.record("recovery", command.effective_on, {Recovery: [row]}, entry=entry)
    return Recovered(recorded, claim.seq, amount, claim.open_minor - amount)


def check_trustee_square(journal: Journal) -> None:
    """Refuse to pay the trustee while a claim on it is open, in whichever fund (Trust Law 36, L03).

    Raises:
        TrusteeClaimOpen: one is.
    """
    owed = sum(one.open_minor for one in claims(journal.session, journal.compound) if one.against == TRUSTEE)
    if owed:
        raise TrusteeClaimOpen(pointer="/kind", open=format_amount(owed))


def _earned(claim: Claim, amount_minor: int, debt: Posting) -> tuple[Posting, ...]:
    """Return the mirror that goes and the income that is there; Agency's claims are owed on, so they have neither."""
    if claim.fund == "Agency":
        return ()
    income = _income(claim.fund, claim.against)
    return *mirrored([debt]), Posting(income, -amount_minor, unit=claim.unit, debtor=claim.debtor)


def _income(fund: str, against: str) -> str:
    if against == FORMER_TRUSTEE:
        return f"Equity:{fund}:Adjustment"
    return f"Income:{fund}:{_INCOME.get(fund, 'Other')}"


def _check_account(code: str) -> None:
    try:
        account(code)
    except AccountUnknown as unknown:
        raise AccountUnknown(pointer="/fund", account=code[:80]) from unknown
