"""Disks that are full or do not take a byte, locked files, lost connections: a clear refusal, and then it goes on."""

from __future__ import annotations

import contextlib
import resource
import shutil
import sqlite3
import subprocess
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
from tests.api.conftest import HOME, UNIT
from tests.properties.invariants import check_sheet, read_sheet
from tests.reliability.conftest import Place
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 64 MiB of the test's own, where this account may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", str(disk)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("this account may not mount; a full disk is also tried without")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True, timeout=60)


def fill(disk: Path) -> Path:
    """Fill the disk to the last byte."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"\0")
    return filler


@only_sqlite
def test_a_full_disk_refuses_clearly_and_goes_on_once_there_is_room(
    small_disk: Path, place: Place, nursery: Nursery
) -> None:
    moved = shutil.copy(place.database().path, small_disk / "books.db")
    served = nursery.serve(f"sqlite:///{moved}")
    try:
        with closing(Client(served.url, place.token)) as client:
            trouble = Trouble(client, Place("sqlite", f"sqlite:///{moved}", place.token))
            assert trouble.post().status_code == 201
            filler = fill(small_disk)
            while trouble.post().status_code == 201:  # what room the log has is used up first
                pass
            for _ in range(3):
                trouble.check_refused("磁盘已满", "the disk is full")
            filler.unlink()
            trouble.check_over()
    finally:
        served.kill()


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
