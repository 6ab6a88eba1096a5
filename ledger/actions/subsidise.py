"""Take a subsidy for a project: with a clause of return it is income as cost is incurred, without it at once (E36)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import check_bank
from ledger.actions.spend_grant import check_settled, release_of_grant
from ledger.errors import GrantShort
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_positive, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store import grants, projects
from ledger.store.append import Journal, Recorded
from ledger.store.balances import balances
from ledger.store.tables import ProjectSubsidy


@dataclass(frozen=True, slots=True)
class Subsidise:
    """A subsidy in fen: from whom, by which document; ``conditional``: what is unspent goes back."""

    project: str
    amount_minor: int
    source: str
    document: str
    bank: str
    effective_on: date
    conditional: bool


@dataclass(frozen=True, slots=True)
class Subsidised:
    """How much came, or goes back, and how much of it is income now, in fen."""

    recorded: Recorded
    amount_minor: int
    income_minor: int


def subsidise(journal: Journal, command: Subsidise) -> Subsidised:
    """Post the subsidy.

    Raises:
        NotFound: there is no such project, or the bank account is not its own.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, command.project)
    fund = projects.fund_of_project(row.code)
    amount = check_positive(command.amount_minor, "/amount")
    bank = check_bank(journal, command.bank, fund)
    purse = grants.purse_of_project(journal.session, journal.compound, row.code)
    income = release_of_grant(journal, purse, {}, amount) if command.conditional else amount
    lines = ((purse.income, -income), (purse.unspent, income - amount))
    source = check_public(command.source, "/source", NAME_LIMIT)
    document = check_public(command.document, "/document", NAME_LIMIT)
    entry = Entry(
        Kind.SUBSIDY,
        command.effective_on,
        f"{row.code} {row.title} 补贴{'(未用须退)' if command.conditional else ''}",
        (Posting(bank, amount), *(Posting(account, minor) for account, minor in lines if minor)),
        counterparty=source,
        authority=document,
        channel="bank",
    )
    kind = "conditional" if command.conditional else "free"
    fact = _row(row.code, kind, amount, document, source)
    recorded = journal.record("subsidy_received", command.effective_on, {ProjectSubsidy: [fact]}, entry=entry)
    return Subsidised(recorded, amount, income)


def clear_subsidy(journal: Journal, project: str, document: str, effective_on: date) -> Subsidised:
    """Owe back what is unspent of the conditional subsidies; two keys then pay it.

    Raises:
        NotFound: there is no such project.
        GrantShort: nothing is unspent.
        GrantUnsettled: a payment of it is approved and not booked.
    """
    require(journal.actor, KEEPERS)
    row = projects.project(journal.session, journal.compound, project)
    purse = grants.purse_of_project(journal.session, journal.compound, row.code)
    check_settled(journal, purse, row.code)
    left = -balances(journal.session, journal.compound).get(purse.unspent, 0)
    if left <= 0:
        raise GrantShort(
            pointer="/project", of=row.code, held=format_amount(0), amount=format_amount(max(left, 1))
        )
    shown = check_public(document, "/document", NAME_LIMIT)
    entry = Entry(
        Kind.GRANT_RETURN,
        effective_on,
        f"{row.code} {row.title} 未用补贴应退",
        (Posting(purse.unspent, left), Posting(f"Liabilities:{purse.fund}:Payable:Grantor", -left)),
        authority=shown,
    )
    fact = _row(row.code, "cleared", left, shown)
    recorded = journal.record("subsidy_cleared", effective_on, {ProjectSubsidy: [fact]}, entry=entry)
    return Subsidised(recorded, left, 0)


def _row(code: str, kind: str, amount_minor: int, document: str, source: str | None = None) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind,
        "amount_minor": amount_minor,
        "source": source,
        "document": document,
    }
