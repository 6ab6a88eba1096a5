"""A small compound whose books the tests keep: units, bills, receipts and expenses, by the one writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.roles import Actor, Body, Role
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.session import Database
from ledger.store.tables import (
    Budget,
    BudgetLine,
    BudgetMonth,
    BudgetStep,
    ClosingBalance,
    Compound,
    PeriodClose,
    Unit,
)

CODE = "guihuayuan"
TREASURER = Actor("u1", Role.TREASURER, Body.COMMITTEE)
BANK = "Assets:PropertyFee:Bank:Joint01"

CLEANING, SERVICE = "Expenses:PropertyFee:Cleaning", "Income:PropertyFee:Service:Owner"
#: Cleaning costs more in summer, greening is paid in one month; fees come in every month.
BUDGET = {
    CLEANING: {f"2026-{month:02d}": 60000 if month in {6, 7, 8} else 50000 for month in range(1, 13)},
    "Expenses:PropertyFee:Greening": {"2026-04": 90001},
    SERVICE: {f"2026-{month:02d}": 70000 for month in range(1, 13)},
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Scene:
    """Keeps the books of one compound; each act says on which day it was recorded."""

    def __init__(self, database: Database, units: Sequence[str], opened: str = "2026-01-01") -> None:
        self.database = database
        self.units = list(units)
        self.receipts = 0
        salts = iter(range(10**9))
        self._salt = lambda: f"{next(salts):032x}"

        def found(session: Session) -> None:
            journal = Journal.found(session, CODE, TREASURER, noon(opened), self._salt)
            compound = {"name": "桂花苑", "profile": "default", "opened_on": day(opened)}
            compound["compound"] = CODE
            journal.record("compound_opened", day(opened), {Compound: [compound]})
            rows = [{"code": code, "label": code, "building": code.partition("-")[0]} for code in self.units]
            journal.record("units_registered", day(opened), {Unit: rows})

        database.write(found)

    def post(self, entry: Entry, recorded: str | None = None) -> Recorded:
        """Record an entry on the day of its effective date, or on another."""
        now = noon(recorded or entry.effective_on.isoformat())
        return self.database.write(
            lambda session: Journal(session, CODE, TREASURER, now, self._salt).record(
                "entry", entry.effective_on, entry=entry
            )
        )

    def close(self, month: str, on: str, standing: dict[str, int] | None = None) -> Recorded:
        """Close a month, storing what each account stands at if that is given."""
        now = noon(on)
        stored = [
            {"month": month, "account": code, "amount_minor": minor}
            for code, minor in (standing or {}).items()
        ]
        return self.database.write(
            lambda session: Journal(session, CODE, TREASURER, now, self._salt).record(
                "close", day(on), {PeriodClose: [{"month": month}], ClosingBalance: stored}, close=month
            )
        )

    def bill(
        self,
        on: str,
        minor: int = 20000,
        units: Sequence[str] | None = None,
        developer: Sequence[str] = (),
        item: str = "property_fee",
    ) -> Recorded:
        """Bill each unit ``minor`` and a fen more for each place in the register."""
        lines: list[Posting] = []
        totals: dict[str, int] = {}
        for place, unit in enumerate(self.units if units is None else units):
            party = "Developer" if unit in developer else "Owner"
            amount = minor + place
            lines.append(
                Posting(
                    f"Assets:PropertyFee:Receivable:{party}",
                    amount,
                    unit,
                    1,
                    item,
                    f"{on[:7]}-{item}-{place}",
                    on[:7],
                )
            )
            totals[party] = totals.get(party, 0) + amount
        mirrors = [
            Posting(f"Liabilities:PropertyFee:Uncollected:{party}", -sum_) for party, sum_ in totals.items()
        ]
        return self.post(Entry(Kind.BILL, day(on), f"{on[:7]} 物业服务费", (*lines, *mirrors)))

    def receive(
        self,
        unit: str,
        on: str,
        minor: int = 20000,
        *,
        charges: Sequence[str] = ("1-1",),
        channel: str = "bank",
        party: str = "Owner",
        prepaid: int = 0,
        recorded: str | None = None,
        narration: str | None = None,
    ) -> Recorded:
        """Receive ``minor`` for each charge, and ``prepaid`` ahead."""
        self.receipts += 1
        number = self.receipts
        total = minor * len(charges)
        lines = [Posting(BANK, total + prepaid)]
        for charge in charges:
            about = (unit, 1, "property_fee", charge, on[:7], number)
            lines.append(Posting(f"Assets:PropertyFee:Receivable:{party}", -minor, *about))
            lines.append(Posting(f"Income:PropertyFee:Service:{party}", -minor, *about))
        if total:
            lines.append(Posting(f"Liabilities:PropertyFee:Uncollected:{party}", total))
        if prepaid:
            lines.append(Posting("Liabilities:PropertyFee:Prepaid", -prepaid, unit, 1, receipt=number))
        text = narration or f"收到 {unit} 物业服务费"
        return self.post(Entry(Kind.RECEIPT, day(on), text, tuple(lines), channel=channel), recorded)

    def release(self, on: str, parts: Sequence[tuple[str, int]]) -> Recorded:
        """Release prepayments to this month's charges."""
        lines = []
        for unit, minor in parts:
            about = (unit, 1, "property_fee", f"{on[:7]}-{unit}", on[:7])
            lines += [
                Posting("Liabilities:PropertyFee:Prepaid", minor, *about),
                Posting("Assets:PropertyFee:Receivable:Owner", -minor, *about),
                Posting("Income:PropertyFee:Service:Owner", -minor, *about),
            ]
        lines.append(Posting("Liabilities:PropertyFee:Uncollected:Owner", sum(minor for _, minor in parts)))
        return self.post(Entry(Kind.RELEASE, day(on), "预收款转收入", tuple(lines)))

    def spend(
        self,
        on: str,
        minor: int,
        text: str = "保洁费",
        to: str | None = "洁净保洁有限公司",
        recorded: str | None = None,
    ) -> Recorded:
        lines = (Posting("Expenses:PropertyFee:Cleaning", minor), Posting(BANK, -minor))
        return self.post(
            Entry(Kind.EXPENSE, day(on), text, lines, counterparty=to, authority="HT-2026-01"), recorded
        )

    def plan(
        self, on: str, version: int, lines: Mapping[str, Mapping[str, int]], year: int = 2026
    ) -> Recorded:
        """Put a version of a year's budget in force: fen by account and month."""
        of = {"fund": "PropertyFee", "year": year, "version": version}
        months = [
            {**of, "account": code, "month": month, "amount_minor": minor}
            for code, planned in lines.items()
            for month, minor in planned.items()
        ]
        facts: Facts = {
            Budget: [{**of, "title": f"{year} 预算"}],
            BudgetLine: [{**of, "account": code} for code in lines],
            BudgetMonth: months,
            BudgetStep: [{**of, "step": "adopted", "from_on": day(f"{year}-01-01"), "authority": "V-B1"}],
        }
        return self.database.write(
            lambda session: Journal(session, CODE, TREASURER, noon(on), self._salt).record(
                "budget_adopted", day(on), facts
            )
        )


def noon(on: str) -> dt.datetime:
    """Return noon in China."""
    return dt.datetime.fromisoformat(f"{on}T04:00:00+00:00")


def months_of_life(scene: Scene) -> None:
    """January and February closed, March open: every kind of act that the two books tell apart."""
    owners, developer = scene.units[:8], scene.units[8:]
    scene.bill("2026-01-05", developer=developer)
    scene.bill("2026-01-05", 3000, item="elevator")
    scene.spend("2026-01-08", 150000)
    for place, unit in enumerate(owners[:6]):
        scene.receive(
            unit, f"2026-01-1{place % 3}", charges=(f"3-{place}",), channel="wechat", recorded="2026-01-12"
        )
    scene.receive(owners[6], "2026-01-20", charges=("3-6", "4-6"), prepaid=70000)
    scene.receive(developer[0], "2026-01-21", party="Developer")
    interest = (
        Posting("Assets:PublicIncome:Bank:Joint01", 321),
        Posting("Income:PublicIncome:Interest", -321),
    )
    scene.post(Entry(Kind.GENERAL, day("2026-01-21"), "利息", interest))
    scene.close("2026-01", "2026-02-03")
    scene.bill("2026-02-05", developer=developer)
    scene.release("2026-02-05", [(owners[6], 20006)])
    wrong = scene.spend("2026-02-10", 99900, "错记的支出")
    lines = (Posting("Expenses:PropertyFee:Cleaning", -99900), Posting(BANK, 99900))
    scene.post(Entry(Kind.REVERSAL, day("2026-02-11"), "金额有误", lines, reverses=wrong.seq))
    waiver = (
        Posting("Liabilities:PropertyFee:Uncollected:Owner", 500),
        Posting("Assets:PropertyFee:Receivable:Disputed", 500, owners[0], 1),
        Posting("Assets:PropertyFee:Receivable:Owner", -1000, owners[0], 1),
    )
    scene.post(Entry(Kind.GENERAL, day("2026-02-12"), f"{owners[0]} 争议与减免", waiver))
    for unit in owners[:3]:
        scene.receive(unit, "2026-02-15")
    scene.close("2026-02", "2026-03-02")
    scene.bill("2026-03-05", developer=developer)
    for unit in owners[:4]:
        scene.receive(unit, "2026-03-10")
    scene.spend("2026-03-12", 12345)
    scene.plan("2026-03-14", 1, BUDGET)
