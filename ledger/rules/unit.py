"""A unit, who owes for it, and the states it passes through."""

from __future__ import annotations

import re
from enum import StrEnum

from ledger.errors import CodeMalformed, UnitCodeMalformed

_UNIT = re.compile(r"[A-Z][A-Z0-9]{0,15}(-[A-Z0-9]{1,16}){1,3}")
_COMPOUND = re.compile(r"[a-z][a-z0-9-]{1,31}")
_BANK = re.compile(r"[A-Z][A-Za-z0-9]{0,15}")


class State(StrEnum):
    """What a unit is from a day on."""

    UNSOLD = "unsold"
    SOLD_NOT_HANDED_OVER = "sold_not_handed_over"
    HANDED_OVER = "handed_over"
    VACANT = "vacant"
    OCCUPIED = "occupied"
    LET = "let"


class Party(StrEnum):
    """The kind of debtor that a receivable account names; a person's name is never in the books."""

    OWNER = "Owner"
    DEVELOPER = "Developer"


class Standing(StrEnum):
    """Where a debt stands in the chart: whose it is, and whether it is contested. Same words as the accounts."""

    OWNER = "Owner"
    FORMER = "Former"
    DEVELOPER = "Developer"
    DISPUTED = "Disputed"
    DISPUTED_DEVELOPER = "DisputedDeveloper"


def standing_of(party: Party, *, has_left: bool = False, is_disputed: bool = False) -> Standing:
    """Return where a debt of this party stands; a dispute covers owners and former owners alike."""
    if party is Party.DEVELOPER:
        return Standing.DISPUTED_DEVELOPER if is_disputed else Standing.DEVELOPER
    if is_disputed:
        return Standing.DISPUTED
    return Standing.FORMER if has_left else Standing.OWNER


def party_of(state: State) -> Party:
    """Return who owes while a unit is in this state.

    Completed but unsold, or not yet handed over: the developer (物业管理条例 41 ¶2).
    """
    return Party.DEVELOPER if state in (State.UNSOLD, State.SOLD_NOT_HANDED_OVER) else Party.OWNER


def check_unit_code(code: str, pointer: str = "/unit") -> str:
    """Return a unit code such as ``B03-U2-1502``.

    Raises:
        UnitCodeMalformed: it is not one.
    """
    if _UNIT.fullmatch(code) is None:
        raise UnitCodeMalformed(pointer=pointer, unit=code[:40])
    return code


def check_compound_code(code: str, pointer: str = "/code") -> str:
    """Return a compound code such as ``guihuayuan``: it stands in addresses and file names."""
    if _COMPOUND.fullmatch(code) is None:
        raise CodeMalformed(
            pointer=pointer,
            value=code[:40],
            hint_zh="小写字母开头,2 到 32 个小写字母、数字或连字符",
            hint_en="2 to 32 lower-case letters, digits or hyphens, a letter first",
        )
    return code


def check_bank_code(code: str, pointer: str = "/code") -> str:
    """Return a bank account code such as ``Joint01``: it becomes an account segment."""
    if _BANK.fullmatch(code) is None:
        raise CodeMalformed(
            pointer=pointer,
            value=code[:40],
            hint_zh="大写字母开头,最多 16 个字母或数字,例如 Joint01",
            hint_en="at most 16 letters or digits, a capital first, such as Joint01",
        )
    return code
