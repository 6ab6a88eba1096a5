"""Many threads, a real server, both engines: each key books once, and numbers have no gap."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import httpx2
import pytest
from sqlmodel import func, select

from ledger.store.tables import Act
from tests.api.conftest import HOME, UNIT
from tests.properties.invariants import check_sheet, read_sheet
from tests.reliability.conftest import Place
from tests.reliability.running import Client, Served

THREADS, KEYS = 32, 30


def receipt(fen: int) -> dict[str, Any]:
    return {"unit": UNIT, "amount": f"{fen // 100}.{fen % 100:02d}", "channel": "cash"}


class Crowd:
    """Threads that send at the same moment, each through a connection of its own."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self._clients = [
            Client(url, token) for _, url in zip(range(THREADS), itertools.cycle(urls), strict=False)
        ]
        self._pool = ThreadPoolExecutor(THREADS)

    def post(self, sent: Sequence[tuple[str, Any, str]]) -> list[httpx2.Response]:
        """Send one by each."""
        gate = threading.Barrier(THREADS)

        def post(client: Client, one: tuple[str, Any, str]) -> httpx2.Response:
            gate.wait()
            return client.post(*one)

        return list(self._pool.map(post, self._clients, sent))

    def close(self) -> None:
        """Hang up."""
        self._pool.shutdown()
        for client in self._clients:
            client.close()


@pytest.fixture
def crowd(place: Place, serve: Callable[..., Served]) -> Iterator[Crowd]:
    """Give a crowd before a server of the place's books."""
    with closing(Crowd([serve().url], place.token)) as found:
        yield found


def acts_in(place: Place, compound: str = HOME) -> int:
    database = place.database()
    with database.reading() as session:
        found = session.exec(select(func.count()).select_from(Act).where(Act.compound == compound)).one()
    database.close()
    return int(found)


def check_one_booked(answers: Sequence[httpx2.Response]) -> None:
    """Check that all have the same answer, and all but one from the first."""
    assert Counter(answer.status_code for answer in answers) == {201: THREADS}
    assert len({(answer.content, answer.headers["location"]) for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotency-replayed") for answer in answers)
    assert replayed == {"true": THREADS - 1, None: 1}


def check(place: Place) -> None:
    """Check what must hold of any books: gap-free numbers among it."""
    database = place.database()
    with database.reading() as session:
        check_sheet(read_sheet(session, HOME))
    database.close()


def test_of_32_threads_with_one_key_one_books_and_all_get_its_answer(place: Place, crowd: Crowd) -> None:
    before = acts_in(place)
    for number in range(KEYS):
        key = f"one-of-thirty-keys-{number:02d}"
        answers = crowd.post([("receipts", receipt(1_000 + number), key)] * THREADS)
        check_one_booked(answers)
    assert acts_in(place) == before + KEYS
    check(place)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_of_two_processes_with_one_key_one_books(place: Place, serve: Callable[..., Served]) -> None:
    before = acts_in(place)
    with closing(Crowd([serve().url, serve().url], place.token)) as crowd:
        for number in range(5):
            sent = ("receipts", receipt(1_000 + number), f"one-key-for-two-processes-{number}")
            check_one_booked(crowd.post([sent] * THREADS))
    assert acts_in(place) == before + 5
    check(place)


def test_of_different_contents_under_one_key_one_books_and_the_others_are_refused(
    place: Place, crowd: Crowd
) -> None:
    before = acts_in(place)
    for number in range(5):
        key = f"contested-key-{number:04d}"
        sent = [("receipts", receipt(1_000 + n), key) for n in range(THREADS)]
        answers = crowd.post(sent)
        assert Counter(answer.status_code for answer in answers) == {201: 1, 422: THREADS - 1}
        refused = [answer.json()["type"] for answer in answers if answer.status_code != 201]
        assert set(refused) == {"urn:mingzhang:problem:idempotency_key_reused"}
    assert acts_in(place) == before + 5


def test_many_writers_on_one_compound_leave_no_gap(place: Place, crowd: Crowd) -> None:
    before = acts_in(place)
    answers = []
    for wave in range(5):
        sent = [
            ("receipts", receipt(1_000 + n), f"writer-{wave}-{n:02d}-of-one-compound") for n in range(THREADS)
        ]
        answers += crowd.post(sent)
    assert {answer.status_code for answer in answers} == {201}
    expected = range(before + 1, before + 1 + 5 * THREADS)
    assert sorted(answer.json()["seq"] for answer in answers) == list(expected)
    numbers = sorted(answer.json()["number"] for answer in answers)
    assert numbers == [f"R-{n:06d}" for n in range(1, 1 + 5 * THREADS)]
    check(place)
