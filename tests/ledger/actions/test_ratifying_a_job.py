"""An emergency job of the repair fund is allowed afterwards: by the owners' vote, in a second hand, once."""

from __future__ import annotations

import pytest

from ledger import errors
from ledger.actions.keep_repair import (
    OpenBuilding,
    RecordRepair,
    RepairKind,
    open_repair_buildings,
    record_repair,
)
from ledger.actions.ratify_job import ratify_job
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.rules.roles import Actor, Role
from ledger.store.authorities import used
from ledger.store.emergencies import Emergency, unratified
from tests.books.between import opened, voted
from tests.books.reading import standing
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

VOTE = "V-R"


@pytest.fixture
def trapped(house: Books) -> Books:
    """Give the fund 90,000 in two buildings."""
    opened(house, Repair="90,000.00")
    buildings = (OpenBuilding("B01", 0, yuan("40,000.00")), OpenBuilding("B02", 0, yuan("50,000.00")))
    house.act(open_repair_buildings, buildings)
    return house


def urgent(books: Books, amount: str = "15,000.00", job: str = "R009") -> int:
    command = RecordRepair(
        *(RepairKind.JOB_APPROVED, yuan(amount), "专户通知", books.today),
        job=job,
        authority="emergency",
        reason="电梯困人",
    )
    return books.act(record_repair, command).seq


def waiting(books: Books) -> list[Emergency]:
    with books.database.reading() as session:
        return unratified(session, books.compound, books.today)


def taken(books: Books) -> int:
    with books.database.reading() as session:
        return used(session, books.compound, VOTE)


def test_a_vote_takes_the_job_and_nothing_is_posted(trapped: Books) -> None:
    seq = urgent(trapped)
    assert [one.id for one in waiting(trapped)] == [f"Repair-{seq}"]
    voted(trapped, VOTE, Matter.REPAIR_USE, "Repair", "15,000.00")
    before = standing(trapped)
    assert trapped.act(ratify_job, seq, VOTE, by=COMMITTEE).voucher is None
    assert (waiting(trapped), taken(trapped), standing(trapped)) == ([], yuan("15,000.00"), before)
    refused(trapped, errors.EmergencyClosed, ratify_job, seq, VOTE, by=COMMITTEE)
    urgent(trapped, "20,000.00", "R010")  # the cap counts what waits


def test_a_month_that_ended_before_it_still_lists_the_job(trapped: Books) -> None:
    seq, ended = urgent(trapped), trapped.today
    voted(trapped, VOTE, Matter.REPAIR_USE, "Repair")
    trapped.today = ended.replace(month=2)
    trapped.act(ratify_job, seq, VOTE, by=COMMITTEE)
    with trapped.database.reading() as session:
        assert [one.id for one in unratified(session, trapped.compound, ended)] == [f"Repair-{seq}"]


def test_the_vote_comes_back_with_the_reversal_of_the_job(trapped: Books) -> None:
    seq = urgent(trapped)
    voted(trapped, VOTE, Matter.REPAIR_USE, "Repair", "15,000.00")
    trapped.act(ratify_job, seq, VOTE, by=COMMITTEE)
    trapped.act(reverse, Reverse(seq, "改由保修承担", trapped.today))
    assert (taken(trapped), waiting(trapped)) == (0, [])
    refused(trapped, errors.EmergencyClosed, ratify_job, seq, VOTE, by=COMMITTEE)


@pytest.mark.parametrize(
    ("matter", "fund", "amount", "refusal"),
    [
        (Matter.REPAIR_USE, "Repair", "14,999.99", errors.AuthorityUsedUp),
        (Matter.SPENDING, "Repair", None, errors.AuthorityUnfit),
        (Matter.REPAIR_USE, "PropertyFee", None, errors.AuthorityUnfit),
    ],
)
def test_it_takes_a_vote_on_the_use_of_the_fund_for_all_of_it(
    trapped: Books, matter: Matter, fund: str, amount: str | None, refusal: type[errors.Refusal]
) -> None:
    seq = urgent(trapped)
    voted(trapped, VOTE, matter, fund, amount)
    refused(trapped, refusal, ratify_job, seq, VOTE, by=COMMITTEE)
    refused(trapped, errors.AuthorityUnknown, ratify_job, seq, "V-9", by=COMMITTEE)


def test_it_takes_a_second_person_and_an_emergency_job(trapped: Books) -> None:
    seq = urgent(trapped)
    vote = voted(trapped, VOTE, Matter.REPAIR_USE, "Repair")
    refused(trapped, errors.RoleRefused, ratify_job, seq, vote, by=TRUSTEE)
    same_person = Actor(TREASURER.user, Role.COMMITTEE, TREASURER.body)
    refused(trapped, errors.SamePerson, ratify_job, seq, vote, by=same_person)
    refused(trapped, errors.EmergencyClosed, ratify_job, seq - 1, vote, by=COMMITTEE)
    refused(trapped, errors.EmergencyClosed, ratify_job, 10**6, vote, by=COMMITTEE)
