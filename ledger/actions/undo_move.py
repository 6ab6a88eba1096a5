"""What a reversal undoes of the acts between funds: the step, the authority taken, the buildings' parts."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import col, select

from ledger.actions.move_funds import AGENCY
from ledger.actions.open_balances import DEPOSIT
from ledger.actions.undo_relief import Rows
from ledger.errors import DistributionUndivided, ReversalRefused
from ledger.rules.between import MoveKind
from ledger.rules.entry import Kind
from ledger.store.append import Journal
from ledger.store.available import available
from ledger.store.balances import balances
from ledger.store.between import Move, loans, move_of_step, moves
from ledger.store.claims import recovered_of
from ledger.store.emergencies import name_of_job
from ledger.store.owed import held_for, prepaid_lots
from ledger.store.repair import JOB_COST, jobs_owed
from ledger.store.tables import AuthorityUse, FundMoveStep, PostingRow, RepairShare

#: The kinds of entries that this module undoes.
BETWEEN = frozenset(
    {
        *(Kind.TRANSFER, Kind.LOAN, Kind.UTILITY, Kind.SWEEP, Kind.CUSTODY),
        *(Kind.SURPLUS_RETURN, Kind.OPENING_CLAIM, Kind.PRIOR_YEAR),
    }
)
_BACK = {"approved": "unapproved", "paid": "unpaid", "confirmed": "unconfirmed"}


def between_back(journal: Journal, seq: int) -> Rows:
    """Return the rows that undo the facts of act ``seq``.

    Raises:
        ReversalRefused: something rests on it that must be undone first.
    """
    _check_still_held(journal, seq)
    rows: Rows = {
        FundMoveStep: _step_back(journal, seq),
        AuthorityUse: _uses_back(journal, seq),
        RepairShare: [
            {
                "line": row.line,
                "building": row.building,
                "kind": row.kind,
                "job": row.job,
                "amount_minor": -row.amount_minor,
            }
            for row in journal.session.exec(
                select(RepairShare)
                .where(RepairShare.compound == journal.compound, RepairShare.seq == seq)
                .order_by(col(RepairShare.line))
            )
        ],
    }
    return {table: some for table, some in rows.items() if some}


def _uses_back(journal: Journal, seq: int) -> list[dict[str, object]]:
    """Return the rows that give back what act ``seq`` took, and what a vote gave later to the job that it charged."""
    of_act = (AuthorityUse.seq == seq) | (AuthorityUse.purpose == name_of_job(seq))
    query = select(AuthorityUse).where(AuthorityUse.compound == journal.compound, of_act)
    found = journal.session.exec(query.order_by(col(AuthorityUse.seq), col(AuthorityUse.line)))
    return [
        {"line": line, "code": row.code, "amount_minor": -row.amount_minor, "purpose": row.purpose}
        for line, row in enumerate(found, 1)
    ]


def _step_back(journal: Journal, seq: int) -> list[dict[str, object]]:
    found = move_of_step(journal.session, journal.compound, seq)
    if found is None:
        return []
    move, step = found
    newest = move.newest(step)
    if newest is None or newest.seq != seq or move.state != step:
        raise _refused(seq, "先冲销后面的一步", "reverse the later step first")
    if move.kind is MoveKind.LOAN and step == "paid":
        for one in loans(journal.session, journal.compound):
            if one.id == move.row.id and one.open_minor != one.amount_minor:
                raise _refused(seq, "已归还一部分,先冲销归还", "some of the loan is back; reverse that first")
    if step == "paid":
        _check_unspent(journal, move)
    if step == "approved" and move.row.distribution is not None:
        parts = moves(journal.session, journal.compound, distribution=move.row.distribution)
        if any(one.is_done for one in parts):
            raise DistributionUndivided(pointer="/seq", distribution=move.row.distribution)
    return [
        {
            "id": move.row.id,
            "step": _BACK[step],
            "user_id": journal.actor.user,
            "body": str(journal.actor.body),
        }
    ]


def _check_unspent(journal: Journal, move: Move) -> None:
    """Refuse to take back what the other fund has spent or promised since: it comes back by its own request (I3)."""
    row, standing = move.row, balances(journal.session, journal.compound)
    if row.to_bank is None or move.kind is MoveKind.SWEEP:
        return
    has = standing.get(f"Assets:{row.to_fund}:Bank:{row.to_bank}", 0)
    if row.to_fund != AGENCY:
        has = min(has, available(journal.session, journal.compound, row.to_fund))
    if has < row.amount_minor:
        raise _refused(move.row.seq, "转入资金已经使用", "the fund that got it has spent it")


def _check_still_held(journal: Journal, seq: int) -> None:
    """Refuse to take back what units have used since, what a claim has brought, or a job that is paid."""
    session, compound = journal.session, journal.compound
    if recovered_of(session, compound, seq):
        raise _refused(seq, "已收回一部分,先冲销收回", "some of it has come in; reverse that first")
    postings = session.exec(
        select(PostingRow).where(PostingRow.compound == compound, PostingRow.seq == seq)
    ).all()
    ahead: dict[str, int] = defaultdict(int)
    for row in postings:
        if row.unit is not None and row.account.endswith(":Prepaid"):
            ahead[row.unit] -= row.amount_minor
        owed = -row.amount_minor
        if row.unit and row.account == DEPOSIT and held_for(session, compound, DEPOSIT, row.unit) < owed:
            raise _refused(seq, "押金已退还", "the deposit has been given back")
        job = row.account.removeprefix(JOB_COST)
        if job != row.account and jobs_owed(session, compound).get(job, 0) < row.amount_minor:
            raise _refused(seq, "工程款已支付", "the job has been paid; reverse that first")
    left: dict[str, int] = defaultdict(int)
    for lot in prepaid_lots(session, compound) if ahead else ():
        left[lot.unit] += lot.left_minor if lot.receipt is None else 0
    if any(left[unit] < minor for unit, minor in ahead.items()):
        raise _refused(seq, "其中预收已冲抵", "its prepayments have been used")


def _refused(seq: int, zh: str, en: str) -> ReversalRefused:
    return ReversalRefused(pointer="/seq", seq=seq, why_zh=zh, why_en=en)
