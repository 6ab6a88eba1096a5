"""How the tests of public income speak: assets, contracts with their vote, rents, and what the month lacks."""

from __future__ import annotations

from datetime import date

from ledger.actions.charge_rents import ChargeRents, RentsCharged, charge_rents
from ledger.actions.receive_rent import ReceiveRent, RentReceived, receive_rent
from ledger.actions.register_asset import RegisterAsset, register_asset
from ledger.actions.sign_lease import SignLease, Tenant, sign_lease
from ledger.rules.authority import Matter
from ledger.rules.lease import AssetType, Schedule
from ledger.store.expected import Source, TypeMonth, expected, missing
from tests.books.between import voted
from tests.books.sample import set_up, yuan
from tests.conftest import Books

VOTE = "V2025-09"
NEW_YEAR, NEW_YEARS_EVE = date(2026, 1, 1), date(2026, 12, 31)
#: Credit codes of a company and of a sole trader; their check characters are right.
COMPANY, SOLE_TRADER = "91510107MA6CKQWR2A", "92510107MA6CKQWR14"
MEDIA = Tenant("示例传媒有限公司", COMPANY)


def asset(books: Books, code: str, kind: AssetType, label: str, since: date, **more: object) -> str:
    """Put an asset on the register; give its code."""
    books.act(register_asset, RegisterAsset(code, kind, label, since, **more))  # type: ignore[arg-type]  # by name
    return code


def lease(books: Books, code: str, assets: str, term: str, **more: object) -> str:
    """Record a contract under the vote; ``term`` is first and last day. Give its code."""
    first, last = (date.fromisoformat(day) for day in term.split())
    given: dict[str, object] = {"tenant": MEDIA, "authority": VOTE, **more}
    books.act(sign_lease, SignLease(code, tuple(assets.split()), from_on=first, to_on=last, **given))  # type: ignore[arg-type]  # by name
    return code


def vote_lifts(books: Books) -> None:
    """Put the lifts' advert frames on the register, and the vote that lets them."""
    voted(books, VOTE, Matter.COMMON_PARTS)
    asset(books, "LIFT-AD", AssetType.ADVERT_ELEVATOR, "全部电梯轿厢广告框", NEW_YEAR, count=6)


def lifts_to_let(books: Books) -> Books:
    """Return the sample's books with the lifts' advert frames and the vote that lets them."""
    set_up(books)
    vote_lifts(books)
    return books


def let_lifts(
    books: Books, amount: str = "1,200.00", term: str = "2026-01-01 2026-12-31", **more: object
) -> str:
    """Let the adverts in the lifts for monthly rent in advance, by a vote; give the contract's code."""
    vote_lifts(books)
    terms: dict[str, object] = {"schedule": Schedule(yuan(amount)), **more}
    return lease(books, "A-07", "LIFT-AD", term, **terms)


def rent(books: Books, amount: str, contract: str = "A-07", **more: object) -> RentReceived:
    """Receive rent at the bank today."""
    command = ReceiveRent(contract, yuan(amount), books.today, bank="Joint01", **more)  # type: ignore[arg-type]  # by name
    return books.act(receive_rent, command)


def due(books: Books) -> RentsCharged:
    """Charge what has fallen due by today."""
    return books.act(charge_rents, ChargeRents(books.today))


def month(books: Books, of: str) -> dict[AssetType, TypeMonth]:
    """Return what is known of a month, by type."""
    with books.database.reading() as session:
        return {one.type: one for one in expected(session, books.compound, of)}


def lacks(books: Books, of: str) -> list[str]:
    """Return the names of what a month lacks."""
    with books.database.reading() as session:
        return [one.name for one in missing(session, books.compound, of)]


def source(books: Books, of: str, kind: AssetType) -> Source:
    """Return the only source of a type in a month."""
    (only,) = month(books, of)[kind].sources
    return only
