"""Keep the repair fund: a memorandum of what the district or the bank holds, from their documents (entry E20).

What owners pay in, growth and scrap come in; a job is booked when it is approved, and paid by the custodian. Each is
shared among the buildings. Nothing here can be spent by the compound itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.repair_job import check_job_funded, check_job_owed, urgent_words
from ledger.actions.share_repair import Sharing, by_buildings
from ledger.errors import AlreadyExists, NotFound, RequestMalformed
from ledger.rules.authority import EMERGENCY, AuthorityKind, Matter, Need
from ledger.rules.between import JOB_PAID, REPAIR
from ledger.rules.chart import account
from ledger.rules.entry import Entry, Kind, Posting
from ledger.rules.fund import net
from ledger.rules.money import check_positive, format_amount
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public, check_public_optional
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.balances import balances
from ledger.store.repair import JOBS_PAYABLE, building_balances, units_by_building, units_of
from ledger.store.tables import (
    AuthorityUse,
    CustodyConfirmation,
    CustodyConfirmationLine,
    RepairBuilding,
    RepairPayment,
    RepairShare,
)


class Custodian(StrEnum):
    """Who holds the repair fund."""

    DISTRICT = "District"
    BANK = "Bank"

    @property
    def account(self) -> str:
        """The account of what it holds."""
        return f"Assets:Repair:Custody:{self}"


class RepairKind(StrEnum):
    """What happened to the fund."""

    CONTRIBUTION = "contribution"
    GROWTH = "growth"
    SCRAP = "scrap"
    JOB_APPROVED = "job_approved"
    JOB_PAID = "job_paid"


_INCOME = {
    RepairKind.CONTRIBUTION: ("Income:Repair:Contribution", "业主交存"),
    RepairKind.GROWTH: ("Income:Repair:Interest", "增值收益"),
    RepairKind.SCRAP: ("Income:Repair:Scrap", "旧物残值"),
}


@dataclass(frozen=True, slots=True)
class OpenBuilding:
    """A building's first instalment and what it has of the opening balance, in fen."""

    building: str
    first_instalment_minor: int
    opening_minor: int


@dataclass(frozen=True, slots=True)
class RecordRepair:
    """Something that happened to the fund, in fen, and the document that shows it; jobs have a code and a vendor.

    ``parts`` are the buildings' parts where the document states them; else they are shared among ``buildings``. An
    emergency gives its ``reason``, which is published.
    """

    kind: RepairKind
    amount_minor: int
    document: str
    effective_on: date
    custodian: Custodian = Custodian.DISTRICT
    sharing: Sharing = Sharing.AREA
    buildings: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    job: str | None = None
    vendor: str | None = None
    authority: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmCustody:
    """What the custodian says it holds on a day, in fen, in all and of each building where it says so."""

    custodian: Custodian
    confirmed_on: date
    document: str
    amount_minor: int
    by_building: tuple[tuple[str, int], ...] = ()


def open_repair_buildings(journal: Journal, lines: tuple[OpenBuilding, ...]) -> Recorded:
    """Put on record what each building began with; together it is what the fund has now.

    Raises:
        AlreadyExists: it is on record.
        NotFound: the register has no such building.
        RequestMalformed: the balances are not the fund's.
    """
    require(journal.actor, KEEPERS)
    if building_balances(journal.session, journal.compound):
        raise AlreadyExists(pointer="/buildings", what="维修资金分楼栋")
    known = units_by_building(journal.session, journal.compound)
    for place, one in enumerate(lines):
        if one.building not in known:
            raise NotFound(pointer=f"/buildings/{place}/building", what=one.building[:40])
    has = net(balances(journal.session, journal.compound), REPAIR)
    whole = sum(one.opening_minor for one in lines)
    if (
        not lines
        or whole != has
        or min(min(one.opening_minor, one.first_instalment_minor) for one in lines) < 0
    ):
        raise RequestMalformed(
            pointer="/buildings",
            why_zh=f"各楼栋余额之和 {format_amount(whole)} 应等于维修资金结存 {format_amount(has)}",
            why_en=f"the buildings' balances of {format_amount(whole)} have to be the fund's {format_amount(has)}",
        )
    rows = [
        {
            "building": one.building,
            "first_instalment_minor": one.first_instalment_minor,
            "opening_minor": one.opening_minor,
        }
        for one in lines
    ]
    return journal.record("repair_buildings_opened", journal.today, {RepairBuilding: rows})


def record_repair(journal: Journal, command: RecordRepair) -> Recorded:
    """Post what the custodian's document shows.

    Raises:
        AuthorityMissing and its kin: a job that no vote allows.
        TextRefused, EmergencyAboveCap: an emergency without a reason, or above the profile's cap.
        FundShort: a job takes more than its buildings have; or more would be paid for it than is owed for it, or than
            the custodian holds.
        NotFound, RequestMalformed: the sharing among the buildings.
    """
    require(journal.actor, KEEPERS)
    check_positive(command.amount_minor, "/amount")
    document = check_public(command.document, "/document", NAME_LIMIT)
    if command.kind in _INCOME:
        return _came_in(journal, command, document)
    if command.kind is RepairKind.JOB_APPROVED:
        return _job_approved(journal, command, document)
    return _job_paid(journal, command, document)


def _came_in(journal: Journal, command: RecordRepair, document: str) -> Recorded:
    income, words = _INCOME[command.kind]
    postings = (
        Posting(command.custodian.account, command.amount_minor),
        Posting(income, -command.amount_minor),
    )
    facts: Facts = {RepairShare: _shares(journal, command, str(command.kind))}
    return _record(journal, command, f"维修资金{words}", postings, document, facts)


def _job_approved(journal: Journal, command: RecordRepair, document: str) -> Recorded:
    """Post a job that may be done: by a vote on the use of the fund, and approved by the custodian.

    Whoever votes on it, all units of the buildings that bear it have to have been asked.
    """
    code = account(f"Expenses:Repair:Job:{command.job or '-'}").code
    kinds = frozenset({AuthorityKind.VOTE, AuthorityKind.EMERGENCY})
    matters = (
        frozenset() if command.authority == EMERGENCY else frozenset({Matter.REPAIR_USE})
    )  # Civil Code 281
    shares = _shares(journal, command, "job")
    units = units_of(journal.session, journal.compound, {row["building"] for row in shares})
    need = Need(REPAIR, command.amount_minor, journal.today, kinds, matters, units=units)
    granted = authorise(journal, command.authority, need)
    postings = (Posting(code, command.amount_minor), Posting(JOBS_PAYABLE, -command.amount_minor))
    facts: Facts = {
        RepairShare: shares,
        AuthorityUse: use_rows(granted, command.amount_minor, code[-36:]),
    }
    words = f"维修工程 {command.job} 批准 {document}"
    if granted.kind is AuthorityKind.EMERGENCY:
        words = urgent_words(journal, words, command.amount_minor, command.reason)
    check_job_funded(journal, command.amount_minor, shares)
    return _record(journal, command, words, postings, granted.code, facts)


def _job_paid(journal: Journal, command: RecordRepair, document: str) -> Recorded:
    check_job_owed(journal, command.job, command.amount_minor, command.custodian.account)
    postings = (
        Posting(JOBS_PAYABLE, command.amount_minor),
        Posting(command.custodian.account, -command.amount_minor),
    )
    words = f"{JOB_PAID}{command.job or ''}".strip()
    facts: Facts = {RepairPayment: [{"job": command.job}]} if command.job else {}
    return _record(journal, command, words, postings, document, facts)


def _shares(journal: Journal, command: RecordRepair, kind: str) -> list[dict[str, Any]]:
    return by_buildings(
        journal,
        kind,
        command.amount_minor,
        sharing=Sharing.STATED if command.parts else command.sharing,
        buildings=command.buildings,
        stated=dict(command.parts),
        job=command.job,
    )


def _record(
    journal: Journal,
    command: RecordRepair,
    words: str,
    postings: tuple[Posting, ...],
    authority: str,
    facts: Facts,
) -> Recorded:
    entry = Entry(
        Kind.CUSTODY,
        command.effective_on,
        words[:200],
        postings,
        counterparty=check_public_optional(command.vendor, "/vendor", NAME_LIMIT),
        authority=authority,
    )
    return journal.record(f"repair_{command.kind}", command.effective_on, facts, entry=entry)


def confirm_custody(journal: Journal, command: ConfirmCustody) -> Recorded:
    """Put the custodian's confirmation on record; nothing is posted, the statement shows where it differs.

    Raises:
        RequestMalformed: the day is to come, or the buildings' balances are not the whole.
        NotFound: a building that the fund does not know.
    """
    require(journal.actor, KEEPERS)
    known = building_balances(journal.session, journal.compound)
    for place, (building, _) in enumerate(command.by_building):
        if building not in known:
            raise NotFound(pointer=f"/by_building/{place}/building", what=building[:40])
    parts = dict(command.by_building)
    is_whole = not parts or sum(parts.values()) == command.amount_minor
    is_proper = len(parts) == len(command.by_building) and min([command.amount_minor, *parts.values()]) >= 0
    if command.confirmed_on > journal.today or not is_whole or not is_proper:
        raise RequestMalformed(
            pointer="/amount",
            why_zh="确认日不能在今后,各楼栋余额之和应等于总额",
            why_en="the day is not to come, and the buildings' balances sum to the whole",
        )
    row = {
        "custodian": str(command.custodian),
        "confirmed_on": command.confirmed_on,
        "document": check_public(command.document, "/document", NAME_LIMIT),
        "amount_minor": command.amount_minor,
    }
    lines = [{"building": building, "amount_minor": minor} for building, minor in command.by_building]
    facts: Facts = {CustodyConfirmation: [row], CustodyConfirmationLine: lines}
    return journal.record("custody_confirmed", command.confirmed_on, facts)
