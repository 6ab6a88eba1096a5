"""What was charged, settled and relieved in some months: found by entry or charge, however old the books are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Select, and_, bindparam, func, select
from sqlmodel import Session

from ledger.store.tables import METADATA

_TABLES = METADATA.tables
_entry, _charge, _settlement, _relief = (
    _TABLES[name] for name in ("entry", "charge", "settlement", "relief")
)
_unit = _TABLES["unit"]
_undone = _entry.alias("undone")
_OF: BindParameter[str] = bindparam("of")
_OF_MONTHS = and_(
    _entry.c.compound == _OF,
    _entry.c.month >= bindparam("since"),
    _entry.c.month <= bindparam("until"),
)
#: The entries first: their months have an index, and facts are then found by the number of their act.
_SEQS = select(_entry.c.seq).where(_OF_MONTHS)

CHARGED: Final = "charged"
SETTLED: Final = "settled"
DISPUTE: Final = "dispute"


@dataclass(frozen=True, slots=True)
class Flow:
    """So much happened in a month to charges of a period, in fen.

    ``what``: charged, settled, or the kind of a relief. ``kind`` is that of the entry that did it, or of the entry
    that this one took back. ``building``, ``party``, ``item`` and ``period`` are the charge's.
    """

    what: str
    month: str
    kind: str
    building: str
    party: str
    item: str
    period: str
    minor: int


def _flows(table: Any, what: Any, of_charge: Any, *which: Any) -> Select[Any]:  # Any: a table and its columns
    """Return the sums of some of a table's rows by month, kind of entry, building, and what tells charges apart."""
    keys = (
        _entry.c.month,
        func.coalesce(_undone.c.kind, _entry.c.kind).label("kind"),
        _unit.c.building,
        *(_charge.c[name] for name in ("party", "item", "period")),
    )
    told = keys if what is None else (*keys, what)
    query = select(*told, func.sum(table.c.amount_minor).label("minor")).select_from(table)
    if of_charge is not None:
        query = query.join(_charge, of_charge)
    return (
        query.join(_entry, and_(_entry.c.compound == table.c.compound, _entry.c.seq == table.c.seq))
        .outerjoin(_undone, and_(_undone.c.compound == _entry.c.compound, _undone.c.seq == _entry.c.reverses))
        .join(_unit, and_(_unit.c.compound == _charge.c.compound, _unit.c.code == _charge.c.unit))
        .where(table.c.compound == _OF, *which)
        .group_by(*told)
    )


def _of(table: Any) -> Any:  # Any: as above
    return and_(
        _charge.c.compound == table.c.compound,
        _charge.c.seq == table.c.charge_seq,
        _charge.c.line == table.c.charge_line,
    )


def _all(which: Callable[[Any], tuple[Any, ...]]) -> tuple[tuple[Select[Any], str], ...]:
    """Return the statements, each with what its rows are called where they do not say so themselves."""
    kind = _relief.c.kind.label("what")
    return (
        (_flows(_charge, None, None, *which(_charge)), CHARGED),
        (_flows(_settlement, None, _of(_settlement), *which(_settlement)), SETTLED),
        (_flows(_relief, kind, _of(_relief), *which(_relief)), ""),
    )


_IN_THE_MONTHS = _all(lambda table: (table.c.seq.in_(_SEQS),))
#: To charges of the months before they began. The month is reckoned: else all entries before are read for it.
_BEFOREHAND = _all(
    lambda _: (
        _charge.c.compound == _OF,
        _charge.c.period >= bindparam("since"),
        _charge.c.period <= bindparam("until"),
        func.coalesce(_entry.c.month, "") < bindparam("since"),
    )
)


def flows(session: Session, compound: str, since: str, until: str) -> list[Flow]:
    """Return what happened to charges from month ``since`` to month ``until``, and to charges of these months before.

    What a dispute did is not among it.
    """
    query = {"of": compound, "since": since, "until": until}
    found = [
        Flow(
            what or row.what,
            *(row.month, row.kind, row.building, row.party, row.item, row.period),
            minor=int(row.minor),
        )
        for statement, what in (*_IN_THE_MONTHS, *_BEFOREHAND)
        for row in session.connection().execute(statement, query)
    ]
    return [one for one in found if one.what != DISPUTE]
