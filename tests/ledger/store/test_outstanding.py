from __future__ import annotations

from datetime import date

from ledger.actions.reverse import Reverse, reverse
from ledger.store.outstanding import OPEN, kept, recount
from tests.books.sample import play, s02_s03_bill, s04_wechat, s05_year_ahead, yuan
from tests.conftest import Books


def test_what_the_journal_keeps_of_open_charges_is_what_the_facts_say(house: Books) -> None:
    """Bills, part payments, a release and a reversal: after each, the kept rows are those of a recount."""
    play(house, before="s02")
    paid = []
    for act in (
        lambda: s02_s03_bill(house, date(2026, 1, 5)),
        lambda: s04_wechat(house),
        lambda: paid.append(s05_year_ahead(house)),
        lambda: s02_s03_bill(house, date(2026, 2, 5)),
        lambda: house.act(reverse, Reverse(paid[0].recorded.seq, "退票", house.today)),
    ):
        act()
        with house.database.reading() as session:
            rows = kept(session, house.compound)
            assert rows
            assert rows == recount(session, house.compound)


def test_a_charge_that_was_settled_ends_on_the_day_of_its_last_settlement(house: Books) -> None:
    play(house, through="s04")
    with house.database.reading() as session:
        ended = {span.ended_on for span in kept(session, house.compound).values()}
    assert ended == {date(2026, 1, 5), date(2026, 1, 12), OPEN}
    assert yuan("500.00") == 2 * 17_906 + 14_188
