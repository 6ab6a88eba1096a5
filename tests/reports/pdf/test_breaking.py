"""Where lines break."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reports.pdf.breaking import NO_START, cut, wrap
from reports.pdf.type import GETA, printable, width

TEXT = "本期合计 1,286,400.50 元，凭证 记-2026-03-0007，详见“公共收益收支表”（第三部分）。"


def test_numbers_and_voucher_numbers_are_never_broken() -> None:
    for limit in range(90, 260, 3):
        lines = wrap(TEXT, 10, limit)
        assert sum("1,286,400.50" in line for line in lines) == 1
        assert sum("记-2026-03-0007" in line for line in lines) == 1


def test_no_line_begins_with_closing_punctuation() -> None:
    for limit in range(90, 260):
        assert not any(line[0] in NO_START for line in wrap(TEXT, 10, limit)[1:])


@example("0““0000", 40)
@given(st.text(alphabet="业主委员会，。（）“”1234567890.,- abc", max_size=80), st.integers(40, 200))
def test_wrapping_loses_nothing_but_space_and_keeps_to_the_width(text: str, limit: int) -> None:
    lines = wrap(text, 10, limit)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, 10) <= limit + 0.01 for line in lines)


def test_a_cut_text_fits_and_says_that_it_was_cut() -> None:
    short = cut("重庆某某某某某某某某建设工程有限责任公司", 10, 80)
    assert short.endswith("…")
    assert width(short, 10) <= 80
    assert cut("短", 10, 80) == "短"


def test_rare_name_characters_are_in_both_faces_and_others_become_a_geta_mark() -> None:
    for bold in (False, True):
        assert printable("㛃䶮𬭚璟喆甯堃昇垚𬱖陳張劉", bold=bold)[1] == ()
        assert printable("甲\U0001f600", bold=bold) == (f"甲{GETA}", ("\U0001f600",))
