"""Demand letters: which grounds they name for what is owed."""

from __future__ import annotations

from datetime import date

from ledger.actions.bill import BillMonth, bill
from reports.receivables.letters import DEVELOPER_GROUNDS_ZH, OWNER_GROUNDS_ZH, PROJECT_GROUND_ZH, letters
from tests.books.granted import PAYING, lifted, shared
from tests.books.sample import SMALL, UNSOLD, play
from tests.conftest import Books


def test_a_share_of_a_project_is_owed_by_its_vote_and_a_fee_by_law_and_contract(house: Books) -> None:
    play(house, through="s01")
    lifted(house)
    shared(house, "200,000.00", date(2026, 1, 10))
    house.act(bill, BillMonth("2026-01", house.today))
    with house.database.reading() as session:
        january = {
            unit: one for one in letters(session, house.compound, date(2026, 1, 20)) for unit in one.units
        }
        february = {
            unit: one for one in letters(session, house.compound, date(2026, 2, 20)) for unit in one.units
        }
    flat = PAYING[0]
    assert january[flat].grounds_zh == (PROJECT_GROUND_ZH,)
    assert february[flat].grounds_zh == (*OWNER_GROUNDS_ZH, PROJECT_GROUND_ZH)
    assert february[SMALL].grounds_zh == OWNER_GROUNDS_ZH
    assert february[UNSOLD[0]].grounds_zh == DEVELOPER_GROUNDS_ZH
