"""Publish a line of the tariff: what an item costs from a day on, and the contract or vote that allows it (L17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.actions.authorise import check_named
from ledger.errors import AmountOutOfRange, AuthorityMissing, TariffRefused
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.charge import LATE_FEE, NO_TERMS, Formula, Terms, check_terms, fee_item, write_terms
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.owed import tariffs
from ledger.store.tables import TariffRow

_HIGHEST_RATE_E4 = 10**9  # 100,000 yuan a month


@dataclass(frozen=True, slots=True)
class SetTariff:
    """A fee item's price from ``effective_from`` on; ``rate_e4`` in 1/10,000 yuan per month, 0 for a shared cost."""

    item: str
    formula: Formula
    rate_e4: int
    effective_from: date
    authority: str
    terms: Terms = NO_TERMS


def set_tariff(journal: Journal, command: SetTariff) -> Recorded:
    """Publish the line; earlier lines stay and hold for their own time.

    Raises:
        AuthorityMissing: no contract and no vote is named.
        TariffRefused: the terms do not belong to the formula; or a new price would hold before it has been posted as
            long as the profile asks (L17). The first price of an item is one that the owners know already.
    """
    require(journal.actor, KEEPERS)
    if fee_item(command.item).code == LATE_FEE:
        raise TariffRefused(
            pointer="/item", why_zh="违约金不按月计费", why_en="a late fee is not billed by the month"
        )
    check_terms(command.formula, command.rate_e4, command.terms)
    if not command.authority.strip():
        raise AuthorityMissing(pointer="/authority")
    if not 0 <= command.rate_e4 <= _HIGHEST_RATE_E4:
        raise AmountOutOfRange(pointer="/rate")
    given = (
        frozenset({AuthorityKind.VOTE, AuthorityKind.CONTRACT}),
        frozenset({Matter.TARIFF, Matter.TRUSTEE}),
    )
    check_named(journal, command.authority, Need(None, 0, journal.today, *given))
    _check_notice(journal, command)
    row = {
        "item": command.item,
        "formula": str(command.formula),
        "rate_e4": command.rate_e4,
        "effective_from": command.effective_from,
        "authority": check_public(command.authority, "/authority", NAME_LIMIT),
        "params": write_terms(command.terms),
    }
    return journal.record("tariff_set", command.effective_from, {TariffRow: [row]})


def _check_notice(journal: Journal, command: SetTariff) -> None:
    first = journal.today + timedelta(days=journal.profile.tariff_notice_days)
    if not journal.profile.tariff_notice_days or command.effective_from >= first:
        return
    if any(row.item == command.item for row in tariffs(journal.session, journal.compound)):
        days = journal.profile.tariff_notice_days
        raise TariffRefused(
            pointer="/effective_from",
            why_zh=f"调价须先公示 {days} 日,最早自 {first.isoformat()} 起执行",
            why_en=f"a new price is posted for {days} days first, so it holds from {first.isoformat()} at the earliest",
        )
