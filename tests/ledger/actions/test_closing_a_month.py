"""A month is closed once, in order, after it has ended, and only if two engines agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from ledger import errors
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.publish import publish
from ledger.actions.receive import Receive, receive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.rules.entry import Posting
from ledger.store.balances import balances
from ledger.store.registers import bulletins, entry
from tests.books.reading import acts, standing
from tests.books.sample import SMALL, TWO_PAYER, agree, play, yuan
from tests.conftest import Books

FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def closed(house: Books) -> Books:
    """Give a house with January closed; today is 1 February."""
    return play(house, through="close-01")


def test_the_last_day_of_a_month_does_not_end_it(house: Books) -> None:
    play(house, through="s05")
    house.today = date(2026, 1, 31)
    with pytest.raises(errors.PeriodNotEnded):
        house.act(close, "2026-01", agree)
    house.today = FEBRUARY
    assert house.act(close, "2026-01", agree).seq == acts(house)


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (receive, Receive(SMALL, 100, Channel.CASH, date(2026, 1, 31), date(2026, 1, 31))),
        (earn, EarnPublicIncome("Income:PublicIncome:Telecom", 1, date(2026, 1, 31), "基站", Channel.CASH)),
        (reverse, Reverse(15, "误记", date(2026, 1, 31))),
        (
            post_entry,
            PostEntry(
                date(2026, 1, 31),
                "利息",
                (
                    Posting("Assets:PropertyFee:Bank:Joint01", 1),
                    Posting("Income:PropertyFee:Interest", -1),
                ),
            ),
        ),
    ],
)
def test_a_closed_month_takes_no_entry(closed: Books, action: object, command: object) -> None:
    before = acts(closed)
    with pytest.raises(errors.PeriodClosed) as refused:
        closed.act(action, command)  # type: ignore[arg-type]  # each action with its own command
    assert (refused.value.pointer, acts(closed)) == ("/effective_on", before)


def test_a_closed_month_is_not_closed_again(closed: Books) -> None:
    with pytest.raises(errors.PeriodClosed):
        closed.act(close, "2026-01", agree)


def test_months_are_closed_strictly_in_order(closed: Books) -> None:
    closed.today = date(2026, 5, 1)
    with pytest.raises(errors.PeriodOrder) as refused:
        closed.act(close, "2026-03", agree)
    assert "2026-02" in refused.value.detail("zh")


def test_one_fen_of_difference_blocks_the_close(house: Books) -> None:
    play(house, through="s05")
    house.today = FEBRUARY

    def differ(_session: Session, _compound: str, _month: str) -> None:
        raise errors.BooksDisagree(account="Assets:PropertyFee:Bank:Joint01", difference="0.01")

    before = (acts(house), standing(house))
    with pytest.raises(errors.BooksDisagree):
        house.act(close, "2026-01", differ)
    assert (acts(house), standing(house)) == before


def test_the_second_engine_sees_the_remuneration_of_the_month(house: Books) -> None:
    play(house, before="s17")
    house.today = date(2026, 4, 1)
    seen: list[int] = []

    def look(session: Session, compound: str, _month: str) -> None:
        seen.append(balances(session, compound)["Expenses:PropertyFee:Remuneration"])

    house.act(close, "2026-03", look)
    assert seen == [yuan("200.00")]


def test_remuneration_falls_due_in_the_rhythm_of_the_contract(house: Books) -> None:
    play(house, before="s17")
    assert "Expenses:PropertyFee:Remuneration" not in standing(house)  # January and February are closed


def test_remuneration_leaves_out_what_was_reversed_and_what_came_before(house: Books) -> None:
    """The second quarter collects 400 and takes back 300 of the first: 10 % of 100."""
    play(house, through="s17")
    house.today = date(2026, 4, 2)
    day = house.today
    with house.database.reading() as session:
        wrong = entry(session, house.compound, _last_receipt(house)).entry.seq
    house.act(reverse, Reverse(wrong, "退票", day))
    house.act(receive, Receive(TWO_PAYER, yuan("400.00"), Channel.CASH, day, day))
    for month, today in (
        ("2026-04", date(2026, 5, 1)),
        ("2026-05", date(2026, 6, 1)),
        ("2026-06", date(2026, 7, 1)),
    ):
        house.today = today
        house.act(close, month, agree)
    assert standing(house)["Expenses:PropertyFee:Remuneration"] == yuan("210.00")


def _last_receipt(house: Books) -> int:
    from ledger.store.registers import receipts

    with house.database.reading() as session:
        return receipts(session, house.compound)[-1].seq


def test_a_correction_names_the_closed_month_it_corrects(closed: Books) -> None:
    undone = closed.act(reverse, Reverse(15, "误记", FEBRUARY))
    with closed.database.reading() as session:
        assert entry(session, closed.compound, undone.seq).entry.corrects == "2026-01"


def test_a_month_is_published_once_unless_a_reason_is_given(closed: Books) -> None:
    def hang(pdf: bytes, reason: str | None = None) -> int:
        days: dict[str, Any] = {"posted_from": FEBRUARY, "posted_to": date(2026, 3, 2)}
        return closed.act(publish, "2026-01", pdf, {"zh": b"", "en": b""}, reason=reason, **days).version

    assert hang(b"%PDF one") == 1
    before = acts(closed)
    with pytest.raises(errors.AlreadyPublished) as refused:
        hang(b"%PDF two")
    assert (refused.value.pointer, acts(closed)) == ("/reason", before)
    with pytest.raises(errors.TextRefused):
        hang(b"%PDF two", "")
    assert hang(b"%PDF two", "图表有误") == 2
    with closed.database.reading() as session:
        first, second = bulletins(session, closed.compound)
    assert second.supersedes == first.sha256


def test_a_closed_month_keeps_its_balances_when_later_months_are_corrected(closed: Books) -> None:
    with closed.database.reading() as session:
        before = balances(session, closed.compound, as_of=date(2026, 1, 31))
    closed.act(reverse, Reverse(15, "误记", FEBRUARY))
    with closed.database.reading() as session:
        assert balances(session, closed.compound, as_of=date(2026, 1, 31)) == before
