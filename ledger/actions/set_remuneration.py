"""Put the trustee's contract rate or fixed sum on record: without it nothing is accrued (Trust Law 35)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.authorise import authorise
from ledger.errors import (
    AmountOutOfRange,
    AuthorityMissing,
    AuthorityTaken,
    PeriodClosed,
    RemunerationMidway,
    RequestMalformed,
)
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.chart import account
from ledger.rules.money import check_bounds
from ledger.rules.period import first_day, months_back, parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.remuneration import agreed_by, terms_in
from ledger.store.tables import FixedRemuneration, RemunerationRule

_WHOLE_BP = 10_000
_RHYTHMS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class SetRemuneration:
    """A rate in basis points of the income recognised in ``accounts``, accrued every 1, 3 or 12 months.

    With ``fixed_minor`` the trustee takes so many fen every period instead; rate and accounts are then empty.
    """

    rate_bp: int
    every_months: int
    accounts: tuple[str, ...]
    contract: str
    effective_from: str
    fixed_minor: int = 0


def set_remuneration(journal: Journal, command: SetRemuneration) -> Recorded:
    """Put the rule on record; the close applies it.

    The first rule is that of the contract under which the books begin. Every later one takes a vote of the owners on
    the trustee, whose code stands in ``contract``.

    Raises:
        AuthorityMissing: no contract is named.
        AuthorityUnknown, AuthorityUnfit, AuthorityExpired: a later rule names no vote on the trustee.
        AuthorityTaken: the vote that it names has agreed to another rule before.
        RemunerationMidway: it would begin inside a period of the rule that holds now.
        PeriodClosed: it would begin in a closed month; what was accrued there is not computed again (I9).
    """
    require(journal.actor, KEEPERS)
    if not command.contract.strip():
        raise AuthorityMissing(pointer="/contract")
    if command.every_months not in _RHYTHMS:
        raise RequestMalformed(
            pointer="/every_months", why_zh="只能是 1、3 或 12 个月", why_en="it is 1, 3 or 12 months"
        )
    if command.fixed_minor:
        _check_fixed(command)
    else:
        _check_rate(command)
    month = parse_month(command.effective_from, "/effective_from")
    if month <= journal.closed_through:
        raise PeriodClosed(pointer="/effective_from", month=month, open=journal.earliest_open)
    before = agreed_by(journal.session, journal.compound)
    if before:
        need = Need(None, 0, journal.today, frozenset({AuthorityKind.VOTE}), frozenset({Matter.TRUSTEE}))
        code = authorise(journal, command.contract, need, "/contract").code
        if code in before:
            raise AuthorityTaken(pointer="/contract", code=code)
    last = months_back(month, 1)
    held = terms_in(journal.session, journal.compound, last)
    if held is not None and not held.is_due(last):
        raise RemunerationMidway(pointer="/effective_from", every=held.every_months)
    row = {
        "effective_from": month,
        "every_months": command.every_months,
        "contract": check_text(command.contract, "/contract", NAME_LIMIT),
    }
    if command.fixed_minor:
        fixed = row | {"amount_minor": command.fixed_minor}
        return journal.record("remuneration_set", first_day(month), {FixedRemuneration: [fixed]})
    rate = row | {"rate_bp": command.rate_bp, "accounts": " ".join(command.accounts)}
    return journal.record("remuneration_set", first_day(month), {RemunerationRule: [rate]})


def _check_fixed(command: SetRemuneration) -> None:
    if command.fixed_minor < 0 or command.rate_bp or command.accounts:
        raise RequestMalformed(
            pointer="/amount",
            why_zh="固定酬金大于零,且不再写比例和收入科目",
            why_en="a fixed sum is above zero and goes without a rate and accounts",
        )
    check_bounds(command.fixed_minor, "/amount")


def _check_rate(command: SetRemuneration) -> None:
    if not 1 <= command.rate_bp <= _WHOLE_BP:
        raise AmountOutOfRange(pointer="/rate_bp")
    if not command.accounts:
        raise RequestMalformed(
            pointer="/accounts", why_zh="请列出计提基数的收入科目", why_en="list the income accounts"
        )
    for place, code in enumerate(command.accounts):
        if account(code).type != "Income" or account(code).fund != "PropertyFee":
            raise RequestMalformed(
                pointer=f"/accounts/{place}",
                why_zh="只能是物业服务资金的收入科目",
                why_en="only income of the fee fund counts",
            )
