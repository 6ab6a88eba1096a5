"""What the trustee takes and who stands in for the committee, through the interface and the command line."""

from __future__ import annotations

from tests.api.conftest import Desk
from tests.api.test_collecting_commands import Run, mingzhang

__all__ = ["mingzhang"]

RATE = {
    "rate_bp": 1000,
    "every_months": 1,
    "accounts": ["Income:PropertyFee:Service:Owner"],
    "contract": "信托合同第十二条",
    "effective_from": "2026-01",
}
CARETAKER = {"name": "桂花社区居委会", "body": "community", "from_on": "2026-02-01", "basis": "街道办函 1 号"}


def test_the_remuneration_to_date_is_shown_account_by_account(desk: Desk) -> None:
    assert desk.get("remuneration").status_code == 404
    desk.done("remuneration-rules", RATE)
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    desk.done("receipts", {"unit": "B01-U1-0201", "amount": "100.00", "channel": "cash"})
    found = desk.get("remuneration?month=2026-02", "auditor").json()
    assert found["bases"] == [{"account": "Income:PropertyFee:Service:Owner", "amount": "100.00"}]
    assert [found[name] for name in ("base", "due", "recognised", "accrual", "overdrawn")] == [
        "100.00",
        "10.00",
        "0.00",
        "10.00",
        "0.00",
    ]


def test_a_fixed_remuneration_takes_an_amount(desk: Desk) -> None:
    fixed = {"every_months": 1, "amount": "3000.00", "contract": "合同", "effective_from": "2026-01"}
    desk.done("remuneration-rules", fixed)
    assert desk.get("remuneration?month=2026-01").json()["due"] == "3000.00"
    assert desk.post("remuneration-rules", fixed | {"rate_bp": 5}).status_code == 400


def test_the_street_office_names_a_caretaker_and_an_election_ends_it(desk: Desk) -> None:
    desk.done("caretakers", CARETAKER, "supervisor")
    assert desk.post("caretakers", CARETAKER).json()["type"].endswith("caretaker_state")
    desk.done("caretakers/end", {"ended_on": "2026-02-10", "basis": "业委会备案 7 号"}, "supervisor")
    listed = desk.get("caretakers", "auditor").json()["items"]
    assert [(one["name"], one["from_on"], one["ended_on"]) for one in listed] == [
        ("桂花社区居委会", "2026-02-01", "2026-02-10")
    ]


def test_remuneration_and_caretakers_from_the_command_line(mingzhang: Run) -> None:
    words = ("--contract", "信托合同", "--from", "2026-01")
    mingzhang("remuneration", "set", "1000", "--account", "Income:PropertyFee:Service:Owner", *words)
    assert mingzhang("remuneration", "show", "--month", "2026-01")["due"] == "0.00"
    refused = mingzhang(
        "remuneration", "set", "--fixed", "500.00", *words, code=1
    )  # a later one takes a vote
    assert refused["type"].endswith("authority_unknown")
    mingzhang(
        "caretaker",
        "name",
        "桂花社区居委会",
        "--body",
        "community",
        "--basis",
        "函 1 号",
        "--from",
        "2026-01-02",
    )
    mingzhang("caretaker", "end", "2026-01-03", "--basis", "备案 7 号")
    assert mingzhang("caretaker", "list")["items"][0]["ended_on"] == "2026-01-03"
