"""Timelines, tariffs, meters, shared costs and single charges, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.cli.conftest import Clerk
from tests.api.conftest import UNIT

SMALL, UNSOLD = "B01-U1-0101", "B02-U1-0501"
TARIFF = ("--from", "2026-01-01", "--authority", "合同 2026-01")
VACANT = ("vacant", "--from", "2026-01-16", "--to", "2026-03-31", "--confirmed-on", "2026-01-10")


def test_tenure_change_list_and_withdraw(clerk: Clerk) -> None:
    clerk.told("tenure", "change", SMALL, *VACANT, "--factor", "7000", "--notice", "N-1")
    stretches = clerk.told("tenure", "list", SMALL)["items"]
    assert [(one["from_on"], one["state"], one["factor_bp"]) for one in stretches] == [
        (None, "occupied", 10_000),
        ("2026-01-16", "vacant", 7_000),
        ("2026-04-01", "occupied", 10_000),
    ]
    assert "2026-01-16" in clerk.said("tenure", "list", SMALL).stdout
    overlap = ("tenure", "change", SMALL, "let", "--from", "2026-01-20", "--to", "2026-04-30")
    assert clerk.refused(*overlap) == "tenure_overlap"
    assert clerk.refused("tenure", "change", UNSOLD, *VACANT) == "vacancy_refused"
    clerk.told("tenure", "withdraw", SMALL, "--from", "2026-01-16")
    assert len(clerk.told("tenure", "list", SMALL)["items"]) == 1
    assert clerk.refused("tenure", "withdraw", SMALL, "--from", "2026-01-16") == "not_found"


def test_a_new_owner_takes_an_owner_change_and_the_month_is_split_by_rebill(billed: Clerk) -> None:
    changed = ("owner-change", SMALL, "2026-01-17", "--ahead", "carry", "--authority", "过户 1")
    assert billed.told(*changed)["debtor"] == 2
    assert billed.refused("tenure", "withdraw", SMALL, "--from", "2026-01-17") == "owner_change_stands"
    again = ("charge", "rebill", SMALL, "2026-01", "--reason", "产权变更", "--effective-on", "2026-01-20")
    done = billed.told(*again)
    assert (done["lowered"], done["raised"], done["freed"]) == ("106.45", "106.45", "0.00")
    assert billed.refused(*again) == "nothing_to_change"
    told = billed.told("charge", "explain", billed.charges[SMALL])
    assert (told["billed"], told["amount"], told["computed"]) == ("220.00", "113.55", "113.55")


def test_rebill_says_what_becomes_of_money_that_was_paid(billed: Clerk) -> None:
    paid = ("--bank", "Joint01", "--received-on", "2026-01-10", "--effective-on", "2026-01-10")
    billed.told("receipt", SMALL, "220.00", *paid)
    billed.told("tariff", "set", "property_fee", "--rate", "2.00", *TARIFF)
    again = ("charge", "rebill", SMALL, "2026-01", "--item", "property_fee", "--reason", "标准录错")
    assert billed.refused(*again) == "charge_settled"
    assert billed.told(*again, "--surplus", "prepaid")["freed"] == "20.00"
    assert billed.told("account", SMALL)["closing"]["prepaid"] == "20.00"


def test_charge_explain_speaks_to_a_resident(billed: Clerk) -> None:
    said = billed.said("charge", "explain", billed.charges[UNIT]).stdout
    assert "建筑面积 89.53 ㎡ × 2.20 元/㎡·月 = 整月 196.97 元。" in said
    told = billed.told("charge", "explain", billed.charges[UNIT])
    assert "By 合同 2026-01, in force since 2026-01-01." in told["en"]
    assert billed.refused("charge", "explain", "5-99") == "not_found"


def test_bill_previews_refuses_a_second_run_and_bills_what_is_missing(clerk: Clerk) -> None:
    month = ("bill", "2026-01", "--effective-on", "2026-01-05")
    said = clerk.said("--dry-run", *month).stdout
    assert "2026-01 试算" in said
    assert "89.53 ㎡ × 2.20" in said
    assert clerk.told(*month)["runs"][0]["total"] == "1397.07"
    assert clerk.refused(*month) == "already_billed"
    assert clerk.refused(*month, "--only-missing") == "nothing_to_bill"


def test_meters_are_read_from_a_file_and_one_bad_row_stops_all(clerk: Clerk, tmp_path: Path) -> None:
    clerk.told("tariff", "set", "garbage", "--formula", "usage", "--rate", "3.50", *TARIFF)
    readings = tmp_path / "readings.csv"
    readings.write_text(f"{SMALL},1000\n{UNIT},2000\n", "utf-8")
    assert clerk.told("meters", "garbage", "2026-01", str(readings))["count"] == 2
    readings.write_text(f"{SMALL},13345\n{UNIT},1999\n", "utf-8")
    refusal = clerk.told("meters", "garbage", "2026-02", str(readings), code=1)
    assert (refusal["type"].rpartition(":")[2], refusal["pointer"]) == (
        "reading_below_last",
        "/readings/1/reading",
    )
    readings.write_text(f"{SMALL},13345\n{UNIT},many\n", "utf-8")
    assert "第 2 行" in clerk.said("meters", "garbage", "2026-02", str(readings), code=2).stderr
    readings.write_text(f"{SMALL},13345\n", "utf-8")
    assert clerk.told("meters", "garbage", "2026-02", str(readings))["used"] == 12_345


def test_shared_cost_by_coefficients_divides_to_the_fen(clerk: Clerk, tmp_path: Path) -> None:
    shared = ("tariff", "set", "shared_energy", "--formula", "shared", "--rate", "0")
    clerk.told(*shared, "--sharing", "coefficient", *TARIFF)
    weights = tmp_path / "weights.csv"
    weights.write_text(f"{SMALL},10000\n{UNIT},10000\n{UNSOLD},10000\n", "utf-8")
    assert clerk.told("coefficients", "shared_energy", str(weights))["count"] == 3
    cost = ("shared-cost", "shared_energy", "2026-01", "100.00", "--document")
    assert clerk.refused(*cost, " ") == "authority_missing"
    assert clerk.told(*cost, "电费单 01")["amount"] == "100.00"
    run = clerk.told("bill", "2026-01", "--item", "shared_energy")["runs"][0]
    assert (run["count"], run["total"]) == (3, "100.00")


@pytest.mark.parametrize(
    ("item", "more", "expected"),
    [
        ("elevator", ("--formula", "per_floor", "--exempt-floor", "1", "--exempt-floor", "2"), "3.00"),
        ("parking_service", ("--formula", "fixed", "--vacancy"), "3.00"),
    ],
)
def test_tariff_set_takes_the_parts_of_each_formula(
    clerk: Clerk, item: str, more: tuple[str, ...], expected: str
) -> None:
    assert clerk.told("tariff", "set", item, "--rate", "3.00", *TARIFF, *more)["rate"] == expected
    without = ("tariff", "set", item, "--rate", "3.00", "--from", "2026-02-01", "--authority", " ")
    assert clerk.refused(*without) == "authority_missing"
