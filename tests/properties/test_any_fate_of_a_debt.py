"""Whatever becomes of debts in whatever order, each fen of them is accounted for: I1, I2, I5, I7, I10–I13.

A machine bills, takes money by every door, waives, writes off, disputes, charges late fees, changes owners, settles
with the developer, bills anew and takes back. After every act the facts add up; at each close and at the end every
charge explains itself, the index of open charges is right, and the public book with what waits is the full book.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ledger.actions import pay
from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.charge_late_fee import LateFee, LatePart, charge_late_fee
from ledger.actions.close import close
from ledger.actions.dispute import Dispute, dispute, end_dispute
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.settle_in_kind import SellInKind, SettleInKind, sell_in_kind, settle_in_kind
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.period import first_day, month_of, months_back, next_month
from ledger.rules.unit import State
from ledger.store.debts import owed_back, parked_sums
from ledger.store.owed import open_charges
from ledger.store.registers import entries
from ledger.store.session import Database
from tests.books.sample import AREAS, UNSOLD, agree, unit_line
from tests.conftest import COMMITTEE, TRUSTEE
from tests.ledger.actions.test_receiving import refund_of
from tests.properties.invariants import (
    check_explained,
    check_published_books,
    check_receivables,
    check_sheet,
)
from tests.properties.keeping import Keeping, keep_for_a_while

UNITS = st.sampled_from(sorted(AREAS))
OWNED = st.sampled_from(sorted(set(AREAS) - set(UNSOLD)))
MINOR = st.one_of(st.integers(1, 60_000), st.sampled_from([1, 17_906, 20_000, 220_000]))
PART = st.one_of(st.none(), st.integers(1, 20_000))
PICK = st.integers(0, 10**6)
REPAIR = "Expenses:PropertyFee:Facility:MinorRepair"
CONTRACT = "物业服务合同 第 12 条"


class Debts(Keeping):
    """Six units, of which two are the developer's, and all that may happen to what they owe."""

    def __init__(self) -> None:
        super().__init__()
        shared = Terms(sharing=Sharing.AREA)
        january = date(2026, 1, 1)
        self.books.act(set_tariff, SetTariff("shared_energy", Formula.SHARED, 0, january, "合同", shared))
        self.books.act(set_prime_rate, SetPrimeRate(date(2025, 1, 20), 310, "全国银行间同业拆借中心"))
        self.refunds, self.month = 0, "2025-12"
        self.the_next_month_is_billed(123_456, 5, twice=False)

    def charge(self, pick: int, unit: str | None = None) -> str:
        """Return an open charge, of a unit if that is said; now and then any that was ever raised."""
        with self.town.reading() as session:
            known = [one.id for one in open_charges(session, self.books.compound, {unit} if unit else AREAS)]
        if pick % 4 == 0 or not known:
            rows = [row for row in self._sheet().charges if unit in (None, row["unit"])]
            known = [f"{row['seq']}-{row['line']}" for row in rows if row["corrects_seq"] is None]
        return known[pick // 4 % len(known)] if known else "1-1"

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.books.today += timedelta(days=days)

    @rule(minor=st.integers(1, 300_000), day=st.integers(1, 28), twice=st.booleans())
    def the_next_month_is_billed(self, minor: int, day: int, *, twice: bool) -> None:
        self.month = next_month(self.month)
        self.books.today = max(self.books.today, first_day(self.month) + timedelta(days=day - 1))
        self.attempt(share_cost, ShareCost("shared_energy", self.month, minor, "电费单"))
        self.attempt(bill, BillMonth(self.month, self.books.today))
        if twice:
            self.attempt(bill, BillMonth(self.month, self.books.today, only_missing=True))

    @rule(unit=UNITS, minor=MINOR, back=st.sampled_from([0, 0, 2]), reserved=st.booleans())
    def receives(self, unit: str, minor: int, back: int, *, reserved: bool) -> None:
        moved, today = self._day(back), self.books.today
        self.attempt(
            receive, Receive(unit, minor, Channel.BANK, moved, today, "Joint01", reservation=reserved)
        )

    @rule(unit=UNITS, other=UNITS, minor=MINOR, pick=PICK, by_charge=st.booleans())
    def receives_for_what_is_named(
        self, unit: str, other: str, minor: int, pick: int, *, by_charge: bool
    ) -> None:
        today = self.books.today
        if by_charge:
            paid = Receive(unit, minor, Channel.CASH, today, today, charges=(self.charge(pick, unit),))
        else:
            month = months_back(self.month, pick % 5)
            paid = Receive(unit, minor, Channel.WECHAT, today, today, periods=(month,), units=(other,))
        self.attempt(receive, paid)

    @rule(unit=OWNED, minor=MINOR, pick=PICK)
    def receives_from_whoever_has_left(self, unit: str, minor: int, pick: int) -> None:
        today = self.books.today
        self.attempt(
            receive, Receive(unit, minor, Channel.BANK, today, today, "Joint01", debtor=pick % 3 + 1)
        )

    @rule(unit=OWNED, months=st.integers(1, 3))
    def pays_ahead_and_is_given_a_month(self, unit: str, months: int) -> None:
        """Pay some months and get the next for nothing: "11 pay 12" in short, so that the month comes."""
        today, free = self.books.today, month_of(self.books.today)
        for _ in range(months):
            free = next_month(free)
        paid = Receive(
            *(unit, AREAS[unit] * 2 * months, Channel.BANK, today, today, "Joint01"),
            free_months=(free,),
            authority="表决 V2025-07",
        )
        self.attempt(receive, paid)

    @rule(minor=MINOR)
    def parks(self, minor: int) -> None:
        self.attempt(park, Park(minor, Channel.BANK, self.books.today, self.books.today, "Joint01"))

    @rule(pick=PICK, unit=UNITS, part=PART)
    def claims(self, pick: int, unit: str, part: int | None) -> None:
        with self.town.reading() as session:
            known = [one.number for one in parked_sums(session, self.books.compound)]
        if known:
            self.attempt(claim, Claim(known[pick % len(known)], Payer(unit), self.books.today, part))

    @rule(unit=UNITS, part=PART)
    def owes_back(self, unit: str, part: int | None) -> None:
        self.attempt(owe_back, OweBack(unit, self.books.today, part))

    @rule(pick=PICK, minor=MINOR)
    def gives_back(self, pick: int, minor: int) -> None:
        with self.town.reading() as session:
            due = [one for one in owed_back(session, self.books.compound) if one.left_minor]
        if not due:
            return
        one = due[pick % len(due)]
        self.refunds += 1
        part = min(minor, one.left_minor)
        command = refund_of(f"r-{self.refunds}", one.unit, f"{part // 100}.{part % 100:02d}", one.debtor)
        if self.attempt(pay.request, command, by=TRUSTEE) is not None:
            self.attempt(pay.approve, command.id, by=COMMITTEE)
            self.attempt(pay.pay, command.id, self.books.today)

    @rule(pick=PICK, part=PART, act=st.sampled_from([waive, write_off]))
    def gives_up(self, pick: int, part: int | None, act: Callable[..., object]) -> None:
        self.attempt(act, Relieve(((self.charge(pick), part),), "表决 V2026-02", self.books.today))

    @rule(pick=PICK, part=PART)
    def contests(self, pick: int, part: int | None) -> None:
        self.attempt(dispute, Dispute(((self.charge(pick), part),), "异议书 2026-05", self.books.today))

    @rule(pick=PICK, part=PART)
    def ends_a_dispute(self, pick: int, part: int | None) -> None:
        with self.town.reading() as session:
            known = open_charges(session, self.books.compound, AREAS)
        contested = [one.id for one in known if one.disputed_minor]
        if contested:
            charge = contested[pick % len(contested)]
            self.attempt(end_dispute, Dispute(((charge, part),), "调解书 2026-06", self.books.today))

    @rule(unit=OWNED, ahead=st.sampled_from(Ahead), back=st.sampled_from([0, 0, 1, 10]))
    def is_sold(self, unit: str, ahead: Ahead, back: int) -> None:
        """Another owner; the month is split where it has been billed."""
        sold, today = self._day(back), self.books.today
        if self.attempt(change_owner, ChangeOwner(unit, sold, today, ahead, "产权变更登记")) is not None:
            self.attempt(rebill, Rebill(unit, month_of(sold), "产权变更", today, surplus=Surplus.PREPAID))

    @rule(unit=UNITS, pick=PICK, at_once=st.booleans(), share=st.sampled_from([None, 1, 500]))
    def is_late(self, unit: str, pick: int, share: int | None, *, at_once: bool) -> None:
        today = self.books.today
        parts = (LatePart(self.charge(pick, unit)),)
        fee = LateFee(parts, today, CONTRACT, share, "法院调解" if share == 500 else None)
        if at_once:
            self.attempt(receive, Receive(unit, 60_000, Channel.BANK, today, today, "Joint01", late_fee=fee))
        else:
            self.attempt(charge_late_fee, fee, today)

    @rule(
        unit=UNITS,
        hundredths=st.integers(8_000, 13_000),
        surplus=st.sampled_from(Surplus),
        ago=st.integers(0, 1),
    )
    def is_measured_anew(self, unit: str, hundredths: int, surplus: Surplus, ago: int) -> None:
        """Put the area in the register right, bill a month anew by it, and leave the register as it was."""
        state = State.UNSOLD if unit in UNSOLD else State.OCCUPIED
        month = months_back(self.month, ago)
        self.attempt(import_units, ImportUnits(changed=(unit_line(unit, hundredths, state),)))
        self.attempt(rebill, Rebill(unit, month, "名册面积录错", self.books.today, surplus=surplus))

    @rule(minor=MINOR, in_kind=st.sampled_from([0, 0, 50_000]), waived=st.booleans())
    def developer_settles(self, minor: int, in_kind: int, *, waived: bool) -> None:
        day = self.books.today
        command = SettleDeveloper(UNSOLD, minor, "Joint01", day, "表决 V2026-02", in_kind, "评估报告", waived)
        self.attempt(settle_developer, command)

    @rule(pick=PICK, part=PART, consumed=st.sampled_from([None, REPAIR]), sold=st.booleans())
    def gives_in_kind(self, pick: int, part: int | None, consumed: str | None, *, sold: bool) -> None:
        day = self.books.today
        given = SettleInKind(((self.charge(pick), part),), "表决 V2026-02", "评估报告", day, consumed)
        done = self.attempt(settle_in_kind, given)
        if sold and done is not None:
            self.attempt(sell_in_kind, SellInKind(done.amount_minor, 900, "Joint01", "合同", day))

    @rule(pick=PICK, returned=st.booleans())
    def takes_back(self, pick: int, *, returned: bool) -> None:
        with self.town.reading() as session:
            known = [one.entry for one in entries(session, self.books.compound)]
        one = known[-1 - pick % len(known)]
        returned = returned and one.kind in {"receipt", "claim"}
        self.attempt(reverse, Reverse(one.seq, "误记", self.books.today, returned))

    @precondition(lambda self: self.books.today >= first_day(self._turn()) + timedelta(days=20))
    @rule()
    def closes(self) -> None:
        month = self._turn()
        self.books.today = max(self.books.today, first_day(next_month(month)))
        if self.attempt(close, month, agree) is not None:
            with self.town.reading() as session:
                check_published_books(session, self.books.compound, self.books.today)

    def _turn(self) -> str:
        closed = self._sheet().closed_through
        return next_month(closed) if closed else "2026-01"

    @invariant()
    def every_fen_is_accounted_for(self) -> None:
        sheet = self._sheet()
        check_sheet(sheet)
        assert self._standing() == sheet.standing()

    def teardown(self) -> None:
        super().teardown()
        with self.town.reading() as session:
            check_explained(session, self._sheet(), self.books.compound)
            check_receivables(session, self.books.compound, month_of(self.books.today))


def test_any_fate_of_a_debt_is_accounted_for(town: Database) -> None:
    keep_for_a_while(Debts, town, examples=14 if town.is_sqlite else 3, steps=36 if town.is_sqlite else 24)
