"""Pay the trustee its remuneration: what the close has accrued, never more, and not while it owes the owners."""

from __future__ import annotations

from ledger.actions.claim_loss import check_trustee_square
from ledger.errors import RemunerationShort, RequestMalformed
from ledger.rules.chart import account
from ledger.rules.entry import Posting
from ledger.rules.money import format_amount
from ledger.store.append import Journal
from ledger.store.balances import balances


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


def pay_trustee(journal: Journal, fund: str, amount_minor: int, bank: str) -> tuple[Posting, ...]:
    """Return the postings that pay it.

    Raises:
        TrusteeClaimOpen: the trustee owes the owners for a loss (Trust Law 36).
        RemunerationShort: it has been paid meanwhile.
    """
    check_trustee_square(journal)
    amount = remuneration_due(journal, fund, amount_minor, has_lines=False)
    return Posting(f"Liabilities:{fund}:Payable:Trustee", amount), Posting(bank, -amount)
