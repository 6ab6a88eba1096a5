"""Votes on exact whole numbers: the boundaries of a compound of 1,059 heads, by heads and by 1/100 m²."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import errors
from ledger.rules.authority import Matter
from ledger.rules.vote import (
    SPECIAL,
    Choice,
    Elector,
    Tally,
    Weight,
    annulment_ends_on,
    check_tally,
    count,
    outcome,
    weigh,
)

HEADS = 1059
#: 105,900.01 m²: two thirds of it is 70,600.0067, so 70,600.01 m² must take part.
AREA = 10_590_001
ORDINARY, SPECIAL_MATTER = Matter.SPENDING, Matter.COMMON_PARTS


def tally(took: tuple[int, int], agreed: tuple[int, int]) -> Tally:
    return Tally(Weight(HEADS, AREA), Weight(*took), Weight(*agreed))


def test_of_1059_heads_706_must_take_part() -> None:
    least = outcome(ORDINARY, tally((HEADS, AREA), (0, 0))).least_taking
    assert least == Weight(706, 7_060_001)
    assert outcome(ORDINARY, tally((706, 7_060_001), (0, 0))).has_quorum
    assert not outcome(ORDINARY, tally((705, 7_060_001), (0, 0))).has_quorum
    assert not outcome(ORDINARY, tally((706, 7_060_000), (0, 0))).has_quorum


@pytest.mark.parametrize(
    ("matter", "took", "least"),
    [
        (ORDINARY, (706, 7_060_001), Weight(354, 3_530_001)),
        (SPECIAL_MATTER, (706, 7_060_001), Weight(530, 5_295_001)),
        (ORDINARY, (HEADS, AREA), Weight(530, 5_295_001)),
        (SPECIAL_MATTER, (HEADS, AREA), Weight(795, 7_942_501)),
    ],
)
def test_so_many_must_agree_and_one_head_or_one_hundredth_less_fails(
    matter: Matter, took: tuple[int, int], least: Weight
) -> None:
    enough = (least.heads, least.area_hundredths)
    assert outcome(matter, tally(took, enough)).least_agreeing == least
    assert outcome(matter, tally(took, enough)).passed
    assert not outcome(matter, tally(took, (least.heads - 1, least.area_hundredths))).passed
    assert not outcome(matter, tally(took, (least.heads, least.area_hundredths - 1))).passed


def test_a_majority_without_a_quorum_decides_nothing() -> None:
    assert not outcome(ORDINARY, tally((705, AREA), (705, AREA))).passed


def test_exactly_half_is_not_more_than_half() -> None:
    assert not outcome(ORDINARY, tally((706, 7_060_002), (353, 3_530_001))).passed
    assert not outcome(ORDINARY, tally((706, 7_060_002), (354, 3_530_001))).passed
    assert outcome(ORDINARY, tally((706, 7_060_002), (354, 3_530_002))).passed


def test_raising_the_repair_fund_is_special_and_using_it_is_ordinary() -> None:
    assert {Matter.REPAIR_RAISING, Matter.REBUILDING, Matter.COMMON_PARTS} == SPECIAL
    assert not outcome(Matter.REPAIR_USE, tally((HEADS, AREA), (0, 0))).is_special


@pytest.mark.parametrize(
    ("took", "agreed"),
    [
        ((700, 7_000_000), (701, 1)),
        ((700, 7_000_000), (1, 7_000_001)),
        ((1060, AREA), (1, 1)),
        ((1059, AREA + 1), (1, 1)),
        ((700, 7_000_000), (-1, 1)),
        ((0, 7_000_000), (0, 0)),
        ((700, 0), (0, 0)),
        ((700, 7_000_000), (1, 0)),
    ],
)
def test_figures_that_cannot_be_are_refused(took: tuple[int, int], agreed: tuple[int, int]) -> None:
    with pytest.raises(errors.VoteImplausible):
        check_tally(tally(took, agreed))


def test_the_developers_unsold_units_are_one_head_with_their_full_area() -> None:
    electors = [Elector("developer", 12_000), Elector("developer", 12_000), Elector("B01-U1-0101", 8_953)]
    assert weigh(electors) == Weight(2, 32_953)


def test_ballots_of_one_owner_that_differ_take_part_and_do_not_agree() -> None:
    electors = {
        "a": Elector("one", 100),
        "b": Elector("one", 200),
        "c": Elector("c", 400),
        "d": Elector("d", 800),
    }
    ballots = {"a": Choice.AGREE, "b": Choice.AGAINST, "c": Choice.AGREE}
    assert count(electors, ballots) == Tally(Weight(3, 1500), Weight(2, 700), Weight(1, 400))


def test_an_owner_of_several_units_has_one_voice_for_all_of_them() -> None:
    electors = {"a": Elector("one", 100), "b": Elector("one", 200), "c": Elector("c", 400)}
    assert count(electors, {"b": Choice.AGREE}) == Tally(Weight(2, 700), Weight(1, 300), Weight(1, 300))


def test_whoever_abstains_takes_part() -> None:
    electors = {"a": Elector("a", 100)}
    assert count(electors, {"a": Choice.ABSTAIN}) == Tally(Weight(1, 100), Weight(1, 100), Weight(0, 0))


def test_annulment_may_be_sought_for_a_year() -> None:
    assert annulment_ends_on(date(2026, 3, 10)) == date(2027, 3, 10)
    assert annulment_ends_on(date(2028, 2, 29)) == date(2029, 2, 28)


@given(whole=st.integers(1, 10**9), part=st.data())
def test_the_least_figures_are_the_least_that_satisfy_the_fractions(whole: int, part: st.DataObject) -> None:
    took = part.draw(st.integers(1, whole))
    everyone = Tally(Weight(whole, whole), Weight(took, took), Weight(0, 0))
    for matter in (ORDINARY, SPECIAL_MATTER):
        found = outcome(matter, everyone)
        least, agreeing = found.least_taking.heads, found.least_agreeing.heads
        assert 3 * least >= 2 * whole > 3 * (least - 1)
        if matter is ORDINARY:
            assert 2 * agreeing > took >= 2 * (agreeing - 1)
        else:
            assert 4 * agreeing >= 3 * took > 4 * (agreeing - 1)
