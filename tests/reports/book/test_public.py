from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.rules.entry import Entry, Kind, Posting
from reports.book.book import BookKey, Language, build_directives, build_files, waiting
from reports.book.public import draw_public, merged, waiting_balances
from reports.book.rows import BookEntry, Line
from tests.reports.book.conftest import UNITS
from tests.reports.book.reading import sums, transactions
from tests.reports.book.scene import BANK, CODE, Scene, day

PUBLIC = BookKey(CODE, "public", "en")
DEPOSIT = "Liabilities:Agency:Deposit:Renovation"


def drawn(scene: Scene, today: str, language: Language = "en") -> list[str]:
    with scene.database.reading() as session:
        entries = build_directives(session, BookKey(CODE, "public", language), day(today)).entries
    return [transaction.narration for transaction in transactions(entries)]


def waits(scene: Scene, today: str) -> dict[str, int]:
    with scene.database.reading() as session:
        return {code: minor for (code, _), minor in waiting(session, CODE, day(today)).items() if minor}


def test_four_units_wait_and_the_fifth_draws_all_of_them_on_the_next_day(scene: Scene) -> None:
    for unit in UNITS[:4]:
        scene.receive(unit, "2026-01-10")
    assert drawn(scene, "2026-01-15") == []
    assert waits(scene, "2026-01-15")[BANK] == 80000
    scene.receive(UNITS[4], "2026-01-15")
    assert drawn(scene, "2026-01-15") == []
    assert drawn(scene, "2026-01-16") == ["Receipts R-000001–R-000005, 5 entries"]
    assert waits(scene, "2026-01-16") == {}


def test_many_receipts_of_few_units_still_wait(scene: Scene) -> None:
    for unit in UNITS[:4] * 3:
        scene.receive(unit, "2026-01-10")
    assert drawn(scene, "2026-01-20") == []


def test_the_close_draws_what_waits_without_saying_how_little_it_was(scene: Scene) -> None:
    for unit in UNITS[:2]:
        scene.receive(unit, "2026-01-10")
    assert drawn(scene, "2026-02-01") == []
    scene.close("2026-01", "2026-02-01")
    assert drawn(scene, "2026-02-01") == ["Receipts, joined at the close"]
    assert waits(scene, "2026-02-01") == {}


def test_kinds_channels_and_months_never_share_a_batch(scene: Scene) -> None:
    for unit in UNITS[:3]:
        scene.receive(unit, "2026-01-31", recorded="2026-02-02")
        scene.receive(unit, "2026-01-31", channel="wechat", recorded="2026-02-02")
        scene.receive(unit, "2026-02-01", recorded="2026-02-02")
    assert drawn(scene, "2026-02-10") == []


def test_a_batch_is_dated_by_its_latest_member_and_numbered_by_its_last(scene: Scene) -> None:
    dates = ["2026-01-04", "2026-01-09", "2026-01-02", "2026-01-05", "2026-01-06"]
    made = [scene.receive(unit, on, recorded="2026-01-12") for unit, on in zip(UNITS, dates, strict=False)]
    with scene.database.reading() as session:
        (batch,) = transactions(build_directives(session, PUBLIC, day("2026-01-13")).entries)
    assert (batch.date, batch.meta["seq"]) == (day("2026-01-09"), str(made[-1].seq))
    assert batch.tags == {"batch"}


def test_an_expense_is_seen_at_once_with_its_words_and_its_payee(scene: Scene) -> None:
    made = scene.spend("2026-01-09", 5000, "保洁费 1 月")
    with scene.database.reading() as session:
        (expense,) = transactions(build_directives(session, PUBLIC, day("2026-01-09")).entries)
    assert (expense.payee, expense.narration) == ("洁净保洁有限公司", "保洁费 1 月")
    assert (expense.meta["hash"], expense.meta["authority"]) == (made.hash, "HT-2026-01")


def test_a_bill_is_one_transaction_at_once_and_a_bill_of_four_units_waits(scene: Scene) -> None:
    scene.bill("2026-01-05")
    scene.bill("2026-01-06", 3000, units=UNITS[:4], item="elevator")
    assert drawn(scene, "2026-01-06") == ["Charges Property fee 2026-01, 12 units"]
    assert drawn(scene, "2026-01-06", "zh") == ["应收登记 物业服务费 2026-01，12 户"]


def test_an_opening_is_seen_at_once_if_it_names_five_units_and_waits_if_it_names_fewer(scene: Scene) -> None:
    for fund, units in (("PropertyFee", UNITS[:5]), ("Agency", UNITS[:4])):
        place = "Liabilities:PropertyFee:Prepaid" if fund == "PropertyFee" else DEPOSIT
        lines = [Posting(place, -100, unit, 1) for unit in units]
        lines.append(Posting(f"Assets:{fund}:Bank:Joint01", 100 * len(units)))
        scene.post(Entry(Kind.OPENING, day("2026-01-05"), "接管期初", tuple(lines)))
    assert drawn(scene, "2026-01-05") == ["Opening balances, 5 units"]
    assert waits(scene, "2026-01-06")[DEPOSIT] == -400


def test_accounts_of_few_persons_are_merged_and_a_move_between_them_leaves_no_trace(scene: Scene) -> None:
    lines = []
    for unit in UNITS[:5]:
        lines += [
            Posting("Assets:PropertyFee:Receivable:Disputed", 100, unit, 1),
            Posting("Assets:PropertyFee:Receivable:Owner", -100, unit, 1),
        ]
    scene.post(Entry(Kind.GENERAL, day("2026-01-05"), "争议", tuple(lines)))
    assert drawn(scene, "2026-01-20") == []
    with scene.database.reading() as session:
        text = b"".join(build_files(session, PUBLIC, day("2026-01-20")).values()).decode()
    assert "Disputed" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_in_the_public_text_points_at_a_household(lived: Scene, language: Language) -> None:
    with lived.database.reading() as session:
        book = build_files(session, BookKey(CODE, "public", language), day("2026-03-15"))
    text = b"".join(book.values()).decode()
    for secret in [*UNITS, "B03", "B07", "争议与减免", "unit:", "debtor:", "charge:", "receipt:"]:
        assert secret not in text
    # Six households paid by WeChat in January; every other batch is of fewer than five.
    assert text.count("R-0") == 2
    assert "R-000001–R-000006" in text


@pytest.mark.parametrize("today", ["2026-03-10", "2026-03-15", "2026-04-30"])
def test_what_is_shown_and_what_waits_make_the_full_book(lived: Scene, today: str) -> None:
    with lived.database.reading() as session:
        public = sums(build_directives(session, PUBLIC, day(today)).entries)
        full = sums(build_directives(session, BookKey(CODE, "full", "en"), day(today)).entries)
        for (code, _), minor in waiting(session, CODE, day(today)).items():
            public[code] += minor
    without_detail: dict[str, int] = {}
    for name, minor in full.items():
        code = merged(name.rpartition(":")[0] if name.rpartition(":")[2] in UNITS else name)
        without_detail[code] = without_detail.get(code, 0) + minor
    assert {k: v for k, v in public.items() if v} == {k: v for k, v in without_detail.items() if v}


def receipts(draws: list[tuple[int, int, str]]) -> list[BookEntry]:
    """Return receipts recorded after so many days, of these units and channels, in the order of seq."""
    on, entries = dt.date(2026, 1, 1), []
    for seq, (days, unit, channel) in enumerate(draws, 1):
        on += dt.timedelta(days)
        name, amount = f"B01-{unit}", 10**seq % 999983
        lines = (Line(BANK, amount), Line("Liabilities:PropertyFee:Prepaid", -amount, name, 1, receipt=seq))
        entry = BookEntry(
            seq, "2026-01", seq, on, on, on, "receipt", name, None, None, channel, None, None, "00", lines
        )
        entries.append(entry)
    return entries


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(1, 7), st.sampled_from("ab")), max_size=40),
)
@settings(max_examples=300, deadline=None)
def test_two_versions_never_differ_by_fewer_than_five_units(
    draws: list[tuple[int, int, str]],
) -> None:
    entries = receipts(draws)
    known, seen = 0, []
    for today in (dt.date(2026, 1, 1) + dt.timedelta(days) for days in range(90)):
        while known < len(entries) and entries[known].recorded_on <= today:
            known += 1
        seen.append(draw_public(entries[:known], today, "zh", closed=False))
    closed_early = draw_public(entries, dt.date(2026, 1, 1), "zh", closed=True)
    for before, after in pairwise(seen):
        assert [one for one in after.drawn if one in before.drawn] == before.drawn
        new = [one for one in after.drawn if one not in before.drawn]
        for batch in new:
            assert "月末" not in batch.narration
    # Whatever day it is looked at, a closed month is the same, and nothing of it waits.
    assert closed_early == draw_public(entries, dt.date(2027, 1, 1), "zh", closed=True)
    assert closed_early.waiting == []
    assert [one for one in closed_early.drawn if one in seen[-1].drawn] == seen[-1].drawn
    total = waiting_balances(seen[-1].waiting).get((BANK, None), 0) + sum(
        posting.amount_minor for one in seen[-1].drawn for posting in one.postings if posting.code == BANK
    )
    assert total == sum(entry.lines[0].amount_minor for entry in entries)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 7), st.sampled_from("ab")), max_size=40))
@settings(max_examples=300, deadline=None)
def test_every_batch_before_the_close_holds_five_units(draws: list[tuple[int, int, str]]) -> None:
    entries = receipts(draws)
    month = draw_public(entries, dt.date(2027, 1, 1), "zh", closed=False)
    for batch in month.drawn:
        previous = max(
            (one.seq for one in month.drawn if one.seq < batch.seq and one.meta[2] == batch.meta[2]),
            default=0,
        )
        channel = dict(batch.meta)["channel"]
        members = [one for one in entries if previous < one.seq <= batch.seq and one.channel == channel]
        assert len(set().union(*(one.units() for one in members))) >= 5
        assert batch.postings[0].amount_minor == sum(one.lines[0].amount_minor for one in members)
