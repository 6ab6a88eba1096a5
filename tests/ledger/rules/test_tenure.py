from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import TenureOverlap, VacancyRefused
from ledger.rules.period import first_day, last_day
from ledger.rules.profile import PROFILES, profile
from ledger.rules.tenure import Change, check_factor, check_room, month_stretches, stretch_on, timeline
from ledger.rules.unit import Party, State

OPENED = date(2026, 1, 1)
CHONGQING = profile("chongqing")


def change(day: str, seq: int, state: State = State.OCCUPIED, debtor: int = 1, **more: object) -> Change:
    return Change(date.fromisoformat(day), seq, state, debtor, **more)  # type: ignore[arg-type]  # named fields


CHANGES = st.lists(
    st.builds(
        Change,
        st.dates(date(2026, 1, 1), date(2026, 4, 30)),
        st.integers(1, 50),
        st.sampled_from(State),
        st.integers(1, 3),
        factor_bp=st.one_of(st.none(), st.integers(1, 10_000)),
        is_withdrawn=st.booleans(),
    ),
    max_size=8,
).map(lambda rows: [change("2026-01-01", 0), *rows])


@given(CHANGES)
def test_every_day_lies_in_exactly_one_stretch(rows: list[Change]) -> None:
    stretches = timeline([change("2025-01-01", 0), *rows])
    assert (stretches[0].from_on, stretches[-1].to_on) == (date.min, date.max)
    for one, after in pairwise(stretches):
        assert after.from_on == one.to_on + timedelta(days=1)


@given(rows=CHANGES, splits=st.booleans())
def test_the_stretches_of_a_month_are_all_its_days(*, rows: list[Change], splits: bool) -> None:
    stretches = timeline([change("2025-01-01", 0), *rows])
    cut = month_stretches(stretches, "2026-03", splits_handover=splits)
    assert (cut[0].from_on, cut[-1].to_on) == (first_day("2026-03"), last_day("2026-03"))
    assert sum(one.days for one in cut) == 31


def test_the_newest_act_holds_for_its_day_and_a_withdrawal_gives_the_day_back() -> None:
    first, wrong = change("2026-01-01", 1), change("2026-03-01", 2, State.LET)
    right = change("2026-03-01", 3, State.VACANT)
    assert [one.change for one in timeline([first, wrong, right])] == [first, right]
    taken_back = change("2026-03-01", 4, is_withdrawn=True)
    assert [one.change for one in timeline([first, wrong, right, taken_back])] == [first]
    again = change("2026-03-01", 5, State.LET)
    assert [one.change for one in timeline([first, wrong, taken_back, again])] == [first, again]


def test_the_month_of_handover_is_split_by_days_or_wholly_the_developers() -> None:
    stretches = timeline(
        [change("2026-01-01", 1, State.UNSOLD), change("2026-04-11", 2, State.HANDED_OVER, 2)]
    )
    split = month_stretches(stretches, "2026-04", splits_handover=True)
    assert [(one.days, one.change.party) for one in split] == [(10, Party.DEVELOPER), (20, Party.OWNER)]
    whole = month_stretches(stretches, "2026-04", splits_handover=profile("shanghai").splits_handover)
    assert [(one.days, one.change.party) for one in whole] == [(30, Party.DEVELOPER)]
    after = month_stretches(stretches, "2026-05", splits_handover=False)
    assert [(one.days, one.change.party) for one in after] == [(31, Party.OWNER)]


@pytest.mark.parametrize("day", ["2026-04-01", "2026-04-30"])
def test_shanghai_bills_the_developer_for_the_month_of_handover_whatever_its_day(day: str) -> None:
    """L12: a unit handed over on the 1st is the developer's to pay for that month too."""
    stretches = timeline([change("2026-01-01", 1, State.UNSOLD), change(day, 2, State.HANDED_OVER, 2)])
    whole = month_stretches(stretches, "2026-04", splits_handover=False)
    assert [(one.days, one.change.party) for one in whole] == [(30, Party.DEVELOPER)]
    after = month_stretches(stretches, "2026-05", splits_handover=False)
    assert [one.change.party for one in after] == [Party.OWNER]


def test_a_developers_factor_is_always_one() -> None:
    assert change("2026-01-01", 1, State.UNSOLD, factor_bp=7_000).factor == 10_000
    assert change("2026-01-01", 1, State.VACANT, factor_bp=7_000).factor == 7_000


@pytest.mark.parametrize(
    ("state", "before", "given_", "pointer"),
    [
        (State.VACANT, State.UNSOLD, (None, None, None), "/state"),
        (State.UNSOLD, State.UNSOLD, (7_000, "N-1", OPENED), "/factor_bp"),
        (State.OCCUPIED, State.OCCUPIED, (7_000, "N-1", OPENED), "/factor_bp"),
        (State.VACANT, State.OCCUPIED, (7_001, "N-1", OPENED), "/factor_bp"),
        (State.VACANT, State.OCCUPIED, (7_000, None, OPENED), "/notice"),
        (State.VACANT, State.OCCUPIED, (7_000, "N-1", None), "/confirmed_on"),
        (State.VACANT, State.OCCUPIED, (7_000, "N-1", date(2026, 4, 2)), "/from_on"),
    ],
)
def test_a_vacancy_factor_needs_an_owner_a_confirmed_notice_and_the_range_of_the_place(
    state: State, before: State, given_: tuple[int | None, str | None, date | None], pointer: str
) -> None:
    with pytest.raises(VacancyRefused) as refused:
        check_factor(CHONGQING, change("2026-01-01", 1, before), state, date(2026, 4, 1), given_)
    assert refused.value.pointer == pointer
    check_factor(
        CHONGQING, change("2026-01-01", 1), State.VACANT, date(2026, 4, 1), (7_000, "N-1", date(2026, 4, 1))
    )


def test_where_the_place_has_no_vacancy_factor_none_is_taken() -> None:
    with pytest.raises(VacancyRefused):
        check_factor(
            PROFILES["shaoxing"],
            change("2026-01-01", 1),
            State.VACANT,
            date(2026, 4, 1),
            (9_999, "N-1", OPENED),
        )


def test_a_change_whose_days_overlap_another_is_refused_with_its_day() -> None:
    stretches = timeline(
        [change("2026-01-01", 1), change("2026-03-01", 2, State.VACANT), change("2026-04-01", 2)]
    )
    for begin, end in (
        (date(2026, 2, 1), None),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 9), date(2026, 3, 20)),
    ):
        with pytest.raises(TenureOverlap) as refused:
            check_room("B01-U1-0101", stretches, begin, end)
        assert refused.value.facts["day"] == "2026-03-01"
    check_room("B01-U1-0101", stretches, date(2026, 2, 1), date(2026, 2, 28))
    check_room("B01-U1-0101", stretches, date(2026, 4, 1), None)
    assert stretch_on(stretches, date(2026, 3, 31)).change.state is State.VACANT
