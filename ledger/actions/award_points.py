"""Issue points for help given, and take them back for thanks (chart E35): a count of its own, never money.

The reward that is bought with money is an ordinary expense of the pool. Points are in hundredths, like fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.errors import NotFound, PointsShort, RequestMalformed
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import check_bounds, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public
from ledger.rules.unit import check_unit_code
from ledger.store import grants, points
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Unit

_REASON = 100  # characters: the words before it stand in the same narration


@dataclass(frozen=True, slots=True)
class AwardPoints:
    """So many points (hundredths) of a pool, for what; ``unit`` says whose they are, where that is kept by unit."""

    fund: str
    points_minor: int
    reason: str
    effective_on: date
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PointsMoved:
    """How many points moved, and how many are outstanding after it, in hundredths."""

    recorded: Recorded
    points_minor: int
    outstanding_minor: int


def issue_points(journal: Journal, command: AwardPoints) -> PointsMoved:
    """Issue points.

    Raises:
        PoolMissing, NotFound: there is no such pool or unit.
    """
    return _move(journal, command, 1)


def redeem_points(journal: Journal, command: AwardPoints) -> PointsMoved:
    """Take points back for a reward.

    Raises:
        PoolMissing, NotFound: there is no such pool or unit.
        PointsShort: fewer are outstanding, of the unit or without one.
    """
    return _move(journal, command, -1)


def _move(journal: Journal, command: AwardPoints, sign: int) -> PointsMoved:
    require(journal.actor, KEEPERS)
    grants.pool(journal.session, journal.compound, command.fund)
    unit = command.unit and check_unit_code(command.unit)
    if unit and journal.session.get(Unit, (journal.compound, unit)) is None:
        raise NotFound(pointer="/unit", what=unit)
    if command.points_minor <= 0:
        raise RequestMalformed(pointer="/points", why_zh="积分应大于零", why_en="points are above zero")
    count = check_bounds(command.points_minor, "/points")
    held = points.outstanding(journal.session, journal.compound, command.fund, unit)
    if sign < 0 and count > held:
        raise PointsShort(pointer="/points", held=format_amount(held), amount=format_amount(count))
    reason = check_public(command.reason, "/reason", _REASON)
    entry = Entry(
        Kind.POINTS,
        command.effective_on,
        ("积分发放" if sign > 0 else "积分兑换") + ("" if unit else f" {reason}"),
        (
            Posting(f"Equity:{command.fund}:Points", sign * count),
            Posting(f"Liabilities:{command.fund}:Points", -sign * count, unit=unit),
        ),
    )
    kind = "points_issued" if sign > 0 else "points_redeemed"
    recorded = journal.record(kind, command.effective_on, entry=entry, remark=reason if unit else None)
    return PointsMoved(recorded, count, held + sign * count)
