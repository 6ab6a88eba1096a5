"""A real server with everything switched on: what it writes and sends names nobody, whatever is done to it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.api.conftest import HOME, UNIT
from tests.api.test_http_server import BASE, Server, start, token_of

TOKEN = "a-token-of-prometheus"
REGISTER = """\
楼栋,单元,房号,建筑面积,房屋状态,业主姓名,联系电话
7栋,1单元,0701,88.00,已入住,欧阳明月,13812345678
7栋,1单元,0702,XX.00,已入住,诸葛清风,13987654321
"""
NARRATION = "补收王小二停车费"
SECRETS = (
    *("欧阳明月", "诸葛清风", "13812345678", "13987654321", "0701", "0702", "B07", UNIT, "张甲"),
    *(NARRATION, "王小二", "名册.csv", "%E5", "\\u", "127.0.0.1"),
)


class Collector(ThreadingHTTPServer):
    """An OTLP receiver: it keeps the spans that it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/traces"

    def spans(self) -> list[Any]:
        batches = [ExportTraceServiceRequest.FromString(one) for one in self.received]
        return [
            span
            for batch in batches
            for resource in batch.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


@dataclass
class Run:
    """What one server wrote and sent in its life, and what it was asked."""

    answers: list[httpx2.Response] = field(default_factory=list)
    log: str = ""
    figures: str = ""
    collector: Collector = field(default_factory=Collector)
    token: str = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]


def ask_everything(server: Server, run: Run) -> None:
    """Import, refuse, post, read, break: with names, numbers and units in every place where one can stand."""
    signed = {"Authorization": f"Bearer {run.token}"}
    keys = iter(f"key-of-the-watched-{number:03d}" for number in range(100))

    with httpx2.Client(base_url=server.url, timeout=60, trust_env=False) as client:

        def get(path: str, **headers: str) -> None:
            run.answers.append(client.get(path, headers={**signed, **headers}))

        def post(path: str, body: Any, kind: str = "application/json") -> None:
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            headers = {**signed, "Idempotency-Key": next(keys), "Content-Type": kind}
            run.answers.append(client.post(f"{BASE}{path}", content=content, headers=headers))

        post("/units/imports?filename=名册.csv", REGISTER, "text/csv")
        post("/units/imports?filename=名册.csv", REGISTER.replace("XX", "90"), "text/csv")
        post("/receipts", {"unit": UNIT, "amount": "10.00", "channel": "cash"})
        post("/receipts", {"unit": "B07-U9-0702", "amount": "10.00", "channel": "欧阳明月"})
        post("/receipts", f'{{"unit": "{NARRATION}')
        post(
            "/public-income", {"account": NARRATION, "amount": "1", "narration": NARRATION, "bank": "Joint01"}
        )
        get(f"{BASE}/units/B07-U1-0701/account")
        get(f"{BASE}/units/欧阳明月/account?phone=13812345678")
        get("/欧阳明月/13812345678", **{"X-Request-Id": "13812345678"})
        get("/api/v1/me", Authorization="Bearer 13812345678")
        get(f"/books/{HOME}/journal/?time=2026&filter=欧阳明月")
        get(f"/books/{HOME}/journal/?time=2026")
        run.answers += [client.head("/"), client.head("/healthz"), client.head("/readyz")]
        with sqlite3.connect(server.lock.with_name("books.db")) as connection:
            connection.execute(
                "CREATE TRIGGER broken BEFORE INSERT ON receipt "
                "BEGIN SELECT RAISE(ABORT, '欧阳明月 13812345678'); END"
            )
        connection.close()
        post("/receipts", {"unit": UNIT, "amount": "10.00", "channel": "cash"})
    opened = {"Authorization": f"Bearer {TOKEN}"}
    run.figures = httpx2.get(f"{server.url}/metrics", headers=opened, trust_env=False).text


@pytest.fixture(scope="module")
def run(furnished: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Give what a server left behind that was asked everything and then ended."""
    folder, done = tmp_path_factory.mktemp("watched"), Run()
    shutil.copy(furnished[0], folder / "books.db")
    threading.Thread(target=done.collector.serve_forever, daemon=True).start()
    with (folder / "log").open("wb") as log:
        server = start(
            folder / "books.db",
            log,
            MINGZHANG_LOG_LEVEL="debug",
            MINGZHANG_METRICS_TOKEN=TOKEN,
            MINGZHANG_TRACES_URL=done.collector.url,
            OTEL_EXPORTER_OTLP_ENDPOINT=done.collector.url.removesuffix("/v1/traces"),
            FASTAPI_OTEL_AUTO_CONFIGURE="true",
        )
        try:
            done.token = token_of(server)
            ask_everything(server, done)
        finally:
            server.process.terminate()
            server.process.wait(timeout=60)
    done.log = (folder / "log").read_text(encoding="utf-8")
    yield done
    done.collector.shutdown()
    done.collector.server_close()


def test_everything_was_really_asked(run: Run) -> None:
    assert [answer.status_code for answer in run.answers] == [
        *(422, 201, 201, 400, 400, 422),
        *(200, 400, 404, 401, 400, 200),
        *(200, 200, 200),
        500,
    ]


def test_no_line_of_the_log_names_a_person_a_unit_a_file_a_token_or_an_address(run: Run) -> None:
    written = "\n".join(line for line in run.log.splitlines() if line.startswith("{"))
    assert [secret for secret in (*SECRETS, run.token) if secret in written] == []


def test_every_request_has_its_line_under_the_id_that_was_answered(run: Run) -> None:
    told = {line["request"]: line for line in run.lines if line["event"] == "request"}
    for answer in run.answers:
        line = told[answer.headers["x-request-id"]]
        assert (line["status"], line["method"]) == (answer.status_code, answer.request.method)


def test_what_is_not_for_people_is_json_and_an_accident_is_told_once(run: Run) -> None:
    assert all(
        line.startswith(("{", "首页", "接口说明", "桂花苑", "玫瑰园")) for line in run.log.splitlines()
    )
    accidents = [line for line in run.lines if line["level"] in ("error", "critical")]
    assert [line["event"] for line in accidents] == ["an answer failed"]


def test_the_figures_name_nobody(run: Run) -> None:
    assert 'mingzhang_acts_total{kind="receipt"} 1.0' in run.figures
    assert [secret for secret in (*SECRETS, run.token) if secret in run.figures] == []


def test_the_traces_tell_of_requests_transactions_and_drawn_books(run: Run) -> None:
    spans = run.collector.spans()
    by_id = {span.span_id: span for span in spans}
    named = {(span.name, getattr(by_id.get(span.parent_span_id), "name", "")) for span in spans}
    receipts = "POST /api/v1/compounds/{compound}/receipts"
    assert {(receipts, ""), ("transaction", receipts)} <= named
    assert ("draw book", "GET /books/{book}/journal") in named
    requests = [line for line in run.lines if line["event"] == "request"]
    assert {line["trace"] for line in requests} == {span.trace_id.hex() for span in spans}


def test_no_span_names_anybody(run: Run) -> None:
    sent = b"\n".join(run.collector.received)
    assert run.collector.received
    assert [secret for secret in (*SECRETS, run.token) if secret.encode() in sent] == []
    assert re.search(rb"url\.(path|query)", sent) is None


def test_a_switch_without_its_packages_is_refused_at_the_start(books_file: Path) -> None:
    without = "sys.modules['opentelemetry.sdk.trace'] = None"
    command = (
        f"import sys; {without}; sys.argv = ['mingzhang', 'serve']; from api.cli.main import main; main()"
    )
    environment = {
        "PYTHONPATH": str(Path.cwd()),
        "MINGZHANG_DATABASE_URL": f"sqlite:///{books_file}",
        "MINGZHANG_TRACES_URL": "http://127.0.0.1:9/v1/traces",
        "MINGZHANG_PORT": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3
    assert "pip install 'mingzhang[otel]'" in done.stderr
    assert "[traces_missing]" in done.stderr
