"""Acts, vouchers and receipts are numbered without a gap, whoever writes at the same time (I5)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlmodel import col, select

from ledger import errors
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.rules.seal import genesis
from ledger.store.append import Journal, random_salt
from ledger.store.session import Database
from ledger.store.tables import Act, EntryRow
from ledger.store.tables import Receipt as ReceiptRow
from tests.books.sample import SMALL, TWO_PAYER, play
from tests.conftest import OPERATOR, TREASURER, TRUSTEE, Books

DAY = date(2026, 1, 5)
WRITERS, EACH = 8, 5


def numbers(books: Books) -> tuple[list[int], dict[str, list[int]], list[int]]:
    """Return the acts, the vouchers by month, and the receipts, as they were numbered."""
    with books.database.reading() as session:
        acts = session.exec(select(Act).where(Act.compound == books.compound).order_by(col(Act.seq))).all()
        rows = session.exec(select(EntryRow).where(EntryRow.compound == books.compound)).all()
        receipts = session.exec(select(ReceiptRow.number).where(ReceiptRow.compound == books.compound)).all()
    previous = genesis(books.compound)
    for act in acts:
        assert act.prev == previous
        previous = act.hash
    vouchers: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda one: one.seq):
        vouchers.setdefault(row.month, []).append(row.voucher_no)
    return [act.seq for act in acts], vouchers, sorted(receipts)


def check_gap_free(books: Books) -> tuple[int, int]:
    """Check all three series and return how many acts and receipts there are."""
    acts, vouchers, receipts = numbers(books)
    assert acts == list(range(1, len(acts) + 1))
    for month, given in vouchers.items():
        assert given == list(range(1, len(given) + 1)), month
    assert receipts == list(range(1, len(receipts) + 1))
    return len(acts), len(receipts)


def test_a_whole_quarter_leaves_no_gap(house: Books) -> None:
    play(house)
    assert check_gap_free(house)[1] == 4


def test_a_refusal_takes_no_number(house: Books) -> None:
    play(house, through="s01")
    for amount in (100, 0, 100, -1, 100):
        try:
            house.act(receive, Receive(SMALL, amount, Channel.CASH, DAY, DAY))
        except errors.RequestMalformed:
            assert amount <= 0
    assert check_gap_free(house)[1] == 3


def test_a_dry_run_takes_no_number(house: Books) -> None:
    play(house, through="s01")
    command = Receive(SMALL, 100, Channel.CASH, DAY, DAY)
    tried = house.try_act(receive, command)
    assert house.act(receive, command).number == tried.number == 1
    check_gap_free(house)


def test_eight_writers_leave_no_gap(house: Books) -> None:
    play(house, through="s01")
    before = check_gap_free(house)

    def write(writer: int) -> list[int]:
        unit = (SMALL, TWO_PAYER)[writer % 2]
        command = Receive(unit, 1_000 + writer, Channel.CASH, DAY, DAY)
        return [_receipt(house, command) for _ in range(EACH)]

    with ThreadPoolExecutor(WRITERS) as pool:
        given = [number for some in pool.map(write, range(WRITERS)) for number in some]
    assert sorted(given) == list(range(1, WRITERS * EACH + 1))
    acts, receipts = check_gap_free(house)
    assert (acts - before[0], receipts) == (WRITERS * EACH, WRITERS * EACH)


def _receipt(books: Books, command: Receive) -> int:
    """Receive in a thread: with salts that no other thread shares."""
    return books.database.write(
        lambda s: receive(Journal(s, books.compound, TREASURER, books.now, random_salt), command)
    ).number


def test_writers_of_different_compounds_do_not_meet(town: Database) -> None:
    street = [Books(town, f"street-{number}", DAY).open() for number in range(4)]

    def write(books: Books) -> None:
        for _ in range(EACH):
            command = EarnPublicIncome("Income:PublicIncome:Telecom", 100, DAY, "基站", Channel.CASH)
            books.act(earn, command)

    with ThreadPoolExecutor(len(street)) as pool:
        list(pool.map(write, street))
    assert Counter(check_gap_free(books)[0] for books in street) == {EACH + 1: len(street)}


def test_the_same_numbers_in_two_compounds_give_different_chains(town: Database) -> None:
    one, two = (Books(town, f"twin-{name}", DAY).open() for name in "ab")
    with town.reading() as session:
        first, second = (session.get(Act, (books.compound, 1)) for books in (one, two))
    assert first is not None
    assert second is not None
    assert first.prev != second.prev
    assert first.hash != second.hash


@pytest.mark.parametrize(
    ("changed", "refusal", "pointer"),
    [
        ({"code": "Guihuayuan"}, errors.CodeMalformed, "/code"),
        ({"code": "house/1"}, errors.CodeMalformed, "/code"),
        ({"name": ""}, errors.TextRefused, "/name"),
        ({"profile": "atlantis"}, errors.NotFound, "/profile"),
        ({"code": None}, errors.AlreadyExists, "/code"),
    ],
)
def test_a_compound_is_opened_once_and_with_a_code(
    house: Books, changed: dict[str, str | None], refusal: type[errors.Refusal], pointer: str
) -> None:
    given = {"code": "new-house", "name": "新小区", "profile": "default"} | changed
    command = OpenCompound(given["code"] or house.compound, given["name"] or "", DAY, given["profile"] or "")
    with pytest.raises(refusal) as refused:
        house.database.write(lambda s: open_compound(s, command, OPERATOR, house.now, house.salt))
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("actor", [TREASURER, TRUSTEE])
def test_only_the_operator_opens_a_compound(house: Books, actor: object) -> None:
    command = OpenCompound("new-house", "新小区", DAY)
    with pytest.raises(errors.RoleRefused):
        house.database.write(lambda s: open_compound(s, command, actor, house.now, house.salt))  # type: ignore[arg-type]  # an Actor


def test_nobody_writes_to_a_compound_that_does_not_exist(house: Books) -> None:
    stranger = Books(house.database, "nowhere", DAY)
    with pytest.raises(errors.NotFound):
        stranger.act(earn, EarnPublicIncome("Income:PublicIncome:Telecom", 1, DAY, "基站", Channel.CASH))
