"""What people agree about debts, from the command line: another owner, and a settlement with the developer."""

from __future__ import annotations

from tests.api.cli.conftest import Clerk
from tests.api.conftest import UNIT

UNSOLD = ("B02-U1-0501", "B02-U1-0502")
DAY = ("--effective-on", "2026-02-09")
VOTE = ("--authority", "表决 V2026-02")


def test_owner_change_leaves_the_debt_and_carries_what_was_paid_ahead(billed: Clerk) -> None:
    paid = ("--bank", "Joint01", "--received-on", "2026-02-01", "--effective-on", "2026-02-01")
    billed.bill("2026-02", "2026-02-05")
    billed.told("receipt", UNIT, "300.00", *paid, "--period", "2026-01")
    sold = ("owner-change", UNIT, "2026-02-08", "--ahead", "carry", *DAY)
    assert billed.refused(*sold, "--authority", " ") == "authority_missing"
    done = billed.told(*sold, "--authority", "双方协议 2026-02")
    assert (done["debtor"], done["former"], done["ahead"]) == (2, "196.97", "103.03")
    split = billed.told("charge", "rebill", UNIT, "2026-02", "--reason", "产权变更", *DAY)
    assert split["lowered"] == split["raised"] == "147.73"  # 196.97 × 21 / 28
    rows = billed.told("arrears", "--as-of", "2026-02-28", "--unit", UNIT)["by_debtor"]
    assert [(row["key"], row["total"]) for row in rows] == [(f"{UNIT}/1", "49.24"), (f"{UNIT}/2", "147.73")]


def test_owner_change_may_give_back_what_was_paid_ahead(billed: Clerk) -> None:
    paid = ("--bank", "Joint01", "--received-on", "2026-02-01", "--effective-on", "2026-02-01")
    billed.told("receipt", UNIT, "300.00", *paid)
    sold = ("owner-change", UNIT, "2026-02-08", "--ahead", "refund", "--authority", "产权变更登记", *DAY)
    assert billed.told(*sold)["ahead"] == "103.03"
    asked = ("refund", UNIT, "103.03", "--bank", "Joint01", "--authority", "退款申请单 2")
    assert (
        billed.refused(*asked, who="trustee") == "refund_missing"
    )  # it is the old owner's, not the new one's
    assert billed.told(*asked, "--debtor", "1", who="trustee")["state"] == "requested"


def test_settle_developer_pays_gives_in_kind_and_is_waived_the_rest(billed: Clerk) -> None:
    settled = ("settle-developer", *UNSOLD, "--amount", "300.00", "--bank", "Joint01", *DAY)
    given = ("--in-kind", "200.00", "--waive-rest")
    assert billed.refused(*settled, *given, *VOTE) == "authority_missing"  # no valuation
    billed.told(*settled, *given, *VOTE, "--document", "评估报告 2026-3")
    rates = billed.told("rates", "--since", "2026-01", "--until", "2026-02")
    developer = next(one for one in rates["by_kind"] if one["key"] == "Developer")
    names = ("received_current", "in_kind", "waived", "closing")
    assert [developer[name] for name in names] == ["300.00", "200.00", "28.00", "0.00"]
    assert billed.refused(*settled, *VOTE) == "not_found"  # nothing is owed any more


def test_in_kind_and_its_sale(billed: Clerk) -> None:
    part = f"{billed.charges[UNSOLD[0]]}=200.00"
    given = ("in-kind", part, "--document", "评估报告 2026-3", *DAY)
    assert billed.refused(*given, "--authority", " ") == "authority_missing"
    assert billed.told(*given, *VOTE)["amount"] == "200.00"
    sale = ("in-kind-sale", "200.00", "190.00", "--bank", "Joint01", "--authority", "转让合同 1", *DAY)
    billed.told(*sale)
    assert billed.refused(*sale) == "in_kind_short"
    work = ("in-kind", billed.charges[UNSOLD[1]], "--document", "验收单 1", *VOTE, *DAY)
    billed.told(*work, "--consumed", "Expenses:PropertyFee:Facility:MinorRepair")
    rates = billed.told("rates", "--since", "2026-01", "--until", "2026-02")
    developer = next(one for one in rates["by_kind"] if one["key"] == "Developer")
    assert (developer["in_kind"], developer["received_current"]) == ("464.00", "0.00")
