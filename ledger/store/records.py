"""An act as it is hashed: its public part and its sealed part, rebuilt from table columns and nothing else.

A column that is null is left out, so that a column or a table added later changes no hash of the past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table

from ledger.rules.money import CURRENCY, format_amount
from ledger.rules.seal import Json, leaf, link, merkle_root, record, seal_public, seal_sealed

Row = Mapping[str, Any]
_OF_THE_LINK = frozenset({"compound", "seq"})


def fact_record(table: Table, row: Row) -> dict[str, Json]:
    """Return one fact as JSON: dates in ISO form, money as decimal strings, everything else as it is."""
    record: dict[str, Json] = {}
    for column in table.columns:
        value = row.get(column.name)
        if value is None or column.name in _OF_THE_LINK:
            continue
        if column.info.get("money"):
            record[column.name] = format_amount(value)
        elif isinstance(value, date):
            record[column.name] = value.isoformat()
        else:
            record[column.name] = value
    return record


def private_line(posting: Row) -> dict[str, Json]:
    """Return the private line of a posting that carries a unit, with its salt."""
    line: dict[str, Json] = {"amount": format_amount(posting["amount_minor"])}
    for name in ("unit", "debtor", "charge", "period", "salt"):
        if posting.get(name) is not None:
            line[name] = posting[name]
    return line


def public_lines(postings: Iterable[Row]) -> list[Json]:
    """Return what of an entry counts in the totals: account, fund, amount, and the root over its private lines.

    Postings of one account that carry a unit become one line; the others stand as they are, in their order.
    """
    lines: list[Json] = []
    private: dict[str, list[Row]] = {}
    for posting in postings:
        if posting.get("unit") is not None:
            private.setdefault(posting["account"], []).append(posting)
        else:
            lines.append(_open_line(posting))
    for account in sorted(private):
        rows = private[account]
        root = merkle_root([leaf(private_line(row)) for row in rows])
        lines.append(_public_line(account, rows[0]["fund"], sum(row["amount_minor"] for row in rows), root))
    return lines


def _open_line(posting: Row) -> dict[str, Json]:
    """Return the public line of a posting without a unit; its contract is public, where it has one.

    A commodity that is not money, such as points, is named.
    """
    line = _public_line(posting["account"], posting["fund"], posting["amount_minor"], None)
    if posting.get("currency", CURRENCY) != CURRENCY:
        line["currency"] = posting["currency"]
    if posting.get("contract"):
        line["contract"] = posting["contract"]
    return line


def _public_line(account: str, fund: str, amount_minor: int, root: str | None) -> dict[str, Json]:
    return {"account": account, "amount": format_amount(amount_minor), "fund": fund, "leaves_root": root}


def voucher(month: str, number: int) -> str:
    """Return the printed voucher number, such as ``记-2026-01-0007``."""
    return f"记-{month}-{number:04d}"


def record_of(act: Row) -> dict[str, Json]:
    """Return the record of a stored act with its hash, as an export and a proof carry it."""
    parts = (act["public_hash"], act["sealed_hash"])
    return {**record(act["compound"], act["seq"], act["prev"], *parts), "hash": act["hash"]}


def public_part(act: Row, facts: Mapping[str, Sequence[Row]]) -> dict[str, Json]:
    """Return the public part of an act (design section 6)."""
    entry = next(iter(facts.get("entry", ())), None)
    postings = sorted(facts.get("posting", ()), key=lambda row: int(row["line"]))
    part: dict[str, Json] = {
        "kind": act["kind"],
        "effective_on": act["effective_on"].isoformat(),
        "recorded_on": act["recorded_on"].isoformat(),
        "lines": public_lines(postings),
    }
    shown = sorted(
        row["published_sha256"] for row in facts.get("voucher", ()) if row.get("published_sha256") is not None
    )
    if shown:
        part["vouchers"] = shown
    gone = [
        row["published_sha256"] for row in facts.get("erasure", ()) if row.get("published_sha256") is not None
    ]
    if gone:
        part["erased"] = gone
    for row in facts.get("bulletin", ()):
        part |= _published(row)
    if entry is not None:
        part["voucher"] = voucher(entry["month"], entry["voucher_no"])
        for name in ("narration", "counterparty", "authority", "reverses", "corrects"):
            if entry.get(name) is not None:
                part[name] = entry[name]
    return part


def _published(bulletin: Row) -> dict[str, Json]:
    """Return what a publication commits to before everybody; one from before there was such a thing, nothing."""
    if bulletin.get("opened") is None:
        return {}
    return {
        "bulletin": {name: bulletin[name] for name in ("month", "sha256", "version")},
        "books": {"en": bulletin["book_en"], "zh": bulletin["book_zh"]},
        "opened": {"acts": bulletin["opened"], "after": bulletin["opened_after"]},
    }


def sealed_part(act: Row, facts: Mapping[str, Sequence[Row]], tables: Mapping[str, Table]) -> dict[str, Json]:
    """Return the sealed part: who and when exactly, and the rows of every fact that the act appended.

    Facts stand under their table's name, in the order of their primary key.
    """
    rows: dict[str, Json] = {}
    for name in sorted(facts):
        if facts[name]:
            keys = [column.name for column in tables[name].primary_key.columns]
            ordered = sorted(facts[name], key=lambda row: [row[one] for one in keys])
            rows[str(name)] = [
                fact_record(tables[name], row) for row in ordered
            ]  # a table's name is more than text
    part: dict[str, Json] = {"facts": rows}
    for name in ("recorded_at", "user_id", "role", "body", "source_id"):
        if act.get(name) is not None:
            part[name] = act[name]
    return part


def seal_act(act: Row, facts: Mapping[str, Sequence[Row]], tables: Mapping[str, Table]) -> dict[str, str]:
    """Return ``public_hash``, ``sealed_hash`` and ``hash`` of an act from its columns and its facts' columns."""
    public = seal_public(act["public_salt"], public_part(act, facts))
    sealed = seal_sealed(act["sealed_salt"], sealed_part(act, facts, tables))
    return {
        "public_hash": public,
        "sealed_hash": sealed,
        "hash": link(act["compound"], act["seq"], act["prev"], public, sealed),
    }
