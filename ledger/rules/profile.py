"""Jurisdiction profiles: what differs from place to place is data, and says whether it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import NotFound


@dataclass(frozen=True, slots=True)
class Profile:
    """One place's rules. ``verified`` is False where the legal text was not read: every page then says 未核对.

    ``publish_by_day`` is the day of the next month; ``posted_days`` how long the bulletin hangs; ``payer_may_request``
    whether whoever asked for a payment may also carry it out.

    ``handover_days`` is how long an outgoing trustee has to hand the books over (L39).

    ``splits_handover`` is False where the month of hand-over is billed wholly to whoever had the unit on its first day.
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


PROFILES = {
    profile.code: profile
    for profile in (
        Profile("default", "通用(取各地最严)", verified=True),
        Profile("chongqing", "重庆", verified=False, highest_vacancy_bp=7_000),
        Profile("sichuan", "四川", verified=False),
        Profile("hangzhou", "杭州", verified=True, posted_days=15, handover_days=15),
        Profile("shanghai", "上海", verified=True, splits_handover=False),
        Profile("shaoxing", "绍兴", verified=False, highest_vacancy_bp=None),
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
