"""Whether a server lives needs nothing but the process; whether it is ready is looked at part by part."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from api.admission import PLACES
from api.app import create_app
from api.operating.health import Health
from api.settings import Settings
from ledger.store.session import Database
from tests.api.conftest import UNIT, Desk


def test_a_ready_server_names_every_check(desk: Desk) -> None:
    answer = desk.get("/readyz", None)
    checks = answer.json()["checks"]
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert set(checks) == {"database", "writer", "disk", "sqlite"}
    assert all(one["ok"] for one in checks.values())
    assert checks["sqlite"]["version"] >= "3.51.3"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_ask_for_no_credentials_and_mind_no_parameters(desk: Desk, path: str) -> None:
    assert desk.get(f"{path}?{'x' * 100}", None, Authorization="Bearer nobody").status_code == 200
    assert desk.client.head(path).status_code == 200


def test_a_server_without_its_books_lives_and_is_not_ready(desk: Desk, books_file: Path) -> None:
    desk.app.state.house.database.close()
    for path in books_file.parent.glob("books.db*"):
        path.unlink()
    assert desk.get("/healthz", None).json() == {"status": "ok"}
    answer = desk.get("/readyz", None)
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["checks"]["database"] == {"ok": False, "said": "the books are not there"}
    assert str(books_file.parent) not in answer.text


def test_a_server_below_its_floor_of_disk_is_not_ready(books_file: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{books_file}", disk_floor_bytes=2**62)
    with TestClient(create_app(settings, with_books=False)) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"] == {"ok": False, "said": "less than the floor is free"}


def test_a_database_that_was_migrated_meanwhile_wants_a_restart(database: Database) -> None:
    health = Health.of(database, 0)
    assert health.checks()["database"]["ok"]
    with database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'another'")
        connection.commit()
    assert health.checks()["database"]["said"] == "migrated while the server runs: restart it"


def test_a_write_that_does_not_end_is_seen(books_file: Path) -> None:
    database = Database(f"sqlite:///{books_file}")
    patient = Health(database, Health.of(database, 0).revision, 0)
    hurried = Health(database, patient.revision, 0, stuck_ns=0)
    inside, ending = threading.Event(), threading.Event()

    def slow(_session: Session) -> None:
        inside.set()
        ending.wait(30)

    writer = threading.Thread(target=database.write, args=(slow,))
    writer.start()
    inside.wait(30)
    assert patient.checks()["writer"] == {"ok": True, "said": "ok", "waiting": 0}
    assert not hurried.checks()["writer"]["ok"]
    ending.set()
    writer.join()
    assert hurried.checks()["writer"]["ok"]
    database.close()


def test_probes_are_answered_while_every_place_is_taken_by_a_write_that_waits(desk: Desk) -> None:
    database, ending = desk.app.state.house.database, threading.Event()
    receipt = {"unit": UNIT, "amount": "1.00", "channel": "cash"}
    with ThreadPoolExecutor(PLACES + 17) as pool:
        slow = pool.submit(database.write, lambda _session: ending.wait(60))
        waiting = [pool.submit(desk.post, "receipts", receipt) for _ in range(PLACES + 16)]
        while database.waiting < PLACES:
            time.sleep(0.01)
        assert desk.get("/healthz", None).status_code == 200
        assert desk.get("/readyz", None).json()["checks"]["writer"]["waiting"] == PLACES
        ending.set()
        assert {one.result().status_code for one in waiting} == {201}
        assert slow.result()
