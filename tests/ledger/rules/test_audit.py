"""The audit trail's formulas: a line follows the one before, and says of acts what the journal says."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785

from ledger.rules.audit import (
    Override,
    What,
    first_prev,
    follow,
    line_hash,
    note_of_act,
    override_in,
)

ACT = {"kind": "tariff_set", "seq": 4, "hash": "ab" * 32}


def trail(*notes: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a sound trail."""
    lines: list[dict[str, Any]] = []
    for number, (what, about) in enumerate(notes, 1):
        record = {
            "v": 1,
            "compound": "guihuayuan",
            "number": number,
            "at": "2026-01-05T04:00:00Z",
            "user_id": "u-1",
            "role": "treasurer",
            "what": what,
            "about": about,
            "prev": lines[-1]["hash"] if lines else first_prev("guihuayuan"),
        }
        lines.append({**record, "hash": line_hash(record)})
    return lines


def told(seq: int, hashed: str) -> tuple[str, dict[str, Any]]:
    return "act_recorded", {"kind": "tariff_set", "seq": seq, "hash": hashed}


READ: tuple[str, dict[str, Any]] = ("personal_data_read", {"read": "arrears"})
BEGUN: tuple[str, dict[str, Any]] = ("trail_begun", {"seq": 2})


def test_a_line_is_hashed_as_the_page_says() -> None:
    line = trail(READ)[0]
    record = {name: value for name, value in line.items() if name != "hash"}
    assert line["prev"] == hashlib.sha256(b"\x08guihuayuan").hexdigest()
    assert line["hash"] == hashlib.sha256(b"\x07" + rfc8785.dumps(record)).hexdigest()


def test_a_sound_trail_is_followed_to_its_end() -> None:
    lines = trail(told(1, "aa"), READ, told(2, "bb"))
    found = follow("guihuayuan", lines)
    assert (found.broken, found.number, found.hash) == ([], 3, lines[-1]["hash"])
    assert found.told == {1: "aa", 2: "bb"}
    assert found.hashes[2] == lines[1]["hash"]


@pytest.mark.parametrize(
    "change",
    [
        {"number": 7},
        {"prev": "00" * 32},
        {"at": "2026-01-06T04:00:00Z"},
        {"user_id": "u-2"},
        {"about": {"read": "donors"}},
        {"about": 0.5j},
        {"hash": "00" * 32},
        {"compound": "meiguiyuan"},
        {"v": 2},
        {"more": 1},
    ],
)
def test_a_changed_line_breaks_the_trail_where_it_stands(change: dict[str, Any]) -> None:
    lines = trail(READ, READ, READ)
    lines[1] |= change
    assert 2 in follow("guihuayuan", lines).broken


@pytest.mark.parametrize("change", [{"more": 1}, {"role": ["x"]}, {"number": True}, {"what": None}])
def test_a_line_of_another_form_is_no_line_even_where_its_hash_fits(change: dict[str, Any]) -> None:
    (line,) = trail(READ)
    record = {name: value for name, value in (line | change).items() if name != "hash"}
    forged = {**record, "hash": line_hash(record)}
    assert follow("guihuayuan", [forged]).broken == [1]


def test_a_line_taken_out_or_put_in_breaks_the_trail() -> None:
    lines = trail(READ, READ, READ)
    assert follow("guihuayuan", [lines[0], lines[2]]).broken == [2]
    assert follow("guihuayuan", [lines[0], lines[0], *lines[1:]]).broken == [2, 3, 4]
    assert follow("meiguiyuan", lines).broken == [1, 2, 3]


def test_acts_that_the_trail_should_tell_of_are_named() -> None:
    found = follow("guihuayuan", trail(BEGUN, told(3, "cc"), told(5, "ee"), told(9, "ff")))
    acts = [(1, "aa", True), (3, "cc", True), (4, "dd", False), (5, "00", True), (6, "gg", True)]
    # 1: before there was a trail; 4: an entry; 5: told of another; 6: not told of; 9: there is none
    assert found.untold(acts) == [5, 6, 9]


@pytest.mark.parametrize(
    "notes",
    [
        [],
        [told(3, "cc")],
        [("acts_dropped", {"seq": 0})],
        [told(1, "aa"), told(2, "bb"), told(3, "cc"), ("acts_dropped", {"seq": 0}), told(3, "cc")],
        [READ, BEGUN, told(3, "cc")],
    ],
    ids=["emptied", "begun late", "all dropped", "dropped and still there", "said to have begun later"],
)
def test_a_trail_that_was_made_anew_with_less_in_it_is_found(notes: list[tuple[str, dict[str, Any]]]) -> None:
    found = follow("guihuayuan", trail(*notes))
    assert found.broken == []
    assert {1, 2} <= set(found.untold([(1, "aa", True), (2, "bb", True), (3, "cc", True)]))


def test_after_a_restore_the_acts_that_were_left_out_are_told_of_no_more() -> None:
    lines = trail(told(1, "aa"), told(2, "bb"), ("acts_dropped", {"seq": 1, "hash": "aa"}), told(2, "b2"))
    found = follow("guihuayuan", lines)
    assert found.told == {1: "aa", 2: "b2"}
    assert found.untold([(1, "aa", True), (2, "b2", True)]) == []


def test_every_act_without_an_entry_is_told_of_and_an_ordinary_entry_is_not() -> None:
    note = note_of_act(ACT, {"tariff": [{"item": "property_fee"}]}, is_local=False)
    assert note is not None
    assert (note.what, dict(note.about)) == (What.ACT_RECORDED, ACT)
    entry = {"entry": [{"authority": "budget"}]}
    assert note_of_act(ACT, entry, is_local=False) is None
    local = note_of_act(ACT, entry, is_local=True)
    assert local is not None
    assert local.about == {**ACT, "via": "local"}


@pytest.mark.parametrize(
    ("facts", "override"),
    [
        ({"disbursement": [{"authority": "emergency"}]}, Override.EMERGENCY),
        ({"entry": [{"authority": "emergency"}]}, Override.EMERGENCY),
        ({"fund_move": [{"exception": "表决 3"}]}, Override.VOTED_EXCEPTION),
        ({"fund_move": [{"exception": None}], "entry": [{"authority": None}]}, None),
    ],
)
def test_a_way_round_the_ordinary_keys_is_told_of_even_where_it_is_an_entry(
    facts: dict[str, Any], override: Override | None
) -> None:
    assert override_in(facts) is override
    note = note_of_act(ACT, {"entry": [{}], **facts}, is_local=False)
    if override is None:
        assert note is None
    else:
        assert note is not None
        assert (note.what, note.about["override"]) == (What.OVERRIDE_USED, str(override))
