"""The drill: books are backed up while they are written, the server dies, and what is restored elsewhere is proven."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from api.backups import take
from api.chain import broken_links
from api.recovery import restore
from api.settings import Settings
from ledger.store.backup import Cut
from ledger.store.registers import head
from ledger.store.session import Database
from ledger.store.tables import Idempotency
from reports.archive.reading import read_export
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests.api.conftest import HOME
from tests.properties.invariants import check_sheet, read_sheet
from tests.reliability.conftest import Place
from tests.reliability.load import WHO, Desk, Ledger, Load, seqs_of
from tests.reliability.repertoire import Sent
from tests.reliability.running import Client, Nursery, Served

NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
BETWEEN = 25  # acts, at least, from one backup to the next


def last_of(sent: Sent) -> int:
    """Return the last act that an answer names as its own."""
    return max(seqs_of(sent))


def head_at(place: Place) -> int:
    with closing(place.database()) as database, database.reading() as session:
        return head(session, HOME)[0]


def wait_for(place: Place, seq: int) -> None:
    """Wait until the writers have come so far."""
    until = time.monotonic() + 120
    while head_at(place) < seq:
        assert time.monotonic() < until, "nobody writes"
        time.sleep(0.05)


def journal(database: Database, through: int) -> bytes:
    with database.reading() as session:
        content = write_export(session, HOME, date(2026, 2, 10), "full", through=through)
    assert verify_export(content).is_sound
    return read_export(content).files["journal.jsonl"]


def backed_up_under_load(
    place: Place, served: Served, ledger: Ledger, tokens: dict[str, str], folder: Path
) -> dict[str, int]:
    """Back up twice while eight write, and kill the server while they go on; give what each backup's head is."""
    load = Load(ledger, served.url, tokens)
    heads = {}
    for number in range(2):
        before = head_at(place)
        wait_for(place, before + BETWEEN)
        with closing(place.database()) as database:
            done = take(database, folder, 5, NOON + timedelta(hours=number))
        ((_, seq, _),) = [one for one in done.contents.heads if one[0] == HOME]
        heads[str(done.path)] = seq
        assert before + BETWEEN <= seq <= head_at(place)
    wait_for(place, max(heads.values()) + BETWEEN)
    served.kill()
    load.join()
    return heads


def test_what_is_restored_is_what_was_acknowledged_up_to_the_backup(
    place: Place,
    serve: Callable[..., Served],
    nursery: Nursery,
    two_roles: Callable[[], tuple[str, str]],
    tmp_path: Path,
) -> None:
    tokens = {"treasurer": place.token, **{name: place.sign(name) for name in WHO}}
    never = ("deposit", "erasure")  # Agency has no bank account here; what is erased cannot be brought back
    ledger = Ledger(random.Random(20261122), never)  # noqa: S311 - a seed is the point
    served = serve(MINGZHANG_LOG_LEVEL="error")
    heads = backed_up_under_load(place, served, ledger, tokens, tmp_path / "backups")
    newest, last = max(heads.items())
    settings = (
        Settings(database_url=f"sqlite:///{tmp_path / 'elsewhere' / 'books.db'}")
        if place.engine == "sqlite"
        else Settings(**dict(zip(("owner_url", "database_url"), two_roles(), strict=True)))  # type: ignore[arg-type]  # text
    )
    restore(settings, Path(newest), NOON)
    inside = [sent for sent in ledger.acknowledged if last_of(sent) <= last]
    outside = [sent for sent in ledger.acknowledged if last_of(sent) > last]
    assert inside
    assert outside
    with closing(Database(settings.database_url)) as there:
        with there.reading() as session:
            assert head(session, HOME)[0] == last
            assert broken_links(session, HOME) == []
            check_sheet(read_sheet(session, HOME))
            kept = dict(session.execute(select(Idempotency.key, Idempotency.body)).all())
        assert [sent.key for sent in inside if bytes(kept[sent.key]) != sent.answer] == []
        assert [sent.key for sent in outside if sent.key in kept] == []
        with closing(place.database()) as here:
            assert journal(there, last) == journal(here, last)
    anew = nursery.serve(settings.database_url, MINGZHANG_LOG_LEVEL="error")
    with closing(Client(anew.url, place.token)) as client, closing(Desk(anew.url, tokens)) as desk:
        again = desk.send(inside[-1])
        assert (again.content, again.headers["idempotency-replayed"]) == (inside[-1].answer, "true")
        new = client.post(
            "receipts", {"unit": "B01-U1-0201", "amount": "10.00", "channel": "cash"}, "after-the-drill-1"
        )
        assert (new.status_code, new.json()["seq"]) == (201, last + 1)
    anew.kill()
    check_the_day_before(Path(min(heads)), heads[min(heads)], place, tmp_path)
    print(  # noqa: T201 - the counts are what the drill is for
        f"{place.engine}: {len(ledger.acknowledged)} acknowledged, backups at {sorted(heads.values())}; "
        f"{len(inside)} restored as answered, {len(outside)} came later"
    )


def check_the_day_before(file: Path, last: int, place: Place, folder: Path) -> None:
    """Restore the older backup up to an act in its midst: the journal is what it was when that act was the newest."""
    settings = Settings(database_url=f"sqlite:///{folder / 'earlier' / 'books.db'}")
    done = restore(settings, file, NOON, Cut(HOME, last - 10))
    assert done.dropped is not None
    assert done.dropped.acts == 10
    with closing(Database(settings.database_url)) as there, closing(place.database()) as here:
        assert journal(there, last) == journal(here, last - 10)
