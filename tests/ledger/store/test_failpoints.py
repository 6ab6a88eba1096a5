"""A step at which a process may be told to die: each exists, is reached, and costs nothing unarmed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.store.failpoints import STEPS, STEPS_OF_BACKUPS, VARIABLE, arm, reach

PRODUCT = Path(__file__).parents[3]
PASS_THREE_TIMES = """
from ledger.store.failpoints import reach
for n in range(3):
    print(n, flush=True)
    reach("before_commit")
    reach("after_commit")
"""


def ending(armed: str) -> tuple[int, str]:
    """Pass two steps three times in a process of its own; return how it ended, and how far it came."""
    done = subprocess.run(
        [sys.executable, "-c", PASS_THREE_TIMES],
        env={VARIABLE: armed, "PYTHONPATH": str(PRODUCT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("armed", "code", "came"),
    [
        ("", 0, "0\n1\n2\n"),
        ("before_commit", -9, "0\n"),
        ("after_commit:2", -9, "0\n1\n"),
        ("after_commit:4", 0, "0\n1\n2\n"),
    ],
)
def test_a_process_dies_at_the_step_and_the_time_that_is_armed(armed: str, code: int, came: str) -> None:
    assert ending(armed) == (code, came)


def test_a_step_that_does_not_exist_cannot_be_armed() -> None:
    with pytest.raises(ValueError, match="no_such_step is none of"):
        arm("no_such_step:2")
    for step in (*STEPS, *STEPS_OF_BACKUPS):
        reach(step)  # still unarmed


def test_every_named_step_stands_in_the_code_and_no_other() -> None:
    reached = {
        ast.literal_eval(call.args[0])
        for folder in ("api", "ledger")
        for path in (PRODUCT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "reach"
    }
    assert reached == {*STEPS, *STEPS_OF_BACKUPS}
