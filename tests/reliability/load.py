"""Concurrent load whose every request is written down before it is sent."""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import httpx2

from tests.reliability.repertoire import Repertoire, Sent
from tests.reliability.running import Client

WRITERS = 8
TIMES = 3  # that a request without an answer is sent again
WHO = ("trustee", "committee", "cashier")  # besides the treasurer
#: Why a request of the load may be refused: the fund is short, so large a sum takes a vote, or the month was closed
#: while the request was under way.
MAY_BE_REFUSED = {"fund_short", "authority_unfit", "period_closed"}


@dataclass
class Ledger:
    """All that was ever sent, seen from outside."""

    rng: random.Random
    without: Collection[str] = ()
    acknowledged: list[Sent] = field(default_factory=list)
    in_flight: dict[str, Sent] = field(default_factory=dict)
    refused: list[tuple[Sent, str]] = field(default_factory=list)
    resent: Counter[str] = field(default_factory=Counter)  # by kind
    replayed: Counter[str] = field(default_factory=Counter)  # by kind: sent again, and it had been committed
    unavailable: Counter[int] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _door: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with nothing sent."""
        self.repertoire = Repertoire(self.rng, self.without)

    def next(self) -> Sent:
        """Think of the next request, and write it down."""
        with self._door:
            sent = self.repertoire.think(next(self._numbers))
            self.in_flight[sent.key] = sent
            return sent

    def note(self, sent: Sent, answer: httpx2.Response) -> None:
        """Write down what was answered; a 5xx leaves it open."""
        with self._door:
            if answer.status_code >= 500:
                self.unavailable[answer.status_code] += 1
                return
            del self.in_flight[sent.key]
            body = answer.json()
            if answer.status_code != 201:
                self.refused.append((sent, str(body["type"]).rpartition(":")[2]))
                return
            self.replayed[sent.kind] += "idempotency-replayed" in answer.headers
            sent.answer = answer.content
            sent.acts = len(body["runs"]) + len(body["releases"]) if "runs" in body else 1
            self.acknowledged.append(sent)
            self.repertoire.follow(sent, body)

    @property
    def by_kind(self) -> Counter[str]:
        """How many of each kind were acknowledged."""
        return Counter(sent.kind for sent in self.acknowledged)

    @property
    def through_banks(self) -> Counter[str]:
        """What went through each bank account, in fen, by what was acknowledged: a statement of the bank's own."""
        sums: Counter[str] = Counter()
        for sent in self.acknowledged:
            sums.update(sent.moves)
        return sums

    @property
    def in_transit(self) -> int:
        """What platforms have yet to pay over, in fen."""
        return sum(sent.in_transit for sent in self.acknowledged)


def seqs_of(sent: Sent) -> set[int]:
    """Return the acts that an answer names as its own."""
    body = json.loads(sent.answer or b"{}")
    listed = [*body.get("runs", ()), *body.get("releases", ()), *([body] if "seq" in body else [])]
    return {one["seq"] for one in listed}


class Desk:
    """One connection to a server, and everybody's token."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        """Call a server; ``tokens`` are by who has them."""
        self._client, self._tokens = Client(url, tokens["treasurer"]), tokens

    def send(self, sent: Sent) -> httpx2.Response:
        """Send a request under its key, as whoever it is from."""
        return self._client.post(sent.path, sent.body, sent.key, self._tokens[sent.who])

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Load:
    """Writers that go on until the server is gone."""

    def __init__(self, ledger: Ledger, url: str, tokens: Mapping[str, str]) -> None:
        """Begin to write."""
        self._ledger, self._url, self._tokens = ledger, url, tokens
        self._stopping = threading.Event()
        self.begun = threading.Event()  # something was acknowledged
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        with closing(Desk(self._url, self._tokens)) as desk:
            while not self._stopping.is_set():
                sent = self._ledger.next()
                try:
                    answer = desk.send(sent)
                except httpx2.TransportError:
                    return
                self._ledger.note(sent, answer)
                self.begun.set()

    def join(self) -> None:
        """Wait until all have seen that the server is gone."""
        for thread in self._threads:
            thread.join(600)
            assert not thread.is_alive()

    def stop(self) -> None:
        """End it while the server goes on."""
        self._stopping.set()
        self.join()


def retry(ledger: Ledger, desk: Desk) -> None:
    """Send what was never answered again, under its key; a 5xx is no answer, and it is sent once more."""
    for sent in ledger.in_flight.values():
        ledger.resent[sent.kind] += 1
    for _ in range(TIMES):
        for sent in list(ledger.in_flight.values()):
            ledger.note(sent, desk.send(sent))
    assert not ledger.in_flight, ledger.unavailable
