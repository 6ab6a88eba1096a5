from __future__ import annotations

import pytest

from ledger.errors import RequestMalformed
from ledger.rules.ageing import DEFAULT_LIMITS, age_class, check_limits, class_names


@pytest.mark.parametrize(
    ("days", "place"),
    [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (365, 2), (366, 3), (1095, 3), (1096, 4)],
)
def test_exactly_90_days_is_the_second_class_and_exactly_365_the_third(days: int, place: int) -> None:
    assert age_class(days) == place


def test_the_classes_of_the_bulletin_are_the_default_ones() -> None:
    assert class_names() == ("0–30天", "31–90天", "91–365天", "1–3年", "3年以上")


def test_other_classes_are_named_as_they_are() -> None:
    assert class_names((60, 180)) == ("0–60天", "61–180天", "180天以上")


@pytest.mark.parametrize("limits", [(), (30, 30), (90, 30), (-1, 5), tuple(range(20)), (10, 99_999)])
def test_classes_that_do_not_rise_are_refused(limits: tuple[int, ...]) -> None:
    with pytest.raises(RequestMalformed):
        check_limits(limits)


def test_classes_that_rise_are_taken_as_they_are() -> None:
    assert check_limits(DEFAULT_LIMITS) == DEFAULT_LIMITS
