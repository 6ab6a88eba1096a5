"""The bulletin as readers and machines find it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pdfplumber
import pikepdf
import pypdf
import pytest
from march_2026 import HEAD, PREVIOUS, PROPERTY_FEE, march_2026

from reports.bulletin import Bulletin, Correction, Expense, PublicIncome, StatementRow
from reports.figures import MISSING
from reports.pdf.bulletin import draw_bulletin, draw_with_remarks
from tests.reports.pdf.ink import check_ink

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
needs_poppler = pytest.mark.skipif(
    None in map(shutil.which, ("pdftotext", "pdftoppm")), reason="poppler-utils is not installed"
)
needs_zbar = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
LONG_NAME = "重庆市大足区龙水镇" + "某某某某某某某某某某" * 8 + "建设工程（集团）有限责任公司"

GOLDEN = (
    "49,710.50", "728.54", "2,000.00", "48,439.04", "39,481.19", "5,017.13", "1,100.00", "43,398.32",
    "89,191.69", "91,837.36", "800,000.00", "300.00", "400.00", "700.00", "28.54", "1,800.00", "200.00",
    "5,000.00", "3,900.00", "17.13", "3,917.13", "716.24", "2,370.18", "1,500.00", "500.00", "1,086.42",
    "63.29%", "64.80%", "5,760.00", "1,440.00", "7,200.00", "0.00%", "390.06", "659.18", "37.18", "480.00",
    "4,320.00", "960.00", "8,286.42", "4,000.00", "9,000.00",
)  # fmt: skip
WORDS = (
    "人民币玖万壹仟捌佰叁拾柒元叁角陆分",
    "人民币肆万捌仟肆佰叁拾玖元零肆分",
    "人民币叁仟玖佰壹拾柒元壹角叁分",
    "人民币捌仟贰佰捌拾陆元肆角贰分",
    "制表", "复核", "业委会主任", "监察人", "物业项目章", "业主委员会章", "023-4370-0003", "未核对",
    "2026-04-10", "2026-04-25", "第 1 页", "共 3 页", "不适用", "无凭证", HEAD.hash, PREVIOUS.hash,
)  # fmt: skip


@pytest.fixture(scope="module")
def march() -> bytes:
    return draw_bulletin(march_2026())


def by_poppler(pdf: bytes) -> str:
    """Extract with poppler, in layout order."""
    ran = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return ran.stdout.decode()


def by_pypdf(pdf: bytes) -> str:
    """Extract with pypdf, in drawing order."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    """Drop white space: line breaks of a wrapped cell are not part of the text."""
    return "".join(text.split())


@needs_poppler
@pytest.mark.oracle
def test_poppler_extracts_every_golden_figure_and_word(march: bytes) -> None:
    text = by_poppler(march)
    assert [
        figure
        for figure in GOLDEN
        if figure not in text.split() and not any(figure == word.strip("，；。元") for word in text.split())
    ] == []
    assert [word for word in WORDS if squeezed(word) not in squeezed(text)] == []


def test_pypdf_extracts_every_golden_figure_and_word(march: bytes) -> None:
    text = squeezed(by_pypdf(march))
    assert [figure for figure in (*GOLDEN, *WORDS) if squeezed(figure) not in text] == []


def test_the_basis_of_accounting_and_both_formulas_are_on_the_page(march: bytes) -> None:
    text = squeezed(by_pypdf(march))
    assert march_2026().basis_zh in text
    assert "当期收缴率＝" in text
    assert "综合收缴率＝" in text


def test_march_takes_a4_pages_in_the_size_the_form_rules_ask_for(march: bytes) -> None:
    with pdfplumber.open(BytesIO(march)) as pdf:
        assert [(round(page.width), round(page.height)) for page in pdf.pages] == [(595, 842)] * 3
        cell = next(
            word for word in pdf.pages[0].extract_words(extra_attrs=["size"]) if word["text"] == "24,000.00"
        )
        assert cell["size"] == 10.5


@pytest.mark.parametrize("case", ["plain", "long"])
def test_all_ink_is_inside_the_margins_and_no_two_words_overlap(case: str, march: bytes) -> None:
    pdf_bytes = march if case == "plain" else draw_bulletin(hostile())
    with pdfplumber.open(BytesIO(pdf_bytes)) as pdf:
        for page in pdf.pages:
            check_ink(page)


def test_every_font_is_embedded_as_a_subset_and_nothing_names_helvetica(march: bytes) -> None:
    with pikepdf.open(BytesIO(march)) as pdf:
        fonts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == pikepdf.Name.Font
        ]
        assert fonts
        for font in fonts:
            assert "/FontFile2" in font.FontDescriptor
            assert "+NotoSansSC-" in str(font.BaseFont)


def test_the_file_says_what_it_is(march: bytes) -> None:
    with pikepdf.open(BytesIO(march)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo["/Title"]) == "锦绣花园小区业主大会　业主委员会 2026年3月物业资金收支公示表"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260410000000Z"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
        assert pdf.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1


def test_the_figures_travel_inside_and_match_the_printed_fingerprint(march: bytes) -> None:
    with pikepdf.open(BytesIO(march)) as pdf:
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        assert all(spec.AFRelationship == pikepdf.Name.Data for spec in pdf.Root.AF)
    assert set(files) == {"CQ-JXHY-GS-2026-03-V1.csv", "CQ-JXHY-GS-2026-03-V1.json"}
    data = files["CQ-JXHY-GS-2026-03-V1.json"]
    assert hashlib.sha256(data).hexdigest() in squeezed(by_pypdf(march))
    told = json.loads(data)
    assert told["collection"]["rows"][0]["closing"] == "1086.42"
    assert told["overview"][3]["spendable"] == "不适用"
    table = list(csv.reader(StringIO(files["CQ-JXHY-GS-2026-03-V1.csv"].decode("utf-8-sig"))))
    assert ["资金总览", "公共收益", "期末", "43398.32"] in table
    assert ["欠费账龄", "建设单位", "91–365天", "4320.00"] in table


def test_same_figures_give_the_same_bytes_in_every_process(march: bytes, tmp_path: Path) -> None:
    program = (
        "import sys; from march_2026 import march_2026; from reports.pdf.bulletin import draw_bulletin;"
        "open(sys.argv[1], 'wb').write(draw_bulletin(march_2026()))"
    )
    for seed, zone in (("0", "Asia/Shanghai"), ("1", "America/New_York"), ("12345", "UTC")):
        out = tmp_path / f"{seed}.pdf"
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"{ROOT}:{HERE}"}
        subprocess.run([sys.executable, "-c", program, str(out)], env=env, check=True)
        assert out.read_bytes() == march


def test_one_changed_fen_changes_the_fingerprint_and_the_bytes(march: bytes) -> None:
    assert draw_bulletin(march_2026(place_zh="别处")) != march


def hostile() -> Bulletin:
    """Return a bulletin of everything a person might type, and long lists."""
    expense = Expense(
        "2026-03-01", "记-2026-03-0100", LONG_NAME, '<img src=x onerror="alert(1)">', 10**12, "'; --"
    )
    many = tuple(
        Expense("2026-03-02", f"记-2026-03-{n:04d}", f"公司{n:03d}", "A&B <b>1<2</b>", n * 100 + 1, "预算内")
        for n in range(1, 120)
    )
    rows = (*PROPERTY_FEE.rows, StatementRow(19, "㛃䶮𬭚", "of_which", -5, MISSING))
    fund = type(PROPERTY_FEE)("PropertyFee", "物业服务资金", rows, -1_286_40, MISSING)
    return march_2026(
        expenses=(expense, *many),
        funds=(fund,),
        compound_zh=LONG_NAME,
        place_zh=LONG_NAME * 2,
        corrections=(Correction("记-2026-03-0030", "2026-02", -128_640, "重复扣款 \U0001f600"),),
        notes_zh=("x" * 400, "“引号”与 \\反斜杠\\ 与 ${jndi:ldap://x}"),
    )


@needs_poppler
@pytest.mark.oracle
def test_hostile_text_is_shown_literally_and_stops_nothing() -> None:
    pdf, remarks = draw_with_remarks(hostile())
    for text in (squeezed(by_poppler(pdf)), squeezed(by_pypdf(pdf))):
        assert "㛃䶮𬭚" in text
        assert "A&B<b>1<2</b>" in text
        assert "${jndi:ldap://x}" in text
        assert "10,000,000,000.00" in text
        assert "人民币负壹仟贰佰捌拾陆元肆角" in text
        assert "未录入" in text
        assert "-0.05" in text
    assert "重庆市大足区龙水镇" in squeezed(by_pypdf(pdf))
    assert "<img" in by_pypdf(pdf)
    assert "onerror" in by_pypdf(pdf)
    assert any(remark.trouble == "missing_glyph" and remark.detail == "U+1F600" for remark in remarks)
    assert any(remark.trouble in {"cut", "shrunk"} for remark in remarks)


def test_a_long_list_flows_to_more_pages_and_loses_no_row() -> None:
    text = squeezed(by_pypdf(draw_bulletin(hostile())))
    assert [n for n in range(1, 120) if f"公司{n:03d}" not in text] == []
    pages = len(pypdf.PdfReader(BytesIO(draw_bulletin(hostile()))).pages)
    assert pages > 2
    assert all(f"第{n}页共{pages}页" in text for n in range(1, pages + 1))


def test_a_reissue_names_what_it_replaces_and_why() -> None:
    again = march_2026(version=2, supersedes="ab" * 32, reason_zh="更正公共收益合同方名称")
    text = squeezed(by_pypdf(draw_bulletin(again)))
    assert "ab" * 32 in text
    assert "更正公共收益合同方名称" in text
    with pytest.raises(ValueError, match="supersedes"):
        march_2026(version=2)


def test_no_public_income_and_public_income_not_entered_read_differently() -> None:
    none = draw_bulletin(march_2026(public_income=PublicIncome(rows=())))
    missing = draw_bulletin(march_2026(public_income=PublicIncome(rows=(), empty=MISSING)))
    assert "本期无公共收益" in squeezed(by_pypdf(none))
    assert "公共收益：未录入" in squeezed(by_pypdf(missing))


def test_the_first_bulletin_says_that_there_is_none_before_it() -> None:
    assert "本表为首期" in squeezed(by_pypdf(draw_bulletin(march_2026(previous_head=None))))


@needs_poppler
@needs_zbar
@pytest.mark.oracle
def test_the_code_on_the_page_can_be_scanned_from_a_coarse_copy(march: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(march)
    subprocess.run(
        ["pdftoppm", "-r", "120", "-gray", "-f", "2", "-png", "b.pdf", "b"], cwd=tmp_path, check=True
    )
    picture = next(tmp_path.glob("*.png"))
    ran = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, check=True)
    assert ran.stdout.decode().strip() == f"mingzhang:CQ-JXHY:2026-03:1:1234:{HEAD.hash}"
