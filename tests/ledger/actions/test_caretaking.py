"""A caretaker stands in while there is no committee: named by rule, one at a time, ended by an election."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.caretake import NameCaretaker, end_caretaking, name_caretaker
from ledger.rules.roles import Actor, Body, Role
from ledger.store.caretakers import caretaker_on
from tests.conftest import TRUSTEE, Books

STREET = Actor("street-1", Role.SUPERVISOR, Body.COMMUNITY)
NAMED = NameCaretaker(
    "桂花社区居民委员会", Body.COMMUNITY, date(2026, 1, 3), "业委会任期届满未换届,街道办函〔2026〕1号"
)


def standing_in(books: Books, day: date) -> str | None:
    with books.database.reading() as session:
        found = caretaker_on(session, books.compound, day)
    return found.name if found else None


def test_a_caretaker_stands_in_from_its_first_day_to_the_day_before_the_election(books: Books) -> None:
    books.act(name_caretaker, NAMED, by=STREET)
    books.today = date(2026, 3, 1)
    books.act(end_caretaking, date(2026, 2, 20), "第三届业委会备案〔2026〕7号", by=STREET)
    days = (date(2026, 1, 2), date(2026, 1, 3), date(2026, 2, 19), date(2026, 2, 20))
    assert [standing_in(books, day) for day in days] == [None, NAMED.name, NAMED.name, None]


def test_there_is_one_caretaker_at_a_time(books: Books) -> None:
    books.act(name_caretaker, NAMED)
    with pytest.raises(errors.CaretakerThere):
        books.act(name_caretaker, replace(NAMED, name="另一社区"))
    books.act(end_caretaking, books.today, "选举备案")
    with pytest.raises(errors.CaretakerThere):
        books.act(end_caretaking, books.today, "选举备案")
    books.act(name_caretaker, replace(NAMED, from_on=books.today))


def test_the_trustee_is_no_caretaker_and_names_none(books: Books) -> None:
    with pytest.raises(errors.RequestMalformed) as refused:
        books.act(name_caretaker, replace(NAMED, body=Body.TRUSTEE))
    assert refused.value.pointer == "/body"
    with pytest.raises(errors.RoleRefused):
        books.act(name_caretaker, NAMED, by=TRUSTEE)


def test_days_of_a_caretaker_lie_in_the_past(books: Books) -> None:
    with pytest.raises(errors.RequestMalformed):
        books.act(name_caretaker, replace(NAMED, from_on=date(2026, 1, 6)))
    books.act(name_caretaker, NAMED)
    for day in (date(2026, 1, 2), date(2026, 1, 6)):
        with pytest.raises(errors.RequestMalformed):
            books.act(end_caretaking, day, "选举备案")
