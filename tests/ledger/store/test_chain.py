"""The chain, computed again: from the table columns by the ledger's own code, and by a second hand from the design."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest

from ledger.rules.seal import genesis
from ledger.store.records import seal_act
from ledger.store.session import Database
from ledger.store.tables import METADATA
from tests.books.sample import play
from tests.conftest import Books, once
from tests.ledger.store.rereading import Facts, Row, read_chain

HASHES = ("public_hash", "sealed_hash", "hash")


@pytest.fixture(scope="module")
def lived_in(town: Database) -> Books:
    """Give a house that has played all scenes."""
    return play(Books(town, once("chained"), date(2026, 1, 5)).open())


@pytest.fixture(scope="module")
def chain(lived_in: Books) -> list[tuple[Row, Facts]]:
    """Give every act with the rows of every fact that it appended, as they stand in the tables."""
    with lived_in.database.reading() as session:
        return read_chain(session, lived_in.compound)


def test_every_link_follows_from_the_columns_of_its_act_and_facts(chain: list[tuple[Row, Facts]]) -> None:
    for act, facts in chain:
        sealed = seal_act(act, facts, METADATA.tables)
        assert sealed == {name: act[name] for name in HASHES}, act["kind"]


def test_every_act_names_the_one_before(lived_in: Books, chain: list[tuple[Row, Facts]]) -> None:
    links = [genesis(lived_in.compound), *(act["hash"] for act, _ in chain)]
    assert [act["prev"] for act, _ in chain] == links[:-1]
    assert [act["seq"] for act, _ in chain] == list(range(1, len(chain) + 1))


def test_the_sample_has_every_kind_of_fact_of_the_main_job(chain: list[tuple[Row, Facts]]) -> None:
    seen = {name for _, facts in chain for name in facts}
    main = {
        "account", "bank_account", "charge", "closing_balance", "compound", "debtor", "disbursement",
        "disbursement_line", "disbursement_step", "entry", "period_close", "posting", "receipt", "remuneration_rule",
        "settlement", "tariff", "tenure", "unit", "unit_area",
    }  # fmt: skip
    assert main - seen == set()


def test_no_column_of_a_fact_can_change_unseen(chain: list[tuple[Row, Facts]]) -> None:
    for act, facts in chain:
        for name, rows in facts.items():
            for column in METADATA.tables[name].columns:
                if column.name in {"compound", "seq"}:
                    continue  # part of the link itself
                changed = dict(rows[0])
                changed[column.name] = _other(changed[column.name], column.type.python_type)
                forged = {**facts, name: [changed, *rows[1:]]}
                assert seal_act(act, forged, METADATA.tables)["hash"] != act["hash"], (name, column.name)


def test_no_fact_can_be_added_or_left_out_unseen(chain: list[tuple[Row, Facts]]) -> None:
    for act, facts in chain:
        for name, rows in facts.items():
            if name in {"entry", "posting"} and len(rows) < 2:
                continue
            shorter = {**facts, name: rows[1:]}
            assert seal_act(act, shorter, METADATA.tables)["hash"] != act["hash"], name


def test_no_column_of_an_act_can_change_unseen(chain: list[tuple[Row, Facts]]) -> None:
    act, facts = chain[-1]
    for column in METADATA.tables["act"].columns:
        if column.name in HASHES:
            continue
        changed = {**act, column.name: _other(act[column.name], column.type.python_type)}
        assert seal_act(changed, facts, METADATA.tables)["hash"] != act["hash"], column.name


def _other(value: object, kind: type) -> object:
    if kind is date:
        return date(1999, 1, 1)
    if kind is int:
        return 0 if value is None else int(str(value)) + 1
    text = str(value or "")
    is_hex = len(text) in {32, 64} and all(char in "0123456789abcdef" for char in text)
    return ("f" if text[0] != "f" else "0") + text[1:] if is_hex else text + "x"


# A second hand: what follows is written from section 6 of the design alone, with json and hashlib.


def jcs(value: object) -> bytes:
    """Return RFC 8785 for what the books hold: no float, and keys whose order by code unit is that by code point."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def yuan(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def root(leaves: list[bytes]) -> bytes:
    """Return the Merkle root: leaves ascending, pairs hashed, an odd one carried up."""
    level = sorted(leaves)
    while len(level) > 1:
        above = []
        for place in range(0, len(level), 2):
            pair = level[place : place + 2]
            above.append(sha(b"\x01", *pair) if len(pair) == 2 else pair[0])
        level = above
    return level[0]


def lines(postings: list[Row]) -> list[Row]:
    """Return the public lines of an entry."""
    public = [
        {
            "account": row["account"],
            "amount": yuan(row["amount_minor"]),
            "fund": row["fund"],
            "leaves_root": None,
        }
        for row in postings
        if row["unit"] is None
    ]
    for account in sorted({row["account"] for row in postings if row["unit"] is not None}):
        own = [row for row in postings if row["unit"] is not None and row["account"] == account]
        leaves = []
        for row in own:
            private = {name: row[name] for name in ("unit", "debtor", "charge", "period", "salt")}
            private = {name: value for name, value in private.items() if value is not None}
            leaves.append(sha(b"\x00", jcs(private | {"amount": yuan(row["amount_minor"])})))
        total = yuan(sum(row["amount_minor"] for row in own))
        public.append(
            {"account": account, "amount": total, "fund": own[0]["fund"], "leaves_root": root(leaves).hex()}
        )
    return public


def record(name: str, row: Row) -> Row:
    """Return one fact as it is sealed."""
    shown = {}
    for column, value in row.items():
        if value is None or column in {"compound", "seq"}:
            continue
        is_money = METADATA.tables[name].c[column].info.get("money")
        shown[column] = yuan(value) if is_money else value.isoformat() if isinstance(value, date) else value
    return shown


@pytest.mark.parametrize(
    "kind",
    [
        "compound_opened",
        "units_imported",
        "opening",
        "bill",
        "receipt",
        "reversal",
        "close",
        "disbursement_paid",
    ],
)
def test_a_stranger_computes_the_same_link_from_the_design(chain: list[tuple[Row, Facts]], kind: str) -> None:
    act, facts = next((act, facts) for act, facts in reversed(chain) if act["kind"] == kind)
    postings = sorted(facts.get("posting", []), key=lambda row: int(row["line"]))
    public: Row = {
        "kind": kind,
        "effective_on": act["effective_on"].isoformat(),
        "recorded_on": act["recorded_on"].isoformat(),
        "lines": lines(postings),
    }
    for entry in facts.get("entry", []):
        public["voucher"] = f"记-{entry['month']}-{entry['voucher_no']:04d}"
        for name in ("narration", "counterparty", "authority", "reverses", "corrects"):
            if entry[name] is not None:
                public[name] = entry[name]
    sealed: Row = {
        name: act[name]
        for name in ("recorded_at", "user_id", "role", "body", "source_id")
        if act[name] is not None
    }
    sealed["facts"] = {
        name: [record(name, row) for row in sorted(rows, key=lambda row: _key(name, row))]
        for name, rows in facts.items()
    }
    p = sha(b"\x03", bytes.fromhex(act["public_salt"]), jcs(public)).hex()
    s = sha(b"\x04", bytes.fromhex(act["sealed_salt"]), jcs(sealed)).hex()
    link = {
        "v": 1,
        "compound": act["compound"],
        "seq": act["seq"],
        "prev": act["prev"],
        "public": p,
        "sealed": s,
    }
    assert (p, s) == (act["public_hash"], act["sealed_hash"])
    assert sha(jcs(link)).hex() == act["hash"]


def _key(name: str, row: Row) -> list[Any]:
    return [row[column.name] for column in METADATA.tables[name].primary_key.columns]


def test_every_private_line_has_a_salt_of_its_own(chain: list[tuple[Row, Facts]]) -> None:
    salts = [act[name] for act, _ in chain for name in ("public_salt", "sealed_salt")]
    for _, facts in chain:
        for row in facts.get("posting", []):
            assert (row["salt"] is not None) == (row["unit"] is not None)
            salts += [row["salt"]] if row["salt"] else []
    assert len(set(salts)) == len(salts)
    assert {len(bytes.fromhex(salt)) for salt in salts} == {16}
