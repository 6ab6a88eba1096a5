"""A process that has imported everything and gives birth to others: a real ``mingzhang serve`` each, quickly.

Lines of JSON come in: an environment, the words of a command and where to write what it prints, or the number of a
process that has died.
Lines of JSON go out: the number of the new process, or how the dead one ended.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import traceback
from functools import cache
from typing import Any

from typer.main import get_command


def give_birth(environment: dict[str, str], words: list[str], printed: str) -> int:
    """Fork, and run the command in the child; return the child's number."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        out = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ.update(environment)
        _run(words)
    except SystemExit as done:
        sys.stdout.flush()
        os._exit(int(done.code or 0))
    except BaseException:  # noqa: BLE001 - whatever it is: the child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(70)


def _run(words: list[str]) -> None:
    from ledger.store import failpoints

    failpoints.arm(os.environ.get(failpoints.VARIABLE, ""))
    _command().main(args=words, prog_name="mingzhang")


@cache
def _command() -> Any:
    """Build the command line, once for all children: two hundred commands take longer than the server."""
    from api.cli.main import app

    return get_command(app)


def _prepare() -> None:
    """Import what a server needs."""
    for name in (
        "uvicorn.protocols.http.auto",
        "api.app",
        "api.fava.app",
        "api.operating.start",
        "api.shelf",
        "reports.book.second_opinion",
        "reports.month.bulletin",
        "reports.pdf.bulletin",
    ):
        importlib.import_module(name)
    importlib.import_module(
        "reports.pdf.type"
    ).register()  # fonts take longer to read than a bulletin to draw
    _command()


def run() -> None:
    """Answer until nobody asks any more."""
    _prepare()
    assert threading.active_count() == 1, "a fork takes one thread along"
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "born" in asked:
            _, status = os.waitpid(asked["born"], 0)
            answer = {"ended": os.waitstatus_to_exitcode(status)}
        else:
            answer = {"born": give_birth(asked["environment"], asked["words"], asked["printed"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run()
