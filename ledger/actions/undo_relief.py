"""Take back a waiver, write-off, dispute, or settlement in kind: the debts return to where they stand by now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import SQLModel, col, select

from ledger.actions.authorise import uses_back
from ledger.actions.settle_in_kind import TITLE
from ledger.actions.settling import mirrored
from ledger.actions.taking import standing_now
from ledger.errors import ReversalRefused
from ledger.rules.entry import Entry
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.debts import debt, reliefs
from ledger.store.tables import AuthorityUse, Relief, Settlement

Rows = dict[type[SQLModel], list[dict[str, Any]]]


def relief_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of a waiver, write-off or dispute, with debts where they stand by now, and its rows.

    Raises:
        ReversalRefused: what it took away has been given back, paid or settled otherwise meanwhile.
    """
    rows = reliefs_back(journal, seq)
    for row in rows:
        charge_seq, charge_line = row["charge_seq"], row["charge_line"]
        found = debt(journal.session, journal.compound, f"{charge_seq}-{charge_line}")
        relieved = reliefs(journal.session, journal.compound, charge_seq, charge_line).get(row["kind"], 0)
        after = relieved + row["amount_minor"]
        again = -sum(
            other["amount_minor"]
            for other in rows
            if (other["charge_seq"], other["charge_line"]) == (charge_seq, charge_line)
            and other["kind"] != "dispute"
        )
        too_much = row["amount_minor"] > 0 and after > found.charge.open_minor + again
        if after < 0 or too_much:
            raise ReversalRefused(
                pointer="/seq",
                seq=seq,
                why_zh="其后已收款或已另行处理",
                why_en="it has been paid or dealt with otherwise since",
            )
    lines = standing_now(journal, [line for line in entry.postings if ":Receivable:" in line.account])
    facts: Rows = {Relief: rows, AuthorityUse: uses_back(journal, seq)}
    return replace(entry, postings=(*lines, *mirrored(lines))), facts


def in_kind_back(journal: Journal, seq: int, entry: Entry) -> tuple[Entry, Rows]:
    """Return the reversal of a settlement in kind, and its rows.

    Raises:
        ReversalRefused: the thing has been sold, or what it settled stands on its charges no more.
    """
    held = balances(journal.session, journal.compound)
    if any(
        held.get(line.account, 0) < -line.amount_minor for line in entry.postings if line.account == TITLE
    ):
        raise ReversalRefused(
            pointer="/seq", seq=seq, why_zh="抵债资产已变现", why_en="what was taken has been sold"
        )
    query = select(Settlement).where(Settlement.compound == journal.compound, Settlement.seq == seq)
    rows = [
        {
            "line": row.line,
            "charge_seq": row.charge_seq,
            "charge_line": row.charge_line,
            "receipt": None,
            "amount_minor": -row.amount_minor,
        }
        for row in journal.session.exec(query.order_by(col(Settlement.line)))
    ]
    _check_still_settled(journal, seq, rows)
    lines = standing_now(journal, [line for line in entry.postings if ":Receivable:" in line.account])
    others = [
        line for line in entry.postings if line.account.split(":")[2] not in ("Receivable", "Uncollected")
    ]
    postings = (*lines, *mirrored(lines), *others)
    return replace(entry, postings=postings), {Settlement: rows, Relief: reliefs_back(journal, seq)}


def _check_still_settled(journal: Journal, seq: int, rows: list[dict[str, Any]]) -> None:
    """Refuse to reopen what is not settled any more: the charge would be open for more than is left of it."""
    for row in rows:
        found = debt(journal.session, journal.compound, f"{row['charge_seq']}-{row['charge_line']}")
        ended = found.charge.open_minor + found.waived_minor + found.written_off_minor
        if found.amount_minor - ended < -row["amount_minor"]:
            raise ReversalRefused(
                pointer="/seq",
                seq=seq,
                why_zh="它抵偿的应收其后已更正",
                why_en="a charge that it settled was adjusted since",
            )


def reliefs_back(journal: Journal, seq: int) -> list[dict[str, Any]]:
    """Return the opposite of what act ``seq`` waived, wrote off, disputed, or the opposite of these."""
    query = select(Relief).where(Relief.compound == journal.compound, Relief.seq == seq)
    return [
        {
            "line": row.line,
            "charge_seq": row.charge_seq,
            "charge_line": row.charge_line,
            "kind": row.kind,
            "amount_minor": -row.amount_minor,
            "authority": row.authority,
        }
        for row in journal.session.exec(query.order_by(col(Relief.line)))
    ]
