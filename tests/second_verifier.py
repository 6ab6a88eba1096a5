"""A second verifier, written from docs/chain.md alone: nothing of ours is imported, only Python's own library.

    python tests/second_verifier.py export.zip|proof.json [NUMBER:HASH]

It prints what is wrong and exits 1, or prints the head and exits 0. A proof that is compared with no head is not sound:
anybody can make one up.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Read = tuple[str, dict[int, str], list[str]]
Line = dict[str, Any]
Facts = dict[str, list[dict[str, Any]]]
RECORD = {"v", "compound", "seq", "prev", "public", "sealed", "hash"}


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, integers, booleans, null, lists and objects."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (text if max(text) <= "\uffff" else by_utf16(value)).encode()


def by_utf16(value: Any) -> str:
    """Names are sorted by UTF-16: that is another order than Python's where there are characters beyond U+FFFF."""
    if isinstance(value, list):
        return "[" + ",".join(by_utf16(one) for one in value) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(by_utf16(name) + ":" + by_utf16(value[name]) for name in names) + "}"
    return json.dumps(value, ensure_ascii=False)


def read_json(text: bytes) -> Any:
    return json.loads(text, parse_float=no_fraction, parse_constant=no_fraction)


def no_fraction(said: str) -> None:
    raise ValueError(said)


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
    files = unpacked(path)
    manifest = read_json(files.pop("manifest.json"))
    for name in sorted({*files, *manifest["files"]}):
        if name not in files or manifest["files"].get(name) != sha(b"", files[name]):
            faults.append(f"file {name}")
        if name.startswith("vouchers/") and name in files and sha(b"", files[name]) != name[9:]:
            faults.append(f"voucher {name}")
    compound, hashes, state = manifest["compound"], dict[int, str](), {"closed": ""}
    full = manifest["audience"] == "full"
    previous, expected = genesis(compound), 1
    lines = read_lines(files["journal.jsonl"])
    for line in lines:
        seq = line["seq"]
        if not has_its_names(line):
            faults.append(f"names #{seq}")
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
    faults += check_kept(lines, files, is_full=full)
    if full:
        faults += check_audit(compound, lines, files)
        faults += [*check_numbers(lines), *check_closings(lines), *check_reversals(lines)]
        faults += [*check_settlements(lines), *check_registers(lines, files)]
    else:
        faults += check_committed(lines, files, with_books="journal_only" not in manifest)
    return compound, hashes, faults


def unpacked(path: Path) -> dict[str, bytes]:
    """Read a zip of which there is one way to read it: its directory ends where its end begins, and nothing follows."""
    content = path.read_bytes()
    mark, count, size, begin, comment = struct.unpack_from("<4s6xHIIH", content, len(content) - 22)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        is_one = (mark, count, comment) == (b"PK\5\6", len(names), 0) and len(set(names)) == count
        if not is_one or content[:2] != b"PK" or begin + size != len(content) - 22:
            raise ValueError("two readers would see two files")
        return {name: archive.read(name) for name in names}


def read_lines(content: bytes) -> list[Line]:
    """Read JSON Lines, each in the one way to write it."""
    lines = [read_json(text) for text in content.split(b"\n")[:-1]]
    if b"".join(canonical(one) + b"\n" for one in lines) != content:
        raise ValueError("not written as RFC 8785 has it")
    return lines


def has_its_names(line: Line) -> bool:
    opened = line.get("opened", {})
    return (
        RECORD <= set(line) <= RECORD | {"opened"}
        and set(opened) <= {"public", "sealed"}
        and all(set(one) == {"part", "salt"} for one in opened.values())
    )


def facts_of(line: Line) -> Facts:
    return line.get("opened", {}).get("sealed", {"part": {"facts": {}}})["part"]["facts"]


def each(lines: list[Line], table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for line in lines:
        yield from ((line["seq"], row) for row in facts_of(line).get(table, []))


def check_audit(compound: str, lines: list[Line], files: dict[str, bytes]) -> Iterator[str]:
    """Follow the audit trail; lay it beside the closes that recorded it and the acts that it must tell of."""
    hashes, told, prev, before = dict[int, str](), dict[int, str](), sha(b"\x08", compound.encode()), 0
    for number, record in enumerate(read_lines(files.get("audit.jsonl", b"")), 1):
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
    for line in lines:
        acts[line["seq"]] = line["hash"]
        facts = facts_of(line)
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
    if "sealed" in opened and public_of(part, opened["sealed"]["part"]["facts"]) != part:
        yield "parts"


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


def public_of(part: Line, facts: Facts) -> Line:
    """Build the public part again; its kind and its two days are those of the act, which the facts do not repeat."""
    again: Line = {name: part[name] for name in ("kind", "effective_on", "recorded_on")}
    again["lines"] = public_lines(facts.get("posting", []))
    published = "published_sha256"
    for name, table in (("vouchers", "voucher"), ("erased", "erasure")):
        hashes = sorted(row[published] for row in facts.get(table, []) if published in row)
        again |= {name: hashes} if hashes else {}
    for row in facts.get("bulletin", []):
        if "opened" in row:
            again["bulletin"] = {name: row[name] for name in ("month", "sha256", "version")}
            again["books"] = {"en": row["book_en"], "zh": row["book_zh"]}
            again["opened"] = {"acts": row["opened"], "after": row["opened_after"]}
    for row in facts.get("entry", []):
        again["voucher"] = f"记-{row['month']}-{row['voucher_no']:04d}"
        names = ("narration", "counterparty", "authority", "reverses", "corrects")
        again |= {name: row[name] for name in names if name in row}
    return again


def public_lines(postings: list[dict[str, Any]]) -> list[Line]:
    found: list[Line] = []
    private: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(postings, key=lambda one: int(one["line"])):
        if "unit" in row:
            private.setdefault(row["account"], []).append(row)
            continue
        line = {"account": row["account"], "fund": row["fund"], "amount": row["amount_minor"]}
        line |= {"currency": row["currency"]} if row["currency"] != "CNY" else {}
        line |= {"contract": row["contract"]} if "contract" in row else {}
        found.append({**line, "leaves_root": None})
    for account, rows in sorted(private.items()):
        names = ("unit", "debtor", "charge", "period", "salt")
        leaves = [
            {"amount": row["amount_minor"]} | {one: row[one] for one in names if one in row} for row in rows
        ]
        total = yuan(sum(fen(row["amount_minor"]) for row in rows))
        line = {"account": account, "fund": rows[0]["fund"], "amount": total}
        found.append({**line, "leaves_root": root([leaf(one) for one in leaves])})
    return found


def yuan(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def check_numbers(lines: list[Line]) -> Iterator[str]:
    """Count vouchers by month and receipts."""
    count: Counter[str] = Counter()
    for seq, row in each(lines, "entry"):
        count[row["month"]] += 1
        if row["voucher_no"] != count[row["month"]]:
            yield f"voucher gap #{seq}"
    for number, (seq, row) in enumerate(each(lines, "receipt"), 1):
        if row["number"] != number:
            yield f"receipt gap #{seq}"


def check_closings(lines: list[Line]) -> Iterator[str]:
    """Add up the postings of all months up to the one that closes."""
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        facts = facts_of(line)
        for row in facts.get("posting", []):
            months[facts["entry"][0]["month"]][row["account"]] += fen(row["amount_minor"])
        for close in facts.get("period_close", []):
            sums: Counter[str] = Counter()
            for month, sum_ in months.items():
                sums.update(sum_ if month <= close["month"] else {})
            said = {row["account"]: fen(row["amount_minor"]) for row in facts.get("closing_balance", [])}
            if {one: minor for one, minor in said.items() if minor} != {
                one: minor for one, minor in sums.items() if minor
            }:
                yield f"closing #{line['seq']}"


def check_reversals(lines: list[Line]) -> Iterator[str]:
    entries: dict[int, Counter[Any]] = {}
    names = ("account", "unit", "debtor", "item", "charge", "period")
    for line in lines:
        facts, seq = facts_of(line), line["seq"]
        rows = facts.get("posting", [])
        entries[seq] = Counter((*(row.get(one) for one in names), fen(row["amount_minor"])) for row in rows)
        for row in facts.get("entry", []):
            before = entries.get(row.get("reverses", 0), Counter())
            if (
                "reverses" in row
                and Counter((*one[:-1], -one[-1]) for one in before.elements()) != entries[seq]
            ):
                yield f"reversal #{seq}"


def check_settlements(lines: list[Line]) -> Iterator[str]:
    """Compare what was taken off charges with the charges, and receipts with what they settled."""
    charged: Counter[Any] = Counter()
    gone: Counter[Any] = Counter()
    spent: Counter[Any] = Counter()
    for seq, row in each(lines, "charge"):
        of = (row["corrects_seq"], row["corrects_line"]) if "corrects_seq" in row else (seq, row["line"])
        charged[of] += fen(row["amount_minor"])
    for _, row in each(lines, "settlement"):
        gone[row["charge_seq"], row["charge_line"]] += fen(row["amount_minor"])
        if "receipt" in row:
            spent[row["receipt"]] += fen(row["amount_minor"])
    for _, row in each(lines, "relief"):
        if row["kind"] != "dispute":
            gone[row["charge_seq"], row["charge_line"]] += fen(row["amount_minor"])
    brought = {row["number"]: fen(row["amount_minor"]) for _, row in each(lines, "receipt")}
    yield from (f"charge {of}" for of in {*charged, *gone} if not 0 <= gone[of] <= charged[of])
    yield from (f"receipt {one}" for one, minor in spent.items() if not 0 <= minor <= brought.get(one, 0))


def check_kept(lines: list[Line], files: dict[str, bytes], *, is_full: bool) -> Iterator[str]:
    """Look for the bulletins that were published and, where erasures are told, for the vouchers."""
    published = bulletins_of(lines)
    there = {name: sha(b"", content) for name, content in files.items() if name.startswith("bulletins/")}
    if is_full and there.keys() - published.keys():
        yield "a bulletin that nobody published"
    yield from (f"bulletin {name}" for name, hashed in published.items() if there.get(name) != hashed)
    erased = {row["sha256"] for _, row in each(lines, "erasure") if "sha256" in row}
    erased |= {row["published_sha256"] for _, row in each(lines, "erasure") if "published_sha256" in row}
    for seq, row in each(lines, "voucher"):
        wanted = {row["sha256"], row.get("published_sha256", row["sha256"])}
        if any(f"vouchers/{one}" not in files for one in wanted - erased):
            yield f"voucher of #{seq}"


def check_committed(lines: list[Line], files: dict[str, bytes], *, with_books: bool) -> Iterator[str]:
    """Compare a public export with what its publications committed to: bulletins, months of the books, openings."""
    parts = [(line["seq"], line.get("opened", {}).get("public", {"part": {}})["part"]) for line in lines]
    published = [(seq, part) for seq, part in parts if part.get("kind") == "publish"]
    yield from check_openings(lines, published)
    if any(name == "audit.jsonl" or name.startswith("registers/") for name in files):
        yield "not public"
    older = sum("bulletin" not in part for _, part in published)
    if sum(name.startswith("bulletins/") for name in files) != older + len(bulletins_of(lines)):
        yield "bulletins"
    books = {part["bulletin"]["month"]: part["books"] for _, part in published if "bulletin" in part}
    for month, hashes in books.items() if with_books else ():
        for language, hashed in hashes.items():
            if sha(b"", files.get(f"books/{language}/{month[:4]}/{month}.beancount", b"")) != hashed:
                yield f"book {language} {month}"


def check_openings(lines: list[Line], published: list[tuple[int, Line]]) -> Iterator[str]:
    """Look for every act that a publication says everybody may read; and for what only some may."""
    wanted, before = set[int](), 0
    for seq, part in published:
        if "opened" in part and part["opened"]["after"] != before:
            yield f"openings #{seq}"
        for run in part.get("opened", {"acts": ""})["acts"].split():
            first, _, last = run.partition("-")
            wanted |= set(range(int(first), min(int(last or first) + 1, seq)))
        before = seq - 1
    for line in lines:
        if "sealed" in line.get("opened", {}):
            yield f"not public #{line['seq']}"
        if line["seq"] in wanted and "opened" not in line:
            yield f"withheld #{line['seq']}"


def bulletins_of(lines: list[Line]) -> dict[str, str]:
    """Give the SHA-256 of every bulletin that was published, by its file."""
    published = {}
    for line in lines:
        one = line.get("opened", {}).get("public", {"part": {}})["part"].get("bulletin")
        rows = [one] if one else facts_of(line).get("bulletin", [])
        published |= {f"bulletins/{row['month']}-v{row['version']}.pdf": row["sha256"] for row in rows}
    return published


def check_registers(lines: list[Line], files: dict[str, bytes]) -> Iterator[str]:
    """Compare remarks with the hashes in the facts, and debtors with the register."""
    if "registers/remark.jsonl" in files:
        kept = {one["seq"]: one for one in read_lines(files["registers/remark.jsonl"])}
        erased = {row["of_seq"] for _, row in each(lines, "erasure") if row["what"] == "remark"}
        for line in lines:
            rows = [row for table in facts_of(line).values() for row in table]
            hashes = {value for row in rows for name, value in row.items() if name.endswith("_hash")}
            one = kept.get(line["seq"])
            said = {sha(b"\x06", raw(one["salt"]) + one["words"].encode())} if one else set()
            if said != hashes and (one or line["seq"] not in erased):
                yield f"remark of #{line['seq']}"
    if "registers/person.jsonl" in files:
        known = {(one["unit"], one["debtor"]) for one in read_lines(files["registers/person.jsonl"])}
        for line in lines:
            if line["opened"]["public"]["part"]["kind"] == "units_imported":
                rows = facts_of(line).get("debtor", [])
                yield from (f"person {row}" for row in rows if (row["unit"], row["number"]) not in known)


def check_proof(proof: dict[str, Any]) -> Read:
    """Give (compound, {seq: hash}, faults)."""
    faults, record, part = [], proof["record"], proof["public"]["part"]
    if (proof["format"], proof["version"], record["v"]) != ("mingzhang-proof", 1, 1):
        faults.append("format")
    faults += check_public(part, {"closed": ""})
    at = leaf(proof["line"])
    for side, other in proof["path"]:
        at = node(other, at) if side == "left" else node(at, other)
    lines = [one for one in part["lines"] if (one["account"], one["leaves_root"]) == (proof["account"], at)]
    is_alone = not proof["path"]
    if not lines or (is_alone and fen(lines[0]["amount"]) != fen(proof["line"]["amount"])):
        faults.append("line")
    if seal(b"\x03", proof["public"]) != record["public"]:
        faults.append("public")
    compound, seq = record["compound"], record["seq"]
    newest = link(compound, seq, record["prev"], record["public"], record["sealed"])
    if newest != record["hash"]:
        faults.append("record")
    hashes = {seq: newest}  # what came before the act says nothing of it
    for public, sealed in proof["after"]:
        seq += 1
        newest = hashes[seq] = link(compound, seq, newest, public, sealed)
    if proof["head"] is not None and proof["head"] != {"seq": seq, "hash": newest}:
        faults.append("head")
    return compound, hashes, faults


def check(path: Path, paper: str | None = None) -> tuple[str, list[str]]:
    """Give the newest head and the faults of a file; ``paper`` is a head copied from a bulletin."""
    content = path.read_bytes()
    is_export = content[:2] == b"PK"
    _, hashes, faults = check_export(path) if is_export else check_proof(read_json(content))
    if paper is None and not is_export:
        faults.append("compared with no head")
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
