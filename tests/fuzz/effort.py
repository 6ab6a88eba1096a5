"""How hard the fuzzers try: a little in every run of the tests, as long as somebody likes with ``MINGZHANG_FUZZ``."""

from __future__ import annotations

import os

#: How many times as much as a run of the tests does; 1 unless the environment says more.
TIMES = int(os.environ.get("MINGZHANG_FUZZ", "1"))
#: Where chance begins; the same unless the environment says otherwise.
SEED = int(os.environ.get("MINGZHANG_FUZZ_SEED", "20260210"))


def examples(few: int) -> int:
    """Return how many examples to try where ``few`` are enough for every run."""
    return few * TIMES
