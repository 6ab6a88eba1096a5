"""Open a project that only some units own, such as a lift: a fund of its own, its accounts, and who takes part."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from ledger.actions.authorise import authorise
from ledger.actions.open_bank_account import check_bank
from ledger.actions.own_vote import OPENING
from ledger.errors import AlreadyExists, NotFound
from ledger.rules.authority import AuthorityKind, Need
from ledger.rules.grant import check_project_code
from ledger.rules.money import check_bounds
from ledger.rules.period import first_day
from ledger.rules.project import Basis, refused
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.rules.unit import check_unit_code
from ledger.store import statements
from ledger.store.append import Facts, Journal, Recorded
from ledger.store.lines import account_rows
from ledger.store.projects import fund_of_project
from ledger.store.tables import AccountRow, Project, ProjectUnit
from ledger.store.tenures import timelines

#: The accounts that every project begins with; others are opened when they are first used.
_TEMPLATE = (
    *("Assets:{fund}:Receivable:Owner", "Liabilities:{fund}:Uncollected:Owner"),
    *("Liabilities:{fund}:Payable:Vendor", "Liabilities:{fund}:Payable:Retention"),
    *("Income:{fund}:Contribution", "Income:{fund}:Subsidy", "Income:{fund}:Interest", "Income:{fund}:Other"),
    *("Expenses:{fund}:Construction", "Expenses:{fund}:Design", "Expenses:{fund}:BankCharge"),
    *("Expenses:{fund}:Loss", "Expenses:{fund}:Other"),
)
#: A code that names a building tells everybody whose project it is (chart 3).
_CODE = re.compile(r"[A-Z][A-Za-z]{0,19}-\d{1,2}")
_BUILDING = re.compile("[栋幢]|单元|号楼")


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project: its code (never a building), what it will cost in fen, the vote, its bank account, and its units.

    ``units`` have a coefficient each in 1/10,000; where areas share, None takes the area of the register.
    """

    code: str
    title: str
    amount_minor: int
    authority: str
    bank: str
    units: tuple[tuple[str, int | None], ...]
    basis: Basis = Basis.COEFFICIENT


@dataclass(frozen=True, slots=True)
class ProjectOpened:
    """The project's fund, and how many units take part."""

    recorded: Recorded
    code: str
    fund: str
    units: int


def open_project(journal: Journal, command: OpenProject) -> ProjectOpened:
    """Open the project.

    Raises:
        AlreadyExists: the code is taken.
        ProjectRefused: the code or the title names a building, a unit stands twice, or nobody pays.
        NotFound: there is no such unit or bank account.
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityUsedUp: no vote that asked these units allows so much.
    """
    require(journal.actor, KEEPERS)
    code = check_project_code(command.code)
    if _CODE.fullmatch(code) is None:
        raise refused(
            "编号为字母加至多两位序号,不能含楼栋、单元,如 Lift-01",
            "its code is letters and a number of two digits, and names no building; write Lift-01",
            "/code",
        )
    if journal.session.get(Project, (journal.compound, code)) is not None:
        raise AlreadyExists(pointer="/code", what=code)
    fund = fund_of_project(code)
    check_bank(journal, command.bank, fund)
    amount = check_bounds(command.amount_minor, "/amount")
    if amount <= 0:
        raise refused("造价应大于零", "its cost is above zero", "/amount")
    units = _units(journal, command)
    _check_vote(journal, command, set(units))
    row = {
        "code": code,
        "title": _title(journal, command.title),
        "authority": command.authority.strip(),
        "bank": command.bank,
        "basis": str(command.basis),
        "amount_minor": amount,
        "opened_on": journal.today,
    }
    facts: Facts = {
        Project: [row],
        ProjectUnit: [{"code": code, "unit": unit, "weight": units[unit]} for unit in sorted(units)],
        AccountRow: _accounts(journal, fund),
    }
    recorded = journal.record("project_opened", journal.today, facts)
    return ProjectOpened(recorded, code, fund, len(units))


def _title(journal: Journal, words: str) -> str:
    """Return the title if it names no building: that would tell everybody whose project it is."""
    title = check_public(words, "/title", NAME_LIMIT)
    seen = unicodedata.normalize("NFKC", title).upper()
    codes = {part for unit in timelines(journal.session, journal.compound) for part in unit.split("-")[:2]}
    named = any(re.search(rf"(?<![A-Z0-9]){re.escape(code)}(?![A-Z0-9])", seen) for code in codes)
    if named or _BUILDING.search(title):
        raise refused("名称不能含楼栋、单元", "its title names a building", "/title")
    return title


def _units(journal: Journal, command: OpenProject) -> dict[str, int]:
    """Return the units that take part with their weights."""
    held = timelines(journal.session, journal.compound)
    weights: dict[str, int] = {}
    for place, (named, weight) in enumerate(command.units):
        unit = check_unit_code(named, f"/units/{place}")
        if unit not in held:
            raise NotFound(pointer=f"/units/{place}", what=unit)
        if unit in weights:
            raise refused(f"{unit} 重复", f"{unit} stands twice", f"/units/{place}")
        if weight is None and command.basis is Basis.AREA:
            weight = held[unit].area_hundredths  # noqa: PLW2901 - what the register says
        if weight is None or weight < 0:
            raise refused(f"{unit} 缺少系数", f"{unit} has no coefficient", f"/units/{place}")
        weights[unit] = weight
    if not any(weights.values()):
        raise refused("没有分摊系数大于零的房屋", "no unit has a share", "/units")
    return weights


def _check_vote(journal: Journal, command: OpenProject, units: set[str]) -> None:
    need = Need(
        fund_of_project(command.code),
        command.amount_minor,
        journal.today,
        frozenset({AuthorityKind.VOTE}),
        OPENING,
        units=units,
    )
    authorise(journal, command.authority, need)


def _accounts(journal: Journal, fund: str) -> list[dict[str, Any]]:
    """Return the rows of the template's accounts that are not open yet."""
    codes = {pattern.format(fund=fund) for pattern in _TEMPLATE}
    query = {"of": journal.compound, "codes": sorted(codes)}
    known = set(journal.connection.execute(statements.KNOWN_ACCOUNTS, query).scalars())
    return account_rows(codes - known, first_day(journal.earliest_open))
