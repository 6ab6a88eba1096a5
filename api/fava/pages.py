"""Which pages the published book has, and which parameters each may have.

Both lists say what is allowed. Anything that a later Fava adds is refused until somebody puts it here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from urllib.parse import parse_qsl, urlencode

from fava.util.date import INTERVALS, Month

from api.fava.ledger import SnapshotLedger
from api.fava.refusals import (
    BookPageNotOffered,
    BookParameterRefused,
    BookParameterUnknown,
    BookRequestUnreadable,
    BookSpanTooWide,
)
from api.fava.timespan import Timespan, count_intervals, parse_timespan

_FILTERS = frozenset({"account", "filter", "time"})
_SYNCED = _FILTERS | {"conversion", "interval"}
#: What messengers append to a shared link; harmless, and a refusal would break every shared page.
_SHARED = frozenset({"from", "isappinstalled", "nsukey"})
_PAGE = _SYNCED | _SHARED | {"charts"}

#: Flask endpoint → parameters. The index and static files are answered before Fava.
PAGES: Mapping[str, frozenset[str]] = {
    "index": _SHARED,
    "report": _PAGE,
    "account": _PAGE | {"r"},
    "json_api.get_changed": frozenset(),
    "json_api.get_errors": frozenset(),
    "json_api.get_ledger_data": frozenset(),
    "json_api.get_journal_page": _SYNCED | {"page", "order"},
    "json_api.get_income_statement": _SYNCED,
    "json_api.get_balance_sheet": _SYNCED,
    "json_api.get_trial_balance": _SYNCED,
    "json_api.get_account_report": _SYNCED | {"a", "r"},
    "json_api.get_commodities": _FILTERS,
    "json_api.get_events": _FILTERS,
    "json_api.get_statistics": _FILTERS,
    "json_api.get_query": _FILTERS | {"query_string"},
    "json_api.get_context": frozenset({"entry_hash"}),
}
#: Reports under ``/<book>/<report>/``. Holdings need the query language; documents are served elsewhere.
REPORTS = frozenset(
    {
        "balance_sheet",
        "commodities",
        "errors",
        "events",
        "income_statement",
        "journal",
        "statistics",
        "trial_balance",
    },
)
#: The one query that Fava's statistics page sends. It is recognised, never parsed; ``app`` counts in Python.
STATISTICS_QUERY = "SELECT account, count(account) ORDER BY account"

_MOST_PARAMETERS = 12
_TERM = re.compile(
    r'[#^][A-Za-z0-9\-_/.]{1,64}|payee:"\^(?:[^\\^$.*+?()\[\]{}|"]|\\[\\^$.*+?()\[\]{}|\-/]){1,128}\$"',
)
_MOST_TERMS = 4
_YEAR_DAYS = 366
#: Cells that a table of balances may need: intervals × transactions, about 3 µs each.
_MOST_CELLS = 500_000
#: Rows that an account's page may have (about 2 kB of HTML each), and all pages of a journal.
_MOST_ACCOUNT_ROWS = 3_000
_MOST_JOURNAL_ROWS = 30_000

_PLAIN: Mapping[str, re.Pattern[str]] = {
    "charts": re.compile(r"true|false"),
    "r": re.compile(r"journal|changes|balances"),
    "page": re.compile(r"[1-9]\d{0,3}"),
    "order": re.compile(r"asc|desc"),
    "entry_hash": re.compile(r"[0-9a-f]{32}"),
    "interval": re.compile(r"year|quarter|month|week|day"),
    "query_string": re.compile(re.escape(STATISTICS_QUERY)),
    "from": re.compile(r"\w{0,64}"),
    "isappinstalled": re.compile(r"\w{0,8}"),
    "nsukey": re.compile(r"[\w%+/=-]{0,512}"),
}


def check_page(endpoint: str, arguments: Mapping[str, str], ledger: SnapshotLedger) -> None:
    """Raise ``BookPageNotOffered`` unless the endpoint, the report and the account exist in this book."""
    if endpoint not in PAGES:
        raise BookPageNotOffered
    if endpoint == "report" and arguments["report_name"] not in REPORTS:
        raise BookPageNotOffered
    if endpoint == "account" and arguments["name"] not in ledger.account_names:
        raise BookPageNotOffered


def check_query(endpoint: str, query: str, ledger: SnapshotLedger) -> str:
    """Return the query as Fava shall see it: known parameters only, time absolute, sorted by name.

    Raises ``BookRequestUnreadable``, ``BookParameterUnknown``, ``BookParameterRefused``, ``BookSpanTooWide``.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise BookRequestUnreadable from error
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BookRequestUnreadable
    for name in values:
        if name not in PAGES[endpoint]:
            raise BookParameterUnknown(name=re.sub(r"\W", "", name)[:32])
    values = {name: value for name, value in values.items() if value}
    for name, value in values.items():
        _check_value(name, value, ledger)
    span = _span(values, ledger)
    if "time" in values:
        values["time"] = span.text
    if endpoint.startswith("json_api."):
        _check_cost(endpoint, values, span, ledger)
    return urlencode(sorted((name, value) for name, value in values.items() if name not in _SHARED))


def _check_value(name: str, value: str, ledger: SnapshotLedger) -> None:
    """Raise ``BookParameterRefused`` unless the value has the form that the parameter must have."""
    if name in {"account", "a"}:
        # Fava searches with the value as a regular expression: only names of this book reach it.
        if value not in ledger.account_names or not re.fullmatch(r"[\w:-]+", value):
            raise BookParameterRefused(name=name, hint_zh="请从列表中选科目。", hint_en="choose an account")
    elif name == "filter":
        terms = _TERM.findall(value)
        if not 0 < len(terms) <= _MOST_TERMS or " ".join(terms) != value:
            raise BookParameterRefused(
                name=name,
                hint_zh="只能用 #标签、^链接,或点按记账凭证中的对方名称。",
                hint_en="only #tag, ^link or a counterparty clicked in the journal",
            )
    elif name == "conversion":
        if value not in {"at_cost", "at_value", "units", *ledger.options["operating_currency"]}:
            raise BookParameterRefused(name=name, hint_zh="没有这种折算。", hint_en="no such conversion")
    elif name != "time" and not _PLAIN[name].fullmatch(value):
        raise BookParameterRefused(name=name, hint_zh="没有这个选项。", hint_en="no such choice")


def _span(values: Mapping[str, str], ledger: SnapshotLedger) -> Timespan:
    """Return the days that the page covers: the time filter, or else all transactions of the book."""
    today = ledger.snapshot.day
    dates = ledger.transaction_dates
    first, last = (dates[0], dates[-1]) if dates else (today, today)
    if "time" not in values:
        return Timespan(first, last + timedelta(days=1))
    span = parse_timespan(values["time"], today)
    years = range(min(first, today).year - 1, max(last, today).year + 2)
    if span is None or span.begin.year not in years or (span.end - timedelta(days=1)).year not in years:
        raise BookParameterRefused(
            name="time",
            hint_zh=f"请写成 2026、2026-03、2026-Q1 或 2026-01 - 2026-06,年份从 {years[0]} 到 {years[-1]}。",
            hint_en=f"write 2026, 2026-03, 2026-Q1 or 2026-01 - 2026-06, years {years[0]} to {years[-1]}",
        )
    return span


def _check_cost(endpoint: str, values: Mapping[str, str], span: Timespan, ledger: SnapshotLedger) -> None:
    """Raise ``BookSpanTooWide`` if the answer would take seconds or megabytes."""
    interval = INTERVALS.get(values.get("interval", ""), Month)
    if values.get("interval") in {"day", "week"} and span.days > _YEAR_DAYS:
        raise BookSpanTooWide
    rows = ledger.transactions_between(span.begin, span.end)
    if endpoint == "json_api.get_journal_page" and len(rows) > _MOST_JOURNAL_ROWS:
        raise BookSpanTooWide
    if endpoint != "json_api.get_account_report":
        return
    report, account = values.get("r", "journal"), values.get("a")
    if account is None:
        raise BookParameterRefused(name="a", hint_zh="请选科目。", hint_en="choose an account")
    if report == "balances" and span.days > _YEAR_DAYS:
        raise BookSpanTooWide
    if report != "journal":
        if count_intervals(span, interval) * len(rows) > _MOST_CELLS:
            raise BookSpanTooWide
        return
    # Counting stops at the limit, so a wide account costs no more than a narrow one.
    children = account + ":"
    touching = (row for row in rows if any(f"{p.account}:".startswith(children) for p in row.postings))
    if next(islice(touching, _MOST_ACCOUNT_ROWS, None), None) is not None:
        raise BookSpanTooWide


def is_api(path: str) -> bool:
    """Say whether a path below the prefix is asked for by the page's own script, which wants JSON."""
    return path.split("/")[2:3] == ["api"]
