"""The audit trail over HTTP: who came in, who read and exported what, who ended whom; and who may see it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from starlette.testclient import TestClient

from api.app import api_routes, create_app
from api.deps import allowed_on
from api.identity import Allowed, OnRecord
from api.leaving import revoke_tokens
from api.members import MACHINE
from api.routes.accounts import WATCHERS
from api.settings import Settings
from ledger.rules.roles import INSIDERS
from reports.archive.verify import verify_export
from tests.api.conftest import HOME, NOW, OTHER, UNIT, Desk
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


def trail(desk: Desk, who: str = "auditor", **asked: str) -> list[dict[str, Any]]:
    """Return the lines of a trail, all pages of it."""
    found: list[dict[str, Any]] = []
    while True:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = desk.get(f"audit?limit=200&{query}", who)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        asked["cursor"] = answer.json()["next_cursor"]


def said(desk: Desk, what: str, **asked: str) -> list[tuple[str, dict[str, Any]]]:
    """Return who and what about, for the lines of one kind that came since the books were furnished."""
    return [(one["user_name"], one["about"]) for one in trail(desk, what=what, **asked)]


def test_every_list_that_names_households_or_persons_is_on_record() -> None:
    reads = [route for route in api_routes() if "GET" in (route.methods or ()) and allowed_on(route)]
    unrecorded = {route.name for route in reads if not isinstance(allowed_on(route), OnRecord)}
    assert unrecorded == NAMELESS
    assert len(reads) - len(unrecorded) > 25


def test_the_first_use_of_a_token_in_a_day_is_written_once(desk: Desk) -> None:
    before = len(said(desk, "access_begun"))
    for _ in range(3):
        assert desk.get("accounts", "trustee").status_code == 200
    desk.get("accounts", "cashier")
    found = said(desk, "access_begun")[before:]
    assert [name for name, _ in found] == ["trustee", "cashier"]
    assert all(set(about) == {"via", "token"} and about["via"] == "token" for _, about in found)
    issued = {about["token"] for _, about in said(desk, "token_issued")}
    assert {about["token"] for _, about in found} <= issued


def test_the_next_day_begins_anew_and_a_restart_does_not(
    settings: Settings, furnished: tuple[Path, dict[str, str]]
) -> None:
    counts = []
    for day in (10, 10, 11):
        app = create_app(
            settings, clock=lambda day=day: datetime(2026, 2, day, 5, tzinfo=UTC), with_books=False
        )
        with TestClient(app) as client:
            desk = Desk(app, client, furnished[1])
            desk.get("arrears", "trustee")
            desk.get("arrears", "trustee")
            counts.append([len(said(desk, what)) for what in ("access_begun", "personal_data_read")])
    first, again, next_day = counts
    assert again == first
    assert next_day == [first[0] + 2, first[1] + 1]  # the trustee and the auditor; the list


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


def test_acts_that_are_no_entry_stand_beside_them(desk: Desk) -> None:
    tariff = {"item": "property_fee", "formula": "area_rate", "rate": "2.30"}
    done = desk.done("tariffs", {**tariff, "effective_from": "2026-02-01", "authority": "合同 2026-02"})
    last = trail(desk, what="act_recorded")[-1]
    assert (last["user_name"], last["role"]) == ("treasurer", "treasurer")
    assert last["about"] == {"kind": "tariff_set", "seq": done["seq"], "hash": done["hash"]}


def test_who_watches_reads_it_and_who_is_watched_does_not(desk: Desk) -> None:
    desk.get(f"units/{UNIT}/account", "trustee")
    seen = {who: trail(desk, who, what="personal_data_read")[-1] for who in ("auditor", "committee")}
    for one in seen.values():
        assert (one["user_name"], one["about"]["unit"]) == ("trustee", UNIT)
    for who in ("supervisor", "operator"):  # a name or a unit is not theirs to see
        one = trail(desk, who, what="personal_data_read")[-1]
        assert one["user_name"] is None
        assert one["about"] == {"read": "unit_account"}
        assert one["user"] == seen["auditor"]["user"]
    assert {desk.get("audit", who).status_code for who in ("treasurer", "trustee")} == {403}
    assert (desk.get("audit", None).status_code, desk.get("audit", "stranger").status_code) == (401, 404)


def test_the_trail_is_filtered_and_paged(desk: Desk) -> None:
    desk.get("arrears", "trustee")
    desk.get("units", "trustee")
    user = trail(desk, what="personal_data_read")[0]["user"]
    mine = trail(desk, user=user)
    assert {one["user"] for one in mine} == {user}
    assert {one["what"] for one in mine} == {"access_begun", "personal_data_read"}
    whole = trail(desk)
    assert [one["number"] for one in whole] == list(range(1, len(whole) + 1))
    answer = desk.get("audit?limit=2", "auditor").json()
    after = desk.get(f"audit?limit=2&cursor={answer['next_cursor']}", "auditor").json()
    assert [one["number"] for one in (*answer["items"], *after["items"])] == [1, 2, 3, 4]
    assert answer["head"] == {"number": whole[-1]["number"], "hash": whole[-1]["hash"]}
    assert trail(desk, day="2026-02-10") == whole
    assert trail(desk, day="2026-02-11") == []
    assert desk.get("audit?what=nonsense", "auditor").status_code == 400
    assert desk.get("audit?cursor=nonsense", "auditor").status_code == 400


def test_the_trail_is_checked(desk: Desk, books_file: Path) -> None:
    desk.get("arrears", "trustee")
    found = desk.get("audit/check", "auditor").json()
    assert (found["ok"], found["broken"], found["closes"], found["acts"]) == (True, [], [], [])
    assert found["head"]["number"] == len(trail(desk))
    with contextlib.closing(sqlite.connect(books_file, isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER audit_update")
        shell.execute(
            "UPDATE audit SET about = '{\"read\":\"units\"}' WHERE compound = ? AND what = 'personal_data_read'",
            (HOME,),
        )
    found = desk.get("audit/check", "auditor").json()
    assert (found["ok"], found["broken"]) == (False, [trail(desk, what="personal_data_read")[0]["number"]])


def test_users_tokens_and_roles_stand_in_the_trail_of_their_compound(desk: Desk) -> None:
    new = {"name": "新审计", "role": "auditor", "body": "audit", "compound": HOME}
    desk.done("/api/v1/users", new, "operator")
    token = desk.done("/api/v1/tokens", {"name": "新审计"}, "operator")["token"]
    desk.tokens["new"] = token
    assert desk.get("arrears", "new").status_code == 200
    found = trail(desk, what="member_added")[-1]
    assert (found["user_name"], found["about_name"]) == ("operator", "新审计")
    assert (found["about"]["role"], found["about"]["body"]) == ("auditor", "audit")
    assert trail(desk, what="token_issued")[-1]["about_name"] == "新审计"
    assert token not in str(trail(desk))
    there = desk.get(f"/api/v1/compounds/{OTHER}/audit?limit=200", "operator").json()["items"]
    assert found["about"]["user"] not in str(there)  # another compound's affair


def test_revoked_tokens_open_nothing_from_that_moment_on(desk: Desk) -> None:
    assert desk.get("arrears", "trustee").status_code == 200
    assert desk.done("/api/v1/tokens/revocations", {"name": "trustee"}, "operator")["count"] == 1
    assert desk.get("arrears", "trustee").status_code == 401
    assert desk.done("/api/v1/tokens/revocations", {"name": "trustee"}, "operator")["count"] == 0
    found = trail(desk, what="tokens_revoked")
    assert [(one["about_name"], one["about"]["count"]) for one in found] == [("trustee", 1)]
    desk.tokens["again"] = desk.done("/api/v1/tokens", {"name": "trustee"}, "operator")["token"]
    assert desk.get("arrears", "again").status_code == 200


def test_an_ended_membership_opens_nothing_and_can_begin_again(desk: Desk) -> None:
    end = {"name": "trustee", "compound": HOME}
    assert desk.done("/api/v1/users/endings", end, "operator")["changed"] is True
    assert desk.get("arrears", "trustee").status_code == 404
    assert desk.get("/api/v1/me", "trustee").json()["memberships"] == []
    assert desk.done("/api/v1/users/endings", end, "operator")["changed"] is False
    assert len(trail(desk, what="member_ended")) == 1
    back = {"name": "trustee", "role": "auditor", "body": "audit", "compound": HOME}
    desk.done("/api/v1/users", back, "operator")
    assert desk.get("donors", "trustee").status_code == 401  # a token of old does not wake up
    assert trail(desk, what="tokens_revoked")[-1]["about_name"] == "trustee"
    desk.tokens["back"] = desk.done("/api/v1/tokens", {"name": "trustee"}, "operator")["token"]
    assert desk.get("donors", "back").status_code == 403
    assert desk.get("audit", "back").status_code == 200  # in its new role
    assert desk.post("/api/v1/users", back, "operator").status_code == 409


def test_a_disabled_user_comes_in_nowhere(desk: Desk) -> None:
    assert desk.done("/api/v1/users/disablings", {"name": "cashier"}, "operator")["changed"] is True
    assert desk.get("accounts", "cashier").status_code == 401
    assert desk.post("/api/v1/tokens", {"name": "cashier"}, "operator").status_code == 404
    assert desk.done("/api/v1/users/disablings", {"name": "cashier"}, "operator")["changed"] is False
    assert [one["about_name"] for one in trail(desk, what="user_disabled")] == ["cashier"]
    desk.done("/api/v1/users/endings", {"name": "cashier", "compound": HOME}, "operator")
    back = {"name": "cashier", "role": "treasurer", "body": "committee", "compound": HOME}
    refused = desk.post("/api/v1/users", back, "operator")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:mingzhang:problem:user_disabled")


def test_a_token_of_a_member_elsewhere_stays_good_when_it_is_added_again(desk: Desk) -> None:
    token = {"name": "operator", "role": "auditor", "body": "audit", "compound": HOME}
    desk.done("/api/v1/users", token, "operator")
    desk.done("/api/v1/users/endings", {"name": "operator", "compound": HOME}, "operator")
    desk.done("/api/v1/users", token, "operator")
    assert desk.get("audit", "operator").status_code == 200


def test_expired_tokens_are_revoked_with_the_others(desk: Desk) -> None:
    database = desk.app.state.house.database
    later = NOW + timedelta(days=40_000)
    assert database.write(lambda session: revoke_tokens(session, "trustee", later, MACHINE)) == 1
    assert desk.get("accounts", "trustee").status_code == 401  # by a clock that went back


@pytest.mark.parametrize("path", ["/api/v1/users/endings", "/api/v1/users/disablings"])
def test_the_last_operator_stays(desk: Desk, path: str) -> None:
    refused = desk.post(path, {"name": "operator"}, "operator")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:mingzhang:problem:last_operator")
    second = {"name": "second", "role": "operator", "body": "operator"}
    desk.done("/api/v1/users", second, "operator")
    assert desk.done(path, {"name": "operator"}, "operator")["changed"] is True
    assert desk.get("audit", "operator").status_code in (401, 404)
    lines = trail(desk, installation="true")
    assert [one["what"] for one in lines][-1] in ("member_ended", "user_disabled")


def test_only_operators_end_anything_and_nobody_unknown(desk: Desk) -> None:
    for path, body in (
        ("/api/v1/users/endings", {"name": "trustee", "compound": HOME}),
        ("/api/v1/users/disablings", {"name": "trustee"}),
        ("/api/v1/tokens/revocations", {"name": "trustee"}),
    ):
        assert {desk.post(path, body, who).status_code for who in ("treasurer", "auditor")} == {403}
        assert desk.post(path, {**body, "name": "nobody"}, "operator").status_code == 404
        tried = desk.post(f"{path}?dry_run=true", body, "operator")
        assert tried.status_code == 200
    assert desk.get("arrears", "trustee").status_code == 200
    stranger = {"name": "stranger", "compound": HOME}
    assert desk.post("/api/v1/users/endings", stranger, "operator").status_code == 404


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
