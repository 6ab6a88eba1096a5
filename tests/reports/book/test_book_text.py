from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from typing import Any

import pytest
from beancount.core.data import Open
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.rules import chart
from reports.book import layout
from reports.book.directives import DirectivePen
from reports.book.drawn import DrawnPosting, DrawnTransaction, plain
from reports.book.full import draw_full
from reports.book.names import Names
from reports.book.rows import BookEntry, Line
from reports.book.text import TextPen
from tests.reports.book.reading import load, transactions

ON = dt.date(2026, 1, 1)
CLEANING, BANK = "Expenses:PropertyFee:Cleaning", "Assets:PropertyFee:Bank:Joint01"
HOSTILE = [
    '" 2026-01-01 open Assets:X',
    '"\n2026-01-01 * "forged"\n  Assets:A  1 CNY\n  Assets:B  -1 CNY\n"',
    "\\",
    '\\"',
    'a\\\\" #tag ^link',
    "; comment | payee",
    '\ufeffoption "title" "x"',
    "e\u0301\u202e\u2067 \U0001f9fe\u200d <img src=x onerror=alert(1)>",
    "a\r\nb\x00c\x85d\u2028e",
    "\ud800",
]
any_text = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.text(alphabet='"\\\n ;|#^e\u0301', max_size=20)
)


def book(language: str, drawn: list[DrawnTransaction]) -> tuple[dict[str, bytes], list[Any]]:
    """Return a book of one month with two accounts, as files and as directives."""
    names = Names(language)  # type: ignore[arg-type]  # zh or en
    items: list[layout.MainItem] = [layout.root_option(root, name) for root, name in names.roots().items()]
    items += [layout.Open(ON, code, None) for code in (CLEANING, BANK)]
    items += [layout.Include("2026/2026-01.beancount")]
    pen, twin = TextPen(names), DirectivePen(names)
    files = {
        layout.MAIN: pen.main(items),
        "2026/2026-01.beancount": pen.transactions("2026/2026-01.beancount", drawn),
    }
    directives = twin.main(items) + twin.transactions("2026/2026-01.beancount", drawn)
    return {path: text.encode() for path, text in files.items()}, directives


@pytest.mark.parametrize("language", ["zh", "en"])
@given(any_text, st.one_of(st.none(), any_text), any_text)
@settings(max_examples=150, deadline=None)
@example(HOSTILE[0], HOSTILE[1], HOSTILE[4])
@example(HOSTILE[9], HOSTILE[8], HOSTILE[6])
def test_no_text_escapes_its_quotes(language: str, narration: str, payee: str | None, authority: str) -> None:
    lines = (Line(CLEANING, 100), Line(BANK, -100))
    hostile = BookEntry(
        1, "2026-01", 1, ON, ON, ON, "expense", narration, payee, authority, None, None, None, "00", lines
    )
    harmless = hostile._replace(seq=2, narration="x", counterparty=None, authority=None)
    files, directives = book(language, draw_full([hostile, harmless], frozenset()))
    entries, errors = load(files)
    assert errors == []
    assert entries == directives
    first, second = transactions(entries)
    assert (first.narration, first.payee) == (plain(narration), plain(payee) if payee else None)
    assert first.meta.get("authority", "") == plain(authority)
    assert second.narration == "x"


def test_text_is_shown_in_normal_form_and_blanks_stand_for_what_cannot_be_shown() -> None:
    assert plain("e\u0301") == "é"
    assert plain("a\nb\x00c\u202ed") == "a b c d"
    assert plain('"\\<>物业 🧾') == '"\\<>物业 🧾'


@given(st.integers(-(10**13), 10**13))
def test_every_amount_has_two_decimals_and_comes_back_to_the_fen(minor: int) -> None:
    drawn = [
        DrawnTransaction(
            ON, 1, None, "x", (DrawnPosting(CLEANING, None, minor), DrawnPosting(BANK, None, -minor))
        )
    ]
    files, _ = book("zh", drawn)
    lines = files["2026/2026-01.beancount"].decode().splitlines()
    figures = [line.split()[-2] for line in lines if line.endswith("CNY")]
    assert [figure[-3] for figure in figures] == [".", "."]
    assert [int(figure.replace(".", "")) for figure in figures] == [minor, -minor]


def whole_chart() -> list[str]:
    """Return every pattern of the chart in every fund that may have it."""
    text = resources.files("ledger.rules").joinpath("chart.json").read_text(encoding="utf-8")
    funds = {
        "Governance": ["Governance:Guarantee", "Governance:Incentive"],
        "Project": ["Project:Lift-01", "Project:Roof-02"],
    }
    codes = []
    for row in json.loads(text)["accounts"]:
        for name in row["funds"]:
            for fund in funds.get(name, [name]):
                other = "PublicIncome" if fund == "PropertyFee" else "PropertyFee"
                code = row["code"].replace("<F>", fund).replace("<F2>", other)
                codes.append(code.replace("<Acct>", "Joint01").replace("<P>", "GP001"))
    return codes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_stock_beancount_accepts_the_name_of_every_account_of_the_chart(language: str) -> None:
    names = Names(language)  # type: ignore[arg-type]  # zh or en
    codes = whole_chart()
    items: list[layout.MainItem] = [layout.root_option(root, name) for root, name in names.roots().items()]
    items += [layout.Open(ON, code, detail) for code in codes for detail in (None, "B03-U2-1502")]
    entries, errors = load({layout.MAIN: TextPen(names).main(items).encode()})
    assert errors == []
    opened = [entry.account for entry in entries if isinstance(entry, Open)]
    assert len(set(opened)) == len(opened) == 2 * len(codes)


def test_no_account_of_the_chart_stands_below_another() -> None:
    # An assertion counts what is below an account; only details may be there.
    codes = set(whole_chart())
    assert [code for code in codes if code.rpartition(":")[0] in codes] == []
    assert all(chart.account(code).code == code for code in codes)
