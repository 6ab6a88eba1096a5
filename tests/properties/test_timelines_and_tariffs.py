"""Timelines × tariffs × receipts × reversals: whatever is done, the books hold and every charge explains itself."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import migrations
from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.read_meters import Reading, ReadMeters, read_meters
from ledger.actions.receive import Receive, receive
from ledger.actions.request_adjustment import (
    RequestAdjustment,
    approve_adjustment,
    request_adjustment,
)
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_cost import ShareCost, share_cost
from ledger.errors import Refusal
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Sharing, Terms
from ledger.rules.explain import explain
from ledger.rules.period import month_of
from ledger.rules.unit import State
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.registers import charges, entries
from ledger.store.session import Database
from ledger.store.tenures import timelines
from tests.books.sample import AREAS, UNSOLD, unit_line
from tests.conftest import TRUSTEE, Books
from tests.properties.invariants import check_sheet, read_sheet

UNITS = st.sampled_from(sorted(AREAS))
DAYS = st.integers(0, 58).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
MONTHS = st.sampled_from(["2026-01", "2026-02"])
TODAY = date(2026, 5, 3)
_NAMES = itertools.count(1)


class Compound(RuleBasedStateMachine):
    """Six units whose tenures, tariffs, meters and receipts come in any order; refusals are answers."""

    database: Database

    @initialize()
    def open(self) -> None:
        self.books = Books(type(self).database, f"timeline-{next(_NAMES)}", date(2026, 1, 5)).open()
        lines = [
            unit_line(code, area, State.UNSOLD if code in UNSOLD else State.OCCUPIED)
            for code, area in AREAS.items()
        ]
        self.books.act(import_units, ImportUnits(tuple(lines)))
        self.books.act(open_bank_account, OpenBankAccount("Joint01", "共管账户 尾号2217", ("PropertyFee",)))
        for item, formula, rate, terms in (
            ("property_fee", Formula.AREA_RATE, 20_000, Terms(price_lock=True)),
            ("elevator", Formula.PER_FLOOR, 15_000, Terms((1, 2))),
            ("garbage", Formula.USAGE, 33_333, Terms()),
            ("shared_energy", Formula.SHARED, 0, Terms(sharing=Sharing.AREA)),
        ):
            tariff = SetTariff(item, formula, rate, date(2026, 1, 1), "合同 1", terms)
            self.books.act(set_tariff, tariff)
        self.books.today = TODAY

    def tried(self, action: object, command: object) -> None:
        with suppress(Refusal):
            self.books.act(action, command)  # type: ignore[arg-type]  # an action

    @rule(unit=UNITS, day=DAYS, days=st.one_of(st.none(), st.integers(0, 60)), state=st.sampled_from(State))
    def change(self, unit: str, day: date, days: int | None, state: State) -> None:
        end = None if days is None else day + timedelta(days=days)
        self.tried(change_tenure, ChangeTenure(unit, day, state, end))

    @rule(unit=UNITS, day=DAYS, days=st.integers(0, 60), factor=st.integers(1, 10_000))
    def stand_empty(self, unit: str, day: date, days: int, factor: int) -> None:
        end = day + timedelta(days=days)
        command = ChangeTenure(unit, day, State.VACANT, end, False, factor, "N-1", min(day, TODAY))
        self.tried(change_tenure, command)

    @rule(unit=UNITS, day=DAYS)
    def sell(self, unit: str, day: date) -> None:
        self.tried(change_tenure, ChangeTenure(unit, day, State.OCCUPIED, new_owner=True))

    @rule(unit=UNITS, day=DAYS, state=st.sampled_from([State.HANDED_OVER, State.LET]), first=st.booleans())
    def bill_around_a_change(self, *, unit: str, day: date, state: State, first: bool) -> None:
        month = month_of(day)
        if first:
            self.tried(bill, BillMonth(month, TODAY))
        self.tried(change_tenure, ChangeTenure(unit, day, state, new_owner=state is State.LET))
        self.tried(bill, BillMonth(month, TODAY))
        self.tried(rebill, Rebill(unit, month, "更正", TODAY, surplus=Surplus.PREPAID))

    @rule(unit=UNITS, place=st.integers(1, 5))
    def withdraw(self, unit: str, place: int) -> None:
        with self.books.database.reading() as session:
            held = timelines(session, self.books.compound, unit=unit)[unit].stretches
        if place < len(held):
            self.tried(withdraw_tenure, WithdrawTenure(unit, held[place].from_on))

    @rule(rate=st.integers(1, 99_999), month=st.integers(1, 2))
    def vote_a_rate(self, rate: int, month: int) -> None:
        since = date(2026, month, 1)
        tariff = SetTariff("property_fee", Formula.AREA_RATE, rate, since, "表决", Terms(price_lock=True))
        self.tried(set_tariff, tariff)

    @rule(unit=UNITS, month=MONTHS, reading=st.integers(0, 10**6))
    def read(self, unit: str, month: str, reading: int) -> None:
        self.tried(read_meters, ReadMeters("garbage", month, (Reading(unit, reading),)))

    @rule(month=MONTHS, minor=st.integers(1, 10**6))
    def share(self, month: str, minor: int) -> None:
        self.tried(share_cost, ShareCost("shared_energy", month, minor, "电费单"))

    @rule(month=MONTHS, only_missing=st.booleans())
    def bill(self, *, month: str, only_missing: bool) -> None:
        self.tried(bill, BillMonth(month, TODAY, only_missing=only_missing))

    @rule(unit=UNITS, minor=st.integers(1, 100_000))
    def pay(self, unit: str, minor: int) -> None:
        self.tried(receive, Receive(unit, minor, Channel.BANK, TODAY, TODAY, "Joint01"))

    @rule(unit=UNITS, month=MONTHS, surplus=st.sampled_from(Surplus))
    def bill_anew(self, unit: str, month: str, surplus: Surplus) -> None:
        self.tried(rebill, Rebill(unit, month, "更正", TODAY, surplus=surplus))

    @rule(place=st.integers(0, 200), surplus=st.sampled_from(Surplus))
    def take_back(self, place: int, surplus: Surplus) -> None:
        with self.books.database.reading() as session:
            rows = [row for row in charges(session, self.books.compound) if row.corrects_seq is None]
        if rows:
            row = rows[place % len(rows)]
            with suppress(Refusal):
                command = RequestAdjustment((f"{row.seq}-{row.line}",), "误计", surplus)
                asked = self.books.act(request_adjustment, command)
                self.books.act(approve_adjustment, asked.adjustment, TODAY, by=TRUSTEE)

    @rule(place=st.integers(0, 200))
    def reverse(self, place: int) -> None:
        with self.books.database.reading() as session:
            seqs = [one.entry.seq for one in entries(session, self.books.compound)]
        if seqs:
            self.tried(reverse, Reverse(seqs[place % len(seqs)], "误记", TODAY))

    @invariant()
    def the_books_hold(self) -> None:
        """I1, I2, I5, I10; each charge explains itself (I11 for what is shared)."""
        if not hasattr(self, "books"):
            return
        with self.books.database.reading() as session:
            check_sheet(read_sheet(session, self.books.compound))
            for row in charges(session, self.books.compound):
                if row.corrects_seq is not None:
                    continue
                view = charge_view(session, self.books.compound, f"{row.seq}-{row.line}")
                found = explain(told(session, self.books.compound, view))
                assert found.computed_minor == view.live_minor, found


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Give all runs one SQLite database; each has a compound of its own in it."""
    path: Path = tmp_path_factory.mktemp("timelines") / "books.db"
    Compound.database = Database(f"sqlite:///{path}")
    migrations.upgrade(Compound.database.engine)
    yield
    Compound.database.close()


TestCompound = Compound.TestCase
TestCompound.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
