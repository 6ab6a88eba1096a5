"""Who waits for whom, and what they are told when the wait is too long."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest
from sqlalchemy import text
from sqlmodel import Session
from starlette.testclient import TestClient

import migrations
from api.app import create_app
from api.settings import Settings
from ledger.store import statements
from ledger.store.session import Database
from tests.api.conftest import HOME, NOW, OTHER, UNIT, Desk, furnish
from tests.reliability.conftest import Place
from tests.reliability.running import Client, Served

RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}
REGISTER = "楼栋,单元,房号,建筑面积,房屋状态\n1栋,1单元,0101,88.00,已入住\n"


class Held:
    """A writer that keeps one compound's head until it is let go, as a long bulk act would."""

    def __init__(self, database: Database, compound: str, lock: Any = statements.LOCK_HEAD) -> None:
        self._has_it, self._go = threading.Event(), threading.Event()

        def keep(session: Session) -> None:
            session.connection().execute(lock, {"of": compound}).one()
            self._has_it.set()
            assert self._go.wait(120)

        self._thread = threading.Thread(target=lambda: database.write(keep, keep=False))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._has_it.wait(30)
        return self

    def let_go(self) -> None:
        """End it, storing nothing."""
        self._go.set()
        self._thread.join(30)

    def __exit__(self, *_error: object) -> None:
        self.let_go()


@pytest.fixture
def impatient(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """Give a client on furnished books whose writers wait one second."""
    url = (
        f"sqlite:///{tmp_path / 'b.db'}"
        if engine == "sqlite"
        else str(request.getfixturevalue("postgres_url"))
    )
    database = Database(url, patience=1)
    migrations.upgrade(database.engine)
    tokens = furnish(database)
    app = create_app(Settings(database_url=url), clock=lambda: NOW, database=database, with_books=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, tokens)
    database.close()


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_duplicate_whose_wait_times_out_is_told_that_the_first_still_runs(impatient: Desk) -> None:
    key = "the-same-request-twice"
    with Held(impatient.app.state.house.database, HOME), ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(impatient.post, "receipts", RECEIPT, key=key) for _ in range(2)]
        answers = [one.result(60) for one in sent]
    assert sorted((answer.status_code, code(answer)) for answer in answers) == [
        (409, "request_in_progress"),
        (503, "store_unavailable"),
    ]
    assert {answer.headers["retry-after"] for answer in answers} == {"5"}
    again = impatient.post("receipts", RECEIPT, key=key)
    assert (again.status_code, again.json()["number"]) == (201, "R-000001")
    assert "idempotency-replayed" not in again.headers


def test_who_waits_in_vain_for_others_is_told_that_the_books_are_busy(impatient: Desk) -> None:
    before = impatient.head()
    with Held(impatient.app.state.house.database, HOME):
        answer = impatient.post("receipts", RECEIPT)
        assert impatient.head() == before  # reading goes on
    assert (answer.status_code, code(answer)) == (503, "store_unavailable")
    assert "前面的业务还没有办完" in answer.json()["detail_zh"]
    assert "those before you are not done yet" in answer.json()["detail_en"]
    assert impatient.post("receipts", RECEIPT).status_code == 201


def test_a_dry_run_waits_in_vain_as_well_and_is_told_so(impatient: Desk) -> None:
    with Held(impatient.app.state.house.database, HOME):
        answer = impatient.post("receipts?dry_run=true", RECEIPT)
    assert (answer.status_code, code(answer)) == (503, "store_unavailable")


def neighbours_acts(client: Client) -> list[httpx2.Response]:
    """Do a little of everything in another compound: acts, bulk acts, an entry."""
    amounts = (("Expenses:PropertyFee:Cleaning", "10.00"), ("Expenses:PropertyFee:Greening", "-10.00"))
    entry = {
        "effective_on": "2026-02-05",
        "narration": "误记更正",
        "postings": [{"account": account, "amount": amount} for account, amount in amounts],
    }
    tariff = {"item": "property_fee", "formula": "area_rate", "rate": "2.20"}
    dated = {**tariff, "effective_from": "2026-01-01", "authority": "合同 2026-01"}
    return [
        client.post("units/imports?filename=units.csv", REGISTER.encode(), "neighbour-register"),
        client.post("tariffs", dated, "neighbour-tariffs"),
        client.post("charges:bill", {"month": "2026-01"}, "neighbour-bill-2026-01"),
        client.post("entries", entry, "neighbour-entry-0001"),
        client.post("receipts", {**RECEIPT, "unit": "B01-U1-0101"}, "neighbour-receipt-01"),
    ]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_compounds_do_not_wait_for_each_other_on_postgresql(
    place: Place, serve: Callable[..., Served]
) -> None:
    """However many wait for one compound: they hold neither the threads nor the connections of the others."""
    served, holding = serve(), place.database()

    def post(number: int) -> httpx2.Response:
        with closing(Client(served.url, place.token)) as client:
            return client.post("receipts", RECEIPT, f"waits-for-its-compound-{number:02d}")

    with closing(Client(served.url, place.sign("stranger"), OTHER)) as neighbour:
        with Held(holding, HOME) as held, ThreadPoolExecutor(60) as pool:
            waiting = [pool.submit(post, number) for number in range(60)]
            done = neighbours_acts(neighbour)
            assert sum(not one.done() for one in waiting) >= 32  # they still wait
            held.let_go()
            answers = [one.result(60) for one in waiting]
        assert [answer.status_code for answer in done] == [201] * 5
    assert set(Counter(answer.status_code for answer in answers)) == {201, 503}
    again = [post(number) for number in range(60)]
    assert Counter(answer.status_code for answer in again) == {201: 60}
    numbers = sorted(answer.json()["number"] for answer in again)
    assert numbers == [f"R-{n:06d}" for n in range(1, 61)]
    holding.close()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_reads_that_wait_for_their_line_in_one_trail_hold_up_no_other_compound(
    place: Place, serve: Callable[..., Served]
) -> None:
    served, holding = serve(), place.database()
    trail = text("SELECT number FROM audit_head WHERE compound = :of FOR UPDATE")

    def take(_number: int) -> int:
        with closing(Client(served.url, place.token)) as client:
            return client.get("arrears.csv").status_code

    with (
        closing(Client(served.url, place.sign("stranger"), OTHER)) as neighbour,
        Held(holding, HOME, trail) as held,
        ThreadPoolExecutor(30) as pool,
    ):
        waiting = [pool.submit(take, number) for number in range(30)]
        done = neighbours_acts(neighbour)
        assert not any(one.done() for one in waiting)
        held.let_go()
        found = [one.result(60) for one in waiting]
    assert [answer.status_code for answer in done] == [201] * 5
    assert set(found) <= {200, 503}
    assert 200 in found
    holding.close()


def test_more_readers_at_once_than_threads_are_all_answered(client: Client) -> None:
    """A request that has a connection never waits behind those who wait for one."""

    def read(_number: int) -> int:
        return httpx2.get(f"{client.url}chain/head", timeout=120, trust_env=False, verify=False).status_code

    with ThreadPoolExecutor(300) as pool:
        found: Any = Counter(pool.map(read, range(300)))
    assert found == {200: 300}
