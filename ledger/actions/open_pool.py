"""Open a governance pool: a fund with a legal holder, a founding document, and a bank account of its own part."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.actions.open_bank_account import check_bank
from ledger.errors import AlreadyExists, PoolMissing
from ledger.rules.grant import POOLS
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.tables import Pool


@dataclass(frozen=True, slots=True)
class OpenPool:
    """A pool (``Governance:<Pool>``), who holds it by law, the document that founded it, and its bank account."""

    fund: str
    holder: str
    document: str
    bank: str


def open_pool(journal: Journal, command: OpenPool) -> Recorded:
    """Put the pool on record.

    Raises:
        PoolMissing: there is no such kind of pool.
        AlreadyExists: it has been opened.
        NotFound: the bank account has no part for it.
    """
    require(journal.actor, KEEPERS)
    if command.fund not in POOLS:
        raise PoolMissing(pointer="/fund", fund=command.fund[:64])
    if journal.session.get(Pool, (journal.compound, command.fund)) is not None:
        raise AlreadyExists(pointer="/fund", what=command.fund)
    check_bank(journal, command.bank, command.fund)
    row = {
        "fund": command.fund,
        "holder": check_public(command.holder, "/holder", NAME_LIMIT),
        "document": check_public(command.document, "/document", NAME_LIMIT),
        "bank": command.bank,
        "opened_on": journal.today,
    }
    return journal.record("pool_opened", journal.today, {Pool: [row]})
