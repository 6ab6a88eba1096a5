"""What allows an act: votes of the owners, resolutions of the committee, contracts; and what is left of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import OpenBook, Reading, TheHouse
from api.publishing import today_in
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import Amount, Code, Day, Positive, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.record_authority import Terms, end_authority, record_contract, record_resolution
from ledger.actions.record_vote import Asked, RecordVote, Totals, record_vote
from ledger.errors import NotFound, RequestMalformed
from ledger.rules.authority import Matter
from ledger.rules.roles import APPROVERS, KEEPERS, Role
from ledger.rules.vote import Base, Choice, Weight
from ledger.store.append import Journal
from reports.month.authorities import authority_figures, vote_figures

router = Router(prefix="/api/v1/compounds/{compound}", tags=["表决与依据 · Votes and authorities"])
MatterIn = Annotated[Matter, Field(strict=False)]
ChoiceIn = Annotated[Choice, Field(strict=False)]
BaseIn = Annotated[Base, Field(strict=False)]
_RESOLVING = Writing(frozenset({Role.COMMITTEE}))
_CONTRACTING = Writing(KEEPERS)
_RECORDING = Writing(APPROVERS)
_MOST_UNITS = 20_000


class TermsIn(Shape):
    """What is allowed: a matter, out of which fund, up to how much, until when; nothing said is no limit."""

    code: Code
    matter: MatterIn
    title: Words
    decided_on: Day
    fund: Code | None = None
    amount: Positive | None = None
    until: Day | None = None
    document: Words | None = None

    @property
    def terms(self) -> Terms:
        """Return the terms as the ledger names them."""
        return Terms(
            self.code,
            self.matter,
            self.title,
            self.decided_on,
            self.fund,
            self.amount,
            self.until,
            self.document,
        )


class ContractIn(TermsIn):
    """A contract: with whom, and the number or SHA-256 of its document."""

    counterparty: Words


class WeightIn(Shape):
    """Owners, in heads and in square metres."""

    heads: int = Field(ge=0, le=1_000_000)
    area: Amount

    @property
    def weight(self) -> Weight:
        """Return the weight with its area in 1/100 m²."""
        return Weight(self.heads, self.area)


class BallotIn(Shape):
    """How a unit chose."""

    unit: Code
    choice: ChoiceIn


class EvidenceIn(Shape):
    """A file that shows the vote: its SHA-256 and what it is."""

    sha256: Code
    title: Words


class VoteIn(TermsIn):
    """A vote: counted as ballots by unit, or as totals of those taking part and agreeing.

    Who may vote, the fractions and the result are computed; none of them can be entered. ``repair_share_bp``: the
    repair fund's share of net public income, in basis points, where a vote on its distribution names it.
    """

    base: BaseIn = Base.COMPOUND
    base_of: Code | None = None
    units: list[Code] = Field(default=[], max_length=_MOST_UNITS)
    took: WeightIn | None = None
    agreed: WeightIn | None = None
    ballots: list[BallotIn] = Field(default=[], max_length=_MOST_UNITS)
    evidence: list[EvidenceIn] = Field(default=[], max_length=100)
    announced_on: Day | None = None
    repair_share_bp: Annotated[int, Field(ge=0, le=10_000)] | None = None

    @property
    def command(self) -> RecordVote:
        """Return the command.

        Raises:
            RequestMalformed: neither ballots nor totals, or both; or a unit is counted twice.
        """
        evidence = tuple((one.sha256, one.title) for one in self.evidence)
        asked = Asked(self.base, self.base_of, tuple(dict.fromkeys(self.units)))
        counted: Totals | dict[str, Choice]
        if self.took is not None and self.agreed is not None and not self.ballots:
            counted = Totals(self.took.weight, self.agreed.weight)
        elif self.ballots and self.took is None and self.agreed is None:
            counted = {one.unit: one.choice for one in self.ballots}
        else:
            counted = {}
        if not isinstance(counted, Totals) and (not counted or len(counted) != len(self.ballots)):
            raise RequestMalformed(
                pointer="/ballots",
                why_zh="请写参与和同意的合计,或逐户选票(每户一张),二者取一",
                why_en="give the totals of those taking part and agreeing, or one ballot a unit: one of the two",
            )
        return RecordVote(self.terms, counted, asked, evidence, self.announced_on, self.repair_share_bp)


class EndIn(Shape):
    """An authority that holds no longer after a day, and why."""

    code: Code
    ended_on: Day
    reason: Words


@router.post("/authorities/resolutions", status_code=201, summary="登记业委会决议")
def record_committee_resolution(body: TermsIn, pen: Annotated[Pen, Depends(_RESOLVING)]) -> Response:
    """Put a resolution of the committee on record; only the committee does."""
    return pen.write(
        lambda journal: act_answer(journal, record_resolution(journal, body.terms), code=body.code)
    )


@router.post("/authorities/contracts", status_code=201, summary="登记合同")
def record_a_contract(body: ContractIn, pen: Annotated[Pen, Depends(_CONTRACTING)]) -> Response:
    """Put a contract on record: with whom, up to how much, until when."""
    return pen.write(
        lambda journal: act_answer(
            journal, record_contract(journal, body.terms, body.counterparty), code=body.code
        )
    )


@router.post("/authorities/ends", status_code=201, summary="依据终止")
def end_an_authority(body: EndIn, pen: Annotated[Pen, Depends(_RECORDING)]) -> Response:
    """Record that an authority was withdrawn, annulled or replaced."""
    return pen.write(
        lambda journal: act_answer(
            journal, end_authority(journal, body.code, body.ended_on, body.reason), code=body.code
        )
    )


@router.get("/authorities", summary="依据及其余额")
def list_authorities(
    compound: OpenBook,
    session: Reading,
    house: TheHouse,
    as_of: Annotated[Day | None, Query(description="截至日期,默认今天 · at the end of this day")] = None,
) -> Wire:
    """List votes that passed, resolutions and contracts with what was left of each on a day."""
    day = as_of or today_in(session, compound, house.clock())
    return {"as_of": day.isoformat(), "items": to_wire(authority_figures(session, compound, day))}


@router.post("/votes", status_code=201, summary="登记业主表决")
def record_a_vote(body: VoteIn, pen: Annotated[Pen, Depends(_RECORDING)]) -> Response:
    """Record a vote and compute its result; a vote that passed is an authority from then on."""

    def work(journal: Journal) -> Answer:
        done = record_vote(journal, body.command)
        found = vote_figures(journal.session, journal.compound, done.code)[0]
        return act_answer(journal, done.recorded, vote=found)

    return pen.write(work)


@router.get("/votes", summary="业主表决")
def list_votes(compound: OpenBook, session: Reading) -> Wire:
    """List the votes with both denominators, what took part and agreed, what was needed, and the result."""
    return {"items": to_wire(vote_figures(session, compound))}


@router.get("/votes/{code}", summary="一次表决")
def read_vote(code: Annotated[str, Path(max_length=32)], compound: OpenBook, session: Reading) -> Wire:
    """Return one vote; how single units chose is never shown, nor any figures of fewer than five electors."""
    found = vote_figures(session, compound, code)
    if not found:
        raise NotFound(pointer="/code", what=code)
    shown: Wire = to_wire(found[0])
    return shown
