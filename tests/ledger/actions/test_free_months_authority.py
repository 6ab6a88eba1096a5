from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.receive import Receive, receive
from ledger.rules.channel import Channel
from tests.books.sample import play
from tests.conftest import Books


def test_the_authority_of_a_receipt_is_words_that_may_be_published(house: Books) -> None:
    books = play(house, through="s02")
    day = date(2026, 1, 5)
    command = Receive("B01-U1-0201", 10_000, Channel.BANK, day, day, "Joint01", authority="决议\n13800138000")
    with pytest.raises(errors.TextRefused) as refused:
        books.act(receive, command)
    assert refused.value.pointer == "/authority"
