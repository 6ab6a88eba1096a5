"""Scene S14: the first quarter's net public income is split 70 / 20 / 10, on one day."""

from __future__ import annotations

from ledger.actions.distribute import Distribute, approve_distribution, distribute, propose, record_rule
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.pay_move import confirm_move, pay_move
from ledger.rules.authority import Matter
from ledger.rules.between import Every, Rule
from tests.books.between import voted
from tests.books.sample import play, yuan
from tests.books.written import adds
from tests.conftest import COMMITTEE, TRUSTEE, Books

S14 = """
    Equity:PublicIncome:Transfer:Repair                 9366.83
    Assets:PublicIncome:Bank:Joint01                   -9366.83
    Assets:Repair:Custody:District                      9366.83
    Equity:Repair:Transfer:PublicIncome                -9366.83

    Equity:PublicIncome:Transfer:Committee              2676.24
    Assets:PublicIncome:Bank:Joint01                   -2676.24
    Assets:Committee:Bank:Basic01                       2676.24
    Equity:Committee:Transfer:PublicIncome             -2676.24
"""


def s14_distribution(books: Books) -> None:
    """10 April: the trustee asks, the committee decides, the treasurer pays; the district confirms on the same day."""
    day = books.today
    books.act(
        distribute,
        Distribute("s14", "D-2025", "2026-Q1", "Joint01", (("Committee", "Basic01"),)),
        by=TRUSTEE,
    )
    books.act(approve_distribution, "s14", by=COMMITTEE)
    for place in ("s14-01", "s14-02"):
        books.act(pay_move, place, day)
    books.act(confirm_move, "s14-01", day, "专户入账回单 0410")


def test_scene_s14_the_quarters_net_is_shared_to_the_fen(house: Books) -> None:
    play(house, through="s17")
    house.today = house.today.replace(day=10)
    house.act(open_bank_account, OpenBankAccount("Basic01", "业委会户 尾号0102", ("Committee",)))
    vote = voted(house, "V2025-09", Matter.DISTRIBUTION, "PublicIncome")
    rule = Rule("D-2025", Every.QUARTER, "2026-01", vote, (("Repair", 7_000), ("Committee", 2_000)))
    house.act(record_rule, rule)
    with house.database.reading() as session:
        found = propose(session, house.compound, "2026-03", "D-2025", "2026-Q1")
    assert found.net_minor == yuan("13,381.19")
    assert found.parts == {
        "Repair": yuan("9,366.83"),
        "Committee": yuan("2,676.24"),
        "PublicIncome": yuan("1,338.12"),
    }
    adds(house, s14_distribution, "s14", S14)
