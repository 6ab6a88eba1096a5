"""The statement of the property-fee fund: income as it was collected, the nine statutory costs, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlmodel import Session

from ledger.rules.chart import is_money
from ledger.rules.entry import Kind
from ledger.rules.fund import net, spendable
from reports.bulletin import FundStatement, Recognition, RowKind, StatementRow
from reports.month.budget import BudgetFigures
from reports.month.movements import Movement, total, vouchers

FUND = "PropertyFee"
_SERVICE = "Income:PropertyFee:Service:Owner"
_DEVELOPER = "Income:PropertyFee:Service:Developer"

#: Other income, in the order of the chart.
_INCOME = (
    ("电梯运行费", "Income:PropertyFee:Elevator"),
    ("垃圾处置费", "Income:PropertyFee:Garbage"),
    ("自有车位服务费", "Income:PropertyFee:ParkingService"),
    ("公共能耗分摊", "Income:PropertyFee:Shared"),
    ("违约金", "Income:PropertyFee:LateFee"),
    ("利息", "Income:PropertyFee:Interest"),
    ("追偿及其他", "Income:PropertyFee:Recovery"),
)
#: What the owners' service fee is made of.
_OF_SERVICE = frozenset({"本期物业费实收", "清欠实收", "预收转物业费"})
_ALWAYS = frozenset({"违约金", "利息"})

#: The nine categories of the 2003 rule keep their numbers; then what a trust-model fund also bears.
_EXPENSES = (
    ("1 管理服务人员费用", "Staff"),
    ("2 设施设备运行维护", "Facility"),
    ("3 清洁卫生", "Cleaning"),
    ("4 绿化养护", "Greening"),
    ("5 秩序维护", "Order"),
    ("6 办公费用", "Office"),
    ("7 固定资产折旧", "Depreciation"),
    ("8 保险费用", "Insurance"),
    ("9 业主同意的其他费用", "OwnerApproved"),
    ("受托人酬金", "Remuneration"),
    ("税费", "Tax"),
    ("手续费", "BankCharge"),
    ("损失", "Loss"),
)
_OPTIONAL = frozenset({"税费", "损失"})

Wanted = Callable[[Movement], bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """Balances by account, in fen: at the start of the month, of the year's count, and at the month's end."""

    month_start: dict[str, int]
    year_start: dict[str, int]
    end: dict[str, int]


def _is_current(one: Movement) -> bool:
    return one.period is None or one.period >= one.month


def _income_lines() -> list[tuple[str, Wanted, str]]:
    lines: list[tuple[str, Wanted, str]] = [
        (
            "本期物业费实收",
            lambda m: m.account == _SERVICE and m.kind != "release" and _is_current(m),
            _SERVICE,
        ),
        ("清欠实收", lambda m: m.account == _SERVICE and m.kind != "release" and not _is_current(m), ""),
        ("预收转物业费", lambda m: m.account == _SERVICE and m.kind == "release", ""),
        ("建设单位空置房", lambda m: m.account == _DEVELOPER, _DEVELOPER),
    ]
    for label, code in _INCOME:
        lines.append((label, lambda m, code=code: m.account == code, code))  # type: ignore[misc]  # bound default
    known = {_SERVICE, _DEVELOPER, *(code for _, code in _INCOME)}
    lines.append(("其他", lambda m: m.account.startswith(f"Income:{FUND}:") and m.account not in known, ""))
    return lines


@dataclass(slots=True)
class _Rows:
    """The lines of the statement while they are written, numbered as they come."""

    month: str
    moved: list[Movement]
    budget: BudgetFigures | None
    rows: list[StatementRow] = field(default_factory=list)

    def both(self, wanted: Wanted) -> tuple[int, int]:
        """Return what moved in the month and in the year, in fen, debit positive."""
        return total(self.moved, lambda m: m.month == self.month and wanted(m)), total(self.moved, wanted)

    def add(
        self, label: str, kind: RowKind, sums: tuple[int, int], found: tuple[str, ...] = (), code: str = ""
    ) -> None:
        """Add a line; ``code`` begins the accounts that its budget is for."""
        planned = self.planned(code) if code else None
        if planned == 0 and not sums[1]:
            planned = None
        self.rows.append(StatementRow(len(self.rows) + 1, label, kind, *sums, planned, found))

    def planned(self, code: str) -> int | None:
        """Return what is planned for the year on accounts that begin with a code; None without a budget."""
        if self.budget is None:
            return None
        lines = (*self.budget.incomes, *self.budget.expenses)
        return sum(one.planned_minor for one in lines if f"{one.account}:".startswith(f"{code}:"))


def fee_fund_statement(
    session: Session,
    compound: str,
    month: str,
    moved: list[Movement],
    standing: Standing,
    budget: BudgetFigures | None = None,
) -> FundStatement:
    """Return the statement for ``month``; ``moved`` holds the year so far, ``budget`` is what is in force."""
    page = _Rows(month, moved, budget)
    opened = page.both(lambda m: m.account == f"Equity:{FUND}:Opening")
    before = (net(standing.month_start, FUND) - opened[0], net(standing.year_start, FUND) - opened[1])
    page.add("期初结余", "opening", before)
    _income_rows(session, compound, page)
    _expense_rows(session, compound, page)
    other = page.both(
        lambda m: m.account.startswith(f"Equity:{FUND}:") and not m.account.endswith(":Opening")
    )
    if any(other):
        page.add("资金划转及调整", "income", (-other[0], -other[1]))
    closing = net(standing.end, FUND)
    page.add("期末结余", "closing", (closing, closing))
    _closing_rows(page, standing)
    return FundStatement(
        FUND,
        "物业服务资金",
        tuple(page.rows),
        closing,
        spendable(standing.end, FUND),
        _recognition(moved, month),
        f"{budget.year} 年度预算第 {budget.version} 版（{budget.authority}），{budget.in_force_from} 起执行。"
        if budget is not None
        else f"{month[:4]} 年度预算：未录入（期末无生效预算）。",
    )


def _income_rows(session: Session, compound: str, page: _Rows) -> None:
    """Add what came; a budget plans the owners' service fee as one figure, so that it gets a line of its own then."""
    whole = page.both(lambda m: m.account.startswith(f"Income:{FUND}:"))
    page.add("收入合计", "total", (-whole[0], -whole[1]), code=f"Income:{FUND}")
    if page.planned(_SERVICE):
        service = page.both(lambda m: m.account == _SERVICE)
        page.add("业主物业费", "income", (-service[0], -service[1]), code=_SERVICE)
    for label, wanted, code in _income_lines():
        month, year = page.both(wanted)
        if month or year or label in _ALWAYS or code in (_SERVICE, _DEVELOPER) or label == "清欠实收":
            is_part = bool(page.planned(_SERVICE)) and label in _OF_SERVICE
            found = vouchers(session, compound, page.month, code) if code and month else ()
            planned = "" if code == _SERVICE else code
            page.add(label, "of_which" if is_part else "income", (-month, -year), found, planned)


def _expense_rows(session: Session, compound: str, page: _Rows) -> None:
    """Add the nine statutory costs and what a trust-model fund also bears."""
    page.add(
        "支出合计",
        "total",
        page.both(lambda m: m.account.startswith(f"Expenses:{FUND}:")),
        code=f"Expenses:{FUND}",
    )
    for label, segment in _EXPENSES:
        code = f"Expenses:{FUND}:{segment}"
        sums = page.both(lambda m, code=code: f"{m.account}:".startswith(f"{code}:"))  # type: ignore[misc]
        if any(sums) or label not in _OPTIONAL:
            found = vouchers(session, compound, page.month, code) if sums[0] else ()
            page.add(label, "expense", sums, found, code)


def _closing_rows(page: _Rows, standing: Standing) -> None:
    """Add what the fund holds besides and owes, and what of the closing balance can be spent."""
    prepaid = -standing.end.get(f"Liabilities:{FUND}:Prepaid", 0)
    payable = -sum(
        minor for code, minor in standing.end.items() if code.startswith(f"Liabilities:{FUND}:Payable")
    )
    free = spendable(standing.end, FUND)
    page.add("另有：预收款（负债）", "of_which", (prepaid, prepaid))
    page.add("另有：应付款（负债）", "of_which", (payable, payable))
    page.add("可用结余", "of_which", (free, free))


def _recognition(moved: list[Movement], month: str) -> Recognition:
    """Return cash received, what of it is paid ahead, what was released, and the income recognised (chart 2.1)."""
    prepaid = f"Liabilities:{FUND}:Prepaid"
    of_fund = [one for one in moved if one.month == month and f":{FUND}:" in f"{one.account}:"]
    landed = total(of_fund, lambda m: _is_received(m) and (is_money(m.account) or ":Clearing:" in m.account))
    held = -total(of_fund, lambda m: m.account == prepaid and _is_received(m))
    released = total(of_fund, lambda m: m.account == prepaid and m.kind == "release")
    return Recognition(landed, held, released, landed - held + released)


def _is_received(one: Movement) -> bool:
    """Say whether it is a receipt, or the reversal of one: what comes back of a payment was never collected."""
    return Kind.RECEIPT in {one.kind, one.undoes}
