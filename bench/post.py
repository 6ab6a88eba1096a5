"""Durable postings a second over HTTP: 1, 8 and 32 clients, books of 0, 25,000 and 250,000 entries, and the others.

    python bench/post.py               # a real server on SQLite in a temporary folder; filling the books takes minutes
    python bench/post.py FOLDER        # the same, but books filled before are taken from there, and new ones kept there
    python bench/post.py --quick       # 0, 2,500 and 10,000 entries, to try it

Prints the rates with p50 and p99, and ends with one line of JSON: ours over each of the others, and rates over ages.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import _empty
from _posters import CREDIT, DEBIT, bare_rate, fava_rate, hledger_rate, hordak_rate

from api.members import add_member, issue_token
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.post import PostEntry, post_entry
from ledger.rules.entry import Posting
from ledger.rules.roles import Actor, Body, Role
from ledger.store.append import Journal
from ledger.store.session import Database
from migrations import upgrade

COMPOUND = "bench"
OPENED = date(2016, 1, 1)
TREASURER = Actor("treasurer-1", Role.TREASURER, Body.COMMITTEE)
OPERATOR = Actor("operator-1", Role.OPERATOR, Body.OPERATOR)
CLIENTS = (1, 8, 32)
ROUNDS = 3  # of every measurement, in turns, so that a noisy minute meets all of them; the median counts
SECONDS = 5.0  # a round
PEER_BOOK = 10_000  # entries in the peers' books, and in ours beside them
BATCH = 500  # entries a transaction while a book is filled


@dataclass(frozen=True, slots=True)
class Round:
    """What one round saw: postings acknowledged a second, and how long each took, in seconds, in ascending order."""

    rate: float
    waits: list[float]

    def wait(self, share: float) -> float:
        """Return the wait that this share of postings did not exceed, in milliseconds."""
        return self.waits[min(int(len(self.waits) * share), len(self.waits) - 1)] * 1000


def fill(path: Path, entries: int) -> None:
    """Add general entries to a book until it has so many; found it if there is none. Over ten years, in turns."""
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    now = datetime.now(UTC)
    with database.reading() as session:
        have = session.connection().exec_driver_sql("SELECT COUNT(*) FROM entry").scalar_one()
        founded = session.connection().exec_driver_sql("SELECT COUNT(*) FROM compound").scalar_one()
    if not founded:
        command = OpenCompound(COMPOUND, "测量小区", OPENED)
        database.write(lambda s: open_compound(s, command, OPERATOR, now))
        bank = OpenBankAccount("Joint01", "共管 2217", ("PropertyFee", "PublicIncome"))
        database.write(lambda s: open_bank_account(Journal(s, COMPOUND, TREASURER, now), bank))
        database.write(lambda s: add_member(s, "caiwu", COMPOUND, Role.TREASURER, Body.COMMITTEE, now))
    for begin in range(have, entries, BATCH):
        command_of = [_command(place) for place in range(begin, min(begin + BATCH, entries))]

        def work(session: object, commands: list[PostEntry] = command_of) -> None:
            journal = Journal(session, COMPOUND, TREASURER, now)  # type: ignore[arg-type]
            for one in commands:
                post_entry(journal, one)

        database.write(work, alone=True)
    database.close()


def _command(place: int) -> PostEntry:
    month = place % 120
    on = date(OPENED.year + month // 12, month % 12 + 1, 1 + place % 28)
    fen = 3_100 + place % 1_000
    return PostEntry(on, "废品回收", (Posting(DEBIT, fen), Posting(CREDIT, -fen)))


@contextmanager
def served(path: Path) -> Iterator[tuple[str, int, str]]:
    """Give the address, the port and a treasurer's token of a real server of its own process."""
    database = Database(f"sqlite:///{path}")
    token, _ = database.write(lambda s: issue_token(s, "caiwu", 1, datetime.now(UTC)))
    database.close()
    environment = {
        **os.environ,
        "MINGZHANG_DATABASE_URL": f"sqlite:///{path}",
        "MINGZHANG_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"]
    lock = Path(f"{path}.lock")
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=environment, stdout=quiet, stderr=quiet, cwd=Path(__file__).parent.parent
    ) as server:
        try:
            yield *_address(lock, server), token
        finally:
            server.terminate()


def _address(lock: Path, server: subprocess.Popen[bytes]) -> tuple[str, int]:
    """Return where the server says in its lock file that it listens."""
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            host, _, port = json.loads(lock.read_text())["url"].removeprefix("http://").rpartition(":")
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return host, int(port)
    raise SystemExit("the server does not answer")


async def _client(where: tuple[str, int, str], until: float, waits: list[float]) -> None:
    """Post, one entry after the other, over one connection that stays open."""
    host, port, token = where
    reader, writer = await asyncio.open_connection(host, port)
    lines = [{"account": DEBIT, "amount": "31.00"}, {"account": CREDIT, "amount": "-31.00"}]
    given = {"effective_on": date.today().isoformat(), "narration": "废品回收", "postings": lines}  # noqa: DTZ011
    body = json.dumps(given).encode()
    begin = (
        f"POST /api/v1/compounds/{COMPOUND}/entries HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
    )
    while time.perf_counter() < until:
        sent = time.perf_counter()
        writer.write(f"{begin}{uuid.uuid4()}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        content = await reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 201"):
            raise SystemExit(content.decode())
        waits.append(time.perf_counter() - sent)
    writer.close()


async def _clients(where: tuple[str, int, str], count: int, seconds: float) -> Round:
    waits: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(_client(where, begun + seconds, waits) for _ in range(count)))
    return Round(len(waits) / (time.perf_counter() - begun), sorted(waits))


def measure(books: dict[int, Path], seconds: float) -> dict[tuple[int, int], list[Round]]:
    """Return the rounds of each book and number of clients, and see that what was acknowledged is in the book."""
    found: dict[tuple[int, int], list[Round]] = {}
    for _ in range(ROUNDS):
        for entries, path in books.items():
            before = _count(path)
            with served(path) as where:
                asyncio.run(_clients(where, 4, 0.5))  # the first requests load and compile
                for clients in CLIENTS:
                    found.setdefault((entries, clients), []).append(
                        asyncio.run(_clients(where, clients, seconds))
                    )
            told = sum(len(rounds[-1].waits) for (book, _), rounds in found.items() if book == entries)
            assert _count(path) >= before + told, "an acknowledged posting is not in the book"
    return found


def empty_rates(seconds: float) -> Iterator[float]:
    """Give the rates of 32 clients at a route that does nothing."""
    for _ in range(ROUNDS):
        with _empty.served() as where:
            asyncio.run(_clients(where, 4, 0.5))
            yield asyncio.run(_clients(where, CLIENTS[-1], seconds)).rate


def _count(path: Path) -> int:
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:
        count: int = session.connection().exec_driver_sql("SELECT COUNT(*) FROM entry").scalar_one()
    database.close()
    return count


def main() -> None:
    """Fill the books, measure ours and the others, and print how they compare."""
    quick = "--quick" in sys.argv
    sizes = (0, 2_500, PEER_BOOK) if quick else (0, PEER_BOOK, 25_000, 250_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled = filled_books(Path(next((one for one in sys.argv[1:] if one[0] != "-"), name)), sizes)
        books = {entries: Path(shutil.copy(path, _made(folder, "ours"))) for entries, path in filled.items()}
        bare = median(
            bare_rate(filled[sizes[-1]], _made(folder, f"bare-{place}"), 2_000) for place in range(ROUNDS)
        )
        rounds = measure(books, 1.0 if quick else SECONDS)
        rate = {of: median(one.rate for one in some) for of, some in rounds.items()}
        for (entries, clients), some in rounds.items():
            middle = sorted(some, key=lambda one: one.rate)[len(some) // 2]
            waits = f"p50 {middle.wait(0.5):6.1f} ms   p99 {middle.wait(0.99):6.1f} ms"
            print(f"{entries:>9,} entries {clients:>3} clients {middle.rate:8.0f}/s   {waits}")
        ceiling = median(empty_rates(1.0 if quick else SECONDS))
        few = 3 if quick else 20
        others = {
            "an empty FastAPI route, 32 clients": ceiling,
            "bare SQLite, one durable commit a posting": bare,
            f"Fava add_entries, {PEER_BOOK:,} entries": fava_rate(PEER_BOOK, folder, few),
            f"hledger-web PUT /add, {PEER_BOOK:,} entries": hledger_rate(PEER_BOOK, folder, few),
            "django-hordak on PostgreSQL, called directly": hordak_rate(folder, 100 if quick else 500),
        }
        for what, value in others.items():
            print(f"{what}: {'not run' if value is None else f'{value:.1f}/s'}")
        _, _, fava, hledger, hordak = others.values()
        oldest = sizes[-1]
        worst = sorted(rounds[oldest, 32], key=lambda one: one.rate)[ROUNDS // 2]
        print(f"of what HTTP alone reaches, 32 clients post {rate[0, 32] / ceiling:.2f}")
        print(f"and HTTP alone reaches {ceiling / bare:.2f} of what bare SQLite commits")
        print(
            f"32 clients overtake one commit a posting where a commit takes {1000 / rate[0, 32]:.1f} ms and more"
        )
        print(
            json.dumps(
                {
                    "vs_bare_commit_32": _over(rate[0, 32], bare),
                    "flat_250k_over_0": _over(rate[oldest, 32], rate[0, 32]),
                    "vs_fava_10k": _over(rate[PEER_BOOK, 1], fava),
                    "vs_hledger_web_10k": _over(rate[PEER_BOOK, 1], hledger),
                    "vs_hordak": _over(rate[0, 8], hordak),
                    "p99_ms": round(worst.wait(0.99), 1),
                }
            )
        )


def filled_books(kept: Path, sizes: tuple[int, ...]) -> dict[int, Path]:
    """Return books of so many entries, each begun from the one before; those that are there are taken as they are."""
    books, before = {}, None
    for entries in sizes:
        path = kept / f"book-{entries}.db"
        if not path.exists():
            begun = time.perf_counter()
            if before is not None:
                shutil.copy(before, path)
            fill(path, entries)
            print(f"a book of {entries:,} entries: filled in {time.perf_counter() - begun:.0f} s", flush=True)
        books[entries] = before = path
    return books


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    return made


def _over(ours: float, theirs: float | None) -> float | None:
    return None if theirs is None else round(ours / theirs, 2)


if __name__ == "__main__":
    main()
