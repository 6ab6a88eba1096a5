"""Money that is no unit's debt: platform settlements, public income and deposits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Month, Positive, Shape, Words
from api.writing import Answer, Pen, Writing
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.channel import Channel
from ledger.rules.deposit import Deposit
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal

router = Router(prefix="/api/v1/compounds/{compound}", tags=["其他收入 · Other money in"])
ChannelIn = Annotated[Channel, Field(strict=False)]
_KEEPING = Writing(KEEPERS)


class ClearingIn(Shape):
    """A platform's settlement: the gross amount, the fee kept back, and where the rest arrived."""

    channel: ChannelIn
    bank: Code
    amount: Positive
    fee: Positive | None = None
    effective_on: Day | None = None


class PublicIncomeIn(Shape):
    """Gross public income on ``Income:PublicIncome:…``, and where it landed.

    ``asset``, or a ``contract`` without fixed rent, says what brought it in which ``month``; the account is theirs.
    """

    account: Code | None = None
    amount: Positive
    narration: Words
    channel: ChannelIn = Channel.BANK
    bank: Code | None = None
    counterparty: Words | None = None
    authority: Words | None = None
    asset: Code | None = None
    contract: Code | None = None
    month: Month | None = None
    effective_on: Day | None = None
    occurred_on: Day | None = None


class DepositIn(Shape):
    """A deposit, and where it landed: a unit's for renovation; a tenant's under its contract; others by a reference."""

    unit: Code | None = None
    amount: Positive
    bank: Code | None = None
    deposit: Annotated[Deposit, Field(strict=False)] = Deposit.RENOVATION
    contract: Code | None = None
    payer: Words | None = None
    channel: ChannelIn = Channel.BANK
    effective_on: Day | None = None


@router.post("/clearings", status_code=201, summary="平台结算到账")
def clear_channel(body: ClearingIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post a payment platform's settlement: what was in transit reaches the bank, less the fee."""
    return pen.write(
        lambda journal: act_answer(
            journal,
            clear(
                journal,
                ClearChannel(
                    body.channel, body.bank, body.amount, body.fee or 0, body.effective_on or journal.today
                ),
            ),
            amount_minor=body.amount,
            fee_minor=body.fee or 0,
        )
    )


@router.post("/public-income", status_code=201, summary="公共收益入账")
def earn_public_income(body: PublicIncomeIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post gross income of the common parts; it belongs to all owners."""

    def work(journal: Journal) -> Answer:
        command = EarnPublicIncome(
            account=body.account or "",
            amount_minor=body.amount,
            effective_on=body.effective_on or journal.today,
            narration=body.narration,
            channel=body.channel,
            bank=body.bank,
            counterparty=body.counterparty,
            authority=body.authority,
            occurred_on=body.occurred_on,
            asset=body.asset,
            contract=body.contract,
            month=body.month,
        )
        return act_answer(journal, earn(journal, command), account=body.account, amount_minor=body.amount)

    return pen.write(work)


@router.post("/deposits", status_code=201, summary="收押金")
def take_a_deposit(body: DepositIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post a deposit: it is held for whom it is from, and is nobody's income."""

    def work(journal: Journal) -> Answer:
        command = TakeDeposit(
            unit=body.unit,
            amount_minor=body.amount,
            bank=body.bank,
            effective_on=body.effective_on or journal.today,
            deposit=body.deposit,
            contract=body.contract,
            payer=body.payer,
            channel=body.channel,
        )
        named = {"unit": body.unit} if body.unit else {"contract": body.contract}
        return act_answer(journal, take_deposit(journal, command), amount_minor=body.amount, **named)

    return pen.write(work)
