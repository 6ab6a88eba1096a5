"""A real server under load, killed at random moments and at every named step: nothing lost, nothing doubled.

After every kill the next server is asked again for what was left without an answer; then every request is looked for
in the books, and I1 to I11 and I14 are checked. I12, I13, the whole chain and the whole trail take longer: they follow
every ``DEARLY``-th kill and the last of each chapter.

``KILLS=300`` in the environment makes it the long run: so many random kills an engine, ``CHAPTER`` in the same books.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import httpx2
import pytest

from ledger.store.failpoints import STEPS, VARIABLE
from tests.reliability.conftest import Place
from tests.reliability.load import WHO, Desk, Ledger, Load, retry
from tests.reliability.proof import RATE_BP, SERVICE, Missed, check_books, check_dearly, start
from tests.reliability.running import Client, Nursery, Served

KILLS = int(os.environ.get("KILLS", "8"))
CHAPTER = 25
DEARLY = 12
SEED = 20261122
SECONDS_TO_BEGIN = 300  # a machine may be busy with other things
ONLY_IN_GROUPS = {"between_savepoints", "before_waking"}
#: Steps that only one kind of act comes by: the load begins with it.
OF_KIND = {
    "item_billed": "bill",
    "month_checked": "close",
    "bulletin_recorded": "publication",
    "words_gone": "erasure",
}
#: What the books must know before the load begins: prices, what the trustee may take, where deposits are.
_TARIFF = {
    "item": "garbage",
    "formula": "fixed",
    "rate": "8",
    "effective_from": "2026-01-01",
    "authority": "表决",
}
_RATE = {"rate_bp": RATE_BP, "every_months": 1, "accounts": list(SERVICE), "contract": "信托合同"}
_BANK = {"code": "Basic02", "label": "押金 0102", "funds": ["Agency"]}


class Trial:
    """One chapter: books, all that was ever sent to them, and the servers that died over them."""

    def __init__(self, place: Place, nursery: Nursery, seed: int) -> None:
        """Furnish the books with what the load takes for granted."""
        self.place, self.rng = place, random.Random(seed)  # noqa: S311 - a seed is the point
        self.ledger = Ledger(self.rng)
        self._nursery, self._served = nursery, list[Served]()
        self._tokens = {"treasurer": place.token, **{name: place.sign(name) for name in WHO}}
        self.kills = 0
        self.missed: Missed | None = None
        self._furnish()
        with closing(place.database()) as database, database.reading() as session:
            self._began = start(session)

    def run(self, steps: Sequence[str]) -> None:
        """Let one server after the other die under load: at a named step, or for the empty name at any moment.

        Each asks again for what its predecessor left without an answer, and all is checked before its own load begins.
        """
        for step in steps:
            kind = OF_KIND.get(step)
            settings = {VARIABLE: f"{step}:{1 if kind else self.rng.randint(1, 12)}"} if step else {}
            self.ledger.repertoire.wanted = kind
            served = self._serve(**settings)
            if self._recover(served, may_die=bool(step)):
                load = Load(self.ledger, served.url, self._tokens)
                if not step:
                    assert load.begun.wait(SECONDS_TO_BEGIN)
                    time.sleep(self.rng.uniform(0, 0.5))
                    served.kill()
                load.join()
            assert served.ended() == -signal.SIGKILL, f"{step} was never reached"
            self.kills += 1
        served = self._serve()
        assert self._recover(served, is_last=True)
        served.kill()

    def _recover(self, served: Served, *, may_die: bool = False, is_last: bool = False) -> bool:
        """Ask again, and check; say whether the server lived to answer all, which it must unless it ``may_die``."""
        with closing(Desk(served.url, self._tokens)) as desk:
            try:
                retry(self.ledger, desk)
                if is_last:
                    self._settle(desk)
            except httpx2.TransportError:
                if not may_die:
                    raise
                return False  # its step came early
        with closing(self.place.database()) as database, database.reading() as session:
            self.missed = check_books(session, self.ledger, self._began)
            if is_last or self.kills % DEARLY == DEARLY - 1:
                check_dearly(session)
        return True

    def _settle(self, desk: Desk) -> None:
        """Let platforms pay over all they have: clearing accounts return to zero (I8)."""
        for sent in self.ledger.repertoire.clearings():
            self.ledger.in_flight[sent.key] = sent
            self.ledger.note(sent, desk.send(sent))
        assert self.ledger.in_transit == 0

    def counts(self, how: str) -> str:
        """Say what was done, in figures."""
        told, kinds, missed = self.ledger, self.ledger.by_kind, self.missed
        assert missed is not None
        parts = ", ".join(
            f"{kind} {kinds[kind]}/{told.resent[kind]}/{told.replayed[kind]}"
            for kind in sorted(kinds | told.resent)
        )
        return (
            f"crashes, {self.place.engine}, {how}: {self.kills} kills, {len(told.acknowledged)} acknowledged, "
            f"{told.resent.total()} sent again, {told.replayed.total()} of them had been committed, "
            f"{len(missed.lost)} lost, {len(missed.changed)} answered otherwise, {len(missed.doubled)} doubled; "
            f"{len(told.refused)} refused, {len(missed.left_behind)} of them left something; "
            f"{told.unavailable.total()} answered 5xx\n"
            f"  by kind, acknowledged/sent again/had been committed: {parts}"
        )

    def close(self) -> None:
        """End what a failure left running."""
        for served in self._served[-1:]:
            served.kill()

    def _serve(self, **settings: str) -> Served:
        self._served.append(self._nursery.serve(self.place.url, MINGZHANG_LOG_LEVEL="error", **settings))
        return self._served[-1]

    def _furnish(self) -> None:
        served = self._serve()
        with closing(Client(served.url, self.place.token)) as client:
            for path, body in (
                ("tariffs", _TARIFF),
                ("remuneration-rules", {**_RATE, "effective_from": "2026-01"}),
                ("bank-accounts", _BANK),
            ):
                done = client.post(path, body, f"crash-test-{path}")
                assert done.status_code == 201, done.text
        served.kill()


@pytest.fixture
def trial(place: Place, nursery: Nursery) -> Iterator[Callable[[int], Trial]]:
    """Begin a chapter on the place's books."""
    with contextlib.ExitStack() as stack:
        yield lambda seed: stack.enter_context(closing(Trial(place, nursery, seed)))


def chapters() -> list[tuple[int, int]]:
    """Return the chapters of the run: a seed, and how many kills."""
    whole = itertools.repeat(CHAPTER, KILLS // CHAPTER)
    rest = [KILLS % CHAPTER] if KILLS % CHAPTER else []
    return [(SEED + number, kills) for number, kills in enumerate([*whole, *rest])]


@pytest.mark.parametrize(("seed", "kills"), chapters())
def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    trial: Callable[[int], Trial], seed: int, kills: int, record_property: Callable[[str, object], None]
) -> None:
    told = trial(seed)
    told.run([""] * kills)
    record_property("counted", told.counts(f"random moments, seed {seed}"))


def test_a_kill_at_every_named_step_loses_and_doubles_nothing(
    trial: Callable[[int], Trial], engine: str, record_property: Callable[[str, object], None]
) -> None:
    told = trial(SEED - 1)
    told.run([step for step in STEPS if engine == "sqlite" or step not in ONLY_IN_GROUPS])
    record_property("counted", told.counts("named steps"))
