"""A tariff is published with its authority, and where the place asks for it, long enough before it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.rules.charge import Formula
from ledger.store.session import Database
from tests.conftest import OPERATOR, Books

FIRST = SetTariff("property_fee", Formula.AREA_RATE, 20_000, date(2026, 1, 1), "合同 1")


@pytest.fixture
def hangzhou(database: Database) -> Books:
    """Give the books of a compound in Hangzhou that has published its first tariff; today is 5 January."""
    books = Books(database, "xizi", date(2026, 1, 5))
    command = OpenCompound("xizi", "西子小区", date(2026, 1, 1), "hangzhou")
    database.write(lambda s: open_compound(s, command, OPERATOR, books.now, books.salt))
    books.act(set_tariff, FIRST)
    return books


def test_a_new_price_holds_thirty_days_after_it_was_posted(hangzhou: Books) -> None:
    """L17: 3 February is 29 days after 5 January; 4 February is 30."""
    dearer = replace(FIRST, rate_e4=22_000, effective_from=date(2026, 2, 3))
    with pytest.raises(errors.TariffRefused) as refused:
        hangzhou.act(set_tariff, dearer)
    assert refused.value.pointer == "/effective_from"
    assert "2026-02-04" in refused.value.detail("zh")
    hangzhou.act(set_tariff, replace(dearer, effective_from=date(2026, 2, 4)))


def test_the_first_price_of_an_item_needs_no_notice(hangzhou: Books) -> None:
    hangzhou.act(set_tariff, replace(FIRST, item="garbage", formula=Formula.FIXED))
