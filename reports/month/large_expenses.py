"""The month's largest expenses: what allowed each, how a vote on it went, and which bodies turned the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlmodel import Session, col, select

from ledger.rules.authority import AuthorityKind
from ledger.rules.entry import Kind
from ledger.rules.money import format_area
from ledger.rules.roles import Body
from ledger.store.registers import EntryFilter, EntryView, entries
from ledger.store.tables import Authority, Disbursement, DisbursementStep, Ratification
from reports.bulletin import Expense
from reports.month.authorities import KIND_ZH, vote_figures

SHOWN: Final = 8  # the book shows every one of them
BODY_ZH: Final = {
    Body.COMMITTEE: "业委会",
    Body.TRUSTEE: "受托物业",
    Body.COMMUNITY: "社区街道",
    Body.AUDIT: "审计机构",
    Body.OPERATOR: "系统运营者",
}
#: An authority that is a word and no code: the budget in force, or an emergency.
_WORDS: Final = {str(kind): kind for kind in (AuthorityKind.BUDGET, AuthorityKind.EMERGENCY)}
#: The kinds of entries by which somebody spends: by a payment, out of the cash box, by explaining what the bank took,
#: or by an entry of its own.
_KINDS: Final = (Kind.EXPENSE, Kind.PETTY_CASH, Kind.EXPLANATION, Kind.GENERAL)


def large_expenses(session: Session, compound: str, month: str) -> tuple[Expense, ...]:
    """Return the largest expenses that nobody reversed, largest first."""
    views = [
        view for kind in _KINDS for view in _of_kind(session, compound, EntryFilter(period=month, kind=kind))
    ]
    standing = [(_cost(one), one.voucher, one) for one in views if one.reversed_by is None and _cost(one) > 0]
    standing.sort(key=lambda one: (-one[0], one[1]))
    return tuple(_expense(session, compound, view) for _, _, view in standing[:SHOWN])


def _of_kind(session: Session, compound: str, wanted: EntryFilter) -> Iterator[EntryView]:
    page = entries(session, compound, wanted)
    while page:
        yield from page
        page = entries(session, compound, wanted, after=page[-1].entry.seq)


def _cost(view: EntryView) -> int:
    return sum(line.amount_minor for line in view.postings if line.account.startswith("Expenses:"))


def _expense(session: Session, compound: str, view: EntryView) -> Expense:
    code = view.entry.authority or ""
    row = session.get(Authority, (compound, code)) if code else None
    kind = AuthorityKind(row.kind) if row is not None else _WORDS.get(code)
    request = _request(session, compound, view.entry.seq)
    basis = KIND_ZH[kind] if kind is not None else ""
    if code == AuthorityKind.BUDGET:
        basis = "年度预算内"
    if kind is AuthorityKind.EMERGENCY and request is not None:
        basis, code = _emergency(session, compound, request)
    return Expense(
        view.entry.effective_on.isoformat(),
        view.voucher,
        view.entry.counterparty or "",
        view.entry.narration,
        _cost(view),
        "" if code in _WORDS else code,
        basis,
        _vote(session, compound, code) if kind is AuthorityKind.VOTE else "",
        _keys(session, compound, request) if request is not None else "",
        related_party=bool(request and request.related_party),
    )


def _request(session: Session, compound: str, seq: int) -> Disbursement | None:
    step = session.exec(
        select(DisbursementStep.id).where(DisbursementStep.compound == compound, DisbursementStep.seq == seq)
    ).first()
    return session.get(Disbursement, (compound, step)) if step is not None else None


def _emergency(session: Session, compound: str, request: Disbursement) -> tuple[str, str]:
    """Return what an emergency is allowed by: nothing yet, or what ratified it."""
    row = session.get(Ratification, (compound, request.id))
    return ("应急已追认", row.authority) if row is not None else ("应急待追认", "")


def _keys(session: Session, compound: str, request: Disbursement) -> str:
    """Say which body asked (经办), which booked and thereby checked (复核), and which approved (批准)."""
    query = select(DisbursementStep).where(
        DisbursementStep.compound == compound, DisbursementStep.id == request.id
    )
    steps = session.exec(query.order_by(col(DisbursementStep.seq))).all()
    said = [f"经办 {BODY_ZH[Body(request.requested_body)]}"]
    said += [f"复核 {BODY_ZH[Body(one.body)]}" for one in steps if one.step == "posted"][:1]
    approved = [BODY_ZH[Body(one.body)] for one in steps if one.step == "approved"]
    bodies = "、".join(dict.fromkeys(approved))
    said.append(f"批准 {bodies} {len(approved)} 人" if approved else "应急单钥")
    return "；".join(said)


def _vote(session: Session, compound: str, code: str) -> str:
    """Say how the vote went, by heads and by area; nothing where so few voted that the figures are withheld."""
    for one in vote_figures(session, compound, code):
        if one.agreed is None or one.took is None or one.entitled is None:
            return ""
        heads = f"{one.agreed.heads}/{one.took.heads}/{one.entitled.heads} 人"
        areas = "/".join(format_area(each.area_hundredths) for each in (one.agreed, one.took, one.entitled))
        return f"同意/参与/应参与 {heads}，{areas} ㎡"
    return ""
