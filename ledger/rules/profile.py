"""Jurisdiction profiles: what differs from place to place is data, and says whether it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import NotFound
from ledger.rules.ladder import LADDER, Band


@dataclass(frozen=True, slots=True)
class Profile:
    """One place's rules. ``verified`` is False where the legal text was not read: every page then says 未核对.

    ``publish_by_day`` is the day of the next month; ``posted_days`` how long the bulletin hangs; ``payer_may_request``
    whether whoever asked for a payment may also carry it out.

    ``handover_days`` is how long an outgoing trustee has to hand the books over (L39).

    ``splits_handover`` is False where the month of hand-over is billed wholly to whoever had the unit on its first day.
    ``min_repair_share_bp`` is the least share of public income, in basis points, that goes to the repair fund unless
    the vote names a lower one (L08); ``fund_loans_allowed`` whether one fund may lend to another at all (L10).

    ``ladder`` says how many approvals a sum takes (``rules.ladder``). Emergencies that nobody has ratified come to at
    most ``emergency_cap_minor`` fen, and are ratified within ``ratify_days``. A minor repair is a service cost up to
    ``minor_repair_cap_minor``; a slip paid out of petty cash is at most ``slip_cap_minor``.

    Requests to one payee on one account within ``split_days`` fall into the ladder's band of their sum. One person
    alone books what a bank takes up to ``bank_charge_cap_minor`` fen at a time and ``bank_charge_month_cap_minor`` a
    month and bank account, and what a count is short as a loss up to ``count_loss_cap_minor`` a month and fund.

    A line of the budget may be overspent by ``overspend_bp`` with a resolution of the committee; the committee adopts
    the budgets of ``committee_budgets`` (pools held for the community), the owners vote on all others.
    ``management_fee_cap_bp`` is the most that a contract of public income may leave to the trustee, in basis points of
    gross income (L09); None: the contract decides.
    ``tariff_notice_days`` is how long a new price is posted before it holds (L17).
    Owners' money in the trustee's own account comes to its fund within ``settlement_days``, or every page says so.
    A vacancy factor lies between ``lowest_vacancy_bp`` and ``highest_vacancy_bp`` (basis points); None: there is none.
    """

    code: str
    name_zh: str
    verified: bool
    timezone: str = "Asia/Shanghai"
    publish_by_day: int = 10
    posted_days: int = 30
    payer_may_request: bool = False
    splits_handover: bool = True
    lowest_vacancy_bp: int = 1
    highest_vacancy_bp: int | None = 10_000
    handover_days: int = 10
    tariff_notice_days: int = 0
    overspend_bp: int = 0
    committee_budgets: tuple[str, ...] = ("Governance",)
    ladder: tuple[Band, ...] = LADDER
    emergency_cap_minor: int = 2_000_000
    ratify_days: int = 30
    minor_repair_cap_minor: int = 1_000_000
    slip_cap_minor: int = 100_000
    split_days: int = 15
    bank_charge_cap_minor: int = 20_000
    bank_charge_month_cap_minor: int = 50_000
    count_loss_cap_minor: int = 10_000
    min_repair_share_bp: int = 5_000
    management_fee_cap_bp: int | None = None
    settlement_days: int = 3
    fund_loans_allowed: bool = True


PROFILES = {
    profile.code: profile
    for profile in (
        Profile("default", "通用(取各地最严)", verified=True),
        Profile("chongqing", "重庆", verified=False, highest_vacancy_bp=7_000),
        Profile("sichuan", "四川", verified=False),
        Profile("hangzhou", "杭州", verified=True, posted_days=15, handover_days=15, tariff_notice_days=30),
        Profile("shanghai", "上海", verified=True, splits_handover=False, min_repair_share_bp=5_001),
        Profile("ningbo", "宁波", verified=True, fund_loans_allowed=False),
        Profile("shaoxing", "绍兴", verified=False, highest_vacancy_bp=None, management_fee_cap_bp=3_000),
    )
}


def profile(code: str) -> Profile:
    """Return a profile by its code.

    Raises:
        NotFound: there is no such profile.
    """
    if code not in PROFILES:
        raise NotFound(pointer="/profile", what=code[:40])
    return PROFILES[code]
