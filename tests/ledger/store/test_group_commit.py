"""Requests that wait together share one commit, and nothing else: each fails or stands for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from ledger.errors import NotFound, Refusal, StoreUnavailable
from ledger.store.commits import Commit
from ledger.store.session import Database

WRITERS = 24


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Give an SQLite database with one table of numbers."""
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE n (i INTEGER PRIMARY KEY, filler TEXT)"))
    yield database
    database.close()


def adding(number: int, filler: str = "") -> Callable[[Session], int]:
    def work(session: Session) -> int:
        session.execute(text("INSERT INTO n VALUES (:i, :f)"), {"i": number, "f": filler})
        return number

    return work


def refused_after_writing(number: int) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        adding(number)(session)
        raise NotFound(what=str(number))

    return work


def stored(database: Database) -> set[int]:
    with database.reading() as session:
        return set(session.execute(text("SELECT i FROM n")).scalars())


def commits(database: Database) -> list[int]:
    """Count the commits from now on."""
    seen: list[int] = []
    event.listen(database.writer, "commit", lambda _connection: seen.append(1))
    return seen


def together(database: Database, works: list[Callable[[Session], int]], **how: bool) -> list[object]:
    """Run all works while the first of them waits until the others have come; give answers and refusals."""
    arrived = threading.Semaphore(0)

    def holding(session: Session) -> int:
        for _ in works[1:]:
            arrived.acquire()
        return works[0](session)

    def write(work: Callable[[Session], int]) -> object:
        try:
            return database.write(work, **how)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        first = pool.submit(write, holding)
        rest = []
        for work in works[1:]:
            rest.append(pool.submit(write, work))
            arrived.release()
        return [first.result(30), *(one.result(30) for one in rest)]


def test_those_who_wait_while_one_writes_share_the_next_commits(database: Database) -> None:
    counted = commits(database)
    answers = together(database, [adding(number) for number in range(WRITERS)])
    assert answers == list(range(WRITERS))
    assert stored(database) == set(range(WRITERS))
    assert len(counted) < WRITERS


def test_a_refused_request_takes_back_its_own_writes_only(database: Database) -> None:
    works = [refused_after_writing(n) if n % 3 == 0 else adding(n) for n in range(WRITERS)]
    answers = together(database, works)
    assert stored(database) == {n for n in range(WRITERS) if n % 3}
    assert [isinstance(one, NotFound) for one in answers] == [n % 3 == 0 for n in range(WRITERS)]


def test_a_dry_run_in_the_group_leaves_nothing(database: Database) -> None:
    assert together(database, [adding(n) for n in range(4)], keep=False) == [0, 1, 2, 3]
    assert stored(database) == set()


def test_bulk_acts_commit_alone(database: Database) -> None:
    counted = commits(database)
    together(database, [adding(number) for number in range(8)], alone=True)
    assert len(counted) == 8


def test_a_full_disk_refuses_the_whole_group_and_the_next_goes_on(database: Database) -> None:
    pages = database.write(lambda s: s.execute(text("PRAGMA page_count")).scalar_one())

    @event.listens_for(database.writer, "begin")
    def narrow(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")  # type: ignore[attr-defined]  # a Connection

    big = "x" * 20_000
    answers = together(database, [adding(1), adding(2), adding(3, big), adding(4)])
    lost = {n for n, one in enumerate(answers, 1) if isinstance(one, StoreUnavailable)}
    assert 3 in lost
    assert stored(database) == {1, 2, 3, 4} - lost  # who was told “done” is stored, who was told “not” is not
    event.remove(database.writer, "begin", narrow)
    database.write(lambda s: s.execute(text("PRAGMA max_page_count=1000000")))
    assert database.write(adding(5, big)) == 5


def test_a_commit_that_fails_stores_none_of_its_group(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE m (i INTEGER REFERENCES n (i) DEFERRABLE INITIALLY DEFERRED)"))

    def dangling(session: Session) -> int:
        session.execute(text("INSERT INTO m VALUES (999)"))
        return 999

    answers = together(database, [adding(1), adding(2), dangling])
    done = {one for one in answers if isinstance(one, int)}
    assert 999 not in done
    assert stored(database) == done


def test_who_asks_while_another_leads_is_answered_with_their_own_result(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: database.write(adding(n)), range(400)))
    assert answers == list(range(400))


def test_who_watches_commits_cannot_make_a_stored_act_look_refused(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_commit: Commit) -> None:
        raise RuntimeError("the watch has fallen asleep")

    database.watch = fail
    assert database.write(adding(1)) == 1
    assert stored(database) == {1}
    assert "a commit could not be told of" in caplog.text
