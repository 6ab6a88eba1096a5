"""The chain: how an act becomes a link that cannot be changed unseen (design section 6).

    leaf   = SHA-256(0x00 ‖ JCS(private line))          node = SHA-256(0x01 ‖ left ‖ right)
    public = SHA-256(0x03 ‖ salt ‖ JCS(public part))    sealed = SHA-256(0x04 ‖ salt ‖ JCS(sealed part))
    hash   = SHA-256(JCS({v, compound, seq, prev, public, sealed}))
    first prev = SHA-256(0x05 ‖ UTF-8 code)             remark = SHA-256(0x06 ‖ salt ‖ UTF-8 words)

JCS is RFC 8785; hashes and salts are lower-case hex; amounts are decimal strings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

VERSION = 1
SALT_BYTES = 16
_HEX = re.compile("[0-9a-f]{64}")


#: For values without fractions, and names without characters beyond U+FFFF, this is RFC 8785, at a hundredth of the
#: cost of a library that writes fractions too; a test holds it against one.
_RFC_8785 = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
)


def canonical(value: Json) -> bytes:
    """Return the one way to write a value: RFC 8785.

    Raises:
        ValueError: half a character, a number beyond ±(2^53 - 1), or something that is no JSON.
    """
    try:
        return orjson.dumps(value, option=_RFC_8785)
    except TypeError as error:
        raise ValueError(str(error)) from error


def is_hash(value: object) -> bool:
    """Say whether something is a hash as we write it: 64 lower-case hex digits."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _hash(prefix: bytes, content: bytes) -> str:
    return hashlib.sha256(prefix + content).hexdigest()


def _raw(written: str) -> bytes:
    """Return the bytes of lower-case hex; there is one way to write them, or a salt could be changed unseen.

    Raises:
        ValueError: it is written in another way.
    """
    raw = bytes.fromhex(written)
    if raw.hex() != written:
        raise ValueError(written)
    return raw


def genesis(compound: str) -> str:
    """Return the ``prev`` of a compound's first act."""
    return _hash(b"\x05", compound.encode())


def leaf(line: Json) -> str:
    """Return the hash of one private line, which carries its own salt."""
    return _hash(b"\x00", canonical(line))


def node(left: str, right: str) -> str:
    """Return the hash of two children, in their order."""
    return _hash(b"\x01", _raw(left) + _raw(right))


def merkle_root(leaves: Sequence[str]) -> str | None:
    """Return the root over leaf hashes in ascending order; None where there are none.

    Ordering by hash keeps a neighbour in the tree from being a neighbour in the house.
    """
    level = sorted(leaves)
    while len(level) > 1:
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]  # an odd node is carried up
    return level[0] if level else None


def merkle_path(leaves: Sequence[str], mine: str) -> list[tuple[str, str]]:
    """Return the way from a leaf to the root: at each step the side of the other hash, and that hash.

    Raises:
        ValueError: ``mine`` is not among the leaves.
    """
    level, at, path = sorted(leaves), mine, []
    if mine not in level:
        raise ValueError(mine)
    while len(level) > 1:
        place = level.index(at)
        other = place ^ 1
        if other < len(level):
            path.append(("left" if other < place else "right", level[other]))
            at = node(level[place & ~1], level[place | 1])
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return path


def merkle_root_of(mine: str, path: Sequence[tuple[str, str]]) -> str:
    """Return the root that a leaf and its path lead to."""
    for side, other in path:
        mine = node(other, mine) if side == "left" else node(mine, other)
    return mine


def seal_public(salt: str, part: Json) -> str:
    """Return P, the commitment to an act's public part."""
    return _hash(b"\x03", _raw(salt) + canonical(part))


def seal_sealed(salt: str, part: Json) -> str:
    """Return S, the commitment to an act's sealed part."""
    return _hash(b"\x04", _raw(salt) + canonical(part))


def commitment(salt: str, words: str) -> str:
    """Return the salted hash of a remark: it can be erased, and nobody can guess it back."""
    return _hash(b"\x06", _raw(salt) + words.encode())


def record(compound: str, seq: int, prev: str, public: str, sealed: str) -> dict[str, Json]:
    """Return an act as the chain knows it: its place, what it follows, and the hashes of its two parts."""
    return {
        "v": VERSION,
        "compound": compound,
        "seq": seq,
        "prev": prev,
        "public": public,
        "sealed": sealed,
    }


def link(compound: str, seq: int, prev: str, public: str, sealed: str) -> str:
    """Return the hash of an act: the link that the next act names as ``prev``."""
    return _hash(b"", canonical(record(compound, seq, prev, public, sealed)))
