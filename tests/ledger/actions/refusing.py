"""How the tests of acts say that the books refuse one, and keep nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.errors import Refusal
from ledger.rules.roles import Actor
from tests.books.reading import acts
from tests.conftest import TREASURER, Books


def refused(
    books: Books,
    refusal: type[Refusal],
    action: Callable[..., object],
    *command: object,
    by: Actor = TREASURER,
) -> Refusal:
    """Try an act, see it refused without a trace, and give the refusal."""
    before = acts(books)
    with pytest.raises(refusal) as told:
        books.act(action, *command, by=by)
    assert acts(books) == before
    return told.value
