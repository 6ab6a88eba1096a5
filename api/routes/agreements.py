"""What people agree about debts: another owner, a settlement with the developer, settlements in kind."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response
from pydantic import Field

from api.routes.answering import act_answer
from api.routes.receipts import received_answer
from api.routes.reliefs import PartsIn
from api.routing import Router
from api.shapes import Code, Day, Positive, Shape, Words
from api.writing import Answer, Pen, Writing
from ledger.actions.change_owner import ChangeOwner, change_owner
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.rules.roles import KEEPERS
from ledger.rules.settle import Ahead
from ledger.rules.unit import State
from ledger.store.append import Journal

router = Router(prefix="/api/v1/compounds/{compound}", tags=["应收与收款 · Charges and receipts"])
UnitCode = Annotated[str, Path(max_length=40)]
AheadIn = Annotated[Ahead, Field(strict=False)]
StateIn = Annotated[State, Field(strict=False)]
_KEEPING = Writing(KEEPERS)


class OwnerChangeIn(Shape):
    """Another owner from a day on; what the old one has paid ahead goes to the new one by agreement, or back."""

    from_on: Day
    ahead: AheadIn
    authority: Words
    state: StateIn = State.OCCUPIED
    effective_on: Day | None = None


class DeveloperIn(Shape):
    """What the developer pays for some units, gives in kind by a valuation, and is let off by vote."""

    units: list[Code] = Field(min_length=1, max_length=2000)
    amount: Positive
    bank: Code
    authority: Words
    in_kind: Positive | None = None
    document: Words = ""
    waive_rest: bool = False
    effective_on: Day | None = None


class InKindIn(PartsIn):
    """Charges settled with a thing, or with work consumed at once (``consumed``, an expense account)."""

    document: Words
    consumed: Code | None = None


class InKindSaleIn(Shape):
    """A thing taken for ``book`` was sold for ``amount``."""

    book: Positive
    amount: Positive
    bank: Code
    authority: Words
    effective_on: Day | None = None


@router.post("/units/{unit}/owner-changes", status_code=201, summary="产权变更")
def change_owner_of(unit: UnitCode, body: OwnerChangeIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Let another owner owe from a day on; the old debt stays with the old debtor."""

    def work(journal: Journal) -> Answer:
        effective_on = body.effective_on or journal.today
        command = ChangeOwner(unit, body.from_on, effective_on, body.ahead, body.authority, body.state)
        return act_answer(journal, change_owner(journal, command))

    return pen.write(work)


@router.post("/developer-settlements", status_code=201, summary="与建设单位结算")
def settle_with_developer(body: DeveloperIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record what the developer pays, gives in kind and is let off: all of it, or nothing."""

    def work(journal: Journal) -> Answer:
        command = SettleDeveloper(
            tuple(body.units),
            body.amount,
            body.bank,
            body.effective_on or journal.today,
            body.authority,
            body.in_kind or 0,
            body.document,
            body.waive_rest,
        )
        done = settle_developer(journal, command)
        return act_answer(
            journal,
            done.recorded,
            receipt_act=received_answer(journal, done.receipt).body,
            in_kind=done.in_kind,
            waiver=done.waiver,
        )

    return pen.write(work)


@router.post("/settlements-in-kind", status_code=201, summary="实物抵偿")
def settle_charges_in_kind(body: InKindIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Settle charges in kind: by vote, with a valuation."""

    def work(journal: Journal) -> Answer:
        command = SettleInKind(
            body.parts, body.authority, body.document, body.effective_on or journal.today, body.consumed
        )
        return act_answer(journal, settle_in_kind(journal, command))

    return pen.write(work)


@router.post("/settlements-in-kind/sales", status_code=201, summary="抵债资产变现")
def sell_what_was_taken(body: InKindSaleIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Record the sale of what was taken in kind: income is what came in."""

    def work(journal: Journal) -> Answer:
        day = body.effective_on or journal.today
        command = SellInKind(body.book, body.amount, body.bank, body.authority, day)
        return act_answer(journal, sell_in_kind(journal, command))

    return pen.write(work)
