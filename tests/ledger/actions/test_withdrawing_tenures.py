"""Taking a change of a timeline back: it goes whole, and never from under a later change that rests on it."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.errors import NotFound, OwnerChangeStands, TenureOverlap, VacancyRefused
from ledger.rules.unit import State
from ledger.store.tenures import timelines
from tests.books.reading import acts
from tests.books.sample import SMALL, UNSOLD, set_up
from tests.conftest import Books

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def shown(books: Books, unit: str) -> list[tuple[date, State, int]]:
    with books.database.reading() as session:
        stretches = timelines(session, books.compound, unit=unit)[unit].stretches
    return [(one.from_on, one.change.state, one.change.debtor) for one in stretches]


def vacancy(unit: str, from_on: date, to_on: date | None = None, **named: object) -> ChangeTenure:
    given = {"factor_bp": 7_000, "notice": "N-1", "confirmed_on": date(2026, 1, 2), **named}
    return ChangeTenure(unit, from_on, State.VACANT, to_on, **given)  # type: ignore[arg-type]  # named fields


def test_a_letting_with_an_end_goes_whole(house: Books) -> None:
    before = shown(set_up(house), SMALL)
    house.act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET, date(2026, 3, 31)))
    assert len(shown(house, SMALL)) == 3
    house.act(withdraw_tenure, WithdrawTenure(SMALL, MARCH, "登记错户"))
    assert shown(house, SMALL) == before
    with pytest.raises(NotFound):
        house.act(withdraw_tenure, WithdrawTenure(SMALL, APRIL))
    house.act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET))
    assert [one[1] for one in shown(house, SMALL)] == [State.OCCUPIED, State.LET]


def test_a_handover_is_not_taken_from_under_the_vacancy_that_followed(house: Books) -> None:
    unit = UNSOLD[0]
    set_up(house).act(change_tenure, ChangeTenure(unit, MARCH, State.HANDED_OVER))
    house.act(change_tenure, vacancy(unit, APRIL))
    before, told = acts(house), shown(house, unit)
    with pytest.raises(TenureOverlap) as refused:
        house.act(withdraw_tenure, WithdrawTenure(unit, MARCH))
    assert "2026-04-01" in refused.value.detail("en")
    assert (acts(house), shown(house, unit)) == (before, told)
    house.act(withdraw_tenure, WithdrawTenure(unit, APRIL))
    house.act(withdraw_tenure, WithdrawTenure(unit, MARCH))
    assert [one[1:] for one in shown(house, unit)] == [(State.UNSOLD, 1)]


def test_a_change_under_a_later_one_that_could_follow_without_it_is_taken_back(house: Books) -> None:
    set_up(house).act(change_tenure, ChangeTenure(SMALL, MARCH, State.LET))
    house.act(change_tenure, vacancy(SMALL, APRIL))
    house.act(withdraw_tenure, WithdrawTenure(SMALL, MARCH))
    assert [one[1] for one in shown(house, SMALL)] == [State.OCCUPIED, State.VACANT]


def test_the_handover_to_a_buyer_who_has_sold_since_stands(house: Books) -> None:
    unit = UNSOLD[0]
    set_up(house).act(change_tenure, ChangeTenure(unit, date(2026, 1, 2), State.HANDED_OVER))
    sold = date(2026, 1, 4)
    house.act(change_owner, ChangeOwner(unit, sold, house.today, Ahead.REFUND, "过户 1"))
    with pytest.raises(OwnerChangeStands):
        house.act(withdraw_tenure, WithdrawTenure(unit, date(2026, 1, 2)))


def test_a_vacancy_confirmed_on_a_day_that_has_not_come_is_refused(house: Books) -> None:
    set_up(house)
    tomorrow = date(2026, 1, 6)
    with pytest.raises(VacancyRefused) as refused:
        house.act(change_tenure, vacancy(SMALL, APRIL, confirmed_on=tomorrow))
    assert refused.value.pointer == "/confirmed_on"
    house.act(change_tenure, vacancy(SMALL, APRIL, confirmed_on=house.today))
