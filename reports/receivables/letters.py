"""Letters of demand: to each debtor who owes more than a threshold, what is overdue and on what legal ground.

A developer gets one letter for all its units, by name: a company's name is no secret (design decision 10). Nobody else
is named: a letter is addressed to the unit, and is delivered there. Nothing in it threatens anything but a court (Civil
Code 944).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session

from ledger.errors import NothingOverdue
from ledger.rules.charge import is_project
from ledger.rules.unit import Standing
from ledger.store.debtors import company_names, owners
from ledger.store.owed import holdings
from ledger.store.registers import compound_row
from reports.receivables.arrears import OwedLine, arrears

OWNER_GROUNDS_ZH: Final = (
    "《中华人民共和国民法典》第九百四十四条：业主应当按照约定向物业服务人支付物业费。"
    "业主逾期不支付的，物业服务人可以催告其在合理期限内支付；合理期限届满仍不支付的，可以提起诉讼或者申请仲裁。",
    "物业服务合同及经公示的收费标准（见明细所列费项与单价）。",
)
DEVELOPER_GROUNDS_ZH: Final = (
    "《物业管理条例》第四十一条第二款：已竣工但尚未出售或者尚未交给物业买受人的物业，物业服务费用由建设单位交纳。",
    "《物业服务收费管理办法》（发改价格〔2003〕1864号）第十六条：纳入物业管理范围的已竣工但尚未出售，"
    "或者因开发建设单位原因未按时交给物业买受人的物业，物业服务费用或者物业服务资金由开发建设单位全额交纳。",
)
#: Beside or instead of the others, where shares of a project that its own units voted are overdue.
PROJECT_GROUND_ZH: Final = "参与业主就专项工程表决通过的费用分摊方案（见明细所列工程）。"


@dataclass(frozen=True, slots=True)
class UnitDue:
    """Some months of one unit at one rate: area in 1/100 m², rate in 1/10,000 yuan a month, amount in fen.

    ``rate_e4`` None: brought forward from the audited handover, which has the rate.
    """

    label_zh: str
    item_zh: str
    area_hundredths: int | None
    first: str
    last: str
    months: int
    rate_e4: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: ``code`` names it in a list and a file, ``units`` are those it is about."""

    code: str
    compound_zh: str
    addressee_zh: str
    units: tuple[str, ...]
    is_developer: bool
    as_of: date
    lines: tuple[OwedLine, ...]
    dues: tuple[UnitDue, ...]
    grounds_zh: tuple[str, ...]

    @property
    def total_minor(self) -> int:
        """Everything overdue, in fen."""
        return sum(line.open_minor for line in self.lines)

    @property
    def disputed_minor(self) -> int:
        """What of it the debtor disputes, in fen."""
        return sum(line.disputed_minor for line in self.lines)


def letters(
    session: Session, compound: str, as_of: date, *, over_minor: int = 0, unit: str | None = None
) -> tuple[Letter, ...]:
    """Return a letter to every debtor whose overdue charges exceed ``over_minor``, the developer's first.

    Raises:
        NothingOverdue: nobody, or the named unit, owes so much.
    """
    name = compound_row(session, compound).name
    areas = {one.unit: one.area_hundredths for one in holdings(session, compound, as_of)}
    due = [line for line in arrears(session, compound, as_of, unit=unit).lines if line.due_on < as_of]
    companies = _developers(session, compound, due)
    by_debtor: dict[tuple[str, int], list[OwedLine]] = defaultdict(list)
    for line in due:
        company = companies.get((line.unit, line.debtor))
        key = (line.unit, line.debtor) if company is None else ("", company.number)
        by_debtor[key].append(line)
    written = tuple(
        _letter(name, as_of, by_debtor[key], areas, companies)
        for key in sorted(by_debtor)
        if sum(line.open_minor for line in by_debtor[key]) > over_minor
    )
    if not written:
        raise NothingOverdue(pointer="/unit" if unit else "/over", who=unit or compound)
    return written


@dataclass(frozen=True, slots=True)
class _Company:
    """A developer: which one it is among those that owe, and its name if the register has it."""

    number: int
    code: str
    name_zh: str


def _developers(session: Session, compound: str, lines: list[OwedLine]) -> dict[tuple[str, int], _Company]:
    """Return the company behind each developer's unit: units of one name or credit code are one debtor's."""
    owing = sorted({(line.unit, line.debtor) for line in lines if line.kind is Standing.DEVELOPER})
    whose = owners(session, compound, owing)
    names = company_names(session, compound, owing)
    order = list(dict.fromkeys(whose[one] for one in owing))
    found = {}
    for one in owing:
        number = order.index(whose[one]) + 1
        known = [names[other] for other in owing if whose[other] == whose[one] and other in names]
        code = "developer" if len(order) == 1 else f"developer-{number}"
        found[one] = _Company(number, code, known[0] if known else "")
    return found


def _letter(
    compound_zh: str,
    as_of: date,
    lines: list[OwedLine],
    areas: dict[str, int],
    companies: dict[tuple[str, int], _Company],
) -> Letter:
    first = lines[0]
    company = companies.get((first.unit, first.debtor))
    is_developer = company is not None
    if company is not None:
        code, addressee = company.code, f"建设单位 {company.name_zh}".strip()
    else:
        code = f"{first.unit}-{first.debtor}"
        addressee = f"{first.label_zh} {'原业主' if first.kind is Standing.FORMER else '业主'}"
    return Letter(
        code=code,
        compound_zh=compound_zh,
        addressee_zh=addressee,
        units=tuple(dict.fromkeys(line.unit for line in lines)),
        is_developer=is_developer,
        as_of=as_of,
        lines=tuple(lines),
        dues=_dues(lines, areas),
        grounds_zh=_grounds(lines, is_developer=is_developer),
    )


def _grounds(lines: list[OwedLine], *, is_developer: bool) -> tuple[str, ...]:
    """Return why the debtor owes: fees by law and contract, shares of a project by its vote."""
    of_project = {is_project(line.item) for line in lines}
    fees = DEVELOPER_GROUNDS_ZH if is_developer else OWNER_GROUNDS_ZH
    return (*(fees if False in of_project else ()), *((PROJECT_GROUND_ZH,) if True in of_project else ()))


def _dues(lines: list[OwedLine], areas: dict[str, int]) -> tuple[UnitDue, ...]:
    groups: dict[tuple[str, str, int], list[OwedLine]] = defaultdict(list)
    for line in lines:
        groups[line.unit, line.item, line.rate_e4 or 0].append(line)
    return tuple(
        UnitDue(
            label_zh=group[0].label_zh,
            item_zh=group[0].item_zh,
            area_hundredths=group[0].area_hundredths or areas.get(unit),
            first=min(line.period for line in group),
            last=max(line.period for line in group),
            months=len({line.period for line in group}),
            rate_e4=rate or None,
            amount_minor=sum(line.open_minor for line in group),
        )
        for (unit, _, rate), group in sorted(groups.items())
    )
