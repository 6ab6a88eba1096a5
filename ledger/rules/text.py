"""Which words may enter the books: any that a page can show as they were meant.

Control characters, line breaks and bidirectional controls are refused, because they make a line look like another
line. Quotes, backslashes and ``<>`` are ordinary text: whoever draws them must escape them.
"""

from __future__ import annotations

import unicodedata

from ledger.errors import TextRefused

NARRATION_LIMIT = 200
NAME_LIMIT = 64
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
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
