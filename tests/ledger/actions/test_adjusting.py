"""Charges are taken back with two keys: a reason, a second person, and the tariff line they follow (E03)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from ledger import errors
from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.adjusting import Surplus
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_tenure import ChangeTenure, change_tenure
from ledger.actions.close import close
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.receive import Receive, receive
from ledger.actions.request_adjustment import (
    RequestAdjustment,
    approve_adjustment,
    decline_adjustment,
    request_adjustment,
    withdraw_adjustment,
)
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.unit import State
from ledger.store.adjustments import adjustment, words_of
from ledger.store.owed import open_charges
from ledger.store.registers import charges, entry
from ledger.store.tables import Charge, EntryRow, Remark
from reports.book.second_opinion import disagreements
from tests.books.reading import amounts, moved_since, shown, standing
from tests.books.sample import SMALL, agree, set_up, unit_line, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

APRIL = date(2026, 4, 5)
AUDITOR = Actor("auditor-1", Role.AUDITOR, Body.AUDIT)


@pytest.fixture
def billed(house: Books) -> Books:
    """Give the six units with April billed at 2.00; the bill's first line is 0101's 200.00."""
    set_up(house)
    house.today = APRIL
    house.act(bill, BillMonth("2026-04", APRIL))
    return house


def charge(books: Books, unit: str = SMALL) -> str:
    with books.database.reading() as session:
        row = next(one for one in charges(session, books.compound, unit=unit) if one.corrects_seq is None)
    return f"{row.seq}-{row.line}"


def ask(books: Books, surplus: Surplus = Surplus.REFUSE) -> int:
    command = RequestAdjustment((charge(books),), "王某家重复计费", surplus)
    return int(books.act(request_adjustment, command).adjustment)


def state(books: Books, number: int) -> str:
    with books.database.reading() as session:
        return adjustment(session, books.compound, number).state


def test_a_request_previews_what_it_will_do_and_posts_nothing(billed: Books) -> None:
    before = standing(billed)
    asked = billed.act(request_adjustment, RequestAdjustment((charge(billed),), "误计"))
    assert (asked.adjustment, asked.lowered_minor, asked.freed_minor) == (1, yuan("200.00"), 0)
    assert (asked.recorded.voucher, standing(billed), state(billed, 1)) == (None, before, "requested")


def test_a_second_person_of_a_second_body_posts_it(billed: Books) -> None:
    number, before = ask(billed), standing(billed)
    done = billed.act(approve_adjustment, number, APRIL, by=TRUSTEE)
    after = standing(billed)
    moved = {code: after.get(code, 0) - before[code] for code in before if after.get(code, 0) != before[code]}
    assert shown(moved) == shown(
        {
            "Assets:PropertyFee:Receivable:Owner": yuan("-200.00"),
            "Liabilities:PropertyFee:Uncollected:Owner": yuan("200.00"),
        }
    )
    with billed.database.reading() as session:
        row = session.get(EntryRow, (billed.compound, done.recorded.seq))
        assert row is not None
        assert (row.kind, row.approved_by) == ("adjustment", TRUSTEE.user)
        assert list(disagreements(session, billed.compound, billed.today)) == []
    assert state(billed, number) == "approved"


def test_neither_the_same_person_nor_the_same_body_nor_a_bystander_agrees(billed: Books) -> None:
    number = ask(billed)
    refused(billed, errors.SamePerson, approve_adjustment, number, APRIL)
    refused(billed, errors.SameBody, approve_adjustment, number, APRIL, by=COMMITTEE)
    refused(billed, errors.RoleRefused, approve_adjustment, number, APRIL, by=AUDITOR)
    refused(billed, errors.NotFound, approve_adjustment, 9, APRIL, by=TRUSTEE)
    refused(
        billed,
        errors.RoleRefused,
        request_adjustment,
        RequestAdjustment((charge(billed),), "误计"),
        by=COMMITTEE,
    )


def test_the_trustee_may_ask_and_then_the_treasurer_agrees(billed: Books) -> None:
    command = RequestAdjustment((charge(billed),), "误计")
    asked = billed.act(request_adjustment, command, by=TRUSTEE)
    refused(billed, errors.SamePerson, approve_adjustment, asked.adjustment, APRIL, by=TRUSTEE)
    assert billed.act(approve_adjustment, asked.adjustment, APRIL, by=TREASURER).lowered_minor == 20_000


def test_a_request_is_dealt_with_once(billed: Books) -> None:
    number = ask(billed)
    refused(billed, errors.SamePerson, decline_adjustment, number, "自己退回")
    refused(billed, errors.NotTheAsker, withdraw_adjustment, number, "代为撤回", by=TRUSTEE)
    assert billed.act(withdraw_adjustment, number, "查明无误").state == "withdrawn"
    second = ask(billed)
    assert billed.act(decline_adjustment, second, "金额不对", by=COMMITTEE).state == "declined"
    for done in (number, second):
        refused(billed, errors.AdjustmentState, approve_adjustment, done, APRIL, by=TRUSTEE)
        refused(billed, errors.AdjustmentState, withdraw_adjustment, done, "再撤")
        refused(billed, errors.AdjustmentState, decline_adjustment, done, "再退", by=COMMITTEE)
    third = ask(billed)
    billed.act(approve_adjustment, third, APRIL, by=TRUSTEE)
    refused(billed, errors.AdjustmentState, approve_adjustment, third, APRIL, by=TRUSTEE)


def test_money_paid_between_the_keys_is_not_moved_silently(billed: Books) -> None:
    number = ask(billed)
    billed.act(receive, Receive(SMALL, yuan("200.00"), Channel.BANK, APRIL, APRIL, "Joint01"))
    refused(billed, errors.ChargeSettled, approve_adjustment, number, APRIL, by=TRUSTEE)
    refused(billed, errors.ChargeSettled, request_adjustment, RequestAdjustment((charge(billed),), "误计"))
    with_money = ask(billed, Surplus.PREPAID)
    assert billed.act(approve_adjustment, with_money, APRIL, by=TRUSTEE).freed_minor == yuan("200.00")


def test_who_agrees_agrees_to_what_was_asked_for(billed: Books) -> None:
    """The charge was billed anew in between: the second person saw another amount."""
    number = ask(billed)
    billed.act(import_units, ImportUnits(changed=(unit_line(SMALL, 9_000),)))
    billed.act(rebill, Rebill(SMALL, "2026-04", "名册面积录错", APRIL))
    refused(billed, errors.AdjustmentRefused, approve_adjustment, number, APRIL, by=TRUSTEE)


def test_the_month_must_be_open_when_it_is_posted(billed: Books) -> None:
    number = ask(billed)
    billed.today = date(2026, 5, 4)
    for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
        billed.act(close, month, agree)
    refused(billed, errors.PeriodClosed, approve_adjustment, number, APRIL, by=TRUSTEE)
    done = billed.act(approve_adjustment, number, billed.today, by=TRUSTEE)
    with billed.database.reading() as session:
        assert entry(session, billed.compound, done.recorded.seq).entry.corrects == "2026-04"


def test_the_request_keeps_the_tariff_line_that_the_charge_follows(billed: Books) -> None:
    number = ask(billed)
    with billed.database.reading() as session:
        (line,) = adjustment(session, billed.compound, number).lines
        row = session.get(Charge, (billed.compound, line.charge_seq, line.charge_line))
        assert row is not None
        assert (line.item, line.tariff_seq) == (row.item, row.tariff_seq)
        assert line.tariff_seq is not None


def test_the_reason_is_erasable_and_follows_the_entry(billed: Books) -> None:
    number = ask(billed)
    done = billed.act(approve_adjustment, number, APRIL, by=TRUSTEE)
    with billed.database.reading() as session:
        row = adjustment(session, billed.compound, number).row
        assert words_of(session, billed.compound, [row.seq, done.recorded.seq]) == {
            row.seq: "王某家重复计费",
            done.recorded.seq: "王某家重复计费",
        }
        assert "王某" not in row.reason_hash
        assert entry(session, billed.compound, done.recorded.seq).entry.narration == "2026-04 应收更正"


def test_erased_words_do_not_stop_the_second_person(billed: Books) -> None:
    number = ask(billed)
    with billed.database.engine.begin() as connection:
        table = Remark.__table__  # type: ignore[attr-defined]  # SQLModel's table
        connection.execute(table.delete().where(table.c.compound == billed.compound))
    done = billed.act(approve_adjustment, number, APRIL, by=TRUSTEE)
    with billed.database.reading() as session:
        found = session.exec(
            select(EntryRow).where(EntryRow.compound == billed.compound, EntryRow.seq == done.recorded.seq)
        )
        assert found.one().remark_hash is None


def test_a_charge_is_taken_back_once_and_its_bill_no_more(billed: Books) -> None:
    number = ask(billed)
    again = ask(billed)
    identifier = charge(billed)
    billed.act(approve_adjustment, number, APRIL, by=TRUSTEE)
    refused(billed, errors.AdjustmentRefused, approve_adjustment, again, APRIL, by=TRUSTEE)
    refused(billed, errors.AdjustmentRefused, request_adjustment, RequestAdjustment((identifier,), "误计"))
    refused(
        billed, errors.AdjustmentRefused, request_adjustment, RequestAdjustment((identifier,) * 2, "误计")
    )
    seq = identifier.partition("-")[0]
    refused(billed, errors.NotFound, request_adjustment, RequestAdjustment((f"{seq}-99",), "误计"))
    refused(billed, errors.NothingToChange, request_adjustment, RequestAdjustment((), "误计"))
    refused(billed, errors.ReversalRefused, reverse, Reverse(int(seq), "误计", APRIL))
    done = billed.act(bill, BillMonth("2026-04", APRIL, only_missing=True))
    assert done.runs[0].total_minor == 20_000


def test_an_adjustment_is_not_reversed_but_adjusted_again(billed: Books) -> None:
    done = billed.act(approve_adjustment, ask(billed), APRIL, by=TRUSTEE)
    refused(billed, errors.ReversalRefused, reverse, Reverse(done.recorded.seq, "误计", APRIL))


def test_what_a_split_month_sets_free_pays_its_other_half_first(house: Books) -> None:
    """A paid April of 200.00 with a vacancy at 70 % from the 16th costs 170.00: 30.00 are free, and nothing is owed."""
    set_up(house)
    house.today = date(2026, 4, 5)
    house.act(bill, BillMonth("2026-04", house.today))
    house.act(receive, Receive(SMALL, yuan("200.00"), Channel.CASH, house.today, house.today))
    house.today = date(2026, 4, 20)
    since = date(2026, 4, 16)
    vacant = ChangeTenure(SMALL, since, State.VACANT, factor_bp=7_000, notice="空置通知", confirmed_on=since)
    house.act(change_tenure, vacant)
    with pytest.raises(errors.ChargeSettled) as refused:
        house.act(rebill, Rebill(SMALL, "2026-04", "空置", house.today))
    assert refused.value.facts["settled"] == "30.00"
    before = standing(house)
    done = house.act(rebill, Rebill(SMALL, "2026-04", "空置", house.today, surplus=Surplus.REFUND))
    assert done.freed_minor == yuan("30.00")
    assert moved_since(house, before) == amounts(
        """
        Income:PropertyFee:Service:Owner     30.00
        Liabilities:PropertyFee:Refundable  -30.00
        """
    )
    with house.database.reading() as session:
        assert open_charges(session, house.compound, [SMALL]) == []
