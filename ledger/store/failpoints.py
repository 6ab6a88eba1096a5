"""Named steps of a write at which a test may let the process die: proof that a crash there loses and doubles nothing.

For tests only. ``MINGZHANG_FAIL_AT=before_commit`` kills the process with SIGKILL when it first reaches that step,
``before_commit:7`` at the seventh time. Without the variable a step costs one comparison.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator

VARIABLE = "MINGZHANG_FAIL_AT"
#: The steps of one request, in order; on SQLite some of them happen for a whole group of requests.
STEPS = (
    "head_locked",  # the compound is ours, nothing is written
    "head_moved",  # the head names an act that is not there yet
    "act_stored",  # the act and its facts are in, the answer is not
    "item_billed",  # a bulk act: one item of a month is billed, the next is not
    "month_checked",  # a close: what is accrued is in and both engines agree, the month is not locked
    "bulletin_recorded",  # a publication: the act names a file that is not there
    "words_gone",  # an erasure: the words are overwritten, the act that says so is not there
    "before_key",  # the answer is made, its key is not kept
    "key_kept",  # all is written, nothing is committed
    "between_savepoints",  # one request of a group is done, the next has not begun (SQLite)
    "before_commit",
    "after_commit",  # durable, and nobody knows
    "before_waking",  # the group is durable, and those who wait have not been told (SQLite)
    "before_answer",  # the caller's thread knows, the caller does not
)

#: The steps of a backup, in order, and of a restore.
STEPS_OF_BACKUPS = (
    "backup_appended",  # all acts are in a file beside the backup (PostgreSQL)
    "backup_copied",  # the backup is written under another name, nobody has looked at it
    "backup_verified",  # it is on the disk, under another name
    "backup_named",  # it has its name, which the folder may not have on the disk
    "backup_kept",  # it counts, and the audit trail does not know of it
    "restore_checked",  # the books are whole beside the place where they belong (SQLite)
    "restore_placed",  # they are in their place, which the folder may not have on the disk (SQLite)
    "place_built",  # the tables are there, the books are not (PostgreSQL)
)


class _Trap:
    """The armed step, and how many times it is passed until it kills."""

    def __init__(self) -> None:
        self.step: str | None = None
        self.last = 1
        self.passed: Iterator[int] = itertools.count(1)


_trap = _Trap()


def arm(said: str) -> None:
    """Arm one step, ``name`` or ``name:n``; the empty text disarms.

    Raises:
        ValueError: there is no such step.
    """
    name, _, nth = said.partition(":")
    known = (*STEPS, *STEPS_OF_BACKUPS)
    if name and name not in known:
        raise ValueError(f"{VARIABLE}: {name} is none of {', '.join(known)}")
    _trap.step, _trap.last, _trap.passed = name or None, int(nth or "1"), itertools.count(1)


def reach(step: str) -> None:
    """Die here if this step is armed and its turn has come."""
    if _trap.step == step and next(_trap.passed) == _trap.last:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
