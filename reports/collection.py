"""The figures on collection: by kind of debtor, never by household, with both rates and the ageing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from reports.figures import Figure, add_figures, less, rate_bp

# Age in days since the due day, which is the last day of the billed month unless the tariff says otherwise.
AGEING_BUCKETS_ZH: Final = ("0–30天", "31–90天", "91–365天", "1–3年", "3年以上")


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """Arrears and collection of one kind of debtor, 业主 or 建设单位 (``domain.md`` 5.2 (4)).

    "Received" counts prepaid money released in the period, and nothing settled in kind. ``disputed_minor`` is a part
    of closing, of it ``disputed_current_minor`` on the period's own bills: out of the rates' denominators.
    ``earlier_minor`` was billed or corrected in the period for months before it; what was billed ahead for later
    months is in nothing.
    """

    debtor_zh: str
    opening_minor: Figure
    billed_minor: Figure
    received_current_minor: Figure
    received_arrears_minor: Figure
    waived_minor: Figure
    closing_minor: Figure
    disputed_minor: Figure = 0
    written_off_minor: Figure = 0
    disputed_current_minor: Figure = 0
    in_kind_minor: Figure = 0
    earlier_minor: Figure = 0

    @property
    def current_rate_bp(self) -> int | None:
        """当期收缴率: received for the period's bills / (billed - what of it is disputed)."""
        return rate_bp(self.received_current_minor, less(self.billed_minor, self.disputed_current_minor))

    @property
    def overall_rate_bp(self) -> int | None:
        """综合收缴率: all received / (opening arrears + billed + billed for earlier months - disputed)."""
        received = add_figures(self.received_current_minor, self.received_arrears_minor)
        owed = add_figures(self.opening_minor, self.billed_minor, self.earlier_minor)
        return rate_bp(received, less(owed, self.disputed_minor))


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """Closing arrears of one kind of debtor by age; ``buckets_minor`` runs along AGEING_BUCKETS_ZH."""

    debtor_zh: str
    buckets_minor: tuple[Figure, ...]

    @property
    def total_minor(self) -> Figure:
        """Sum of the buckets; equals the closing arrears of the same debtor kind."""
        return add_figures(*self.buckets_minor)


@dataclass(frozen=True, slots=True)
class Collection:
    """Collection by kind of debtor for the span said in ``span_zh`` (本月, 1–3月), never by household."""

    span_zh: str
    rows: tuple[CollectionRow, ...]
    ageing: tuple[AgeingRow, ...]

    @property
    def total(self) -> CollectionRow:
        """Return the 合计 row; its rates are rates of the sums."""
        names = [field.name for field in fields(CollectionRow) if field.name != "debtor_zh"]
        return CollectionRow(
            "合计", *(add_figures(*(getattr(row, name) for row in self.rows)) for name in names)
        )
