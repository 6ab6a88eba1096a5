"""The votes and authorities of a month: what the bulletin prints of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.actions.record_authority import end_authority
from ledger.actions.record_vote import Asked, RecordVote, record_vote
from ledger.rules.authority import AuthorityKind, Matter
from ledger.rules.vote import Base, Choice, Weight
from reports.month.authorities import (
    KIND_ZH,
    MATTER_ZH,
    Authorisations,
    AuthorityFigures,
    authorisations,
    vote_figures,
)
from tests.books.sample import PREPAID, SMALL, yuan
from tests.conftest import Books
from tests.ledger.actions.test_recording_authorities import TERMS, need, settled, take, totals

__all__ = ["settled"]


def test_every_matter_and_kind_has_its_words() -> None:
    assert set(MATTER_ZH) == set(Matter)
    assert set(KIND_ZH) == set(AuthorityKind)


def named(found: Authorisations) -> list[AuthorityFigures]:
    """Return the figures of the vote that the test records."""
    return [one for one in found.authorities if one.code == TERMS.code]


def test_a_month_shows_its_votes_and_what_was_left_at_its_end(settled: Books) -> None:
    settled.act(record_vote, totals((5, 63_503), (4, 53_503)))
    settled.act(take, "V2026-01", need("100.00"))
    settled.today = date(2026, 2, 5)
    settled.act(take, "V2026-01", replace(need("50.00"), on=settled.today))
    failed = replace(TERMS, code="V2026-02", matter=Matter.COMMON_PARTS, decided_on=settled.today)
    settled.act(record_vote, totals((5, 63_503), (3, 47_627), failed))
    settled.act(end_authority, "V2026-01", settled.today, "已办结")
    with settled.database.reading() as session:
        january, february, march = (
            authorisations(session, settled.compound, f"2026-0{month}") for month in (1, 2, 3)
        )
    (passed,) = january.votes
    assert (passed.entitled, passed.agreed) == (Weight(5, 63_503), Weight(4, 53_503))
    assert passed.result_zh == "通过:参与达三分之二,同意过半数"
    (held,) = named(january)
    assert (held.used_minor, held.left_minor, held.ended_on) == (yuan("100.00"), yuan("750.00"), None)
    (special,) = february.votes
    assert (special.is_special, special.passed) == (True, False)
    assert special.result_zh == "未通过:同意的人数和面积未达四分之三以上"
    assert special.result_en == "Not passed: not three quarters agreed (heads and area)"
    (ended,) = named(february)
    assert (ended.left_minor, ended.ended_on) == (yuan("700.00"), date(2026, 2, 5))
    assert (march.votes, named(march)) == ((), [])


def test_of_fewer_than_five_electors_only_the_result_is_published(settled: Books) -> None:
    terms = replace(TERMS, fund="Repair", matter=Matter.REPAIR_USE)
    of_building = replace(totals((3, 28_953), (1, 8_953), terms), asked=Asked(Base.BUILDING, "B01"))
    settled.act(record_vote, of_building)
    one = RecordVote(replace(terms, code="V-1"), {SMALL: Choice.AGREE}, Asked(Base.UNITS, units=(SMALL,)))
    settled.act(record_vote, one)
    with settled.database.reading() as session:
        failed, passed = vote_figures(session, settled.compound)
    for few in (failed, passed):
        told = (few.entitled, few.took, few.agreed, few.least_taking, few.least_agreeing, few.has_quorum)
        assert told == (None,) * 6
    assert (failed.base_zh, failed.passed, failed.result_zh) == ("B01 幢业主", False, "未通过")
    assert (passed.base_zh, passed.passed, passed.result_zh) == ("部分业主", True, "通过")


def test_the_vote_of_a_project_does_not_say_whose_stair_it_is(settled: Books) -> None:
    project = replace(TERMS, fund="Project:Lift-01", matter=Matter.PROJECT)
    for number, asked in enumerate(
        (Asked(Base.BUILDING, "B01"), Asked(Base.STAIR, "B01-U1"), Asked(Base.UNITS, units=(SMALL, PREPAID)))
    ):
        ballots = {SMALL: Choice.AGREE, PREPAID: Choice.AGREE}
        settled.act(record_vote, RecordVote(replace(project, code=f"L-{number}"), ballots, asked))
    with settled.database.reading() as session:
        found = vote_figures(session, settled.compound)
    assert {(one.base_zh, one.base_en) for one in found} == {("参与户", "the participating units")}
    assert "B01" not in repr(found)
