"""One Fava ledger for one snapshot: built from directives, never from a file, and never changed.

Fava's own ``FavaLedger`` reads a file, starts two watcher threads, reloads in a request and owns a query
shell that can write to disk. Ours keeps its reports and replaces everything else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NoReturn, cast

from beancount.core.data import Balance, Document, Transaction
from beancount.core.display_context import DisplayContext
from beancount.parser.options import OPTIONS_DEFAULTS
from fava.beans.funcs import hash_entry
from fava.beans.prices import FavaPriceMap
from fava.beans.types import BeancountOptions
from fava.core import FavaLedger
from fava.core.accounts import AccountData, AccountDict, LastEntry
from fava.core.attributes import AttributesModule, get_active_years
from fava.core.budgets import BudgetModule
from fava.core.charts import ChartModule
from fava.core.commodities import CommoditiesModule
from fava.core.extensions import ExtensionModule
from fava.core.fava_options import parse_options
from fava.core.group_entries import group_entries_by_type
from fava.core.misc import FavaMisc, sidebar_links
from fava.core.number import DecimalFormatModule
from fava.core.watcher import Watcher, WatcherBase

from api.fava.snapshot import BookSnapshot

#: Options of Fava that a published book may set. The others name files, run code or only serve the editor.
SAFE_FAVA_OPTIONS = frozenset(
    {
        "account-journal-include-children",
        "auto-reload",
        "collapse-pattern",
        "conversion-currencies",
        "default-page",
        "invert-gains-losses-colors",
        "invert-income-liabilities-equity",
        "language",
        "locale",
        "show-accounts-with-zero-balance",
        "show-accounts-with-zero-transactions",
        "show-closed-accounts",
        "show-metadata-indicators",
        "upcoming-events",
        "uptodate-indicator-grey-lookback-days",
    },
)
#: Options naming the accounts below equity that a time filter or a balance sheet adds.
DERIVED_EQUITY = (
    "account_previous_balances",
    "account_previous_earnings",
    "account_previous_conversions",
    "account_current_earnings",
    "account_current_conversions",
    "account_unrealized_gains",
)
_SAFE_LINK = re.compile(r"https://|/(?![/\\])")
#: At most so many tags are offered by the filter box: it is part of every page.
TAGS_OFFERED = 200


class AbsolutePathError(ValueError):
    """A snapshot names a place on the server; it must be drawn again with paths relative to the book."""


class Absent:
    """Stands in for what the published book does not have: query shell, files, importers."""

    errors: tuple[()] = ()
    module_path = None

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse every use."""
        raise PermissionError(f"the published book has no {name}")


class Stillness(WatcherBase):
    """A watcher that watches nothing: a snapshot does not change, the next one is another object."""

    def __init__(self, generation: int) -> None:
        """Let the browser compare generations where it expects file times."""
        self.last_checked = generation
        self.last_notified = 0

    def update(self, files: object, folders: object) -> None:
        """Watch nothing."""

    def check(self) -> bool:
        """Never report a change."""
        return False

    def _get_latest_mtime(self) -> int:
        return self.last_checked


class LeanAccounts(AccountDict):
    """Details of the accounts in one backward pass, instead of grouping every posting of the book."""

    def load_file(self) -> None:
        """Find the last entry of each account, and whether a balance assertion is the last word on it."""
        self.clear()
        grouped = self.ledger.all_entries_by_type
        for opened in grouped.Open:
            self[opened.account] = AccountData(meta=opened.meta, currencies=opened.currencies)
        undated = set(self)
        unjudged = {name for name, data in self.items() if data.meta.get("fava-uptodate-indication")}
        for entry in reversed(self.ledger.all_entries):
            if not undated and not unjudged:
                break
            if isinstance(entry, Transaction):
                touched = {posting.account for posting in entry.postings}
            else:
                touched = {name} if (name := getattr(entry, "account", None)) else set()
            for name in touched & undated:
                self[name].last_entry = LastEntry(entry.date, hash_entry(entry))
            undated -= touched
            if isinstance(entry, Transaction | Balance):
                for name in touched & unjudged:
                    self[name].uptodate_status = _judgement(entry)
                unjudged -= touched
        for closed in grouped.Close:
            self.setdefault(closed.account).close_date = closed.date


def _judgement(entry: Transaction | Balance) -> Any:  # Any: Fava's literal of three colours
    """Return green or red for a balance assertion, yellow for anything after it."""
    if isinstance(entry, Balance):
        return "red" if entry.diff_amount else "green"
    return "yellow"


class LeanAttributes(AttributesModule):
    """What the filter boxes offer. Payees and links are left out: they would be part of every page."""

    def load_file(self) -> None:
        """Collect accounts, currencies, tags and years."""
        ledger = self.ledger
        self.accounts = sorted(ledger.accounts)
        self.currencies = list(ledger.options["operating_currency"])
        tags = {tag for txn in ledger.all_entries_by_type.Transaction for tag in txn.tags or ()}
        self.tags = sorted(tags)[:TAGS_OFFERED]
        self.years = get_active_years(
            ledger.all_entries_by_type.Transaction,
            ledger.fava_options.fiscal_year_end,
        )


class NoExtensions(ExtensionModule):
    """A book cannot load code, whatever its directives say."""

    def load_file(self) -> None:
        """Load nothing."""


class SnapshotMisc(FavaMisc):
    """Sidebar links and coming events, counted from the snapshot's own day."""

    def load_file(self) -> None:
        """Keep links that stay on this site or are plain https, and events of the next days."""
        ledger = cast("SnapshotLedger", self.ledger)
        grouped = ledger.all_entries_by_type
        links = [(str(label), str(link)) for label, link in sidebar_links(grouped.Custom)]
        self.sidebar_links = [pair for pair in links if _SAFE_LINK.match(pair[1])]
        until = ledger.snapshot.day + timedelta(days=ledger.fava_options.upcoming_events)
        self.upcoming_events = [event for event in grouped.Event if ledger.snapshot.day <= event.date < until]


class SnapshotLedger(FavaLedger):
    """The ledger of one snapshot. Its constructor does not call Fava's, which would open a file."""

    snapshot: BookSnapshot

    def __init__(self, snapshot: BookSnapshot) -> None:
        """Build every part; raises ``AbsolutePathError`` if the snapshot names a place on the server."""
        self.snapshot = snapshot
        self.beancount_file_path = "main.beancount"
        self._is_encrypted = False
        self.get_filtered = lru_cache(maxsize=16)(self._get_filtered)
        self.get_entry = lru_cache(maxsize=16)(self._get_entry)
        absent: Any = Absent()  # Any: it stands in for three unrelated modules
        self.file = self.ingest = self.query_shell = absent
        self.accounts = LeanAccounts(self)
        self.attributes = LeanAttributes(self)
        self.budgets = BudgetModule(self)
        self.charts = ChartModule(self)
        self.commodities = CommoditiesModule(self)
        self.extensions = NoExtensions(self)
        self.format_decimal = DecimalFormatModule(self)
        self.misc = SnapshotMisc(self)
        self.watcher = cast("Watcher", Stillness(snapshot.generation))
        self.load_file()

    def load_file(self) -> None:
        """Read the snapshot; called once, by the constructor."""
        snapshot = self.snapshot
        self.all_entries = snapshot.entries  # type: ignore[assignment]  # Fava's protocol of the same tuples
        self.load_errors = list(snapshot.errors)
        self.options = _options(snapshot)
        _refuse_absolute_paths(snapshot, self.options)
        # Stored queries would be offered in the sidebar, and there is no query page.
        self.all_entries_by_type = group_entries_by_type(self.all_entries)._replace(Query=[])
        self.prices = FavaPriceMap(self.all_entries_by_type.Price)
        self.fava_options, self.fava_options_errors = parse_options(
            [entry for entry in self.all_entries_by_type.Custom if not _unsafe_option(entry)],
        )
        # Without a language Fava would ask the browser, and one address would have several contents.
        self.fava_options.language = self.fava_options.language or "zh"
        # In this order: the attributes list the accounts, the number formats use the commodities.
        for module in (self.accounts, self.attributes, self.budgets, self.commodities):
            module.load_file()
        self.format_decimal.load_file()
        self.misc.load_file()

    def changed(self) -> bool:
        """Return False: a snapshot never changes."""
        return False

    def context(
        self,
        entry_hash: str,
    ) -> tuple[Any, Mapping[str, Sequence[str]] | None, Mapping[str, Sequence[str]] | None]:
        """Return the entry and the balances around it; the entry has no place in a file.

        A file name in angle brackets tells Fava's page not to ask for the source text.
        """
        entry, before, after = super().context(entry_hash)
        shown: Any = entry  # Any: the named tuple behind Fava's protocol
        return shown._replace(meta={**entry.meta, "filename": "<book>", "lineno": 0}), before, after

    @cached_property
    def account_names(self) -> frozenset[str]:
        """Every account that has a page: those opened, their parents, and those that Fava derives."""
        names = set(self.accounts)
        options: Any = self.options  # Any: keys are data here
        names.update(f"{options['name_equity']}:{options[key]}" for key in DERIVED_EQUITY)
        names.update(self.root_accounts)
        for name in tuple(names):
            parts = name.split(":")
            names.update(":".join(parts[:depth]) for depth in range(1, len(parts)))
        return frozenset(names)

    @cached_property
    def transaction_dates(self) -> Sequence[date]:
        """The dates of all transactions, ascending."""
        return [txn.date for txn in self.all_entries_by_type.Transaction]

    def transactions_between(self, begin: date, end: date) -> Sequence[Any]:
        """Return the transactions from ``begin`` up to but not including ``end``."""
        dates = self.transaction_dates
        return self.all_entries_by_type.Transaction[bisect_left(dates, begin) : bisect_left(dates, end)]


def _options(snapshot: BookSnapshot) -> BeancountOptions:
    """Complete the snapshot's options with Beancount's defaults, without sharing anything mutable."""
    options: dict[str, Any] = {  # Any: the values have a dozen types
        key: value.copy() if isinstance(value, list | dict | set) else value
        for key, value in OPTIONS_DEFAULTS.items()
    }
    options |= {"filename": "main.beancount", "include": ["main.beancount"]}
    options |= dict(snapshot.options)
    options["title"] = snapshot.title
    if "dcontext" not in snapshot.options:
        context = DisplayContext()
        for currency in options["operating_currency"]:
            context.update(Decimal("0.00"), currency)
        options["dcontext"] = context
    return cast("BeancountOptions", options)


def _refuse_absolute_paths(snapshot: BookSnapshot, options: BeancountOptions) -> None:
    """Raise unless every path that a page could show is relative to the book."""
    paths = {options["filename"], *options["include"], *options["documents"]}
    paths.update(str(entry.meta.get("filename", "")) for entry in snapshot.entries)
    paths.update(entry.filename for entry in snapshot.entries if isinstance(entry, Document))
    paths.update(str((error.source or {}).get("filename", "")) for error in snapshot.errors)
    for path in paths:
        if path.startswith(("/", "\\")) or path[1:2] == ":" or ".." in path:
            raise AbsolutePathError(path)


def _unsafe_option(entry: Any) -> bool:  # Any: Fava's Custom has untyped values
    """Say whether a custom directive sets an option that a published book may not set."""
    if entry.type != "fava-option" or not entry.values:
        return False
    return entry.values[0].value not in SAFE_FAVA_OPTIONS
