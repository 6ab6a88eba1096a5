"""The log of a test: the real one, written to memory."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.operating.logs import configure

Lines = Callable[[], list[dict[str, Any]]]
_NAMED = ("api", "ledger", "reports", "migrations", "uvicorn", "uvicorn.error")


@pytest.fixture
def log() -> Iterator[Lines]:
    """Write the log as JSON to memory at every level, and give its lines so far."""
    root, written = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in _NAMED}
    for name in _NAMED:  # a server that another test has run in this process left its own level behind
        logging.getLogger(name).setLevel(logging.NOTSET)
    configure("debug", "json", written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = True
