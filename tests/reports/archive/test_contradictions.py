"""Facts that contradict each other under hashes that all fit: an export and the books themselves are found unsound.

Whoever holds the database rewrites an act that no paper covers yet and seals everything anew. The chain is whole; what
the act says is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from api.chain import state_of
from ledger.actions.bill import BillMonth, bill
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from ledger.store.acts import acts
from ledger.store.registers import head
from reports.archive.verify import verify_export
from reports.archive.writing import write_export
from tests.books.sample import LATE_PAYER, yuan
from tests.conftest import Books
from tests.reports.archive.conftest import DAY, export
from tests.reports.archive.tampering import anything_goes, reseal, unguarded

COMPOUND = "guihuayuan"


@dataclass(frozen=True)
class Late:
    """Books with two acts in a month that is still open: a bill, and a receipt that settles a charge."""

    books: Books
    shell: Connection
    bill: int
    receipt: int

    def write(self, statement: str) -> None:
        """Write past every rule; ``:bill`` and ``:receipt`` are the acts."""
        named = {"bill": self.bill, "receipt": self.receipt}
        asked = {name: seq for name, seq in named.items() if f":{name}" in statement}
        assert self.shell.execute(text(statement), asked).rowcount > 0, statement


@pytest.fixture
def late(copied: Books) -> Iterator[Late]:
    """Give the books without a single trigger; nothing that is written to them stays."""
    day = date(2026, 5, 8)
    billed = copied.act(bill, BillMonth("2026-05", date(2026, 5, 6)))
    paid = copied.act(receive, Receive(LATE_PAYER, yuan("900.00"), Channel.BANK, day, day, "Joint01"))
    assert paid.settled
    unguarded(copied.database)
    with anything_goes(copied.database) as shell:
        yield Late(copied, shell, billed.runs[0].recorded.seq, paid.recorded.seq)
        shell.rollback()


def found(late: Late) -> tuple[set[str], set[str]]:
    """Seal everything anew and return what the books' own check finds, and what ``verify`` finds in a full export."""
    with Session(bind=late.shell) as session:
        last, _ = head(session, COMPOUND)
        reseal(late.shell, COMPOUND, 2, list(acts(session, COMPOUND, last)))
        state = state_of(session, COMPOUND)
        assert state.links == ()
        verified = verify_export(write_export(session, COMPOUND, DAY, "full"))
    assert not {"public_changed", "sealed_changed", "hash_wrong"} & {one.code for one in verified.faults}
    return {code for _, code in state.contradictions}, {one.code for one in verified.faults}


def test_books_that_nobody_touched_contradict_themselves_nowhere(late: Late) -> None:
    assert found(late) == (set(), set())


CONTRADICTIONS = {
    "a receipt of another sum than its entry": (
        "receipt_differs",
        "UPDATE receipt SET amount_minor = amount_minor + 45000 WHERE seq = :receipt",
    ),
    "a receipt in a neighbour's name": (
        "receipt_differs",
        "UPDATE receipt SET unit = (SELECT min(u.code) FROM unit u WHERE u.code <> receipt.unit) WHERE seq = :receipt",
    ),
    "a receipt of another day than its entry": (
        "receipt_differs",
        "UPDATE entry SET occurred_on = '2020-01-01' WHERE seq = :receipt",
    ),
    "a receipt that is taken out with its settlements": (
        "kinds_differ",
        "DELETE FROM receipt WHERE seq = :receipt",
    ),
    "postings in a neighbour's name": (
        "debt_differs",
        "UPDATE posting SET unit = (SELECT min(u.code) FROM unit u WHERE u.code <> posting.unit) "
        "WHERE seq = :receipt AND charge IS NOT NULL",
    ),
    "a charge ten times its posting": (
        "debt_differs",
        "UPDATE charge SET amount_minor = amount_minor * 10 WHERE seq = :bill AND line = 1",
    ),
    "a settlement that is moved to somebody else's charge": (
        "debt_differs",
        "UPDATE settlement SET charge_seq = :bill, charge_line = 1 WHERE seq = :receipt AND line = 1",
    ),
    "a settlement that is taken out": (
        "debt_differs",
        "DELETE FROM settlement WHERE seq = :receipt",
    ),
    "a posting in another fund than its account's": (
        "posting_wrong",
        "UPDATE posting SET fund = 'PublicIncome' WHERE seq = :receipt",
    ),
    "a posting of a unit without a salt": (
        "posting_wrong",
        "UPDATE posting SET salt = NULL WHERE seq = :receipt AND line = "
        "(SELECT min(line) FROM posting p WHERE p.seq = :receipt AND p.unit IS NOT NULL)",
    ),
    "an entry that counts other postings": (
        "posting_wrong",
        "UPDATE entry SET posting_count = 99 WHERE seq = :receipt",
    ),
    "an act that is called something else": (
        "kinds_differ",
        "UPDATE act SET kind = 'waiver' WHERE seq = :receipt",
    ),
    "an entry that is called something else": (
        "kinds_differ",
        "UPDATE entry SET kind = 'waiver' WHERE seq = :receipt",
    ),
    "an entry dated into a closed month": (
        "period_locked",
        "UPDATE entry SET month = '2026-01', effective_on = '2026-01-20', occurred_on = '2026-01-20', "
        "voucher_no = (SELECT max(voucher_no) + 1 FROM entry WHERE month = '2026-01') WHERE seq = :bill",
    ),
    "an entry of another day than its act": (
        "dates_differ",
        "UPDATE entry SET effective_on = '2026-05-01', occurred_on = '2026-05-01' WHERE seq = :bill",
    ),
    "an act that holds before it was recorded, with its entry": (
        "dates_differ",
        "UPDATE act SET recorded_on = '2026-05-05', recorded_at = '2026-05-05T01:00:00Z' WHERE seq = :bill",
    ),
    "an act recorded before the act before it": (
        "recorded_back",
        "UPDATE act SET recorded_at = '2026-01-02T01:00:00Z', recorded_on = '2026-01-02' WHERE seq = :bill",
    ),
    "an act recorded on another day than its moment": (
        "recorded_back",
        "UPDATE act SET recorded_on = '2026-05-19' WHERE seq = :bill",
    ),
    "a close that is called something else": (
        "kinds_differ",
        "UPDATE act SET kind = 'note' WHERE seq = (SELECT max(seq) FROM period_close)",
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_facts_that_contradict_each_other_are_found_though_every_hash_fits(late: Late, what: str) -> None:
    code, statement = CONTRADICTIONS[what]
    late.write(statement)
    here, exported = found(late)
    assert code in here
    assert exported & {code, "dates_differ"}  # days are looked at first, and what they show is enough


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE entry SET month = '2026-01', voucher_no = "
            "(SELECT max(voucher_no) + 1 FROM entry WHERE month = '2026-01') WHERE seq = :bill",
            "dates_differ",
        ),
        ("UPDATE act SET recorded_on = '2026-05-01' WHERE seq = :bill", "dates_differ"),
        ("UPDATE act SET recorded_on = '2026-01-20' WHERE kind = 'publish'", "recorded_back"),
    ],
)
def test_days_that_contradict_each_other_are_found_by_anybody(late: Late, statement: str, code: str) -> None:
    late.write(statement)
    with Session(bind=late.shell) as session:
        last, _ = head(session, COMPOUND)
        reseal(late.shell, COMPOUND, 2, list(acts(session, COMPOUND, last)))
        content = write_export(session, COMPOUND, DAY, "public")
    assert code in {one.code for one in verify_export(content).faults}


def test_an_export_of_books_where_everything_happened_is_sound(copied: Books) -> None:
    assert verify_export(export(copied)).is_sound
