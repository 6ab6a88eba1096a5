"""Words that the books accept stay words wherever they are drawn: in a book, a table, a page, a paper, a log."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import logging
import re
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest
from beancount.parser import parser
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from api.operating.logs import JsonLines
from api.pages import templates
from ledger.errors import Refusal, TextRefused
from ledger.intake.voucher_file import read_voucher
from ledger.rules.text import NAME_LIMIT, check_text
from reports.book.layout import Custom, Option
from reports.book.names import Names
from reports.book.text import TextPen
from reports.pdf.data import _unarmed as unarmed
from reports.pdf.receipt import draw_receipt
from reports.receipt import PaidLine, ReceiptFigures
from reports.receivables.as_csv import csv_bytes
from tests.fuzz.effort import examples
from tests.ledger.intake.test_voucher_file import INVOICE, document, picture

FEW, SOME = (
    settings(max_examples=examples(20), deadline=None),
    settings(max_examples=examples(150), deadline=None),
)
_HOSTILE = (
    *("=cmd|' /C calc'!A0", "+1+1", "-1+1", "--1", "@SUM(A1)", '=HYPERLINK("http://x")', "'=1", '"', '","'),
    *('" 2026-01-01 open Assets:X', 'option "title" "x"', 'plugin "evil"', "\\", '\\"', "{{7*7}}", "{% x %}"),
    *(
        "<script>alert(1)</script>",
        "</td><td>",
        "&lt;",
        "' onload='x",
        "<font size=99>",
        "<img src='/etc/passwd'/>",
    ),
    *(
        "%s %d %(x)s",
        "\\n",
        "; comment",
        "#tag ^link",
        "\U00020bb7\U0001f9fe\u200d",
        "e\u0301",
        "\u200b",
        "‰‱",
    ),
)


def accepted(text: str) -> str | None:
    """Return the words as the books keep them; None where they are refused."""
    try:
        return check_text(text, "/name", NAME_LIMIT)
    except TextRefused:
        return None


words = (
    st.one_of(
        st.sampled_from(_HOSTILE),
        st.text(max_size=40),
        st.text(alphabet="=+-@\"',;<>&\\{}%#^|[]()\t 1aé中", min_size=1, max_size=30),
    )
    .map(accepted)
    .filter(lambda text: text is not None)
)


@SOME
@given(words, words)
def test_the_name_of_a_compound_stays_a_title(title: str, value: str) -> None:
    text = TextPen(Names("zh")).main([Option("title", title), Custom(dt.date(2026, 1, 1), value, (title,))])
    entries, errors, options = parser.parse_string(text)
    assert errors == []
    assert (options["title"], options["plugin"], options["include"]) == (title, [], [])
    (custom,) = entries
    assert (custom.type, [one.value for one in custom.values]) == (value, [title])


def computes(cell: str) -> bool:
    """Say whether a spreadsheet would run a cell."""
    is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) is not None
    return cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not is_number


@SOME
@given(st.lists(words, min_size=3, max_size=3))
@example(["--1", "-1.5.", "-1"])
def test_no_cell_of_a_table_computes_and_none_is_lost(cells: list[str]) -> None:
    text = csv_bytes(("甲", "乙", "丙"), [cells]).decode("utf-8-sig")
    _, read = csv.reader(io.StringIO(text, newline=""))
    assert not any(map(computes, read))
    assert [one.removeprefix("'") if one not in cells else one for one in read] == cells


@SOME
@given(words)
def test_no_cell_of_the_table_beside_a_bulletin_computes(text: str) -> None:
    shown = unarmed(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown in {text, f"'{text}"}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and all that stands between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.shown = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data


def front(name: str) -> Tags:
    """Return the front page of an installation with one compound."""
    row: dict[str, Any] = {"code": "x", "name": name, "opened_on": "2026-01-01", "profile": "default"}
    row |= {"profile_name": name, "profile_verified": False, "newest": None, "closed_through": ""}
    return Tags(templates().get_template("front.html").render(compounds=[row]))


@SOME
@given(words)
def test_a_name_adds_no_tag_to_a_page(name: str) -> None:
    page = front(name)
    assert page.tags == front("桂花苑小区").tags
    assert name in page.shown


def receipt(name: str, said: str) -> ReceiptFigures:
    """Return a receipt with these words on it."""
    day, line = dt.date(2026, 2, 1), PaidLine("B01-U1-0201", said, "2026-01", 17_906)
    shown = ("R-000001", "B01-U1-0201", said, said)
    return ReceiptFigures(name, *shown, day, day, "记-2026-02-0001", 17_906, (line,), None)


@FEW
@given(words, words)
def test_any_words_are_drawn_on_paper_as_words(name: str, said: str) -> None:
    """Neither markup nor a character without a shape breaks a drawing; what stands beside it stays readable."""
    page = pypdf.PdfReader(io.BytesIO(draw_receipt(receipt(name, said)))).pages[0]
    assert "179.06" in page.extract_text()
    assert "/AA" not in page
    assert "/Annots" not in page


@SOME
@given(st.dictionaries(st.sampled_from(["path", "user", "code"]), st.text(max_size=60)))
@example({"path": 'x\n{"level":"error","event":"forged"}'})
def test_a_record_of_the_log_stays_one_line(facts: dict[str, str]) -> None:
    record = logging.LogRecord("api.x", logging.INFO, __file__, 1, "a request was answered", (), None)
    record.facts = facts
    line = JsonLines().format(record)
    assert not {"\n", "\r"} & set(line)
    assert {name: json.loads(line)[name] for name in facts} == facts


FILES = {
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
    "pdf": document(),
    "xml": INVOICE.encode(),
}


@SOME
@given(
    st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<?xml "]),
    st.binary(max_size=200),
)
def test_bytes_of_no_file_are_refused(beginning: bytes, rest: bytes) -> None:
    with pytest.raises(Refusal):
        read_voucher(beginning + rest)


@pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # what Pillow says of a damaged EXIF, which is thrown away anyway
@pytest.mark.parametrize("kind", FILES)
@FEW
@given(at=st.integers(0, 10**9), noise=st.binary(min_size=1, max_size=30), cut=st.booleans())
def test_a_damaged_voucher_is_read_or_refused(kind: str, at: int, noise: bytes, *, cut: bool) -> None:
    whole = FILES[kind]
    place = at % len(whole)
    content = whole[:place] + noise + (b"" if cut else whole[place + len(noise) :])
    assume(content != whole)
    try:
        file = read_voucher(content)
    except Refusal as refusal:
        assert refusal.status < 500
        return
    assert file.original == content
    assert file.published_type in {"image/jpeg", "image/png", "application/pdf", "application/json"}
