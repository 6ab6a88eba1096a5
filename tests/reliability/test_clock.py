"""The server's clock goes backwards: a little is lifted, more is refused until it is right again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ledger.store.append import BEHIND
from ledger.store.tables import Act
from tests.api.conftest import HOME, NOW, UNIT, Desk
from tests.reliability.conftest import Place

RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(place: Place, clock: Clock) -> Iterator[Desk]:
    """Give a client of the application on furnished books, by the test's clock."""
    app = create_app(Settings(database_url=place.url), clock=clock, with_books=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, {"treasurer": place.token})


def recorded(place: Place) -> list[str]:
    database = place.database()
    with database.reading() as session:
        found = list(session.exec(select(Act.recorded_at).where(Act.compound == HOME).order_by(col(Act.seq))))
    database.close()
    return found


def test_a_clock_a_little_behind_counts_as_the_moment_of_the_last_act(
    desk: Desk, clock: Clock, place: Place
) -> None:
    clock.now = NOW + timedelta(minutes=10)
    desk.done("receipts", RECEIPT)
    clock.now -= BEHIND
    desk.done("receipts", RECEIPT)
    clock.now += timedelta(minutes=6)
    desk.done("receipts", RECEIPT)
    assert recorded(place)[-3:] == ["2026-02-10T04:10:00Z", "2026-02-10T04:10:00Z", "2026-02-10T04:11:00Z"]


def test_a_clock_further_behind_is_refused_and_the_books_go_on_when_it_is_right(
    desk: Desk, clock: Clock, place: Place
) -> None:
    clock.now = NOW + timedelta(hours=1)
    desk.done("receipts", RECEIPT)
    before, key = desk.head(), desk.key()
    clock.now = NOW
    refused = desk.post("receipts", RECEIPT, key=key)
    assert said(refused) == (503, "clock_behind")
    assert refused.headers["retry-after"] == "5"
    assert "慢了 3600 秒" in refused.json()["detail_zh"]
    assert "3600 seconds behind the last act, recorded at 2026-02-10T05:00:00Z" in refused.json()["detail_en"]
    assert desk.head() == before  # reading goes on
    clock.now = NOW + timedelta(hours=1, seconds=1)
    assert desk.post("receipts", RECEIPT, key=key).status_code == 201
    assert recorded(place)[-1] == "2026-02-10T05:00:01Z"


def test_a_clock_behind_at_midnight_dates_the_act_on_the_day_of_the_last(
    desk: Desk, clock: Clock, place: Place
) -> None:
    midnight = datetime(2026, 2, 10, 16, tzinfo=UTC)  # in Shanghai
    clock.now = midnight + timedelta(minutes=1)
    desk.done("receipts", RECEIPT)
    clock.now = midnight - timedelta(minutes=1)
    seq = desk.done("receipts", RECEIPT)["seq"]
    assert desk.get(f"entries/{seq}").json()["recorded_on"] == "2026-02-11"
    assert recorded(place) == sorted(recorded(place))


def said(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).rpartition(":")[2]
