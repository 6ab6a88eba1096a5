"""The log leaves out what it must not hold, whoever writes to it."""

from __future__ import annotations

import io
import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.operating.logs import configure
from ledger.store.session import Database
from tests.api.operating.conftest import Lines

SECRET = "张甲 13800138000"


def raise_with_words() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(f"again {SECRET}") from error


def test_a_record_of_ours_is_one_json_object_with_its_facts(log: Lines) -> None:
    facts = {"compound": "guihuayuan", "head": 7, "nothing": None}
    logging.getLogger("api.operating.rounds").info("chain_sound", extra={"facts": facts})
    (line,) = log()
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "event": "chain_sound", "compound": "guihuayuan", "head": 7}


def test_of_an_exception_stay_its_types_and_our_frames(log: Lines) -> None:
    try:
        raise_with_words()
    except RuntimeError:
        logging.getLogger("api.problems").exception("an answer failed")
    (line,) = log()
    assert line["error"] == ["RuntimeError", "ValueError"]
    assert [frame.rpartition(":")[0] for frame in line["frames"]] == ["test_logs:raise_with_words"]
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_the_words_of_a_database_are_left_out_with_the_row_that_it_quotes(
    log: Lines, database: Database
) -> None:
    insert, twice = text("INSERT INTO guest VALUES (:name)"), {"name": SECRET}
    with database.engine.connect() as connection:
        connection.execute(text("CREATE TABLE guest (name VARCHAR(40) UNIQUE)"))
        connection.execute(insert, twice)
        with pytest.raises(DBAPIError) as caught:
            connection.execute(insert, twice)
        connection.rollback()
    logging.getLogger("api.problems").error("the store did not answer", exc_info=caught.value)
    (line,) = log()
    assert line["error"][0] == "sqlalchemy.exc.IntegrityError"
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_a_librarys_message_is_written_as_its_template(log: Lines) -> None:
    logging.getLogger("uvicorn.error").warning("no route for %s", SECRET)
    logging.getLogger("some.library").warning(f"composed already: {SECRET}")  # noqa: G004 - as libraries do
    logging.getLogger("some.library").info("said under its breath")
    assert [(line["logger"], line["event"]) for line in log()] == [
        ("uvicorn.error", "no route for %s"),
        ("some.library", "(a library's words)"),
    ]


def test_uvicorn_does_not_tell_of_an_accident_a_second_time(log: Lines) -> None:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=ValueError(SECRET))
    assert log() == []


def test_text_for_the_eye_holds_the_same_and_frames_below(log: Lines) -> None:
    written = io.StringIO()
    configure("info", "text", written)
    logging.getLogger("api.operating.requests").info(
        "request", extra={"facts": {"status": 201, "user": None}}
    )
    try:
        raise_with_words()
    except RuntimeError:
        logging.getLogger("api.problems").exception("an answer failed")
    first, second, *frames = written.getvalue().splitlines()
    assert first.endswith("info     request status=201")
    assert second.endswith("an answer failed error=['RuntimeError', 'ValueError']")
    assert [frame.rpartition(":")[0] for frame in frames] == ["    test_logs:raise_with_words"]
    assert SECRET not in written.getvalue()


@pytest.mark.parametrize(("form", "is_json"), [("auto", True), ("json", True), ("text", False)])
def test_what_is_no_terminal_gets_json_unless_text_is_asked_for(
    log: Lines, form: str, *, is_json: bool
) -> None:
    written = io.StringIO()
    configure("info", form, written)
    logging.getLogger("api").info("started")
    assert written.getvalue().startswith("{") is is_json


def test_a_level_hides_what_is_below_it_and_libraries_never_say_more_than_warnings(log: Lines) -> None:
    written = io.StringIO()
    configure("error", "json", written)
    logging.getLogger("api").warning("hidden")
    logging.getLogger("sqlalchemy").warning("hidden")
    configure("debug", "json", written)
    logging.getLogger("sqlalchemy").info("hidden")
    logging.getLogger("api").debug("shown")
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == ["shown"]
