"""The open budget: drafted, discussed, adopted, adjusted; what it lets be spent, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.adopt_budget import AdoptBudget, BudgetAdopted, adopt_budget
from ledger.actions.authorise import authorise
from ledger.actions.plan_budget import (
    BudgetKey,
    DraftBudget,
    answer_comment,
    comment_on_budget,
    draft_budget,
    open_to_comments,
    withdraw_budget,
)
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.record_authority import Terms, record_resolution
from ledger.actions.record_vote import RecordVote, record_vote
from ledger.rules.authority import Matter, Need
from ledger.rules.budget import BudgetState
from ledger.rules.entry import Posting
from ledger.rules.vote import Choice
from ledger.store.budgets import in_force, version, versions
from ledger.store.tables import BudgetComment, Remark
from reports.month.budget import budget_against_actual, budget_csv, budget_figures
from tests.books.sample import AREAS, play, yuan
from tests.conftest import COMMITTEE, TRUSTEE, Books
from tests.ledger.actions.test_receiving import refused

FUND, YEAR = "PropertyFee", 2026
CLEANING, GREENING = "Expenses:PropertyFee:Cleaning", "Expenses:PropertyFee:Greening"
SERVICE, INTEREST = "Income:PropertyFee:Service:Owner", "Income:PropertyFee:Interest"
FIRST = BudgetKey(FUND, YEAR, 1)


def monthly(amount: str, since: int = 1, until: int = 12) -> dict[str, int]:
    """Return so much in each month of 2026."""
    return {f"2026-{month:02d}": yuan(amount) for month in range(since, until + 1)}


LINES = {SERVICE: monthly("1000.00"), CLEANING: monthly("100.00"), GREENING: {"2026-03": yuan("600.00")}}
DRAFT = DraftBudget(FUND, YEAR, "2026 年物业服务资金预算", LINES, {CLEANING: "保洁合同"})


@pytest.fixture
def settled(house: Books) -> Books:
    """Give a house with its opening balances, January billed."""
    return play(house, through="s02")


def vote_on(
    books: Books, code: str, matter: Matter, amount: str | None = None, fund: str | None = FUND
) -> None:
    """Let everybody agree."""
    terms = Terms(code, matter, "表决事项", books.today, fund, None if amount is None else yuan(amount))
    books.act(record_vote, RecordVote(terms, dict.fromkeys(AREAS, Choice.AGREE)))


def drafted(books: Books, draft: DraftBudget = DRAFT) -> BudgetKey:
    """Draft a budget and wait until its comments are closed."""
    done = books.act(draft_budget, draft, by=TRUSTEE)
    key = BudgetKey(done.fund, done.year, done.version)
    books.act(
        open_to_comments, key, books.today, date(books.today.year, books.today.month, books.today.day + 3)
    )
    books.today = date(books.today.year, books.today.month, books.today.day + 4)
    return key


def adopted(books: Books, draft: DraftBudget = DRAFT, code: str = "V-B1", **named: object) -> BudgetAdopted:
    """Adopt a budget by vote, from 1 January unless ``from_on`` says otherwise."""
    key = drafted(books, draft)
    vote_on(books, code, Matter.BUDGET)
    command = AdoptBudget(key, date(2026, 1, 1), code)
    return books.act(adopt_budget, replace(command, **named))  # type: ignore[arg-type]  # by name


def spend(books: Books, amount: str, code: str = CLEANING) -> None:
    """Spend out of the cash box, past every payment: what was posted counts, however it came about."""
    lines = (Posting(code, yuan(amount)), Posting("Liabilities:PropertyFee:Payable:Vendor", -yuan(amount)))
    books.act(post_entry, PostEntry(books.today, "保洁费", lines))


def asking(amount: str, code: str = CLEANING, **named: object) -> Need:
    minor = yuan(amount)
    return Need(FUND, minor, date(2026, 1, 31), lines=((code, minor),), **named)  # type: ignore[arg-type]  # by name


def test_a_budget_goes_from_draft_to_comments_into_force(settled: Books) -> None:
    done = settled.act(draft_budget, DRAFT, by=TRUSTEE)
    assert (done.version, done.state) == (1, BudgetState.DRAFT)
    settled.act(open_to_comments, FIRST, date(2026, 1, 6), date(2026, 1, 8))
    settled.today = date(2026, 1, 7)
    said = settled.act(comment_on_budget, FIRST, "绿化太贵,B01-U1-0101", settled.today)
    settled.act(answer_comment, FIRST, said.number, "合同到期后重新招标", by=COMMITTEE)
    settled.today = date(2026, 1, 8)
    vote_on(settled, "V-B1", Matter.BUDGET)
    command = AdoptBudget(FIRST, date(2026, 1, 1), "V-B1")
    refused(settled, adopt_budget, command, errors.BudgetRefused)  # the last day of comments is not over
    settled.today = date(2026, 1, 9)
    settled.act(adopt_budget, command)
    with settled.database.reading() as session:
        held = in_force(session, settled.compound, FUND, date(2026, 12, 31))
        assert held is not None
        assert (held.state, held.lines) == (BudgetState.ADOPTED, LINES)
        assert held.notes == {CLEANING: "保洁合同"}
        assert in_force(session, settled.compound, FUND, date(2027, 1, 1)) is None


def test_what_a_resident_said_can_be_erased_and_its_hash_stays(settled: Books) -> None:
    settled.act(draft_budget, DRAFT)
    settled.act(open_to_comments, FIRST, settled.today, settled.today)
    settled.act(comment_on_budget, FIRST, "绿化太贵", settled.today)
    with settled.database.reading() as session:
        row = session.get(BudgetComment, (settled.compound, FUND, YEAR, 1, 1))
        assert row is not None
        words = session.get(Remark, (settled.compound, row.seq))
        assert words is not None
        assert words.words == "绿化太贵"
        assert len(row.words_hash) == 64


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"lines": {}}, errors.BudgetRefused),
        ({"lines": {CLEANING: {"2025-12": 1}}}, errors.BudgetRefused),
        ({"lines": {CLEANING: {"2026-01": 0}}}, errors.BudgetRefused),
        ({"lines": {CLEANING: {"2026-01": -1}}}, errors.BudgetRefused),
        ({"lines": {CLEANING: {"2026-13": 1}}}, errors.PeriodMalformed),
        ({"lines": {"Assets:PropertyFee:Bank:Joint01": {"2026-01": 1}}}, errors.AccountUnknown),
        ({"lines": {"Expenses:PublicIncome:Cost:Tax": {"2026-01": 1}}}, errors.AccountUnknown),
        ({"lines": {"Expenses:PropertyFee:Nothing": {"2026-01": 1}}}, errors.AccountUnknown),
        ({"fund": "Nothing"}, errors.AccountUnknown),
        ({"year": 26}, errors.BudgetRefused),
        ({"title": "B01-U1-0101 的预算"}, errors.TextRefused),
    ],
)
def test_what_is_no_budget_is_refused(
    settled: Books, changed: dict[str, object], kind: type[errors.Refusal]
) -> None:
    refused(settled, draft_budget, replace(DRAFT, **changed), kind)  # type: ignore[arg-type]  # by name


def test_a_budget_spends_no_more_than_comes_in_and_is_there(settled: Books) -> None:
    """50,000.00 at the opening, less what was paid ahead; 1,000.00 a month is more than bills can bring in."""
    key = drafted(settled)
    with settled.database.reading() as session:
        found = version(session, settled.compound, *(key.fund, key.year, key.version))
    assert found.state is BudgetState.OPENED
    vote_on(settled, "V-B1", Matter.BUDGET)
    weighed = settled.act(adopt_budget, AdoptBudget(key, date(2026, 1, 1), "V-B1")).weighed
    assert (weighed.expense_minor, weighed.income_minor) == (yuan("1800.00"), yuan("12000.00"))
    assert weighed.opening_minor == yuan("48800.00")


def test_a_budget_beyond_its_income_takes_a_voted_deficit_to_the_fen(settled: Books) -> None:
    lines = {INTEREST: {"2026-12": yuan("10.00")}, CLEANING: {"2026-06": yuan("48810.01")}}
    key = drafted(settled, replace(DRAFT, lines=lines))
    vote_on(settled, "V-B1", Matter.BUDGET)
    vote_on(settled, "V-N1", Matter.NEGATIVE_FUND, "0.01")
    command = AdoptBudget(key, date(2026, 1, 1), "V-B1")
    assert refused(settled, adopt_budget, command, errors.BudgetUnfunded).facts["deficit"] == "0.01"
    short = replace(command, deficit_minor=1)
    refused(settled, adopt_budget, short, errors.AuthorityMissing)
    refused(settled, adopt_budget, replace(short, deficit_authority="V-B1"), errors.AuthorityUnfit)
    refused(
        settled,
        adopt_budget,
        replace(short, deficit_authority="V-N1", deficit_minor=2),
        errors.AuthorityUsedUp,
    )
    settled.act(adopt_budget, replace(short, deficit_authority="V-N1"))


def test_billed_fees_count_as_far_as_they_are_collected(settled: Books) -> None:
    """In February: of January's bill nothing has come in but the prepaid month, so 12 months bring 12 of those."""
    settled.today = date(2026, 2, 5)
    weighed = adopted(settled).weighed
    with settled.database.reading() as session:
        posted = budget_against_actual(session, settled.compound, FUND, settled.today)
    service = next(row for row in posted.incomes if row.account == SERVICE)
    assert weighed.income_minor == 12 * service.actual_minor
    assert 0 < weighed.income_minor < yuan("12000.00")


def test_owners_adopt_the_budget_and_the_committee_that_of_a_pool(settled: Books) -> None:
    key = drafted(settled)
    resolution = Terms("J-B1", Matter.BUDGET, "预算", settled.today)
    settled.act(record_resolution, resolution, by=COMMITTEE)
    refused(settled, adopt_budget, AdoptBudget(key, date(2026, 1, 1), "J-B1"), errors.AuthorityUnfit)
    vote_on(settled, "V-S1", Matter.SPENDING)
    refused(settled, adopt_budget, AdoptBudget(key, date(2026, 1, 1), "V-S1"), errors.AuthorityUnfit)
    pool = "Governance:Micro"
    lines = {f"Expenses:{pool}:BankCharge": {"2026-05": yuan("0.01")}}
    key = drafted(settled, DraftBudget(pool, YEAR, "微基金预算", lines, {}))
    command = AdoptBudget(key, date(2026, 1, 1), "J-B1")
    refused(settled, adopt_budget, command, errors.BudgetUnfunded)
    lines = {f"Income:{pool}:Donation": {"2026-05": 1}, **lines}
    settled.act(withdraw_budget, key)
    key = drafted(settled, DraftBudget(pool, YEAR, "微基金预算", lines, {}))
    settled.act(adopt_budget, replace(command, key=key))


def test_an_adjustment_is_a_new_version_by_vote_and_the_old_one_stays(settled: Books) -> None:
    adopted(settled)
    settled.today = date(2026, 3, 10)
    more = replace(DRAFT, lines={**LINES, CLEANING: {**monthly("100.00"), **monthly("150.00", 4)}})
    key = drafted(settled, more)
    settled.act(record_resolution, Terms("J-B2", Matter.BUDGET, "调整", settled.today), by=COMMITTEE)
    command = AdoptBudget(key, date(2026, 4, 1), "J-B2")
    refused(settled, adopt_budget, command, errors.AuthorityUnfit)
    vote_on(settled, "V-B2", Matter.BUDGET)
    later = replace(command, authority="V-B2", from_on=date(2026, 5, 1))
    refused(settled, adopt_budget, later, errors.BudgetRefused)  # April would have changed before it holds
    settled.act(adopt_budget, replace(command, authority="V-B2"))
    with settled.database.reading() as session:
        kept = versions(session, settled.compound, FUND, YEAR)
        assert [one.row.version for one in kept] == [1, 2]
        assert kept[0].lines == LINES
        march = in_force(session, settled.compound, FUND, date(2026, 3, 31))
        april = in_force(session, settled.compound, FUND, date(2026, 4, 1))
    assert march is not None
    assert april is not None
    assert (march.row.version, april.row.version) == (1, 2)
    need = replace(asking("1650.00"), on=date(2026, 4, 1))
    settled.act(authorise, "budget", need)
    with pytest.raises(errors.BudgetExceeded):
        settled.act(authorise, "budget", replace(need, on=date(2026, 3, 31)))


def test_one_version_is_discussed_at_a_time_and_steps_come_in_order(settled: Books) -> None:
    settled.act(draft_budget, DRAFT)
    refused(settled, draft_budget, DRAFT, errors.BudgetStateRefused)
    vote_on(settled, "V-B1", Matter.BUDGET)
    refused(settled, adopt_budget, AdoptBudget(FIRST, date(2026, 1, 1), "V-B1"), errors.BudgetStateRefused)
    with pytest.raises(errors.BudgetStateRefused):
        settled.act(comment_on_budget, FIRST, "太贵", settled.today)
    with pytest.raises(errors.BudgetRefused):
        settled.act(open_to_comments, FIRST, date(2026, 1, 4), date(2026, 1, 8))
    with pytest.raises(errors.BudgetRefused):
        settled.act(open_to_comments, FIRST, date(2026, 1, 8), date(2026, 1, 7))
    settled.act(open_to_comments, FIRST, date(2026, 1, 6), date(2026, 1, 8))
    with pytest.raises(errors.BudgetRefused):
        settled.act(comment_on_budget, FIRST, "太贵", settled.today)
    with pytest.raises(errors.NotFound):
        settled.act(answer_comment, FIRST, 1, "谢谢")
    settled.act(withdraw_budget, FIRST)
    with pytest.raises(errors.BudgetStateRefused):
        settled.act(withdraw_budget, FIRST)
    with pytest.raises(errors.NotFound):
        settled.act(withdraw_budget, BudgetKey(FUND, YEAR, 2))
    assert settled.act(draft_budget, DRAFT).version == 2


def test_budget_against_actual_counts_reversals_and_says_what_is_executed(settled: Books) -> None:
    adopted(settled)
    spend(settled, "150.00")
    spend(settled, "-30.00")
    spend(settled, "7.00", "Expenses:PropertyFee:Order")
    with settled.database.reading() as session:
        found = budget_against_actual(session, settled.compound, FUND, settled.today)
        assert [one.fund for one in budget_figures(session, settled.compound, "2026-01")] == [FUND]
        before = budget_against_actual(session, settled.compound, FUND, date(2026, 1, 1))
    rows = {row.account: row for row in found.expenses}
    cleaning, order = rows[CLEANING], rows["Expenses:PropertyFee:Order"]
    assert (cleaning.planned_minor, cleaning.due_minor) == (yuan("1200.00"), yuan("100.00"))
    assert (cleaning.actual_minor, cleaning.left_minor) == (yuan("120.00"), yuan("1080.00"))
    assert cleaning.executed_bp == 1_000
    assert (order.planned_minor, order.left_minor, order.executed_bp) == (0, yuan("-7.00"), None)
    assert found.total_expenses.actual_minor == yuan("127.00")
    assert before.total_expenses.actual_minor == 0
    table = budget_csv(found).decode("utf-8-sig").splitlines()
    assert table[0].startswith("科目代码,科目,说明,预算(年)")
    line = next(one for one in table if one.startswith(CLEANING))
    assert line.split(",")[3:10] == ["1200.00", "100.00", "120.00", "10.00", "1080.00", "100.00", "120.00"]
