"""The account of one unit (分户账), as figures, table and paper; for members of the compound's bodies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response

from api.deps import Reading, TheHouse
from api.identity import Member, OnRecord
from api.publishing import today_in
from api.routes.answering import file_answer
from api.routing import Router
from api.shapes import Day, Wire, to_wire
from ledger.rules.roles import INSIDERS
from ledger.rules.unit import check_unit_code
from ledger.store.registers import compound_row
from reports.receivables.as_csv import unit_account_csv
from reports.receivables.unit_account import Balance, Moved, UnitAccount, unit_account

router = Router(prefix="/api/v1/compounds/{compound}", tags=["分户账 · Unit accounts"])
_READING = OnRecord(INSIDERS, "unit_account", "unit")
UnitCode = Annotated[str, Path(max_length=40)]
Since = Annotated[Day | None, Query(description="起始日期,默认建账日 · first day")]
DebtorOf = Annotated[int | None, Query(ge=1, le=9999, description="只看一位债务人 · one debtor only")]
Until = Annotated[Day | None, Query(description="截止日期,默认今天 · last day")]


def account_of(  # noqa: PLR0913,PLR0917 - what a request may say
    unit: UnitCode,
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    since: Since = None,
    until: Until = None,
    debtor: DebtorOf = None,
) -> UnitAccount:
    """Return the account that a request asks for."""
    first = since or compound_row(session, member.compound).opened_on
    last = until or today_in(session, member.compound, house.clock())
    return unit_account(session, member.compound, check_unit_code(unit), first, last, debtor=debtor)


def _standing(one: Moved) -> dict[str, Any]:  # Any: JSON
    figures = {"owed_minor": one.owed_minor, "prepaid_minor": one.prepaid_minor}
    shown: dict[str, Any] = to_wire({**figures, "refundable_minor": one.refundable_minor})
    return shown


def _balance(one: Balance) -> dict[str, Any]:  # Any: JSON
    return {
        "opening": _standing(one.opening),
        "turnover": to_wire(one.turnover),
        "closing": _standing(one.closing),
    }


@router.get("/units/{unit}/account", summary="分户账")
def read_account(account: Annotated[UnitAccount, Depends(account_of)]) -> Wire:
    """Return opening, every line, turnover and closing of a unit over a span of days, for each of its debtors."""
    return {
        "unit": account.unit,
        "label_zh": account.label_zh,
        "since": account.since.isoformat(),
        "until": account.until.isoformat(),
        "debtor": account.debtor,
        **_balance(account.total),
        "debtors": [{"debtor": one.debtor, **_balance(one)} for one in account.debtors],
        "lines": to_wire(account.lines),
    }


@router.get("/units/{unit}/account.csv", summary="分户账(CSV)")
def read_account_csv(account: Annotated[UnitAccount, Depends(account_of)]) -> Response:
    """Return the account for a spreadsheet."""
    return file_answer(unit_account_csv(account), _name(account, "csv"))


@router.get("/units/{unit}/account.pdf", summary="分户账(PDF)")
def draw_account(account: Annotated[UnitAccount, Depends(account_of)]) -> Response:
    """Return the account as a paper."""
    from reports.pdf.unit_account import draw_unit_account  # here: a command starts without ReportLab

    return file_answer(draw_unit_account(account), _name(account, "pdf"))


def _name(account: UnitAccount, kind: str) -> str:
    whose = account.unit if account.debtor is None else f"{account.unit}-{account.debtor}"
    return f"{whose}-{account.since.isoformat()}-{account.until.isoformat()}.{kind}"
