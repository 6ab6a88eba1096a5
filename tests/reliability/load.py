"""Concurrent load whose every request is written down before it is sent, and what the books must show of it."""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlalchemy import select
from sqlmodel import Session

from api.chain import broken_links
from ledger.store import audit
from ledger.store.tables import METADATA
from tests.api.conftest import HOME, UNIT
from tests.properties.invariants import check_sheet, read_sheet
from tests.reliability.running import Client

WRITERS = 8
BILLS = [(item, f"2026-{month:02d}") for month in range(1, 12) for item in ("property_fee", "garbage")]


@dataclass
class Sent:
    """One request: what it asks, and what was answered, if anything ever was."""

    key: str
    path: str
    body: dict[str, Any]
    mark: str | int | tuple[str, str]  # by which its act is found among all others
    answer: bytes | None = None
    acts: int = 0


@dataclass
class Ledger:
    """All that was ever sent, seen from outside; what was refused is gone from it."""

    rng: random.Random
    acknowledged: list[Sent] = field(default_factory=list)
    in_flight: dict[str, Sent] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    replayed: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _bills: list[tuple[str, str]] = field(default_factory=lambda: list(BILLS))
    _reversed: set[int] = field(default_factory=set)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Sent:
        """Think of the next request, and write it down."""
        with self._door:
            number = next(self._numbers)
            sent = self._think(number, f"crash-test-{number:010d}")
            self.in_flight[sent.key] = sent
            return sent

    def _think(self, number: int, key: str) -> Sent:
        chosen = self.rng.random()
        if chosen < 0.05 and self._bills:
            item, month = self._bills.pop(0)
            return Sent(key, "charges:bill", {"month": month, "items": [item]}, (item, month))
        if chosen < 0.15 and self.acknowledged:
            seq = self._reversible()
            if seq is not None:
                return Sent(key, f"entries/{seq}/reversals", {"reason": "误记"}, ("reversal", str(seq)))
        yuan = f"{1000 + number // 100}.{number % 100:02d}"  # no other act has this amount
        if chosen < 0.6:
            body = {"unit": UNIT, "amount": yuan, "channel": "bank", "bank": "Joint01"}
            return Sent(key, "receipts", body, 100_000 + number)
        amounts = (("Expenses:PropertyFee:Cleaning", yuan), ("Expenses:PropertyFee:Greening", f"-{yuan}"))
        lines = [{"account": account, "amount": amount} for account, amount in amounts]
        body = {"effective_on": "2026-02-05", "narration": f"更正 {key}", "postings": lines}
        return Sent(key, "entries", body, f"更正 {key}")

    def _reversible(self) -> int | None:
        """Return an entry that nobody has taken back: one of the last, for a receipt's money may be used up."""
        for sent in reversed(self.acknowledged[-20:]):
            seq = seq_of(sent)
            if sent.path == "entries" and seq not in self._reversed:
                self._reversed.add(seq)
                return seq
        return None

    def note(self, sent: Sent, answer: httpx2.Response) -> None:
        """Write down what was answered; a 5xx leaves it open."""
        if answer.status_code >= 500:
            self.refused[str(answer.status_code)] += 1
            return
        with self._door:
            del self.in_flight[sent.key]
            if answer.status_code != 201:
                self.refused[answer.json()["type"].rpartition(":")[2]] += 1
                return
            self.replayed += "idempotency-replayed" in answer.headers
            sent.answer, body = answer.content, answer.json()
            sent.acts = len(body["runs"]) + len(body["releases"]) if "runs" in body else 1
            self.acknowledged.append(sent)


def seq_of(sent: Sent) -> int:
    """Return the number of the act that an answer names."""
    assert sent.answer is not None
    return int(json.loads(sent.answer)["seq"])


class Load:
    """Writers that go on until the server is gone."""

    def __init__(self, ledger: Ledger, url: str, token: str) -> None:
        self._ledger, self._url, self._token = ledger, url, token
        self._stopping = threading.Event()
        self.begun = threading.Event()  # something was acknowledged
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        with closing(Client(self._url, self._token)) as client:
            while not self._stopping.is_set():
                sent = self._ledger.next()
                try:
                    answer = client.post(sent.path, sent.body, sent.key)
                except httpx2.TransportError:
                    return
                self._ledger.note(sent, answer)
                self.begun.set()

    def join(self) -> None:
        """Wait until all have seen that the server is gone."""
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive()

    def stop(self) -> None:
        """End it while the server goes on."""
        self._stopping.set()
        self.join()


def retry(ledger: Ledger, client: Client) -> int:
    """Send what was never answered again, under its key; return how many there were."""
    waiting = list(ledger.in_flight.values())
    for sent in waiting:
        ledger.note(sent, client.post(sent.path, sent.body, sent.key))
    assert not ledger.in_flight
    return len(waiting)


def check_books(session: Session, ledger: Ledger, acts_before: int) -> None:
    """Check that all acknowledged is there, once, as answered, and that the books hold."""
    kept = {row.key: row for row in _rows(session, "idempotency")}
    lost = [sent.key for sent in ledger.acknowledged if sent.key not in kept]
    assert lost == [], "acknowledged and lost"
    changed = [sent.key for sent in ledger.acknowledged if bytes(kept[sent.key].body) != sent.answer]
    assert changed == [], "acknowledged with other words"
    marks = Counter(_marks(session))
    doubled = [sent.key for sent in ledger.acknowledged if marks[sent.mark] != 1]
    assert doubled == [], "not in the books exactly once"
    sheet = read_sheet(session, HOME)
    check_sheet(sheet)
    assert len(sheet.acts) == acts_before + sum(sent.acts for sent in ledger.acknowledged), (
        "acts nobody asked for"
    )
    assert broken_links(session, HOME) == []
    assert audit.check(session, HOME).is_sound


def _rows(session: Session, name: str) -> list[Any]:
    table = METADATA.tables[name]
    return list(session.execute(select(table).where(table.c.compound == HOME)))


def _marks(session: Session) -> list[str | int | tuple[str, str]]:
    """Return by what each act that the load may have caused is known."""
    kinds = {}
    found: list[str | int | tuple[str, str]] = []
    for row in _rows(session, "entry"):
        kinds[row.seq] = row.kind
        if row.reverses is not None:
            found.append(("reversal", str(row.reverses)))
        else:
            found.append(row.narration)
    found += [
        int(row.amount_minor)
        for row in _rows(session, "posting")
        if kinds[row.seq] == "receipt" and row.line == 1
    ]
    charged = {(row.seq, row.item, row.period) for row in _rows(session, "charge")}
    found += [(item, period) for _, item, period in charged]
    return found
