"""Pay the trustee its remuneration: what the close has accrued, never more, and not while it owes the owners."""

from __future__ import annotations

from typing import Any

from ledger.actions.authorise import authorise, check_named, use_rows
from ledger.actions.claim_loss import check_trustee_square
from ledger.actions.weigh_payment import band
from ledger.errors import RemunerationShort, RequestMalformed
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.chart import account
from ledger.rules.entry import Posting
from ledger.rules.money import format_amount
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.leases import costs_so_far
from ledger.store.paid_before import fees_asked
from ledger.store.tables import Disbursement, Lease

#: What says that somebody manages public income for a fee; the fee fund's remuneration is accrued by the close.
_AGREED = frozenset({AuthorityKind.VOTE, AuthorityKind.CONTRACT})
_ABOUT = frozenset({Matter.TRUSTEE, Matter.SPENDING, Matter.COMMON_PARTS})


def remuneration_due(journal: Journal, fund: str, amount_minor: int | None, *, has_lines: bool) -> int:
    """Return how much remuneration is to be paid, in fen: all that is accrued unless said.

    Raises:
        RemunerationShort: less is accrued and unpaid (L03).
    """
    if has_lines:
        raise RequestMalformed(
            pointer="/lines", why_zh="支付酬金不写支出科目", why_en="remuneration is paid without lines"
        )
    owed = account(f"Liabilities:{fund}:Payable:Trustee").code
    held = -balances(journal.session, journal.compound).get(owed, 0)
    amount = held if amount_minor is None else amount_minor
    if not 0 < amount <= held:
        raise RemunerationShort(pointer="/amount", held=format_amount(held), amount=format_amount(amount))
    return amount


def allow_remuneration(journal: Journal, row: Disbursement) -> list[dict[str, Any]]:
    """Return how the trustee's pay takes its part of an authority.

    What the close accrued needs none, and may name its document. The fee on public income is booked by one person, so
    it names the contract or the vote that agreed it, or the lease whose rents it was accrued on.

    Raises:
        RemunerationShort: the lease has accrued less, what was asked for by it already taken away.
        AuthorityUnknown and its kin: no contract or vote allows it.
    """
    if row.fund == "PropertyFee":
        check_named(journal, row.authority, Need(None, 0, journal.today))
        return []
    if journal.session.get(Lease, (journal.compound, row.authority)) is not None:
        _, accrued, _ = costs_so_far(journal.session, journal.compound, row.authority)
        left = accrued - fees_asked(journal.session, journal.compound, row)
        if row.amount_minor > left:
            raise RemunerationShort(
                pointer="/amount", held=format_amount(max(left, 0)), amount=format_amount(row.amount_minor)
            )
        return []
    kinds = _AGREED & band(journal, row.amount_minor).kinds
    granted = authorise(
        journal, row.authority, Need(row.fund, row.amount_minor, journal.today, kinds, _ABOUT)
    )
    return use_rows(granted, row.amount_minor, row.id)


def pay_trustee(journal: Journal, fund: str, amount_minor: int, bank: str) -> tuple[Posting, ...]:
    """Return the postings that pay it.

    Raises:
        TrusteeClaimOpen: the trustee owes the owners for a loss (Trust Law 36).
        RemunerationShort: it has been paid meanwhile.
    """
    check_trustee_square(journal)
    amount = remuneration_due(journal, fund, amount_minor, has_lines=False)
    return Posting(f"Liabilities:{fund}:Payable:Trustee", amount), Posting(bank, -amount)
