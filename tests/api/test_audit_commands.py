"""The commands of whoever watches, and those that end a user's standing, run in this process on furnished books."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from typer.testing import CliRunner

from api.cli.main import app, hoisted
from api.settings import Settings
from tests.api.commands import Run, runner
from tests.api.conftest import UNIT


@pytest.fixture
def mingzhang(settings: Settings) -> Run:
    return runner(settings)


def test_the_trail_is_listed_and_shown_as_a_table(mingzhang: Run) -> None:
    mingzhang("arrears")
    found = mingzhang("audit", "list", "--what", "personal_data_read", by="auditor")["items"]
    assert [(one["user_name"], one["about"]) for one in found] == [("treasurer", {"read": "arrears"})]
    assert (
        mingzhang("audit", "list", "--user", found[0]["user"], "--day", "2020-01-01", by="auditor")["items"]
        == []
    )
    page = mingzhang("audit", "list", by="auditor", page=True)
    assert "审计日志" in page
    assert "personal_data_read" in page
    assert "查看住户名单" in page
    mine = mingzhang("audit", "list", "--user", "treasurer", by="auditor")["items"]
    assert {one["user_name"] for one in mine} == {"treasurer"}
    assert mingzhang("audit", "list", "--user", "nobody", by="auditor")["items"] == []
    mingzhang("audit", "list", code=1)  # the treasurer is watched, and does not watch


def test_a_command_on_the_servers_machine_says_so_in_the_trail(mingzhang: Run) -> None:
    mingzhang("bank", "open", "G09", "--label", "专户 0009", "--fund", "PropertyFee")
    mingzhang("arrears")
    items = mingzhang("audit", "list", by="auditor")["items"]
    local = [one for one in items if one["about"].get("via") == "local"]
    assert [(one["user_name"], one["what"]) for one in local] == [
        ("treasurer", "access_begun"),  # once a day, however many commands
        ("treasurer", "act_recorded"),
        ("auditor", "access_begun"),
    ]


def test_the_trail_is_verified_and_a_change_ends_with_1(mingzhang: Run, books_file: Path) -> None:
    found = mingzhang("audit", "verify", by="auditor")
    assert (found["ok"], found["broken"]) == (True, [])
    assert mingzhang("audit", "verify", "--installation", by="auditor")["ok"] is True
    with contextlib.closing(sqlite.connect(books_file, isolation_level=None)) as shell:
        shell.execute("DROP TRIGGER audit_update")
        shell.execute("UPDATE audit SET user_id = 'somebody' WHERE compound = 'guihuayuan' AND number = 4")
    found = mingzhang("audit", "verify", by="auditor", code=1)
    assert found["broken"] == [4]
    assert "4" in mingzhang("audit", "verify", by="auditor", code=1, page=True)


def test_what_was_done_for_the_installation_has_a_trail_of_its_own(mingzhang: Run) -> None:
    whats = [one["what"] for one in mingzhang("audit", "list", "--installation", by="auditor")["items"]]
    assert whats[:2] == ["member_added", "token_issued"]  # the first operator


def test_users_are_ended_disabled_and_their_tokens_revoked(mingzhang: Run) -> None:
    mingzhang("token", "trustee", by="operator")
    assert mingzhang("token", "trustee", "--revoke", by="operator")["count"] == 2  # an older one, too
    assert mingzhang("token", "trustee", "--revoke", by="operator")["count"] == 0
    assert mingzhang("user", "end", "cashier", by="operator")["changed"] is True
    assert mingzhang("user", "end", "cashier", by="operator")["changed"] is False
    mingzhang("arrears", by="cashier", code=1)
    assert mingzhang("user", "disable", "trustee", by="operator")["changed"] is True
    mingzhang("arrears", by="trustee", code=1)
    mingzhang("user", "disable", "operator", by="operator", code=1)  # the last one
    mingzhang("user", "disable", "committee", by="treasurer", code=1)  # no operator
    whats = [one["what"] for one in mingzhang("audit", "list", by="auditor")["items"]]
    ends = [one for one in whats if one in {"tokens_revoked", "member_ended", "user_disabled"}]
    assert ends == ["tokens_revoked", "member_ended", "user_disabled"]


def test_a_compound_that_is_brought_in_keeps_its_trail_and_the_installation_says_so(
    mingzhang: Run, tmp_path: Path
) -> None:
    mingzhang("export", str(tmp_path / "full.zip"), "--audience", "full")
    before = mingzhang("audit", "verify", by="auditor")["head"]
    assert mingzhang("verify", str(tmp_path / "full.zip"))["ok"] is True
    there = Settings(database_url=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere = runner(there)
    invoked = CliRunner().invoke(app, hoisted(["init"]), env={"MINGZHANG_DATABASE_URL": there.database_url})
    assert invoked.exit_code == 0, invoked.output
    elsewhere("import", str(tmp_path / "full.zip"))
    found = elsewhere("audit", "list", by="operator")["items"]
    last = mingzhang("audit", "list", by="auditor")["items"]
    assert [one["hash"] for one in found[:-1]] == [one["hash"] for one in last][: len(found) - 1]
    assert found[-1]["what"] == "access_begun"  # the operator's, who looks
    assert before["number"] >= len(found) - 1
    brought = elsewhere("audit", "list", "--installation", by="operator")["items"][-1]
    assert (brought["what"], brought["about"]["compound"]) == ("compound_imported", "guihuayuan")
    assert elsewhere("audit", "verify", by="operator")["ok"] is True
    assert UNIT not in str(elsewhere("audit", "list", by="operator"))
