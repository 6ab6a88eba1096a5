"""Give a surplus of the fee fund back to the owners, by vote and by area: each unit's prepayment rises (entry E43).

Nobody is paid out: the lot has no receipt, like one brought forward, and is released by the next bills.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.move_funds import VOTED
from ledger.errors import AuthorityUnfit, RequestMalformed
from ledger.rules.authority import Matter, Need
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.money import apportion, check_positive
from ledger.rules.roles import KEEPERS, require
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.available import check_available
from ledger.store.owed import holdings
from ledger.store.tables import AuthorityUse

_FUND = "PropertyFee"


@dataclass(frozen=True, slots=True)
class GiveSurplus:
    """So much of the fee fund, in fen, goes back to all units by their area on the day."""

    amount_minor: int
    authority: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class SurplusGiven:
    """How many units got how much back, in fen."""

    recorded: Recorded
    units: int
    amount_minor: int


def give_surplus(journal: Journal, command: GiveSurplus) -> SurplusGiven:
    """Post the surplus as prepayments; the parts sum exactly (largest remainder, I11).

    Raises:
        AuthorityMissing and its kin: no vote on a distribution of this fund allows it.
        FundShort: the fund has less to spend (I3).
    """
    require(journal.actor, KEEPERS)
    amount = check_positive(command.amount_minor, "/amount")
    need = Need(_FUND, amount, journal.today, VOTED, frozenset({Matter.DISTRIBUTION}))
    granted = authorise(journal, command.authority, need)
    # a vote on how public income is shared names no fund, and gives none of the fees back
    if granted.fund != _FUND:
        raise AuthorityUnfit(
            pointer="/authority", code=granted.code, is_now=granted.matter, wanted=f"{granted.matter} {_FUND}"
        )
    session, compound = journal.session, journal.compound
    check_available(session, compound, _FUND, amount)
    held = holdings(session, compound, command.effective_on)
    if not held:
        raise RequestMalformed(pointer=None, why_zh="没有房屋", why_en="there are no units")
    parts = apportion(amount, [one.area_hundredths for one in held])
    shares = [
        Posting(f"Liabilities:{_FUND}:Prepaid", -part, unit=one.unit, debtor=one.debtor)
        for one, part in zip(held, parts, strict=True)
        if part
    ]
    entry = Entry(
        Kind.SURPLUS_RETURN,
        command.effective_on,
        "结余按面积返还业主,转入预收",
        (Posting(f"Equity:{_FUND}:Distribution", amount), *shares),
        authority=granted.code,
    )
    facts: Facts = {AuthorityUse: use_rows(granted, amount, "surplus_return")}
    recorded = journal.record("surplus_return", command.effective_on, facts, entry=entry)
    return SurplusGiven(recorded, len(shares), amount)
