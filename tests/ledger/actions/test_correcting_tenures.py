"""A correction of a timeline keeps its reason: erasable words, and their hash in the row."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.errors import TextRefused
from ledger.rules.seal import commitment
from ledger.rules.unit import State
from ledger.store.adjustments import words_of
from ledger.store.tables import Remark, Tenure
from tests.books.sample import SMALL, set_up
from tests.conftest import Books

MARCH = date(2026, 3, 1)


def row(books: Books, seq: int) -> Tenure:
    with books.database.reading() as session:
        return session.exec(select(Tenure).where(Tenure.compound == books.compound, Tenure.seq == seq)).one()


def test_the_row_keeps_a_salted_hash_and_the_words_can_be_erased(house: Books) -> None:
    set_up(house).act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET))
    command = ChangeTenure(SMALL, MARCH, State.HANDED_OVER, reason="王某来电:并未出租")
    changed = house.act(change_tenure, command).recorded.seq
    withdrawn = house.act(withdraw_tenure, WithdrawTenure(SMALL, MARCH, "登记错户")).seq
    with house.database.reading() as session:
        told = words_of(session, house.compound, [changed, withdrawn])
        salt = session.get_one(Remark, (house.compound, changed)).salt
    assert told == {changed: "王某来电:并未出租", withdrawn: "登记错户"}
    assert row(house, changed).reason_hash == commitment(salt, "王某来电:并未出租")
    assert row(house, withdrawn).reason_hash is not None


def test_a_change_without_a_reason_has_none(house: Books) -> None:
    done = set_up(house).act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET))
    assert row(house, done.recorded.seq).reason_hash is None
    house.today = MARCH
    command = ChangeOwner(SMALL, MARCH, MARCH, Ahead.REFUND, "过户 1")
    house.act(withdraw_tenure, WithdrawTenure(SMALL, MARCH))
    assert row(house, house.act(change_owner, command).recorded.seq).reason_hash is None


def test_both_rows_of_a_change_with_an_end_carry_the_reason(house: Books) -> None:
    command = ChangeTenure(SMALL, MARCH, State.LET, date(2026, 3, 31), reason="补登租期")
    done = set_up(house).act(change_tenure, command)
    with house.database.reading() as session:
        found = session.exec(
            select(Tenure).where(Tenure.compound == house.compound, Tenure.seq == done.recorded.seq)
        ).all()
    assert len({one.reason_hash for one in found}) == 1
    assert len(found) == 2


def test_a_reason_of_blanks_is_refused(house: Books) -> None:
    set_up(house)
    with pytest.raises(TextRefused) as refused:
        house.act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET, reason="  "))
    assert refused.value.pointer == "/reason"
