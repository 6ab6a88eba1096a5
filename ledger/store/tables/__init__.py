"""The tables and their constraints; no methods, no rules.

Importing this package completes ``METADATA``. Every primary, unique and foreign key begins with the compound, so that
the schema can be distributed by compound; the installation's own tables are the listed exception.
"""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from ledger.store.tables import (
    amends,
    assets,
    audit,
    authorities,
    between,
    budgets,
    dealings,
    debts,
    erasures,
    grants,
    installation,
    journal,
    leases,
    payments,
    projects,
    register,
    votes,
)
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
from ledger.store.tables.assets import (
    Asset,
    AssetAbsence,
    AssetIncome,
    AssetStatus,
    SharedBankPart,
    SharedBankSum,
    ZeroStatement,
)
from ledger.store.tables.audit import Audit, AuditHead
from ledger.store.tables.authorities import Authority, AuthorityEnd, AuthorityUse
from ledger.store.tables.between import (
    CustodyConfirmation,
    CustodyConfirmationLine,
    Distribution,
    DistributionRule,
    DistributionShare,
    FundMove,
    FundMoveStep,
    MeterGroup,
    RepairBuilding,
    RepairPayment,
    RepairShare,
    UtilityBill,
)
from ledger.store.tables.budgets import (
    Budget,
    BudgetAnswer,
    BudgetComment,
    BudgetLine,
    BudgetMonth,
    BudgetStep,
)
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
    LateFeePart,
    MeterReading,
    Outstanding,
    ParkedClaim,
    ParkedReceipt,
    PrimeRate,
    PromisedWaiver,
    Relief,
    SharedCost,
)
from ledger.store.tables.erasures import Erasure
from ledger.store.tables.grants import (
    Donor,
    Gift,
    GrantBudget,
    GrantMoney,
    GrantOutcome,
    GrantProject,
    GrantSpending,
    GrantStep,
    Pool,
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
from ledger.store.tables.leases import (
    DisbursementContract,
    Instalment,
    Lease,
    LeaseAsset,
    LeaseEnd,
    RentCharge,
    RentCost,
    RentReceipt,
    RentSettlement,
)
from ledger.store.tables.payments import (
    CashCount,
    Explanation,
    PettyFloat,
    PettySlip,
    Ratification,
    UnexplainedDebit,
    VendorRefund,
    Voucher,
)
from ledger.store.tables.projects import (
    Project,
    ProjectCall,
    ProjectInstalment,
    ProjectPlan,
    ProjectSubsidy,
    ProjectUnit,
)
from ledger.store.tables.register import Debtor, RemunerationRule, TariffRow, Tenure, Unit, UnitArea
from ledger.store.tables.stewardship import Caretaking, CaretakingEnd, FixedRemuneration
from ledger.store.tables.votes import Ballot, Vote, VoteBase, VoteEvidence

METADATA = SQLModel.metadata
INSTALLATION = frozenset({"user_account", "token"})
#: One row a chain, which only moves forward: where its newest link is.
HEADS = frozenset({"audit_head", "chain_head"})


def fact_tables() -> list[Table]:
    """Return the tables whose rows an act appends, by name."""
    return sorted(
        (table for table in METADATA.tables.values() if table.info.get("fact")), key=lambda one: one.name
    )


def append_only() -> list[Table]:
    """Return the tables whose rows are never changed or removed: links of chains, facts of acts, answers given."""
    marked = (one for one in METADATA.tables.values() if one.info.keys() & {"fact", "link", "answer"})
    return sorted(marked, key=lambda one: one.name)


__all__ = [
    "HEADS",
    "INSTALLATION",
    "METADATA",
    "AccountRow",
    "Act",
    "AdjustmentLine",
    "AdjustmentRequest",
    "AdjustmentStep",
    "Asset",
    "AssetAbsence",
    "AssetIncome",
    "AssetStatus",
    "Audit",
    "AuditHead",
    "Authority",
    "AuthorityEnd",
    "AuthorityUse",
    "Ballot",
    "BankAccount",
    "Blob",
    "Budget",
    "BudgetAnswer",
    "BudgetComment",
    "BudgetLine",
    "BudgetMonth",
    "BudgetStep",
    "Bulletin",
    "Caretaking",
    "CaretakingEnd",
    "CashCount",
    "ChainHead",
    "Charge",
    "ClosingBalance",
    "Coefficient",
    "ColumnMapping",
    "Compound",
    "CustodyConfirmation",
    "CustodyConfirmationLine",
    "Debtor",
    "Demand",
    "DemandOutcome",
    "Departure",
    "Disbursement",
    "DisbursementContract",
    "DisbursementLine",
    "DisbursementSource",
    "DisbursementStep",
    "Distribution",
    "DistributionRule",
    "DistributionShare",
    "Donor",
    "EntryRow",
    "Erasure",
    "Explanation",
    "FixedRemuneration",
    "FundMove",
    "FundMoveStep",
    "Gift",
    "GrantBudget",
    "GrantMoney",
    "GrantOutcome",
    "GrantProject",
    "GrantSpending",
    "GrantStep",
    "Handover",
    "Idempotency",
    "Instalment",
    "Interruption",
    "InterruptionWithdrawal",
    "LateFeePart",
    "Lease",
    "LeaseAsset",
    "LeaseEnd",
    "Membership",
    "MeterGroup",
    "MeterReading",
    "Outstanding",
    "ParkedClaim",
    "ParkedReceipt",
    "ParkedRefund",
    "PeriodClose",
    "Person",
    "PettyFloat",
    "PettySlip",
    "Pool",
    "PostingRow",
    "PrimeRate",
    "Project",
    "ProjectCall",
    "ProjectInstalment",
    "ProjectPlan",
    "ProjectSubsidy",
    "ProjectUnit",
    "PromisedWaiver",
    "Ratification",
    "Receipt",
    "Recovery",
    "Relief",
    "Remark",
    "RemunerationRule",
    "RentCharge",
    "RentCost",
    "RentReceipt",
    "RentSettlement",
    "RepairBuilding",
    "RepairPayment",
    "RepairShare",
    "Settlement",
    "SharedBankPart",
    "SharedBankSum",
    "SharedCost",
    "TariffRow",
    "Tenure",
    "Token",
    "UnexplainedDebit",
    "Unit",
    "UnitArea",
    "UserAccount",
    "UtilityBill",
    "VendorRefund",
    "Vote",
    "VoteBase",
    "VoteEvidence",
    "Voucher",
    "ZeroStatement",
    "amends",
    "append_only",
    "assets",
    "audit",
    "authorities",
    "between",
    "budgets",
    "dealings",
    "debts",
    "erasures",
    "fact_tables",
    "grants",
    "installation",
    "journal",
    "leases",
    "payments",
    "projects",
    "register",
    "votes",
]
