"""No act and no monthly figure reads a whole table of facts: asked of SQLite, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import migrations
from api.publishing import publish_bulletin
from ledger.actions.bill import BillMonth, bill
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.close import close
from ledger.actions.hand_over import HandOver, hand_over
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.store.balances import balances
from ledger.store.session import Database
from reports.month.bulletin import bulletin_figures
from reports.receivables.arrears import arrears
from reports.receivables.collection_rates import collection_rates
from reports.receivables.handover import handover_list
from reports.receivables.unit_account import unit_account
from tests.books.sample import LATE_PAYER, SMALL, agree, play, yuan
from tests.conftest import Books

#: Tables that grow with every act, and the names that statements give them a second time.
GROWING = r"(posting|settlement|charge|act|entry|relief|outstanding|taken_back|basis|undone)(_\d+)?"
#: A scan, or a search by nothing but the compound: both read everything there ever was.
WHOLE = re.compile(rf"^(SCAN {GROWING}\b|SEARCH {GROWING} USING .*\(compound=\?\))")
APRIL = date(2026, 4, 1)

Seen = dict[str, Any]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Books, Seen]]:
    """Give the sample's quarter, and the statements run since, each with one set of its parameters."""
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    migrations.upgrade(database.engine)
    books = play(Books(database, "watched", date(2026, 1, 5)).open(), before="s17")
    seen: Seen = {}

    def note(_c: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy calls it so
        if statement.startswith(("SELECT", "WITH", "UPDATE")):
            seen.setdefault(statement, given[0] if many else given)

    for engine in (database.writer, database._reader):
        event.listen(engine, "before_cursor_execute", note)
    yield books, seen
    database.close()


def whole_reads(books: Books, seen: Seen) -> list[str]:
    """Return every step that reads a whole growing table, with the statement it belongs to."""
    asked = list(seen.items())
    connection = books.database.engine.raw_connection()
    cursor = connection.cursor()
    found = [
        f"{step[3]}: {statement}"
        for statement, given in asked
        for step in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
        if WHOLE.match(step[3])
    ]
    connection.close()
    return found


def reading(figures: Callable[..., object], *of: object) -> Callable[[Books], object]:
    def read(books: Books) -> object:
        with books.database.reading() as session:
            return figures(session, books.compound, *of)

    return read


def paid_and_taken_back(books: Books) -> object:
    day = books.today
    paid = books.act(receive, Receive(LATE_PAYER, yuan("300.00"), Channel.BANK, day, day, "Joint01"))
    return books.act(reverse, Reverse(paid.recorded.seq, "误记", day))


def sold(books: Books) -> object:
    day = books.today
    return books.act(change_owner, ChangeOwner(SMALL, day, day, Ahead.CARRY, "过户 1"))


def handed_over(books: Books) -> object:
    done = books.act(hand_over, HandOver(date(2026, 3, 14), "甲公司", "乙公司"))
    return reading(handover_list, done.recorded.seq)(books)


def closed(books: Books) -> object:
    books.today = APRIL
    books.act(close, "2026-03", agree)
    with books.database.reading() as session:
        return bulletin_figures(session, books.compound, "2026-03", posted_from=APRIL, posted_to=APRIL)


def published(books: Books) -> object:
    books.today = APRIL
    books.act(close, "2026-03", agree)
    return books.act(publish_bulletin, "2026-03", None, "")


WORK: dict[str, Callable[[Books], object]] = {
    "billing": lambda books: books.act(bill, BillMonth("2026-04", books.today)),
    "a receipt and its reversal": paid_and_taken_back,
    "a change of owner": sold,
    "a handover": handed_over,
    "a close and its bulletin": closed,
    "a publication": published,
    "rates": reading(collection_rates, "2026-03", "2026-03"),
    "arrears": reading(arrears, date(2026, 3, 31)),
    "an account": reading(unit_account, LATE_PAYER, date(2026, 3, 1), date(2026, 3, 31)),
    "balances": reading(balances),
}


@pytest.mark.parametrize("name", sorted(WORK))
def test_nothing_reads_all_facts_there_ever_were(watched: tuple[Books, Seen], name: str) -> None:
    books, seen = watched
    seen.clear()
    WORK[name](books)
    assert seen
    found = whole_reads(books, seen)
    assert not found, "\n".join(found)


def test_the_watch_sees_a_statement_that_reads_everything(watched: tuple[Books, Seen]) -> None:
    books, seen = watched
    seen.clear()
    seen["SELECT sum(amount_minor) FROM posting WHERE compound = ?"] = ("watched",)
    seen["SELECT sum(amount_minor) FROM settlement"] = ()
    assert len(whole_reads(books, seen)) == 2
