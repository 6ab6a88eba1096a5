"""The log: one line a record, as JSON for machines or as text for the eye.

What it must never hold is left out here, whoever writes: the words of an exception (a database quotes the row that it
refuses), the values that a library puts into its messages, and lines that were composed with values in them already.
Of an accident stay the types and our own frames.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, TextIO

from api.operating.seen import CURRENT

_OURS: Final = ("api", "ledger", "reports", "migrations")
_SAID_TWICE: Final = "Exception in ASGI application"  # uvicorn says again what problems.py has said
_LONGEST_CHAIN: Final = 5


def configure(level: str, form: str, stream: TextIO) -> None:
    """Write this process's log to a stream.

    Args:
        level: from which severity on; libraries never below ``warning``, for they tell of their data.
        form: ``json``, ``text``, or ``auto``: text on a terminal, else JSON.
        stream: where it goes.
    """
    handler = logging.StreamHandler(stream)
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler.setFormatter(TextLines() if as_text else JsonLines())
    handler.addFilter(_is_fit)
    root, severity = logging.getLogger(), logging.getLevelNamesMapping()[level.upper()]
    handler.setLevel(severity)
    root.handlers[:] = [handler]
    root.setLevel(max(severity, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(severity)
    logging.raiseExceptions = False  # a full disk under the log is no reason to print records elsewhere


def _is_fit(record: logging.LogRecord) -> bool:
    """Say whether a record is written: a library's warnings are, what it tells of its work is not."""
    if _is_ours(record.name):
        return True
    return record.levelno >= logging.WARNING and not str(record.msg).startswith(_SAID_TWICE)


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(_facts(record), ensure_ascii=False, separators=(",", ":"))


class TextLines(logging.Formatter):
    """The same facts for the eye."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the lines of an accident below it."""
        facts = _facts(record)
        said = f"{facts.pop('time')} {facts.pop('level'):<8} {facts.pop('event')}"
        frames = facts.pop("frames", ())
        return "".join(
            (said, *(f" {key}={one}" for key, one in facts.items()), *(f"\n    {one}" for one in frames))
        )


def _facts(record: logging.LogRecord) -> dict[str, Any]:  # Any: text, numbers and lists
    """Return what may be written of a record."""
    written = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    facts = {"time": f"{written[:-6]}Z", "level": record.levelname.lower(), "event": _event(record)}
    if not _is_ours(record.name):
        facts["logger"] = record.name
    given = record.__dict__.get("facts", {})
    request = CURRENT.get()
    if request is not None and "request" not in given:
        facts["request"] = request
    facts |= {key: one for key, one in given.items() if one is not None}
    if record.exc_info and record.exc_info[1] is not None:
        facts |= accident(record.exc_info[1])
    return facts


def _event(record: logging.LogRecord) -> str:
    """Return a message without its values: ours are constant, a library's is written as its template."""
    if _is_ours(record.name) or record.args:
        return str(record.msg)
    return "(a library's words)"


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in _OURS


def accident(error: BaseException) -> dict[str, Any]:  # Any: text and lists
    """Return what may be known of an exception: its types, inner causes last, and where it came from."""
    types: list[str] = []
    frames: list[str] = []
    one: BaseException | None = error
    while one is not None and len(types) < _LONGEST_CHAIN:
        types.append(f"{type(one).__module__}.{type(one).__qualname__}".removeprefix("builtins."))
        frames = _frames(one.__traceback__, frames)
        one = one.__cause__ or one.__context__
    return {"error": types, "frames": frames}


def _frames(trace: TracebackType | None, outer: list[str]) -> list[str]:
    """Return module, function and line of our own frames and of the innermost one; ``outer`` if none is ours."""
    walked = [
        (str(frame.f_globals.get("__name__", "?")), frame.f_code.co_qualname, line)
        for frame, line in traceback.walk_tb(trace)
    ]
    if outer and not any(_is_ours(module) for module, _, _ in walked):
        return outer
    return [
        f"{module}:{function}:{line}"
        for module, function, line in walked
        if _is_ours(module) or (module, function, line) == walked[-1]
    ]
