"""The full book: one transaction per unit and charge, for those who may see households (design decision 10).

A collective entry (a bill, a release) is drawn as one transaction per charge, each with its own share of the
mirror account, which carries no unit in the journal (I2). Where the shares would not use the mirror up
exactly, the entry is drawn whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from ledger.rules.chart import account, fund_of, group_of
from ledger.rules.entry import Kind
from reports.book.drawn import DrawnPosting, DrawnTransaction, Meta, plain, plain_optional
from reports.book.rows import BookEntry, Line
from reports.book.words import receipt_number

_COLLECTIVE = frozenset({Kind.BILL, Kind.RELEASE, Kind.PROJECT_SHARE})
#: Accounts whose postings are told apart by unit or contract end with it.
DETAILED = frozenset({"unit", "contract"})
#: Columns of a posting that become metadata, in this order.
_LINE_META = ("unit", "debtor", "item", "charge", "period", "receipt")


def draw_full(entries: Iterable[BookEntry], by_unit: AbstractSet[str]) -> list[DrawnTransaction]:
    """Return the transactions of the full book, in the order of ``seq`` and line.

    ``by_unit`` holds the codes of the accounts whose name ends with the unit; elsewhere it is metadata.
    """
    return [
        _transaction(entry, before, part, after, by_unit)
        for entry in entries
        for before, after in [entry_meta(entry)]
        for part in parts_of(entry)
    ]


def entry_meta(entry: BookEntry) -> tuple[Meta, Meta]:
    """Return the metadata of an entry as a whole: what comes before that of its postings, and after."""
    after: list[tuple[str, str]] = []
    if entry.authority:
        after.append(("authority", plain(entry.authority)))
    if entry.channel:
        after.append(("channel", plain(entry.channel)))
    if entry.occurred_on != entry.effective_on:
        after.append(("occurred-on", entry.occurred_on.isoformat()))
    if entry.recorded_on != entry.effective_on:
        after.append(("recorded-on", entry.recorded_on.isoformat()))
    if entry.reverses is not None:
        after.append(("reverses", str(entry.reverses)))
    if entry.corrects:
        after.append(("corrects", plain(entry.corrects)))
    after.append(("hash", entry.hash))
    return (("seq", str(entry.seq)), ("voucher", entry.voucher), ("kind", entry.kind)), tuple(after)


def contract_of(line: Line) -> tuple[str | None, Meta]:
    """Return the contract of a posting without a unit: as the account's last segment, or else as metadata.

    A contract of public income is no household's: both books keep it (design decision 10).
    """
    if line.contract is None or line.unit is not None:
        return None, ()
    if account(line.account).detail in DETAILED:
        return line.contract, ()
    return None, (("contract", plain(line.contract)),)


def parts_of(entry: BookEntry) -> list[tuple[Line, ...]]:
    """Return the entry as the parts that the full book shows: one per charge, or the entry whole."""
    units = entry.units()
    if not units or (entry.kind not in _COLLECTIVE and len(units) == 1):
        return [entry.lines]
    by_charge = _split(entry.lines, by_charge=True)
    return by_charge or _split(entry.lines, by_charge=False) or [entry.lines]


def _split(lines: Sequence[Line], *, by_charge: bool) -> list[tuple[Line, ...]] | None:
    """Return balanced parts per charge, or per unit and debtor; None if the entry cannot be split exactly."""
    mirrors: dict[str, int] = {}
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        if line.unit is None:
            if group_of(line.account) != "Uncollected":
                return None
            mirrors[line.account] = mirrors.get(line.account, 0) + line.amount_minor
        else:
            rest = (line.item, line.charge, line.period) if by_charge else ()
            groups.setdefault((line.unit, line.debtor, *rest), []).append(line)
    parts = []
    for group in groups.values():
        shares = list(_shares(group, mirrors))
        for share in shares:
            mirrors[share.account] -= share.amount_minor
        part = (*group, *shares)
        if not _balances(part):
            return None
        parts.append(part)
    return None if any(mirrors.values()) else parts


def _shares(group: Iterable[Line], mirrors: dict[str, int]) -> Iterator[Line]:
    """Give the share of each mirror account that belongs to the receivables of a group."""
    owed: dict[str, int] = {}
    for line in group:
        if line.account.startswith("Assets:") and ":Receivable:" in line.account:
            mirror = "Liabilities" + line.account[6:].replace(":Receivable:", ":Uncollected:", 1)
            if mirror in mirrors:
                owed[mirror] = owed.get(mirror, 0) + line.amount_minor
    return (Line(mirror, -minor) for mirror, minor in owed.items() if minor)


def _balances(part: Iterable[Line]) -> bool:
    sums: dict[str, int] = {}
    for line in part:
        fund = fund_of(line.account)
        sums[fund] = sums.get(fund, 0) + line.amount_minor
    return not any(sums.values())


def _transaction(
    entry: BookEntry, before: Meta, part: Sequence[Line], after: Meta, by_unit: AbstractSet[str]
) -> DrawnTransaction:
    """Draw one part: what all its unit lines share is said once, the rest at each posting."""
    said = [line for line in part if line.unit is not None]
    shared = {name: _only(said, name) for name in _LINE_META}
    varying = [name for name in _LINE_META if shared[name] is None]
    return DrawnTransaction(
        on=entry.effective_on,
        seq=entry.seq,
        payee=plain_optional(entry.counterparty),
        narration=plain(entry.narration),
        postings=tuple(_posting(line, by_unit, varying) for line in part),
        meta=(*before, *_pairs(shared.items()), *after),
    )


def _posting(line: Line, by_unit: AbstractSet[str], varying: Sequence[str]) -> DrawnPosting:
    if line.unit is None:
        detail, meta = contract_of(line)
        return DrawnPosting(line.account, detail, line.amount_minor, meta)
    detail = line.unit if line.account in by_unit else None
    meta = _pairs((name, getattr(line, name)) for name in varying)
    return DrawnPosting(line.account, detail, line.amount_minor, meta)


def _only(lines: Sequence[Line], name: str) -> object | None:
    """Return the value that all lines have in this column, or None."""
    values = {getattr(line, name) for line in lines}
    return values.pop() if len(values) == 1 else None


def _pairs(values: Iterable[tuple[str, object | None]]) -> Meta:
    return tuple(
        (name, receipt_number(value) if name == "receipt" and isinstance(value, int) else str(value))
        for name, value in values
        if value is not None
    )
