"""How old a debt is, and into which of a list of age classes it falls. The classes are data."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.errors import RequestMalformed

#: The last day of each class but the last, which has no end: 0–30, 31–90, 91–365 days, 1–3 years, over 3 years.
DEFAULT_LIMITS = (30, 90, 365, 1095)
_YEAR = 365
_MOST = 12
_LONGEST = 36_500  # days


def check_limits(limits: Sequence[int], pointer: str = "/buckets") -> tuple[int, ...]:
    """Return the limits if they make classes.

    Raises:
        RequestMalformed: none, too many, or not rising.
    """
    rising = all(before < after for before, after in zip((-1, *limits), limits, strict=False))
    if not limits or len(limits) > _MOST or not rising or limits[-1] > _LONGEST:
        raise RequestMalformed(
            pointer=pointer,
            why_zh="账龄分段应为从小到大的天数,例如 30,90,365,1095",
            why_en="age classes are rising numbers of days, such as 30,90,365,1095",
        )
    return tuple(limits)


def age_class(age_days: int, limits: Sequence[int] = DEFAULT_LIMITS) -> int:
    """Return the place of an age: exactly 90 days is still 31–90, exactly 365 still 91–365."""
    return next((place for place, limit in enumerate(limits) if age_days <= limit), len(limits))


def class_names(limits: Sequence[int] = DEFAULT_LIMITS) -> tuple[str, ...]:
    """Return the Chinese names of the classes: whole years are counted in years."""
    names = []
    for before, limit in zip((None, *limits), limits, strict=False):
        if before and before % _YEAR == 0 and limit % _YEAR == 0:
            names.append(f"{before // _YEAR}–{limit // _YEAR}年")
        else:
            names.append(f"{0 if before is None else before + 1}–{limit}天")
    last = limits[-1]
    return (*names, f"{last // _YEAR}年以上" if last % _YEAR == 0 else f"{last}天以上")
