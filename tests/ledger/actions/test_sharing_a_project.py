"""Projects that only some units own: what is refused, what a reversal undoes, and what nobody may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions import pay
from ledger.actions.bill import BillMonth, bill
from ledger.actions.bridge import Bridge, bridge, settle_by_bridge
from ledger.actions.charge_late_fee import LateFee, LatePart, charge_late_fee
from ledger.actions.dispute import Dispute, dispute
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_project import OpenProject, open_project
from ledger.actions.receive import Receive, receive
from ledger.actions.record_authority import Terms
from ledger.actions.record_vote import RecordVote, record_vote
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.return_surplus import ReturnSurplus, return_surplus
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.share_project import PlanShares, call_share, plan_shares
from ledger.actions.subsidise import Subsidise, clear_subsidy, subsidise
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.explain import explain
from ledger.rules.project import Basis, Instalment
from ledger.rules.vote import Choice
from ledger.store.charged import charge_view
from ledger.store.explaining import told
from ledger.store.owed import open_charges
from ledger.store.projects import standings
from reports.book.book import BookKey, build_files
from reports.figures import WITHHELD
from reports.month.projects import project_figures, published_projects
from reports.month.sections import sections
from reports.receivables.collection_rates import collection_rates
from tests.books.granted import (
    LIFT,
    PAYING,
    STAIR,
    housed,
    lift_cost,
    lifted,
    owed,
    share_paid,
    shared,
    voted,
)
from tests.books.reading import acts, standing
from tests.books.sample import yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, refused

TOP = PAYING[-1]
NAMING_A_BUILDING = ("B03栋1单元加装电梯", "3幢电梯", "三号楼加梯", "B03 加装电梯", "Ｂ０３加梯")
PLAN = PlanShares("Lift-01", yuan("4500.00"), "Lift-2026-01", (Instalment(date(2026, 1, 31), 10_000),))


@pytest.fixture
def lift(house: Books) -> Books:
    """Give a stair that has voted 300,000.00 for a lift."""
    return lifted(house)


def open_of(books: Books, *units: str) -> dict[str, int]:
    with books.database.reading() as session:
        charges = open_charges(session, books.compound, units or STAIR)
    return {one.unit: one.open_minor for one in charges}


def ids_of(books: Books, unit: str) -> list[str]:
    with books.database.reading() as session:
        return [one.id for one in open_charges(session, books.compound, [unit])]


def test_a_project_takes_a_vote_of_its_units_and_a_code_without_a_building(house: Books) -> None:
    vote = voted(housed(house), "Lift-2026-01", amount="100.00")
    good = OpenProject("Lift-01", "加装电梯", yuan("100.00"), vote, "P01", tuple(STAIR.items()))
    for wrong, kind in (
        *((replace(good, code=code), errors.ProjectRefused) for code in ("Lift-B03", "LiftB03", "Lift-03-1")),
        *((replace(good, code=code), errors.ProjectRefused) for code in ("Lift-003", "Lift", "B03-1")),
        *((replace(good, title=words), errors.ProjectRefused) for words in NAMING_A_BUILDING),
        (replace(good, code="lift"), errors.CodeMalformed),
        (replace(good, authority="无"), errors.AuthorityUnknown),
        (replace(good, amount_minor=yuan("100.01")), errors.AuthorityUsedUp),
        (replace(good, bank="P02"), errors.NotFound),
        (replace(good, units=(*good.units, (TOP, 1))), errors.ProjectRefused),
        (replace(good, units=((TOP, 0),)), errors.ProjectRefused),
        (replace(good, units=((TOP, None),)), errors.ProjectRefused),
        (replace(good, units=(("B09-U1-0101", 1),)), errors.NotFound),
    ):
        refused(house, open_project, wrong, kind)
    done = house.act(open_project, good)
    assert (done.fund, done.units) == (LIFT, 7)
    refused(house, open_project, good, errors.AlreadyExists)


def test_areas_of_the_register_may_share_instead_of_coefficients(house: Books) -> None:
    vote = voted(housed(house), "Lift-2026-01")
    units = tuple((unit, None) for unit in STAIR)
    command = OpenProject("Lift-01", "外墙保温", yuan("700.00"), vote, "P01", units, Basis.AREA)
    house.act(open_project, command)
    done = house.act(plan_shares, replace(PLAN, amount_minor=yuan("700.00")))
    assert set(done.shares.values()) == {yuan("100.00")}


def test_instalments_are_charged_once_each_and_sum_to_the_share(lift: Books) -> None:
    days = (date(2026, 1, 31), date(2026, 3, 31), date(2026, 6, 30))
    parts = tuple(Instalment(day, bp) for day, bp in zip(days, (3_333, 3_333, 3_334), strict=True))
    done = lift.act(plan_shares, replace(PLAN, amount_minor=yuan("200,000.00"), instalments=parts))
    for number in (1, 2, 3):
        lift.act(call_share, "Lift-01", done.plan, number, lift.today)
    with pytest.raises(errors.AlreadyBilled):
        lift.act(call_share, "Lift-01", done.plan, 2, lift.today)
    with pytest.raises(errors.NotFound):
        lift.act(call_share, "Lift-01", done.plan, 4, lift.today)
    with lift.database.reading() as session:
        charges = open_charges(session, lift.compound, [TOP])
    assert sum(one.open_minor for one in charges) == done.shares[TOP] == yuan("48,888.89")
    assert [one.due_on for one in charges] == list(days)


def test_only_the_units_themselves_decide_what_they_share(lift: Books) -> None:
    terms = Terms("V-all", Matter.PROJECT, "全体表决", lift.today)
    ballots = {**dict.fromkeys(STAIR, Choice.AGREE)}
    lift.act(record_vote, RecordVote(replace(terms, fund=LIFT), ballots))
    # The stair is the whole compound here, so everybody is exactly the stair: a vote of it may share.
    assert lift.try_act(plan_shares, replace(PLAN, authority="V-all")).plan == 1
    lift.act(set_tariff, SetTariff("property_fee", Formula.FIXED, 10_000, date(2026, 1, 1), "合同"))
    for wrong, kind in (
        (replace(PLAN, authority="业委会决定"), errors.AuthorityUnknown),
        (replace(PLAN, without=("B09-U1-0101",)), errors.NotFound),
        (replace(PLAN, without=tuple(PAYING)), errors.ProjectRefused),
        (replace(PLAN, amount_minor=0), errors.ProjectRefused),
        (replace(PLAN, project="Lift-02"), errors.NotFound),
    ):
        refused(lift, plan_shares, wrong, kind)


def test_money_pays_a_share_where_it_is_named_or_reaches_the_projects_account(lift: Books) -> None:
    lift.act(open_bank_account, OpenBankAccount("Joint01", "共管 2217", ("PropertyFee",)))
    lift.act(set_tariff, SetTariff("property_fee", Formula.FIXED, 500_000, date(2026, 1, 1), "合同"))
    shared(lift, "4500.00", date(2026, 1, 31))
    lift.act(bill, BillMonth("2026-01", lift.today))
    day = lift.today
    fee = lift.act(receive, Receive(TOP, yuan("60.00"), Channel.BANK, day, day, "Joint01"))
    assert [(part.charge.item, part.amount_minor) for part in fee.settled] == [("property_fee", 5_000)]
    assert fee.prepaid_minor == yuan("10.00")  # the share is not paid by money for fees
    share = lift.act(receive, Receive(TOP, yuan("1000.00"), Channel.BANK, day, day, "P01"))
    assert [part.charge.item for part in share.settled] == ["project:Lift-01"]
    rest = ids_of(lift, TOP)
    named = lift.act(
        receive, Receive(TOP, yuan("100.00"), Channel.BANK, day, day, "P01", charges=tuple(rest))
    )
    assert open_of(lift, TOP) == {}
    assert named.settled[0].charge.item == "project:Lift-01"
    with lift.database.reading() as session:
        rates = collection_rates(session, lift.compound, "2026-01", "2026-01")
    assert rates.total.figures.billed_minor == 7 * yuan("50.00")  # a share is no fee
    assert rates.total.figures.received_current_minor == yuan("50.00")
    agree_with(lift)


def test_shares_are_disputed_explained_and_reversed_like_fees(lift: Books) -> None:
    seq = shared(lift, "4500.00", date(2026, 1, 31))
    (charge,) = ids_of(lift, TOP)
    with lift.database.reading() as session:
        said = explain(told(session, lift.compound, charge_view(session, lift.compound, charge)))
    assert said.computed_minor == yuan("1100.00")
    assert said.zh[1:] == (
        "加装电梯:4500.00 元按系数分摊 1.10/4.50(尾差按最大余数),本户 1100.00 元。",
        "依据:Lift-2026-01。",
    )
    lift.act(dispute, Dispute(((charge, None),), "异议书", lift.today))
    assert standing(lift)[f"Assets:{LIFT}:Receivable:Disputed"] == yuan("1100.00")
    late = LateFee((LatePart(charge),), date(2026, 1, 5), "合同")
    with pytest.raises(errors.RequestMalformed):
        lift.act(charge_late_fee, late, lift.today)
    refused(lift, reverse, Reverse(seq, "误记", lift.today), errors.ReversalRefused)


def test_a_call_that_was_reversed_can_be_made_again(lift: Books) -> None:
    seq = shared(lift, "4500.00", date(2026, 1, 31))
    lift.act(reverse, Reverse(seq, "日期有误", lift.today))
    assert open_of(lift) == {}
    lift.act(call_share, "Lift-01", 1, 1, lift.today)
    assert sum(open_of(lift).values()) == yuan("4500.00")
    agree_with(lift)


def test_a_share_is_given_up_by_its_own_base_only(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    (charge,) = ids_of(lift, TOP)
    elsewhere = voted(lift, "V-fee", Matter.RELIEF, "Project:Lift-09")
    for action in (waive, write_off):
        refused(lift, action, Relieve(((charge, None),), "业委会决定", lift.today), errors.AuthorityUnknown)
        refused(lift, action, Relieve(((charge, None),), elsewhere, lift.today), errors.AuthorityUnfit)
    short = voted(lift, "V-short", Matter.RELIEF, LIFT, "1099.99")
    refused(lift, waive, Relieve(((charge, None),), short, lift.today), errors.AuthorityUsedUp)
    lift.act(waive, Relieve(((charge, None),), voted(lift, "V-own", Matter.RELIEF), lift.today))
    assert open_of(lift, TOP) == {}


def test_a_bridge_is_no_more_than_others_owe_and_is_used_or_given_back_once(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    day = lift.today
    for unit in PAYING[1:]:
        share_paid(lift, unit, f"{open_of(lift, unit)[unit] / 100:.2f}")
    loan = Bridge("Lift-01", TOP, yuan("700.00"), "P01", day, day)
    refused(lift, bridge, replace(loan, amount_minor=yuan("700.01")), errors.ProjectRefused)
    refused(lift, bridge, replace(loan, unit="B09-U1-0101"), errors.NotFound)
    done = lift.act(bridge, loan)
    refused(lift, bridge, replace(loan, amount_minor=1), errors.ProjectRefused)
    with pytest.raises(errors.BridgeShort):  # the top owes nothing that its bridge could settle
        lift.act(settle_by_bridge, "Lift-01", TOP, day)
    back = pay.RequestDisbursement(
        *("back", LIFT, (), "业主", "退款", "垫付单", "P01"),
        kind="refund",
        unit=TOP,
        amount_minor=yuan("700.01"),
    )
    with pytest.raises(errors.RefundMissing):
        owed(lift, back)
    owed(lift, replace(back, id="back-2", amount_minor=yuan("700.00")))
    lift.act(pay.pay, "back-2", day)
    refused(lift, reverse, Reverse(done.recorded.seq, "误记", day), errors.ReversalRefused)
    agree_with(lift)


def test_a_settlement_by_a_bridge_is_undone_with_the_share_open_again(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    day = lift.today
    loan = lift.act(bridge, Bridge("Lift-01", TOP, yuan("500.00"), "P01", day, day))
    used = lift.act(settle_by_bridge, "Lift-01", TOP, day)
    assert open_of(lift, TOP) == {TOP: yuan("600.00")}
    refused(lift, reverse, Reverse(loan.recorded.seq, "误记", day), errors.ReversalRefused)
    lift.act(reverse, Reverse(used.recorded.seq, "误冲抵", day))
    assert open_of(lift, TOP) == {TOP: yuan("1100.00")}
    lift.act(reverse, Reverse(loan.recorded.seq, "误记", day))
    assert f"Assets:{LIFT}:Bank:P01" not in standing(lift)
    agree_with(lift)


def test_what_is_left_lowers_what_is_owed_and_is_refundable_where_it_was_paid(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    for unit in PAYING[1:]:
        share_paid(lift, unit, f"{open_of(lift, unit)[unit] / 100:.2f}")
    vote = voted(lift, "V-left", Matter.DISTRIBUTION)
    done = lift.act(return_surplus, ReturnSurplus("Lift-01", yuan("450.00"), vote, lift.today))
    assert (done.lowered_minor, done.freed_minor) == (yuan("450.00"), yuan("380.00"))
    assert open_of(lift) == {PAYING[0]: yuan("630.00")}  # whoever has not paid owes less
    refused(
        lift,
        return_surplus,
        ReturnSurplus("Lift-01", 100, "Lift-2026-99", lift.today),
        errors.AuthorityUnknown,
    )
    agree_with(lift)


def test_an_unspent_subsidy_with_a_clause_of_return_goes_back(lift: Books) -> None:
    day = lift.today
    came = lift.act(
        subsidise, Subsidise("Lift-01", yuan("1000.00"), "区住建委", "通知", "P01", day, conditional=True)
    )
    seq = owed_seq(lift, "300.00")
    assert standing(lift)[f"Income:{LIFT}:Subsidy"] == -yuan("300.00")
    back = lift.act(clear_subsidy, "Lift-01", "清算表", day)
    assert back.amount_minor == yuan("700.00")
    with pytest.raises(errors.GrantShort):
        lift.act(clear_subsidy, "Lift-01", "清算表", day)
    refused(lift, reverse, Reverse(came.recorded.seq, "误记", day), errors.ReversalRefused)
    lift.act(reverse, Reverse(seq, "未完工", day))
    after = standing(lift)
    assert after[f"Liabilities:{LIFT}:Unspent:Subsidy"] == -yuan("300.00")
    assert f"Income:{LIFT}:Subsidy" not in after
    agree_with(lift)


def owed_seq(books: Books, amount: str) -> int:
    """Book so much of construction; give the act."""
    owed(books, lift_cost(f"cost-{amount}", amount))
    return acts(books)


def public_book(books: Books) -> str:
    with books.database.reading() as session:
        files = build_files(session, BookKey(books.compound, "public", "zh"), books.today)
    return files["2026/2026-01.beancount"].decode()


def test_shares_are_batches_of_the_projects_own_units_in_the_public_book(lift: Books) -> None:
    lift.act(open_bank_account, OpenBankAccount("Joint01", "共管 2217", ("PropertyFee",)))
    lift.act(set_tariff, SetTariff("property_fee", Formula.FIXED, 500_000, date(2026, 1, 1), "合同"))
    shared(lift, "4500.00", date(2026, 1, 31))
    lift.act(bill, BillMonth("2026-01", lift.today))
    day = lift.today
    for unit in STAIR:
        lift.act(receive, Receive(unit, yuan("50.00"), Channel.BANK, day, day, "Joint01"))
    for unit in PAYING[:4]:
        share_paid(lift, unit, f"{open_of(lift, unit)[unit] / 100:.2f}")
    lift.today = date(2026, 1, 6)
    shown = public_book(lift)
    assert "350.00 CNY" in shown  # seven fees are a batch
    assert "6专项工程:Lift-01:1银行存款:P01" not in shown  # four shares wait
    assert "专项分摊" in shown
    assert "B03" not in shown
    share_paid(lift, TOP, "1100.00")
    lift.today = date(2026, 1, 7)
    assert "4500.00 CNY" in public_book(lift)  # five are drawn, as one sum
    agree_with(lift)


def test_what_few_payers_owe_is_not_for_everybody(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    shared(lift, "900.00", date(2026, 2, 28), without=(TOP,))
    share_paid(lift, TOP, "1100.00")
    with lift.database.reading() as session:
        (watched,) = project_figures(session, lift.compound, "2026-01")
        (shown,), small = published_projects(session, lift.compound, "2026-01")
        assert sections(session, lift.compound, "2026-01").projects == (shown,)
    assert [plan.payers for plan in watched.plans] == [5, 4]
    cells = ("contributed_minor", "open_minor", "bridging_minor", "refundable_minor")
    assert [getattr(watched, name) for name in cells] == [yuan("1100.00"), yuan("4300.00"), 0, 0]
    assert [getattr(shown, name) for name in cells] == [WITHHELD] * 4
    assert (shown.agreed_minor, shown.closing_cash_minor, small) == (yuan("5400.00"), yuan("1100.00"), 0)


def test_what_five_pay_is_for_everybody(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    with lift.database.reading() as session:
        assert published_projects(session, lift.compound, "2026-01") == (
            project_figures(session, lift.compound, "2026-01"),
            0,
        )


def test_a_project_of_fewer_than_five_units_is_counted_and_not_shown(house: Books) -> None:
    vote = voted(housed(house), "Lift-2026-01", amount="100.00")
    two = tuple((unit, 1) for unit in PAYING[:2])
    house.act(open_project, OpenProject("Lift-01", "加装电梯", yuan("100.00"), vote, "P01", two))
    with house.database.reading() as session:
        assert published_projects(session, house.compound, "2026-01") == ((), 1)


def test_the_statement_of_a_project_names_no_unit(lift: Books) -> None:
    shared(lift, "4500.00", date(2026, 1, 31))
    share_paid(lift, TOP, "1100.00")
    owed(lift, lift_cost("first", "1000.00"))
    with lift.database.reading() as session:
        (figures,) = project_figures(session, lift.compound, "2026-01")
        row, units = standings(session, lift.compound, "Lift-01")
    assert "B03" not in str(figures)
    assert (figures.units, figures.plans[0].payers) == (7, 5)
    assert (figures.agreed_minor, figures.contributed_minor, figures.open_minor) == (
        yuan("4500.00"),
        yuan("1100.00"),
        yuan("3400.00"),
    )
    assert (figures.spent_minor, figures.payable_minor, figures.spendable_minor) == (
        yuan("1000.00"),
        yuan("1000.00"),
        yuan("100.00"),
    )
    assert figures.plans[0].instalments[0].amount_minor == yuan("4500.00")
    assert row.title == "加装电梯"
    assert [one.open_minor for one in units if one.unit == TOP] == [0]
    assert sum(one.share_minor for one in units) == yuan("4500.00")
