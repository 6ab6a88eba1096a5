"""The account of one unit, line by line, on the sample compound."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import NotFound, RequestMalformed
from ledger.store.arrears import owed_on
from ledger.store.owed import prepaid_lots
from reports.receivables.unit_account import UnitAccount, unit_account
from tests.books.sample import AREAS, LATE_PAYER, PREPAID, SMALL, play, yuan
from tests.conftest import Books

NEW_YEAR, QUARTER_END = date(2026, 1, 1), date(2026, 3, 31)


def of(books: Books, unit: str, since: date = NEW_YEAR, until: date = QUARTER_END) -> UnitAccount:
    with books.database.reading() as session:
        return unit_account(session, books.compound, unit, since, until)


@pytest.fixture(scope="module")
def march(town: object) -> Books:
    return play(Books(town, "accounts", date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


def test_a_year_paid_ahead_is_charged_and_used_month_by_month(march: Books) -> None:
    found = of(march, SMALL)
    shown = [
        (
            line.on,
            line.period,
            line.moved.charged_minor,
            line.moved.settled_minor,
            line.owed_minor,
            line.prepaid_minor,
        )
        for line in found.lines
    ]
    month = yuan("200.00")
    assert shown == [
        (date(2026, 1, 5), "2026-01", month, 0, month, 0),
        (date(2026, 1, 15), "", 0, 0, month, yuan("2,000.00")),
        (date(2026, 1, 15), "2026-01", 0, month, 0, yuan("2,000.00")),
        (date(2026, 2, 5), "2026-02", month, 0, month, yuan("2,000.00")),
        (date(2026, 2, 5), "2026-02", 0, month, 0, yuan("1,800.00")),
        (date(2026, 3, 5), "2026-03", month, 0, month, yuan("1,800.00")),
        (date(2026, 3, 5), "2026-03", 0, month, 0, yuan("1,600.00")),
    ]
    assert (found.closing.owed_minor, found.closing.prepaid_minor) == (0, yuan("1,600.00"))


def test_a_later_span_opens_with_what_the_earlier_one_closed(march: Books) -> None:
    january = of(march, LATE_PAYER, until=date(2026, 1, 31))
    rest = of(march, LATE_PAYER, since=date(2026, 2, 1))
    assert rest.opening == january.closing
    assert rest.opening.owed_minor == yuan("395.30")
    assert rest.closing.owed_minor == of(march, LATE_PAYER).closing.owed_minor == yuan("753.42")


def test_a_receipt_of_the_wrong_unit_comes_and_goes(march: Books) -> None:
    found = of(march, LATE_PAYER, since=date(2026, 3, 10), until=date(2026, 3, 12))
    assert found.turnover.settled_minor == 0
    assert sum(abs(line.moved.settled_minor) for line in found.lines) == 2 * yuan("300.00")
    assert found.opening == found.closing


@pytest.mark.parametrize("unit", sorted(AREAS))
def test_every_account_closes_with_what_is_owed_and_paid_ahead(march: Books, unit: str) -> None:
    closing = of(march, unit).closing
    with march.database.reading() as session:
        owed = owed_on(session, march.compound, QUARTER_END, unit=unit)
        lots = prepaid_lots(session, march.compound, unit=unit)
    assert closing.owed_minor == sum(one.charge.open_minor for one in owed)
    assert closing.prepaid_minor == sum(lot.left_minor for lot in lots)


def test_what_was_brought_forward_stands_on_the_first_day(march: Books) -> None:
    found = of(march, PREPAID, until=NEW_YEAR)
    assert found.opening.prepaid_minor == 0
    assert found.closing.prepaid_minor == yuan("1,200.00")


def test_an_unknown_unit_and_a_span_turned_round_are_refused(march: Books) -> None:
    with pytest.raises(NotFound):
        of(march, "B99-U9-9999")
    with pytest.raises(RequestMalformed):
        of(march, SMALL, since=QUARTER_END, until=NEW_YEAR)
