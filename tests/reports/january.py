"""A January with something of everything that a bulletin prints, in the sample's house; closed on 3 February."""

from __future__ import annotations

from datetime import date

from ledger.actions.caretake import NameCaretaker, name_caretaker
from ledger.actions.close import close
from ledger.actions.pay import post, request
from ledger.actions.register_asset import StateAbsence, StateZero, state_absence, state_zero
from ledger.rules.lease import AssetType
from ledger.rules.roles import Body
from reports.bulletin import Bulletin
from reports.month.bulletin import bulletin_figures
from tests.books.granted import cost, granted, lifted, paid, pooled
from tests.books.paying import asked, passed
from tests.books.renting import asset, let_lifts, rent
from tests.books.sample import agree, play
from tests.conftest import TRUSTEE, Books
from tests.ledger.actions.test_budgeting import adopted

FIRE = "Expenses:PropertyFee:Facility:Fire"
NEW_YEAR = date(2026, 1, 1)


def january(books: Books) -> Books:
    """Play it: a budget, a contract, statements of absence and of zero, a grant, a lift, an emergency."""
    play(books, through="s02")
    adopted(books)
    let_lifts(books, fee_bp=2_000)
    rent(books, "1,200.00")
    asset(books, "SHOP", AssetType.PREMISES, "门面一间", NEW_YEAR)
    books.act(state_zero, StateZero("2026-01", "招租中", asset="SHOP"))
    books.act(state_absence, StateAbsence(AssetType.CLUBHOUSE, NEW_YEAR, "没有会所"))
    pooled(books)
    granted(books, "600.00")
    paid(books, cost("zm", "400.00"))
    lifted(books)
    passed(books, asked("kin", f"{FIRE} 90.00", related_party=True, invoice="2"))
    books.today = day = date(2026, 1, 20)
    urgent = asked(
        "u", f"{FIRE} 100.00", purpose="抢修", authority="emergency", reason="消防管漏水", invoice="1"
    )
    books.act(request, urgent, by=TRUSTEE)
    books.act(post, "u", day)
    return books


def lapsed(books: Books) -> Books:
    """Let the committee lapse on 25 January."""
    books.today = day = date(2026, 1, 25)
    books.act(name_caretaker, NameCaretaker("桂花社区居民委员会", Body.COMMUNITY, day, "街道函 1 号"))
    return books


def closed(books: Books) -> Bulletin:
    """Close January and give its bulletin's figures."""
    books.today = day = date(2026, 2, 3)
    books.act(close, "2026-01", agree)
    with books.database.reading() as session:
        return bulletin_figures(
            session, books.compound, "2026-01", posted_from=day, posted_to=date(2026, 3, 3)
        )
