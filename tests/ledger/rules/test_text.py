from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import TextRefused
from ledger.rules.text import NARRATION_LIMIT, check_optional, check_public, check_text


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


@pytest.mark.parametrize(
    "words",
    [
        "B01-U1-0101 漏水",
        "漏水B01-U1-0101",
        "川A12345 停车",
        "退川AD12345押金",
        "川A·12345",
        "川Ａ１２３４５",
        "3-2-501 退款",
        "退3-2-501",
        "二号楼2602室",
        "2号楼2单元502",
        "3栋502漏水",
        "二号楼二六〇二室",
        "1201室",
        "张三13800138000",
        "１３８００１３８０００",
        "51110219900101123x",
        "5111021990010112345",
    ],
)
def test_what_is_published_names_no_household_and_no_person(words: str) -> None:
    with pytest.raises(TextRefused) as refused:
        check_public(words, "/narration")
    assert refused.value.pointer == "/narration"


@pytest.mark.parametrize(
    "words",
    [
        *(
            "2026-03-31",
            "2026-03-001",
            "V2025-09-001",
            "HT-2026-01-001",
            "锦业〔2026〕第0123号",
            "12-5 元",
            "A12345",
        ),
        *(
            "新增 3 台",
            "电梯 3 部,共 1,200.00 元",
            "3号楼2026年消防维修",
            "3栋外墙",
            "办公室物资",
            "物管楼120.50元",
        ),
        *("甘油12345瓶", "满意 96 户,共 1200 户", "028-8512-345"),
    ],
)
def test_ordinary_published_words_are_kept(words: str) -> None:
    assert check_public(words, "/narration") == words
