"""S6: the rate changes after a vote, a year paid ahead keeps its price, and a confirmed vacancy is charged at 70 %."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.actions.bill import BillMonth, bill
from ledger.actions.close import close
from ledger.rules.explain import explain
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.registers import charges
from reports.book.second_opinion import disagreements
from tests.books.later import s06_vote
from tests.books.reading import acts, amounts, check_golden, moved_since, shown, standing
from tests.books.sample import PREPAID, SMALL, agree, play
from tests.conftest import Books

S06 = """
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101      200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0201      196.97
    Assets:PropertyFee:Receivable:Owner:B01-U1-0301      154.00
    Assets:PropertyFee:Receivable:Owner:B02-U1-0601      232.10
    Assets:PropertyFee:Receivable:Developer:B02-U1-0501  264.00
    Assets:PropertyFee:Receivable:Developer:B02-U1-0502  264.00
    Liabilities:PropertyFee:Uncollected:Owner           -783.07
    Liabilities:PropertyFee:Uncollected:Developer       -528.00

    Liabilities:PropertyFee:Prepaid:B01-U1-0101          200.00
    Liabilities:PropertyFee:Prepaid:B01-U1-0301          154.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0101     -200.00
    Assets:PropertyFee:Receivable:Owner:B01-U1-0301     -154.00
    Liabilities:PropertyFee:Uncollected:Owner            354.00
    Income:PropertyFee:Service:Owner                    -354.00
"""


@pytest.fixture
def april(house: Books) -> Books:
    """Give the books on 5 April: voted 2.20 from April, and 0301 is vacant by a notice confirmed on 28 March."""
    play(house, through="s17")
    s06_vote(house)
    return house


def test_scene_s06_rate_change_price_lock_and_confirmed_vacancy(april: Books) -> None:
    before, since = standing(april), acts(april)
    april.act(bill, BillMonth("2026-04", april.today))
    assert shown(moved_since(april, before)) == shown(amounts(S06))
    check_golden(april, "s06", since)


def test_scene_s06_every_charge_says_how_it_came_about_and_comes_to_its_amount(april: Books) -> None:
    april.act(bill, BillMonth("2026-04", april.today))
    said = {}
    with april.database.reading() as session:
        for row in charges(session, april.compound, period="2026-04"):
            view = charge_view(session, april.compound, f"{row.seq}-{row.line}")
            explanation = explain(told(session, april.compound, view))
            assert explanation.computed_minor == row.amount_minor
            said[row.unit] = explanation
    assert said[PREPAID].zh == (
        "2026-04 物业服务费 154.00 元,2026-04-30 到期。",
        "建筑面积 100.00 ㎡ × 2.20 元/㎡·月 = 整月 220.00 元。",
        "空置已确认(通知 N-2026-03),按 70% 计。",
        "应收 154.00 元。",
        "依据:表决 V2026-01(2026-04-01 起)。",
    )
    assert said[SMALL].en == (
        "Property fee for 2026-04: 200.00 yuan, due on 2026-04-30.",
        "100.00 m² × 2.00 yuan per m² and month = 200.00 yuan for the whole month.",
        "It was paid ahead (R-000002), so the price of that day holds.",
        "By 物业服务合同 2025-01, in force since 2025-01-01.",
    )


def test_scene_s06_both_engines_agree_and_the_month_closes(april: Books) -> None:
    april.act(bill, BillMonth("2026-04", april.today))
    with april.database.reading() as session:
        assert list(disagreements(session, april.compound, april.today)) == []
    april.today = date(2026, 5, 1)
    april.act(close, "2026-04", agree)
