"""A charge in words that a resident understands, in Chinese and English, and computed once more while it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.rules.charge import COEFFICIENT_SCALE, LATE_FEE, Basis, FeeItem, Formula, Sharing, Tariff
from ledger.rules.money import (
    FACTOR_SCALE,
    format_amount,
    format_area,
    format_factor,
    format_rate,
    format_thousandths,
    round_half_up,
)

_SHARED_BY = {
    Sharing.AREA: ("建筑面积", "area"),
    Sharing.UNIT: ("户数", "number of units"),
    Sharing.COEFFICIENT: ("系数", "coefficient"),
}


@dataclass(frozen=True, slots=True)
class Readings:
    """From where to where a meter went, in 1/1,000 of its measure; ``document`` where it was replaced meanwhile."""

    first: int
    last: int
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """What a charge refers to outside its own row; None where it refers to nothing of the kind.

    ``weights``: all weights by which a cost was shared, together; ``receipt``: the number of the receipt that locked
    the price; ``notice``: the number of the notice of vacancy; ``opening``: the document of the opening balances,
    or the contract that agrees a late fee; ``readings``: what the meter showed.
    """

    tariff: Tariff | None = None
    cost_minor: int | None = None
    cost_document: str | None = None
    weights: int | None = None
    receipt: str | None = None
    notice: str | None = None
    opening: str | None = None
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What the share of a project follows from: the sum, the unit's weight and all weights, and the instalment.

    ``amounts`` are the unit's whole share and this instalment of it, in fen, computed once more.
    """

    title: str
    total_minor: int
    by_area: bool
    weight: int
    weights: int
    instalment: int
    instalments: int
    amounts: tuple[int, int]
    authority: str


@dataclass(frozen=True, slots=True)
class Told:
    """The charge: its item, month and days, what it follows from; in fen what it was first and what is left."""

    item: FeeItem
    period: str
    due_on: date
    first_minor: int
    live_minor: int
    from_on: date | None = None
    to_on: date | None = None
    basis: Basis | None = None
    sources: Sources = Sources()
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences, and the amount that they come to, in fen: the same as the charge's."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    computed_minor: int


def explain(told: Told) -> Explanation:
    """Tell how the amount came about."""
    lines = [_head(told)]
    computed = told.live_minor
    if told.live_minor == 0:
        lines.append(("已全部冲回,不用支付。", "It was taken back whole; nothing is owed."))
    elif told.share is not None:
        lines += _project(told.share)
        computed = told.share.amounts[1] if told.live_minor == told.first_minor else told.live_minor
    elif told.item.code == LATE_FEE:
        through, document = told.due_on.isoformat(), told.sources.opening or "—"
        lines.append(
            (
                f"逾期付款的违约金,单利,算到 {through},依据:{document}。",
                f"A late fee, simple interest up to {through}, by {document}.",
            )
        )
    elif told.basis is None or told.sources.tariff is None:
        document = told.sources.opening or "—"
        lines.append((f"期初结转,依据:{document}。", f"Brought forward at the opening, by {document}."))
    else:
        computed = told.basis.amount
        lines += [*_calculation(told, told.basis, told.sources.tariff), _authority(told.sources)]
    if told.live_minor and told.first_minor != told.live_minor:
        first = format_amount(told.first_minor)
        lines.append((f"原计 {first} 元,已更正。", f"It was {first} yuan at first and has been corrected."))
    return Explanation(tuple(zh for zh, _ in lines), tuple(en for _, en in lines), computed)


def _head(told: Told) -> tuple[str, str]:
    amount, due = format_amount(told.live_minor), told.due_on.isoformat()
    return (
        f"{told.period} {told.item.zh} {amount} 元,{due} 到期。",
        f"{told.item.en} for {told.period}: {amount} yuan, due on {due}.",
    )


def _calculation(told: Told, basis: Basis, tariff: Tariff) -> list[tuple[str, str]]:
    zh, en = _month(basis, tariff, told.sources)
    numerator, denominator = basis.month
    month = format_amount(round_half_up(numerator, denominator))
    lines = [(f"{zh} = 整月 {month} 元。", f"{en} = {month} yuan for the whole month.")]
    if basis.factor_bp != FACTOR_SCALE:
        notice, factor = told.sources.notice or "—", format_factor(basis.factor_bp)
        lines.append(
            (
                f"空置已确认(通知 {notice}),按 {factor} 计。",
                f"A confirmed vacancy (notice {notice}) is charged at {factor}.",
            )
        )
    if basis.days != basis.month_days and told.from_on and told.to_on:
        first, last = told.from_on.isoformat(), told.to_on.isoformat()
        lines.append(
            (
                f"本笔为 {first} 至 {last},{basis.days} 天,当月共 {basis.month_days} 天。",
                f"This charge is for {first} to {last}: {basis.days} days of a month of {basis.month_days}.",
            )
        )
    if len(lines) > 1:
        amount = format_amount(basis.amount)
        lines.append((f"应收 {amount} 元。", f"That comes to {amount} yuan."))
    if told.sources.readings:
        lines.insert(0, _read(told.sources.readings))
    if told.sources.receipt:
        number = told.sources.receipt
        lines.append(
            (
                f"已预缴(收据 {number}),按缴费时的价格。",
                f"It was paid ahead ({number}), so the price of that day holds.",
            )
        )
    return lines


def _read(readings: Readings) -> tuple[str, str]:
    first, last = format_thousandths(readings.first), format_thousandths(readings.last)
    zh, en = f"表读数从 {first} 到 {last}", f"The meter went from {first} to {last}"
    if readings.document:
        return (
            f"{zh},期间换表({readings.document})。",
            f"{en}; it was replaced between ({readings.document}).",
        )
    return f"{zh}。", f"{en}."


def _month(basis: Basis, tariff: Tariff, sources: Sources) -> tuple[str, str]:
    """Return what is multiplied."""
    rate, quantity = format_rate(basis.rate_e4), basis.quantity or 0
    if tariff.formula is Formula.AREA_RATE:
        area = format_area(basis.area_hundredths or 0)
        return f"建筑面积 {area} ㎡ × {rate} 元/㎡·月", f"{area} m² × {rate} yuan per m² and month"
    if tariff.formula is Formula.PER_FLOOR:
        return (
            f"计费楼层 {quantity} 层 × {rate} 元/层·月",
            f"{quantity} floors × {rate} yuan per floor and month",
        )
    if tariff.formula is Formula.USAGE:
        used = format_thousandths(quantity)
        return f"用量 {used} × 单价 {rate} 元", f"{used} used × {rate} yuan each"
    if tariff.formula is Formula.SHARED:
        return _share(tariff, quantity, sources)
    if basis.quantity is not None:
        times = format_thousandths(quantity * 1000 // COEFFICIENT_SCALE)
        return f"{times} 个 × {rate} 元/月", f"{times} × {rate} yuan a month"
    return f"每户 {rate} 元/月", f"{rate} yuan a month per unit"


def _share(tariff: Tariff, weight: int, sources: Sources) -> tuple[str, str]:
    sharing = tariff.terms.sharing or Sharing.UNIT
    zh, en = _SHARED_BY[sharing]
    total = sources.weights or 0
    own, whole = str(weight), str(total)
    if sharing is Sharing.AREA:
        own, whole = format_area(weight), format_area(total)
    elif sharing is Sharing.COEFFICIENT:
        own, whole = format_rate(weight), format_rate(total)
    cost, document = format_amount(sources.cost_minor or 0), sources.cost_document or "—"
    return (
        f"费用 {cost} 元({document})按{zh}分摊 {own}/{whole}(尾差按最大余数)",
        f"{cost} yuan ({document}) shared by {en}, {own} of {whole} (odd fen to the largest remainder)",
    )


def _project(share: Share) -> list[tuple[str, str]]:
    write = format_area if share.by_area else format_rate
    zh, en = _SHARED_BY[Sharing.AREA if share.by_area else Sharing.COEFFICIENT]
    own, whole, total = write(share.weight), write(share.weights), format_amount(share.total_minor)
    unit, part = (format_amount(minor) for minor in share.amounts)
    lines = [
        (
            f"{share.title}:{total} 元按{zh}分摊 {own}/{whole}(尾差按最大余数),本户 {unit} 元。",
            f"{share.title}: {total} yuan shared by {en}, {own} of {whole} (odd fen to the largest remainder): "
            f"{unit} yuan.",
        )
    ]
    if share.instalments > 1:
        number = f"{share.instalment}/{share.instalments}"
        lines.append((f"第 {number} 期 {part} 元。", f"Instalment {number}: {part} yuan."))
    lines.append((f"依据:{share.authority}。", f"By {share.authority}."))
    return lines


def _authority(sources: Sources) -> tuple[str, str]:
    tariff = sources.tariff
    if tariff is None:
        return "", ""
    since = tariff.effective_from.isoformat()
    return (
        f"依据:{tariff.authority}({since} 起)。",
        f"By {tariff.authority}, in force since {since}.",
    )
