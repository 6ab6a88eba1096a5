"""The figures of a running server for Prometheus: each application has a registry of its own."""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

from api.operating.books_figures import BooksFigures
from api.operating.seen import Seen
from ledger.store.commits import Commit
from ledger.store.session import Database

disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs; it doubled every series
_NANO: Final = 1e-9
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COMMIT_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
_GROUP: Final = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """What is counted while the server runs, beside what is read from the books when somebody asks."""

    content_type: Final = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, database: Database, version: str, books: BooksFigures) -> None:
        """Count from zero."""
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "mingzhang_request_seconds",
            "Seconds from a request to its answer",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "mingzhang_refusals", "Requests refused, by code", ("code",), registry=self.registry
        )
        self._acts = Counter("mingzhang_acts", "Acts committed, by kind", ("kind",), registry=self.registry)
        self._postings = Counter(
            "mingzhang_postings", "Postings committed, by kind of act", ("kind",), registry=self.registry
        )
        self._commits = Histogram(
            "mingzhang_commit_seconds",
            "Seconds that the database takes to make a commit durable",
            buckets=_COMMIT_SECONDS,
            registry=self.registry,
        )
        self._groups = Histogram(
            "mingzhang_commit_requests",
            "Requests that share a commit",
            buckets=_GROUP,
            registry=self.registry,
        )
        Gauge(
            "mingzhang_writers_waiting", "Requests that wait for the one writer", registry=self.registry
        ).set_function(lambda: database.waiting)
        Gauge(
            "mingzhang_writer_busy_seconds",
            "Seconds that the one writer has been at its present group",
            registry=self.registry,
        ).set_function(lambda: database.busy_ns * _NANO)
        Info("mingzhang_build", "What is running", registry=self.registry).info({"version": version})
        self.registry.register(books)
        ProcessCollector(registry=self.registry)

    def answered(self, method: str, seen: Seen, status: int, seconds: float) -> None:
        """Count a request by its route's template and the class of its status."""
        group = f"{status // 100}xx" if status else "gone"
        self._requests.labels(seen.route, method, group).observe(seconds)
        if seen.refusal is not None:
            self._refusals.labels(seen.refusal).inc()

    def committed(self, commit: Commit) -> None:
        """Count a commit, and the acts in it; the store calls this."""
        self._commits.observe(commit.nanoseconds * _NANO)
        self._groups.observe(commit.requests)
        for kind, postings in commit.acts:
            self._acts.labels(kind).inc()
            self._postings.labels(kind).inc(postings)

    def page(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)
