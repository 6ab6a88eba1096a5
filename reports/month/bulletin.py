"""The bulletin of a closed month, composed of its figures."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from ledger.errors import PeriodNotClosed
from ledger.rules.chart import fund_name_zh, fund_zh, is_money
from ledger.rules.fund import funds_in, net, spendable
from ledger.rules.period import first_day, last_day, month_of, months_back
from ledger.rules.profile import profile
from ledger.store.balances import balances
from ledger.store.registers import EntryFilter, EntryView, bulletins, closes, compound_row, entries, entry
from reports.bulletin import (
    Bulletin,
    ChainHead,
    Correction,
    FundOverviewRow,
    HeldForOthersRow,
)
from reports.figures import NOT_APPLICABLE
from reports.month.agency import AgencyFigures
from reports.month.collection import collection
from reports.month.fee_fund import FUND, Standing, fee_fund_statement
from reports.month.income_statement import public_income
from reports.month.large_expenses import large_expenses
from reports.month.movements import Movement, movements_of_year, total
from reports.month.sections import caretaker_notice, sections


def bulletin_figures(  # noqa: PLR0913 - what the edge adds to the figures, all named
    session: Session,
    compound: str,
    month: str,
    *,
    posted_from: date,
    posted_to: date,
    version: int = 1,
    reason: str | None = None,
    supersedes: str | None = None,
    address: str = "",
) -> Bulletin:
    """Return everything the bulletin of ``month`` says.

    Raises:
        PeriodNotClosed: the month is still open.
    """
    closed = closes(session, compound)
    if month not in closed:
        raise PeriodNotClosed(pointer="/month", month=month)
    row = compound_row(session, compound)
    place = profile(row.profile)
    since = max(f"{month[:4]}-01", month_of(row.opened_on))
    moved = movements_of_year(session, compound, since, month)
    standing = Standing(
        balances(session, compound, as_of=last_day(months_back(month, 1))),
        balances(session, compound, as_of=last_day(months_back(since, 1))),
        balances(session, compound, as_of=last_day(month)),
    )
    parts = sections(session, compound, month)
    budget = next((one for one in parts.budgets if one.fund == FUND), None)
    return Bulletin(
        compound_zh=row.name,
        compound_code=compound,
        period=month,
        version=version,
        posted_from=posted_from.isoformat(),
        posted_to=posted_to.isoformat(),
        place_zh="小区公告栏及网上账本",
        profile_zh=place.name_zh,
        profile_verified=place.verified,
        head=ChainHead(closed[month].seq, closed[month].hash),
        previous_head=_previous_head(session, compound, month),
        funds=(fee_fund_statement(session, compound, month, moved, standing, budget),),
        overview=_overview(month, moved, standing),
        public_income=public_income(session, compound, month, parts.sources, parts.between),
        collection=collection(session, compound, month),
        held_for_others=_held_for_others(parts.agency),
        corrections=_corrections(session, compound, month),
        expenses=large_expenses(session, compound, month),
        notes_zh=_notes(session, compound, month),
        compiled_by_zh="业委会财务",
        year_from=max(first_day(since), row.opened_on).isoformat(),
        verify_url=address,
        reason_zh=reason,
        supersedes=supersedes,
        sections=parts,
        caretaker_zh=caretaker_notice(session, compound, month),
    )


def _previous_head(session: Session, compound: str, month: str) -> ChainHead | None:
    """Return the head that the bulletin before this one printed."""
    before = [one.month for one in bulletins(session, compound) if one.month < month]
    if not before:
        return None
    act = closes(session, compound)[max(before)]
    return ChainHead(act.seq, act.hash)


def _overview(month: str, moved: list[Movement], standing: Standing) -> tuple[FundOverviewRow, ...]:
    """Return each fund from opening to closing; agency money is held for others and has no row here."""
    this_month = [one for one in moved if one.month == month]
    funds = sorted((fund for fund in funds_in(standing.end) if fund != "Agency"), key=fund_zh)
    return tuple(_overview_row(fund, this_month, standing) for fund in funds)


def _overview_row(fund: str, this_month: list[Movement], standing: Standing) -> FundOverviewRow:
    """Return one fund's row; an opening brought forward in the month counts as its opening."""

    def moved(root: str) -> int:
        return total(this_month, lambda one: one.account.startswith(f"{root}:{fund}:"))

    opened = total(this_month, lambda one: one.account == f"Equity:{fund}:Opening")
    memorandum = fund == "Repair"
    free = spendable(standing.end, fund)
    return FundOverviewRow(
        fund_name_zh(fund),
        net(standing.month_start, fund) - opened,
        -moved("Income"),
        moved("Expenses"),
        opened - moved("Equity"),
        net(standing.end, fund),
        NOT_APPLICABLE if memorandum else free,
        memorandum=memorandum,
        is_overdrawn=free < 0 and not memorandum,
    )


def _held_for_others(agency: AgencyFigures) -> tuple[HeldForOthersRow, ...]:
    """Return third parties' money: what came, what went back, what was kept by agreement, what is held."""
    return tuple(
        HeldForOthersRow(
            one.label_zh,
            one.opening_minor,
            one.received_minor,
            one.returned_minor,
            one.closing_minor,
            one.kept_minor,
        )
        for one in agency.held
    )


def _corrections(session: Session, compound: str, month: str) -> tuple[Correction, ...]:
    """Return the month's reversals and corrections of closed months; a household's are only counted (notes)."""
    found = []
    for view in _all(session, compound, EntryFilter(period=month, kind="reversal")):
        if not any(posting.unit is not None for posting in view.postings):
            original = entry(session, compound, view.entry.reverses or 0)
            found.append(Correction(view.voucher, original.voucher, _size(original), view.entry.narration))
    found += [
        Correction(view.voucher, view.entry.corrects, _size(view), view.entry.narration)
        for view in _all(session, compound, EntryFilter(period=month, kind="general"))
        if view.entry.corrects is not None
    ]
    return tuple(sorted(found, key=lambda one: one.voucher))


def _notes(session: Session, compound: str, month: str) -> tuple[str, ...]:
    """Return how many acts of households were put right: a count names nobody."""
    views = _all(session, compound, EntryFilter(period=month, kind="reversal"))
    count = sum(any(posting.unit is not None for posting in view.postings) for view in views)
    return (f"本期更正住户业务 {count} 笔，金额已并入收缴数，不逐户列示。",) if count else ()


def _size(view: EntryView) -> int:
    """Return how much an entry is about, in fen: the money that moved, else the sum of its debits."""
    money = sum(p.amount_minor for p in view.postings if is_money(p.account) or ":Clearing:" in p.account)
    return abs(money) or sum(p.amount_minor for p in view.postings if p.amount_minor > 0)


def _all(session: Session, compound: str, wanted: EntryFilter) -> list[EntryView]:
    """Return every entry that is wanted, page after page."""
    views: list[EntryView] = []
    page = entries(session, compound, wanted)
    while page:
        views += page
        page = entries(session, compound, wanted, after=page[-1].entry.seq)
    return views
