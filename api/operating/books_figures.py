"""What the books themselves say when Prometheus asks: their heads, what was verified, what was drawn, what was saved.

A compound's own figures are given for a limited number of compounds, those in the worst state first; the counts without
a compound cover all, and alerts stand on those.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.operating.rounds import Rounds
from api.schedule import Schedule
from ledger.store.registers import heads
from ledger.store.session import Database

_MOST: Final = 100  # compounds that have figures of their own
_FAMILIES: Final = {
    "mingzhang_database_up": "Whether the database answered just now",
    "mingzhang_compounds": "Compounds whose books are kept here",
    "mingzhang_chains_broken": "Compounds whose chain did not verify when it was last walked",
    "mingzhang_chains_unverified": "Compounds whose chain has not been walked since the server started",
    "mingzhang_disk_free_bytes": "Bytes free where the books are; of a file only",
    "mingzhang_backup_timestamp_seconds": "When the newest scheduled backup was taken, in seconds since 1970",
    "mingzhang_backup_bytes": "Its size",
    "mingzhang_backup_failed": "1 if the last scheduled backup failed, else 0; absent where none is scheduled",
}
_FAMILIES_BY_COMPOUND: Final = {
    "mingzhang_head_seq": "Number of the newest act",
    "mingzhang_verified_seq": "Number of the act through which the chain was last verified",
    "mingzhang_verified_timestamp_seconds": "When the chain was last walked, in seconds since 1970",
    "mingzhang_chain_sound": "1 if the chain verified when it was last walked, 0 if it did not",
    "mingzhang_book_lag_acts": "Acts that the public book, as last drawn, does not show; reading it draws it",
}


class BooksFigures(Collector):
    """Figures that are read when they are asked for."""

    def __init__(
        self,
        database: Database,
        rounds: Rounds,
        schedule: Schedule,
        drawn: Callable[[], Mapping[str, int]],
    ) -> None:
        """Read from the books; ``drawn`` gives the act through which each public book has been drawn."""
        self._database, self._rounds, self._drawn = database, rounds, drawn
        self._schedule = schedule

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Give the names without reading anything."""
        for name, words in _FAMILIES.items():
            yield GaugeMetricFamily(name, words)
        for name, words in _FAMILIES_BY_COMPOUND.items():
            yield GaugeMetricFamily(name, words, labels=("compound",))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read everything now; a database that does not answer leaves its own figures out."""
        families = {family.name: family for family in self.describe()}
        newest = self._heads()
        families["mingzhang_database_up"].add_metric((), float(newest is not None))
        if newest is not None:
            self._count(families, newest)
        if self._database.is_sqlite:
            with contextlib.suppress(OSError):  # a folder that cannot be reached leaves its own figure out
                free = shutil.disk_usage(self._database.path.parent).free
                families["mingzhang_disk_free_bytes"].add_metric((), free)
        self._backup(families)
        yield from families.values()

    def _backup(self, families: Mapping[str, GaugeMetricFamily]) -> None:
        last = self._schedule.last
        if last.outcome != "off":
            families["mingzhang_backup_failed"].add_metric((), float(last.outcome == "failed"))
        if last.taken_at is not None and last.size is not None:
            families["mingzhang_backup_timestamp_seconds"].add_metric((), last.taken_at.timestamp())
            families["mingzhang_backup_bytes"].add_metric((), last.size)

    def _heads(self) -> dict[str, int] | None:
        try:
            with self._database.reading() as session:
                return {
                    code: seq for code, seq in heads(session).items() if isinstance(seq, int)
                }  # as we write it
        except SQLAlchemyError:
            return None

    def _count(self, families: Mapping[str, GaugeMetricFamily], newest: Mapping[str, int]) -> None:
        verified, drawn = self._rounds.verified(), self._drawn()
        broken = {code for code, one in verified.items() if not one.is_sound}  # those that are gone, too
        families["mingzhang_compounds"].add_metric((), len(newest))
        families["mingzhang_chains_broken"].add_metric((), len(broken))
        families["mingzhang_chains_unverified"].add_metric((), len(newest.keys() - verified.keys()))
        lag = {code: seq - drawn[code] for code, seq in newest.items() if code in drawn}
        worst_first = sorted(
            newest.keys() | verified.keys(), key=lambda code: (code not in broken, -lag.get(code, 0), code)
        )
        for code in worst_first[:_MOST]:
            of = (code,)
            if code in newest:
                families["mingzhang_head_seq"].add_metric(of, newest[code])
            if code in lag:
                families["mingzhang_book_lag_acts"].add_metric(of, lag[code])
            if code in verified:
                one = verified[code]
                families["mingzhang_verified_seq"].add_metric(of, one.seq)
                families["mingzhang_verified_timestamp_seconds"].add_metric(of, one.at.timestamp())
                families["mingzhang_chain_sound"].add_metric(of, float(one.is_sound))
