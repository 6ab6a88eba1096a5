"""The chain's arithmetic against vectors computed by hand-written SHA-256 over hand-written JSON."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.seal import (
    Json,
    canonical,
    genesis,
    leaf,
    link,
    merkle_root,
    node,
    seal_public,
    seal_sealed,
)

SALT = "00112233445566778899aabbccddeeff"


def sha(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_the_first_act_follows_the_compounds_code() -> None:
    assert genesis("guihuayuan") == sha(b"\x05guihuayuan")


def test_a_leaf_is_a_canonical_line_under_its_own_prefix() -> None:
    line: dict[str, Json] = {"unit": "B01-U1-0101", "amount": "-200.00", "debtor": 1}
    assert leaf(line) == sha(b"\x00", b'{"amount":"-200.00","debtor":1,"unit":"B01-U1-0101"}')


def test_the_two_parts_have_prefixes_and_salts_of_their_own() -> None:
    salt = bytes.fromhex(SALT)
    assert seal_public(SALT, {"b": 1, "a": None}) == sha(b"\x03", salt, b'{"a":null,"b":1}')
    assert seal_sealed(SALT, {"b": 1, "a": None}) == sha(b"\x04", salt, b'{"a":null,"b":1}')


def test_a_link_is_the_hash_of_six_members_in_order() -> None:
    public, sealed, prev = "aa" * 32, "bb" * 32, "cc" * 32
    text = f'{{"compound":"ghy","prev":"{prev}","public":"{public}","sealed":"{sealed}","seq":7,"v":1}}'
    assert link("ghy", 7, prev, public, sealed) == sha(text.encode())


def test_chinese_stays_as_it_is_and_quotes_are_escaped() -> None:
    assert canonical({"账": '说"好"\n', "a": True}) == '{"a":true,"账":"说\\"好\\"\\n"}'.encode()


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=6), inner
        )
    ),
    max_leaves=20,
)


@given(_VALUES)
def test_values_are_written_as_rfc_8785_writes_them(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, "\ud800", {"a": {1}}, date(2026, 1, 1)])
def test_what_rfc_8785_cannot_write_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


@pytest.mark.parametrize("count", range(6))
def test_odd_nodes_are_carried_up(count: int) -> None:
    a, b, c, d, e = sorted(sha(bytes([place])) for place in range(5))
    roots = {
        0: None,
        1: a,
        2: node(a, b),
        3: node(node(a, b), c),
        4: node(node(a, b), node(c, d)),
        5: node(node(node(a, b), node(c, d)), e),
    }
    assert merkle_root([a, b, c, d, e][:count]) == roots[count]


def test_a_node_hashes_bytes_left_then_right() -> None:
    left, right = "11" * 32, "22" * 32
    assert node(left, right) == sha(b"\x01", b"\x11" * 32, b"\x22" * 32)
    assert node(left, right) != node(right, left)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=20, unique=True), st.randoms())
def test_the_root_does_not_depend_on_the_order_of_the_leaves(leaves: list[bytes], chance: object) -> None:
    hexes = [one.hex() for one in leaves]
    shuffled = list(hexes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert merkle_root(shuffled) == merkle_root(hexes)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True))
def test_a_leaf_left_out_gives_another_root(leaves: list[bytes]) -> None:
    hexes = [one.hex() for one in leaves]
    assert merkle_root(hexes[1:]) != merkle_root(hexes)
