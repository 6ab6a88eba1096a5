"""Timelines, tariffs, meters, shared costs and single charges over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from tests.api.conftest import Desk

SMALL, LATE = "B01-U1-0101", "B01-U1-0201"


def refusal(answer: httpx2.Response) -> tuple[int, str, str | None]:
    said = answer.json()
    return answer.status_code, said["type"].rpartition(":")[2], said.get("pointer")


def test_a_vacancy_is_recorded_shown_and_withdrawn(desk: Desk) -> None:
    body = {
        "unit": SMALL,
        "state": "vacant",
        "from_on": "2026-01-16",
        "to_on": "2026-03-31",
        "factor_bp": 7_000,
        "notice": "N-1",
        "confirmed_on": "2026-01-10",
    }
    assert desk.done("tenures", body)["debtor"] == 1
    items = desk.get(f"units/{SMALL}/tenures").json()["items"]
    assert [(one["from_on"], one["to_on"], one["state"], one["factor_bp"]) for one in items] == [
        (None, "2026-01-15", "occupied", 10_000),
        ("2026-01-16", "2026-03-31", "vacant", 7_000),
        ("2026-04-01", None, "occupied", 10_000),
    ]
    overlap = {"unit": SMALL, "state": "let", "from_on": "2026-01-20", "to_on": "2026-04-30"}
    assert refusal(desk.post("tenures", overlap)) == (409, "tenure_overlap", "/to_on")
    desk.done("tenures:withdraw", {"unit": SMALL, "from_on": "2026-01-16"})
    assert len(desk.get(f"units/{SMALL}/tenures").json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            "tenures",
            {"unit": "B02-U1-0501", "state": "vacant", "from_on": "2026-02-01"},
            (422, "vacancy_refused", "/state"),
        ),
        (
            "tariffs",
            {
                "item": "elevator",
                "formula": "fixed",
                "rate": "20.00",
                "effective_from": "2026-01-01",
                "authority": " ",
            },
            (422, "authority_missing", "/authority"),
        ),
        (
            "shared-costs",
            {"item": "shared_energy", "month": "2026-01", "amount": "10.00", "document": "电费单"},
            (422, "tariff_missing", "/item"),
        ),
    ],
)
def test_what_law_or_tariff_does_not_give_is_refused_with_the_field(
    desk: Desk, path: str, body: dict[str, object], expected: tuple[int, str, str]
) -> None:
    before = desk.head()
    assert refusal(desk.post(path, body)) == expected
    assert desk.head() == before


def test_the_preview_says_how_each_amount_came_about_and_stores_nothing(desk: Desk) -> None:
    before = desk.head()
    tried = desk.post("charges:bill?dry_run=true", {"month": "2026-01", "effective_on": "2026-01-05"}).json()
    assert desk.head() == before
    assert len(tried["lines"]) == 6
    line = next(one for one in tried["lines"] if one["unit"] == LATE)
    assert line["amount"] == "196.97"
    assert line["zh"][1] == "建筑面积 89.53 ㎡ × 2.20 元/㎡·月 = 整月 196.97 元。"


def test_a_charge_is_explained_and_put_right(desk: Desk) -> None:
    seq = desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})["seq"]
    said = desk.get(f"charges/{seq}-1").json()
    assert (said["unit"], said["amount"], said["computed"]) == (SMALL, "220.00", "220.00")
    assert said["en"][-2:] == [
        "By 合同 2026-01, in force since 2026-01-01.",
        "220.00 yuan are still owed.",
    ]
    assert desk.get(f"charges/{seq}-99").status_code == 404
    assert desk.get("charges/none").status_code == 404
    assert desk.get(f"charges/{seq}-1", "supervisor").status_code == 403
    sold = {"state": "occupied", "from_on": "2026-01-17"}
    answer = desk.post("tenures", {"unit": SMALL, "new_owner": True, **sold})
    assert refusal(answer) == (422, "owner_change_needed", "/new_owner")
    desk.done(f"units/{SMALL}/owner-changes", {"ahead": "carry", "authority": "过户 1", **sold})
    done = desk.done("charges:rebill", {"unit": SMALL, "month": "2026-01", "reason": "产权变更"})
    assert (done["lowered"], done["raised"], done["freed"]) == ("106.45", "106.45", "0.00")
    said = desk.get(f"charges/{seq}-1").json()
    assert (said["billed"], said["amount"], said["computed"]) == ("220.00", "113.55", "113.55")
    asked = desk.done("adjustments", {"charges": [f"{seq}-2"], "reason": "误计"})
    done = desk.done(f"adjustments/{asked['adjustment']}/approvals", None, "trustee")
    assert done["lowered"] == "196.97"
    assert desk.get(f"charges/{seq}-2").json()["zh"][1:] == ["已全部冲回,不用支付。"]


def test_corrections_are_listed_under_their_charge_and_every_listed_id_can_be_asked_for(desk: Desk) -> None:
    seq = desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})["seq"]
    asked = desk.done("adjustments", {"charges": [f"{seq}-2"], "reason": "误计"})
    back = desk.done(f"adjustments/{asked['adjustment']}/approvals", None, "trustee")["seq"]
    items = desk.get("charges").json()["items"]
    assert len(items) == 6
    for one in items:
        said = desk.get(f"charges/{one['id']}")
        assert (said.status_code, said.json()["amount"]) == (200, one["amount"])
    (put_right,) = [one for one in items if one["corrections"]]
    assert (put_right["id"], put_right["billed"], put_right["amount"]) == (f"{seq}-2", "196.97", "0.00")
    assert put_right["corrections"] == [{"seq": back, "amount": "-196.97"}]


def test_a_charge_says_by_which_receipts_it_was_paid_and_what_is_open(desk: Desk) -> None:
    seq = desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})["seq"]
    paid = {"unit": SMALL, "channel": "bank", "bank": "Joint01"}
    for amount in ("100.00", "20.00"):
        desk.done("receipts", {**paid, "amount": amount})
    said = desk.get(f"charges/{seq}-1").json()
    assert said["settled"] == [
        {"by": "receipt", "receipt": "R-000001", "amount": "100.00"},
        {"by": "receipt", "receipt": "R-000002", "amount": "20.00"},
    ]
    assert said["open"] == "100.00"
    assert said["zh"][-3:] == [
        "收据 R-000001 已付 100.00 元。",
        "收据 R-000002 已付 20.00 元。",
        "尚欠 100.00 元。",
    ]


def test_meters_are_read_and_a_cost_is_shared(desk: Desk) -> None:
    tariff = {"effective_from": "2026-01-01", "authority": "合同 2026-01"}
    desk.done("tariffs", {"item": "garbage", "formula": "usage", "rate": "3.50", **tariff})
    desk.done(
        "tariffs", {"item": "shared_energy", "formula": "shared", "rate": "0", "sharing": "area", **tariff}
    )
    for month, reading in (("2026-01", 1_000), ("2026-02", 13_345)):
        body = {"item": "garbage", "month": month, "readings": [{"unit": SMALL, "reading": reading}]}
        desk.done("meter-readings", body)
    found = desk.get("meter-readings?item=garbage&month=2026-02").json()["items"]
    assert [(one["unit"], one["used"]) for one in found] == [(SMALL, "12.345")]
    body["readings"] = [{"unit": SMALL, "reading": 999}]
    assert refusal(desk.post("meter-readings", body)) == (422, "reading_below_last", "/readings/0/reading")
    cost = {"item": "shared_energy", "month": "2026-02", "amount": "1234.56", "document": "电费单 02"}
    desk.done("shared-costs", cost)
    desk.done("coefficients", {"item": "shared_energy", "values": [{"unit": SMALL, "value_e4": 10_000}]})
    done = desk.done("charges:bill", {"month": "2026-02", "items": ["garbage", "shared_energy"]})
    assert {run["item"]: run["total"] for run in done["runs"]} == {
        "garbage": "43.21",
        "shared_energy": "1234.56",
    }
    metered = next(run for run in done["runs"] if run["item"] == "garbage")
    said = desk.get(f"charges/{metered['seq']}-1").json()
    assert said["zh"][1] == "表读数从 1 到 13.345。"
    assert said["zh"][2].startswith("用量 12.345 × 单价 3.50 元")
    shared = next(run for run in done["runs"] if run["item"] == "shared_energy")
    said = desk.get(f"charges/{shared['seq']}-1").json()
    assert said["zh"][1].startswith("费用 1234.56 元(电费单 02)按建筑面积分摊 100.00/635.03")
    assert said["amount"] == said["computed"]
