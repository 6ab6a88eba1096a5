"""JSON as we write it (RFC 8785), and no other: whoever reads a stranger's file must read what everybody else reads.

A name that stands twice is one thing to one reader and another to the next; a number that does not fit, or half a
character, is nothing at all. So they are refused, and nothing that comes after is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ledger.rules.seal import canonical

_MOST = 2**53 - 1  # every reader has the integers up to here
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # of a character; RFC 8785 escapes none of them


def read_json(content: bytes) -> Any:
    """Return the value.

    Raises:
        ValueError: it is no JSON in UTF-8, or holds what ours never holds: a name twice, a fraction, a number that is
            too large or none, half a character, more nesting than can be followed.
    """
    try:
        value = _DECODER.decode(content.decode())
        if _HALF.search(content):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError(len(content)) from error
    return value


def read_lines(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON Lines, each when it is asked for, so that what is wrong with one ends the reading.

    Raises:
        ValueError: a line is none, or is written in another way than RFC 8785 has it.
    """
    begin = 0
    while begin < len(content):
        end = content.find(b"\n", begin)
        end = len(content) if end < 0 else end
        value = read_json(content[begin:end])
        if not isinstance(value, dict) or canonical(value) != content[begin:end]:
            raise ValueError(begin)
        yield value
        begin = end + 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(len(pairs))
    return found


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) > _MOST:
        raise ValueError(digits[:20])
    return number


def _none(said: str) -> NoReturn:
    raise ValueError(said[:20])


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_none, parse_constant=_none
)
