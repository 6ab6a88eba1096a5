"""What a bulletin says beyond money in and out: budget, contracts, allowances, pools, projects, who stands in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.actions.caretake import end_caretaking
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_project import OpenProject, open_project
from ledger.actions.pay import ratify
from ledger.actions.record_authority import Terms
from ledger.actions.record_vote import Asked, RecordVote, record_vote
from ledger.rules.authority import Matter
from ledger.rules.vote import Base, Choice
from reports.bulletin import Bulletin, PublicIncomeRow
from reports.figures import NOT_APPLICABLE
from reports.month.large_expenses import large_expenses
from reports.month.sections import Sections, caretaker_notice
from tests.books.granted import STAIR
from tests.books.paying import resolve
from tests.books.sample import play, yuan
from tests.conftest import COMMITTEE, Books
from tests.reports.january import closed, january, lapsed


def parts(bulletin: Bulletin) -> Sections:
    assert bulletin.sections is not None
    return bulletin.sections


def source(bulletin: Bulletin, name: str) -> PublicIncomeRow:
    return next(row for row in bulletin.public_income.rows if name in row.item_zh)


def test_the_statement_has_the_budget_in_force_beside_what_was_done(house: Books) -> None:
    (fund,) = closed(january(house)).funds
    planned = {row.label_zh: row.budget_minor for row in fund.rows}
    assert planned["业主物业费"] == 12 * yuan("1000.00")
    assert planned["3 清洁卫生"] == 12 * yuan("100.00")
    assert planned["支出合计"] == 12 * yuan("100.00") + yuan("600.00")
    assert planned["5 秩序维护"] is None
    assert planned["2 设施设备运行维护"] == 0
    assert "V-B1" in fund.budget_zh
    owners = [
        row for row in fund.rows if row.kind == "of_which" and row.label_zh.endswith(("实收", "物业费"))
    ]
    (whole,) = (row for row in fund.rows if row.label_zh == "业主物业费")
    assert sum(int(str(row.month_minor)) for row in owners) == whole.month_minor


def test_without_a_budget_in_force_the_statement_says_so(house: Books) -> None:
    (fund,) = closed(play(house, through="s05")).funds
    assert fund.budget_zh == "2026 年度预算：未录入（期末无生效预算）。"
    assert all(row.budget_minor is None for row in fund.rows)


def test_a_contract_zero_not_applicable_and_missing_are_four_things(house: Books) -> None:
    bulletin = closed(january(house))
    lifts, shop = source(bulletin, "A-07"), source(bulletin, "门面一间")
    assert (lifts.expected_minor, lifts.gross_minor) == (yuan("1200.00"), yuan("1200.00"))
    assert (lifts.cost_minor, lifts.net_minor) == (yuan("240.00"), yuan("960.00"))
    assert (shop.gross_minor, shop.expected_minor, shop.state_zh) == (0, NOT_APPLICABLE, "确认为零：招租中")
    income = bulletin.public_income
    assert income.not_applicable_zh == ("会所泳池健身（2026-01-01 起，没有会所）",)
    assert "临时停车" in income.missing_zh
    assert "会所泳池健身" not in income.missing_zh
    assert [(one.label_zh, one.amount_minor) for one in income.cost_kinds] == [("委托管理费", yuan("240.00"))]


def test_the_rows_of_public_income_add_up_to_its_accounts(house: Books) -> None:
    bulletin = closed(january(house))
    overview = next(row for row in bulletin.overview if row.fund_zh == "公共收益")
    assert bulletin.public_income.gross_minor == overview.receipts_minor
    assert bulletin.public_income.cost_minor == overview.expenses_minor


def test_an_emergency_is_listed_until_it_is_ratified(house: Books) -> None:
    books = january(house)
    books.today = date(2026, 1, 22)
    code = resolve(books, "追认")
    before = closed(books)
    (waiting,) = parts(before).payments.emergencies
    assert (waiting.reason, waiting.amount_minor, waiting.days) == ("消防管漏水", yuan("100.00"), 11)
    (urgent,) = (one for one in before.expenses if "消防管漏水" in one.purpose)
    assert (urgent.basis_zh, urgent.authority) == ("应急待追认", "")
    books.act(ratify, "u", code, by=COMMITTEE)
    with books.database.reading() as session:
        (urgent,) = (
            one for one in large_expenses(session, books.compound, "2026-01") if "消防管漏水" in one.purpose
        )
    assert (urgent.basis_zh, urgent.authority) == ("应急已追认", "追认")


def test_a_large_expense_names_bodies_and_related_parties_and_no_person(house: Books) -> None:
    expenses = closed(january(house)).expenses
    (kin,) = (one for one in expenses if one.related_party)
    assert kin.amount_minor == yuan("90.00")
    assert kin.keys_zh == "经办 受托物业；复核 业委会；批准 业委会 1 人"
    assert kin.basis_zh == "业委会决议"


def test_pools_projects_and_the_base_of_the_trustees_pay_are_there(house: Books) -> None:
    found = parts(closed(january(house)))
    (grant,) = found.grants.projects
    assert (grant.received_minor, grant.spent_minor, grant.unspent_minor) == (60_000, 40_000, 20_000)
    (lift,) = found.projects
    assert (lift.code, lift.units) == ("Lift-01", 7)
    assert found.small_projects == 0
    pay = found.remuneration
    assert pay is not None
    assert pay.base_minor == sum(one.amount_minor for one in pay.bases)
    assert [one.account for one in pay.bases] == [
        "Income:PropertyFee:Service:Owner",
        "Income:PropertyFee:Service:Developer",
    ]


def test_a_project_of_fewer_than_five_units_is_counted_and_not_shown(house: Books) -> None:
    books = january(house)
    three = tuple(STAIR.items())[4:]
    books.act(open_bank_account, OpenBankAccount("P02", "加梯二户 尾号0004", ("Project:Lift-02",)))
    terms = Terms("Lift-02", Matter.PROJECT, "二期", books.today, "Project:Lift-02", 100_000)
    asks = Asked(Base.UNITS, units=tuple(unit for unit, _ in three))
    books.act(record_vote, RecordVote(terms, dict.fromkeys(asks.units, Choice.AGREE), asks))
    books.act(open_project, OpenProject("Lift-02", "二期", 100_000, "Lift-02", "P02", three))
    found = parts(closed(books))
    assert [one.code for one in found.projects] == ["Lift-01"]
    assert found.small_projects == 1


def test_a_caretaker_of_any_day_of_the_month_is_said(house: Books) -> None:
    books = lapsed(january(house))
    said = closed(books).caretaker_zh
    assert "自 2026-01-25 由桂花社区居民委员会（社区街道）依据街道函 1 号看守" in said
    books.act(end_caretaking, date(2026, 2, 1), "换届备案")
    with books.database.reading() as session:
        notices = [caretaker_notice(session, books.compound, f"2026-0{month}") for month in (1, 2)]
    assert notices == [said, ""]


def test_held_money_is_the_agency_part_and_a_quiet_month_lists_nothing(house: Books) -> None:
    bulletin = closed(january(house))
    (deposit,) = bulletin.held_for_others
    assert (deposit.opening_minor, deposit.kept_minor, deposit.closing_minor) == (200_000, 0, 200_000)
    found = parts(bulletin)
    assert replace(found.between, month="") == type(found.between)("", (), (), (), (), pairs_cancel=True)
