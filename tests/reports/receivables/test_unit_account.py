"""The account of one unit, line by line, on the sample compound."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pdfplumber
import pytest

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.errors import NotFound, RequestMalformed
from ledger.store.arrears import owed_on
from ledger.store.owed import prepaid_lots
from reports.pdf.unit_account import draw_unit_account
from reports.receivables.as_csv import unit_account_csv
from reports.receivables.unit_account import UnitAccount, unit_account
from tests.books.sample import AREAS, LATE_PAYER, PREPAID, SMALL, play, s02_s03_bill, yuan
from tests.conftest import Books, once

NEW_YEAR, QUARTER_END = date(2026, 1, 1), date(2026, 3, 31)


def of(
    books: Books,
    unit: str,
    since: date = NEW_YEAR,
    until: date = QUARTER_END,
    *,
    debtor: int | None = None,
) -> UnitAccount:
    with books.database.reading() as session:
        return unit_account(session, books.compound, unit, since, until, debtor=debtor)


@pytest.fixture(scope="module")
def march(town: object) -> Books:
    return play(Books(town, once("accounts"), date(2026, 1, 5)).open(), through="s17")  # type: ignore[arg-type]  # a Database


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
    assert (found.total.closing.owed_minor, found.total.closing.prepaid_minor) == (0, yuan("1,600.00"))


def test_a_later_span_opens_with_what_the_earlier_one_closed(march: Books) -> None:
    january = of(march, LATE_PAYER, until=date(2026, 1, 31))
    rest = of(march, LATE_PAYER, since=date(2026, 2, 1))
    assert rest.total.opening == january.total.closing
    assert rest.total.opening.owed_minor == yuan("395.30")
    assert rest.total.closing.owed_minor == of(march, LATE_PAYER).total.closing.owed_minor == yuan("753.42")


def test_a_receipt_of_the_wrong_unit_comes_and_goes(march: Books) -> None:
    found = of(march, LATE_PAYER, since=date(2026, 3, 10), until=date(2026, 3, 12))
    assert found.total.turnover.settled_minor == 0
    assert sum(abs(line.moved.settled_minor) for line in found.lines) == 2 * yuan("300.00")
    assert found.total.opening == found.total.closing


@pytest.mark.parametrize("unit", sorted(AREAS))
def test_every_account_closes_with_what_is_owed_and_paid_ahead(march: Books, unit: str) -> None:
    closing = of(march, unit).total.closing
    with march.database.reading() as session:
        owed = owed_on(session, march.compound, QUARTER_END, unit=unit)
        lots = prepaid_lots(session, march.compound, unit=unit)
    assert closing.owed_minor == sum(one.charge.open_minor for one in owed)
    assert closing.prepaid_minor == sum(lot.left_minor for lot in lots)


def test_what_was_brought_forward_stands_on_the_first_day(march: Books) -> None:
    found = of(march, PREPAID, until=NEW_YEAR)
    assert found.total.opening.prepaid_minor == 0
    assert found.total.closing.prepaid_minor == yuan("1,200.00")


def test_an_unknown_unit_and_a_span_turned_round_are_refused(march: Books) -> None:
    with pytest.raises(NotFound):
        of(march, "B99-U9-9999")
    with pytest.raises(RequestMalformed):
        of(march, SMALL, since=QUARTER_END, until=NEW_YEAR)


@pytest.fixture
def sold(house: Books) -> Books:
    """Give the books after 0101, with 1,800.00 paid ahead, was sold on 10 February; the buyer owes March."""
    play(house, through="s02b")
    house.today = day = date(2026, 2, 10)
    house.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.REFUND, "过户 2026-02"))
    s02_s03_bill(house, date(2026, 3, 5))
    house.today = QUARTER_END
    return house


def test_the_buyers_debt_is_not_beside_the_sellers_money(sold: Books) -> None:
    found = of(sold, SMALL)
    seller, buyer = found.debtors
    assert (seller.debtor, seller.closing.owed_minor, seller.closing.refundable_minor) == (
        1,
        0,
        yuan("1,800.00"),
    )
    assert (buyer.debtor, buyer.closing.owed_minor, buyer.closing.refundable_minor) == (
        2,
        yuan("200.00"),
        0,
    )
    assert [(line.debtor, line.owed_minor) for line in found.lines[-1:]] == [(2, yuan("200.00"))]
    for place in range(len(found.lines)):
        line = found.lines[place]
        before = [one for one in found.lines[: place + 1] if one.debtor == line.debtor]
        assert line.owed_minor == sum(one.moved.owed_minor for one in before)
        assert line.prepaid_minor == sum(one.moved.prepaid_minor for one in before)


def test_the_account_of_one_debtor_shows_nothing_of_another(sold: Books) -> None:
    buyer = of(sold, SMALL, debtor=2)
    assert {line.debtor for line in buyer.lines} == {2}
    assert {line.period for line in buyer.lines} == {"2026-03"}
    assert [one.debtor for one in buyer.debtors] == [2]
    assert buyer.total.closing == of(sold, SMALL).debtors[1].closing
    with pytest.raises(NotFound):
        of(sold, SMALL, debtor=3)


def test_the_paper_and_the_table_name_the_debtor_of_each_line_where_there_are_several(sold: Books) -> None:
    def text(account: UnitAccount) -> str:
        with pdfplumber.open(BytesIO(draw_unit_account(account))) as paper:
            return "".join(page.extract_text() for page in paper.pages)

    both = of(sold, SMALL)
    assert "债务人 1" in text(both)
    assert "债务人 2" in text(both)
    assert "互不抵销" in text(both)
    assert "互不抵销" not in text(of(sold, SMALL, debtor=2))
    table = unit_account_csv(both).decode("utf-8-sig").splitlines()
    ends = [row.split(",") for row in table if ",期末," in row]
    assert [(row[3], row[9]) for row in ends] == [("1", "0.00"), ("2", "200.00")]
