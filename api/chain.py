"""The chain checked link by link: every act's hash is rebuilt from the columns of its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from ledger.rules.seal import genesis
from ledger.store.acts import Facts, acts, strays
from ledger.store.records import seal_act
from ledger.store.registers import head
from ledger.store.tables import METADATA, ChainHead


def broken_links(session: Session, compound: str) -> list[int]:
    """Return the numbers of acts that do not follow from the act before and from their own facts.

    Facts of no act are among them, and the newest act where the head, or the lock on closed months, is not what the
    acts say.
    """
    last, newest = head(session, compound)
    broken, previous, expected, closed = set(strays(session, compound, last)), genesis(compound), 1, ""
    for act, facts in acts(session, compound, last):
        if act["seq"] != expected or act["prev"] != previous or not _is_sound(act, facts):
            broken.add(int(act["seq"]))
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
