"""Contracts of public income, their rents, and what tenants owe."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading, TheHouse
from api.identity import Allowed, Member
from api.publishing import today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Positive, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.charge_rents import ChargeRents, charge_rents
from ledger.actions.end_lease import EndLease, end_lease
from ledger.actions.receive_rent import ReceiveRent, receive_rent
from ledger.actions.sign_lease import SignLease, Tenant, sign_lease
from ledger.rules.channel import Channel
from ledger.rules.lease import Due, Schedule
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal
from ledger.store.leases import assets_of, last_days, leases, rent_lots, rents
from ledger.store.own import own
from ledger.store.tables import Lease
from reports.month.income_sources import place_zh
from reports.receivables.tenants import tenant_arrears

router = Router(prefix="/api/v1/compounds/{compound}/public-income", tags=["公共收益 · Public income"])
ContractCode = Annotated[str, Path(max_length=40)]
ChannelIn = Annotated[Channel, Field(strict=False)]
_KEEPING = Writing(KEEPERS)
_READING = Allowed(WATCHERS)
_MOST = 600


class TenantIn(Shape):
    """Who rents; a sole trader or a person is named only with consent."""

    name: Words
    credit_code: Code | None = None
    consents: bool = False
    related_party: bool = False


class ScheduleIn(Shape):
    """Rent by periods of so many months, due so many days after each begins (in advance) or has ended."""

    amount: Positive
    months: int = Field(default=1, ge=1, le=120)
    due_days: int = Field(default=0, ge=0, le=366)
    in_advance: bool = True


class DueIn(Shape):
    """One sum of rent: for which days, and when it falls due."""

    from_on: Day
    to_on: Day
    due_on: Day
    amount: Positive


class ContractIn(Shape):
    """A contract: rent by ``schedule`` or by ``instalments``; with neither, each month brings what it brings.

    ``fee_bp`` is the management fee on gross rent and ``tax_bp`` the tax rate within the price, in basis points.
    """

    code: Code
    assets: list[Code] = Field(min_length=1, max_length=500)
    tenant: TenantIn
    from_on: Day
    to_on: Day
    authority: Words
    schedule: ScheduleIn | None = None
    instalments: list[DueIn] = Field(default=[], max_length=_MOST)
    fee_bp: int = Field(default=0, ge=0, le=10_000)
    tax_bp: int = Field(default=0, ge=0, le=10_000)
    deposit: Positive | None = None

    def command(self) -> SignLease:
        """Return what the ledger is asked to do."""
        plan = self.schedule
        return SignLease(
            code=self.code,
            assets=tuple(self.assets),
            tenant=Tenant(**dict(self.tenant)),
            from_on=self.from_on,
            to_on=self.to_on,
            authority=self.authority,
            schedule=Schedule(plan.amount, plan.months, plan.due_days, plan.in_advance) if plan else None,
            instalments=tuple(
                Due(one.from_on, one.to_on, one.due_on, one.amount) for one in self.instalments
            ),
            fee_bp=self.fee_bp,
            tax_bp=self.tax_bp,
            deposit_minor=self.deposit,
        )


class EndIn(Shape):
    """The last day on which a contract holds; ``unused``: the rent agreed to be unused, else counted by days."""

    ended_on: Day
    reason: Words
    unused: Annotated[Positive | None, Field(description="协议退还的租金,不填按天计算")] = None
    effective_on: Day | None = None


class RentIn(Shape):
    """Rent that came in; ``instalments``: those that the tenant names, else the oldest due first."""

    amount: Positive
    channel: ChannelIn = Channel.BANK
    bank: Code | None = None
    instalments: list[Annotated[int, Field(ge=1, le=_MOST)]] = Field(default=[], max_length=_MOST)
    narration: Words | None = None
    effective_on: Day | None = None
    occurred_on: Day | None = None


class ChargingIn(Shape):
    """The day by which rent has fallen due; today unless said."""

    effective_on: Day | None = None


@router.post("/contracts", status_code=201, summary="登记经营合同")
def add_contract(body: ContractIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Put a contract on record: by a special vote of the owners (Civil Code 278)."""
    return pen.write(lambda journal: act_answer(journal, sign_lease(journal, body.command())))


@router.post("/contracts/{contract}/ends", status_code=201, summary="合同提前终止")
def end_contract(contract: ContractCode, body: EndIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """End a contract before its term: the rent not used is owed back, with its fee and its tax."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        command = EndLease(contract, body.ended_on, body.reason, day, body.unused)
        return act_answer(journal, end_lease(journal, command))

    return pen.write(work)


@router.post("/contracts/{contract}/receipts", status_code=201, summary="收租")
def receive_contract_rent(
    contract: ContractCode, body: RentIn, pen: Annotated[Pen, Depends(_KEEPING)]
) -> Response:
    """Receive rent: it settles what has fallen due; the rest is paid ahead."""

    def work(journal: Journal) -> Answer:
        command = ReceiveRent(
            contract=contract,
            amount_minor=body.amount,
            effective_on=body.effective_on or journal.today,
            channel=body.channel,
            bank=body.bank,
            instalments=tuple(body.instalments),
            narration=body.narration,
            occurred_on=body.occurred_on,
        )
        return act_answer(journal, receive_rent(journal, command))

    return pen.write(work)


@router.post("/rents", status_code=201, summary="租金到期应收")
def charge_due_rents(body: ChargingIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Charge every instalment that has fallen due and is not charged yet, and settle what was paid ahead."""

    def work(journal: Journal) -> Answer:
        return act_answer(journal, charge_rents(journal, ChargeRents(body.effective_on or journal.today)))

    return pen.write(work)


@router.get("/contracts", summary="经营合同列表")
def list_contracts(compound: OpenBook, session: Reading) -> Wire:
    """List the contracts for everybody: what is let, to whom, until when, by which vote."""
    let = assets_of(session, compound)
    ended = last_days(session, compound)
    items = [_shown(one, let, ended) for one in leases(session, compound)]
    return {"items": items}


@router.get("/contracts/{contract}", summary="经营合同")
def read_contract(
    contract: ContractCode, member: Annotated[Member, Depends(_READING)], session: Reading
) -> Wire:
    """Return a contract with its instalments: charged, settled and open."""
    row = own(session, Lease, member.compound, contract, "/contract")
    ahead = sum(lot.left_minor for lot in rent_lots(session, member.compound, contract))
    instalments = [
        {**to_wire(one), "open": to_wire({"open_minor": one.open_minor})["open"]}
        for one in rents(session, member.compound, contract=contract)
    ]
    shown = _shown(row, assets_of(session, member.compound), last_days(session, member.compound))
    return {**shown, "instalments": instalments, **to_wire({"prepaid_minor": ahead})}


@router.get("/arrears", summary="租金欠缴")
def list_tenant_arrears(
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至日期,默认今天 · at the end of this day")] = None,
) -> Wire:
    """Return what tenants owe at the end of a day, oldest first."""
    day = as_of or today_in(session, member.compound, house.clock())
    found: Wire = to_wire(tenant_arrears(session, member.compound, day))
    return found


def _shown(row: Lease, let: dict[str, tuple[str, ...]], ended: dict[str, date]) -> Wire:
    return {
        "code": row.code,
        "assets": list(let.get(row.code, ())),
        "account": row.account,
        "counterparty": row.counterparty,
        "credit_code": row.credit_code,
        "related_party": bool(row.related_party),
        "place_zh": place_zh(row.building, row.stair),
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "ended_on": to_wire(ended.get(row.code)),
        "variable": bool(row.variable),
        "fee_bp": row.fee_bp,
        "tax_bp": row.tax_bp,
        "authority": row.authority,
        **to_wire({"deposit_minor": row.deposit_minor}),
    }
