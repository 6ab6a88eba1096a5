"""The tenure timeline of a unit: dated changes, appended, never edited, become stretches without gap or overlap.

Of several changes with the same first day the newest act holds; a withdrawal says that nothing changes on that day.
The first stretch reaches back for ever and the last one forward, so that every day lies in exactly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ledger.errors import TenureOverlap, VacancyRefused
from ledger.rules.money import FACTOR_SCALE, format_factor
from ledger.rules.period import first_day, last_day
from ledger.rules.profile import Profile
from ledger.rules.unit import Party, State, party_of

#: Stands in place of a state: the change of this day is withdrawn.
WITHDRAWN = "withdrawn"
_NO_END = date.max


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the timeline: from a day on, the state, who owes, and the factor in basis points."""

    from_on: date
    seq: int
    state: State
    debtor: int
    handed_over_on: date | None = None
    factor_bp: int | None = None
    notice: str | None = None
    confirmed_on: date | None = None
    is_withdrawn: bool = False

    @property
    def party(self) -> Party:
        """The kind of debtor."""
        return party_of(self.state)

    @property
    def factor(self) -> int:
        """The factor of the fee in basis points: always 1.00 for the developer (L11)."""
        return FACTOR_SCALE if self.party is Party.DEVELOPER else self.factor_bp or FACTOR_SCALE


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that belong together, both ends included, and the change that began them."""

    from_on: date
    to_on: date
    change: Change

    @property
    def days(self) -> int:
        """How many days."""
        return (self.to_on - self.from_on).days + 1


def standing_changes(rows: Iterable[Change]) -> list[Change]:
    """Return the changes that hold, by day: the newest act of each day, without those that are withdrawn."""
    newest: dict[date, Change] = {}
    for row in sorted(rows, key=lambda one: (one.from_on, one.seq)):
        newest[row.from_on] = row
    return [row for row in newest.values() if not row.is_withdrawn]


def timeline(rows: Iterable[Change]) -> list[Stretch]:
    """Return the stretches of a unit in order; a change that changes nothing begins none."""
    kept: list[Change] = []
    for change in standing_changes(rows):
        if kept and _same(kept[-1], change):
            continue
        kept.append(change)
    ends = [change.from_on - timedelta(days=1) for change in kept[1:]] + [_NO_END]
    begins = [date.min] + [change.from_on for change in kept[1:]]
    return [Stretch(begin, end, change) for begin, end, change in zip(begins, ends, kept, strict=True)]


def _same(one: Change, other: Change) -> bool:
    return (one.state, one.debtor, one.factor) == (other.state, other.debtor, other.factor)


def stretch_on(stretches: Sequence[Stretch], day: date) -> Stretch:
    """Return the stretch that a day lies in."""
    return next(one for one in stretches if one.from_on <= day <= one.to_on)


def month_stretches(stretches: Sequence[Stretch], month: str, *, splits_handover: bool) -> list[Stretch]:
    """Return the stretches of a month, cut to it.

    Where the profile does not split the month of hand-over, the whole of it is the developer's, also when the unit is
    handed over on its first day (L12: Shanghai).
    """
    first, last = first_day(month), last_day(month)
    inside = [
        replace(one, from_on=max(one.from_on, first), to_on=min(one.to_on, last))
        for one in stretches
        if one.from_on <= last and one.to_on >= first
    ]
    if not splits_handover:
        on_the_eve = stretch_on(stretches, first - timedelta(days=1)).change
        if on_the_eve.party is Party.DEVELOPER:
            return [Stretch(first, last, on_the_eve)]
    joined: list[Stretch] = []
    for one in inside:
        before = joined[-1].change if joined else None
        if before and (before.debtor, before.party, before.factor) == (
            one.change.debtor,
            one.change.party,
            one.change.factor,
        ):
            joined[-1] = replace(joined[-1], to_on=one.to_on)
        else:
            joined.append(one)
    return joined


def check_room(unit: str, stretches: Sequence[Stretch], from_on: date, to_on: date | None) -> None:
    """Refuse a change on whose days the timeline changes already; one without an end must be the last.

    Raises:
        TenureOverlap: it does; the change that stands in the way must be withdrawn first.
    """
    for one in stretches[1:]:
        if from_on < one.from_on and (to_on is None or one.from_on <= to_on):
            raise _overlap(unit, one, "/to_on" if to_on else "/from_on")
    around = stretch_on(stretches, from_on)
    if to_on is not None and around.change.state is State.VACANT and around.from_on < from_on:
        raise _overlap(unit, around, "/from_on")


def _overlap(unit: str, stretch: Stretch, pointer: str) -> TenureOverlap:
    return TenureOverlap(
        pointer=pointer, unit=unit, day=stretch.from_on.isoformat(), state=stretch.change.state
    )


def check_factor(
    place: Profile,
    before: Change,
    state: State,
    from_on: date,
    given: tuple[int | None, str | None, date | None],
) -> None:
    """Refuse a vacancy or a factor that law or contract does not give (L11, L13).

    Args:
        place: the jurisdiction profile.
        before: what the unit is the day before.
        state: what it is to become.
        from_on: from which day on.
        given: the factor in basis points, the number of the owner's written notice, and the day it was confirmed.

    Raises:
        VacancyRefused: a developer's unit, no notice, a day before its confirmation, or outside the profile's range.
    """
    factor, notice, confirmed_on = given
    if state is State.VACANT and before.party is Party.DEVELOPER:
        raise _refused(
            "/state", "建设单位的房屋不适用空置", "a developer's unit cannot be an owner's vacancy"
        )
    if factor is None:
        return
    if party_of(state) is Party.DEVELOPER:
        raise _refused("/factor_bp", "建设单位按 100% 计费", "a developer always owes in full")
    if state is not State.VACANT:
        raise _refused("/factor_bp", "系数只适用于空置", "only a vacancy has a factor")
    if place.highest_vacancy_bp is None:
        raise _refused("/factor_bp", "本地没有空置折扣", "there is no vacancy factor in this place")
    if not place.lowest_vacancy_bp <= factor <= place.highest_vacancy_bp:
        low, high = format_factor(place.lowest_vacancy_bp), format_factor(place.highest_vacancy_bp)
        raise _refused(
            "/factor_bp", f"系数应在 {low} 至 {high} 之间", f"the factor is between {low} and {high}"
        )
    if not notice:
        raise _refused(
            "/notice", "缺少业主书面通知编号", "the number of the owner's written notice is missing"
        )
    if confirmed_on is None:
        raise _refused("/confirmed_on", "缺少通知的确认日期", "the day the notice was confirmed is missing")
    if from_on < confirmed_on:
        day = confirmed_on.isoformat()
        raise _refused("/from_on", f"只能从确认日 {day} 起", f"it holds only from its confirmation on {day}")


def _refused(pointer: str, zh: str, en: str) -> VacancyRefused:
    return VacancyRefused(pointer=pointer, why_zh=zh, why_en=en)


def check_left(place: Profile, unit: str, standing: Sequence[Change], gone: Sequence[Change]) -> list[Change]:
    """Return the changes that are left when some go, if each of them could follow the one before it.

    Raises:
        TenureOverlap: a later one has its debtor from one that goes, or its vacancy could not follow what is left; it
            must be withdrawn first.
    """
    left = [one for one in standing if one not in gone]
    for before, one in pairwise(left):
        follows = standing[standing.index(one) - 1]
        if follows is before:
            continue
        try:
            check_factor(place, before, one.state, one.from_on, (one.factor_bp, one.notice, one.confirmed_on))
            rests = one.debtor != before.debtor and one.debtor == follows.debtor
        except VacancyRefused:
            rests = True
        if rests:
            raise TenureOverlap(pointer="/from_on", unit=unit, day=one.from_on.isoformat(), state=one.state)
    return left
