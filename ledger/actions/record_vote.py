"""Record a vote of the owners: counted from ballots or as totals with evidence; what passed becomes an authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.actions.record_authority import Terms, authority_row, check_decided, check_sha256
from ledger.errors import NotFound, RequestMalformed, VoteImplausible
from ledger.rules.authority import AuthorityKind, Matter
from ledger.rules.between import WHOLE_BP
from ledger.rules.roles import APPROVERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.rules.vote import (
    Base,
    Choice,
    Elector,
    Outcome,
    Tally,
    Weight,
    check_tally,
    count,
    outcome,
    weigh,
)
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.electorate import electorate
from ledger.store.tables import Authority, Ballot, Vote, VoteBase, VoteEvidence

#: What a part of the owners may decide about: money that is theirs (a project), or of their building.
_FUNDS_OF_A_PART = frozenset({"Project", "Repair"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a vote asks: everybody, a building (``B01``), a stair (``B01-U1``), or the units of a project."""

    base: Base = Base.COMPOUND
    of: str | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Who took part and who agreed, as counted outside."""

    took: Weight
    agreed: Weight


@dataclass(frozen=True, slots=True)
class RecordVote:
    """A vote on ``terms``: counted as ballots by unit or as totals; ``evidence``: SHA-256 and title of each file.

    ``terms.decided_on`` is the day whose register says who may vote; ``announced_on`` when the result was posted.
    ``repair_share_bp``: the share of net public income that a vote on its distribution gives to the repair fund, in
    basis points; what is below the place's minimum has to be voted so.
    """

    terms: Terms
    counted: Totals | Mapping[str, Choice]
    asked: Asked = field(default_factory=Asked)
    evidence: tuple[tuple[str, str], ...] = ()
    announced_on: date | None = None
    repair_share_bp: int | None = None


@dataclass(frozen=True, slots=True)
class VoteRecorded:
    """The vote as it was computed."""

    recorded: Recorded
    code: str
    tally: Tally
    outcome: Outcome


def record_vote(journal: Journal, command: RecordVote) -> VoteRecorded:
    """Record the vote; if it passed, it is an authority from now on, for as much and as long as was voted.

    Raises:
        VoteImplausible: the figures cannot be, or totals come without evidence.
        NotFound: nobody lives there, or a ballot is of a unit that is not asked.
        RequestMalformed: a part of the owners votes on money that is not theirs; a share for repairs stands in a vote
            on something else.
    """
    require(journal.actor, APPROVERS)
    terms, asked = command.terms, command.asked
    allowed = authority_row(journal, AuthorityKind.VOTE, terms)
    _check_asked(terms, asked)
    _check_share(terms, command.repair_share_bp)
    day = max(terms.decided_on, journal.opened_on)  # the register begins with the books
    electors = electorate(journal.session, journal.compound, day, asked.base, asked.of, asked.units)
    unknown = sorted(set(asked.units) - set(electors))
    if unknown or not electors:
        raise NotFound(pointer="/base", what=unknown[0] if unknown else asked.of or journal.compound)
    tally = _tally(command, electors)
    check_tally(tally)
    result = outcome(terms.matter, tally)
    code = allowed["code"]
    facts: Facts = {
        Vote: [_vote_row(journal, command, allowed, tally)],
        VoteBase: [{"code": code, "unit": unit} for unit in sorted(asked.units)],
        Ballot: _ballots(command, code),
        VoteEvidence: _evidence(command, code),
        Authority: [allowed] if result.passed else [],
    }
    return VoteRecorded(journal.record("vote_recorded", journal.today, facts), code, tally, result)


def _check_asked(terms: Terms, asked: Asked) -> None:
    if (asked.of is None) == (asked.base in {Base.BUILDING, Base.STAIR}) or bool(asked.units) != (
        asked.base is Base.UNITS
    ):
        raise RequestMalformed(
            pointer="/base",
            why_zh="幢、单元须写明哪一幢、哪一单元,按户表决须列出房屋,全体表决都不写",
            why_en="a building or stair is named, named units are listed, and the whole compound needs neither",
        )
    if asked.base is not Base.COMPOUND and (terms.fund or "").partition(":")[0] not in _FUNDS_OF_A_PART:
        raise RequestMalformed(
            pointer="/fund",
            why_zh="部分业主只能决定自己的专项工程、本幢的维修资金",
            why_en="a part of the owners decides about its project or its building's repair money only",
        )


def _check_share(terms: Terms, share_bp: int | None) -> None:
    if share_bp is not None and (terms.matter is not Matter.DISTRIBUTION or not 0 <= share_bp <= WHOLE_BP):
        raise RequestMalformed(
            pointer="/repair_share_bp",
            why_zh="只有公共收益分配的表决写明补充维修资金的比例,在 0 至 100% 之间",
            why_en="only a vote on a distribution names the repair fund's share, of 0 to 100 %",
        )


def _tally(command: RecordVote, electors: Mapping[str, Elector]) -> Tally:
    if not isinstance(command.counted, Totals):
        strangers = sorted(set(command.counted) - set(electors))
        if strangers:
            raise NotFound(pointer="/ballots", what=strangers[0][:40])
        return count(electors, command.counted)
    if not command.evidence:
        raise VoteImplausible(
            pointer="/evidence",
            why_zh="按合计登记须附计票文件",
            why_en="totals come with the file that shows the count",
        )
    return Tally(weigh(electors.values()), command.counted.took, command.counted.agreed)


def _vote_row(
    journal: Journal, command: RecordVote, allowed: Mapping[str, Any], tally: Tally
) -> dict[str, Any]:
    announced_on = command.announced_on or command.terms.decided_on
    check_decided(journal, announced_on, "/announced_on")
    if announced_on < command.terms.decided_on:
        raise RequestMalformed(
            pointer="/announced_on",
            why_zh="公告日不能早于表决日",
            why_en="a result is not announced before the vote",
        )
    weights = {"entitled": tally.entitled, "took": tally.took, "agreed": tally.agreed}
    return {
        **{name: allowed[name] for name in ("code", "matter", "fund", "amount_minor", "until", "decided_on")},
        "subject": allowed["title"],
        "announced_on": announced_on,
        "repair_share_bp": command.repair_share_bp,
        "base": str(command.asked.base),
        "base_of": command.asked.of,
        "counted": "totals" if isinstance(command.counted, Totals) else "ballots",
        **{f"{name}_heads": one.heads for name, one in weights.items()},
        **{f"{name}_area_hundredths": one.area_hundredths for name, one in weights.items()},
    }


def _ballots(command: RecordVote, code: str) -> list[dict[str, Any]]:
    if isinstance(command.counted, Totals):
        return []
    return [
        {"code": code, "unit": unit, "choice": str(choice)}
        for unit, choice in sorted(command.counted.items())
    ]


def _evidence(command: RecordVote, code: str) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "line": line,
            "sha256": check_sha256(sha256, f"/evidence/{line - 1}/sha256"),
            "title": check_public(title, f"/evidence/{line - 1}/title", NAME_LIMIT),
        }
        for line, (sha256, title) in enumerate(command.evidence, 1)
    ]
