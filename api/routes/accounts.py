"""The chart as the compound has opened it, balances, and bank accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Allowed, Member
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Shape, Wire, Words
from api.writing import Pen, Writing
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.rules.chart import account as account_of
from ledger.rules.money import format_amount
from ledger.rules.roles import INSIDERS, KEEPERS, Role
from ledger.store.balances import balances
from ledger.store.registers import accounts, bank_accounts, head

router = Router(prefix="/api/v1/compounds/{compound}", tags=["科目 · Accounts"])
#: Who may see totals: nothing here names a unit.
WATCHERS = INSIDERS | {Role.SUPERVISOR}


class BankAccountIn(Shape):
    """A bank account: its code, a label with at most the last four digits, and the funds in it."""

    code: Code
    label: Words
    funds: list[Code] = Field(min_length=1, max_length=32)


@router.get("/accounts", summary="科目表")
def list_accounts(member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading) -> Wire:
    """List the accounts that the compound has opened, with their Chinese names."""
    return {
        "items": [
            {
                "code": row.code,
                "zh": row.zh,
                "fund": row.fund,
                "type": row.type,
                "detail": row.detail,
                "opened_on": row.opened_on.isoformat(),
            }
            for row in accounts(session, member.compound)
        ]
    }


@router.get("/balances", summary="余额")
def read_balances(
    member: Annotated[Member, Depends(Allowed(WATCHERS))],
    session: Reading,
    as_of: Annotated[Day | None, Query(description="截至有效日期 · effective on or before")] = None,
    known_at: Annotated[
        int | None, Query(ge=0, le=2**53, description="截至业务序号 · as the book stood")
    ] = None,
) -> Wire:
    """Return every account's balance, debit positive: as of a day, and as the book stood at an act."""
    found = balances(session, member.compound, as_of, known_at)
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "known_at": known_at if known_at is not None else head(session, member.compound)[0],
        "items": [
            {"account": code, "zh": account_of(code).zh, "balance": format_amount(minor)}
            for code, minor in found.items()
        ],
    }


@router.get("/bank-accounts", summary="银行账户")
def list_bank_accounts(member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading) -> Wire:
    """List the bank accounts and the funds that have a part of each."""
    rows = bank_accounts(session, member.compound)
    return {"items": [{"code": row.code, "label": row.label, "funds": row.funds.split()} for row in rows]}


@router.post("/bank-accounts", status_code=201, summary="开立银行账户")
def open_bank(body: BankAccountIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Open a bank account in one or several funds."""
    command = OpenBankAccount(body.code, body.label, tuple(body.funds))
    return pen.write(
        lambda journal: act_answer(
            journal, open_bank_account(journal, command), code=body.code, funds=body.funds
        )
    )
