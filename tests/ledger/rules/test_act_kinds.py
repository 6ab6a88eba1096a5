"""Every act that posts an entry is known by its kind: one that is forgotten would be taken for a forged one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ledger.actions
from ledger.rules.act_kinds import entries_of
from ledger.rules.entry import Kind

_ACTIONS = Path(ledger.actions.__file__).parent


def recorded() -> Iterator[tuple[str, str]]:
    """Give file and kind of every act that the actions record with an entry; of made-up names how they begin."""
    for path in sorted(_ACTIONS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "record" or "entry" not in {one.arg for one in node.keywords}:
                continue
            for word in ast.walk(node.args[0]):
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield path.name, word.value


POSTING = sorted(set(recorded()))


@pytest.mark.parametrize(("file", "kind"), POSTING, ids=str)
def test_the_entry_of_every_act_is_known(file: str, kind: str) -> None:
    assert entries_of(kind), f"{file} records {kind}: say in ledger/rules/act_kinds.py what it may post"


def test_there_are_many_of_them_and_every_kind_of_entry_belongs_to_an_act() -> None:
    computed = {"waiver", "write_off", "points_issued", "points_redeemed"}
    kinds = {kind for _, kind in POSTING} | computed
    assert len(POSTING) > 40
    assert {entry for kind in kinds for entry in entries_of(kind)} == {str(one) for one in Kind}


@pytest.mark.parametrize(
    ("kind", "entry"), [("receipt", "waiver"), ("entry", "receipt"), ("note", "general")]
)
def test_an_act_posts_no_entry_of_another_kind(kind: str, entry: str) -> None:
    assert entry not in entries_of(kind)
