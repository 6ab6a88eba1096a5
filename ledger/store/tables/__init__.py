"""The tables and their constraints; no methods, no rules.

Importing this package completes ``METADATA``. Every primary, unique and foreign key begins with the compound, so that
the schema can be distributed by compound; the installation's own tables are the listed exception.
"""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from ledger.store.tables import amends, authorities, dealings, debts, installation, journal, register
from ledger.store.tables.amends import (
    AdjustmentLine,
    AdjustmentRequest,
    AdjustmentStep,
    DemandOutcome,
    DisbursementSource,
    InterruptionWithdrawal,
    ParkedRefund,
    Recovery,
)
from ledger.store.tables.authorities import Authority, AuthorityEnd, AuthorityUse
from ledger.store.tables.dealings import (
    Charge,
    Disbursement,
    DisbursementLine,
    DisbursementStep,
    Receipt,
    Settlement,
)
from ledger.store.tables.debts import (
    Coefficient,
    Demand,
    Departure,
    Handover,
    Interruption,
    MeterReading,
    Outstanding,
    ParkedClaim,
    ParkedReceipt,
    PrimeRate,
    PromisedWaiver,
    Relief,
    SharedCost,
)
from ledger.store.tables.installation import (
    Blob,
    ChainHead,
    ColumnMapping,
    Idempotency,
    Membership,
    Person,
    Remark,
    Token,
    UserAccount,
)
from ledger.store.tables.journal import (
    AccountRow,
    Act,
    BankAccount,
    Bulletin,
    ClosingBalance,
    Compound,
    EntryRow,
    PeriodClose,
    PostingRow,
)
from ledger.store.tables.register import Debtor, RemunerationRule, TariffRow, Tenure, Unit, UnitArea

METADATA = SQLModel.metadata
INSTALLATION = frozenset({"user_account", "token"})


def fact_tables() -> list[Table]:
    """Return the tables whose rows an act appends, by name."""
    return sorted(
        (table for table in METADATA.tables.values() if table.info.get("fact")), key=lambda one: one.name
    )


__all__ = [
    "INSTALLATION",
    "METADATA",
    "AccountRow",
    "Act",
    "AdjustmentLine",
    "AdjustmentRequest",
    "AdjustmentStep",
    "Authority",
    "AuthorityEnd",
    "AuthorityUse",
    "BankAccount",
    "Blob",
    "Bulletin",
    "ChainHead",
    "Charge",
    "ClosingBalance",
    "Coefficient",
    "ColumnMapping",
    "Compound",
    "Debtor",
    "Demand",
    "DemandOutcome",
    "Departure",
    "Disbursement",
    "DisbursementLine",
    "DisbursementSource",
    "DisbursementStep",
    "EntryRow",
    "Handover",
    "Idempotency",
    "Interruption",
    "InterruptionWithdrawal",
    "Membership",
    "MeterReading",
    "Outstanding",
    "ParkedClaim",
    "ParkedReceipt",
    "ParkedRefund",
    "PeriodClose",
    "Person",
    "PostingRow",
    "PrimeRate",
    "PromisedWaiver",
    "Receipt",
    "Recovery",
    "Relief",
    "Remark",
    "RemunerationRule",
    "Settlement",
    "SharedCost",
    "TariffRow",
    "Tenure",
    "Token",
    "Unit",
    "UnitArea",
    "UserAccount",
    "amends",
    "authorities",
    "dealings",
    "debts",
    "fact_tables",
    "installation",
    "journal",
    "register",
]
