"""Each job of the repair fund is owed, paid and taken back by itself, out of what its custodian holds."""

from __future__ import annotations

import pytest
from sqlmodel import select

from ledger import errors
from ledger.actions.keep_repair import Custodian, RecordRepair, RepairKind, record_repair
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.authority import Matter
from ledger.store.repair import jobs, jobs_owed
from ledger.store.tables import RepairPayment
from reports.month.repair import repair_figures
from tests.books.between import opened, voted
from tests.books.reading import standing
from tests.books.sample import yuan
from tests.conftest import Books
from tests.ledger.actions.refusing import refused

OWED = "Liabilities:Repair:Payable:Vendor"


def step(kind: RepairKind, job: str, day: Books, authority: str = "", **more: Custodian) -> RecordRepair:
    """Return a step of a job of 10,000."""
    return RecordRepair(kind, yuan("10,000.00"), "通知", day.today, job=job, authority=authority, **more)


@pytest.fixture
def two_jobs(house: Books) -> Books:
    """Give books with two jobs approved, no building registered."""
    opened(house, Repair="100,000.00")
    for job in ("A", "B"):
        voted(house, f"V-{job}", Matter.REPAIR_USE, "Repair", "10,000.00")
        house.act(record_repair, step(RepairKind.JOB_APPROVED, f"J-{job}", house, f"V-{job}"))
    return house


def test_a_job_is_paid_once_whatever_is_owed_for_others(two_jobs: Books) -> None:
    two_jobs.act(record_repair, step(RepairKind.JOB_PAID, "J-A", two_jobs))
    refused(two_jobs, errors.FundShort, record_repair, step(RepairKind.JOB_PAID, "J-A", two_jobs))
    two_jobs.act(record_repair, step(RepairKind.JOB_PAID, "J-B", two_jobs))
    assert OWED not in standing(two_jobs)


def test_which_job_a_payment_is_for_is_a_fact(two_jobs: Books) -> None:
    paid = two_jobs.act(record_repair, step(RepairKind.JOB_PAID, "J-A", two_jobs)).seq
    with two_jobs.database.reading() as session:
        rows = session.exec(select(RepairPayment).where(RepairPayment.compound == two_jobs.compound)).all()
    assert [(row.seq, row.job) for row in rows] == [(paid, "J-A")]


def test_a_payment_that_was_taken_back_is_owed_again(two_jobs: Books) -> None:
    paid = two_jobs.act(record_repair, step(RepairKind.JOB_PAID, "J-A", two_jobs)).seq
    two_jobs.act(reverse, Reverse(paid, "退汇", two_jobs.today))
    with two_jobs.database.reading() as session:
        assert jobs_owed(session, two_jobs.compound) == {"J-A": yuan("10,000.00"), "J-B": yuan("10,000.00")}
    two_jobs.act(record_repair, step(RepairKind.JOB_PAID, "J-A", two_jobs))


def test_a_paid_job_is_not_taken_back_while_another_is_owed(house: Books) -> None:
    opened(house, Repair="100,000.00")
    voted(house, "V-A", Matter.REPAIR_USE, "Repair", "10,000.00")
    voted(house, "V-B", Matter.REPAIR_USE, "Repair", "10,000.00")
    first = house.act(record_repair, step(RepairKind.JOB_APPROVED, "J-A", house, "V-A")).seq
    house.act(record_repair, step(RepairKind.JOB_PAID, "J-A", house))
    second = house.act(record_repair, step(RepairKind.JOB_APPROVED, "J-B", house, "V-B")).seq
    refused(house, errors.ReversalRefused, reverse, Reverse(first, "误记", house.today))
    house.act(reverse, Reverse(second, "误记", house.today))


def test_a_custodian_pays_no_more_than_it_holds(two_jobs: Books) -> None:
    bank = step(RepairKind.JOB_PAID, "J-A", two_jobs, custodian=Custodian.BANK)
    refused(two_jobs, errors.FundShort, record_repair, bank)


def test_jobs_are_listed_although_no_building_is_registered(two_jobs: Books) -> None:
    with two_jobs.database.reading() as session:
        listed = jobs(session, two_jobs.compound)
        shown = repair_figures(session, two_jobs.compound, "2026-01").jobs
    assert [(one.code, one.amount_minor, one.shares) for one in listed] == [
        ("J-A", yuan("10,000.00"), ()),
        ("J-B", yuan("10,000.00"), ()),
    ]
    assert [(one.code, one.authority) for one in shown] == [("J-A", "V-A"), ("J-B", "V-B")]
