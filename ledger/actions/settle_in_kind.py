"""A debt settled with a thing or with work in place of money: by vote, with a valuation (chart E12).

A title is not money: it stands as a mirrored pair and is never spendable; income is what it sells for. Work consumed at
once is expense and income. Nothing is set off without that agreement (Trust Law 18).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.authorise import check_named
from ledger.actions.open_bank_account import check_bank
from ledger.actions.relieve import Parts, authority_of, chosen
from ledger.actions.settling import debt_postings, mirrored, settlement_facts
from ledger.errors import AccountUnknown, InKindShort
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.payment import is_plain_cost
from ledger.rules.roles import KEEPERS, require
from ledger.rules.settle import Settled
from ledger.store.append import Journal, Recorded
from ledger.store.balances import balances

_FUND = "PropertyFee"
INCOME = f"Income:{_FUND}:Service:InKind"
TITLE, MIRROR = f"Assets:{_FUND}:InKind", f"Liabilities:{_FUND}:InKind"


@dataclass(frozen=True, slots=True)
class SettleInKind:
    """So much of some charges is settled in kind; with ``consumed`` (an expense account) by work done already."""

    parts: Parts
    authority: str
    document: str
    effective_on: date
    consumed: str | None = None


@dataclass(frozen=True, slots=True)
class SettledInKind:
    """How much was settled, in fen."""

    recorded: Recorded
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SellInKind:
    """A thing taken for ``book_minor`` was sold for ``amount_minor``, in fen."""

    book_minor: int
    amount_minor: int
    bank: str
    authority: str
    effective_on: date


def settle_in_kind(journal: Journal, command: SettleInKind) -> SettledInKind:
    """Settle debts in kind.

    Raises:
        AuthorityMissing: no vote or no valuation is named.
        NotFound: there is no such charge.
        ReliefAboveOpen: it is more than is open.
        AccountUnknown: the work is no expense of the fund, or one that takes a vote of its own (L16).
    """
    require(journal.actor, KEEPERS)
    authority = authority_of(f"{authority_of(command.authority)},{authority_of(command.document)}")
    by_vote = frozenset({AuthorityKind.VOTE}), frozenset({Matter.RELIEF, Matter.OTHER})
    check_named(journal, command.authority, Need(_FUND, 0, command.effective_on, *by_vote))
    parts = chosen(journal, command.parts, command.effective_on)
    amount = sum(minor for _, minor in parts)
    if command.consumed is not None:
        if not is_plain_cost(command.consumed, _FUND):
            raise AccountUnknown(pointer="/consumed", account=command.consumed[:80])
        legs = (Posting(command.consumed, amount), Posting(INCOME, -amount))
    else:
        legs = (Posting(TITLE, amount), Posting(MIRROR, -amount))
    debts = [line for charge, minor in parts for line in debt_postings(charge, minor)]
    entry = Entry(
        Kind.IN_KIND,
        command.effective_on,
        "实物抵偿应收",
        (*debts, *mirrored(debts), *legs),
        authority=authority,
    )
    facts = settlement_facts([(Settled(charge, minor), None) for charge, minor in parts])
    recorded = journal.record("in_kind", command.effective_on, facts, entry=entry)
    return SettledInKind(recorded, amount)


def sell_in_kind(journal: Journal, command: SellInKind) -> Recorded:
    """Post the sale: the pair goes, and what came in is income.

    Raises:
        AuthorityMissing: no vote or contract is named.
        InKindShort: less was taken in kind.
        NotFound: there is no such bank account.
    """
    require(journal.actor, KEEPERS)
    check_positive(command.amount_minor, "/amount")
    check_positive(command.book_minor, "/book")
    check_named(journal, command.authority, Need(_FUND, 0, command.effective_on))
    held = balances(journal.session, journal.compound).get(TITLE, 0)
    if command.book_minor > held:
        raise InKindShort(pointer="/book", held=format_amount(held), amount=format_amount(command.book_minor))
    entry = Entry(
        Kind.IN_KIND_SALE,
        command.effective_on,
        "抵债资产变现",
        (
            Posting(check_bank(journal, command.bank, _FUND), command.amount_minor),
            Posting(INCOME, -command.amount_minor),
            Posting(MIRROR, command.book_minor),
            Posting(TITLE, -command.book_minor),
        ),
        authority=authority_of(command.authority),
        channel="bank",
    )
    return journal.record("in_kind_sale", command.effective_on, entry=entry)
