"""Writing to the tables behind the journal's back: what somebody with a database shell could try."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import DBAPIError

from ledger.store.session import Database
from ledger.store.tables import METADATA, fact_tables

Row = dict[str, Any]
HEAD, ACT, ENTRY, POSTING = (METADATA.tables[name] for name in ("chain_head", "act", "entry", "posting"))
BANK = ("Assets:PublicIncome:Bank:Joint01", "PublicIncome")
INCOME = ("Income:PublicIncome:Advert:Elevator", "PublicIncome")
FEES = ("Assets:PropertyFee:Bank:Joint01", "PropertyFee")
#: Tables of facts that the sample does not write to; that they are guarded like the others: tests/migrations.
UNWRITTEN = frozenset(
    {
        "adjustment_line",
        "adjustment_request",
        "adjustment_step",
        "asset",
        "asset_absence",
        "asset_income",
        "asset_status",
        "authority_end",
        "ballot",
        "budget",
        "budget_answer",
        "budget_comment",
        "budget_line",
        "budget_month",
        "budget_step",
        "caretaking",
        "caretaking_end",
        "cash_count",
        "coefficient",
        "custody_confirmation",
        "custody_confirmation_line",
        "demand",
        "demand_outcome",
        "departure",
        "disbursement_contract",
        "disbursement_source",
        "distribution",
        "distribution_rule",
        "distribution_share",
        "erasure",
        "explanation",
        "fixed_remuneration",
        "fund_move",
        "fund_move_step",
        "gift",
        "grant_budget",
        "grant_money",
        "grant_outcome",
        "grant_project",
        "grant_spending",
        "grant_step",
        "handover",
        "instalment",
        "interruption",
        "interruption_withdrawal",
        "late_fee_part",
        "lease",
        "lease_asset",
        "lease_end",
        "meter_group",
        "meter_reading",
        "parked_claim",
        "parked_receipt",
        "parked_refund",
        "petty_float",
        "petty_slip",
        "pool",
        "prime_rate",
        "project",
        "project_call",
        "project_instalment",
        "project_plan",
        "project_subsidy",
        "project_unit",
        "promised_waiver",
        "ratification",
        "recovery",
        "relief",
        "rent_charge",
        "rent_cost",
        "rent_receipt",
        "rent_settlement",
        "repair_building",
        "repair_payment",
        "repair_share",
        "shared_bank_part",
        "shared_bank_sum",
        "shared_cost",
        "unexplained_debit",
        "utility_bill",
        "vendor_refund",
        "vote",
        "vote_base",
        "vote_evidence",
        "voucher",
        "zero_statement",
    }
)


@contextmanager
def shell(database: Database) -> Iterator[Connection]:
    """Give a writing connection whose work is never kept."""
    with database.engine.connect() as connection:
        yield connection
        connection.rollback()


@contextmanager
def refused(database: Database, message: str = "") -> Iterator[Connection]:
    """Give a writing connection; what is done with it must be refused by the database, with ``message``."""
    with database.engine.connect() as connection:
        with pytest.raises(DBAPIError) as refusal:
            yield connection
        connection.rollback()
    assert message in str(refusal.value), refusal.value


def newest(connection: Connection, table: Table, compound: str) -> Row:
    """Return the newest row of a table in a compound."""
    order = [table.c.seq.desc()] if "seq" in table.c else []
    row = connection.execute(
        select(table).where(table.c.compound == compound).order_by(*order).limit(1)
    ).one_or_none()
    assert row is not None, f"the sample has no row in {table.name}: add one, or name it in UNWRITTEN"
    return dict(row._mapping)


def move_head(connection: Connection, compound: str, seq: int, hash_: str) -> None:
    """Move the chain's head, as the journal does before it appends an act."""
    connection.execute(update(HEAD).where(HEAD.c.compound == compound).values(seq=seq, hash=hash_))


def next_act(connection: Connection, compound: str, **changed: object) -> int:
    """Append a forged act that continues the chain, unless it is ``changed`` not to; give its number."""
    head = connection.execute(select(HEAD).where(HEAD.c.compound == compound)).one()
    act = newest(connection, ACT, compound)
    act |= {"seq": head.seq + 1, "hash": secrets.token_hex(32), "prev": head.hash, **changed}
    move_head(connection, compound, int(act["seq"]), str(act["hash"]))
    connection.execute(insert(ACT), [act])
    return int(act["seq"])


def postings(connection: Connection, compound: str, seq: int, *lines: tuple[tuple[str, str], object]) -> None:
    """Append posting lines of account, fund and amount."""
    for number, ((account, fund), minor) in enumerate(lines, 1):
        row = {"account": account, "fund": fund, "amount_minor": minor, "currency": "CNY", "line": number}
        connection.execute(insert(POSTING), [{"compound": compound, "seq": seq, **row}])


def entry(connection: Connection, compound: str, seq: int, **changed: object) -> None:
    """Append the entry of the postings above: dated 15 May 2026 in the newest open month, with the next voucher."""
    row: Mapping[str, object] = newest(connection, ENTRY, compound)
    day = date(2026, 5, 15)
    row = {**row, "seq": seq, "effective_on": day, "occurred_on": day, "month": "2026-05", "reverses": None}
    row = {**row, "voucher_no": int(str(row["voucher_no"])) + 1, "posting_count": 2, **changed}
    connection.execute(insert(ENTRY), [row])


def sampled_facts() -> list[Table]:
    """Return the append-only tables in which the sample has a row."""
    return [table for table in all_facts() if table.name not in UNWRITTEN]


def all_facts() -> list[Table]:
    """Return every table that is append-only: the acts and their facts."""
    return [ACT, *fact_tables()]
