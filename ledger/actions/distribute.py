"""Distribute net public income by a voted rule, once for each quarter or year (Civil Code 282, scene S14).

The net is read from closed months of the books: income less reasonable cost and losses. Each fund's part becomes a
request of its own, which is decided, paid and confirmed like every transfer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from ledger.actions.authorise import authorise
from ledger.actions.move_funds import CUSTODIAN, VOTED, Moved, MoveFunds, move_row
from ledger.actions.pay_move import approve_move, refuse_move
from ledger.errors import (
    AlreadyDistributed,
    AlreadyExists,
    AuthorityTaken,
    NotFound,
    NothingToDistribute,
    PeriodNotClosed,
    RequestMalformed,
)
from ledger.rules.authority import Matter, Need
from ledger.rules.between import (
    PUBLIC_INCOME,
    REPAIR,
    MoveKind,
    Rule,
    check_rule,
    shared,
    span_months,
)
from ledger.rules.chart import account
from ledger.rules.money import format_amount
from ledger.rules.period import months_back
from ledger.rules.roles import KEEPERS, REQUESTERS, require
from ledger.rules.text import check_public
from ledger.store.append import Journal, Recorded
from ledger.store.balances import movements
from ledger.store.between import Move, distributions, rule, rules
from ledger.store.between import moves as moves_of
from ledger.store.public_net import net_of
from ledger.store.tables import Distribution, DistributionRule, DistributionShare, FundMove, Vote


@dataclass(frozen=True, slots=True)
class Distribute:
    """Distribute a span such as ``2026-Q1`` by a rule: out of which bank account, and into which of each fund."""

    id: str
    rule: str
    span: str
    from_bank: str
    to_banks: tuple[tuple[str, str], ...] = ()
    custodian: str = CUSTODIAN
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a distribution would do, in fen: the span's net, and each fund's part; what stays is public income's."""

    rule: str
    first_month: str
    last_month: str
    income_minor: int
    cost_minor: int
    net_minor: int
    kept_out_minor: int
    parts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Distributed:
    """A distribution that was asked for, and the requests it consists of."""

    recorded: Recorded
    id: str
    net_minor: int
    moves: tuple[str, ...]
    kept_minor: int


def record_rule(journal: Journal, new: Rule) -> Recorded:
    """Put a voted rule of distribution on record.

    Raises:
        AuthorityMissing, AuthorityUnknown, AuthorityUnfit, AuthorityExpired: no vote allows it.
        AuthorityTaken: the vote has decided on another rule before.
        DistributionBelowMinimum: too little goes to the repair fund: less than was voted, or than the minimum (L08).
        AlreadyExists: the code is taken.
    """
    require(journal.actor, KEEPERS)
    need = Need(PUBLIC_INCOME, 0, journal.today, VOTED, frozenset({Matter.DISTRIBUTION}))
    granted = authorise(journal, new.authority, need)
    vote = journal.session.get(Vote, (journal.compound, granted.code))
    least_bp = journal.profile.min_repair_share_bp
    check_rule(new, least_bp, vote.repair_share_bp if vote else None)
    for fund, _ in new.shares:
        account(f"Equity:{PUBLIC_INCOME}:Transfer:{fund}")
        account(f"Assets:{fund}:DueFrom:{PUBLIC_INCOME}")
    code = check_public(new.code, "/code", 32)
    if rule(journal.session, journal.compound, code) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    if any(one.authority == granted.code for one in rules(journal.session, journal.compound)):
        raise AuthorityTaken(pointer="/authority", code=granted.code)
    row = {
        "code": code,
        "every": str(new.every),
        "from_month": new.from_month,
        "authority": granted.code,
        "with_interest": int(new.with_interest),
        "with_later_rent": int(new.with_later_rent),
        "below_minimum": int(dict(new.shares).get(REPAIR, 0) < least_bp),
    }
    shares = [{"code": code, "fund": fund, "share_bp": share} for fund, share in new.shares]
    return journal.record(
        "distribution_rule", journal.today, {DistributionRule: [row], DistributionShare: shares}
    )


def propose(session: Session, compound: str, closed_through: str, code: str, span: str) -> Proposal:
    """Return what distributing a span by a rule would do; nothing is stored.

    Raises:
        NotFound: there is no such rule.
        RequestMalformed: the span is none of the rule's, or lies before it.
        PeriodNotClosed: a month of the span is open, so its net may still change.
        AlreadyDistributed, NothingToDistribute: there is nothing left of it, or nothing at all.
    """
    voted = rule(session, compound, code)
    if voted is None:
        raise NotFound(pointer="/rule", what=code[:40])
    first, last = span_months(span, voted.every)
    if first < voted.from_month:
        raise RequestMalformed(
            pointer="/span",
            why_zh=f"该办法自 {voted.from_month} 起适用",
            why_en=f"the rule holds from {voted.from_month} on",
        )
    if last > closed_through:
        raise PeriodNotClosed(pointer="/span", month=last)
    for done, moves in distributions(session, compound):
        is_live = any(one.state != "refused" for one in moves)
        if is_live and done.first_month <= last and first <= done.last_month:
            raise AlreadyDistributed(pointer="/span", months=f"{first}–{last}")
    moved = movements(session, compound, after=months_back(first, 1), through=last)
    net = net_of(session, compound, moved, voted, (first, last))
    if net.net_minor <= 0:
        raise NothingToDistribute(pointer="/span", months=f"{first}–{last}", net=format_amount(net.net_minor))
    return Proposal(
        voted.code,
        first,
        last,
        net.income_minor,
        net.cost_minor,
        net.net_minor,
        net.kept_out_minor,
        shared(net.net_minor, voted),
    )


def distribute(journal: Journal, command: Distribute) -> Distributed:
    """Ask for the distribution: the first key.

    Raises:
        NotFound, PeriodNotClosed, AlreadyDistributed, NothingToDistribute: see ``propose``.
        AuthorityExpired and its kin: the rule's vote no longer holds.
    """
    require(journal.actor, REQUESTERS)
    if journal.session.get(Distribution, (journal.compound, command.id)) is not None:
        raise AlreadyExists(pointer="/id", what=command.id)
    found = propose(journal.session, journal.compound, journal.closed_through, command.rule, command.span)
    voted = rule(journal.session, journal.compound, command.rule)
    banks = dict(command.to_banks)
    moves = [
        MoveFunds(
            f"{command.id[:32]}-{place:02d}",
            MoveKind.TRANSFER,
            minor,
            check_public(command.purpose or f"{command.span} 公共收益净额分配", "/purpose", 100),
            authority=voted.authority if voted else "",
            from_fund=PUBLIC_INCOME,
            to_fund=fund,
            from_bank=command.from_bank,
            to_bank=None if fund == REPAIR else banks.get(fund),
            account=command.custodian if fund == REPAIR else None,
        )
        for place, (fund, minor) in enumerate(found.parts.items(), 1)
        if fund != PUBLIC_INCOME and minor
    ]
    rows = [move_row(journal, one, command.id) for one in moves]
    head = {
        "id": command.id,
        "rule": found.rule,
        "first_month": found.first_month,
        "last_month": found.last_month,
        "income_minor": found.income_minor,
        "cost_minor": found.cost_minor,
        "net_minor": found.net_minor,
    }
    recorded = journal.record("distribution_requested", journal.today, {Distribution: [head], FundMove: rows})
    kept = found.parts[PUBLIC_INCOME]
    return Distributed(recorded, command.id, found.net_minor, tuple(one.id for one in moves), kept)


def approve_distribution(journal: Journal, identifier: str, effective_on: date | None = None) -> list[Moved]:
    """Turn the second key for all requests of a distribution that wait for it."""
    parts = _parts(journal, identifier)
    waiting = [one.row.id for one in parts if one.state == "requested"] or [one.row.id for one in parts]
    return [approve_move(journal, one, effective_on, whole=True) for one in waiting]


def refuse_distribution(journal: Journal, identifier: str, reason: str) -> list[Moved]:
    """Send a distribution back whole; its span can be asked for again."""
    return [refuse_move(journal, one.row.id, reason, whole=True) for one in _parts(journal, identifier)]


def _parts(journal: Journal, identifier: str) -> list[Move]:
    """Return the requests of a distribution."""
    found = moves_of(journal.session, journal.compound, distribution=identifier)
    if not found:
        raise NotFound(pointer="/id", what=identifier[:40])
    return found
