"""Public income: what the common parts earn with, what a contract fixes, and what comes with its rent.

Pure: dates and fen in, dates and fen out.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from ledger.errors import CodeMalformed, CreditCodeMalformed, ManagementFeeAboveCap
from ledger.rules.money import FACTOR_SCALE, format_amount, format_factor, round_half_up

_REFERENCE = re.compile(r"[A-Z][A-Za-z0-9-]{0,31}")
_SOLE_TRADER = "92"  # 个体工商户: usually a person's name (chart 5.2)
_MOST_INSTALMENTS = 600


class AssetType(StrEnum):
    """What the common parts earn with (domain 3.4: the union of the lists that local laws give)."""

    PARKING_MONTHLY = "parking_monthly"
    PARKING_TEMPORARY = "parking_temporary"
    ADVERT_ELEVATOR = "advert_elevator"
    ADVERT_GATE = "advert_gate"
    ADVERT_FACADE = "advert_facade"
    STALL = "stall"
    TELECOM = "telecom"
    CHARGING = "charging"
    LOCKER = "locker"
    VENDING = "vending"
    PREMISES = "premises"
    CLUBHOUSE = "clubhouse"
    COMPENSATION = "compensation"
    RECYCLING = "recycling"
    INTEREST = "interest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TypeWords:
    """A type's income account, and what it is called."""

    account: str
    zh: str
    en: str


def _words(leaf: str, zh: str, en: str) -> TypeWords:
    return TypeWords(f"Income:PublicIncome:{leaf}", zh, en)


TYPES = {
    AssetType.PARKING_MONTHLY: _words("Parking:Monthly", "共有车位月租", "Monthly parking"),
    AssetType.PARKING_TEMPORARY: _words("Parking:Temporary", "临时停车", "Temporary parking"),
    AssetType.ADVERT_ELEVATOR: _words("Advert:Elevator", "电梯广告", "Lift adverts"),
    AssetType.ADVERT_GATE: _words("Advert:Gate", "道闸广告", "Gate adverts"),
    AssetType.ADVERT_FACADE: _words("Advert:Facade", "外墙屋面广告", "Façade and roof adverts"),
    AssetType.STALL: _words("Venue:Stall", "摊位与活动场地", "Stalls and events"),
    AssetType.TELECOM: _words("Telecom", "通信基站与设备用地", "Telecom sites"),
    AssetType.CHARGING: _words("Charging", "充电桩", "Charging piles"),
    AssetType.LOCKER: _words("Locker", "快递柜", "Parcel lockers"),
    AssetType.VENDING: _words("Vending", "售货售水机", "Vending machines"),
    AssetType.PREMISES: _words("Premises", "经营用房", "Commercial premises"),
    AssetType.CLUBHOUSE: _words("Clubhouse", "会所泳池健身", "Clubhouse, pool, gym"),
    AssetType.COMPENSATION: _words("Compensation", "共用部位赔偿补偿", "Compensation for common parts"),
    AssetType.RECYCLING: _words("Recycling", "废品回收", "Recycling"),
    AssetType.INTEREST: _words("Interest", "账户利息", "Interest on the account"),
    AssetType.OTHER: _words("Other", "其他", "Others by law"),
}
#: What comes when it comes: no asset earns it month by month, so a month without it lacks nothing.
OCCASIONAL = frozenset({AssetType.COMPENSATION, AssetType.INTEREST, AssetType.OTHER})


class Status(StrEnum):
    """What an asset is from a day on."""

    OPERATED = "operated"
    IDLE = "idle"
    GONE = "gone"


class MonthState(StrEnum):
    """What is known of a source of income in a month: nothing received is four different things (L25).

    ``owed``: charged, not received. ``zero``: somebody stated that nothing came, and why. ``not_due``: nothing was to
    come. ``not_applicable``: the compound has nothing of the kind. ``missing``: it should be there and nobody has
    entered it.
    """

    RECEIVED = "received"
    OWED = "owed"
    ZERO = "zero"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"


STATE_ZH = {
    MonthState.RECEIVED: "已收",
    MonthState.OWED: "应收未收",
    MonthState.ZERO: "确认为零",
    MonthState.NOT_DUE: "本月不应收",
    MonthState.NOT_APPLICABLE: "不适用",
    MonthState.MISSING: "未录入",
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rent by periods of ``months``: an amount in fen each, due ``due_days`` after the period begins or has ended."""

    amount_minor: int
    months: int = 1
    due_days: int = 0
    in_advance: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """One sum of rent: for which days, when it falls due, and how much, in fen."""

    from_on: date
    to_on: date
    due_on: date
    amount_minor: int


def check_credit_code(code: str, pointer: str = "/credit_code") -> str:
    """Return a unified social credit code in its compact form (GB 32100).

    Raises:
        CreditCodeMalformed: its form or its check character is wrong.
    """
    try:
        return str(uscc.validate(code))
    except ValidationError as error:
        raise CreditCodeMalformed(pointer=pointer, value=code[:24]) from error


def is_sole_trader(credit_code: str | None) -> bool:
    """Say whether a code is a sole trader's: its name is a person's, and is not published without consent."""
    return credit_code is not None and credit_code.startswith(_SOLE_TRADER)


def check_reference(code: str, pointer: str) -> str:
    """Return the code of a contract, an asset or a deposit: it becomes the last segment of an account.

    Raises:
        CodeMalformed: it is not one.
    """
    if _REFERENCE.fullmatch(code) is None:
        raise CodeMalformed(
            pointer=pointer,
            value=code[:40],
            hint_zh="大写字母开头,最多 32 个字母、数字或连字符,例如 A-07",
            hint_en="at most 32 letters, digits or hyphens, a capital first, such as A-07",
        )
    return code


def month_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def dues(from_on: date, to_on: date, schedule: Schedule) -> list[Due]:
    """Return what a schedule fixes for a term; a last period that is shorter is paid by days, half up.

    Raises:
        CodeMalformed: the term has more than 600 periods, or a period no month.
    """
    found = []
    for first, last, whole in _periods(from_on, to_on, schedule.months):
        days, of = (last - first).days + 1, (whole - first).days + 1
        minor = round_half_up(schedule.amount_minor * days, of)
        due_on = (first if schedule.in_advance else last) + timedelta(days=schedule.due_days)
        if minor:
            found.append(Due(first, last, due_on, minor))
    return found


def _periods(from_on: date, to_on: date, months: int) -> Iterator[tuple[date, date, date]]:
    """Give first and last day of each period, and the last day that it would have if the term went on."""
    if months < 1:
        raise _too_many()
    for number in range(_MOST_INSTALMENTS):
        first = month_after(from_on, number * months)
        if first > to_on:
            return
        whole = month_after(from_on, (number + 1) * months) - timedelta(days=1)
        yield first, min(whole, to_on), whole
    if month_after(from_on, _MOST_INSTALMENTS * months) <= to_on:
        raise _too_many()


def _too_many() -> CodeMalformed:
    return CodeMalformed(
        pointer="/schedule",
        value=str(_MOST_INSTALMENTS),
        hint_zh="每期至少一个月,合同最多 600 期",
        hint_en="a period has at least a month, and a contract at most 600 periods",
    )


def unused_part(amount_minor: int, from_on: date, to_on: date, ended_on: date) -> int:
    """Return the part of an instalment for the days after ``ended_on``, in fen, half up."""
    if ended_on < from_on:
        return amount_minor
    after = max((to_on - ended_on).days, 0)
    return round_half_up(amount_minor * after, (to_on - from_on).days + 1)


def fee_of(income_minor: int, fee_bp: int) -> int:
    """Return the management fee on gross income, in fen, half up."""
    return round_half_up(income_minor * fee_bp, FACTOR_SCALE)


def tax_of(income_minor: int, tax_bp: int) -> int:
    """Return the tax within a price that includes it, in fen: 12,000.00 at 1 % holds 118.81 (chart E15)."""
    return round_half_up(income_minor * tax_bp, FACTOR_SCALE + tax_bp)


def check_fee_cap(fee_minor: int, income_minor: int, cap_bp: int | None, pointer: str = "/fee_bp") -> None:
    """Refuse a management fee above the place's share of public income (L09); no cap: the contract decides.

    Raises:
        ManagementFeeAboveCap: it is.
    """
    if cap_bp is None or fee_minor * FACTOR_SCALE <= max(income_minor, 0) * cap_bp:
        return
    raise ManagementFeeAboveCap(
        pointer=pointer,
        amount=format_amount(fee_minor),
        cap=format_factor(cap_bp),
        most=format_amount(max(income_minor, 0) * cap_bp // FACTOR_SCALE),
    )
