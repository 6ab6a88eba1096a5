"""The scenes after March: what happens to a debt besides being paid when it is due.

They stand on the sample's quarter with April billed at the old price: the voted rise (S6) is played elsewhere, so an
amount here follows from 2.00 yuan where the sample has 2.20; the entries are the same.
"""

from __future__ import annotations

from datetime import date

from ledger.actions.charge_late_fee import LateFee, LatePart
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, receive
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.store.owed import open_charges
from tests.books.reading import standing
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, UNSOLD, play, s02_s03_bill, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import give_back, refund_of


def april(books: Books) -> Books:
    """Play the first quarter and bill April."""
    play(books, through="s17")
    s02_s03_bill(books, date(2026, 4, 5))
    return books


def may(books: Books) -> Books:
    """Go on to 6 May."""
    april(books)
    books.today = date(2026, 5, 6)
    return books


def s10_unidentified(books: Books) -> None:
    """25 April: 200 yuan arrive with nothing written; on the 28th 0201 claims them."""
    books.today = day = date(2026, 4, 25)
    done = books.act(park, Park(yuan("200.00"), Channel.BANK, day, day, "Joint01"))
    books.today = later = date(2026, 4, 28)
    books.act(claim, Claim(done.parked, Payer(LATE_PAYER), later))


def s09_refund(books: Books) -> None:
    """6 May: what 0101 has paid ahead is owed back, and paid on the 8th with two keys."""
    books.act(owe_back, OweBack(SMALL, books.today))
    books.today = date(2026, 5, 8)
    give_back(books, refund_of("s09", SMALL, "1,400.00"))


def moved_since(books: Books, before: dict[str, int]) -> dict[str, int]:
    """Return what the accounts moved since ``before``, in fen."""
    after = standing(books)
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return {code: minor for code, minor in sums.items() if minor}


def s11_dispute(books: Books) -> None:
    """10 May: 0601 contests everything that is open."""
    books.today = date(2026, 5, 10)
    with books.database.reading() as session:
        charges = open_charges(session, books.compound, units={TWO_PAYER})
    books.act(dispute, Dispute(tuple((one.id, None) for one in charges), "异议书 2026-05", books.today))


def s22_late_fee(books: Books) -> None:
    """18 May: 0201 pays the late fee of the 500 yuan that it paid in January, 90 days late."""
    books.today = day = date(2026, 5, 18)
    books.act(set_prime_rate, SetPrimeRate(date(2026, 1, 20), 300, "全国银行间同业拆借中心"))
    parts = tuple(LatePart(f"7-{line}", minor, 90) for line, minor in ((1, 17_906), (2, 17_906), (3, 14_188)))
    fee = LateFee(parts, day, "物业服务合同 第 12 条")
    books.act(receive, Receive(LATE_PAYER, yuan("4.81"), Channel.BANK, day, day, "Joint01", late_fee=fee))


def s08_developer(books: Books) -> None:
    """20 April: the developer pays 7,000 yuan for its unsold units; the assembly waives the rest."""
    books.today = day = date(2026, 4, 20)
    command = SettleDeveloper(UNSOLD, yuan("7,000.00"), "Joint01", day, "表决 V2026-02", waive_rest=True)
    books.act(settle_developer, command)
