"""Balances from closed months and what came after, against a plain sum over all postings."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.store.balances import balances, last_closed, movements
from ledger.store.session import Database
from ledger.store.tables import EntryRow, PostingRow
from tests.books.reading import acts, standing
from tests.books.sample import play
from tests.conftest import Books, once

Line = tuple[int, date, str, int]


@pytest.fixture(scope="module")
def lived_in(town: Database) -> Books:
    """Give a house that has played all scenes; January to March are closed."""
    return play(Books(town, once("balanced"), date(2026, 1, 5)).open())


@pytest.fixture(scope="module")
def journal(lived_in: Books) -> list[Line]:
    """Give every posting: act, effective date, account, fen."""
    with lived_in.database.reading() as session:
        entries = session.exec(select(EntryRow).where(EntryRow.compound == lived_in.compound))
        days = {row.seq: row.effective_on for row in entries}
        rows = session.exec(select(PostingRow).where(PostingRow.compound == lived_in.compound))
        return [(row.seq, days[row.seq], row.account, row.amount_minor) for row in rows]


def naive(journal: list[Line], as_of: date | None, known_at: int | None) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for seq, day, account, minor in journal:
        if (as_of is None or day <= as_of) and (known_at is None or seq <= known_at):
            sums[account] += minor
    return {account: sums[account] for account in sorted(sums) if sums[account]}


DAYS = sorted(
    {
        date(2025, 12, 31),
        *(date(2026, month, day) for month in range(1, 6) for day in (1, 5, 12, 13, 15, 20, 25)),
        *(date(2026, month, 1) - timedelta(days=1) for month in range(2, 7)),
        date(2026, 12, 31),
    }
)


def test_a_balance_of_any_day_is_the_sum_of_its_postings(lived_in: Books, journal: list[Line]) -> None:
    with lived_in.database.reading() as session:
        for day in (None, *DAYS):
            assert balances(session, lived_in.compound, as_of=day) == naive(journal, day, None), day


def test_the_book_as_it_stood_after_any_act_can_be_read_again(lived_in: Books, journal: list[Line]) -> None:
    with lived_in.database.reading() as session:
        for seq in range(acts(lived_in) + 1):
            assert balances(session, lived_in.compound, known_at=seq) == naive(journal, None, seq), seq


def test_day_and_knowledge_can_be_asked_for_together(lived_in: Books, journal: list[Line]) -> None:
    with lived_in.database.reading() as session:
        for day in DAYS[::3]:
            for seq in range(5, acts(lived_in) + 1, 4):
                found = balances(session, lived_in.compound, as_of=day, known_at=seq)
                assert found == naive(journal, day, seq), (day, seq)


def test_all_balances_sum_to_zero(lived_in: Books) -> None:
    assert sum(standing(lived_in).values()) == 0


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (None, "2026-03"),
        (date(2026, 3, 31), "2026-03"),
        (date(2026, 3, 30), "2026-02"),
        (date(2026, 1, 30), ""),
        (date(2026, 1, 31), "2026-01"),
    ],
)
def test_a_sum_begins_after_the_last_month_that_was_closed(
    lived_in: Books, day: date | None, month: str
) -> None:
    with lived_in.database.reading() as session:
        assert last_closed(session, lived_in.compound, day, None) == month


def test_what_was_known_before_a_close_does_not_use_it(lived_in: Books) -> None:
    with lived_in.database.reading() as session:
        assert last_closed(session, lived_in.compound, None, 5) == ""


def test_the_movement_of_a_span_is_the_difference_of_its_ends(lived_in: Books) -> None:
    with lived_in.database.reading() as session:
        moved = movements(session, lived_in.compound, after="2026-01", through="2026-03")
        before = balances(session, lived_in.compound, as_of=date(2026, 1, 31))
        later = balances(session, lived_in.compound, as_of=date(2026, 3, 31))
    for account in {*before, *later, *moved}:
        assert before.get(account, 0) + moved.get(account, 0) == later.get(account, 0), account


def test_another_compound_has_balances_of_its_own(lived_in: Books) -> None:
    neighbour = Books(lived_in.database, "neighbour", date(2026, 1, 5)).open()
    assert standing(neighbour) == {}
    with lived_in.database.reading() as session:
        assert balances(session, "nowhere") == {}
