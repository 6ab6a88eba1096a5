"""What a printed figure can be: fen, or one of three kinds of absence that must never look like zero.

    0                  nothing happened, and we looked
    NOT_APPLICABLE     不适用  the row cannot have a figure here
    MISSING            未录入  it should have one and nobody has entered it
    WITHHELD           不单列  it has one, of so few units that it would show a household's

``domain.md`` section 14, L25: they are distinct in data, PDF and JSON.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Missing(Enum):
    """A figure that should be there and was not entered."""

    MISSING = "未录入"


class NotApplicable(Enum):
    """A figure that cannot exist in this place."""

    NOT_APPLICABLE = "不适用"


class Withheld(Enum):
    """A figure that is not for everybody."""

    WITHHELD = "不单列"


MISSING: Final = Missing.MISSING
NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE
WITHHELD: Final = Withheld.WITHHELD

Figure = int | Missing | NotApplicable | Withheld


def add_figures(*figures: Figure) -> Figure:
    """Sum fen; a missing one makes the sum missing, only not-applicable ones leave it not applicable."""
    if any(isinstance(figure, Missing) for figure in figures):
        return MISSING
    present = [figure for figure in figures if isinstance(figure, int)]
    return sum(present) if present else NOT_APPLICABLE


def less(figure: Figure, part: Figure) -> Figure:
    """Return fen less a part of them; a figure that is absent stays absent."""
    return figure - part if isinstance(figure, int) and isinstance(part, int) else figure


def rate_bp(part: Figure, whole: Figure) -> int | None:
    """Return part / whole in basis points, half up; None where there is nothing to divide by."""
    if not isinstance(part, int) or not isinstance(whole, int) or whole <= 0:
        return None
    return (20_000 * part + whole) // (2 * whole)
