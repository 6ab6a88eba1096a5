"""The scenes after March: what happens to a debt besides being paid when it is due.

They stand on the sample's quarter with April billed as it was voted (S6): 2.20 yuan, the year that 0101 has paid ahead
at the old price, and 0301 empty at 70 %.
"""

from __future__ import annotations

from datetime import date

from ledger.actions.change_tenure import ChangeTenure, change_tenure
from ledger.actions.charge_late_fee import LateFee, LatePart
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.owe_back import OweBack, owe_back
from ledger.actions.park import Claim, Park, claim, park
from ledger.actions.receive import Receive, receive
from ledger.actions.set_prime_rate import SetPrimeRate, set_prime_rate
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.actions.taking import Payer
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula, Terms
from ledger.rules.money import parse_rate
from ledger.rules.unit import State
from ledger.store.owed import open_charges
from ledger.store.registers import charges
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, TWO_PAYER, UNSOLD, play, s02_s03_bill, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import give_back, refund_of


def s06_vote(books: Books) -> None:
    """5 April: 2.20 yuan were voted from April on; 0301 is vacant by a notice that was confirmed on 28 March."""
    books.today = date(2026, 4, 5)
    rate, since, vote = parse_rate("2.20"), date(2026, 4, 1), "表决 V2026-01"
    terms = Terms(price_lock=True)
    books.act(set_tariff, SetTariff("property_fee", Formula.AREA_RATE, rate, since, vote, terms))
    empty = ChangeTenure(
        *(PREPAID, since, State.VACANT),
        factor_bp=7_000,
        notice="N-2026-03",
        confirmed_on=date(2026, 3, 28),
    )
    books.act(change_tenure, empty)


def april(books: Books) -> Books:
    """Play the first quarter, and bill April as it was voted."""
    play(books, through="s17")
    s06_vote(books)
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
    paid = {"2025-09": 17_906, "2025-10": 17_906, "2025-11": 14_188}
    with books.database.reading() as session:
        late = [row for row in charges(session, books.compound, unit=LATE_PAYER) if row.period in paid]
    parts = tuple(LatePart(f"{row.seq}-{row.line}", paid[row.period], 90) for row in late)
    fee = LateFee(parts, day, "物业服务合同 第 12 条")
    books.act(receive, Receive(LATE_PAYER, yuan("4.81"), Channel.BANK, day, day, "Joint01", late_fee=fee))


def s08_developer(books: Books) -> None:
    """20 April: the developer pays 7,000 yuan for its unsold units; the assembly waives the rest."""
    books.today = day = date(2026, 4, 20)
    command = SettleDeveloper(UNSOLD, yuan("7,000.00"), "Joint01", day, "表决 V2026-02", waive_rest=True)
    books.act(settle_developer, command)
