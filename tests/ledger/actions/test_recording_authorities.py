"""Votes, resolutions and contracts as acts: what may be recorded, what becomes an authority, and what ends one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from ledger import errors
from ledger.actions.authorise import authorise, use_rows
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.record_authority import Terms, end_authority, record_contract, record_resolution
from ledger.actions.record_vote import Asked, RecordVote, Totals, record_vote
from ledger.rules.authority import AuthorityKind, Granted, Matter, Need
from ledger.rules.vote import Base, Choice, Weight
from ledger.store.append import Journal
from ledger.store.tables import Authority, AuthorityUse, Ballot, Vote
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, TWO_PAYER, UNSOLD, set_up, unit_line, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.test_receiving import refused

DAY = date(2026, 1, 5)
FILE = ("ab" * 32, "计票表")
#: The sample's heads: four owners and the developer with two unsold units; 635.03 m² in all.
EVERYBODY = Weight(5, 63_503)
TERMS = Terms(
    "V2026-01", Matter.SPENDING, "更换单元门", DAY, "PropertyFee", yuan("850.00"), date(2026, 12, 31)
)


@pytest.fixture
def settled(house: Books) -> Books:
    """Give a house whose register has four owners and the developer."""
    return set_up(house)


def totals(took: tuple[int, int], agreed: tuple[int, int], terms: Terms = TERMS) -> RecordVote:
    return RecordVote(terms, Totals(Weight(*took), Weight(*agreed)), evidence=(FILE,))


def take(journal: Journal, code: str, need: Need) -> Granted:
    """Take so much of an authority, as an act would."""
    granted = authorise(journal, code, need)
    journal.record("spent", need.on, {AuthorityUse: use_rows(granted, need.amount_minor, "test")})
    return granted


def need(amount: str, **named: object) -> Need:
    return Need("PropertyFee", yuan(amount), DAY, **named)  # type: ignore[arg-type]  # by name


def test_a_vote_that_passed_is_an_authority_and_its_base_is_the_register(settled: Books) -> None:
    done = settled.act(record_vote, totals((4, 50_000), (3, 40_000)), by=COMMITTEE)
    assert done.tally.entitled == EVERYBODY
    assert done.outcome.passed
    assert settled.act(authorise, "V2026-01", need("850.00")).left_minor == yuan("850.00")


def test_a_vote_that_failed_is_on_record_and_allows_nothing(settled: Books) -> None:
    done = settled.act(record_vote, totals((3, 41_668), (3, 41_668)))
    assert not done.outcome.has_quorum  # three of five heads are less than two thirds
    with settled.database.reading() as session:
        assert session.get(Vote, (settled.compound, "V2026-01")) is not None
        assert session.get(Authority, (settled.compound, "V2026-01")) is None
    with pytest.raises(errors.VoteFailed):
        settled.act(authorise, "V2026-01", need("1.00"))
    refused(settled, record_vote, totals((5, 63_503), (5, 63_503)), errors.AlreadyExists)


def test_the_last_fen_of_an_authority_is_enforced_and_what_is_given_back_may_be_taken_again(
    settled: Books,
) -> None:
    settled.act(record_vote, totals((5, 63_503), (5, 63_503)))
    settled.act(take, "V2026-01", need("849.99"))
    with pytest.raises(errors.AuthorityUsedUp):
        settled.act(take, "V2026-01", need("0.02"))
    settled.act(take, "V2026-01", need("0.01"))
    with pytest.raises(errors.AuthorityUsedUp):
        settled.act(take, "V2026-01", need("0.01"))


def test_an_authority_holds_for_its_fund_matter_and_days_only(settled: Books) -> None:
    settled.act(record_vote, totals((5, 63_503), (5, 63_503)))
    for wrong, kind in (
        (replace(need("1.00"), fund="Repair"), errors.AuthorityUnfit),
        (need("1.00", matters={Matter.LOAN}), errors.AuthorityUnfit),
        (need("1.00", kinds={AuthorityKind.CONTRACT}), errors.AuthorityUnfit),
        (replace(need("1.00"), on=date(2026, 1, 4)), errors.AuthorityExpired),
        (replace(need("1.00"), on=date(2027, 1, 1)), errors.AuthorityExpired),
    ):
        with pytest.raises(kind):
            settled.act(authorise, "V2026-01", wrong)


def test_ballots_are_counted_by_the_register_of_the_day(settled: Books) -> None:
    ballots = {
        SMALL: Choice.AGREE,
        LATE_PAYER: Choice.AGREE,
        PREPAID: Choice.AGREE,
        UNSOLD[0]: Choice.AGAINST,
    }
    done = settled.act(record_vote, RecordVote(TERMS, ballots))
    assert done.tally.took == Weight(4, 10_000 + 8_953 + 10_000 + 24_000)  # one voice for both unsold units
    assert done.tally.agreed == Weight(3, 28_953)
    assert done.outcome.passed  # 28,953 of 52,953 is more than half
    with settled.database.reading() as session:
        cast = session.exec(select(Ballot).where(Ballot.compound == settled.compound)).all()
        assert {(one.unit, one.choice) for one in cast} == {(unit, str(one)) for unit, one in ballots.items()}


def test_one_buyer_of_several_units_is_one_head(settled: Books) -> None:
    twice = [
        replace(unit_line(code, area), name="张三", phone="13800000000")
        for code, area in ((SMALL, 10_000), (PREPAID, 10_000))
    ]
    firm = [
        replace(unit_line(code, area), name=name, credit_code="91110000600037341L", is_company=True)
        for code, area, name in ((LATE_PAYER, 8_953, "甲公司"), (TWO_PAYER, 10_550, "甲公司(分)"))
    ]
    settled.act(import_units, ImportUnits(changed=tuple(twice + firm)))
    done = settled.act(record_vote, totals((3, 63_503), (3, 63_503)))
    assert done.tally.entitled == Weight(3, 63_503)


def test_the_area_is_that_of_the_day(settled: Books) -> None:
    settled.today = date(2026, 2, 5)
    settled.act(import_units, ImportUnits(changed=(unit_line(SMALL, 10_100),)))
    assert settled.act(record_vote, totals((5, 63_503), (5, 63_503))).tally.entitled == EVERYBODY
    later = replace(TERMS, code="V2026-02", decided_on=settled.today)
    assert settled.act(record_vote, totals((5, 63_503), (5, 63_503), later)).tally.entitled == Weight(
        5, 63_603
    )


def test_a_building_a_stair_and_named_units_are_bases_of_their_own(settled: Books) -> None:
    terms = replace(TERMS, fund="Repair")
    everyone = {Base.BUILDING: ("B01", (), 28_953), Base.STAIR: ("B02-U1", (), 34_550)}
    for number, (base, (of, units, area)) in enumerate(everyone.items()):
        heads = 3 if base is Base.BUILDING else 2
        vote = totals((heads, area), (heads, area), replace(terms, code=f"V-{number}"))
        done = settled.act(record_vote, replace(vote, asked=Asked(base, of, units)))
        assert done.tally.entitled == Weight(heads, area)
    named = replace(totals((2, 20_000), (2, 20_000), terms), asked=Asked(Base.UNITS, units=(SMALL, PREPAID)))
    assert settled.act(record_vote, named).tally.entitled == Weight(2, 20_000)


def test_a_part_of_the_owners_does_not_decide_about_the_money_of_all(settled: Books) -> None:
    vote = replace(totals((3, 28_953), (3, 28_953)), asked=Asked(Base.BUILDING, "B01"))
    assert refused(settled, record_vote, vote, errors.RequestMalformed).pointer == "/fund"


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"counted": Totals(Weight(5, 63_503), Weight(6, 63_503))}, errors.VoteImplausible),
        ({"counted": Totals(Weight(6, 63_503), Weight(5, 63_503))}, errors.VoteImplausible),
        ({"counted": Totals(Weight(5, 63_504), Weight(5, 63_503))}, errors.VoteImplausible),
        ({"evidence": ()}, errors.VoteImplausible),
        ({"evidence": (("AB" * 32, "计票表"),)}, errors.RequestMalformed),
        ({"counted": {"B09-U1-0101": Choice.AGREE}}, errors.NotFound),
        ({"asked": Asked(Base.BUILDING)}, errors.RequestMalformed),
        ({"asked": Asked(Base.COMPOUND, "B01")}, errors.RequestMalformed),
        ({"announced_on": date(2026, 1, 4)}, errors.RequestMalformed),
        ({"terms": replace(TERMS, decided_on=date(2026, 1, 6))}, errors.DateInFuture),
        ({"terms": replace(TERMS, until=date(2026, 1, 4))}, errors.RequestMalformed),
        ({"terms": replace(TERMS, amount_minor=0)}, errors.RequestMalformed),
        ({"terms": replace(TERMS, fund="Nothing")}, errors.AccountUnknown),
        ({"terms": replace(TERMS, code="budget")}, errors.RequestMalformed),
        ({"terms": replace(TERMS, code="V 1")}, errors.RequestMalformed),
        ({"terms": replace(TERMS, title="给 B01-U1-0101 减免")}, errors.TextRefused),
    ],
)
def test_a_vote_that_cannot_be_is_refused(
    settled: Books, changed: dict[str, object], kind: type[errors.Refusal]
) -> None:
    refused(settled, record_vote, replace(totals((5, 63_503), (5, 63_503)), **changed), kind)


def test_only_the_committee_records_a_resolution_and_only_the_treasurer_a_contract(settled: Books) -> None:
    with pytest.raises(errors.RoleRefused):
        settled.act(record_resolution, TERMS, by=TREASURER)
    with pytest.raises(errors.RoleRefused):
        settled.act(record_contract, replace(TERMS, document="HT-1"), "示例保洁公司", by=COMMITTEE)
    with pytest.raises(errors.RoleRefused):
        settled.act(record_vote, totals((5, 63_503), (5, 63_503)), by=TRUSTEE)
    settled.act(record_resolution, TERMS, by=COMMITTEE)
    contract = replace(TERMS, code="HT-1", document="ab" * 32)
    settled.act(record_contract, contract, "示例保洁公司")
    assert settled.act(authorise, "HT-1", need("1.00")).kind is AuthorityKind.CONTRACT
    with pytest.raises(errors.RequestMalformed):
        settled.act(record_contract, replace(TERMS, code="HT-2"), "示例保洁公司")


@pytest.mark.parametrize(
    "matter", [Matter.NEGATIVE_FUND, Matter.LOAN, Matter.REPAIR_USE, Matter.OWNER_APPROVED]
)
def test_what_only_the_owners_may_allow_is_neither_resolved_nor_contracted(
    settled: Books, matter: Matter
) -> None:
    with pytest.raises(errors.VoteNeeded):
        settled.act(record_resolution, replace(TERMS, matter=matter), by=COMMITTEE)
    with pytest.raises(errors.VoteNeeded):
        settled.act(record_contract, replace(TERMS, matter=matter, document="HT-1"), "示例公司")


def test_an_authority_that_ended_holds_to_its_last_day(settled: Books) -> None:
    settled.act(record_vote, totals((5, 63_503), (5, 63_503)))
    settled.today = date(2026, 3, 1)
    settled.act(end_authority, "V2026-01", date(2026, 2, 1), "法院撤销", by=COMMITTEE)
    assert settled.act(authorise, "V2026-01", replace(need("1.00"), on=date(2026, 2, 1)))
    with pytest.raises(errors.AuthorityExpired):
        settled.act(authorise, "V2026-01", replace(need("1.00"), on=date(2026, 2, 2)))
    with pytest.raises(errors.AuthorityEnded):
        settled.act(end_authority, "V2026-01", date(2026, 2, 2), "再次撤销")
    with pytest.raises(errors.AuthorityUnknown):
        settled.act(end_authority, "V2026-99", date(2026, 2, 2), "没有")


def test_nothing_is_allowed_by_an_unknown_word_or_none(settled: Books) -> None:
    with pytest.raises(errors.AuthorityMissing):
        settled.act(authorise, "  ", need("1.00"))
    with pytest.raises(errors.AuthorityUnknown):
        settled.act(authorise, "V2026-01", need("1.00"))


def test_an_emergency_stands_for_itself_where_it_may(settled: Books) -> None:
    with pytest.raises(errors.AuthorityUnfit):
        settled.act(authorise, "emergency", need("1.00"))
    may = need("1.00", kinds={AuthorityKind.EMERGENCY, AuthorityKind.VOTE})
    granted = settled.act(authorise, "emergency", may)
    assert granted.kind is AuthorityKind.EMERGENCY
    assert use_rows(granted, 100, "test") == []
