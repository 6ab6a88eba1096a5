"""The parts of a bulletin on paper: words where a figure is none, red that is also said, every page's notice."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO, StringIO

import pdfplumber
import pikepdf
import pytest

from reports.bulletin import Bulletin
from reports.month.repair import BuildingRow, RepairFigures
from reports.pdf.bulletin import draw_bulletin
from tests.conftest import Books
from tests.reports.january import closed, january, lapsed
from tests.reports.pdf.ink import check_ink

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
RED = (0.701961, 0.14902, 0.117647)


def pages(pdf: bytes) -> list[str]:
    """Return each page's text by poppler, without white space."""
    ran = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return ["".join(page.split()) for page in ran.stdout.decode().split("\f")[:-1]]


def attached(pdf: bytes, ending: str) -> str:
    """Return an attachment's text."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        (name,) = (one for one in opened.attachments if one.endswith(ending))
        return opened.attachments[name].get_file().read_bytes().decode("utf-8-sig")


@pytest.fixture
def bulletin(house: Books) -> Bulletin:
    return closed(january(house))


@needs_poppler
@pytest.mark.oracle
def test_zero_not_applicable_and_missing_are_different_words(bulletin: Bulletin) -> None:
    text = "".join(pages(draw_bulletin(bulletin)))
    assert "确认为零：招租中" in text
    assert "不适用：会所泳池健身（2026-01-01起，没有会所）" in text
    assert "未录入：" in text.split("不适用：会所", 1)[1]
    assert "【未录入】以下公共收益" in text
    assert "本期没有划转和借款" in text
    whole = json.loads(attached(draw_bulletin(bulletin), ".json"))
    by_type = {one["type"]: one["received"] for one in whole["sections"]["sources"]["types"]}
    assert (by_type["clubhouse"], by_type["premises"], by_type["parking_temporary"]) == (
        "不适用",
        "0.00",
        "未录入",
    )


@needs_poppler
@pytest.mark.oracle
def test_every_part_is_on_paper_with_its_words(bulletin: Bulletin) -> None:
    text = "".join(pages(draw_bulletin(bulletin)))
    for words in (
        *("预算：2026年度预算第1版（V-B1）", "受托人酬金的计提基数", "电梯广告A-07", "委托管理费240.00"),
        *("专项维修资金（备查）", "代管机构尚未出具对账", "表决与授权", "特别事项", "收款方为关联方"),
        *(
            "治理资金",
            "GP002楼道照明改造",
            "批准2026-01-09决议1",
            "Lift-01加装电梯（7户",
            "代管资金",
            "约定扣留",
        ),
    ):
        assert words in text, words


@needs_poppler
@pytest.mark.oracle
def test_an_emergency_is_red_and_says_so_in_words(bulletin: Bulletin) -> None:
    pdf = draw_bulletin(bulletin)
    assert "【应急支出待追认】2026-01-20示例公司抢修100.00元" in pages(pdf)[0]
    assert "原因：消防管漏水" in pages(pdf)[0]
    with pdfplumber.open(BytesIO(pdf)) as opened:
        words = opened.pages[0].extract_words(extra_attrs=["non_stroking_color"], keep_blank_chars=True)
    (alert,) = (one for one in words if "【应急支出待追认】" in one["text"])
    assert tuple(alert["non_stroking_color"]) == pytest.approx(RED, abs=0.01)


@needs_poppler
@pytest.mark.oracle
def test_a_caretaker_is_said_at_the_head_of_every_page(house: Books) -> None:
    found = pages(draw_bulletin(closed(lapsed(january(house)))))
    assert len(found) > 2
    assert all("看守期间：业主委员会缺位，自2026-01-25由桂花社区居民委员会" in page for page in found)


@needs_poppler
@pytest.mark.oracle
def test_an_overdrawn_fund_and_low_repair_money_are_said_in_words(bulletin: Bulletin) -> None:
    assert bulletin.sections is not None
    short = replace(bulletin.overview[0], spendable_minor=-12_345, is_overdrawn=True)
    low = BuildingRow("B07", 90, 60_000_000, 15_000_000, 0, 0, 15_000_000, None, low=True)
    repair: RepairFigures = replace(bulletin.sections.repair, buildings=(low,), low=("B07",))
    changed = replace(
        bulletin,
        overview=(short, *bulletin.overview[1:]),
        sections=replace(bulletin.sections, repair=repair),
    )
    text = "".join(pages(draw_bulletin(changed)))
    assert f"【透支】{short.fund_zh}可用结余为-123.45元" in text
    assert "透支：在补足前不再批准支出" in text
    assert "【维修资金不足首期30%】7栋" in text
    assert "低于30%" in text


def test_the_amounts_of_the_parts_are_in_the_table_that_travels_along(bulletin: Bulletin) -> None:
    rows = list(csv.reader(StringIO(attached(draw_bulletin(bulletin), ".csv"))))
    assert ["应急支出待追认", "2026-01-20 示例公司 抢修", "金额", "100.00"] in rows
    assert ["治理项目", "GP002 楼道照明改造", "支出", "400.00"] in rows
    assert ["公共收益成本分类", "委托管理费", "金额", "240.00"] in rows
    assert ["物业服务资金", "1 期初结余", "年度预算", ""] not in rows


def test_no_ink_leaves_the_margins_and_no_words_overlap(bulletin: Bulletin) -> None:
    with pdfplumber.open(BytesIO(draw_bulletin(bulletin))) as pdf:
        for page in pdf.pages:
            check_ink(page)


def test_the_same_books_give_the_same_bytes(bulletin: Bulletin) -> None:
    assert draw_bulletin(bulletin) == draw_bulletin(replace(bulletin))
