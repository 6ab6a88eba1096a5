"""Load the application for one command."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

_LARGE = "api.app"


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Import the application without a search for garbage: that would be a third of a command's start, to find none.

    What is loaded stays, so that no later search walks through it either.
    """
    if _LARGE in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
