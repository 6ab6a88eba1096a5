"""What a bank pays or takes on an account that funds share: interest and charges, split by daily balances."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Code, Day, Positive, Shape
from api.writing import Answer, Pen, Writing
from ledger.actions.split_bank_sum import SplitBankSum, split_bank_sum
from ledger.rules.roles import KEEPERS
from ledger.store.append import Journal

router = Router(prefix="/api/v1/compounds/{compound}", tags=["其他收入 · Other money in"])
_KEEPING = Writing(KEEPERS)


class BankSumIn(Shape):
    """A sum that the bank shows, and the days by whose balances it is shared (``dry_run=true`` previews the parts).

    From the day after the last interest to the day before, unless said. ``projects``: the project whose grant a pool's
    part belongs to, by fund, where it has several.
    """

    bank: Code
    amount: Positive
    from_on: Day | None = None
    to_on: Day | None = None
    projects: dict[Code, Code] = Field(default={}, max_length=20)
    effective_on: Day | None = None


def _split(body: BankSumIn, pen: Pen, *, is_charge: bool) -> Response:
    def work(journal: Journal) -> Answer:
        command = SplitBankSum(
            bank=body.bank,
            amount_minor=body.amount,
            effective_on=body.effective_on or journal.today,
            is_charge=is_charge,
            from_on=body.from_on,
            to_on=body.to_on,
            projects=body.projects,
        )
        return act_answer(journal, split_bank_sum(journal, command), amount_minor=body.amount)

    return pen.write(work)


@router.post("/bank-interest", status_code=201, summary="结息分配")
def share_interest(body: BankSumIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post interest on an account, each fund's part by its average daily balance."""
    return _split(body, pen, is_charge=False)


@router.post("/bank-charges", status_code=201, summary="银行手续费分摊")
def share_charge(body: BankSumIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post what the bank takes on an account, each fund's part by its average daily balance."""
    return _split(body, pen, is_charge=True)
