"""Which entry an act of each kind may post, and which acts may close a month, publish, or take money.

The kind of an act is published, its facts are sealed: whoever gives an act another name must not make a payment look
like a waiver, or a close like a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.rules.entry import Kind
from ledger.rules.period import month_of

Row = Mapping[str, Any]

#: Acts whose entry has a name of its own; the others are called as their entry is.
_RENAMED: Mapping[str, frozenset[Kind]] = {
    "entry": frozenset({Kind.GENERAL}),
    "gift": frozenset({Kind.DONATION}),
    "charges_adjusted": frozenset({Kind.ADJUSTMENT}),
    "owner_changed": frozenset({Kind.OWNER_CHANGE}),
    "petty_cash_spent": frozenset({Kind.PETTY_CASH}),
    "cash_counted": frozenset({Kind.CASH_COUNT}),
    "debit_booked": frozenset({Kind.SUSPENSE}),
    "debit_explained": frozenset({Kind.EXPLANATION}),
    "bridged": frozenset({Kind.BRIDGE}),
    "bridge_released": frozenset({Kind.BRIDGE_RELEASE}),
    "project_called": frozenset({Kind.PROJECT_SHARE}),
    "subsidy_received": frozenset({Kind.SUBSIDY}),
    "subsidy_cleared": frozenset({Kind.GRANT_RETURN}),
    "lease_ended": frozenset({Kind.LEASE_END}),
    "points_issued": frozenset({Kind.POINTS}),
    "points_redeemed": frozenset({Kind.POINTS}),
}
#: Acts of many steps: their kind begins like this, and any of these entries may go with a step.
_STEPS: Mapping[str, frozenset[Kind]] = {
    "disbursement_": frozenset(
        {Kind.EXPENSE, Kind.PAYMENT, Kind.REFUND, Kind.PARKED_REFUND, Kind.DEPOSIT_RELEASE}
    ),
    "fund_move_": frozenset({Kind.TRANSFER, Kind.LOAN, Kind.UTILITY, Kind.SWEEP, Kind.CUSTODY}),
    "grant_": frozenset({Kind.GRANT, Kind.GRANT_RETURN}),
    "repair_": frozenset({Kind.CUSTODY}),
}
#: What only acts of one kind append, and they always.
_OWN_FACTS = {"close": "period_close", "publish": "bulletin"}
#: Entries of money that came from a household, which have a receipt each.
_RECEIPTED = frozenset({Kind.RECEIPT, Kind.CLAIM, Kind.BRIDGE})


def entries_of(kind: str) -> frozenset[str]:
    """Return the kinds of entry that an act of this kind may post; of none that we know, none."""
    for known, entries in _STEPS.items():
        if kind.startswith(known):
            return frozenset(str(one) for one in entries)
    if kind in _RENAMED:
        return frozenset(str(one) for one in _RENAMED[kind])
    return frozenset({kind}) & frozenset(str(one) for one in Kind)


def is_coherent(act: Row, entry: Row | None, facts: Mapping[str, Sequence[Row]]) -> bool:
    """Say whether an act's kind fits its entry and its facts."""
    kind, receipts = act["kind"], len(facts.get("receipt", ()))
    if any((kind == own) != bool(facts.get(table)) for own, table in _OWN_FACTS.items()):
        return False
    if any(row["month"] != month_of(act["effective_on"]) for row in facts.get("period_close", ())):
        return False
    if entry is None:
        return not receipts
    is_undone = entry["reverses"] is not None
    if entry["kind"] not in entries_of(kind) or is_undone != (entry["kind"] == Kind.REVERSAL):
        return False
    return receipts == (1 if entry["kind"] in _RECEIPTED else 0)


__all__ = ["entries_of", "is_coherent"]
