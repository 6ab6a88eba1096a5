"""Which words may enter the books: any that a page can show as they were meant.

Control characters, line breaks and bidirectional controls are refused, because they make a line look like another
line. Quotes, backslashes and ``<>`` are ordinary text: whoever draws them must escape them.
"""

from __future__ import annotations

import re
import unicodedata

from ledger.errors import TextRefused

NARRATION_LIMIT = 200
NAME_LIMIT = 64
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What names a household or a person in words that everybody reads. A name cannot be told from other words: the forms
#: ask that none is written.
_PERSONAL = re.compile(
    r"""
    (?<![A-Z0-9])[A-Z]\d{2,3}-U\d  # a unit's code
    | (?<!\d)1[3-9]\d{9}(?!\d)  # a mobile number
    | (?<!\d)(\d{15,19}|\d{17}X)(?!\d)  # an identity, card or account number
    | [京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-Z][ ·•.-]?  # a number plate
      (?=[A-Z]{0,3}\d)[A-Z0-9]{4,5}[A-Z0-9挂学警](?![A-Z0-9])
    | (?<![A-Z0-9-])\d{1,2}-\d{1,2}-\d{3,4}(?![\d-])  # building, stair and room
    | [楼栋幢座][ ,、-]?(\w{1,3}(单元|门)[ ,、-]?)?[\d〇零一二三四五六七八九]{3,4}(?![\d年月日元万.])
    | (?<![\d.])[\d〇零一二三四五六七八九]{3,4}室
    """,
    re.VERBOSE,
)
_REFUSED = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


def check_text(text: str, pointer: str, limit: int = NARRATION_LIMIT) -> str:
    """Return ``text`` in normal form C, without blanks at the ends.

    Raises:
        TextRefused: empty, longer than ``limit`` characters, or with a character that cannot be shown safely.
    """
    clean = unicodedata.normalize("NFC", text).strip(" \u3000")
    if not clean:
        raise TextRefused(pointer=pointer, why_zh="为空", why_en="is empty")
    if len(clean) > limit:
        raise TextRefused(
            pointer=pointer, why_zh=f"超过 {limit} 字", why_en=f"is longer than {limit} characters"
        )
    for char in clean:
        if char in _BIDI or unicodedata.category(char) in _REFUSED:
            name = f"U+{ord(char):04X}"
            raise TextRefused(pointer=pointer, why_zh=f"含不可用字符 {name}", why_en=f"contains {name}")
    return clean


def check_optional(text: str | None, pointer: str, limit: int = NARRATION_LIMIT) -> str | None:
    """Return the checked text, or None where there is none."""
    return None if text is None else check_text(text, pointer, limit)


def check_public(text: str, pointer: str, limit: int = NARRATION_LIMIT) -> str:
    """Return the checked text if it may be published: words of an act that names no unit (PIPL 25).

    Raises:
        TextRefused: it holds a unit's code or address, a number plate, a mobile number, or a long number that looks
            like a card or an identity; however wide its letters and digits are written.
    """
    clean = check_text(text, pointer, limit)
    if _PERSONAL.search(unicodedata.normalize("NFKC", clean).upper()):
        raise TextRefused(
            pointer=pointer,
            why_zh="会公开,不能含房号、车牌号、手机号、证件号或账号",
            why_en="is published, so it holds no unit, number plate, mobile number, identity or account number",
        )
    return clean


def check_public_optional(text: str | None, pointer: str, limit: int = NARRATION_LIMIT) -> str | None:
    """Return the checked public text, or None where there is none."""
    return None if text is None else check_public(text, pointer, limit)


def letters_and_digits(text: str) -> str:
    """Return what tells two numbers or names apart: their letters and digits, in normal form KC.

    Width, blanks, hyphens and brackets are ways of writing, so "00-12" and "００12" are one number.
    """
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
