"""Entry E11: another owner. The old debt stays, the month is split by days, what was paid ahead goes on."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_owner import Ahead, ChangeOwner, OwnerChanged, change_owner
from ledger.actions.change_tenure import ChangeTenure, change_tenure
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.open_balances import OpenBalances, OpeningArrear, open_balances
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.rules.explain import explain
from ledger.rules.unit import State
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.owed import open_charges, prepaid_lots
from ledger.store.registers import charges, entry
from ledger.store.tables import Departure
from reports.receivables.arrears import arrears
from tests.books import later
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import LATE_PAYER, SMALL, play, s02_s03_bill, set_up, unit_line, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with

E11_DEBT = """
    Assets:PropertyFee:Receivable:Former      395.30
    Assets:PropertyFee:Receivable:Owner      -395.30
    Liabilities:PropertyFee:Uncollected:Owner 395.30
    Liabilities:PropertyFee:Uncollected:Former -395.30
"""
# The old owner has left when the month is split: what is taken from him stands among former owners' debts.
E11_SPLIT = """
    Assets:PropertyFee:Receivable:Former      -90.00
    Assets:PropertyFee:Receivable:Owner        90.00
    Liabilities:PropertyFee:Uncollected:Former 90.00
    Liabilities:PropertyFee:Uncollected:Owner -90.00
"""
PREPAID = "Liabilities:PropertyFee:Prepaid"
SOLD = date(2026, 4, 22)


def lines_of(house: Books, seq: int, account: str) -> list[tuple[str, int | None, int]]:
    """Return the last segment, debtor and amount of an entry's lines on accounts that begin so."""
    with house.database.reading() as session:
        rows = entry(session, house.compound, seq).postings
    return [
        (row.account.rpartition(":")[2], row.debtor, row.amount_minor)
        for row in rows
        if row.account.startswith(account)
    ]


def owed(house: Books, unit: str) -> list[tuple[str, int, int]]:
    """Return month, debtor and open amount of each charge."""
    with house.database.reading() as session:
        return [
            (one.period, one.debtor, one.open_minor)
            for one in open_charges(session, house.compound, units={unit})
        ]


def test_entry_e11_the_old_debt_stays_with_the_old_debtor(house: Books) -> None:
    play(house, through="s04")
    before, since = standing(house), acts(house)
    day = house.today
    house.act(change_owner, ChangeOwner(LATE_PAYER, day, day, Ahead.CARRY, "产权变更登记 2026-01"))
    assert shown(moved_since(house, before)) == shown(amounts(E11_DEBT))
    check_golden(house, "e11-debt", since)
    agree_with(house)


def test_entry_e11_what_was_paid_ahead_is_carried_over_in_two_lines(house: Books) -> None:
    later.may(house)
    before, since = standing(house), acts(house)
    day = house.today
    done = house.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.CARRY, "双方协议 2026-05"))
    assert (moved_since(house, before), done.ahead_minor) == ({}, yuan("1,400.00"))
    carried = [("Prepaid", 1, yuan("1,400.00")), ("Prepaid", 2, yuan("-1,400.00"))]
    assert lines_of(house, done.recorded.seq, PREPAID) == carried
    check_golden(house, "e11-ahead", since)
    agree_with(house)


@pytest.fixture
def selling(house: Books) -> Books:
    """Give the books on 22 April: 0101 has 150.00 m², so 300.00 yuan a month, and stood empty to 20 April at 50 %.

    April came to 100.00 + 100.00 yuan, not paid; so is 195.30 of the old period. On 10 April the owner paid March and
    1,400.00 yuan ahead, for March by name: none of it may go to what is older.
    """
    set_up(house)
    house.act(import_units, ImportUnits(changed=(unit_line(SMALL, 15_000),)))
    old = (OpeningArrear(SMALL, "property_fee", "2025-12", yuan("195.30")),)
    house.act(open_balances, OpenBalances("PropertyFee", date(2026, 1, 1), "审计交接表 2025-12", arrears=old))
    s02_s03_bill(house, date(2026, 3, 5))
    empty, last, confirmed = date(2026, 4, 1), date(2026, 4, 20), date(2026, 3, 28)
    house.today = confirmed
    house.act(
        change_tenure, ChangeTenure(SMALL, empty, State.VACANT, last, False, 5_000, "N-2026-03", confirmed)
    )
    s02_s03_bill(house, date(2026, 4, 5))
    house.today = day = date(2026, 4, 10)
    paid = Receive(SMALL, yuan("1,700.00"), Channel.BANK, day, day, "Joint01", ("2026-03",))
    assert house.act(receive, paid).prepaid_minor == yuan("1,400.00")
    house.today = SOLD
    return house


def test_entry_e11_the_month_of_an_owner_change_is_split_by_days_between_two_debtors(selling: Books) -> None:
    selling.act(change_tenure, ChangeTenure(SMALL, SOLD, State.OCCUPIED, new_owner=True))
    before, since = standing(selling), acts(selling)
    done = selling.act(rebill, Rebill(SMALL, "2026-04", "产权变更", SOLD))
    assert moved_since(selling, before) == {}
    assert lines_of(selling, done.recorded.seq, "Assets:") == [
        ("Owner", 1, yuan("-90.00")),
        ("Owner", 2, yuan("90.00")),
    ]
    check_golden(selling, "e11-split", since)
    agree_with(selling)


def sell(house: Books) -> OwnerChanged:
    return house.act(change_owner, ChangeOwner(SMALL, SOLD, SOLD, Ahead.CARRY, "双方协议 2026-04"))


def test_entry_e11_in_one_flow_debt_month_and_prepayment(selling: Books) -> None:
    before, since = standing(selling), acts(selling)
    done = sell(selling)
    assert (done.former_minor, done.ahead_minor) == (yuan("395.30"), yuan("1,400.00"))
    assert shown(moved_since(selling, before)) == shown(amounts(E11_DEBT))
    assert lines_of(selling, done.recorded.seq, PREPAID) == [
        ("Prepaid", 1, yuan("1,400.00")),
        ("Prepaid", 2, yuan("-1,400.00")),
    ]
    before = standing(selling)
    split = selling.act(rebill, Rebill(SMALL, "2026-04", "产权变更", SOLD))
    assert (split.lowered_minor, split.raised_minor, split.freed_minor) == (yuan("90.00"), yuan("90.00"), 0)
    assert shown(moved_since(selling, before)) == shown(amounts(E11_SPLIT))
    assert lines_of(selling, split.recorded.seq, "Assets:") == [
        ("Former", 1, yuan("-90.00")),
        ("Owner", 2, yuan("90.00")),
    ]
    assert owed(selling, SMALL) == [
        ("2025-12", 1, yuan("195.30")),
        ("2026-04", 1, yuan("100.00")),
        ("2026-04", 1, yuan("10.00")),
        ("2026-04", 2, yuan("90.00")),
    ]
    check_golden(selling, "e11-flow", since)
    agree_with(selling)


def test_entry_e11_in_one_flow_both_debtors_are_told_apart_and_every_charge_explains_itself(
    selling: Books,
) -> None:
    sell(selling)
    selling.act(rebill, Rebill(SMALL, "2026-04", "产权变更", SOLD))
    with selling.database.reading() as session:
        assert session.get(Departure, (selling.compound, SMALL, 1)).left_on == SOLD
        by_debtor = {
            row.key: row.total_minor for row in arrears(session, selling.compound, SOLD, unit=SMALL).by_debtor
        }
        said = {}
        for row in charges(session, selling.compound, period="2026-04"):
            if row.unit == SMALL and row.corrects_seq is None:
                view = charge_view(session, selling.compound, f"{row.seq}-{row.line}")
                explanation = explain(told(session, selling.compound, view))
                assert explanation.computed_minor == view.live_minor
                said[row.debtor, view.live_minor] = explanation.zh
    assert by_debtor == {f"{SMALL}/1": yuan("305.30"), f"{SMALL}/2": yuan("90.00")}
    assert sorted(said) == [(1, yuan("10.00")), (1, yuan("100.00")), (2, yuan("90.00"))]
    assert any("9/30" in line or "9 天" in line for line in said[2, yuan("90.00")])


def test_entry_e11_in_one_flow_what_was_carried_over_pays_for_the_new_owner(selling: Books) -> None:
    sell(selling)
    selling.act(rebill, Rebill(SMALL, "2026-04", "产权变更", SOLD))
    selling.today = day = date(2026, 5, 5)
    billed = selling.act(bill, BillMonth("2026-05", day))
    assert billed.released_minor == yuan("90.00") + yuan("300.00")
    with selling.database.reading() as session:
        lots = prepaid_lots(session, selling.compound, unit=SMALL)
    assert [(lot.debtor, lot.receipt, lot.left_minor) for lot in lots] == [(2, 1, yuan("1,010.00"))]
    assert sum(minor for _, debtor, minor in owed(selling, SMALL) if debtor == 1) == yuan("305.30")
    agree_with(selling)
