"""Billing 1,059 and 10,590 units, 1,059 receipts, what age costs a ten-year book; beside others where they install.

    python bench/billing.py            # our own figures
    python bench/billing.py --peers    # and the peers, each in a temporary venv

Prints the times and ends with one line of JSON: ratios. A peer that was not run is null, and the reason is printed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from _peers import diacamma_seconds, hordak_seconds

from ledger.actions.bill import BillMonth, bill
from ledger.actions.import_units import ImportUnits, UnitLine, import_units
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.receive import Receive, receive
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.period import last_day, months_between
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.unit import State
from ledger.store.append import Journal
from ledger.store.session import Database
from migrations import upgrade
from reports.receivables.arrears import arrears
from reports.receivables.collection_rates import collection_rates

UNITS = 1_059
TREASURER = Actor("treasurer-1", Role.TREASURER, Body.COMMITTEE)
OPERATOR = Actor("operator-1", Role.OPERATOR, Body.OPERATOR)
OWNERS = 61  # of the condominium whose funds Diacamma calls
AGED = 100  # units of the ten-year book


class Bench:
    """One compound in a database of its own."""

    def __init__(self, folder: Path, units: int, opened_on: date = date(2026, 1, 1)) -> None:
        self.database = Database(f"sqlite:///{folder / f'{units}-{opened_on.year}.db'}")
        upgrade(self.database.engine)
        self.today = date(2026, 1, 5)
        self.codes = [f"B{10 + place // 200}-U1-{place % 200 + 1:04d}" for place in range(units)]
        command = OpenCompound("bench", "测量小区", opened_on)
        self.database.write(lambda s: open_compound(s, command, OPERATOR, self.now))
        lines = tuple(
            UnitLine(code, code, code[:3], "U1", 1, 5_000 + place % 7_000, None, State.OCCUPIED, None)
            for place, code in enumerate(self.codes)
        )
        self.act(import_units, ImportUnits(lines))
        self.act(open_bank_account, OpenBankAccount("Joint01", "共管 2217", ("PropertyFee",)))
        self.act(set_tariff, SetTariff("property_fee", Formula.AREA_RATE, 20_000, opened_on, "决议 1"))

    @property
    def now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)

    def act(self, action: Callable[..., object], command: object) -> None:
        self.database.write(lambda s: action(Journal(s, "bench", TREASURER, self.now), command))

    def bill(self, month: str) -> float:
        self.today = last_day(month)
        return timed(lambda: self.act(bill, BillMonth(month, self.today)))

    def pay(self) -> float:
        def all_pay() -> None:
            for code in self.codes:
                self.act(receive, Receive(code, 10_000, Channel.BANK, self.today, self.today, "Joint01"))

        return timed(all_pay)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def best_of(times: int, work: Callable[[], object]) -> float:
    return min(timed(work) for _ in range(times))


def aged_seconds(bench: Bench) -> dict[str, float]:
    """Return the best times of an ageing, a billing run, a receipt and the rates of a month, in seconds."""

    def read(figures: Callable[..., object], *of: object) -> Callable[[], None]:
        def once() -> None:
            with bench.database.reading() as session:
                figures(session, "bench", *of)

        return once

    found = {"age": best_of(15, read(arrears, bench.today))}
    found["bill"] = min(bench.bill(month) for month in ("2027-01", "2027-02", "2027-03"))
    codes = iter(bench.codes)

    def pay() -> None:
        command = Receive(next(codes), 10_000, Channel.BANK, bench.today, bench.today, "Joint01")
        bench.act(receive, command)

    found["receipt"] = best_of(30, pay)
    found["rates"] = best_of(15, read(collection_rates, "2027-03", "2027-03"))
    return found


def aged_book(folder: Path, years: int) -> Bench:
    """Return a book in which all months but the last three are paid: once a year; every tenth owner a year ahead."""
    bench = Bench(folder, AGED, date(2027 - years, 1, 1))
    for month in months_between(f"{2027 - years}-01", "2026-12"):
        bench.bill(month)
        late = 9 if month == "2026-09" else 12 if month.endswith("-12") and month < "2026" else 0
        for place, code in enumerate(bench.codes):
            count = late if place % 10 else 12 * month.endswith("-01")
            if count:
                minor = (5_000 + place % 7_000) * 2 * count
                bench.act(receive, Receive(code, minor, Channel.BANK, bench.today, bench.today, "Joint01"))
    return bench


def beside_hordak(folder: Path, ours: float) -> float | None:
    """Return how many times longer django-hordak takes for as many invoices, given our seconds."""
    theirs = hordak_seconds(UNITS, folder) if "--peers" in sys.argv else None
    if theirs is None:
        print("django-hordak: not run (give --peers; it needs its package and PostgreSQL)")
        return None
    print(f"django-hordak: {UNITS} invoices {theirs:.3f} s")
    return round(theirs / ours, 1)


def beside_diacamma(folder: Path) -> float | None:
    """Return how many times longer diacamma-syndic takes for one owner than we for one unit, of as many, no PDF."""
    theirs = diacamma_seconds(OWNERS, folder) if "--peers" in sys.argv else None
    if theirs is None:
        print("diacamma-syndic: not run (give --peers; it needs its package)")
        return None
    posted, drawn = theirs
    same = Bench(folder, OWNERS)
    ours = min(same.bill(month) for month in ("2026-01", "2026-02", "2026-03"))
    print(f"diacamma-syndic: funds called from {OWNERS} owners {posted:.3f} s, {drawn:.3f} s with their PDFs")
    print(f"bill {OWNERS:6} units {ours:8.3f} s")
    return round(posted / ours, 1)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = Bench(folder, UNITS), Bench(folder, UNITS * 10)
        months = ("2026-01", "2026-02", "2026-03")
        one = min(small.bill(month) for month in months)
        ten = min(large.bill(month) for month in months)
        print(f"bill {UNITS:6} units {one:8.3f} s")
        print(f"bill {UNITS * 10:6} units {ten:8.3f} s   {ten / one:.1f} times")
        paid = small.pay()
        print(f"{UNITS} receipts with settlement {paid:.3f} s, {UNITS / paid:.0f} a second")
        young, old = aged_seconds(aged_book(folder, 1)), aged_seconds(aged_book(folder, 10))
        for what in young:
            ages = f"1 year {young[what] * 1000:.1f} ms, 10 years {old[what] * 1000:.1f} ms"
            print(f"{what}, {AGED} units: {ages}")
        hordak, diacamma = beside_hordak(folder, one), beside_diacamma(folder)
    found = {
        "units_10x": round(ten / one, 2),
        **{f"{what}_10y_over_1y": round(old[what] / young[what], 2) for what in young},
        "vs_diacamma_per_unit": diacamma,
        "vs_hordak": hordak,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
