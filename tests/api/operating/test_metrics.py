"""The figures count what was committed and nothing else, under names that hold nobody's data."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import HOME, NOW, OTHER, UNIT, Desk

TOKEN = "a-token-of-prometheus"
RECEIPT = {"unit": UNIT, "amount": "10.00", "channel": "cash"}
HERE = "/api/v1/compounds/{compound}"
HANDBOOK = (Path(__file__).parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.fixture
def settings(books_file: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{books_file}", metrics_token=TOKEN)


def page(desk: Desk) -> str:
    answer = desk.get("/metrics", None, Authorization=f"Bearer {TOKEN}")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    return answer.text


def figure(text: str, name: str, **labels: str) -> float | None:
    """Return one figure of a page; None if it is not there."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None


def test_only_who_has_the_token_is_told(desk: Desk, settings: Settings) -> None:
    assert desk.get("/metrics", None).status_code == 401
    assert desk.get("/metrics", "operator").status_code == 401
    assert desk.get("/metrics", None, Authorization=f"Bearer {TOKEN}x").status_code == 401
    page(desk)


def test_without_a_token_there_is_no_such_page(desk: Desk, books_file: Path, tmp_path: Path) -> None:
    copy = shutil.copy(books_file, tmp_path / "copy.db")
    with TestClient(create_app(Settings(database_url=f"sqlite:///{copy}"), with_books=False)) as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_committed_acts_and_postings_are_counted_by_kind(desk: Desk) -> None:
    desk.done("receipts", RECEIPT)
    desk.done("receipts", RECEIPT)
    text = page(desk)
    assert figure(text, "mingzhang_acts_total", kind="receipt") == 2
    assert figure(text, "mingzhang_postings_total", kind="receipt") == 4
    assert (
        figure(text, "mingzhang_commit_seconds_count") == figure(text, "mingzhang_commit_requests_sum") == 2
    )
    assert figure(text, "mingzhang_writers_waiting") == figure(text, "mingzhang_writer_busy_seconds") == 0


def test_what_was_tried_replayed_or_refused_is_not_counted_as_an_act(desk: Desk) -> None:
    desk.done("receipts?dry_run=true", RECEIPT)
    for _ in range(2):
        desk.post("receipts", RECEIPT, key="one-and-the-same-key")
    desk.post("receipts", {**RECEIPT, "unit": "B09-U1-0101"})
    text = page(desk)
    assert figure(text, "mingzhang_acts_total", kind="receipt") == 1
    assert figure(text, "mingzhang_refusals_total", code="not_found") == 1


def test_requests_are_timed_by_template_and_class_of_status(desk: Desk) -> None:
    desk.done("receipts", RECEIPT)
    desk.get("receipts")
    desk.get("/no/such/page")
    text = page(desk)
    for method, route, status in (
        ("POST", f"{HERE}/receipts", "2xx"),
        ("GET", f"{HERE}/receipts", "2xx"),
        ("GET", "(none)", "4xx"),
    ):
        counted = figure(text, "mingzhang_request_seconds_count", method=method, route=route, status=status)
        assert counted == 1, route


def test_each_application_counts_for_itself(desk: Desk, books_file: Path, tmp_path: Path) -> None:
    copy = shutil.copy(books_file, tmp_path / "copy.db")
    settings = Settings(database_url=f"sqlite:///{copy}", metrics_token=TOKEN)
    app = create_app(settings, clock=lambda: NOW, with_books=False)
    with TestClient(app) as client:
        other = type(desk)(app, client, desk.tokens)
        other.done("receipts", RECEIPT)
        assert figure(page(other), "mingzhang_acts_total", kind="receipt") == 1
        assert figure(page(desk), "mingzhang_acts_total", kind="receipt") is None


@pytest.fixture
def read_books(desk: Desk, settings: Settings) -> Iterator[Desk]:
    """Give a client of the application that shows the books, too."""
    app: FastAPI = create_app(settings, clock=lambda: NOW, database=desk.app.state.house.database)
    with TestClient(app) as client:
        yield type(desk)(app, client, desk.tokens)


def test_the_lag_of_a_book_is_what_was_posted_since_it_was_drawn(read_books: Desk) -> None:
    assert figure(page(read_books), "mingzhang_book_lag_acts", compound=HOME) is None
    read_books.client.get(f"/books/{HOME}/journal/")
    assert figure(page(read_books), "mingzhang_book_lag_acts", compound=HOME) == 0
    for _ in range(3):
        read_books.done("receipts", RECEIPT)
    assert figure(page(read_books), "mingzhang_book_lag_acts", compound=HOME) == 3
    read_books.client.get(f"/books/{HOME}/journal/")
    assert figure(page(read_books), "mingzhang_book_lag_acts", compound=HOME) == 0


def test_heads_and_what_was_verified_are_given_by_compound(desk: Desk) -> None:
    text = page(desk)
    assert figure(text, "mingzhang_head_seq", compound=HOME) == desk.head()[0]
    assert figure(text, "mingzhang_chains_unverified") == figure(text, "mingzhang_compounds") == 2
    assert figure(text, "mingzhang_chain_sound", compound=HOME) is None
    desk.app.state.rounds.walk()
    text = page(desk)
    assert figure(text, "mingzhang_chains_unverified") == figure(text, "mingzhang_chains_broken") == 0
    for compound in (HOME, OTHER):
        assert figure(text, "mingzhang_chain_sound", compound=compound) == 1
        verified = figure(text, "mingzhang_verified_seq", compound=compound)
        assert verified == figure(text, "mingzhang_head_seq", compound=compound)
    assert figure(text, "mingzhang_verified_timestamp_seconds", compound=HOME) == NOW.timestamp()


def test_a_head_that_is_no_number_is_a_broken_chain_and_no_accident(desk: Desk, books_file: Path) -> None:
    with desk.app.state.house.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER chain_head_update")
        connection.exec_driver_sql(f"UPDATE chain_head SET seq = 'x' WHERE compound = '{HOME}'")  # noqa: S608 - ours
    desk.app.state.rounds.walk()
    text = page(desk)
    assert figure(text, "mingzhang_chains_broken") == 1
    assert figure(text, "mingzhang_chain_sound", compound=HOME) == 0


def test_a_database_that_is_gone_leaves_the_other_figures(desk: Desk, books_file: Path) -> None:
    desk.done("receipts", RECEIPT)
    desk.app.state.house.database.close()
    for path in books_file.parent.glob("books.db*"):
        path.unlink()
    text = page(desk)
    assert figure(text, "mingzhang_database_up") == 0
    assert figure(text, "mingzhang_acts_total", kind="receipt") == 1
    assert figure(text, "mingzhang_compounds") is None


def test_the_handbook_lists_every_figure_and_no_other(desk: Desk) -> None:
    families = [
        family for family in desk.app.state.metrics.registry.collect() if family.name.startswith("ming")
    ]
    ending = {"counter": "_total", "info": "_info"}
    offered = {family.name + ending.get(family.type, "") for family in families}
    assert set(re.findall(r"^\| `(mingzhang_\w+)` \|", HANDBOOK, re.MULTILINE)) == offered


def test_every_alert_of_the_handbook_stands_on_a_figure_that_exists(desk: Desk) -> None:
    desk.get("chain/head")
    families = desk.app.state.metrics.registry.collect()
    parts = {"counter": ("_total",), "info": ("_info",), "histogram": ("_bucket", "_sum", "_count", "")}
    offered = {family.name + part for family in families for part in parts.get(family.type, ("",))}
    figures = HANDBOOK.partition("\n## Figures")[2].partition("\n## ")[0]
    named = set(re.findall(r"\bmingzhang_\w+", figures))
    assert len(named) > 20
    assert named - offered == set()
