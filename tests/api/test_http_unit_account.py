"""The account of a unit through the door."""

from __future__ import annotations

import pytest

from tests.api.conftest import UNIT, Desk


@pytest.fixture
def paid(desk: Desk) -> Desk:
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    desk.done("receipts", {"unit": UNIT, "amount": "200.00", "channel": "bank", "bank": "Joint01"})
    return desk


def test_an_account_opens_moves_and_closes(paid: Desk) -> None:
    body = paid.get(f"units/{UNIT}/account").json()
    assert body["opening"] == {"owed": "0.00", "prepaid": "0.00", "refundable": "0.00"}
    assert body["closing"] == {"owed": "0.00", "prepaid": "3.03", "refundable": "0.00"}
    assert body["turnover"]["charged"] == body["turnover"]["settled"] == "196.97"
    assert [line["voucher"] for line in body["lines"]] == [
        "记-2026-01-0001",
        "记-2026-02-0001",
        "记-2026-02-0001",
    ]
    later = paid.get(f"units/{UNIT}/account?since=2026-02-01").json()
    assert later["opening"]["owed"] == "196.97"
    assert [(one["debtor"], one["closing"]) for one in body["debtors"]] == [(1, body["closing"])]


def test_the_account_of_one_debtor_is_asked_for_by_number(paid: Desk) -> None:
    body = paid.get(f"units/{UNIT}/account?debtor=1").json()
    assert (body["debtor"], body["closing"]["prepaid"]) == (1, "3.03")
    assert paid.get(f"units/{UNIT}/account?debtor=2").status_code == 404
    assert f"{UNIT}-1-" in paid.get(f"units/{UNIT}/account.pdf?debtor=1").headers["content-disposition"]


def test_it_comes_as_a_table_and_as_a_paper(paid: Desk) -> None:
    table = paid.get(f"units/{UNIT}/account.csv").content.decode("utf-8-sig").splitlines()
    assert table[1].startswith("2026-01-01,,期初")
    assert table[-1] == "2026-02-10,,期末,1,,,,,,0.00,,3.03,"
    paper = paid.get(f"units/{UNIT}/account.pdf").content
    assert paper.startswith(b"%PDF")
    assert paper == paid.get(f"units/{UNIT}/account.pdf").content


@pytest.mark.parametrize("kind", ["", ".csv", ".pdf"])
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("supervisor", 403), ("stranger", 404)])
def test_an_account_is_for_insiders_only(paid: Desk, kind: str, who: str | None, status: int) -> None:
    assert paid.get(f"units/{UNIT}/account{kind}", who).status_code == status


def test_an_unknown_unit_has_no_account(paid: Desk) -> None:
    assert paid.get("units/B99-U9-9999/account").status_code == 404
    assert paid.get("units/nonsense/account").status_code == 422
