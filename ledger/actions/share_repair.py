"""Share what happens to the repair fund among its buildings: by area, by what each has, or as the document says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from ledger.errors import NotFound, RequestMalformed
from ledger.rules.between import by_weight
from ledger.store.append import Journal
from ledger.store.repair import area_by_building, building_balances

Rows = list[dict[str, Any]]


class Sharing(StrEnum):
    """By what an amount is shared."""

    AREA = "area"
    ACCOUNT = "account"  # by what each building has: growth follows the money
    STATED = "stated"  # as the custodian's document says


def by_buildings(  # noqa: PLR0913 - the parts of a sharing, all named
    journal: Journal,
    kind: str,
    amount_minor: int,
    *,
    sharing: Sharing = Sharing.AREA,
    buildings: Sequence[str] = (),
    stated: Mapping[str, int] | None = None,
    job: str | None = None,
) -> Rows:
    """Return the rows of each building's part, in fen; none where no building is registered. They sum exactly (I11).

    Args:
        journal: the compound's pen.
        kind: contribution, growth, scrap, transfer or job; a job's rows are below zero.
        amount_minor: what is shared, in fen.
        sharing: by what.
        buildings: among these only; among all if none is named.
        stated: each building's part, for ``stated``.
        job: the job's code.

    Raises:
        NotFound: a building that the fund does not know.
        RequestMalformed: the stated parts are not the amount, or there is nothing to share by.
    """
    known = building_balances(journal.session, journal.compound)
    if not known:
        return []
    named = list(buildings or (stated or known))
    for place, building in enumerate(named):
        if building not in known:
            raise NotFound(pointer=f"/buildings/{place}", what=building[:40])
    if sharing is Sharing.STATED:
        parts = dict(stated or {})
        if sum(parts.values()) != amount_minor or any(part <= 0 for part in parts.values()):
            raise RequestMalformed(
                pointer="/shares",
                why_zh="各楼栋分摊之和应等于总额,每项大于零",
                why_en="the buildings' parts are above zero and sum to the amount",
            )
    else:
        weights = (
            area_by_building(journal.session, journal.compound, journal.today)
            if sharing is Sharing.AREA
            else {building: max(one.balance_minor, 0) for building, one in known.items()}
        )
        parts = by_weight(amount_minor, {building: weights.get(building, 0) for building in named})
    sign = -1 if kind == "job" else 1
    return [
        {
            "line": line,
            "building": building,
            "kind": kind,
            "job": job,
            "amount_minor": sign * parts[building],
        }
        for line, building in enumerate(sorted(parts), 1)
    ]
