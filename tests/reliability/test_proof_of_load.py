"""The crash test sees what it is there to see: what was lost, booked twice, answered otherwise, or refused and kept."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.reliability.conftest import Place
from tests.reliability.load import Desk, Ledger
from tests.reliability.proof import Missed, check_books, missed, start
from tests.reliability.repertoire import Sent
from tests.reliability.running import Served

NOTHING = Missed([], [], [], [])


class Watched:
    """A ledger of one receipt, a server that booked it, and what is missed between them."""

    def __init__(self, place: Place, desk: Desk) -> None:
        self._place, self.desk = place, desk
        self.ledger = Ledger(random.Random(1))  # noqa: S311 - a seed is the point
        with closing(place.database()) as database, database.reading() as session:
            self._began = start(session)
        self.ledger.repertoire.wanted = "receipt"
        self.sent = self.ledger.next()
        self.ledger.note(self.sent, desk.send(self.sent))

    def again(self) -> Sent:
        """Book the same under another key, behind the ledger's back."""
        other = dataclasses.replace(self.sent, key="another-key-for-the-same")
        assert self.desk.send(other).status_code == 201
        return other

    def missed(self) -> Missed:
        """Look."""
        with closing(self._place.database()) as database, database.reading() as session:
            return missed(session, self.ledger)

    def check(self) -> None:
        """Check the books."""
        with closing(self._place.database()) as database, database.reading() as session:
            check_books(session, self.ledger, self._began)


@pytest.fixture
def watched(place: Place, serve: Callable[..., Served]) -> Iterator[Watched]:
    """Give a receipt that was acknowledged."""
    with closing(Desk(serve().url, {"treasurer": place.token})) as desk:
        yield Watched(place, desk)


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@only_sqlite
def test_nothing_is_missed_of_what_is_there_and_all_of_what_is_not(watched: Watched) -> None:
    watched.check()
    key = watched.sent.key
    watched.ledger.acknowledged[0].answer = b"{}"
    assert watched.missed() == dataclasses.replace(NOTHING, changed=[key])
    watched.ledger.acknowledged[0].key = "never-sent-under-it"
    assert watched.missed() == dataclasses.replace(NOTHING, lost=["never-sent-under-it"])
    watched.ledger.acknowledged[0].key, watched.ledger.acknowledged[0].marks = key, (("receipt", "1"),)
    assert watched.missed().lost == [key]


@only_sqlite
def test_what_was_booked_twice_is_seen_by_its_mark_and_by_the_bank(watched: Watched) -> None:
    watched.again()
    assert watched.missed() == dataclasses.replace(NOTHING, doubled=[watched.sent.key])
    with pytest.raises(AssertionError, match="doubled"):
        watched.check()
    watched.ledger.acknowledged[0].marks = ()
    with pytest.raises(AssertionError, match="acts nobody asked for"):
        watched.check()
    watched.ledger.acknowledged[0].acts = 2
    with pytest.raises(AssertionError, match="I4"):
        watched.check()


@only_sqlite
def test_what_a_refused_request_left_is_seen(watched: Watched) -> None:
    refused = watched.again()
    watched.ledger.acknowledged.clear()
    watched.ledger.refused.append((refused, "fund_short"))
    assert watched.missed() == dataclasses.replace(NOTHING, left_behind=[refused.key])
