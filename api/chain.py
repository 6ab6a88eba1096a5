"""Whether books are whole: every link of the chain, every line of the audit trail, and the index of open charges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from api.worker import Stopped
from ledger.rules.audit import INSTALLATION
from ledger.rules.coherence import Coherence
from ledger.rules.seal import genesis
from ledger.store import audit, outstanding
from ledger.store.acts import Facts, acts, strays
from ledger.store.files import damaged
from ledger.store.memberships import unlike_trail
from ledger.store.outage import is_outage
from ledger.store.records import seal_act
from ledger.store.registers import head
from ledger.store.tables import METADATA, ChainHead

T = TypeVar("T")
Breathe = Callable[[], None]
Reader = Callable[[Mapping[str, Any], Facts], None]
_STRETCH = 100  # acts
_SHOWN = 10  # faults of a kind


@dataclass(slots=True)
class Findings:
    """What is wrong with the books of a compound, or with the trail of the installation.

    ``unreadable`` names the parts that could not be followed to their end, and the kind of accident: something in them
    is nothing that we write. ``contradictions`` are facts of acts whose links hold: number of the act, and what.
    """

    compound: str
    seq: int = 0
    hash: str = "0" * 64
    links: tuple[int, ...] = ()
    trail: audit.Checked | None = None
    charges: tuple[outstanding.Key, ...] = ()
    contradictions: tuple[tuple[int, str], ...] = ()
    files: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.faults())

    def faults(self) -> Iterator[str]:
        """Say where something is wrong, in short."""
        yield from (f"{self.compound} #{seq}" for seq in self.links[:_SHOWN])
        if self.trail is not None and not self.trail.is_sound:
            yield f"{self.compound}: audit trail"
        yield from (f"{self.compound}: open charge {seq}.{line}" for seq, line in self.charges[:_SHOWN])
        yield from (f"{self.compound} #{seq}: {code}" for seq, code in self.contradictions[:_SHOWN])
        yield from (f"{self.compound}: file {hashed[:16]}" for hashed in self.files[:_SHOWN])
        yield from (f"{self.compound}: member {user}" for user in self.members[:_SHOWN])
        yield from (f"{self.compound}: {part} ({kind})" for part, kind in self.unreadable.items())

    def attempt(self, part: str, work: Callable[[], T]) -> T | None:
        """Do some work on the books; if what is in them lets it fail, note the part as unreadable."""
        try:
            return work()
        except (Stopped, NoConnection):
            raise
        except Exception as error:
            # text among numbers, bytes that are no text, JSON without end: all are tampering
            if isinstance(error, DBAPIError) and is_outage(error) and "decode" not in str(error.orig):
                raise  # the database does not answer: that says nothing of the books
            self.unreadable[part] = type(error).__name__
            return None


def compounds(session: Session) -> list[str]:
    """Return everything that has books or a trail, also where its head is gone; the installation is among them."""
    found = {INSTALLATION}
    for name in ("chain_head", "act", "audit_head", "blob"):
        found |= set(session.execute(select(METADATA.tables[name].c.compound).distinct()).scalars())
    return sorted(found, key=str)


def state_of(session: Session, compound: str, breathe: Breathe = lambda: None) -> Findings:
    """Look whether the books of a compound are whole; of the installation there is only the trail.

    ``breathe`` is called between stretches of acts and lines: whoever has time lets others go first.
    """
    found = Findings(compound)
    if compound != INSTALLATION:
        newest = found.attempt("head", lambda: head(session, compound))
        if newest is not None:
            found.seq, found.hash = newest
        coherence, contradictions = Coherence(), list[tuple[int, str]]()

        def read(act: Mapping[str, Any], facts: Facts) -> None:
            contradictions.extend((int(act["seq"]), code) for code, _ in coherence.follow(act, facts))

        links = found.attempt("chain", lambda: broken_links(session, compound, breathe, read))
        found.links = tuple(links or ())
        found.contradictions = tuple(one for one in contradictions if one[0] not in found.links)
        found.charges = tuple(found.attempt("open charges", lambda: _unlike(session, compound)) or ())
        found.files = tuple(found.attempt("files", lambda: list(damaged(session, compound, breathe))) or ())
    found.members = tuple(found.attempt("members", lambda: unlike_trail(session, compound)) or ())
    found.trail = found.attempt("audit trail", lambda: audit.check(session, compound, breathe))
    if compound == INSTALLATION and found.trail is not None:
        found.seq, found.hash = found.trail.number, found.trail.hash
    return found


def _unlike(session: Session, compound: str) -> list[outstanding.Key]:
    """Return the charges that the index has open at other times than the facts do: arrears are looked for in it."""
    kept, recounted = outstanding.kept(session, compound), outstanding.recount(session, compound)
    return sorted(key for key in kept.keys() | recounted.keys() if kept.get(key) != recounted.get(key))


def broken_links(
    session: Session, compound: str, breathe: Breathe = lambda: None, read: Reader = lambda _, __: None
) -> list[int]:
    """Return the numbers of acts that do not follow from the act before and from their own facts.

    Facts of no act are among them, and the newest act where the head, or the lock on closed months, is not what the
    acts say. ``breathe`` is called between stretches of acts: whoever has time lets others go first. ``read`` gets
    every act with its facts, in order: whoever has more to look at need not walk again.
    """
    last, newest = head(session, compound)
    broken, previous, expected, closed = set(strays(session, compound, last)), genesis(compound), 1, ""
    for act, facts in acts(session, compound, last):
        if act["seq"] % _STRETCH == 0:
            breathe()
        if act["seq"] != expected or act["prev"] != previous or not _is_sound(act, facts):
            broken.add(int(act["seq"]))
        read(act, facts)
        previous, expected = act["hash"], act["seq"] + 1
        closed = max([closed, *(str(row["month"]) for row in facts.get("period_close", ()))])
    kept = session.get_one(ChainHead, compound)
    if previous != newest or expected != last + 1 or kept.closed_through != closed:
        broken.add(last)
    return sorted(broken)


def _is_sound(act: Mapping[str, Any], facts: Facts) -> bool:
    """Say whether an act's hashes are those of its columns and facts."""
    try:
        rebuilt = seal_act(act, facts, METADATA.tables)
    except (ValueError, TypeError, AttributeError, KeyError):  # a column holds what nobody of ours writes
        return False
    return all(act[name] == value for name, value in rebuilt.items())
