"""Between funds: how net public income is shared, what a span of months is, and what must always cancel (I16)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.errors import DistributionBelowMinimum, LentOutside, RequestMalformed
from ledger.rules.chart import fund_of, group_of
from ledger.rules.money import apportion, format_factor

WHOLE_BP = 10_000
REPAIR = "Repair"
PUBLIC_INCOME = "PublicIncome"
#: A building of the repair fund with less than 30 % of its first instalment left is paid up again (令 165).
WARN_BELOW_BP = 3_000

#: How the words of a repair job that no vote allows begin, and where in them the reason begins.
URGENT, WHY = "【紧急】", ";原因:"
#: How the words of a job's payment begin; the job's code follows, and by it the payment is told from others'.
JOB_PAID = "专户支付维修工程 "

_SPAN = re.compile(r"(\d{4})(?:-Q([1-4]))?")
_OUTSIDE = frozenset({"LoanTo", "Loan", "Lending", "Investment", "Guarantee", "Pledge"})


class MoveKind(StrEnum):
    """What a request between funds is."""

    TRANSFER = "transfer"  # net assets, by vote or by a voted rule
    LOAN = "loan"  # by vote, with a day of return
    REPAYMENT = "repayment"  # of a loan, by the loan's own vote
    LOSS = "loss"  # the lender bears what will not come back (E39)
    SUPPLIER = "supplier"  # what was collected for a supplier is paid to it
    SWEEP = "sweep"  # between two bank accounts, within one fund (E44)


#: What costs somebody outside the funds or is borne for good: the payments' ladder holds.
BY_LADDER = frozenset({MoveKind.LOSS, MoveKind.SUPPLIER})


class Every(StrEnum):
    """How often net public income is distributed."""

    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Rule:
    """A voted rule of distribution: shares in basis points by fund; the rest stays in public income.

    ``below_minimum`` says of a rule on record that its vote named a share for repairs below the profile's.
    """

    code: str
    every: Every
    from_month: str
    authority: str
    shares: tuple[tuple[str, int], ...]
    with_interest: bool = False
    with_later_rent: bool = True
    below_minimum: bool = False

    @property
    def rest_bp(self) -> int:
        """What stays, in basis points."""
        return WHOLE_BP - sum(share for _, share in self.shares)


def check_rule(rule: Rule, least_bp: int, voted_bp: int | None = None) -> Rule:
    """Return the rule if it may be recorded; ``voted_bp`` is the repair fund's share where the vote itself names one.

    Raises:
        RequestMalformed: no shares, a fund twice, or more than the whole.
        DistributionBelowMinimum: the repair fund gets less than was voted, or than ``least_bp`` where the vote
            names nothing (L08).
    """
    funds = [fund for fund, _ in rule.shares]
    if (
        not funds
        or len(set(funds)) < len(funds)
        or PUBLIC_INCOME in funds
        or any(not 0 < share <= WHOLE_BP for _, share in rule.shares)
        or rule.rest_bp < 0
    ):
        raise RequestMalformed(
            pointer="/shares",
            why_zh="每项资金一个比例,合计不超过 100%,其余留在公共收益",
            why_en="one share a fund, not above 100 % in all; the rest stays in public income",
        )
    share = dict(rule.shares).get(REPAIR, 0)
    least = least_bp if voted_bp is None else voted_bp
    if share < least:
        raise DistributionBelowMinimum(
            pointer="/shares", share=format_factor(share), least=format_factor(least)
        )
    return rule


def shared(net_minor: int, rule: Rule) -> dict[str, int]:
    """Return each fund's part of the net in fen, what stays under ``PublicIncome``; the parts sum exactly (I11).

    Of 13,381.19 at 70 and 20 % that is 9,366.83, 2,676.24 and 1,338.12 (scene S14).
    """
    weights = [share for _, share in rule.shares]
    parts = apportion(net_minor, [*weights, rule.rest_bp])
    funds = [fund for fund, _ in rule.shares]
    return dict(zip([*funds, PUBLIC_INCOME], parts, strict=True))


def span_months(span: str, every: Every, pointer: str = "/span") -> tuple[str, str]:
    """Return the first and last month of a span such as ``2026-Q1`` or ``2026``.

    Raises:
        RequestMalformed: it is not one of the rule's spans.
    """
    found = _SPAN.fullmatch(span)
    if found is None or (found[2] is None) != (every is Every.YEAR):
        raise RequestMalformed(
            pointer=pointer,
            why_zh="期间应写成 2026-Q1(按季)或 2026(按年)",
            why_en="a span is written 2026-Q1 by the quarter, 2026 by the year",
        )
    year, quarter = found[1], found[2]
    if quarter is None:
        return f"{year}-01", f"{year}-12"
    last = int(quarter) * 3
    return f"{year}-{last - 2:02d}", f"{year}-{last:02d}"


def check_not_lent(code: str, pointer: str = "/account") -> None:
    """Refuse an account that would lend, invest or pledge owners' money outside (L10).

    Raises:
        LentOutside: it would.
    """
    if code.count(":") < 2:  # noqa: PLR2004 - root, fund, group
        return
    group = group_of(code)
    other = code.rpartition(f":{group}:")[2]
    if group in _OUTSIDE and (group != "LoanTo" or not is_fund(other)):
        raise LentOutside(pointer=pointer, account=code[:80])


def is_fund(name: str) -> bool:
    """Say whether a name is one of the compound's funds."""
    head, _, rest = name.partition(":")
    if head in {"Governance", "Project"}:
        return bool(rest)
    return not rest and head in {"PropertyFee", "PublicIncome", "Repair", "Committee", "Agency"}


#: What is lent or owed between two funds, and whether the account is the creditor's.
_OWED = {
    "LoanTo": ("Loan", True),
    "LoanFrom": ("Loan", False),
    "DueFrom": ("Due", True),
    "DueTo": ("Due", False),
}


def unpaired(balances: Mapping[str, int]) -> dict[str, int]:
    """Return what does not cancel between funds, in fen, by account: nothing, if the books are right (I16).

    ``LoanTo:B`` of fund A answers ``LoanFrom:A`` of fund B, ``DueFrom`` answers ``DueTo``, and the two sides of a
    transfer answer each other: each pair sums to zero.
    """
    sums: dict[tuple[str, str, frozenset[str]], int] = defaultdict(int)
    shown: dict[tuple[str, str, frozenset[str]], str] = {}
    for code, minor in balances.items():
        group, fund = group_of(code), fund_of(code)
        if group not in _OWED and not (group == "Transfer" and code.startswith("Equity:")):
            continue
        other = code.rpartition(f":{group}:")[2]
        what, is_creditors = _OWED.get(group, (group, True))
        creditor = "" if group == "Transfer" else (fund if is_creditors else other)
        key = (what, creditor, frozenset({fund, other}))
        sums[key] += minor
        shown.setdefault(key, code)
    return {shown[key]: minor for key, minor in sums.items() if minor}


def is_low(balance_minor: int, first_instalment_minor: int) -> bool:
    """Say whether a building's repair money has fallen below 30 % of its first instalment."""
    return balance_minor * WHOLE_BP < first_instalment_minor * WARN_BELOW_BP


def by_weight(total_minor: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share an amount in fen by weights, largest remainder; places in order of their names (I11).

    Raises:
        RequestMalformed: nothing to share by.
    """
    names: Sequence[str] = sorted(name for name in weights if weights[name] > 0)
    if not names:
        raise RequestMalformed(
            pointer="/shares", why_zh="没有可分摊的对象", why_en="there is nothing to share by"
        )
    parts = apportion(total_minor, [weights[name] for name in names])
    return {name: part for name, part in zip(names, parts, strict=True) if part}
