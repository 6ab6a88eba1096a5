"""Users, tokens and roles over HTTP: what ends them, what they open from then on, and their lines in the trail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.leaving import revoke_tokens
from api.members import MACHINE
from tests.api.conftest import HOME, NOW, OTHER, Desk
from tests.api.trails import trail


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
    lines = trail(desk, installation="true")
    assert [one["what"] for one in lines][-1] in ("member_ended", "user_disabled")
    assert desk.get("audit", "operator").status_code in (401, 404)


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
