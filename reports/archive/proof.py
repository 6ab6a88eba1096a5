"""One owner's proof: that their own line is inside an amount that everybody sees, without showing a neighbour's.

The proof holds the private line with its salt, the path to the root over all lines of that account in the act, the
public part with its salt, and the act's record. Whoever has it needs the chain, or a bulletin that came later, and
nobody's trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.errors import NotFound
from ledger.rules.money import parse_amount
from ledger.rules.seal import VERSION as SEAL_VERSION
from ledger.rules.seal import Json, leaf, link, merkle_path, merkle_root_of, seal_public
from ledger.store.acts import act_with_facts
from ledger.store.records import private_line, public_part, record_of
from ledger.store.tables import METADATA
from reports.archive.against import Chain
from reports.archive.as_json import read_json
from reports.archive.checks import unbalanced
from reports.archive.findings import Finding, found
from reports.archive.layout import RECORD, Archive

FORMAT, VERSION = "mingzhang-proof", 1
_NAMES = frozenset({"format", "version", "account", "line", "path", "public", "record", "after", "head"})


def write_proof(session: Session, compound: str, seq: int, line: int) -> dict[str, Json]:
    """Return the proof of one private line: ``line`` of act ``seq``.

    Raises:
        NotFound: there is no such line, or it carries no unit and is public itself.
    """
    read = act_with_facts(session, compound, seq)
    if read is None:
        raise NotFound(what=f"{seq}")
    act, facts = read
    postings = facts.get("posting", ())
    mine = next((row for row in postings if row["line"] == line and row["unit"] is not None), None)
    if mine is None:
        raise NotFound(what=f"{seq}-{line}")
    leaves = [
        leaf(private_line(row))
        for row in postings
        if row["unit"] is not None and row["account"] == mine["account"]
    ]
    path = merkle_path(leaves, leaf(private_line(mine)))
    return {
        "format": FORMAT,
        "version": VERSION,
        "account": mine["account"],
        "line": private_line(mine),
        "path": [[side, sibling] for side, sibling in path],
        "public": {"part": public_part(act, facts), "salt": act["public_salt"]},
        "record": record_of(act),
        **_up_to_a_head(session, compound, act["seq"]),
    }


def _up_to_a_head(session: Session, compound: str, seq: int) -> dict[str, Json]:
    """Return the two commitments of every act after this one, up to the head that the next bulletin prints.

    That is the first close after the act; where there is none yet, the newest act.
    """
    acts = METADATA.tables["act"]
    later = (acts.c.compound == compound) & (acts.c.seq > seq)
    through = session.execute(select(func.min(acts.c.seq)).where(later, acts.c.kind == "close")).scalar()
    query = select(acts.c.seq, acts.c.public_hash, acts.c.sealed_hash, acts.c.hash).where(later)
    if through is not None:
        query = query.where(acts.c.seq <= through)
    rows = session.execute(query.order_by(acts.c.seq)).all()
    after: list[Json] = [[row.public_hash, row.sealed_hash] for row in rows]
    last = rows[-1] if rows else None
    return {"after": after, "head": {"seq": last.seq, "hash": last.hash} if last is not None else None}


def owned_lines(session: Session, compound: str, unit: str) -> list[Owned]:
    """Return every line of the books that carries a unit, oldest first."""
    table = METADATA.tables["posting"]
    query = (
        select(table.c.seq, table.c.line, table.c.account, table.c.amount_minor, table.c.period)
        .where(table.c.compound == compound, table.c.unit == unit)
        .order_by(table.c.seq, table.c.line)
    )
    return [Owned(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Owned:
    """One private line: what it is called in a request for its proof, and what it says."""

    seq: int
    line: int
    account: str
    amount_minor: int
    period: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows, as it says it."""

    account: str
    amount: str
    unit: str
    voucher: str
    seq: int


def proven(proof: Mapping[str, Any]) -> Proven:
    """Return what the proof is about."""
    part, line = proof["public"]["part"], proof["line"]
    voucher = str(part.get("voucher", ""))
    return Proven(proof["account"], line["amount"], line["unit"], voucher, proof["record"]["seq"])


def read_proof(content: bytes) -> dict[str, Any]:
    """Return a proof as it was read, of the one format and version that this program knows.

    Raises:
        ValueError: it is no proof, or has names that a proof does not have.
    """
    proof = read_json(content)
    if not isinstance(proof, dict) or set(proof) != _NAMES or set(proof["record"]) != RECORD:
        raise ValueError(FORMAT)
    numbers = (proof["version"], proof["record"]["v"], proof["record"]["seq"])
    if proof["format"] != FORMAT or any(type(one) is not int for one in numbers):
        raise ValueError(FORMAT)
    if numbers[:2] != (VERSION, SEAL_VERSION) or numbers[2] < 1:
        raise ValueError(FORMAT)
    return proof


def chain_of_proof(proof: Mapping[str, Any], archive: Archive | None = None) -> Chain:
    """Return the piece of the chain that a proof brings along: its act, and every act after it up to a head.

    An export that holds the act makes the piece longer. What came before the act is no part of it: a proof that was
    made up can hang behind any head.
    """
    record = proof["record"]
    compound, first, newest = record["compound"], record["seq"], record["hash"]
    hashes = {first: newest}
    for seq, (public, sealed) in enumerate(proof["after"], first + 1):
        newest = hashes[seq] = link(compound, seq, newest, public, sealed)
    if archive is not None:
        hashes |= {line["seq"]: line["hash"] for line in archive.journal if line["seq"] >= first}
    return Chain(compound, hashes, max(hashes), is_piece=True)


def check_proof(proof: Mapping[str, Any], name: str, archive: Archive | None = None) -> Iterator[Finding]:
    """Follow a proof from the private line up to the act's hash, and if an export is given, into its chain."""
    public, record = proof["public"], proof["record"]
    yield from _check_line(proof, name)
    if seal_public(public["salt"], public["part"]) != record["public"]:
        yield found("public_changed", name)
    for fund in unbalanced(public["part"]):
        yield found("unbalanced", name, fund)
    expected = link(record["compound"], record["seq"], record["prev"], record["public"], record["sealed"])
    if expected != record["hash"]:
        yield found("hash_wrong", name)
    head = proof["head"]
    chain = chain_of_proof(proof)
    if head is not None and (chain.length, chain.hashes[chain.length]) != (head["seq"], head["hash"]):
        yield found("hash_wrong", name, f"#{head['seq']}")
    if archive is not None:
        held = {line["seq"]: line["hash"] for line in archive.journal}
        if archive.compound != record["compound"] or record["seq"] not in held:
            yield found("past_rewritten", name, f"#{record['seq']}")
        yield from (
            found("past_rewritten", name, f"#{seq}")
            for seq, hashed in chain.hashes.items()
            if held.get(seq, hashed) != hashed
        )


def _check_line(proof: Mapping[str, Any], name: str) -> Iterator[Finding]:
    """Follow the private line to the root of a public line of its account.

    That the leaves add up to the public line a proof cannot show; only where there is a single one.
    """
    lines = [
        one
        for one in proof["public"]["part"]["lines"]
        if one["account"] == proof["account"] and one["leaves_root"]
    ]
    mine = leaf(proof["line"])
    root = merkle_root_of(mine, [(side, sibling) for side, sibling in proof["path"]])
    amounts = {parse_amount(one["amount"]) for one in lines if one["leaves_root"] == root}
    amount = parse_amount(proof["line"]["amount"])
    if not lines:
        yield found("proof_line_missing", name, proof["account"])
    elif not amounts or (root == mine and amounts != {amount}):
        yield found("proof_wrong", name)
