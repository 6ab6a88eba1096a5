"""Publish a line of the tariff: what an item costs from a day on, and the contract or vote that allows it (L17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.errors import AmountOutOfRange, AuthorityMissing, TariffRefused
from ledger.rules.charge import LATE_FEE, NO_TERMS, Formula, Terms, check_terms, fee_item, write_terms
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
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
        TariffRefused: the terms do not belong to the formula.
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
    row = {
        "item": command.item,
        "formula": str(command.formula),
        "rate_e4": command.rate_e4,
        "effective_from": command.effective_from,
        "authority": check_public(command.authority, "/authority", NAME_LIMIT),
        "params": write_terms(command.terms),
    }
    return journal.record("tariff_set", command.effective_from, {TariffRow: [row]})
