"""A month from the bill to the bulletin, through the interface only."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from ledger.store.session import Database
from tests.api.conftest import UNIT, Desk


@pytest.fixture
def billed(desk: Desk) -> Desk:
    """Give books with January billed."""
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    return desk


def request_body(amount: str = "300.00") -> dict[str, Any]:
    return {
        "fund": "PropertyFee",
        "lines": [{"account": "Expenses:PropertyFee:Cleaning", "amount": amount}],
        "payee": "某保洁公司",
        "purpose": "一月保洁",
        "authority": "预算2026",
        "bank": "Joint01",
    }


def test_a_bill_charges_every_unit_and_says_what_it_did(desk: Desk) -> None:
    done = desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    assert done["runs"] == [
        {
            "item": "property_fee",
            "seq": done["seq"],
            "hash": done["hash"],
            "voucher": "记-2026-01-0001",
            "count": 6,
            "total": "1397.07",
        }
    ]
    found = desk.get("charges?limit=4").json()
    rest = desk.get(f"charges?limit=4&cursor={found['next_cursor']}").json()
    assert [len(found["items"]), len(rest["items"]), rest["next_cursor"]] == [4, 2, None]
    assert desk.get(f"charges?unit={UNIT}").json()["items"][0]["amount"] == "196.97"


def test_billing_a_month_twice_is_refused(billed: Desk) -> None:
    answer = billed.post("charges:bill", {"month": "2026-01"})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "already_billed")


def test_a_receipt_settles_and_what_is_left_is_paid_ahead(billed: Desk) -> None:
    body = {
        "unit": UNIT,
        "amount": "200.00",
        "channel": "bank",
        "bank": "Joint01",
        "received_on": "2026-02-09",
    }
    done = billed.done("receipts", body)
    assert (done["number"], done["amount"], done["prepaid"]) == ("R-000001", "200.00", "3.03")
    assert [part["amount"] for part in done["settled"]] == ["196.97"]
    assert billed.get("receipts").json()["items"][0]["received_on"] == "2026-02-09"
    view = billed.get(f"entries/{done['seq']}").json()
    assert view["occurred_on"] == "2026-02-09"
    assert view["postings"][0]["amount"] == "200.00"


def test_a_reversal_takes_a_receipt_back_once(billed: Desk) -> None:
    body = {"unit": UNIT, "amount": "100.00", "channel": "wechat"}
    seq = billed.done("receipts", body)["seq"]
    back = billed.done(f"entries/{seq}/reversals", {"reason": "退款"})
    assert back["reverses"] == seq
    assert billed.get(f"entries/{seq}").json()["reversed_by"] == back["seq"]
    again = billed.post(f"entries/{seq}/reversals", {"reason": "再次"})
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already_reversed")


def test_public_income_deposits_and_platform_settlements_are_posted(desk: Desk) -> None:
    account = next(
        row["code"] for row in _chart_accounts() if row["code"].startswith("Income:PublicIncome:Advert")
    )
    done = desk.done(
        "public-income", {"account": account, "amount": "500.00", "narration": "广告", "bank": "Joint01"}
    )
    assert done["amount"] == "500.00"
    desk.done("charges:bill", {"month": "2026-01"})
    desk.done("receipts", {"unit": UNIT, "amount": "100.00", "channel": "wechat"})
    desk.done("clearings", {"channel": "wechat", "amount": "100.00", "fee": "0.60", "bank": "Joint01"})
    standing = {row["account"]: row["balance"] for row in desk.get("balances").json()["items"]}
    assert standing["Assets:PropertyFee:Bank:Joint01"] == "99.40"
    assert standing["Assets:PublicIncome:Bank:Joint01"] == "500.00"
    assert "Assets:PropertyFee:Clearing:WeChat" not in standing


def _chart_accounts() -> list[dict[str, str]]:
    import json
    from importlib import resources

    text = resources.files("ledger.rules").joinpath("chart.json").read_text(encoding="utf-8")
    found: list[dict[str, str]] = json.loads(text)["accounts"]
    return found


def test_a_payment_takes_two_people_of_two_bodies(billed: Desk) -> None:
    billed.done("receipts", {"unit": UNIT, "amount": "1000.00", "channel": "bank", "bank": "Joint01"})
    asked = billed.done("disbursements", request_body("100.00"), "trustee")
    path = f"disbursements/{asked['id']}"
    assert billed.post(f"{path}/postings").status_code == 409
    assert billed.post(f"{path}/payments").status_code == 409
    assert billed.done(f"{path}/approvals", None, "committee")["state"] == "approved"
    assert billed.post(f"{path}/approvals", None, "committee").status_code == 409
    assert billed.done(f"{path}/postings", {"effective_on": "2026-02-10"})["voucher"] == "记-2026-02-0002"
    assert billed.done(f"{path}/payments")["state"] == "paid"
    view = billed.get(path).json()
    assert [step["step"] for step in view["steps"]] == ["approved", "posted", "paid"]
    assert view["amount"] == "100.00"


def test_whoever_asked_may_not_approve_nor_may_their_body(billed: Desk) -> None:
    asked = billed.done("disbursements", request_body("1.00"), "treasurer")
    for who, code in (("treasurer", "two_keys_same_person"), ("committee", "two_keys_same_body")):
        answer = billed.post(f"disbursements/{asked['id']}/approvals", None, who)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, code)


def test_a_request_can_be_sent_back_with_a_reason(billed: Desk) -> None:
    asked = billed.done("disbursements", request_body("1.00"), "trustee")
    path = f"disbursements/{asked['id']}"
    assert billed.post(f"{path}/refusals", {}, "committee").status_code == 400
    assert billed.done(f"{path}/refusals", {"reason": "缺合同"}, "committee")["state"] == "refused"


def test_balances_can_be_asked_as_of_a_day_and_as_known_at_an_act(billed: Desk) -> None:
    body = {"unit": UNIT, "amount": "50.00", "channel": "cash", "effective_on": "2026-02-01"}
    seq = billed.done("receipts", body)["seq"]
    cash = "Assets:PropertyFee:Cash:OnHand"

    def held(query: str) -> str | None:
        rows = billed.get(f"balances{query}").json()["items"]
        return next((row["balance"] for row in rows if row["account"] == cash), None)

    assert held("") == "50.00"
    assert held("?as_of=2026-01-31") is None
    assert held(f"?known_at={seq - 1}") is None
    assert held(f"?known_at={seq}&as_of=2026-02-01") == "50.00"


def test_entries_are_listed_in_pages_and_by_filter(billed: Desk) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        billed.done("receipts", {"unit": UNIT, "amount": amount, "channel": "cash"})
    first = billed.get("entries?limit=2").json()
    second = billed.get(f"entries?limit=2&cursor={first['next_cursor']}").json()
    seqs = [item["seq"] for item in first["items"] + second["items"]]
    assert seqs == sorted(set(seqs))
    assert second["next_cursor"] is None
    assert len(billed.get("entries?kind=receipt").json()["items"]) == 3
    assert len(billed.get("entries?period=2026-01").json()["items"]) == 1
    assert len(billed.get(f"entries?unit={UNIT}&since=2026-02-01").json()["items"]) == 3
    assert len(billed.get("entries?account=Assets:PropertyFee:Cash:OnHand").json()["items"]) == 3


def test_a_register_can_be_imported_again_without_doubling(desk: Desk) -> None:
    from tests.api.conftest import REGISTER

    again = desk.post("units/imports?filename=b.csv", REGISTER.encode(), Content_Type="text/csv")
    assert again.status_code == 200
    assert (again.json()["added"], again.json()["unchanged"], again.json()["developer_units"]) == (0, 6, 2)
    units = desk.get("units?limit=5").json()
    assert len(units["items"]) == 5
    assert len(desk.get(f"units?cursor={units['next_cursor']}").json()["items"]) == 1


def test_names_of_owners_are_in_no_answer(desk: Desk) -> None:
    from tests.api.conftest import REGISTER

    said = desk.post("units/imports?filename=b.csv", REGISTER.encode(), Content_Type="text/csv").text
    said += desk.get("units").text
    assert not any(name in said for name in ("张甲", "李乙", "王丙", "赵丁"))


def test_a_mapping_of_columns_is_kept_for_the_next_file(desk: Desk) -> None:
    odd = "楼栋,单元,房号,平米数字,房屋状态\n3栋,1单元,0101,88.00,已入住\n".encode()
    plain = desk.post("units/imports?filename=a.csv", odd, Content_Type="text/csv")
    assert plain.json()["type"].endswith(":register_header_missing")
    told = desk.post('units/imports?filename=a.csv&mapping={"平米数字":"area"}', odd, Content_Type="text/csv")
    assert told.json()["added"] == 1
    assert desk.post("units/imports?filename=a.csv", odd, Content_Type="text/csv").json()["unchanged"] == 1


def test_months_close_in_order_and_not_before_they_end(billed: Desk) -> None:
    assert billed.post("periods/2026-02/close").json()["type"].endswith(":period_order")
    billed.done("periods/2026-01/close")
    assert billed.post("periods/2026-02/close").json()["type"].endswith(":period_not_ended")
    assert billed.post("periods/2026-01/close").json()["type"].endswith(":period_closed")
    periods = billed.get("periods", None).json()["items"]
    assert [(one["month"], one["state"]) for one in periods] == [("2026-01", "closed"), ("2026-02", "open")]
    assert periods[0]["head"]["hash"] == billed.head()[1]


def test_a_bulletin_is_published_once_and_served_to_everybody(billed: Desk) -> None:
    assert billed.post("bulletins/2026-01").json()["type"].endswith(":period_not_closed")
    assert billed.get("bulletins/2026-01.pdf", None).status_code == 404
    billed.done("periods/2026-01/close")
    done = billed.done("bulletins/2026-01")
    page = billed.get(done["pdf"], None, Accept_Encoding="gzip")
    assert page.content.startswith(b"%PDF-")
    assert hashlib.sha256(page.content).hexdigest() == done["sha256"]
    assert "content-encoding" not in page.headers
    assert "immutable" in page.headers["cache-control"]
    assert page.headers["etag"] == f'"{done["sha256"]}"'
    assert billed.get(done["pdf"], None, If_None_Match=page.headers["etag"]).status_code == 304
    newest = billed.get("bulletins/2026-01.pdf", None)
    assert newest.content == page.content
    assert "immutable" not in newest.headers["cache-control"]
    assert billed.post("bulletins/2026-01").status_code == 409
    second = billed.done("bulletins/2026-01", {"reason": "更正附注"})
    assert second["version"] == 2
    assert billed.get(done["pdf"], None).content == page.content
    versions = billed.get("bulletins/2026-01", None).json()["versions"]
    assert [one["supersedes"] for one in versions] == [None, done["sha256"]]


def test_the_public_book_is_the_same_bytes_twice_and_names_no_unit(billed: Desk) -> None:
    first, again = billed.get("book.zip", None), billed.get("book.zip", None)
    assert first.content == again.content
    assert billed.get("book.zip", None, If_None_Match=first.headers["etag"]).status_code == 304
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "物业服务资金" in text
    assert "B01-U1" not in text
    full = billed.get("book.zip?audience=full&format=hledger&language=en", "auditor")
    with zipfile.ZipFile(io.BytesIO(full.content)) as archive:
        assert UNIT in archive.read(archive.namelist()[0]).decode()


def test_the_check_rebuilds_the_chain_and_finds_a_changed_fact(billed: Desk, settings: Settings) -> None:
    found = billed.get("check").json()
    assert found["ok"] is True
    assert found["chain"]["acts"] == billed.head()[0]
    database = Database(settings.database_url)
    with database.engine.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE tariff SET authority = '伪造'")
    database.close()
    found = billed.get("check").json()
    assert found["ok"] is False
    assert len(found["chain"]["broken"]) == 1


def test_an_expired_token_no_longer_opens(settings: Settings, desk: Desk) -> None:
    later = create_app(
        settings,
        clock=lambda: datetime(2026, 3, 13, tzinfo=UTC),
        database=desk.app.state.house.database,
        with_books=False,
    )
    with TestClient(later) as client:
        assert client.get("/api/v1/me", headers=desk.headers("treasurer")).status_code == 401
