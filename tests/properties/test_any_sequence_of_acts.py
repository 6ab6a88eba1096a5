"""Whatever is done to the books in whatever order, they stay books: I1–I7, I9–I13 after every act.

A machine does random acts; many are refused, and a refusal must leave no trace. The bank keeps a statement of its own
(what the commands said that came and went), so that the parts of the joint account have something to add up to.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ledger.actions import pay
from ledger.actions.bill import BillMonth, bill
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.rules.fund import net, spendable
from ledger.rules.money import round_half_up
from ledger.rules.period import first_day, month_of, next_month
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.unit import State
from ledger.store.disbursements import committed
from ledger.store.session import Database
from tests.books.sample import AREAS, BUDGET_2026, SERVICE, agree, unit_line
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE
from tests.ledger.actions.test_budgeting import vote_on
from tests.properties.invariants import check_published_books, check_sheet
from tests.properties.keeping import Keeping, keep_for_a_while

UNITS = sorted(AREAS)
ACTORS = (TRUSTEE, COMMITTEE, TREASURER, Actor("street-1", Role.TREASURER, Body.COMMUNITY))
CHANNELS = tuple(Channel)
AMOUNTS = st.one_of(st.integers(1, 60_000), st.sampled_from([1, 17_906, 20_000, 119_999, 6_000_000]))
BACK = st.sampled_from([0, 0, 0, 0, 1, 3, 20])
PICK = st.integers(0, 10**6)


class Acts(Keeping):
    """A treasurer, a trustee and a committee at work on one house."""

    def __init__(self) -> None:
        super().__init__()
        vote_on(self.books, "V-酬金", Matter.TRUSTEE, fund=None)
        self.books.act(set_remuneration, SetRemuneration(1_000, 1, SERVICE, "V-酬金", "2026-01"))
        self.requests: list[str] = []
        self.statement: dict[int, int] = {}  # what each act moved on Joint01 and Basic02, in fen
        self.opening = self._sheet().banked
        self.expected_head = self._head()

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.books.today += timedelta(days=days)

    @rule(ahead=st.sampled_from([0, 0, 1, 2, -1]), back=BACK)
    def bills(self, ahead: int, back: int) -> None:
        month = month_of(self.books.today + timedelta(days=31 * ahead))
        self.attempt(bill, BillMonth(month, self._day(back)))

    @rule(
        unit=st.sampled_from(UNITS),
        amount=AMOUNTS,
        channel=st.sampled_from(CHANNELS),
        back=BACK,
        named=st.integers(1, 4),
    )
    def receives_for_named_months(
        self, unit: str, amount: int, channel: Channel, back: int, named: int
    ) -> None:
        day = self._day(back)
        bank = "Joint01" if channel is Channel.BANK else None
        periods = (month_of(day), "2025-12", month_of(day))[
            :named
        ]  # the month that is named twice is refused
        self._receive(Receive(unit, amount, channel, day, day, bank, periods))

    @rule(unit=st.sampled_from(UNITS), amount=AMOUNTS, channel=st.sampled_from(CHANNELS))
    def receives(self, unit: str, amount: int, channel: Channel) -> None:
        bank, day = "Joint01" if channel is Channel.BANK else None, self.books.today
        self._receive(Receive(unit, amount, channel, day, day, bank))

    @rule(unit=st.sampled_from(UNITS), amount=AMOUNTS, fee=st.integers(0, 30))
    def receives_and_clears(self, unit: str, amount: int, fee: int) -> None:
        self.receives(unit, amount, Channel.WECHAT)
        self.clears(Channel.WECHAT, 1_000, fee)

    @rule(unit=st.sampled_from(UNITS), amount=st.integers(20_000, 60_000))
    def bills_what_was_paid_ahead(self, unit: str, amount: int) -> None:
        self.receives(unit, amount, Channel.CASH)
        self.bills(0, 0)

    def _receive(self, command: Receive) -> None:
        done = self.attempt(receive, command)
        if done is not None:
            self.statement[done.recorded.seq] = command.amount_minor if command.bank else 0

    @rule(amount=AMOUNTS, channel=st.sampled_from(CHANNELS), back=BACK)
    def earns(self, amount: int, channel: Channel, back: int) -> None:
        account, bank = (
            "Income:PublicIncome:Parking:Temporary",
            "Joint01" if channel is Channel.BANK else None,
        )
        command = EarnPublicIncome(account, amount, self._day(back), "临停", channel, bank)
        done = self.attempt(earn, command)
        if done is not None:
            self.statement[done.seq] = amount if bank else 0

    @rule(channel=st.sampled_from(CHANNELS[1:]), permille=st.integers(1, 1_000), fee=st.integers(0, 300))
    def clears(self, channel: Channel, permille: int, fee: int) -> None:
        suffix = "Cash:OnHand" if channel is Channel.CASH else f"Clearing:{_PLATFORM.get(channel, 'POS')}"
        held = sum(minor for code, minor in self._standing().items() if code.endswith(suffix))
        amount = held * permille // 1_000
        done = self.attempt(clear, ClearChannel(channel, "Joint01", amount, fee, self.books.today))
        if done is not None:
            self.statement[done.seq] = amount - fee

    @rule(amount=st.integers(-5_000, 5_000), charge=st.booleans(), back=BACK)
    def posts(self, amount: int, back: int, *, charge: bool) -> None:
        other = "Expenses:PropertyFee:BankCharge" if charge else "Income:PropertyFee:Interest"
        lines = (Posting("Assets:PropertyFee:Bank:Joint01", amount), Posting(other, -amount))
        done = self.attempt(post_entry, PostEntry(self._day(back), "银行入账", lines))
        if done is not None:
            self.statement[done.seq] = amount

    @rule(unit=st.sampled_from(UNITS), amount=AMOUNTS)
    def takes_a_deposit(self, unit: str, amount: int) -> None:
        done = self.attempt(take_deposit, TakeDeposit(unit, amount, "Basic02", self.books.today))
        if done is not None:
            self.statement[done.seq] = amount

    @rule(amount=AMOUNTS, actor=st.sampled_from(ACTORS), person=st.booleans())
    def asks(self, amount: int, actor: Actor, *, person: bool) -> None:
        name = f"d-{len(self.requests)}"
        line = (("Expenses:PropertyFee:Facility:Elevator", amount),)
        command = pay.RequestDisbursement(
            name, "PropertyFee", line, "示例公司", "维保", BUDGET_2026, "Joint01", payee_is_person=person
        )
        if self.attempt(pay.request, command, by=actor) is not None:
            self.requests.append(name)

    @rule(unit=st.sampled_from(UNITS), amount=AMOUNTS, kept=st.integers(0, 20_000))
    def asks_for_a_deposit(self, unit: str, amount: int, kept: int) -> None:
        name = f"d-{len(self.requests)}"
        lines = (("Income:PublicIncome:Compensation", kept),) if kept else ()
        command = pay.RequestDisbursement(
            name, "Agency", lines, "业主", "退押金", "验收单", "Basic02", kind=pay.DEPOSIT_RELEASE,
            payee_is_person=True, unit=unit, amount_minor=amount, to_bank="Joint01",
        )  # fmt: skip
        if self.attempt(pay.request, command, by=TRUSTEE) is not None:
            self.requests.append(name)

    @rule(amount=AMOUNTS, steps=st.integers(0, 3))
    def disburses(self, amount: int, steps: int) -> None:
        """Take a request some steps of its way, as it is meant to go."""
        self.asks(amount, TRUSTEE, person=False)
        if not self.requests:
            return
        last = len(self.requests) - 1
        if steps > 0:
            self.approves(last, COMMITTEE)
        if steps > 1:
            self.posts_an_expense(last, 0)
        if steps > 2:
            self.pays(last, TREASURER)

    @precondition(lambda self: self.requests)
    @rule(pick=PICK, actor=st.sampled_from(ACTORS))
    def approves(self, pick: int, actor: Actor) -> None:
        if self.attempt(pay.approve, self._request(pick), by=actor) is None:
            return
        with self.town.reading() as session:  # I3: a decision never makes a fund's spendable money negative
            promised = committed(session, self.books.compound, "PropertyFee")
        assert promised == 0 or promised <= spendable(self._standing(), "PropertyFee")

    @precondition(lambda self: self.requests)
    @rule(pick=PICK)
    def sends_back(self, pick: int) -> None:
        self.attempt(pay.refuse, self._request(pick), "发票不符", by=COMMITTEE)

    @precondition(lambda self: self.requests)
    @rule(pick=PICK, back=BACK)
    def posts_an_expense(self, pick: int, back: int) -> None:
        done = self.attempt(pay.post, self._request(pick), self._day(back))
        if done is not None:
            self.statement[done.recorded.seq] = 0

    @precondition(lambda self: self.requests)
    @rule(pick=PICK, actor=st.sampled_from(ACTORS))
    def pays(self, pick: int, actor: Actor) -> None:
        name = self._request(pick)
        done = self.attempt(pay.pay, name, self.books.today, by=actor)
        if done is not None:
            self.statement[done.recorded.seq] = -self._sheet().paid_out(done.recorded.seq)

    def _request(self, pick: int) -> str:
        return self.requests[pick % len(self.requests)]

    @precondition(lambda self: self.statement)
    @rule(pick=PICK, back=BACK)
    def reverses(self, pick: int, back: int) -> None:
        known = sorted(self.statement)
        seq = known[pick % len(known)]
        done = self.attempt(reverse, Reverse(seq, "误记", self._day(back)))
        if done is not None:
            self.statement[done.seq] = -self.statement[seq]

    @rule(pick=PICK)
    def reverses_anything(self, pick: int) -> None:
        seq = pick % self._head()[0] + 1
        if self._sheet().moves_bank(seq):
            return  # the bank's statement would not know of it
        self.attempt(reverse, Reverse(seq, "误记", self.books.today))

    @rule(unit=st.sampled_from(UNITS), state=st.sampled_from(State))
    def hands_over(self, unit: str, state: State) -> None:
        before = self._standing()
        self.attempt(import_units, ImportUnits((), (unit_line(unit, AREAS[unit], state),)))
        assert self._standing() == before  # I7: a change of owner touches no account

    @precondition(lambda self: self.books.today >= first_day(self._turn()) + timedelta(days=9))
    @rule()
    def closes(self) -> None:
        """Let the month end and close it: not before its tenth day, so that something can happen in it."""
        sheet, month = self._sheet(), self._turn()
        self.books.today = max(self.books.today, first_day(next_month(month)))
        base = -sum(sheet.by_month[month, code] for code in SERVICE)
        if self.attempt(close, month, agree) is None:
            return
        accrued = self._sheet().by_month[month, "Expenses:PropertyFee:Remuneration"]
        assert accrued == max(0, round_half_up(base, 10))  # I9
        with self.town.reading() as session:
            check_published_books(session, self.books.compound, self.books.today)

    def _turn(self) -> str:
        closed = self._sheet().closed_through
        return next_month(closed) if closed else "2026-01"

    @invariant()
    def the_books_are_books(self) -> None:
        sheet = self._sheet()
        check_sheet(sheet)
        standing = self._standing()
        assert standing == sheet.standing()
        assert net(standing, "Agency") == 0  # I6
        assert sheet.banked - self.opening == sum(self.statement.values())  # I4


_PLATFORM = {Channel.WECHAT: "WeChat", Channel.ALIPAY: "Alipay", Channel.POS: "POS"}


def test_any_sequence_of_acts_leaves_books(town: Database) -> None:
    """SQLite does most of the work; PostgreSQL does enough to disagree if it can."""
    keep_for_a_while(Acts, town, examples=14 if town.is_sqlite else 3, steps=36 if town.is_sqlite else 30)
