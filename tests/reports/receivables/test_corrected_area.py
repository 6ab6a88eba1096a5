"""What letters and lists say of a charge whose area was put right: as it stands, not as it was first billed."""

from __future__ import annotations

from datetime import date

from ledger.actions.adjust_charges import Rebill, rebill
from ledger.actions.bill import BillMonth, bill
from ledger.actions.import_units import ImportUnits, import_units
from ledger.rules.unit import State
from reports.receivables.arrears import arrears
from reports.receivables.as_csv import arrears_csv
from reports.receivables.letters import letters
from tests.books.sample import UNSOLD, set_up, unit_line, yuan
from tests.conftest import Books


def test_an_area_of_120_put_right_to_110_stands_so_in_letter_and_list(house: Books) -> None:
    set_up(house).act(bill, BillMonth("2026-01", house.today))
    smaller = unit_line(UNSOLD[0], 11_000, State.UNSOLD)
    house.act(import_units, ImportUnits(changed=(smaller,)))
    house.act(rebill, Rebill(UNSOLD[0], "2026-01", "测绘更正", house.today))
    house.today = day = date(2026, 2, 10)
    with house.database.reading() as session:
        (letter,) = [one for one in letters(session, house.compound, day) if one.is_developer]
        listed = arrears_csv(arrears(session, house.compound, day, unit=UNSOLD[0])).decode("utf-8-sig")
        before = arrears(session, house.compound, date(2026, 1, 4), unit=UNSOLD[0])
    due = {one.label_zh: one for one in letter.dues}
    put_right, other = due[UNSOLD[0]], due[UNSOLD[1]]
    assert (put_right.area_hundredths, put_right.rate_e4, put_right.amount_minor) == (
        11_000,
        20_000,
        yuan("220.00"),
    )
    assert (other.area_hundredths, other.amount_minor) == (12_000, yuan("240.00"))
    (line,) = listed.splitlines()[1:]
    assert ",220.00,220.00," in line
    assert before.lines == ()
