"""Publish a line of the tariff: what an item costs from a day on, and the contract or vote that allows it (L17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.errors import AmountOutOfRange, AuthorityMissing
from ledger.rules.charge import Formula, fee_item
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_text
from ledger.store.append import Journal, Recorded
from ledger.store.tables import TariffRow

_HIGHEST_RATE_E4 = 10**9  # 100,000 yuan a month


@dataclass(frozen=True, slots=True)
class SetTariff:
    """A fee item's price from ``effective_from`` on; ``rate_e4`` in 1/10,000 yuan per month."""

    item: str
    formula: Formula
    rate_e4: int
    effective_from: date
    authority: str


def set_tariff(journal: Journal, command: SetTariff) -> Recorded:
    """Publish the line; earlier lines stay and hold for their own time.

    Raises:
        AuthorityMissing: no contract and no vote is named.
    """
    require(journal.actor, KEEPERS)
    fee_item(command.item)
    if not command.authority.strip():
        raise AuthorityMissing(pointer="/authority")
    if not 0 <= command.rate_e4 <= _HIGHEST_RATE_E4:
        raise AmountOutOfRange(pointer="/rate")
    row = {
        "item": command.item,
        "formula": str(command.formula),
        "rate_e4": command.rate_e4,
        "effective_from": command.effective_from,
        "authority": check_text(command.authority, "/authority", NAME_LIMIT),
    }
    return journal.record("tariff_set", command.effective_from, {TariffRow: [row]})
