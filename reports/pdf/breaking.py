"""Where a Chinese line may break: numbers, vouchers and words stay whole, punctuation never leads a line.

ReportLab's own ``wordWrap='CJK'`` cuts 1,286,400.50 in two, which a page about money cannot have.
"""

from __future__ import annotations

import re
from typing import Final

from reports.pdf.type import width

NO_START: Final = frozenset("，。、；：？！”’）》〉】〕…—％%·,.;:!?)")
NO_END: Final = frozenset("“‘（《〈【〔￥¥(")
# A voucher number is one token, so is a run of Latin letters, digits and their joints; every other character
# is one of its own.
TOKEN: Final = re.compile(r"记-\d{4}-\d{2}-\d+|[A-Za-z0-9.,:/%+\-_]*[A-Za-z0-9%]|\s+|.", re.DOTALL)
ELLIPSIS: Final = "…"


def _tokens(text: str, size: float, limit: float, *, bold: bool) -> list[str]:
    """Cut text into tokens; a token wider than the whole line is cut into characters."""
    tokens: list[str] = []
    for token in TOKEN.findall(text):
        tokens.extend([token] if width(token, size, bold=bold) <= limit else token)
    return tokens


def _carry(line: list[str], token: str) -> list[str]:
    """Take from the end of a full line what must move down with the token, leaving at least one token."""
    carried: list[str] = []
    leading = token
    while leading[0] in NO_START and len(line) > 1:
        leading = line.pop()
        carried.insert(0, leading)
    while len(line) > 1 and line[-1] in NO_END:
        carried.insert(0, line.pop())
    return carried


def wrap(text: str, size: float, limit: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than ``limit`` points; an empty text is one empty line."""
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for token in _tokens(text, size, limit, bold=bold):
        advance = width(token, size, bold=bold)
        if line and used + advance > limit:
            carried = _carry(line, token)
            used = sum(width(part, size, bold=bold) for part in carried)
            if used + advance > limit:  # the width comes first: leave the marks where they are
                line, carried, used = [*line, *carried], [], 0.0
            lines.append("".join(line).rstrip())
            line = carried
        if not line and token.isspace():
            continue
        line.append(token)
        used += advance
    if line:
        lines.append("".join(line).rstrip())
    return lines or [""]


def cut(text: str, size: float, limit: float, *, bold: bool = False) -> str:
    """Shorten text to ``limit`` points, ending in an ellipsis, which says that something is missing."""
    if width(text, size, bold=bold) <= limit:
        return text
    kept = text
    while kept and width(kept + ELLIPSIS, size, bold=bold) > limit:
        over = width(kept + ELLIPSIS, size, bold=bold) - limit
        kept = kept[: -max(1, int(over / size))]
    return kept + ELLIPSIS
