"""Acts that take any words for their authority: words that name one on record are held to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger import errors
from ledger.actions.authorise import check_named
from ledger.actions.record_authority import Terms, record_resolution
from ledger.actions.record_vote import record_vote
from ledger.actions.relieve import Relieve, waive, write_off
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.settle_in_kind import SettleInKind, settle_in_kind
from ledger.rules.authority import Matter
from ledger.rules.charge import Formula
from tests.books.sample import play
from tests.conftest import COMMITTEE, Books
from tests.ledger.actions.test_receiving import refused
from tests.ledger.actions.test_recording_authorities import DAY, TERMS, need, settled, totals
from tests.ledger.actions.test_relieving import charge_of

__all__ = ["settled"]


def test_words_that_name_an_authority_must_fit_and_other_words_may_say_anything(settled: Books) -> None:
    relief = replace(need("1.00"), matters={Matter.RELIEF})
    settled.act(record_vote, totals((3, 41_668), (3, 41_668)))
    settled.act(record_vote, totals((5, 63_503), (5, 63_503), replace(TERMS, code="V-2")))
    settled.act(check_named, "物业服务合同 2025-01", relief)
    with pytest.raises(errors.VoteFailed):
        settled.act(check_named, "V2026-01", relief)
    with pytest.raises(errors.AuthorityUnfit):
        settled.act(check_named, "V-2", relief)
    with pytest.raises(errors.AuthorityUnknown):
        settled.act(check_named, "vote-V2026-09", relief)


@pytest.fixture
def owing(house: Books) -> Books:
    """Give a house that has billed January."""
    return play(house, through="s02")


def relief_vote(books: Books, code: str, *, passes: bool = True, matter: Matter = Matter.RELIEF) -> None:
    """Let everybody vote on giving up 211.00 yuan of fees."""
    figures = (5, 63_503) if passes else (2, 20_000)
    books.act(
        record_vote,
        totals((5, 63_503), figures, replace(TERMS, code=code, matter=matter, amount_minor=21_100)),
    )


def test_a_waiver_takes_from_the_vote_that_it_names_and_its_reversal_gives_back(owing: Books) -> None:
    relief_vote(owing, "V-R1")
    charge = charge_of(owing, "211.00")
    seq = owing.act(waive, Relieve(((charge, 21_000),), "V-R1", DAY)).recorded.seq
    rest = ((charge, 100),)
    owing.act(waive, Relieve(rest, "V-R1", DAY))
    other = charge_of(owing, "200.00")
    assert (
        refused(owing, waive, Relieve(((other, 1),), "V-R1", DAY), errors.AuthorityUsedUp).facts["left"]
        == "0.00"
    )
    owing.act(reverse, Reverse(seq, "误减", DAY))
    owing.act(waive, Relieve(((other, 20_000),), "V-R1", DAY))


@pytest.mark.parametrize("action", [waive, write_off])
def test_debts_are_not_given_up_by_a_vote_that_failed_or_was_about_something_else(
    owing: Books, action: object
) -> None:
    relief_vote(owing, "V-R1", passes=False)
    relief_vote(owing, "V-R2", matter=Matter.SPENDING)
    part = ((charge_of(owing, "211.00"), 100),)
    refused(owing, action, Relieve(part, "V-R1", DAY), errors.VoteFailed)
    refused(owing, action, Relieve(part, "V-R2", DAY), errors.AuthorityUnfit)
    refused(owing, action, Relieve(part, "vote-V2026-09", DAY), errors.AuthorityUnknown)


def test_a_committee_writes_debts_off_and_does_not_waive_them(owing: Books) -> None:
    resolution = Terms("J-1", Matter.RELIEF, "账销案存", DAY)
    owing.act(record_resolution, resolution, by=COMMITTEE)
    part = ((charge_of(owing, "211.00"), None),)
    refused(owing, waive, Relieve(part, "J-1", DAY), errors.AuthorityUnfit)
    owing.act(write_off, Relieve(part, "J-1", DAY))


def test_prices_things_taken_in_kind_and_money_given_back_name_no_failed_vote(owing: Books) -> None:
    relief_vote(owing, "V-R1", passes=False)
    rate = SetTariff("property_fee", Formula.AREA_RATE, 22_000, date(2026, 3, 1), "V-R1")
    refused(owing, set_tariff, rate, errors.VoteFailed)
    in_kind = SettleInKind(((charge_of(owing, "211.00"), None),), "V-R1", "评估报告 1", DAY)
    refused(owing, settle_in_kind, in_kind, errors.VoteFailed)
    relief_vote(owing, "V-R2")
    refused(owing, set_tariff, replace(rate, authority="V-R2"), errors.AuthorityUnfit)
    settled = owing.act(settle_in_kind, replace(in_kind, authority="V-R2"))
    assert settled.recorded.voucher
