"""Buildings as their people call them: the books write ``B07``, a notice board 7栋."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"\bB(?:(\d+)P)?(?:0*(\d+)|([A-Z]))\b", re.ASCII)


def building_zh(label: str) -> str:
    """Return a label with each code of a building in it as 7栋, A座 or 1期3栋; other words stay as they are."""
    return _CODE.sub(_told, label)


def _told(found: re.Match[str]) -> str:
    phase, number, letter = found.groups()
    return (f"{phase}期" if phase else "") + (f"{number}栋" if number else f"{letter}座")
