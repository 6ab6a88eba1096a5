"""Money as an integer number of fen: read it, write it, multiply it, share it without losing one.

A fen is 1/100 yuan. ``amount_minor`` is always signed, debit positive, within ±10¹³ fen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger.errors import AmountMalformed, AmountOutOfRange, RequestMalformed

CURRENCY = "CNY"
POINT = "POINT"  # what is earned by helping and redeemed for thanks; never money (chart E35)
LIMIT_MINOR = 10**13
RATE_SCALE = 10_000  # rates are kept in 1/10,000 yuan: 2.00 yuan per m² and month is 20,000
AREA_SCALE = 100  # areas are kept in 1/100 m²
FACTOR_SCALE = 10_000  # factors are kept in basis points: 70 % is 7,000

_AMOUNT = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,2})?")
_RATE = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")


def parse_amount(text: str, pointer: str | None = None) -> int:
    r"""Return the fen of a decimal string such as ``"179.06"`` or ``"-3.5"``.

    Raises:
        AmountMalformed: not ``-?\d{1,11}(\.\d{1,2})?``; so neither ``1e5`` nor ``NaN`` nor a tenth of a fen.
    """
    if _AMOUNT.fullmatch(text) is None:
        raise AmountMalformed(pointer=pointer, amount=text[:40])
    return _scaled(text, 2)


def parse_positive(text: str, pointer: str | None = None) -> int:
    """Return the fen of a decimal string that must be above zero."""
    minor = parse_amount(text, pointer)
    if minor <= 0:
        raise AmountMalformed(pointer=pointer, amount=text[:40])
    return check_bounds(minor, pointer)


def check_bounds(minor: int, pointer: str | None = None) -> int:
    """Return ``minor`` if it lies within ±10¹³ fen.

    Raises:
        AmountOutOfRange: it does not.
    """
    if abs(minor) > LIMIT_MINOR:
        raise AmountOutOfRange(pointer=pointer)
    return minor


def check_positive(minor: int, pointer: str | None = None) -> int:
    """Return ``minor`` if it is an amount above zero and within the bounds.

    Raises:
        RequestMalformed: it is zero or below.
        AmountOutOfRange: it is too large.
    """
    if minor <= 0:
        raise RequestMalformed(pointer=pointer, why_zh="金额应大于零", why_en="the amount is above zero")
    return check_bounds(minor, pointer)


def parse_rate(text: str, pointer: str | None = None) -> int:
    """Return a rate in 1/10,000 yuan from a string such as ``"2.00"`` or ``"1.985"``."""
    if _RATE.fullmatch(text) is None:
        raise AmountMalformed(pointer=pointer, amount=text[:40])
    return _scaled(text, 4)


def _scaled(text: str, digits: int) -> int:
    whole, _, part = text.partition(".")
    sign = -1 if whole.startswith("-") else 1
    scale: int = 10**digits
    return sign * (int(whole.lstrip("-")) * scale + int(part.ljust(digits, "0")))


def format_amount(minor: int) -> str:
    """Write fen as yuan with two decimals: ``17906`` is ``"179.06"``."""
    sign = "-" if minor < 0 else ""
    yuan, fen = divmod(abs(minor), 100)
    return f"{sign}{yuan}.{fen:02d}"


def format_rate(rate_e4: int) -> str:
    """Write a rate in 1/10,000 yuan with at least two decimals: ``20000`` is ``"2.00"``."""
    yuan, part = divmod(rate_e4, RATE_SCALE)
    decimals = f"{part:04d}"
    return f"{yuan}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def format_area(hundredths: int) -> str:
    """Write 1/100 m² as square metres: ``8953`` is ``"89.53"``."""
    return f"{hundredths // AREA_SCALE}.{hundredths % AREA_SCALE:02d}"


def format_factor(factor_bp: int) -> str:
    """Write basis points as per cent: ``7000`` is ``"70%"``, ``6250`` is ``"62.5%"``."""
    whole, part = divmod(factor_bp, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"


def format_thousandths(number: int) -> str:
    """Write 1/1,000 of a measure: ``12500`` is ``"12.5"``."""
    whole, part = divmod(number, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, exactly (L50)."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def apportion(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Share ``total_minor`` by ``weights`` with the largest remainder; the parts sum exactly (I11).

    Equal remainders go to the earlier place, so the same input always gives the same parts.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        msg = "weights must be non-negative and not all zero"
        raise ValueError(msg)
    sign = -1 if total_minor < 0 else 1
    size = abs(total_minor)
    parts = [size * weight // whole for weight in weights]
    remainders = [size * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-remainders[place], place))
    for place in order[: size - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]
