from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors
from ledger.rules.grant import (
    NEXT,
    PURPOSES,
    STATES,
    Purse,
    check_project_code,
    check_purpose,
    check_running,
    check_step,
    income_of,
    project_of_line,
)

FEN = st.integers(min_value=0, max_value=10**11)


@pytest.mark.parametrize("purpose", [one for one in PURPOSES.values() if one.refused is None])
def test_a_purpose_of_the_list_is_allowed(purpose: object) -> None:
    assert check_purpose(purpose.code, "照明改造") is purpose  # type: ignore[attr-defined]  # a Purpose


@pytest.mark.parametrize("code", ["property_fee", "private", "others_liability", "government"])
def test_the_negative_list_is_refused(code: str) -> None:
    with pytest.raises(errors.PurposeNegative):
        check_purpose(code, "照明改造")


@pytest.mark.parametrize("words", ["代缴物业费", "3月物业服务费", "property fee of March"])
def test_words_that_say_property_fee_are_refused_whatever_is_declared(words: str) -> None:
    with pytest.raises(errors.PurposeNegative):
        check_purpose("facilities", words)


@pytest.mark.parametrize("code", [None, "", "misc"])
def test_a_purpose_that_is_not_on_the_list_is_none(code: str | None) -> None:
    with pytest.raises(errors.PurposeMissing):
        check_purpose(code, "照明改造")


@pytest.mark.parametrize("code", ["", "lift-01", "Lift 01", "Points", "Subsidy", "A" * 25])
def test_a_project_code_that_would_be_no_account_is_refused(code: str) -> None:
    with pytest.raises(errors.CodeMalformed):
        check_project_code(code)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", [step for step in STATES if step != "applied"])
def test_a_step_follows_or_is_refused(state: str, step: str) -> None:
    if step in NEXT[state]:
        check_step("GP001", state, step)
    else:
        with pytest.raises(errors.GrantState):
            check_step("GP001", state, step)


@pytest.mark.parametrize("state", STATES)
def test_money_is_spent_between_approval_and_clearing_only(state: str) -> None:
    if state in {"approved", "accepted"}:
        check_running("GP001", state, "spent")
    else:
        with pytest.raises(errors.GrantState):
            check_running("GP001", state, "spent")


def test_an_expense_outside_a_project_is_refused() -> None:
    assert project_of_line("Expenses:Governance:Micro:Work:GP001", "/lines/0") == "GP001"
    with pytest.raises(errors.SpentOutside):
        project_of_line("Expenses:Governance:Micro:InKind", "/lines/0")


@given(spent=FEN, given_minor=FEN)
def test_income_is_what_was_spent_and_never_more_than_came(spent: int, given_minor: int) -> None:
    income = income_of(spent, given_minor)
    assert income <= spent
    assert income <= given_minor
    assert income in {spent, given_minor}


@given(st.lists(st.tuples(st.sampled_from(["came", "spent"]), FEN), max_size=12))
def test_releases_in_any_order_end_where_one_release_would(acts: list[tuple[str, int]]) -> None:
    given_minor = spent = unspent = income = 0
    for kind, minor in acts:
        purse = Purse("Governance:Micro", "u", "i", ("e",), given_minor)
        if kind == "came":
            more = purse.release(unspent, spent, minor)
            given_minor += minor
            unspent += minor - more
        else:
            spent += minor
            more = purse.release(unspent, spent)
            unspent -= more
        income += more
        assert income == min(spent, given_minor)
        assert unspent == given_minor - income >= 0
