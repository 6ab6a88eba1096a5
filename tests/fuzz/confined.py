"""``mingzhang`` in a small room: every command in a process of its own that may take so much memory and time, no more.

Lines of JSON come in: a list of words for the command line. Lines of JSON go out: how it ended and what it said. What
takes too long is ended by its limit of processor time, however busy the machine is.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from typing import Any

from typer.main import get_command

_ROOM = 768 * 1024**2  # bytes beyond what the program itself takes
_TIME = 60  # seconds of processor time


def confined(command: Any, words: list[str]) -> dict[str, Any]:
    """Run a command in a child; return its exit code (minus the signal that ended it) and what it printed."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            _run(command, words)
        _, status, used = os.wait4(child, 0)
        said = {name: _read(file) for name, file in (("out", out), ("err", err))}
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, **said, "seconds": time.monotonic() - begun, "kilobytes": used.ru_maxrss}


def _run(command: Any, words: list[str]) -> None:
    """Set the limits, and be the command."""
    room = _taken() + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (_TIME, _TIME))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    code = 70
    try:
        command.main(args=words, prog_name="mingzhang")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 70
    except BaseException:  # noqa: BLE001 - what no command may let out: the test sees it in what was printed
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _taken() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one line of the kernel's
        return int(statm.read().split()[0]) * resource.getpagesize()


def _read(file: Any) -> str:
    file.seek(0)
    found: str = file.read().decode("utf-8", "replace")
    return found


def main() -> None:
    """Take commands until nobody has one."""
    import reports.archive.verify  # noqa: F401 - so that a child need not
    from api.cli.main import app

    command = get_command(app)
    for line in sys.stdin:
        print(json.dumps(confined(command, json.loads(line))), flush=True)  # noqa: T201 - to the test


if __name__ == "__main__":
    main()
