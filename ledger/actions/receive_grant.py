"""Take grant money in, set it aside for a project, give back what is unspent (chart E31 to E33; scene S19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.actions.open_bank_account import check_bank
from ledger.actions.spend_grant import check_settled, release_of_grant
from ledger.errors import GrantShort, NotFound
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.grant import check_running, check_step
from ledger.rules.money import check_positive, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store import grants
from ledger.store.append import Journal, Recorded
from ledger.store.balances import balances
from ledger.store.tables import GrantMoney, GrantProject, GrantStep


@dataclass(frozen=True, slots=True)
class ReceiveGrant:
    """Money of a pool: from whom, by which document, in fen; for a project, or for none yet."""

    fund: str
    amount_minor: int
    source: str
    document: str
    bank: str
    effective_on: date
    project: str | None = None


@dataclass(frozen=True, slots=True)
class AllocateGrant:
    """So much of a pool's unallocated money is set aside for an approved project, in fen."""

    project: str
    amount_minor: int
    document: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class ClearGrant:
    """A project ends: what is unspent is owed back to the grantor, by which document, with which result."""

    project: str
    done_by: str
    document: str
    effective_on: date
    result: str | None = None


@dataclass(frozen=True, slots=True)
class DisallowGrant:
    """The grantor's audit disallows so much of what was spent, in fen."""

    project: str
    amount_minor: int
    document: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class GrantMoved:
    """How much moved, and how much of it became income, in fen."""

    recorded: Recorded
    amount_minor: int
    income_minor: int = 0


def receive_grant(journal: Journal, command: ReceiveGrant) -> GrantMoved:
    """Post the money: a liability, save what has been spent on the project already (E32).

    Raises:
        PoolMissing, NotFound: there is no such pool or project, or the bank account has no part for it.
        GrantState: the project has not been approved, or has been cleared.
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
    grants.pool(journal.session, journal.compound, command.fund)
    bank = check_bank(journal, command.bank, command.fund)
    source = check_public(command.source, "/source", NAME_LIMIT)
    if command.project is None:
        owed = [Posting(f"Liabilities:{command.fund}:Unallocated", -amount)]
        words, income = "治理资金拨入(未安排项目)", 0
    else:
        row = _running(journal, command.project, command.fund)
        owed, income = _to_project(journal, row, amount)
        words = f"治理资金拨入 {row.code} {row.title}"
    entry = Entry(
        Kind.GRANT,
        command.effective_on,
        words,
        (Posting(bank, amount), *owed),
        counterparty=source,
        authority=check_public(command.document, "/document", NAME_LIMIT),
        channel="bank",
    )
    money = _money(command.fund, command.project, "received", amount, command.document, source)
    recorded = journal.record("grant_received", command.effective_on, {GrantMoney: [money]}, entry=entry)
    return GrantMoved(recorded, amount, income)


def allocate_grant(journal: Journal, command: AllocateGrant) -> GrantMoved:
    """Set money of the pool aside for a project.

    Raises:
        NotFound: there is no such project.
        GrantState: it has not been approved, or has been cleared.
        GrantShort: the pool has less unallocated.
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
    row = _running(journal, command.project, None)
    free = f"Liabilities:{row.fund}:Unallocated"
    _check_held(journal, free, row.fund, amount)
    owed, income = _to_project(journal, row, amount)
    entry = Entry(
        Kind.GRANT,
        command.effective_on,
        f"治理资金安排 {row.code} {row.title}",
        (Posting(free, amount), *owed),
        authority=check_public(command.document, "/document", NAME_LIMIT),
    )
    money = _money(row.fund, row.code, "allocated", amount, command.document)
    recorded = journal.record("grant_allocated", command.effective_on, {GrantMoney: [money]}, entry=entry)
    return GrantMoved(recorded, amount, income)


def clear_grant(journal: Journal, command: ClearGrant) -> GrantMoved:
    """End a project; what is unspent becomes payable to the grantor, and two keys pay it (E33).

    Raises:
        NotFound: there is no such project.
        GrantState: it has been cleared, or was never approved.
        GrantUnsettled: a payment of it is approved and not booked.
    """
    require(journal.actor, KEEPERS)
    row = grants.grant(journal.session, journal.compound, command.project)
    check_step(row.code, grants.state(journal.session, journal.compound, row.code), "cleared")
    check_settled(
        journal, grants.purse_of_grant(journal.session, journal.compound, row.fund, row.code), row.code
    )
    document = check_public(command.document, "/document", NAME_LIMIT)
    unspent = f"Liabilities:{row.fund}:Unspent:{row.code}"
    left = -balances(journal.session, journal.compound).get(unspent, 0)
    step = {
        "code": row.code,
        "step": "cleared",
        "done_on": command.effective_on,
        "done_by": check_public(command.done_by, "/done_by", NAME_LIMIT),
        "document": document,
        "result": check_public_optional(command.result, "/result"),
    }
    facts: dict[Any, list[dict[str, Any]]] = {GrantStep: [step]}
    entry = None
    if left > 0:
        facts[GrantMoney] = [_money(row.fund, row.code, "cleared", left, document)]
        entry = Entry(
            Kind.GRANT_RETURN,
            command.effective_on,
            f"治理项目清算 {row.code} {row.title} 未用拨款应退",
            (Posting(unspent, left), Posting(f"Liabilities:{row.fund}:Payable:Grantor", -left)),
            authority=document,
        )
    recorded = journal.record("grant_cleared", command.effective_on, facts, entry=entry)
    return GrantMoved(recorded, max(left, 0))


def disallow_grant(journal: Journal, command: DisallowGrant) -> GrantMoved:
    """Give up income that the grantor's audit does not allow: it is owed back, whoever bears it (E33).

    Raises:
        NotFound: there is no such project.
        GrantShort: it is more than was income of the project.
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
    row = grants.grant(journal.session, journal.compound, command.project)
    rows = grants.money(journal.session, journal.compound)
    gone = sum(one.amount_minor for one in rows if one.code == row.code and one.kind == "disallowed")
    kept = balances(journal.session, journal.compound).get(f"Liabilities:{row.fund}:Unspent:{row.code}", 0)
    income = grants.given(rows, row.code) + kept - gone
    if amount > income:
        raise GrantShort(
            pointer="/amount", of=row.code, held=format_amount(income), amount=format_amount(amount)
        )
    document = check_public(command.document, "/document", NAME_LIMIT)
    entry = Entry(
        Kind.GRANT_RETURN,
        command.effective_on,
        f"审计不予认可 {row.code} {row.title}",
        (
            Posting(f"Income:{row.fund}:Grant", amount),
            Posting(f"Liabilities:{row.fund}:Payable:Grantor", -amount),
        ),
        authority=document,
    )
    money = _money(row.fund, row.code, "disallowed", amount, document)
    recorded = journal.record("grant_disallowed", command.effective_on, {GrantMoney: [money]}, entry=entry)
    return GrantMoved(recorded, amount, -amount)


def _to_project(journal: Journal, row: GrantProject, amount_minor: int) -> tuple[list[Posting], int]:
    """Return what money for a project becomes: income for what is spent already, the rest unspent."""
    purse = grants.purse_of_grant(journal.session, journal.compound, row.fund, row.code)
    income = release_of_grant(journal, purse, {}, amount_minor)
    lines = ((purse.income, -income), (purse.unspent, income - amount_minor))
    return [Posting(account, minor) for account, minor in lines if minor], income


def _running(journal: Journal, code: str, fund: str | None) -> GrantProject:
    row = grants.grant(journal.session, journal.compound, code, "/project")
    if fund not in {None, row.fund}:
        raise NotFound(pointer="/project", what=f"{code} ({fund})")
    check_running(code, grants.state(journal.session, journal.compound, code), "funded")
    return row


def _check_held(journal: Journal, account: str, of: str, amount_minor: int) -> None:
    held = -balances(journal.session, journal.compound).get(account, 0)
    if amount_minor > held:
        raise GrantShort(
            pointer="/amount", of=of, held=format_amount(held), amount=format_amount(amount_minor)
        )


def _money(
    fund: str, code: str | None, kind: str, amount_minor: int, document: str, source: str | None = None
) -> dict[str, Any]:
    return {
        "fund": fund,
        "code": code,
        "kind": kind,
        "amount_minor": amount_minor,
        "source": source,
        "document": check_public(document, "/document", NAME_LIMIT),
    }
