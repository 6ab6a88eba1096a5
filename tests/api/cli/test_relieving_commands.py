"""What ends or moves a debt, from the command line: waivers, write-offs, disputes, late fees."""

from __future__ import annotations

import pytest

from tests.api.cli.conftest import Clerk
from tests.api.conftest import UNIT

SMALL = "B01-U1-0101"
DAY = ("--effective-on", "2026-02-09")
VOTE = ("--authority", "表决 V2026-02")


def owed(clerk: Clerk, unit: str) -> str:
    closing: str = clerk.told("account", unit, "--until", "2026-02-28")["closing"]["owed"]
    return closing


@pytest.mark.parametrize("act", ["waive", "write-off"])
def test_waive_and_write_off_end_a_part_and_then_the_rest(billed: Clerk, act: str) -> None:
    charge = billed.charges[UNIT]
    assert billed.told(act, f"{charge}=80.00", *VOTE, *DAY)["amount"] == "80.00"
    assert billed.refused(act, f"{charge}=116.98", *VOTE, *DAY) == "relief_above_open"
    assert billed.told(act, charge, billed.charges[SMALL], *VOTE, *DAY)["amount"] == "336.97"
    assert (owed(billed, UNIT), owed(billed, SMALL)) == ("0.00", "0.00")


def test_waive_without_a_vote_is_refused_and_without_the_option_a_usage_error(billed: Clerk) -> None:
    assert billed.refused("waive", billed.charges[UNIT], "--authority", " ") == "authority_missing"
    billed.said("waive", billed.charges[UNIT], code=2)
    assert owed(billed, UNIT) == "196.97"


def test_dispute_and_end_dispute_move_a_debt_and_back(billed: Clerk) -> None:
    charge, paper = billed.charges[UNIT], ("--authority", "异议书 2026-02")
    assert billed.told("dispute", f"{charge}=100.00", *paper, *DAY)["amount"] == "100.00"
    assert billed.refused("dispute", f"{charge}=96.98", *paper, *DAY) == "relief_above_open"
    rates = billed.told("rates", "--since", "2026-01", "--until", "2026-02")
    assert rates["total"]["disputed"] == "100.00"
    assert "争议已终止" in billed.said("end-dispute", charge, *paper, *DAY).stdout
    assert billed.refused("end-dispute", charge, *paper, *DAY) == "relief_above_open"
    assert owed(billed, UNIT) == "196.97"


def test_prime_rate_and_late_fee_within_the_cap(billed: Clerk) -> None:
    late = ("late-fee", f"{billed.charges[UNIT]}=100.00", "--through", "2026-02-09")
    contract = ("--authority", "物业服务合同 第 12 条", "--days", "9", *DAY)
    assert billed.refused(*late, *contract) == "prime_rate_missing"
    billed.told("prime-rate", "2026-01-20", "3.00", "--source", "全国银行间同业拆借中心")
    assert billed.refused(*late, *contract, "--amount", "0.11") == "late_fee_above_cap"
    done = billed.told(*late, *contract)
    assert (done["amount"], done["cap"]) == ("0.10", "0.10")  # 100 × 3.00 % × 1.3 × 9 / 365
    said = billed.said("charge", "explain", done["charge"]).stdout
    assert "违约金" in said
    assert "2026-02-09" in said
    other = ("late-fee", f"{billed.charges[SMALL]}=100.00", *late[2:])
    above = billed.told(*other, *contract, "--amount", "0.11", "--reason", "法院调解")
    assert (above["amount"], above["cap"]) == ("0.11", "0.10")
