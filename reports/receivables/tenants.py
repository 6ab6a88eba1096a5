"""What tenants of the common parts owe on a day, instalment by instalment, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from ledger.rules.ageing import DEFAULT_LIMITS, age_class, class_names
from ledger.store.leases import leases, open_rents


@dataclass(frozen=True, slots=True)
class TenantDebt:
    """One instalment that is open, in fen; ``age_days`` since its due day, ``bucket_zh`` the class of that age."""

    contract: str
    counterparty: str
    related_party: bool
    number: int
    from_on: date
    to_on: date
    due_on: date
    charged_minor: int
    open_minor: int
    age_days: int
    bucket_zh: str


@dataclass(frozen=True, slots=True)
class TenantArrears:
    """Everything that tenants owe at the end of a day, oldest first, and its sum in fen."""

    as_of: date
    debts: tuple[TenantDebt, ...]
    total_minor: int


def tenant_arrears(session: Session, compound: str, as_of: date) -> TenantArrears:
    """Return what is charged and not settled at the end of a day."""
    known = {one.code: one for one in leases(session, compound)}
    names = class_names(DEFAULT_LIMITS)
    debts = []
    for one in open_rents(session, compound, as_of=as_of):
        lease = known[one.contract]
        age = (as_of - one.due_on).days
        debts.append(
            TenantDebt(
                contract=one.contract,
                counterparty=lease.counterparty,
                related_party=bool(lease.related_party),
                number=one.number,
                from_on=one.from_on,
                to_on=one.to_on,
                due_on=one.due_on,
                charged_minor=one.charged_minor,
                open_minor=one.open_minor,
                age_days=age,
                bucket_zh=names[age_class(max(age, 0))],
            )
        )
    return TenantArrears(as_of, tuple(debts), sum(one.open_minor for one in debts))
