"""What allowed the spending: votes with both denominators and three figures, and authorities with what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session

from ledger.rules.authority import AuthorityKind, Matter
from ledger.rules.period import last_day
from ledger.rules.vote import Base, Weight, annulment_ends_on
from ledger.store.authorities import AuthorityView, authorities
from ledger.store.projects import PROJECT_FUND
from ledger.store.votes import VoteView, votes

#: Below so many electors no figures of a vote are published.
FEWEST = 5
MATTER_ZH: Final = {
    Matter.SPENDING: "支出",
    Matter.BUDGET: "预算",
    Matter.OWNER_APPROVED: "业主同意的其他费用",
    Matter.DISTRIBUTION: "公共收益分配",
    Matter.TRANSFER: "资金划转",
    Matter.LOAN: "资金之间借款",
    Matter.NEGATIVE_FUND: "赤字",
    Matter.RELIEF: "减免",
    Matter.TARIFF: "收费标准",
    Matter.PROJECT: "专项工程",
    Matter.REPAIR_USE: "使用维修资金",
    Matter.REPAIR_RAISING: "筹集维修资金",
    Matter.REBUILDING: "改建、重建",
    Matter.COMMON_PARTS: "改变共有部分用途或用于经营",
    Matter.TRUSTEE: "受托人",
    Matter.GRANT: "治理项目",
    Matter.CARETAKER: "看守",
    Matter.OTHER: "其他",
}
KIND_ZH: Final = {
    AuthorityKind.BUDGET: "预算",
    AuthorityKind.COMMITTEE: "业委会决议",
    AuthorityKind.VOTE: "业主表决",
    AuthorityKind.CONTRACT: "合同",
    AuthorityKind.EMERGENCY: "应急",
}
_BASE = {
    Base.COMPOUND: ("全体业主", "all owners"),
    Base.BUILDING: ("{of} 幢业主", "owners of building {of}"),
    Base.STAIR: ("{of} 单元业主", "owners of stair {of}"),
    Base.UNITS: ("{count} 户业主", "owners of {count} units"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows how a vote went."""

    sha256: str
    title: str


@dataclass(frozen=True, slots=True)
class VoteFigures:
    """One vote as it is published: never by unit, and of fewer than five electors only whether it passed.

    ``repair_share_bp``: what a vote on distribution gives to the repair fund, in basis points, where it says so.
    ``least_taking`` and ``least_agreeing`` are what was needed of those entitled and of those taking part. The figures
    are None where they are withheld, since they would show how single households chose.
    """

    code: str
    subject: str
    matter: Matter
    matter_zh: str
    is_special: bool
    base: Base
    base_zh: str
    base_en: str
    counted: str
    decided_on: date
    announced_on: date
    annulment_ends_on: date
    entitled: Weight | None
    took: Weight | None
    agreed: Weight | None
    least_taking: Weight | None
    least_agreeing: Weight | None
    has_quorum: bool | None
    passed: bool
    result_zh: str
    result_en: str
    fund: str | None
    amount_minor: int | None
    until: date | None
    repair_share_bp: int | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """One authority and how much of it is left, in fen; ``ended_on`` where it holds no longer."""

    code: str
    kind: AuthorityKind
    kind_zh: str
    matter: Matter
    matter_zh: str
    title: str
    fund: str | None
    amount_minor: int | None
    used_minor: int
    left_minor: int | None
    decided_on: date
    until: date | None
    ended_on: date | None
    end_reason: str | None
    counterparty: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Authorisations:
    """The votes and the authorities that stood at the end of a month."""

    votes: tuple[VoteFigures, ...]
    authorities: tuple[AuthorityFigures, ...]


def authorisations(session: Session, compound: str, month: str) -> Authorisations:
    """Return the votes of a month, and the authorities that held in it with what was left at its end."""
    end = last_day(month)
    decided = [one for one in vote_figures(session, compound) if one.decided_on.isoformat()[:7] == month]
    held = [one for one in authority_figures(session, compound, end) if _last(one).isoformat()[:7] >= month]
    return Authorisations(tuple(decided), tuple(held))


def vote_figures(session: Session, compound: str, code: str | None = None) -> list[VoteFigures]:
    """Return every vote on record, or the one of a code, in the order of its recording."""
    return [_vote(one) for one in votes(session, compound, code)]


def authority_figures(session: Session, compound: str, as_of: date) -> list[AuthorityFigures]:
    """Return every authority given by a day with what was left of it then."""
    return [_authority(one) for one in authorities(session, compound, as_of)]


def _last(one: AuthorityFigures) -> date:
    return min(day for day in (one.until, one.ended_on, date.max) if day is not None)


def _vote(view: VoteView) -> VoteFigures:
    row, found = view.row, view.outcome
    base = Base(row.base)
    is_shown = view.tally.entitled.heads >= FEWEST
    result_zh, result_en = _result(view) if is_shown else _bare_result(view)
    return VoteFigures(
        row.code,
        row.subject,
        Matter(row.matter),
        MATTER_ZH[Matter(row.matter)],
        found.is_special,
        base,
        *_base_words(view, is_shown=is_shown),
        row.counted,
        row.decided_on,
        row.announced_on,
        annulment_ends_on(row.announced_on),
        view.tally.entitled if is_shown else None,
        view.tally.took if is_shown else None,
        view.tally.agreed if is_shown else None,
        found.least_taking if is_shown else None,
        found.least_agreeing if is_shown else None,
        found.has_quorum if is_shown else None,
        found.passed,
        result_zh,
        result_en,
        row.fund,
        row.amount_minor,
        row.until,
        row.repair_share_bp,
        tuple(Evidence(one.sha256, one.title) for one in view.evidence),
    )


def _base_words(view: VoteView, *, is_shown: bool) -> tuple[str, str]:
    """Return who was asked; never which stair a project belongs to, nor how many households when they are few."""
    if (view.row.fund or "").startswith(PROJECT_FUND):
        return "参与户", "the participating units"
    if Base(view.row.base) is Base.UNITS and not is_shown:
        return "部分业主", "some owners"
    zh, en = (text.format(of=view.row.base_of, count=view.named_units) for text in _BASE[Base(view.row.base)])
    return zh, en


def _bare_result(view: VoteView) -> tuple[str, str]:
    """Return the result without what was short: of few electors, that would show how each chose."""
    return ("通过", "Passed") if view.outcome.passed else ("未通过", "Not passed")


def _result(view: VoteView) -> tuple[str, str]:
    """Return the result in words, with what was short."""
    found, tally = view.outcome, view.tally
    share_zh, share_en = (
        ("四分之三以上", "three quarters") if found.is_special else ("过半数", "more than half")
    )
    if found.passed:
        return (
            f"通过:参与达三分之二,同意{share_zh}",
            f"Passed: two thirds took part, {share_en} of them agreed",
        )
    if not found.has_quorum:
        short_zh, short_en = _short(tally.took, found.least_taking)
        return (
            f"未通过:参与的{short_zh}不足三分之二",
            f"Not passed: less than two thirds took part ({short_en})",
        )
    short_zh, short_en = _short(tally.agreed, found.least_agreeing)
    return f"未通过:同意的{short_zh}未达{share_zh}", f"Not passed: not {share_en} agreed ({short_en})"


def _short(figures: Weight, least: Weight) -> tuple[str, str]:
    short = []
    if figures.heads < least.heads:
        short.append(("人数", "heads"))
    if figures.area_hundredths < least.area_hundredths:
        short.append(("面积", "area"))
    return "和".join(zh for zh, _ in short), " and ".join(en for _, en in short)


def _authority(view: AuthorityView) -> AuthorityFigures:
    row = view.row
    kind, matter = AuthorityKind(row.kind), Matter(row.matter)
    return AuthorityFigures(
        row.code,
        kind,
        KIND_ZH[kind],
        matter,
        MATTER_ZH[matter],
        row.title,
        row.fund,
        row.amount_minor,
        view.used_minor,
        view.left_minor,
        row.decided_on,
        row.until,
        view.end.ended_on if view.end else None,
        view.end.reason if view.end else None,
        row.counterparty,
        row.document,
    )
