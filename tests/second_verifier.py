"""A second verifier, written from docs/chain.md alone: nothing of ours is imported, only Python's own library.

    python tests/second_verifier.py export.zip|proof.json [NUMBER:HASH]

It prints what is wrong and exits 1, or prints the head and exits 0.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Read = tuple[str, dict[int, str], list[str]]


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, integers, booleans, null, lists and objects."""
    if isinstance(value, float):
        raise TypeError("no fractions here")
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in value) + b"]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def sha(prefix: bytes, content: bytes) -> str:
    return hashlib.sha256(prefix + content).hexdigest()


def raw(written: str) -> bytes:
    if not re.fullmatch(r"([0-9a-f]{2})+", written):
        raise ValueError(written)
    return bytes.fromhex(written)


def genesis(compound: str) -> str:
    return sha(b"\x05", compound.encode())


def leaf(line: dict[str, Any]) -> str:
    return sha(b"\x00", canonical(line))


def node(left: str, right: str) -> str:
    return sha(b"\x01", raw(left + right))


def seal(prefix: bytes, opened: dict[str, Any]) -> str:
    return sha(prefix, raw(opened["salt"]) + canonical(opened["part"]))


def link(compound: str, seq: int, prev: str, public: str, sealed: str) -> str:
    record = {"v": 1, "compound": compound, "seq": seq, "prev": prev, "public": public, "sealed": sealed}
    return sha(b"", canonical(record))


def audit_hash(record: dict[str, Any]) -> str:
    return sha(b"\x07", canonical(record))


def root(leaves: list[str]) -> str | None:
    level = sorted(leaves)
    while len(level) > 1:
        pairs = [node(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0] if level else None


def fen(amount: str) -> int:
    if not re.fullmatch(r"-?\d+\.\d\d", amount):
        raise ValueError(amount)
    return int(amount.replace(".", ""))


def check_export(path: Path) -> Read:
    """Give (compound, {seq: hash}, faults)."""
    faults = []
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    for name in sorted({*files, *manifest["files"]}):
        if name not in files or manifest["files"].get(name) != sha(b"", files[name]):
            faults.append(f"file {name}")
        if name.startswith("vouchers/") and name in files and sha(b"", files[name]) != name[9:]:
            faults.append(f"voucher {name}")
    compound, hashes, state = manifest["compound"], dict[int, str](), {"closed": ""}
    full = manifest["audience"] == "full"
    previous, expected = genesis(compound), 1
    for text in files["journal.jsonl"].splitlines():
        line = json.loads(text)
        seq = line["seq"]
        whole = link(compound, seq, line["prev"], line["public"], line["sealed"])
        if [line[one] for one in ("v", "compound", "seq", "prev", "hash")] != [
            1,
            compound,
            expected,
            previous,
            whole,
        ]:
            faults.append(f"chain #{seq}")
        hashes[seq] = previous = line["hash"]
        expected = seq + 1
        faults += [f"{what} #{seq}" for what in check_parts(line, state, is_full=full)]
    if manifest["head"] != {"seq": expected - 1, "hash": previous}:
        faults.append("head")
    if full:
        faults += check_audit(compound, files)
    return compound, hashes, faults


def check_audit(compound: str, files: dict[str, bytes]) -> Iterator[str]:
    """Follow the audit trail; lay it beside the closes that recorded it and the acts that it must tell of."""
    hashes, told, prev, before = dict[int, str](), dict[int, str](), sha(b"\x08", compound.encode()), 0
    for number, text in enumerate(files.get("audit.jsonl", b"").splitlines(), 1):
        record = json.loads(text)
        hashed = record.pop("hash")
        said = [record[one] for one in ("v", "compound", "number", "prev")]
        if said != [1, compound, number, prev] or audit_hash(record) != hashed:
            yield f"audit {number}"
        prev = hashes[number] = hashed
        if record["what"] == "trail_begun" and number == 1:
            before = record["about"]["seq"]
        elif record["what"] in ("act_recorded", "override_used"):
            told[record["about"]["seq"]] = record["about"]["hash"]
        elif record["what"] == "acts_dropped":
            told = {seq: one for seq, one in told.items() if seq <= record["about"]["seq"]}
    acts = dict[int, str]()
    for text in files["journal.jsonl"].splitlines():
        line = json.loads(text)
        acts[line["seq"]] = line["hash"]
        facts = line["opened"]["sealed"]["part"]["facts"]
        for row in facts.get("period_close", []):
            if "audit_number" in row and hashes.get(row["audit_number"]) != row["audit_head"]:
                yield f"audit at the close of {row['month']}"
        must_be_told = "entry" not in facts or is_override(facts)
        if line["seq"] > before and must_be_told and line["seq"] not in told:
            yield f"audit lacks #{line['seq']}"
    yield from (f"audit tells another #{seq}" for seq in told if acts.get(seq) != told[seq])


def is_override(facts: dict[str, list[dict[str, Any]]]) -> bool:
    paid = facts.get("entry", []) + facts.get("disbursement", [])
    is_emergency = any(row.get("authority") == "emergency" for row in paid)
    return is_emergency or any("exception" in row for row in facts.get("fund_move", []))


def check_parts(line: dict[str, Any], state: dict[str, str], *, is_full: bool) -> Iterator[str]:
    opened = line.get("opened", {})
    for side, prefix in (("public", b"\x03"), ("sealed", b"\x04")):
        if side in opened and seal(prefix, opened[side]) != line[side]:
            yield side
        elif side not in opened and is_full:
            yield f"{side} is not opened"
    if "public" not in opened:
        return
    part = opened["public"]["part"]
    yield from check_public(part, state)
    if "sealed" in opened:
        yield from check_leaves(part, opened["sealed"]["part"]["facts"].get("posting", []))


def check_public(part: dict[str, Any], state: dict[str, str]) -> Iterator[str]:
    sums: dict[tuple[str, str], int] = {}
    for one in part["lines"]:
        key = one["fund"], one.get("currency", "CNY")
        sums[key] = sums.get(key, 0) + fen(one["amount"])
    if any(sums.values()):
        yield "unbalanced"
    month = part["effective_on"][:7]
    if part["kind"] == "close":
        if month <= state["closed"]:
            yield "close"
        state["closed"] = max(state["closed"], month)
    elif "voucher" in part and month <= state["closed"]:
        yield "period"


def check_leaves(part: dict[str, Any], postings: list[dict[str, Any]]) -> Iterator[str]:
    private: dict[str, list[dict[str, Any]]] = {}
    for row in postings:
        if "unit" in row:
            line = {name: row[name] for name in ("unit", "debtor", "charge", "period", "salt") if name in row}
            private.setdefault(row["account"], []).append({**line, "amount": row["amount_minor"]})
    said = {one["account"]: one for one in part["lines"] if one["leaves_root"] is not None}
    if set(said) != set(private):
        yield "leaves"
    for account in set(said) & set(private):
        lines = private[account]
        is_sum = sum(fen(one["amount"]) for one in lines) == fen(said[account]["amount"])
        if not is_sum or root([leaf(one) for one in lines]) != said[account]["leaves_root"]:
            yield f"leaves {account}"


def check_proof(proof: dict[str, Any]) -> Read:
    """Give (compound, {seq: hash}, faults)."""
    faults, record, part = [], proof["record"], proof["public"]["part"]
    at = leaf(proof["line"])
    for side, other in proof["path"]:
        at = node(other, at) if side == "left" else node(at, other)
    roots = [one["leaves_root"] for one in part["lines"] if one["account"] == proof["account"]]
    if at not in roots:
        faults.append("line")
    if seal(b"\x03", proof["public"]) != record["public"]:
        faults.append("public")
    compound, seq = record["compound"], record["seq"]
    newest = link(compound, seq, record["prev"], record["public"], record["sealed"])
    if newest != record["hash"]:
        faults.append("record")
    hashes = {seq - 1: record["prev"], seq: newest}
    for public, sealed in proof["after"]:
        seq += 1
        newest = hashes[seq] = link(compound, seq, newest, public, sealed)
    if proof["head"] is not None and proof["head"] != {"seq": seq, "hash": newest}:
        faults.append("head")
    return compound, hashes, faults


def check(path: Path, paper: str | None = None) -> tuple[str, list[str]]:
    """Give the newest head and the faults of a file; ``paper`` is a head copied from a bulletin."""
    content = path.read_bytes()
    _, hashes, faults = check_export(path) if content[:2] == b"PK" else check_proof(json.loads(content))
    if paper is not None:
        seq, _, begins = paper.partition(":")
        if not hashes.get(int(seq), "").startswith(begins.lower()):
            faults.append(f"paper {paper}")
    last = max(hashes, default=0)
    return f"{last}:{hashes.get(last, '')}", faults


if __name__ == "__main__":
    head, wrong = check(Path(sys.argv[1]), *sys.argv[2:3])
    sys.stdout.write(("\n".join(wrong) if wrong else head) + "\n")
    sys.exit(1 if wrong else 0)
