"""The statement of the property-fee fund: income as it was collected, the nine statutory costs, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from ledger.rules.chart import is_money
from ledger.rules.fund import net, spendable
from reports.bulletin import FundStatement, Recognition, RowKind, StatementRow
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


def fee_fund_statement(
    session: Session, compound: str, month: str, moved: list[Movement], standing: Standing
) -> FundStatement:
    """Return the statement for ``month``; ``moved`` holds the year so far."""
    rows: list[StatementRow] = []

    def add(label: str, kind: RowKind, this_month: int, year: int, found: tuple[str, ...] = ()) -> None:
        rows.append(StatementRow(len(rows) + 1, label, kind, this_month, year, vouchers=found))

    def both(wanted: Wanted) -> tuple[int, int]:
        return total(moved, lambda m: m.month == month and wanted(m)), total(moved, wanted)

    def income(m: Movement) -> bool:
        return m.account.startswith(f"Income:{FUND}:")

    def expense(m: Movement) -> bool:
        return m.account.startswith(f"Expenses:{FUND}:")

    opened = both(lambda m: m.account == f"Equity:{FUND}:Opening")
    add(
        "期初结余",
        "opening",
        net(standing.month_start, FUND) - opened[0],
        net(standing.year_start, FUND) - opened[1],
    )
    earned = both(income)
    add("收入合计", "total", -earned[0], -earned[1])
    for label, wanted, code in _income_lines():
        sums = tuple(-minor for minor in both(wanted))
        if any(sums) or label in _ALWAYS or code in (_SERVICE, _DEVELOPER) or label == "清欠实收":
            found = vouchers(session, compound, month, code) if code and sums[0] else ()
            add(label, "income", sums[0], sums[1], found)
    add("支出合计", "total", *both(expense))
    for label, segment in _EXPENSES:
        code = f"Expenses:{FUND}:{segment}"
        sums = both(lambda m, code=code: m.account == code or m.account.startswith(f"{code}:"))  # type: ignore[misc]
        if any(sums) or label not in _OPTIONAL:
            add(
                label,
                "expense",
                sums[0],
                sums[1],
                vouchers(session, compound, month, code) if sums[0] else (),
            )
    other = both(lambda m: m.account.startswith(f"Equity:{FUND}:") and not m.account.endswith(":Opening"))
    if any(other):
        add("资金划转及调整", "income", -other[0], -other[1])
    closing = net(standing.end, FUND)
    add("期末结余", "closing", closing, closing)
    _closing_rows(add, standing)
    return FundStatement(
        FUND, "物业服务资金", tuple(rows), closing, spendable(standing.end, FUND), _recognition(moved, month)
    )


def _closing_rows(add: Callable[..., None], standing: Standing) -> None:
    """Add what of the closing balance is owed, and what can be spent."""
    prepaid = -standing.end.get(f"Liabilities:{FUND}:Prepaid", 0)
    payable = -sum(
        minor for code, minor in standing.end.items() if code.startswith(f"Liabilities:{FUND}:Payable")
    )
    free = spendable(standing.end, FUND)
    add("预收款(另计负债)", "of_which", prepaid, prepaid)
    add("应付款(另计负债)", "of_which", payable, payable)
    add("可用结余", "of_which", free, free)


def _recognition(moved: list[Movement], month: str) -> Recognition:
    """Return cash received, what of it is paid ahead, what was released, and the income recognised (chart 2.1)."""
    prepaid = f"Liabilities:{FUND}:Prepaid"
    of_fund = [one for one in moved if one.month == month and f":{FUND}:" in f"{one.account}:"]
    landed = total(
        of_fund,
        lambda m: m.kind in ("receipt", "reversal") and (is_money(m.account) or ":Clearing:" in m.account),
    )
    held = -total(of_fund, lambda m: m.account == prepaid and m.kind in ("receipt", "reversal"))
    released = total(of_fund, lambda m: m.account == prepaid and m.kind == "release")
    return Recognition(landed, held, released, landed - held + released)
