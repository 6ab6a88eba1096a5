"""Who may do what, for every route that the application has: the table is read off the routes themselves."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from api.app import api_routes, create_app
from api.identity import Allowed
from api.routing import Route, allowed_on
from api.settings import Settings
from api.writing import Operating, Writing
from ledger.rules.roles import Role
from tests.api.conftest import HOME, WHO, Desk

#: What everybody may read; a route that is not here must name its roles.
PUBLIC = {
    "list_compounds",
    "read_compound",
    "read_head",
    "read_me",  # answers 401 by itself
    "list_periods",
    "read_newest_pdf",
    "read_pdf",
    "read_bulletin",
    "read_book",  # the full book asks for a role by itself
    "read_export",  # the full export asks for a role by itself
    "list_assets",
    "list_contracts",
    "read_published_income",  # closed months only
    "list_authorities",
    "list_budgets",
    "list_votes",
    "read_executed",  # closed months only
    "read_vote",
    "list_emergencies",
    "list_missing_vouchers",
    "list_unexplained",
    "read_published_voucher",
    "list_purposes",
    "read_published_grants",
    "read_published_projects",
    "front",
    "interface",
    "style",
    "verifier",
}
VALUES = {
    "seq": "1",
    "identifier": "0" * 36,
    "month": "2026-01",
    "version": "1",
    "number": "1",
    "unit": "B01-U1-0201",
    "charge": "1-1",
    "line": "1",
    "compound": HOME,
    "sha256": "0" * 64,
    "asset": "GATE",
    "contract": "A-07",
    "project": "GP001",
}
GUARDED = [route for route in api_routes() if allowed_on(route) is not None]
IN_COMPOUND = [route for route in GUARDED if "{compound}" in route.path]
#: Checking the books names no unit: it is open to every member, and only to members.
NOT_FOR_ALL = [route for route in IN_COMPOUND if route.name != "check_books"]


def methods(route: APIRoute) -> set[str]:
    return set(route.methods or ())


def _call(desk: Desk, route: APIRoute, who: str | None) -> int:
    path = route.path.format(**VALUES)
    if "imports" in path:
        return desk.post(f"{path}?filename=a.csv", b"", who, Content_Type="text/csv").status_code
    if "GET" in methods(route):
        return desk.get(path, who).status_code
    if path.endswith("/vouchers"):
        return desk.post(f"{path}?title=票", b"%PDF-", who, Content_Type="application/pdf").status_code
    return desk.post(path, {}, who).status_code


def test_every_route_names_its_roles_or_is_known_to_be_public() -> None:
    assert {route.name for route in api_routes() if allowed_on(route) is None} == PUBLIC


def test_every_route_is_of_the_kind_that_refuses_parameters_it_does_not_read() -> None:
    assert {type(route) for route in api_routes()} == {Route}


def test_applications_share_the_routes_and_make_none_anew() -> None:
    apps = [create_app(Settings(), with_books=False) for _ in range(2)]
    for app in apps:
        assert [route for route in app.router.routes if isinstance(route, Route)] == api_routes()


def test_every_write_is_guarded_by_a_pen() -> None:
    for route in api_routes():
        if "GET" not in methods(route):
            assert isinstance(allowed_on(route), (Writing, Operating)), route.path


def test_no_route_edits_or_deletes() -> None:
    assert {method for route in api_routes() for method in methods(route)} == {"GET", "POST"}


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_a_stranger_without_a_token_is_asked_to_sign_in(desk: Desk, route: APIRoute) -> None:
    assert _call(desk, route, None) == 401


@pytest.mark.parametrize("route", IN_COMPOUND, ids=lambda route: route.name)
def test_a_treasurer_of_another_compound_finds_nothing_here(desk: Desk, route: APIRoute) -> None:
    before = desk.head()
    assert _call(desk, route, "stranger") == 404
    assert desk.head() == before


@pytest.mark.parametrize("route", NOT_FOR_ALL, ids=lambda route: route.name)
def test_a_member_in_another_role_is_refused(desk: Desk, route: APIRoute) -> None:
    allowed = allowed_on(route)
    assert isinstance(allowed, Allowed)
    outsiders = [name for name, (role, _) in WHO.items() if role not in allowed.roles]
    if Role.OPERATOR not in allowed.roles:
        outsiders.append("operator")
    assert outsiders, "a route open to every role would be public"
    assert {_call(desk, route, name) for name in outsiders} == {403}


@pytest.mark.parametrize("route", IN_COMPOUND, ids=lambda route: route.name)
def test_a_member_in_an_allowed_role_gets_past_the_door(desk: Desk, route: APIRoute) -> None:
    allowed = allowed_on(route)
    assert isinstance(allowed, Allowed)
    for name, (role, _) in WHO.items():
        if role in allowed.roles:
            assert _call(desk, route, name) not in (401, 403), name


@pytest.mark.parametrize("path", ["/api/v1/compounds", "/api/v1/users", "/api/v1/tokens"])
def test_only_the_installations_operator_opens_compounds_and_adds_users(desk: Desk, path: str) -> None:
    assert {desk.post(path, {}, name).status_code for name in WHO} == {403}
    assert desk.post(path, {}, "operator").status_code == 400


def test_an_operator_can_post_nothing(desk: Desk) -> None:
    writes = [route for route in IN_COMPOUND if "GET" not in methods(route)]
    assert len(writes) >= 15
    assert {_call(desk, route, "operator") for route in writes} == {403}


def test_units_are_never_shown_to_supervisors(desk: Desk) -> None:
    for path in ("units", "charges", "receipts", "entries", "disbursements", "book.zip?audience=full"):
        assert desk.get(path, "supervisor").status_code == 403


def test_the_full_book_is_not_for_strangers_or_the_trustee(desk: Desk) -> None:
    assert desk.get("book.zip?audience=full", None).status_code == 401
    assert desk.get("book.zip?audience=full", "trustee").status_code == 403
    assert desk.get("book.zip?audience=full", "auditor").status_code == 200


def test_a_wrong_token_is_refused_even_where_none_is_needed(desk: Desk) -> None:
    answer = desk.client.get("/api/v1/compounds", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_local_secret_is_refused(desk: Desk) -> None:
    headers = {"Mingzhang-Local": "guess", "Mingzhang-User": "operator"}
    assert desk.client.get("/api/v1/me", headers=headers).status_code == 401


def test_the_callers_roles_are_told(desk: Desk) -> None:
    found = desk.get("/api/v1/me", "trustee").json()
    assert found == {
        "name": "trustee",
        "memberships": [{"compound": HOME, "role": "trustee", "body": "trustee"}],
    }
