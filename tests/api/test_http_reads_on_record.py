"""What members read of households and persons is on record: lists, exports, vouchers, proofs and pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from starlette.testclient import TestClient

from api.app import api_routes, create_app
from api.identity import Allowed, OnRecord
from api.routes.accounts import WATCHERS
from api.routing import allowed_on
from api.settings import Settings
from ledger.rules.roles import INSIDERS
from reports.archive.verify import verify_export
from tests.api.conftest import HOME, NOW, UNIT, Desk
from tests.api.trails import said, trail
from tests.ledger.intake.test_voucher_file import picture

#: What members read that names neither a household nor a person; a list that is not here is on record.
NAMELESS = {
    "check_books",
    "check_trail",
    "list_accounts",
    "list_bank_accounts",
    "list_caretakers",
    "list_distribution_rules",
    "list_distributions",
    "list_entry_vouchers",
    "list_erasures",
    "list_fund_loans",
    "list_fund_moves",
    "list_handovers",
    "list_overdue",
    "list_petty_cash",
    "list_tariffs",
    "list_tenant_arrears",
    "preview_distribution",
    "draw_collection",
    "read_agency",
    "read_balances",
    "read_between_funds",
    "read_collection",
    "read_contract",
    "read_execution",
    "read_execution_csv",
    "read_fund_move",
    "read_grants",
    "read_income_month",
    "read_projects",
    "read_repair_fund",
    "read_trail",
    "show_remuneration",
}


def test_every_list_that_names_households_or_persons_is_on_record() -> None:
    reads = [route for route in api_routes() if "GET" in (route.methods or ()) and allowed_on(route)]
    unrecorded = {route.name for route in reads if not isinstance(allowed_on(route), OnRecord)}
    assert unrecorded == NAMELESS
    assert len(reads) - len(unrecorded) > 25


def test_reading_what_names_households_is_written_once_a_day_and_thing(desk: Desk) -> None:
    for path in ("arrears", "arrears.csv", "units", f"units/{UNIT}/account", f"units/{UNIT}/account.csv"):
        assert desk.get(path, "trustee").status_code == 200
    assert said(desk, "personal_data_read") == [
        ("trustee", {"read": "arrears"}),
        ("trustee", {"read": "units"}),
        ("trustee", {"read": "unit_account", "unit": UNIT}),
    ]
    desk.get("arrears", "committee")
    assert said(desk, "personal_data_read")[-1] == ("committee", {"read": "arrears"})


@pytest.mark.parametrize(
    "path",
    [
        "units/张三/account",
        "units/13800138000/account",
        "units/13800138000/tenures",
        "units/B99-U9-0909/account.csv",
        "units/%00/account",
        "handovers/13800138000.csv",
        f"handovers/{10**30}.csv",
        "projects/13800138000/units",
        "vouchers/13800138000/original",
        "entries/13800138000/lines/1/proof.json",
        "entries/1/lines/1/proof.json",
        "entries/3/lines/ZhangSan/proof.json",
    ],
)
def test_what_an_address_names_gets_into_the_trail_only_where_there_is_such_a_thing(
    desk: Desk, path: str
) -> None:
    assert desk.get(path, "auditor").status_code in (400, 404, 422)
    whole = trail(desk)
    assert {one["what"] for one in whole} == {"access_begun", "act_recorded", "member_added", "token_issued"}
    assert "13800138000" not in str(whole)


def test_whoever_is_refused_leaves_no_line(desk: Desk) -> None:
    before = trail(desk)
    desk.get("donors", "auditor")
    desk.get("arrears", None)
    desk.get("arrears", "stranger")
    desk.client.get(f"{desk.base}/arrears", headers={"Authorization": "Bearer nonsense"})
    assert trail(desk) == before


def test_a_list_taken_away_as_a_file_is_written_down_each_time(desk: Desk) -> None:
    assert desk.get("arrears", "auditor").status_code == 200
    for _ in range(2):
        assert desk.get("arrears.csv", "auditor").status_code == 200
    assert said(desk, "personal_data_read") == [("auditor", {"read": "arrears"})]
    assert said(desk, "personal_data_taken") == [("auditor", {"read": "arrears"})] * 2


def test_every_full_export_is_written_down_and_a_public_one_is_not(desk: Desk) -> None:
    head = desk.head()
    assert desk.get("export.zip", None).status_code == 200
    assert desk.get("export.zip", "auditor").status_code == 200
    for _ in range(2):
        content = desk.get("export.zip?audience=full", "auditor").content
    assert desk.get("export.zip?audience=full&registers=true", "treasurer").status_code == 200
    assert desk.get("export.zip?audience=full&registers=true", "auditor").status_code == 403
    about = {"seq": head[0], "hash": head[1]}
    assert said(desk, "full_export") == [("auditor", about), ("auditor", about)]
    assert said(desk, "registers_exported") == [("treasurer", about)]
    assert verify_export(content).is_sound
    assert desk.get("book.zip?audience=full", "auditor").status_code == 200
    assert said(desk, "full_book_read") == [("auditor", {"read": "files"})]


def test_vouchers_are_written_down_for_members_and_never_for_strangers(desk: Desk) -> None:
    done = desk.post("vouchers?title=合同", picture(), "committee", Content_Type="image/jpeg").json()
    original, shown = done["sha256"], done["published_sha256"]
    assert desk.get(f"vouchers/{original}/original", "trustee").status_code == 200
    assert desk.get(f"vouchers/{shown}", None).status_code == 200
    assert desk.get(f"vouchers/{shown}", "stranger").status_code == 200  # no member of this compound
    assert desk.get(f"vouchers/{shown}", "supervisor").status_code == 200
    assert said(desk, "voucher_read") == [
        ("trustee", {"read": "original", "sha256": original}),
        ("supervisor", {"read": "published", "sha256": shown}),
    ]


def test_a_proof_is_written_down(desk: Desk) -> None:
    assert desk.get(f"units/{UNIT}/proofs", "trustee").status_code == 200
    assert said(desk, "personal_data_read") == [("trustee", {"read": "proofs", "unit": UNIT})]
    desk.done("charges:bill", {"month": "2026-01", "effective_on": "2026-01-05"})
    one = desk.get(f"units/{UNIT}/proofs", "trustee").json()["items"][0]
    seq, line = one["seq"], one["line"]
    assert desk.get(one["proof"], "trustee").status_code == 200
    otherwise = f"entries/+0{seq}/lines/{line}.0/proof.json"  # the same, written otherwise
    assert desk.get(otherwise, "auditor").status_code == 200
    about = {"read": "proof", "seq": str(seq), "line": str(line)}
    assert said(desk, "proof_issued") == [("trustee", about), ("auditor", about)]


@pytest.fixture
def hasty(books_file: Path, furnished: tuple[Path, dict[str, str]]) -> Iterator[Desk]:
    """Give a client whose requests wait for one second at most."""
    settings = Settings(database_url=f"sqlite:///{books_file}", patience_seconds=1)
    app = create_app(settings, clock=lambda: NOW, with_books=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, furnished[1])


def test_a_read_whose_line_cannot_be_written_is_refused_and_others_go_on(
    hasty: Desk, books_file: Path
) -> None:
    with contextlib.closing(sqlite.connect(books_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert hasty.get("accounts", "trustee").status_code == 200  # names nobody
        for path in (
            "arrears",
            f"units/{UNIT}/account",
            "export.zip?audience=full",
            "book.zip?audience=full",
        ):
            refused = hasty.get(path, "auditor")
            assert (refused.status_code, refused.json()["status"]) == (503, 503), path
        other.execute("ROLLBACK")
    assert hasty.get("arrears", "auditor").status_code == 200
    assert said(hasty, "personal_data_read") == [("auditor", {"read": "arrears"})]


def test_the_full_book_on_screen_is_written_once_a_day(
    settings: Settings, furnished: tuple[Path, dict[str, str]]
) -> None:
    app = create_app(settings, clock=lambda: NOW)
    with TestClient(app) as client:
        desk = Desk(app, client, furnished[1])
        for path in ("income_statement", "balance_sheet"):
            assert desk.get(f"/books/{HOME}/{path}/", "auditor").status_code == 200
            assert desk.get(f"/books/{HOME}_full/{path}/", "auditor").status_code == 200
        assert desk.get(f"/books/{HOME}_full/income_statement/", "trustee").status_code == 404
        assert said(desk, "full_book_read") == [("auditor", {"read": "pages"})]


def test_a_preview_that_lists_households_is_written_and_one_that_does_not_is_not(desk: Desk) -> None:
    asked = {"month": "2026-01", "effective_on": "2026-01-05"}
    desk.done(
        "bank-accounts?dry_run=true", {"code": "Joint09", "label": "共管 0009", "funds": ["PropertyFee"]}
    )
    assert said(desk, "personal_data_read") == []
    for _ in range(2):
        lines = desk.done("charges:bill?dry_run=true", asked)["lines"]
    assert UNIT in str(lines)
    assert said(desk, "personal_data_read") == [("treasurer", {"read": "preview"})]


def test_claims_and_what_residents_said_are_on_record(desk: Desk) -> None:
    assert desk.get("claims", "trustee").status_code == 200
    desk.get("budgets/comments?fund=PropertyFee&year=2026", "supervisor")
    assert said(desk, "personal_data_read") == [
        ("trustee", {"read": "claims"}),
        ("supervisor", {"read": "budget_comments"}),
    ]


def test_every_role_that_reads_lists_of_households_is_an_insider() -> None:
    for route in api_routes():
        allowed = allowed_on(route)
        if isinstance(allowed, OnRecord):
            assert isinstance(allowed, Allowed)
            names_nobody = route.name == "list_comments"  # words of residents: the supervisor reads them, too
            assert allowed.roles <= (WATCHERS if names_nobody else INSIDERS), route.path
