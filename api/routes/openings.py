"""What the books begin with: opening balances, the tariff, and the trustee's remuneration."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Allowed, Member
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Amount, Code, Day, Month, Positive, Rate, Shape, Wire, Words, to_wire
from api.writing import Pen, Writing
from ledger.actions.open_balances import (
    OpenBalances,
    OpeningArrear,
    OpeningCash,
    OpeningUnitSum,
    open_balances,
)
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.rules.charge import FEE_ITEMS, Formula, Sharing, Terms, read_terms
from ledger.rules.money import format_rate
from ledger.rules.roles import KEEPERS
from ledger.store.owed import tariffs

router = Router(prefix="/api/v1/compounds/{compound}", tags=["期初与标准 · Openings and tariff"])
_MANY = 20_000


class CashIn(Shape):
    """What an asset stood at."""

    account: Code
    amount: Amount


class ArrearIn(Shape):
    """An unpaid charge of an earlier month."""

    unit: Code
    item: Code
    period: Month
    amount: Positive


class UnitSumIn(Shape):
    """What is held for a unit."""

    unit: Code
    amount: Positive


class OpeningIn(Shape):
    """One fund's opening balances, with the document that shows them."""

    fund: Code
    effective_on: Day
    document: Words
    cash: list[CashIn] = Field(default=[], max_length=200)
    arrears: list[ArrearIn] = Field(default=[], max_length=_MANY)
    prepaid: list[UnitSumIn] = Field(default=[], max_length=_MANY)
    deposits: list[UnitSumIn] = Field(default=[], max_length=_MANY)

    def command(self) -> OpenBalances:
        """Return what the ledger is asked to do."""
        return OpenBalances(
            fund=self.fund,
            effective_on=self.effective_on,
            document=self.document,
            cash=tuple(OpeningCash(one.account, one.amount) for one in self.cash),
            arrears=tuple(OpeningArrear(one.unit, one.item, one.period, one.amount) for one in self.arrears),
            prepaid=tuple(OpeningUnitSum(one.unit, one.amount) for one in self.prepaid),
            deposits=tuple(OpeningUnitSum(one.unit, one.amount) for one in self.deposits),
        )


class TariffIn(Shape):
    """One line of the tariff: yuan a month per square metre (``area_rate``), unit (``fixed``) or floor (``per_floor``).

    ``usage`` costs so much per measure; a ``shared`` cost has the rate 0 and says by what it is shared.
    """

    item: Code
    formula: Annotated[Formula, Field(strict=False)]
    rate: Rate
    effective_from: Day
    authority: Words
    exempt_floors: list[int] = Field(default=[], max_length=60)
    price_lock: bool = False
    vacancy: bool = False
    sharing: Annotated[Sharing | None, Field(strict=False)] = None
    by_coefficient: bool = False

    def command(self) -> SetTariff:
        """Return what the ledger is asked to do."""
        terms = Terms(
            tuple(self.exempt_floors), self.price_lock, self.vacancy, self.sharing, self.by_coefficient
        )
        return SetTariff(self.item, self.formula, self.rate, self.effective_from, self.authority, terms)


class RemunerationIn(Shape):
    """What the trustee may take every 1, 3 or 12 months: basis points of the named accounts, or a fixed amount."""

    rate_bp: int = Field(default=0, ge=0, le=10_000)
    every_months: Literal[1, 3, 12]
    accounts: list[Code] = Field(default=[], max_length=50)
    amount: Positive | None = None
    contract: Words
    effective_from: Month


@router.post("/opening-balances", status_code=201, summary="期初余额")
def open_with_balances(body: OpeningIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Post one fund's opening balances; what is left over is its opening equity."""
    command = body.command()
    return pen.write(
        lambda journal: act_answer(journal, open_balances(journal, command), fund=body.fund), alone=True
    )


@router.get("/tariffs", summary="收费标准")
def list_tariffs(member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading) -> Wire:
    """List the published tariff, the newest line first."""
    return {
        "items": [
            {
                "seq": row.seq,
                "item": row.item,
                "item_name": FEE_ITEMS[row.item].zh,
                "formula": row.formula,
                "rate": format_rate(row.rate_e4),
                "effective_from": row.effective_from.isoformat(),
                "authority": row.authority,
                "terms": to_wire(read_terms(row.params)),
            }
            for row in tariffs(session, member.compound)
        ]
    }


@router.post("/tariffs", status_code=201, summary="设定收费标准")
def set_a_tariff(body: TariffIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Publish a line of the tariff; earlier lines stay and hold for their own time."""
    command = body.command()
    return pen.write(
        lambda journal: act_answer(journal, set_tariff(journal, command), item=body.item, rate_e4=body.rate)
    )


@router.post("/remuneration-rules", status_code=201, summary="设定受托人酬金")
def set_a_remuneration(body: RemunerationIn, pen: Annotated[Pen, Depends(Writing(KEEPERS))]) -> Response:
    """Put on record what the trustee may take; the close of a month applies it."""
    command = SetRemuneration(
        body.rate_bp,
        body.every_months,
        tuple(body.accounts),
        body.contract,
        body.effective_from,
        body.amount or 0,
    )
    return pen.write(
        lambda journal: act_answer(journal, set_remuneration(journal, command), rate_bp=body.rate_bp)
    )
