"""The amounts of a bulletin's parts as one long table: which table, which row, which column, how much."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.rules.chart import fund_name_zh
from reports.figures import Figure
from reports.month.sections import Sections

LongRow = tuple[str, str, str, str]


def decimal(figure: Figure) -> str:
    """Return fen as a decimal string without separators, or the word for a figure that is absent."""
    if not isinstance(figure, int):
        return str(figure.value)
    whole, fen = divmod(abs(figure), 100)
    return f"{'-' if figure < 0 else ''}{whole}.{fen:02d}"


def long_rows(table: str, label: str, **amounts: Figure) -> list[LongRow]:
    """Return one row for each amount of one line of a table."""
    return [(table, label, column, decimal(figure)) for column, figure in amounts.items()]


def section_rows(parts: Sections) -> Iterator[list[LongRow]]:
    """List every part's amounts."""
    yield from _plans(parts)
    yield from _between(parts)
    yield from _repair(parts)
    yield from _payments(parts)
    yield from _grants(parts)
    yield from _projects(parts)
    for one in parts.agency.groups:
        yield long_rows(
            "代收水电等",
            one.label_zh,
            账单=one.figures.billed_minor,
            计收=one.figures.charged_minor,
            已收=one.figures.collected_minor,
            已付=one.figures.paid_minor,
            资金承担=one.figures.borne_minor,
            超收=one.figures.surplus_minor,
        )


def _plans(parts: Sections) -> Iterator[list[LongRow]]:
    for budget in parts.budgets:
        table = f"预算执行 {fund_name_zh(budget.fund)}"
        for row in (*budget.incomes, budget.total_income, *budget.expenses, budget.total_expenses):
            yield long_rows(
                table, row.name_zh, 年度预算=row.planned_minor, 截至本月=row.due_minor, 累计=row.actual_minor
            )
    if parts.remuneration is not None:
        for base in parts.remuneration.bases:
            yield long_rows("酬金基数", base.name_zh, 金额=base.amount_minor)
        yield long_rows(
            "酬金",
            parts.remuneration.contract,
            应计=parts.remuneration.due_minor,
            已计=parts.remuneration.recognised_minor,
        )


def _between(parts: Sections) -> Iterator[list[LongRow]]:
    for moved in parts.between.moved:
        yield long_rows(
            "资金划转", f"{moved.kind_zh} {moved.from_zh}至{moved.to_zh}", 金额=moved.amount_minor
        )
    for owed in parts.between.owed:
        yield long_rows("未付划转", f"{owed.from_zh}至{owed.to_zh}", 金额=owed.amount_minor)
    for loan in parts.between.loans:
        label = f"{loan.lender_zh}借给{loan.borrower_zh}"
        yield long_rows("未还借款", label, 原额=loan.amount_minor, 未还=loan.open_minor)


def _repair(parts: Sections) -> Iterator[list[LongRow]]:
    for label, span in (("本月", parts.repair.of_month), ("本年累计", parts.repair.of_year)):
        yield long_rows(
            "维修资金",
            label,
            期初=span.opening_minor,
            交存=span.paid_in_minor,
            划入=span.transferred_minor,
            增值=span.growth_minor,
            使用=span.used_minor,
            期末=span.closing_minor,
        )
    for said in parts.repair.confirmed:
        label = f"{said.custodian_zh} {said.confirmed_on}"
        yield long_rows("维修资金对账", label, 确认=said.amount_minor, 账面=said.book_minor)
    for building in parts.repair.buildings:
        yield long_rows(
            "维修资金各幢",
            building.label_zh,
            首期=building.first_instalment_minor,
            使用=building.used_minor,
            结存=building.balance_minor,
        )
    for job in parts.repair.jobs:
        yield long_rows("维修工程", job.code, 费用=job.amount_minor)


def _payments(parts: Sections) -> Iterator[list[LongRow]]:
    for one in parts.payments.emergencies:
        yield long_rows("应急支出待追认", f"{one.asked_on} {one.payee} {one.purpose}", 金额=one.amount_minor)
    for bare in parts.payments.without_voucher:
        yield long_rows("无凭证支出", f"{bare.on} {bare.purpose}", 金额=bare.amount_minor)
    for item in parts.payments.open_items:
        yield long_rows(
            "期末在途与待查", f"{fund_name_zh(item.fund)} {item.label_zh}", 余额=item.amount_minor
        )
    for allowed in parts.authorisations.authorities:
        if allowed.amount_minor is not None and allowed.left_minor is not None:
            yield long_rows(
                "授权",
                f"{allowed.code} {allowed.title}",
                额度=allowed.amount_minor,
                已用=allowed.used_minor,
                余额=allowed.left_minor,
            )


def _grants(parts: Sections) -> Iterator[list[LongRow]]:
    for pool in parts.grants.pools:
        yield long_rows(
            "治理资金",
            pool.name_zh,
            期初=pool.opening_minor,
            收到=pool.received_minor,
            支出=pool.spent_minor,
            退回=pool.returned_minor,
            期末=pool.closing_minor,
        )
    for one in parts.grants.projects:
        yield long_rows(
            "治理项目",
            f"{one.code} {one.title}",
            预算=one.planned_minor,
            拨入=one.received_minor,
            支出=one.spent_minor,
            结余=one.unspent_minor,
            退回=one.returned_minor,
        )
    for gift in parts.grants.gifts:
        if gift.amount_minor is not None:
            yield long_rows("捐赠", f"{gift.given_on} {gift.name} {gift.what}", 金额=gift.amount_minor)


def _projects(parts: Sections) -> Iterator[list[LongRow]]:
    for one in parts.projects:
        yield long_rows(
            "共有项目",
            f"{one.code} {one.title}",
            预算=one.planned_minor,
            已交=one.contributed_minor,
            未交=one.open_minor,
            补助=one.subsidy_minor,
            支出=one.spent_minor,
            应付=one.payable_minor,
            期末存款=one.closing_cash_minor,
        )
