"""The audit trail: what is written down that is no entry, and how its lines hang together.

    first prev = SHA-256(0x08 ‖ UTF-8 code)
    hash       = SHA-256(0x07 ‖ JCS({v, compound, number, at, user_id, role, what, about, prev}))

A line holds ids, codes, counts, hashes and numbers; never a name, a telephone number or free words. Its hash has no
salt: it is never published, and the act that closes a month seals the newest one under a salt of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ledger.rules.authority import EMERGENCY
from ledger.rules.seal import Json, canonical

VERSION = 1
#: Stands where a compound's code would: the trail of the installation itself.
INSTALLATION = "*"


class What(StrEnum):
    """What a line tells of."""

    TRAIL_BEGUN = (
        "trail_begun"  # of books that are older than their trail: the acts up to ``seq`` are not told of
    )
    ACCESS_BEGUN = "access_begun"
    ACCESS_REFUSED = "access_refused"
    MEMBER_ADDED = "member_added"
    MEMBER_ENDED = "member_ended"
    USER_DISABLED = "user_disabled"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - a word, no secret
    TOKENS_REVOKED = "tokens_revoked"
    ACT_RECORDED = "act_recorded"
    OVERRIDE_USED = "override_used"
    PERSONAL_DATA_READ = "personal_data_read"
    PERSONAL_DATA_TAKEN = "personal_data_taken"  # as a file
    VOUCHER_READ = "voucher_read"
    PROOF_ISSUED = "proof_issued"
    FULL_BOOK_READ = "full_book_read"
    FULL_EXPORT = "full_export"
    REGISTERS_EXPORTED = "registers_exported"
    COMPOUND_IMPORTED = "compound_imported"
    ACTS_DROPPED = "acts_dropped"
    BACKUP_TAKEN = "backup_taken"
    BOOKS_RESTORED = "books_restored"


class Override(StrEnum):
    """A way round the ordinary keys that the rules allow."""

    EMERGENCY = "emergency"  # one key, ratified afterwards
    VOTED_EXCEPTION = "voted_exception"  # a vote lets a fund go below zero


#: Lines that name an act of the compound's journal by ``seq`` and ``hash``.
OF_ACTS = frozenset({What.ACT_RECORDED, What.OVERRIDE_USED})


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written down: what happened, and ids, codes, counts and hashes about it."""

    what: What
    about: Mapping[str, Json] = field(default_factory=dict)


def first_prev(compound: str) -> str:
    """Return the ``prev`` of a trail's first line."""
    return hashlib.sha256(b"\x08" + compound.encode()).hexdigest()


def line_hash(record: Mapping[str, Json]) -> str:
    """Return the hash of a line from its record, which has everything but the hash."""
    return hashlib.sha256(b"\x07" + canonical(record)).hexdigest()


def note_of_act(
    act: Mapping[str, Any], facts: Mapping[str, Sequence[Mapping[str, Any]]], *, is_local: bool
) -> Note | None:
    """Return what the trail says of an act; None of an ordinary entry, which the journal itself shows.

    Every act without an entry is told of, every override, and whatever a command on the server's own machine did in
    somebody's name.
    """
    override = override_in(facts)
    if facts.get("entry") and override is None and not is_local:
        return None
    about: dict[str, Json] = {"kind": act["kind"], "seq": act["seq"], "hash": act["hash"]}
    if override is not None:
        about["override"] = str(override)
    if is_local:
        about["via"] = "local"
    return Note(What.ACT_RECORDED if override is None else What.OVERRIDE_USED, about)


def override_in(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Override | None:
    """Return which way round the ordinary keys an act takes, by its facts."""
    for table in ("entry", "disbursement"):
        if any(row.get("authority") == EMERGENCY for row in facts.get(table, ())):
            return Override.EMERGENCY
    if any(row.get("exception") is not None for row in facts.get("fund_move", ())):
        return Override.VOTED_EXCEPTION
    return None


def is_told(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Say whether the trail must tell of an act, by its facts, whoever recorded it."""
    return not facts.get("entry") or override_in(facts) is not None


@dataclass(slots=True)
class Followed:
    """A trail followed from its first line on: its end, its hashes, the acts it tells of, and where it breaks."""

    number: int
    hash: str
    hashes: dict[int, str] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    before: int = 0  # the acts up to this one are older than the trail

    def hear(self, what: str, about: Mapping[str, Any]) -> None:
        """Take in what a line tells of an act, or that the acts after one were left out when books were restored."""
        if what == What.TRAIL_BEGUN and self.number == 1:  # the first line, or it says nothing
            self.before = about["seq"]
        elif what in OF_ACTS:
            self.told[about["seq"]] = str(about.get("hash"))
        elif what == What.ACTS_DROPPED:
            self.told = {seq: hashed for seq, hashed in self.told.items() if seq <= about["seq"]}

    def untold(self, acts: Iterable[tuple[int, str, bool]]) -> list[int]:
        """Return the acts that the trail should tell of and does not, and those of which it tells something else.

        Args:
            acts: number, hash and whether it must be told of, of every act.
        """
        missing = set(self.told)
        for seq, hashed, must_be_told in acts:
            said = self.told.get(seq)
            if said == hashed:
                missing.discard(seq)
            elif said is None and must_be_told and seq > self.before:
                missing.add(seq)
        return sorted(missing)


#: What a line has, and what of it is text.
_WORDS = frozenset({"compound", "at", "user_id", "role", "what", "prev", "hash"})
_NAMES = _WORDS | {"v", "number", "about"}


def follow(compound: str, lines: Iterable[Mapping[str, Any]]) -> Followed:
    """Follow a trail: numbers without a gap, every hash rebuilt. A line is its record and its ``hash``."""
    found = Followed(0, first_prev(compound))
    for line in lines:
        record = {name: value for name, value in line.items() if name != "hash"}
        here = {"v": VERSION, "compound": compound, "number": found.number + 1, "prev": found.hash}
        is_next = _is_whole(line) and all(line[name] == one for name, one in here.items())
        if not is_next or _hash_or_none(record) != line.get("hash"):
            found.broken.append(found.number + 1)
        found.number, found.hash = found.number + 1, str(line.get("hash"))
        found.hashes[found.number] = found.hash
        about = line.get("about")
        if isinstance(about, Mapping) and isinstance(about.get("seq"), int):
            found.hear(str(line.get("what")), about)
    return found


def _is_whole(line: Mapping[str, Any]) -> bool:
    """Say whether a line has what a line has, nothing else, and of the right kind."""
    numbers = (line.get("v"), line.get("number"))
    return (
        set(line) == _NAMES
        and all(isinstance(line[name], str) for name in _WORDS)
        and all(isinstance(one, int) and not isinstance(one, bool) for one in numbers)
    )


def _hash_or_none(record: Mapping[str, Json]) -> str | None:
    try:
        return line_hash(record)
    except (ValueError, TypeError):  # no JSON of ours
        return None
