"""The real application on a real database: two compounds, a user for every role, a fixed clock."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.members import INSTALLATION, add_member, issue_token
from api.settings import Settings
from ledger.rules.roles import Body, Role
from ledger.store.session import Database
from tests.api.promised import keeps_its_promise

HOME, OTHER = "guihuayuan", "meiguiyuan"
NOW = datetime(2026, 2, 10, 4, tzinfo=UTC)
REGISTER = """\
楼栋,单元,房号,建筑面积,房屋状态,业主姓名
1栋,1单元,0101,100.00,已入住,张甲
1栋,1单元,0201,89.53,已入住,李乙
1栋,1单元,0301,100.00,空置,王丙
2栋,1单元,0501,120.00,未售,示例置业有限公司
2栋,1单元,0502,120.00,未售,示例置业有限公司
2栋,1单元,0601,105.50,出租,赵丁
"""
UNIT = "B01-U1-0201"
_KEYS = itertools.count(1)  # one for all clients: no two acts share a key by accident
WHO = {
    "treasurer": (Role.TREASURER, Body.COMMITTEE),
    "cashier": (Role.TREASURER, Body.COMMUNITY),
    "trustee": (Role.TRUSTEE, Body.TRUSTEE),
    "committee": (Role.COMMITTEE, Body.COMMITTEE),
    "auditor": (Role.AUDITOR, Body.AUDIT),
    "supervisor": (Role.SUPERVISOR, Body.COMMUNITY),
}


class Desk:
    """A client of the application: who asks is named at each call, and every write takes a new key.

    Every answer is held against the schema that the OpenAPI document promises.
    """

    def __init__(self, app: FastAPI, client: TestClient, tokens: dict[str, str]) -> None:
        self.app, self.client, self.tokens = app, client, tokens

    @property
    def base(self) -> str:
        return f"/api/v1/compounds/{HOME}"

    def key(self) -> str:
        return f"test-key-{next(_KEYS):012d}"

    def headers(self, who: str | None, **more: str) -> dict[str, str]:
        signed = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return {**signed, **{name.replace("_", "-"): value for name, value in more.items()}}

    def get(self, path: str, who: str | None = "treasurer", **headers: str) -> httpx2.Response:
        where = path if path.startswith("/") else f"{self.base}/{path}"
        return keeps_its_promise(self.client.get(where, headers=self.headers(who, **headers)))

    def post(
        self,
        path: str,
        body: Any = None,
        who: str | None = "treasurer",
        key: str | None = None,
        **headers: str,
    ) -> httpx2.Response:
        sent = {"Idempotency_Key": key or self.key(), **headers}
        where = path if path.startswith("/") else f"{self.base}/{path}"
        content = (
            {"content": body}
            if isinstance(body, (bytes, str))
            else {"json": body}
            if body is not None
            else {}
        )
        if isinstance(body, (bytes, str)):
            sent.setdefault("Content_Type", "application/json")
        return keeps_its_promise(self.client.post(where, headers=self.headers(who, **sent), **content))

    def done(self, path: str, body: Any = None, who: str = "treasurer") -> dict[str, Any]:
        """Post something that must be accepted."""
        answer = self.post(path, body, who)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    def head(self) -> tuple[int, str]:
        found = self.get("chain/head", None).json()
        return found["seq"], found["hash"]


def people(database: Database) -> dict[str, str]:
    """Add one user for every role, one of another compound, and the operator; return their tokens."""

    def enlist(session: Any) -> dict[str, str]:
        for name, (role, body) in WHO.items():
            add_member(session, name, HOME, role, body, NOW)
        add_member(session, "stranger", OTHER, Role.TREASURER, Body.COMMITTEE, NOW)
        return {name: issue_token(session, name, 30, NOW)[0] for name in (*WHO, "stranger", "operator")}

    return database.write(enlist)


def furnish(database: Database) -> dict[str, str]:
    """Open two compounds, and give the first a bank account, a register and a tariff."""
    database.write(lambda s: add_member(s, "operator", INSTALLATION, Role.OPERATOR, Body.OPERATOR, NOW))
    first = database.write(lambda s: issue_token(s, "operator", 30, NOW)[0])
    app = create_app(Settings(), clock=lambda: NOW, database=database, with_books=False)
    with TestClient(app) as client:
        desk = Desk(app, client, {"operator": first})
        for code, name in ((HOME, "桂花苑小区"), (OTHER, "玫瑰园小区")):
            desk.done(
                "/api/v1/compounds", {"code": code, "name": name, "opened_on": "2026-01-01"}, "operator"
            )
        desk.tokens |= people(database)
        desk.done(
            "bank-accounts",
            {"code": "Joint01", "label": "共管 1234", "funds": ["PropertyFee", "PublicIncome"]},
        )
        answer = desk.post("units/imports?filename=units.csv", REGISTER.encode(), Content_Type="text/csv")
        assert answer.status_code == 201, answer.text
        tariff = {"item": "property_fee", "formula": "area_rate", "rate": "2.20"}
        desk.done("tariffs", {**tariff, "effective_from": "2026-01-01", "authority": "合同 2026-01"})
        budget = {"code": "预算2026", "matter": "spending", "title": "2026 年度预算内支出"}
        desk.done("authorities/resolutions", {**budget, "decided_on": "2026-01-01"}, "committee")
    return desk.tokens


@pytest.fixture(scope="session")
def furnished(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Give the file of a furnished database, to be copied, and its tokens."""
    path = tmp_path_factory.mktemp("furnished") / "books.db"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    tokens = furnish(database)
    with database.reading() as session:  # the last connection to close folds the log into the file
        session.connection()
    database.close()
    return path, tokens


@pytest.fixture
def books_file(furnished: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    """Give a furnished database file of the test's own."""
    path = tmp_path / "books.db"
    shutil.copy(furnished[0], path)
    return path


@pytest.fixture
def settings(books_file: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{books_file}", max_body_bytes=64 * 1024)


@pytest.fixture
def desk(settings: Settings, furnished: tuple[Path, dict[str, str]]) -> Iterator[Desk]:
    """Give a client of the application, without Fava, on furnished books; today is 10 February 2026."""
    app = create_app(settings, clock=lambda: NOW, with_books=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, furnished[1])
