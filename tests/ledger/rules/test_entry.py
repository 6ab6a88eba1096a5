from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import (
    AmountOutOfRange,
    EntryTooSmall,
    EntryUnbalanced,
    FundsMixed,
    Refusal,
    ReversalRefused,
    ZeroPosting,
)
from ledger.rules.entry import CROSS_FUND, Entry, Kind, Posting, check_entry, reversal
from ledger.rules.money import LIMIT_MINOR

DAY = date(2026, 1, 5)
BANK, INCOME = "Assets:PublicIncome:Bank:Joint01", "Income:PublicIncome:Other"
FEES, FEE_INCOME = "Assets:PropertyFee:Bank:Joint01", "Income:PropertyFee:Other"


def entry(*postings: tuple[str, int], kind: Kind = Kind.GENERAL) -> Entry:
    return Entry(kind, DAY, "试", tuple(Posting(account, minor) for account, minor in postings))


@pytest.mark.parametrize(
    ("postings", "refusal", "pointer"),
    [
        ((), EntryTooSmall, "/postings"),
        (((BANK, 100),), EntryTooSmall, "/postings"),
        (((BANK, 0), (INCOME, 0)), ZeroPosting, "/postings/0/amount"),
        (((BANK, 100), (INCOME, -99)), EntryUnbalanced, "/postings"),
        (((BANK, LIMIT_MINOR + 1), (INCOME, -LIMIT_MINOR - 1)), AmountOutOfRange, "/postings/0/amount"),
        (((BANK, 100), (FEE_INCOME, -100)), EntryUnbalanced, "/postings"),
        (((BANK, 1), (INCOME, -1), (FEES, 1), (FEE_INCOME, -1)), FundsMixed, "/postings"),
    ],
)
def test_an_entry_that_may_not_stand_is_refused(
    postings: tuple[tuple[str, int], ...], refusal: type[Refusal], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        check_entry(entry(*postings))
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("kind", Kind)
def test_only_the_kinds_of_the_closed_list_may_touch_two_funds(kind: Kind) -> None:
    two_funds = entry((BANK, 1), (INCOME, -1), (FEES, 1), (FEE_INCOME, -1), kind=kind)
    if kind in CROSS_FUND:
        assert check_entry(two_funds) is two_funds
    else:
        with pytest.raises(FundsMixed):
            check_entry(two_funds)


def test_the_closed_list_is_as_it_was_decided() -> None:
    """Chart 2.4: transfer, loan, split receipt and its clearing, split interest and fee, agency release; reversals."""
    moved = {Kind.TRANSFER, Kind.LOAN}
    split = {Kind.RECEIPT, Kind.CLEARING, Kind.INTEREST, Kind.BANK_CHARGE}
    assert moved | split | {Kind.DEPOSIT_RELEASE, Kind.REVERSAL} == CROSS_FUND


@given(st.lists(st.integers(1, LIMIT_MINOR // 100), min_size=1, max_size=20))
def test_a_reversal_undoes_an_entry_line_by_line(parts: list[int]) -> None:
    lines = tuple(Posting(INCOME, -part, unit="B01-U1-0101", charge="3-1") for part in parts)
    original = check_entry(Entry(Kind.PUBLIC_INCOME, DAY, "原", (Posting(BANK, sum(parts)), *lines)))
    undone = check_entry(reversal(original, 9, date(2026, 2, 1), "误记"))
    both = zip(original.postings, undone.postings, strict=True)
    assert all(
        (one.account, one.unit, one.charge) == (two.account, two.unit, two.charge) for one, two in both
    )
    assert [line.amount_minor for line in undone.postings] == [
        -line.amount_minor for line in original.postings
    ]
    assert (undone.reverses, undone.occurred_on) == (9, date(2026, 2, 1))


def test_a_reversal_cannot_be_reversed() -> None:
    undone = reversal(entry((BANK, 1), (INCOME, -1)), 9, DAY, "误记")
    with pytest.raises(ReversalRefused) as refused:
        reversal(undone, 10, DAY, "再冲")
    for language in ("zh", "en"):
        assert "10" in refused.value.detail(language)
