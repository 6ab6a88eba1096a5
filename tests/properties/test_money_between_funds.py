"""Whatever moves between funds in whatever order: pairs cancel (I16), Agency nets to zero (I6), no fund is overdrawn.

A machine asks for transfers, loans, repayments, bridges, losses, suppliers' payments and sweeps, approves, pays,
confirms, refuses and reverses them, and beside them costs of the same funds, and what units pay for electricity; now
and then a vote lets a fund go below zero, and then as far as was voted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from ledger.actions.bill import BillMonth, bill
from ledger.actions.collect_utilities import (
    OpenMeterGroup,
    RecordUtilityBill,
    open_meter_group,
    record_utility_bill,
)
from ledger.actions.give_surplus import GiveSurplus, give_surplus
from ledger.actions.keep_repair import OpenBuilding, open_repair_buildings
from ledger.actions.move_funds import MoveFunds, request_move
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay import RequestDisbursement, approve, pay, post, refuse, request
from ledger.actions.pay_move import approve_move, confirm_move, pay_move, refuse_move
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.rules.authority import Matter
from ledger.rules.between import MoveKind, unpaired
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.fund import net, spendable
from ledger.store import authorities
from ledger.store.between import loans, moves
from ledger.store.disbursements import progress
from ledger.store.owed import open_charges
from ledger.store.repair import building_balances
from ledger.store.session import Database
from reports.month.between_funds import between_funds_figures
from reports.month.repair import repair_figures
from tests.books.between import contracted, voted
from tests.books.paying import SECOND, resolve
from tests.books.sample import AREAS
from tests.conftest import COMMITTEE, TRUSTEE
from tests.properties.keeping import Keeping, keep_for_a_while

FUNDS = ("PropertyFee", "PublicIncome", "Committee", "Agency", "Repair")
BANKS = {"PropertyFee": "Joint01", "PublicIncome": "Joint01", "Committee": "Basic01", "Agency": "Basic02"}
COSTS = {
    "PropertyFee": "Expenses:PropertyFee:Order",
    "PublicIncome": "Expenses:PublicIncome:Cost:Labour",
    "Committee": "Expenses:Committee:Office",
}
EQUALLY = Terms(sharing=Sharing.UNIT)
#: What a fund may go below zero by vote, in fen.
EXCEPTION = 100_000
AMOUNTS = st.integers(1, 4_000_000)


class BetweenFunds(Keeping):
    """Five funds and the money between them; ``done`` are the acts that any run has been let do."""

    done: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0
        self.spent: list[str] = []
        books = self.books
        books.act(open_bank_account, OpenBankAccount("Basic01", "户 0102", ("Committee",)))
        books.act(open_bank_account, OpenBankAccount("Joint02", "户 2218", ("PropertyFee", "PublicIncome")))
        books.act(
            open_repair_buildings, (OpenBuilding("B01", 1, 30_000_000), OpenBuilding("B02", 1, 50_000_000))
        )
        books.act(open_meter_group, OpenMeterGroup("E-1", "electricity", "总表"))
        books.act(record_utility_bill, RecordUtilityBill("E-1", "2026-01", 3_000_000, "供电公司", "1"))
        for code, matter in (("V-T", Matter.TRANSFER), ("V-L", Matter.LOAN), ("V-D", Matter.DISTRIBUTION)):
            voted(books, code, matter)
        voted(books, "V-N", Matter.NEGATIVE_FUND, "PublicIncome", "1,000.00")
        contracted(books, "C-1")
        resolve(books, "J-1")
        first = date(2026, 1, 1)
        books.act(set_tariff, SetTariff("electricity", Formula.SHARED, 0, first, "供电合同", EQUALLY))
        books.act(share_cost, ShareCost("electricity", "2026-01", 3_000_000, "电费单"))
        books.act(bill, BillMonth("2026-01", books.today, items=("electricity",)))

    def ids(self) -> list[str]:
        with self.town.reading() as session:
            return [one.row.id for one in moves(session, self.books.compound)]

    @rule(
        kind=st.sampled_from(list(MoveKind)),
        funds=st.tuples(st.sampled_from(FUNDS), st.sampled_from(FUNDS)),
        amount=AMOUNTS,
        which=st.integers(0, 20),
        is_bridge=st.booleans(),
        with_exception=st.booleans(),
    )
    def ask(
        self,
        kind: MoveKind,
        funds: tuple[str, str],
        amount: int,
        which: int,
        *,
        is_bridge: bool,
        with_exception: bool,
    ) -> None:
        self.numbers += 1
        one, other = funds
        with self.town.reading() as session:
            given = [loan.id for loan in loans(session, self.books.compound)]
        group = "E-1" if kind is MoveKind.SUPPLIER or (kind is MoveKind.LOAN and is_bridge) else None
        loan = given[which % len(given)] if given and kind in {MoveKind.REPAYMENT, MoveKind.LOSS} else None
        if loan is not None:
            with self.town.reading() as session:
                row = next(one for one in loans(session, self.books.compound) if one.id == loan)
            one, other = row.borrower, row.lender
        authority = {MoveKind.TRANSFER: "V-T", MoveKind.LOAN: "V-L", MoveKind.LOSS: "C-1"}.get(kind, "C-1")
        command = MoveFunds(
            *(f"m{self.numbers}", kind, amount, "资金往来", authority),
            from_fund=one,
            to_fund="Agency" if group and kind is MoveKind.LOAN else other,
            from_bank="Basic02" if kind is MoveKind.SUPPLIER else BANKS.get(one),
            to_bank=None if group else "Joint02" if kind is MoveKind.SWEEP else BANKS.get(other),
            payee="供电公司" if group else None,
            meter_group=group,
            loan=loan,
            due_on=date(2026, 12, 31),
            exception="V-N" if with_exception else None,
        )
        if self.attempt(request_move, command, by=TRUSTEE):
            self.attempt(approve_move, command.id, by=COMMITTEE)
            if which % 2:
                self.attempt(pay_move, command.id, self.books.today)

    @rule(
        which=st.integers(0, 40),
        step=st.sampled_from([approve_move, pay_move, confirm_move, refuse_move]),
    )
    def carry_on(self, which: int, step: Callable[..., object]) -> None:
        found = self.ids()
        if not found:
            return
        identifier = found[which % len(found)]
        day = self.books.today
        if step is approve_move:
            self.attempt(step, identifier, by=COMMITTEE)
        elif step is refuse_move:
            self.attempt(step, identifier, "不需要了", by=COMMITTEE)
        elif step is confirm_move:
            self.attempt(step, identifier, day, "回单")
        else:
            self.attempt(step, identifier, day)

    @rule(which=st.integers(0, 40))
    def take_back(self, which: int) -> None:
        with self.town.reading() as session:
            posted = [one.steps[-1].seq for one in moves(session, self.books.compound) if one.is_done]
        if posted:
            seq = posted[which % len(posted)]
            self.attempt(reverse, Reverse(seq, "误记", self.books.today))

    @rule(
        fund=st.sampled_from(sorted(COSTS)),
        amount=AMOUNTS,
        steps=st.sampled_from([(), (post,), (post, pay)]),
    )
    def spend(self, fund: str, amount: int, steps: tuple[Callable[..., object], ...]) -> None:
        """Let a fund pay for something of its own beside what moves."""
        self.numbers += 1
        command = RequestDisbursement(
            *(f"d{self.numbers}", fund, ((COSTS[fund], amount),), "示例公司", "示例用途", "J-1", BANKS[fund])
        )
        if self.attempt(request, command, by=TRUSTEE):
            self.spent.append(command.id)
            for key in (COMMITTEE, SECOND):
                self.attempt(approve, command.id, by=key)
            for step in steps:
                self.attempt(step, command.id, self.books.today)

    @rule(which=st.integers(0, 40), step=st.sampled_from([post, pay, refuse, reverse]))
    def carry_on_spending(self, which: int, step: Callable[..., object]) -> None:
        if not self.spent:
            return
        identifier = self.spent[which % len(self.spent)]
        if step is refuse:
            self.attempt(refuse, identifier, "不需要了", by=COMMITTEE)
        elif step is reverse:
            with self.town.reading() as session:
                live = progress(session, self.books.compound, identifier).live
            if live and live[-1][0] in {"posted", "paid"}:
                self.attempt(reverse, Reverse(live[-1][1], "误记", self.books.today))
        else:
            self.attempt(step, identifier, self.books.today)

    @rule(which=st.integers(0, 40), part=st.integers(1, 4))
    def collect(self, which: int, part: int) -> None:
        """Let a unit pay a part of its electricity."""
        with self.town.reading() as session:
            owed = [
                one for one in open_charges(session, self.books.compound, AREAS) if one.item == "electricity"
            ]
        if owed:
            one = owed[which % len(owed)]
            minor, day = max(one.open_minor // part, 1), self.books.today
            self.attempt(
                receive, Receive(one.unit, minor, Channel.BANK, day, day, "Basic02", charges=(one.id,))
            )

    @invariant()
    def deposits_are_in_the_bank(self) -> None:
        standing = self._standing()
        held = sum(
            minor
            for code, minor in standing.items()
            if code.startswith(("Assets:Agency:Bank:", "Assets:Agency:Clearing:", "Assets:Agency:Cash:"))
        )
        others = ("Liabilities:Agency:Deposit:", "Liabilities:Agency:Interest", "Liabilities:Agency:Prepaid")
        assert held >= -sum(minor for code, minor in standing.items() if code.startswith(others))

    @rule(amount=AMOUNTS)
    def surplus(self, amount: int) -> None:
        self.attempt(give_surplus, GiveSurplus(amount, "V-D", self.books.today))

    @invariant()
    def pairs_cancel_and_agency_is_square(self) -> None:
        standing = self._standing()
        assert unpaired(standing) == {}, "I16"
        assert net(standing, "Agency") == 0, "I6"

    @invariant()
    def no_fund_is_below_zero_beyond_its_vote(self) -> None:
        standing = self._standing()
        for fund in ("PropertyFee", "PublicIncome", "Committee"):
            with self.town.reading() as session:
                used = authorities.used(session, self.books.compound, "V-N")
            floor = -used if fund == "PublicIncome" else 0
            assert spendable(standing, fund) >= floor, (fund, spendable(standing, fund))
            assert used <= EXCEPTION
        for code, minor in standing.items():
            if ":Bank:" in code:
                assert minor >= 0, code

    @invariant()
    def buildings_share_what_the_custodian_has(self) -> None:
        standing = self._standing()
        held = sum(
            minor
            for code, minor in standing.items()
            if code.startswith("Assets:Repair:Custody:") and not code.endswith(":Transit")
        )
        with self.town.reading() as session:
            shared = building_balances(session, self.books.compound)
        assert sum(one.balance_minor for one in shared.values()) == held

    def teardown(self) -> None:
        super().teardown()
        self.done.update(self.accepted)
        with self.town.reading() as session:
            found = between_funds_figures(session, self.books.compound, "2026-01")
            statement = repair_figures(session, self.books.compound, "2026-01")
        standing = self._standing()
        lent = sum(minor for code, minor in standing.items() if ":LoanTo:" in code)
        assert sum(one.open_minor for one in found.loans) == lent
        assert statement.of_month.closing_minor == net(standing, "Repair")


def test_money_between_funds_in_any_order(town: Database) -> None:
    keep_for_a_while(
        BetweenFunds, town, examples=24 if town.is_sqlite else 3, steps=30 if town.is_sqlite else 16
    )
    moved = {"request_move", "approve_move", "pay_move", "refuse_move", "reverse"}
    if town.is_sqlite:  # the short run on PostgreSQL need not come by every act
        assert moved | {"post", "pay", "receive"} <= BetweenFunds.done
