"""The bands of the ladder, to the fen."""

from __future__ import annotations

import pytest

from ledger.rules.authority import AuthorityKind
from ledger.rules.ladder import LADDER, Band, band_of
from ledger.rules.profile import PROFILES


@pytest.mark.parametrize(
    ("minor", "approvals", "only_vote"),
    [
        (1, 1, False),
        (5_000_000, 1, False),
        (5_000_001, 2, False),
        (20_000_000, 2, False),
        (20_000_001, 2, True),
        (10**13, 2, True),
    ],
)
def test_a_sum_falls_into_its_band_to_the_fen(minor: int, approvals: int, *, only_vote: bool) -> None:
    band = band_of(LADDER, minor)
    assert (band.approvals, band.kinds == {AuthorityKind.VOTE}) == (approvals, only_vote)


def test_every_ladder_rises_and_ends_without_a_limit() -> None:
    for one in PROFILES.values():
        limits = [band.up_to_minor for band in one.ladder]
        assert limits[-1] is None
        bounded = [limit for limit in limits if limit is not None]
        assert (bounded, len(bounded)) == (sorted(set(bounded)), len(limits) - 1)


def test_no_band_takes_an_emergency_for_an_authority() -> None:
    assert all(AuthorityKind.EMERGENCY not in band.kinds for band in (*LADDER, Band(None, 1)))
