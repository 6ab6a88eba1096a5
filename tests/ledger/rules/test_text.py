from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import TextRefused
from ledger.rules.text import NARRATION_LIMIT, check_optional, check_text


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\tb",
        "a\x00b",
        "a\x7fb",
        "a\x85b",
        "\u202eabc",
        "a\u2066b",
        "a\u200eb",
        "a\u2028b",
        "a\u2029b",
        "\ud800",
    ],
)
def test_a_character_that_makes_one_line_look_like_another_is_refused(text: str) -> None:
    with pytest.raises(TextRefused) as refused:
        check_text(text, "/narration")
    assert refused.value.pointer == "/narration"
    assert "U+" in refused.value.detail("zh")


@pytest.mark.parametrize("text", ["", "   ", "\u3000"])
def test_nothing_said_is_refused(text: str) -> None:
    with pytest.raises(TextRefused, match="empty"):
        check_text(text, "/narration")


def test_two_hundred_characters_are_enough() -> None:
    assert len(check_text("账" * NARRATION_LIMIT, "/narration")) == NARRATION_LIMIT
    with pytest.raises(TextRefused, match="200"):
        check_text("账" * (NARRATION_LIMIT + 1), "/narration")


@pytest.mark.parametrize(
    "text", ['说"好"', "back\\slash", "<b>", "2026-01-01 open Assets:Evil", "{0} {zh}", "%s", "🏠", "é"]
)
def test_ordinary_text_is_kept_as_it_is(text: str) -> None:
    assert check_text(text, "/narration") == text


def test_blanks_at_the_ends_go_and_letters_are_composed() -> None:
    assert check_text(" \u3000cafe\u0301 ", "/narration") == "caf\u00e9"


def test_no_text_is_no_text() -> None:
    assert check_optional(None, "/counterparty") is None


@given(st.text(max_size=80))
def test_what_is_accepted_is_one_visible_line_and_stays_as_it_is(text: str) -> None:
    try:
        clean = check_text(text, "/narration")
    except TextRefused:
        return
    assert clean.splitlines() == [clean]
    assert unicodedata.is_normalized("NFC", clean)
    assert check_text(clean, "/narration") == clean
