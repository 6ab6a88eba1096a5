"""The bulletin's statement of public income: a row a contract or asset, what nobody registered, costs and shares."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from ledger.rules.lease import MonthState
from ledger.store.records import voucher
from ledger.store.tables import EntryRow, PostingRow
from reports.bulletin import (
    DistributionRow,
    PublicCostKind,
    PublicIncome,
    PublicIncomeRow,
)
from reports.month.between_funds import BetweenFunds
from reports.month.income_sources import IncomeSources, SourceFigure, TypeFigure
from reports.month.public_income import cost_lines, income_lines

Lines = list[tuple[EntryRow, PostingRow]]
_QUIET = frozenset({MonthState.ZERO, MonthState.NOT_DUE})
_NAMED_AT_MOST = 2


def public_income(
    session: Session, compound: str, month: str, sources: IncomeSources, between: BetweenFunds
) -> PublicIncome:
    """Return the month's public income: contracts and assets, the rest by kind, its costs, and who got shares."""
    lines = income_lines(session, compound, month)
    rows = [row for one in sources.types for row in _rows(one, lines, month)]
    shared = sum(cost.cost_minor for one in sources.types for cost in one.sources)
    if borne := sources.cost_minor - shared:
        rows.append(PublicIncomeRow("共同的合理成本", "明细见后", "", 0, borne, -borne, ""))
    return PublicIncome(
        tuple(rows),
        tuple(cost_lines(session, compound, month)),
        tuple(_distribution(between)),
        cost_kinds=tuple(PublicCostKind(one.label_zh, one.amount_minor) for one in sources.costs),
        not_applicable_zh=tuple(
            _absence(one) for one in sources.types if one.state is MonthState.NOT_APPLICABLE
        ),
        missing_zh=(
            *sources.missing,
            *(one.label_zh for one in sources.types if one.state is MonthState.MISSING and not one.sources),
        ),
        later_periods_minor=sources.later_periods_minor,
    )


def _rows(one: TypeFigure, lines: Lines, month: str) -> Iterator[PublicIncomeRow]:
    """Give a kind's sources, and a row for income that belongs to no contract or asset on the register."""
    of_type = [(entry, line) for entry, line in lines if line.account == one.account]
    for source in one.sources:
        yield _source(one, source, of_type, month)
    known = sum(source.received_minor for source in one.sources if isinstance(source.received_minor, int))
    whole = one.received_minor if isinstance(one.received_minor, int) else 0
    if whole != known:
        loose = [pair for pair in of_type if pair[1].contract is None]
        rest = whole - known
        yield PublicIncomeRow(
            one.label_zh, _who(loose), month, rest, 0, rest, _vouchers(loose, month), state_zh="未登记来源"
        )


def _source(one: TypeFigure, source: SourceFigure, lines: Lines, month: str) -> PublicIncomeRow:
    where = source.contract or source.asset or ""
    own = [pair for pair in lines if pair[1].contract == source.contract]
    said = source.state_zh
    if source.reason and source.state in _QUIET:
        said = f"{said}：{source.reason}"
    term = f"{source.from_on} 至 {source.to_on}" if source.from_on else source.place_zh
    return PublicIncomeRow(
        f"{one.label_zh} {where}".strip() if source.contract else f"{source.label_zh}",
        source.counterparty or "",
        term,
        source.received_minor,
        source.cost_minor,
        source.net_minor,
        _vouchers(own, month) if isinstance(source.received_minor, int) and source.received_minor else "",
        source.expected_minor,
        said,
        source.related_party,
    )


def _vouchers(lines: Lines, month: str) -> str:
    """Return the first voucher's number without its month, and how many there are."""
    numbers = sorted({entry.voucher_no for entry, _ in lines})
    if not numbers:
        return ""
    first = voucher(month, numbers[0]).rpartition("-")[2]
    return f"{first}等{len(numbers)}张" if len(numbers) > 1 else first


def _who(lines: Lines) -> str:
    """Return who paid, unless it was for a unit."""
    names = sorted({entry.counterparty or "" for entry, line in lines if line.unit is None} - {""})
    return "、".join(names) if len(names) <= _NAMED_AT_MOST else f"{len(names)} 家"


def _absence(one: TypeFigure) -> str:
    since = f"{one.absent_since} 起" if one.absent_since else ""
    return f"{one.label_zh}（{'，'.join(part for part in (since, one.absent_reason) if part)}）"


def _distribution(between: BetweenFunds) -> Iterator[DistributionRow]:
    for one in between.distributed:
        span = f"{one.first_month} 至 {one.last_month}"
        for part in one.parts:
            yield DistributionRow(f"{span} 净收益分给{part.to_zh}", part.amount_minor, one.authority)
        yield DistributionRow(f"{span} 净收益留存", one.kept_minor, one.authority)
