"""The handover list on the sample compound: everything that passes, split on the day in the middle of a month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.actions.hand_over import HandedOver, HandOver, hand_over
from ledger.errors import DateBeforeOpening, NotFound, RequestMalformed
from ledger.rules.profile import PROFILES
from reports.figures import NOT_APPLICABLE
from reports.receivables.handover import HandoverList, handover_list
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, UNSOLD, play, yuan
from tests.conftest import Books, once

CUT_OFF = date(2026, 3, 14)
COMMAND = HandOver(CUT_OFF, "示例物业甲公司", "示例物业乙公司")


def handed_over(books: Books, command: HandOver = COMMAND) -> tuple[HandedOver, HandoverList]:
    done: HandedOver = books.act(hand_over, command)
    with books.database.reading() as session:
        return done, handover_list(session, books.compound, done.recorded.seq)


@pytest.fixture(scope="module")
def march(town: object) -> Books:
    return play(Books(town, once("handed"), date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


@pytest.fixture(scope="module")
def listed(march: Books) -> HandoverList:
    return handed_over(march)[1]


def test_a_charge_of_the_cut_off_month_is_split_by_days_to_the_fen(listed: HandoverList) -> None:
    """14 of March's 31 days are the outgoing trustee's: 240.00 is 108.39 and 131.61, 179.06 is 80.87 and 98.19."""
    parts = {
        (one.line.unit, one.line.period): (one.outgoing_minor, one.incoming_minor) for one in listed.arrears
    }
    assert parts[UNSOLD[0], "2026-03"] == (yuan("108.39"), yuan("131.61"))
    assert parts[LATE_PAYER, "2026-03"] == (yuan("80.87"), yuan("98.19"))
    assert parts[UNSOLD[0], "2026-02"] == (yuan("240.00"), 0)
    for one in listed.arrears:
        assert one.outgoing_minor + one.incoming_minor == one.line.open_minor


def test_money_is_listed_per_fund_and_account(listed: HandoverList) -> None:
    money = {one.account: one.amount_minor for one in listed.money}
    assert money["Assets:PropertyFee:Bank:Joint01"] == yuan("52,997.00")
    assert money["Assets:PublicIncome:Bank:Joint01"] == yuan("42,000.00")
    assert money["Assets:Repair:Custody:District"] == yuan("800,000.00")
    assert listed.public_income_minor == yuan("39,481.19")


def test_what_the_custodian_holds_is_nobodys_to_spend(listed: HandoverList) -> None:
    spendable = {one.fund: one.spendable_minor for one in listed.funds}
    assert spendable["Repair"] is NOT_APPLICABLE
    assert spendable["PublicIncome"] == yuan("39,481.19")


def test_what_is_paid_ahead_and_deposited_is_listed_per_unit(listed: HandoverList) -> None:
    assert [(one.kind_zh, one.unit, one.amount_minor) for one in listed.held] == [
        ("预收", SMALL, yuan("1,600.00")),
        ("预收", PREPAID, yuan("600.00")),
        ("押金", SMALL, yuan("2,000.00")),
        ("押金", PREPAID, yuan("2,000.00")),
    ]


def test_vouchers_are_counted_month_by_month_without_a_gap(listed: HandoverList) -> None:
    assert [one.month for one in listed.vouchers] == ["2026-01", "2026-02", "2026-03"]
    for one in listed.vouchers:
        assert int(one.last.rpartition("-")[2]) == one.count


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_day_by_which_it_must_have_passed_is_the_profiles(profile: str) -> None:
    days = {"hangzhou": 15}.get(profile, 10)
    assert PROFILES[profile].handover_days == days


def test_the_due_day_counts_from_the_cut_off_day(march: Books) -> None:
    done, _ = handed_over(march)
    assert done.due_on == CUT_OFF + timedelta(days=10) == date(2026, 3, 24)


def test_a_handover_of_tomorrow_or_before_the_books_is_refused(march: Books) -> None:
    with pytest.raises(RequestMalformed):
        march.act(hand_over, HandOver(march.today + timedelta(days=1), "甲", "乙"))
    with pytest.raises(DateBeforeOpening):
        march.act(hand_over, HandOver(date(2025, 12, 31), "甲", "乙"))


def test_an_act_that_handed_nothing_over_has_no_list(march: Books) -> None:
    with march.database.reading() as session, pytest.raises(NotFound):
        handover_list(session, march.compound, 1)
