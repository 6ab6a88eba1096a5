"""What must hold of any books, computed a second time from the rows: plain sums, no query of the ledger's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from beancount.core import data
from sqlalchemy import select
from sqlmodel import Session

from ledger.rules.charge import LATE_FEE
from ledger.rules.coherence import Coherence
from ledger.rules.explain import explain
from ledger.rules.fund import funds_in, net, spendable
from ledger.rules.money import POINT, round_half_up
from ledger.rules.period import last_day, months_between
from ledger.rules.unit import Party, standing_of
from ledger.store.arrears import owed_on
from ledger.store.balances import balances
from ledger.store.charged import charge_view
from ledger.store.disbursements import committed
from ledger.store.explaining import told
from ledger.store.outstanding import kept, recount
from ledger.store.records import seal_act
from ledger.store.tables import METADATA
from reports.book.book import BookKey, build_directives, build_files, waiting
from reports.book.public import merged
from reports.receivables.collection_rates import collection_rates
from tests.ledger.store.rereading import read_chain

Row = dict[str, Any]
_BANKED = (":Bank:Joint01", ":Bank:Basic02")
#: Acts that touch no income and no expense (I7): nobody has paid, and nothing was used up.
_PLAIN = frozenset({"waiver", "write_off", "dispute", "owner_change", "refund_due", "parking", "refund"})


@dataclass
class Sheet:
    """One compound's rows, and their sums."""

    entries: list[Row]
    postings: list[Row]
    charges: list[Row]
    settlements: list[Row]
    receipts: list[Row]
    reliefs: list[Row]
    departures: list[Row]
    costs: list[Row]
    acts: list[int]
    closed_through: str
    by_month: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def banked(self) -> int:
        """What the funds' parts of all bank accounts add up to, in fen."""
        return sum(int(row["amount_minor"]) for row in self.postings if row["account"].endswith(_BANKED))

    @property
    def at_banks(self) -> Counter[str]:
        """What the funds' parts of each bank account add up to, in fen."""
        sums: Counter[str] = Counter()
        for code, minor in self.standing().items():
            if ":Bank:" in code:
                sums[code.rpartition(":")[2]] += minor
        return sums

    def standing(self) -> dict[str, int]:
        """Return the sum of every account, in fen."""
        sums: Counter[str] = Counter()
        for row in self.postings:
            sums[row["account"]] += row["amount_minor"]
        return {code: sums[code] for code in sorted(sums) if sums[code]}

    def moves_bank(self, seq: int) -> bool:
        """Say whether an entry touches a bank account."""
        return any(row["seq"] == seq and row["account"].endswith(_BANKED) for row in self.postings)

    def paid_out(self, seq: int) -> int:
        """Return what left the bank by an act, in fen: what the two keys allowed, less what stays with the funds."""
        kinds = {row["seq"]: row["kind"] for row in self.entries}
        debits = {"payment": ":Payable:", "deposit_release": ":Deposit:"}[kinds[seq]]
        own = [row for row in self.postings if row["seq"] == seq]
        kept = sum(int(row["amount_minor"]) for row in own if row["account"].startswith("Income:"))
        return sum(int(row["amount_minor"]) for row in own if debits in row["account"]) + kept


def read_sheet(session: Session, compound: str) -> Sheet:
    """Read all rows of a compound."""

    def rows(name: str) -> list[Row]:
        table = METADATA.tables[name]
        query = select(table).where(table.c.compound == compound).order_by(*table.primary_key.columns)
        return [dict(row._mapping) for row in session.execute(query)]

    sheet = Sheet(
        rows("entry"),
        rows("posting"),
        rows("charge"),
        rows("settlement"),
        rows("receipt"),
        rows("relief"),
        rows("departure"),
        rows("shared_cost"),
        [row["seq"] for row in rows("act")],
        rows("chain_head")[0]["closed_through"],
    )
    months = {row["seq"]: row["month"] for row in sheet.entries}
    for row in sheet.postings:
        sheet.by_month[months[row["seq"]], row["account"]] += row["amount_minor"]
    return sheet


def check_sheet(sheet: Sheet) -> None:
    """Check I1, I2, I5, I7, I10 and I11, and that nothing is held or settled below zero."""
    by_fund: Counter[tuple[int, str]] = Counter()
    for row in sheet.postings:
        by_fund[row["seq"], row["fund"]] += row["amount_minor"]
    assert not any(by_fund.values()), "I1"
    mirrored: Counter[tuple[str, str]] = Counter()
    for row in sheet.postings:
        if ":Receivable:" in row["account"] or ":Uncollected:" in row["account"]:
            mirrored[row["fund"], row["account"].rpartition(":")[2]] += row["amount_minor"]
    assert not any(mirrored.values()), "I2"
    _check_numbers(sheet)
    _check_plain(sheet)
    _check_charges(sheet)
    _check_shares(sheet)
    _check_held(sheet)


def _check_numbers(sheet: Sheet) -> None:
    """I5: acts, vouchers of a month and receipts are numbered 1, 2, 3 and so on."""
    assert sheet.acts == list(range(1, len(sheet.acts) + 1)), "I5 acts"
    vouchers: dict[str, list[int]] = defaultdict(list)
    for row in sheet.entries:
        vouchers[row["month"]].append(row["voucher_no"])
    for month, given in vouchers.items():
        assert given == list(range(1, len(given) + 1)), f"I5 vouchers of {month}"
    numbers = sorted(row["number"] for row in sheet.receipts)
    assert numbers == list(range(1, len(numbers) + 1)), "I5 receipts"


def _check_plain(sheet: Sheet) -> None:
    """I7: what moves, contests or ends a debt without money touches no income and no expense; nor does its reversal."""
    kinds = {row["seq"]: row["kind"] for row in sheet.entries}
    plain = {row["seq"] for row in sheet.entries if kinds.get(row["reverses"], row["kind"]) in _PLAIN}
    for row in sheet.postings:
        assert row["seq"] not in plain or not row["account"].startswith(("Income:", "Expenses:")), "I7"


def _check_charges(sheet: Sheet) -> None:
    """I10: a debtor's charges less all that ended them are its receivables, where they stand; none is below zero."""
    left: Counter[tuple[int, int]] = Counter()
    whose: dict[tuple[int, int], Row] = {}
    for row in sheet.charges:
        taken_back = row["corrects_seq"] is not None
        own = (row["corrects_seq"], row["corrects_line"]) if taken_back else (row["seq"], row["line"])
        left[own] += row["amount_minor"]
        whose.setdefault(own, row)
    for row in sheet.settlements:
        left[row["charge_seq"], row["charge_line"]] -= row["amount_minor"]
    contested: Counter[tuple[int, int]] = Counter()
    for row in sheet.reliefs:
        of = contested if row["kind"] == "dispute" else left
        sign = 1 if row["kind"] == "dispute" else -1
        of[row["charge_seq"], row["charge_line"]] += sign * row["amount_minor"]
    assert all(minor >= 0 for minor in left.values()), "more has ended of a charge than it was"
    assert all(0 <= contested[key] <= left[key] for key in contested), (
        "more of a charge is disputed than is open"
    )
    gone = {(row["unit"], row["debtor"]) for row in sheet.departures}
    owed: Counter[tuple[str, str, int]] = Counter()
    for key, minor in left.items():
        row = whose[key]
        party, debtor = Party(row["party"]), (row["unit"], row["debtor"])
        owed[standing_of(party, has_left=debtor in gone), *debtor] += minor - contested[key]
        owed[standing_of(party, is_disputed=True), *debtor] += contested[key]
    for row in sheet.postings:
        if ":Receivable:" in row["account"] and row["unit"] is not None:
            owed[row["account"].rpartition(":")[2], row["unit"], row["debtor"]] -= row["amount_minor"]
    assert not any(owed.values()), f"I10 {+owed} {-owed}"


def _check_shares(sheet: Sheet) -> None:
    """I11: the run that shares a cost bills the cost, to the fen; later runs bill only what was taken back of it."""
    costs = {row["seq"]: row["amount_minor"] for row in sheet.costs}
    bills = {row["seq"] for row in sheet.entries if row["kind"] == "bill"}
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    for row in sheet.charges:
        if row["item"] == "shared_energy" and row["seq"] in bills:
            shared[row["basis_seq"]][row["seq"]] += row["amount_minor"]
    for cost, runs in shared.items():
        assert runs[min(runs)] == costs[cost], "I11"
        assert max(runs.values()) <= costs[cost], "I11"


def _check_held(sheet: Sheet) -> None:
    """No lot of prepayment, no refund due, no unit's deposit and nothing without a name is below zero."""
    held: Counter[tuple[object, ...]] = Counter()
    for row in sheet.postings:
        if row["account"].endswith(":Prepaid"):
            held["prepaid", row["unit"], row["debtor"], row["receipt"]] -= row["amount_minor"]
        elif row["account"].endswith(":Refundable"):
            held["refundable", row["unit"], row["debtor"]] -= row["amount_minor"]
        elif row["account"].endswith((":Unidentified", "Liabilities:PropertyFee:InKind")):
            held[row["account"]] -= row["amount_minor"]
        elif ":Deposit:" in row["account"]:
            held["deposit", row["unit"]] -= row["amount_minor"]
    assert all(minor >= 0 for minor in held.values()), held


def check_funds(session: Session, compound: str, standing: dict[str, int]) -> None:
    """Check that Agency nets to zero (I6), and that no fund has decided on more than it can spend (I3).

    For books in which no vote and no fact took a fund below zero.
    """
    assert net(standing, "Agency") == 0, "I6"
    for fund in funds_in(standing):
        assert committed(session, compound, fund) <= max(0, spendable(standing, fund)), f"I3 {fund}"
        assert spendable(standing, fund) >= 0, f"I3 {fund}"


def check_remuneration(sheet: Sheet, rate_bp: int, accounts: tuple[str, ...], since: str = "2026-01") -> None:
    """I9: in each closed month that was accrued which a rate of all service income since ``since`` lacked."""
    base = recognised = 0
    for month in months_between(since, sheet.closed_through) if sheet.closed_through else ():
        base -= sum(sheet.by_month[month, code] for code in accounts)
        due = max(0, round_half_up(base * rate_bp, 10_000) - recognised)
        assert sheet.by_month[month, "Expenses:PropertyFee:Remuneration"] == due, f"I9 {month}"
        recognised += due


def check_explained(session: Session, sheet: Sheet, compound: str) -> None:
    """Check that what each charge says of itself comes to its amount, whatever has been corrected."""
    for row in sheet.charges:
        if row["corrects_seq"] is None:
            view = charge_view(session, compound, f"{row['seq']}-{row['line']}")
            assert explain(told(session, compound, view)).computed_minor == view.live_minor, view.id


def check_receivables(session: Session, compound: str, until: str) -> None:
    """Check that the index of open charges is what the facts say, and that the rates' table closes on what is open."""
    assert kept(session, compound) == recount(session, compound)
    open_now: Counter[str] = Counter()
    for one in owed_on(session, compound, last_day(until)):
        if one.charge.item != LATE_FEE and one.charge.period <= until:
            open_now[one.charge.party] += one.charge.open_minor
    for group in collection_rates(session, compound, "2026-01", until).by_kind:
        assert group.figures.closing_minor == open_now[group.key], group


def check_published_books(session: Session, compound: str, today: date) -> None:
    """Check that the public book and what waits are the full book (I12), rebuilt alike (I13), and the chain whole."""
    merged_sums: Counter[str] = Counter()
    counted = balances(session, compound) | balances(session, compound, currency=POINT)
    for code, minor in counted.items():
        merged_sums[merged(code)] += minor
    shown = _sums(session, BookKey(compound, "public", "en"), today)
    for (code, _), minor in waiting(session, compound, today).items():
        shown[code] += minor
    assert {code: minor for code, minor in shown.items() if minor} == {
        code: minor for code, minor in merged_sums.items() if minor
    }, "I12"
    for audience in ("public", "full"):
        for language in ("zh", "en"):
            key = BookKey(compound, audience, language)
            assert build_files(session, key, today) == build_files(session, key, today), "I13"
    coherence = Coherence()
    for act, facts in read_chain(session, compound):
        assert seal_act(act, facts, METADATA.tables)["hash"] == act["hash"], f"act {act['seq']}"
        assert coherence.follow(act, facts) == [], f"act {act['seq']}"


def _sums(session: Session, key: BookKey, today: date) -> Counter[str]:
    """Return the balances of a book as Beancount directives, in fen."""
    sums: Counter[str] = Counter()
    for entry in build_directives(session, key, today).entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                sums[posting.account] += int(posting.units.number * 100)
    return sums
