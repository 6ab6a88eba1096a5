"""Which requests this process works on, by their keys: so that a duplicate can be told that the first still runs."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Hashable, Iterator


class Underway:
    """The requests that are being worked on, under each key in the order in which they came."""

    def __init__(self) -> None:
        """Begin with none."""
        self._door = threading.Lock()
        self._at: dict[Hashable, list[Request]] = defaultdict(list)

    @contextlib.contextmanager
    def of(self, key: Hashable) -> Iterator[Request]:
        """Be known as one of those with this key while inside."""
        mine = Request()
        with self._door:
            mine.is_behind_another = bool(self._at[key])
            self._at[key].append(mine)
        try:
            yield mine
        finally:
            with self._door:
                self._at[key].remove(mine)
                if not self._at[key]:
                    del self._at[key]


class Request:
    """One of the requests with a key."""

    is_behind_another = False  # when it came, another with its key was being worked on
