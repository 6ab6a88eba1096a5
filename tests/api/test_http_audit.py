"""The audit trail over HTTP: who came in, what stands beside the entries; who may see it, and that it is checked."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import HOME, UNIT, Desk
from tests.api.trails import said, trail


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
