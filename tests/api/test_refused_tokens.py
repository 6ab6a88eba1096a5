"""Tokens that let nobody in any more: tried, they leave a trace, and nobody can make that trace grow without end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.leaving import disable_user, end_membership, revoke_tokens
from api.members import INSTALLATION, MACHINE, issue_token
from api.settings import Settings
from ledger.rules.audit import What
from ledger.store import audit
from ledger.store.session import Database
from tests.api.conftest import HOME, NOW, OTHER, Desk
from tests.conftest import Books


def lines(desk: Desk, place: str = HOME) -> list[dict[str, Any]]:
    """Return what a trail says of refused tokens."""
    with desk.app.state.house.database.reading() as session:
        return list(audit.lines(session, place, what=What.ACCESS_REFUSED))


def length(desk: Desk) -> int:
    """Return how many lines the trails have that anybody could write into."""
    with desk.app.state.house.database.reading() as session:
        return sum(audit.head(session, place)[0] for place in (HOME, OTHER, INSTALLATION))


def retire(desk: Desk, why: str) -> None:
    """Let the trustee's token let nobody in any more."""
    database: Database = desk.app.state.house.database
    if why == "revoked":
        database.write(lambda s: revoke_tokens(s, "trustee", NOW, MACHINE))
    elif why == "disabled":
        database.write(lambda s: disable_user(s, "trustee", NOW, MACHINE))
    else:
        soon = NOW - timedelta(days=1)
        desk.tokens["trustee"] = database.write(lambda s: issue_token(s, "trustee", 1, soon)[0])


@pytest.mark.parametrize("why", ["revoked", "disabled", "expired"])
def test_a_token_that_is_no_good_any_more_leaves_one_line_a_day(desk: Desk, why: str) -> None:
    desk.tokens = dict(desk.tokens)
    retire(desk, why)
    for path in ("accounts", "arrears", "/api/v1/compounds", "/api/v1/me", "chain/head", "accounts"):
        assert desk.get(path, "trustee").status_code == 401
    (line,) = lines(desk)
    assert (line["user_id"], line["role"]) == ("machine", "operator")  # nobody knows who tried
    assert (set(line["about"]), line["about"]["why"]) == ({"user", "token", "why"}, why)
    shown = desk.get("audit?what=access_refused", "auditor").json()["items"]
    assert [one["about_name"] for one in shown] == ["trustee"]
    issued = desk.get("audit?what=token_issued&limit=200", "auditor").json()["items"]
    assert line["about"]["token"] in {one["about"]["token"] for one in issued}
    assert desk.get("audit/check", "auditor").json()["ok"]


def test_what_nobody_ever_issued_leaves_no_line(desk: Desk) -> None:
    before = length(desk)
    for guess in range(200):
        headers = {"Authorization": f"Bearer guess-{guess}"}
        assert desk.client.get(f"{desk.base}/accounts", headers=headers).status_code == 401
    for header in ("Bearer", "Bearer ", "Basic eDp5", "nonsense"):
        assert desk.client.get(f"{desk.base}/accounts", headers={"Authorization": header}).status_code == 401
    assert desk.get("accounts", None).status_code == 401
    assert length(desk) == before


def test_the_next_day_it_is_told_again_and_a_restart_forgets_nothing(
    settings: Settings, furnished: tuple[Path, dict[str, str]]
) -> None:
    counts = []
    for day in (10, 10, 11):
        app = create_app(
            settings, clock=lambda day=day: datetime(2026, 2, day, 5, tzinfo=UTC), with_books=False
        )
        with TestClient(app) as client:
            desk = Desk(app, client, furnished[1])
            if not counts:
                retire(desk, "revoked")
            for _ in range(3):
                assert desk.get("accounts", "trustee").status_code == 401
            counts.append(len(lines(desk)))
    assert counts == [1, 1, 2]


def test_many_tries_at_once_leave_one_line(desk: Desk) -> None:
    retire(desk, "revoked")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.get("accounts", "trustee").status_code, range(24)))
    assert set(answers) == {401}
    assert len(lines(desk)) == 1


def test_of_who_is_a_member_nowhere_the_installations_trail_tells(desk: Desk) -> None:
    database: Database = desk.app.state.house.database
    database.write(lambda s: end_membership(s, "trustee", HOME, NOW, MACHINE))
    retire(desk, "revoked")
    assert desk.get("accounts", "trustee").status_code == 401
    assert (len(lines(desk)), len(lines(desk, INSTALLATION))) == (0, 1)


def test_two_writers_of_the_same_line_write_it_once(house: Books) -> None:
    """On both engines: whoever comes second waits for the first, and finds its line."""
    note = audit.Note(What.ACCESS_REFUSED, {"user": "x", "token": "y", "why": "revoked"})

    def tell(_: int) -> None:
        house.database.write(
            lambda s: audit.write_once(s.connection(), house.compound, MACHINE, house.now, note, "2026")
        )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, range(12)))
    with house.database.reading() as session:
        assert len(list(audit.lines(session, house.compound, what=What.ACCESS_REFUSED))) == 1
        assert audit.check(session, house.compound).is_sound
