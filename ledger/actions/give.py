"""Take a gift that need not be given back: money, or help in kind at a stated value, or at none (chart E34).

The giver's name is kept in the register of donors, which can be erased, and printed only with consent (慈善法 82).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, update
from sqlmodel import col, select

from ledger.actions.open_bank_account import check_bank
from ledger.errors import RequestMalformed
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_text
from ledger.store import grants
from ledger.store.append import Journal, Recorded
from ledger.store.donors import KIND_STRANGER
from ledger.store.own import own
from ledger.store.tables import Donor, Gift

_WHAT = 100


@dataclass(frozen=True, slots=True)
class NewDonor:
    """Who gives; ``consent`` says that the name may be printed."""

    name: str
    is_company: bool = False
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Give:
    """A gift to a pool by a donor (its number, or a new one).

    Money has an amount in fen and a bank account; help in kind has ``bank`` None, and an amount only where a document
    states its value.
    """

    fund: str
    donor: NewDonor | int
    what: str
    document: str
    given_on: date
    effective_on: date
    amount_minor: int | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The gift's donor, and its value in fen; None where it has none."""

    recorded: Recorded
    donor: int
    amount_minor: int | None


def give(journal: Journal, command: Give) -> Given:
    """Record the gift; what has a value is posted, what has none stands in the register only.

    Raises:
        PoolMissing: the pool has not been opened.
        NotFound: there is no such donor or bank account.
    """
    require(journal.actor, KEEPERS)
    grants.pool(journal.session, journal.compound, command.fund)
    amount = command.amount_minor
    if (amount is None and command.bank is not None) or (amount is not None and amount <= 0):
        raise RequestMalformed(
            pointer="/amount",
            why_zh="金额应大于零;只有实物可以不计价",
            why_en="only help in kind has no value",
        )
    if not command.given_on <= command.effective_on:
        raise RequestMalformed(
            pointer="/given_on",
            why_zh="捐赠日期不能晚于入账日期",
            why_en="it is not booked before it is given",
        )
    what = check_public(command.what, "/what", _WHAT)
    document = check_public(command.document, "/document", NAME_LIMIT)
    donor = _donor(journal, command.donor)
    row = {
        "fund": command.fund,
        "kind": "in_kind" if command.bank is None else "money",
        "donor": donor.number,
        "amount_minor": amount,
        "what": what,
        "document": document,
        "given_on": command.given_on,
    }
    entry = None
    if amount is not None:
        entry = Entry(
            Kind.DONATION,
            command.effective_on,
            f"{'捐赠' if command.bank else '实物捐助'} {what}",
            _postings(journal, command, check_bounds(amount, "/amount")),
            occurred_on=command.given_on,
            counterparty=_shown(donor),
            authority=document,
            channel="bank" if command.bank else None,
        )
    recorded = journal.record("gift", command.effective_on, {Gift: [row]}, entry=entry)
    return Given(recorded, donor.number, amount)


def change_donor(
    journal: Journal, number: int, *, consent: bool | None = None, forget: bool = False
) -> Recorded:
    """Give or withdraw the consent of a donor, or forget the name: the register is not the journal, and can be erased.

    Raises:
        NotFound: there is no such donor.
    """
    require(journal.actor, KEEPERS)
    known = _donor(journal, number)
    said: dict[str, Any] = {"consent": int(known.consent if consent is None else consent)}
    if forget:
        said = {"name": None, "consent": 0}
    of_donor = (col(Donor.compound) == journal.compound) & (col(Donor.number) == number)
    journal.session.execute(update(Donor).where(of_donor).values(**said))
    return journal.record("donor_changed", journal.today)


def _donor(journal: Journal, who: NewDonor | int) -> Donor:
    """Return the donor, who is put into the register first if new."""
    session, compound = journal.session, journal.compound
    if isinstance(who, int):
        return own(session, Donor, compound, who, "/donor")
    check = check_public if who.is_company else check_text
    last = session.exec(select(func.max(Donor.number)).where(Donor.compound == compound)).one()
    row = {
        "compound": compound,
        "number": (last or 0) + 1,
        "name": check(who.name, "/donor/name", NAME_LIMIT),
        "is_company": int(who.is_company),
        "consent": int(who.consent),
    }
    session.execute(insert(Donor), [row])
    return session.exec(select(Donor).where(Donor.compound == compound, Donor.number == row["number"])).one()


def _shown(donor: Donor) -> str:
    """Return what the journal, which nobody can erase, says of a donor: a company by name, a person by number."""
    if not donor.consent:
        return KIND_STRANGER
    return donor.name or KIND_STRANGER if donor.is_company else f"捐赠人 {donor.number} 号"


def _postings(journal: Journal, command: Give, amount_minor: int) -> tuple[Posting, ...]:
    if command.bank is None:
        return (
            Posting(f"Expenses:{command.fund}:InKind", amount_minor),
            Posting(f"Income:{command.fund}:InKind", -amount_minor),
        )
    return (
        Posting(check_bank(journal, command.bank, command.fund), amount_minor),
        Posting(f"Income:{command.fund}:Donation", -amount_minor),
    )
