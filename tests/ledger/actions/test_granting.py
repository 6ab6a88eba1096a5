"""Pools and their grants: what is refused, what a reversal undoes, and what a statement says."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from ledger import errors
from ledger.actions import pay
from ledger.actions.award_points import AwardPoints, issue_points, redeem_points
from ledger.actions.caretake import NameCaretaker, name_caretaker
from ledger.actions.close import close
from ledger.actions.give import Give, NewDonor, change_donor, give
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive_grant import (
    AllocateGrant,
    ClearGrant,
    DisallowGrant,
    ReceiveGrant,
    allocate_grant,
    clear_grant,
    disallow_grant,
    receive_grant,
)
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.run_grant import (
    ApplyForGrant,
    Outcome,
    StepGrant,
    apply_for_grant,
    record_outcomes,
    step_grant,
)
from ledger.rules.authority import Matter
from ledger.rules.entry import Posting
from ledger.rules.money import POINT
from ledger.rules.roles import Actor, Body, Role
from ledger.store.balances import balances
from ledger.store.donors import gifts
from ledger.store.grants import overdue_clearing, state
from ledger.store.tables import Blob
from reports.book.book import BookKey, build_files
from reports.book.second_opinion import disagreements
from reports.month.grants import grants_figures
from tests.books.granted import (
    MICRO,
    POOL,
    PROJECT,
    approved,
    cost,
    granted,
    housed,
    owed,
    paid,
    pooled,
    voted,
)
from tests.books.reading import acts, standing
from tests.books.sample import agree, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.test_receiving import agree_with, refused
from tests.ledger.store.forging import next_act, postings, shell

UNSPENT, INCOME = f"Liabilities:{POOL}:Unspent:{PROJECT}", f"Income:{POOL}:Grant"


@pytest.fixture
def pools(house: Books) -> Books:
    """Give two pools, a project of 1,000.00 that was approved, and 600.00 that came for it."""
    pooled(house)
    granted(house, "600.00")
    return house


def test_money_of_a_pool_is_spent_on_its_approved_projects_for_a_purpose_of_the_list(pools: Books) -> None:
    for request, kind in (
        (cost("1", "1.00", grant_purpose=None), errors.PurposeMissing),
        (cost("2", "1.00", grant_purpose="property_fee"), errors.PurposeNegative),
        (cost("3", "1.00", purpose="代付物业费"), errors.PurposeNegative),
        (cost("4", "1.00", f"Expenses:{POOL}:InKind"), errors.SpentOutside),
        (cost("5", "1.00", f"Expenses:{POOL}:Work:GP009"), errors.NotFound),
        (cost("6", "1.00", f"Expenses:{MICRO}:Work:{PROJECT}", bank="G02"), errors.SpentOutside),
        (cost("7", "1000.01"), errors.GrantBudgetExceeded),
    ):
        with pytest.raises(kind):
            pools.act(pay.request, request, by=TRUSTEE)


def test_what_a_grant_does_not_cover_is_not_approved(pools: Books) -> None:
    owed(pools, cost("first", "600.00"))
    pools.act(pay.request, cost("second", "0.01"), by=TRUSTEE)
    with pytest.raises(errors.FundShort):
        pools.act(pay.approve, "second", by=COMMITTEE)


def test_a_project_takes_money_and_spends_it_between_approval_and_clearing(pools: Books) -> None:
    clearing = ClearGrant(PROJECT, "街道办事处", "清算表", pools.today)
    pools.act(clear_grant, clearing)
    for action, command in (
        (clear_grant, clearing),
        (receive_grant, ReceiveGrant(POOL, 100, "街道办", "通知", "G01", pools.today, PROJECT)),
        (allocate_grant, AllocateGrant(PROJECT, 100, "决议", pools.today)),
    ):
        refused(pools, action, command, errors.GrantState)
    with pytest.raises(errors.GrantState):
        pools.act(pay.request, cost("late", "1.00"), by=TRUSTEE)


def test_whoever_applied_does_not_decide_and_steps_follow_each_other(house: Books) -> None:
    pooled(house)
    day = house.today
    asked = ApplyForGrant(
        *("GP003", POOL, "健身器材", "居民", (("facilities", 100),)),
        applied_on=day,
        clear_by=date(2026, 5, 31),
        document="申请书",
    )
    house.act(apply_for_grant, asked, by=TREASURER)
    refused(house, apply_for_grant, asked, errors.AlreadyExists)
    approval = StepGrant("GP003", "approved", day, "议事会", "决议")
    refused(
        house, step_grant, approval, errors.RoleRefused
    )  # a resolution of the committee is the committee's
    with pytest.raises(errors.GrantState):
        house.act(step_grant, approval, by=COMMITTEE)
    house.act(step_grant, StepGrant("GP003", "reviewed", day, "党支部", "意见"))
    refused(house, step_grant, StepGrant("GP003", "refused", day, "议事会", "决议"), errors.SamePerson)
    early = StepGrant("GP003", "refused", date(2026, 1, 1), "议事会", "决议")
    with pytest.raises(errors.RequestMalformed):
        house.act(step_grant, early, by=COMMITTEE)
    house.act(
        step_grant, StepGrant("GP003", "refused", day, "议事会", "决议", "与他人责任重复"), by=COMMITTEE
    )
    with house.database.reading() as session:
        assert state(session, house.compound, "GP003") == "refused"
    refused(
        house,
        apply_for_grant,
        ApplyForGrant(
            *("GP004", POOL, "补贴物业费", "居民", (("care", 100),)),
            applied_on=day,
            clear_by=date(2026, 5, 31),
            document="申请书",
        ),
        errors.PurposeNegative,
    )


def test_a_reversed_expense_takes_back_only_the_income_that_is_too_much(pools: Books) -> None:
    """600 held, 700 spent by a vote that allows it, then 400 come: once it is taken back, all 1,000 are unspent."""
    voted(housed(pools), "V-short", Matter.NEGATIVE_FUND, None)
    owed(pools, cost("work", "700.00", authority="V-short"))
    spent = acts(pools)
    granted(pools, "400.00")
    assert standing(pools)[INCOME] == -yuan("700.00")
    pools.act(reverse, Reverse(spent, "供应商未完工", pools.today))
    after = standing(pools)
    assert (after.get(INCOME, 0), after[UNSPENT]) == (0, -yuan("1000.00"))
    agree_with(pools)


def test_money_that_came_by_mistake_goes_and_takes_its_income_with_it(pools: Books) -> None:
    second = granted(pools, "400.00")
    paid(pools, cost("work", "800.00"))
    assert standing(pools)[INCOME] == -yuan("800.00")
    pools.act(reverse, Reverse(second.recorded.seq, "误记", pools.today))
    after = standing(pools)
    assert (after[INCOME], after.get(UNSPENT, 0)) == (-yuan("600.00"), 0)  # never more than what came
    agree_with(pools)


def test_what_was_cleared_or_set_aside_is_not_taken_back_first(house: Books) -> None:
    pooled(house)
    free = granted(house, "100.00", None)
    kept = house.act(allocate_grant, AllocateGrant(PROJECT, yuan("60.00"), "决议", house.today))
    refused(house, reverse, Reverse(free.recorded.seq, "误记", house.today), errors.ReversalRefused)
    cleared = house.act(clear_grant, ClearGrant(PROJECT, "街道办", "清算表", house.today))
    refused(house, reverse, Reverse(kept.recorded.seq, "误记", house.today), errors.ReversalRefused)
    house.act(reverse, Reverse(cleared.recorded.seq, "误清算", house.today))
    with house.database.reading() as session:
        assert state(session, house.compound, PROJECT) == "approved"
    house.act(reverse, Reverse(kept.recorded.seq, "误安排", house.today))
    house.act(reverse, Reverse(free.recorded.seq, "误记", house.today))
    assert standing(house) == {}
    agree_with(house)


def test_no_more_is_set_aside_than_is_free_and_no_more_disallowed_than_was_income(pools: Books) -> None:
    refused(pools, allocate_grant, AllocateGrant(PROJECT, 1, "决议", pools.today), errors.GrantShort)
    paid(pools, cost("work", "200.00"))
    too_much = DisallowGrant(PROJECT, yuan("200.01"), "审计", pools.today)
    refused(pools, disallow_grant, too_much, errors.GrantShort)
    pools.act(disallow_grant, DisallowGrant(PROJECT, yuan("150.00"), "审计", pools.today))
    refused(
        pools, disallow_grant, DisallowGrant(PROJECT, yuan("50.01"), "审计", pools.today), errors.GrantShort
    )


def test_a_project_past_its_clearing_day_is_listed_with_what_is_unspent(pools: Books) -> None:
    with pools.database.reading() as session:
        assert overdue_clearing(session, pools.compound, date(2026, 5, 31)) == []
        (late,) = overdue_clearing(session, pools.compound, date(2026, 6, 2))
    assert (late.code, late.days, late.unspent_minor) == (PROJECT, 2, yuan("600.00"))
    pools.today = date(2026, 6, 2)
    pools.act(clear_grant, ClearGrant(PROJECT, "街道办", "清算表", pools.today))
    with pools.database.reading() as session:
        assert overdue_clearing(session, pools.compound, pools.today) == []


def test_a_donor_without_consent_is_a_kind_stranger_and_a_name_can_be_forgotten(house: Books) -> None:
    pooled(house)
    day = house.today
    first = house.act(
        give, Give(MICRO, NewDonor("王某", consent=True), "爱心款", "收据", day, day, 5_000, "G02")
    )
    house.act(give, Give(MICRO, NewDonor("李某"), "旧书", "登记表", day, day))

    def names() -> list[str]:
        with house.database.reading() as session:
            return [one.name for one in gifts(session, house.compound)]

    assert names() == ["王某", "爱心人士"]
    house.act(change_donor, first.donor, consent=False)
    assert names() == ["爱心人士", "爱心人士"]
    house.act(change_donor, first.donor, consent=True)
    house.act(change_donor, first.donor, forget=True)
    assert names() == ["爱心人士", "爱心人士"]
    with pytest.raises(errors.NotFound):
        house.act(change_donor, 99, consent=True)
    with house.database.reading() as session:
        assert "王某" not in str(session.connection().exec_driver_sql("SELECT * FROM entry").all())


def test_only_help_in_kind_may_have_no_value(house: Books) -> None:
    pooled(house)
    day = house.today
    money = Give(MICRO, NewDonor("王某"), "爱心款", "收据", day, day, None, "G02")
    refused(house, give, money, errors.RequestMalformed)
    refused(
        house, give, Give("Governance:Innovation", NewDonor("王某"), "书", "表", day, day), errors.PoolMissing
    )


def test_points_are_redeemed_as_far_as_they_were_issued_and_never_become_money(house: Books) -> None:
    pooled(house)
    some = AwardPoints(MICRO, yuan("20.00"), "志愿服务", house.today)
    issued = house.act(issue_points, some)
    before = standing(house)
    refused(house, redeem_points, AwardPoints(MICRO, yuan("20.01"), "兑换", house.today), errors.PointsShort)
    house.act(redeem_points, AwardPoints(MICRO, yuan("5.00"), "兑换", house.today))
    assert standing(house) == before  # no sum of money knows of points
    refused(house, reverse, Reverse(issued.recorded.seq, "误发", house.today), errors.ReversalRefused)
    into_money = PostEntry(
        house.today,
        "兑现",
        (Posting(f"Liabilities:{MICRO}:Points", 100), Posting(f"Income:{MICRO}:Interest", -100)),
    )
    refused(house, post_entry, into_money, errors.AccountControlled)
    with house.database.reading() as session:
        counted = balances(session, house.compound, currency=POINT)
        figures = grants_figures(session, house.compound, "2026-01")
    assert counted == {f"Equity:{MICRO}:Points": 1_500, f"Liabilities:{MICRO}:Points": -1_500}
    (row,) = figures.points
    assert (row.issued_minor, row.redeemed_minor, row.outstanding_minor) == (2_000, 500, 1_500)


def test_the_database_lets_no_yuan_among_the_points(house: Books) -> None:
    pooled(house)
    house.act(issue_points, AwardPoints(MICRO, 100, "志愿服务", house.today))
    account = (f"Liabilities:{MICRO}:Points", MICRO)
    with shell(house.database) as connection:
        seq = next_act(connection, house.compound)
        with pytest.raises(DBAPIError, match="points are no money"):
            postings(connection, house.compound, seq, (account, 100))


def test_outcomes_are_figures_or_photos_that_are_kept(pools: Books) -> None:
    photo = "a" * 64
    refused_outcome = [Outcome("楼道照明", sha256=photo)]
    with pytest.raises(errors.NotFound):
        pools.act(record_outcomes, PROJECT, refused_outcome)
    blob = {"compound": pools.compound, "sha256": photo, "media_type": "image/jpeg", "content": b"x"}
    pools.database.write(lambda session: session.add(Blob(**blob)))
    for words in ("王阿姨 13800138000", "二号楼2602室"):
        with pytest.raises(errors.TextRefused) as found:
            pools.act(record_outcomes, PROJECT, [Outcome("受益户", words)])
        assert found.value.pointer == "/outcomes/0/value"
    pools.act(record_outcomes, PROJECT, [Outcome("更换灯具", "120 盏"), *refused_outcome])
    with pools.database.reading() as session:
        (row,) = grants_figures(session, pools.compound, "2026-01").projects
    assert [(one.caption, one.value, one.sha256) for one in row.outcomes] == [
        ("更换灯具", "120 盏", None),
        ("楼道照明", None, photo),
    ]


def test_the_statement_of_a_month_adds_up(pools: Books) -> None:
    approved(pools, "GP005", "50.00")
    paid(pools, cost("work", "250.00"))
    with pools.database.reading() as session:
        figures = grants_figures(session, pools.compound, "2026-01")
    pool = next(one for one in figures.pools if one.fund == POOL)
    assert (pool.holder, pool.document) == ("示例社区居民委员会", "成社治〔2026〕1 号")
    assert pool.opening_minor + pool.received_minor - pool.spent_minor == pool.closing_minor == yuan("350.00")
    assert pool.unspent_minor == yuan("350.00")
    row = next(one for one in figures.projects if one.code == PROJECT)
    assert (row.state, row.planned_minor, row.received_minor, row.spent_minor, row.unspent_minor) == (
        "approved",
        yuan("1000.00"),
        yuan("600.00"),
        yuan("250.00"),
        yuan("350.00"),
    )
    assert [step.step for step in row.steps] == ["reviewed", "approved"]


def test_points_are_carried_over_a_close_and_a_year_by_themselves(house: Books) -> None:
    pooled(house)
    granted(house, "600.00")
    house.act(issue_points, AwardPoints(MICRO, yuan("20.00"), "志愿服务", house.today))
    house.today = date(2026, 2, 3)
    house.act(close, "2026-01", agree)
    with house.database.reading() as session:
        kept = balances(session, house.compound, as_of=date(2026, 1, 31), currency=POINT)
        assert disagreements(session, house.compound, house.today) == []
    assert kept == {f"Equity:{MICRO}:Points": 2_000, f"Liabilities:{MICRO}:Points": -2_000}
    house.today = date(2027, 1, 5)
    with house.database.reading() as session:  # the year's book opens with points as points, not as surplus
        assert disagreements(session, house.compound, house.today, since="2027-01") == []
        files = build_files(session, BookKey(house.compound, "public", "en"), house.today, 2027)
    text = b"".join(files.values()).decode()
    assert f"Liabilities:{MICRO}:Points" in text
    assert "20.00 POINT" in text
    assert "commodity POINT" in text


def test_a_project_is_decided_by_nobody_of_a_committee_whose_time_is_over(house: Books) -> None:
    pooled(house)
    keeper = NameCaretaker("桂花社区居委会", Body.COMMUNITY, house.today, "函 1")
    house.act(name_caretaker, keeper)
    day = house.today
    asked = ApplyForGrant(
        *("GP003", POOL, "健身器材", "居民", (("facilities", 100),)),
        applied_on=day,
        clear_by=date(2026, 5, 31),
        document="申请书",
    )
    house.act(apply_for_grant, asked, by=TRUSTEE)
    house.act(step_grant, StepGrant("GP003", "reviewed", day, "党支部", "意见"))
    approval = StepGrant("GP003", "approved", day, "议事会", "决议")
    with pytest.raises(errors.BodyCannotApprove):
        house.act(step_grant, approval, by=COMMITTEE)
    house.act(step_grant, approval, by=Actor("neighbour-1", Role.COMMITTEE, Body.COMMUNITY))
