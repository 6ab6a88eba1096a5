"""Amounts as a reader sees them: ``1,234.56``, and 大写 that nobody can alter with one stroke.

Zero is a dash in a table cell and ``0.00`` in a total; what was not entered and what cannot be are said in
words, so that the three are never taken for one another.
"""

from __future__ import annotations

from typing import Final

from reports.figures import Figure

ZERO: Final = "—"
DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"


def yuan(figure: Figure, *, dash: bool = True) -> str:
    """Return fen as ``1,234.56``; negative with an ASCII ``-``; zero as a dash unless ``dash`` is false."""
    if not isinstance(figure, int):
        return str(figure.value)
    if figure == 0 and dash:
        return ZERO
    whole, fen = divmod(abs(figure), 100)
    return f"{'-' if figure < 0 else ''}{whole:,}.{fen:02d}"


def percent(basis_points: int | None) -> str:
    """Return basis points as ``63.29%``; 不适用 where there was nothing to divide by."""
    if basis_points is None:
        return "不适用"
    whole, part = divmod(abs(basis_points), 100)
    return f"{'-' if basis_points < 0 else ''}{whole}.{part:02d}%"


def in_capitals(amount_minor: int) -> str:
    """Return fen in 人民币大写 as 支付结算办法, annex 1, has it (``domain.md`` 6.3).

    Ends in 整 at 元 only; 零 stands between 元 and 分 when there is no 角; a negative amount says 负.
    """
    import cn2an  # here: it reads the map of China first, and most that ask for an amount want digits

    whole, fen = divmod(abs(amount_minor), 100)
    dimes, cents = divmod(fen, 10)
    words = "人民币" + ("负" if amount_minor < 0 else "")
    if whole or not fen:
        words += f"{cn2an.an2cn(whole, 'up')}元"
    if not fen:
        return words + "整"
    if dimes:
        words += DIGITS[dimes] + "角"
    elif whole:
        words += "零"
    return words + (DIGITS[cents] + "分" if cents else "")
