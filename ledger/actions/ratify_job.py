"""Allow an emergency job of the repair fund afterwards: a vote on the use of the fund, in a second hand."""

from __future__ import annotations

from sqlmodel import select

from ledger.actions.authorise import authorise, use_rows
from ledger.actions.caretake import check_keeper
from ledger.errors import EmergencyClosed, SamePerson
from ledger.rules.authority import AuthorityKind, Matter, Need
from ledger.rules.between import REPAIR
from ledger.rules.roles import APPROVERS, require
from ledger.store.append import Journal, Recorded
from ledger.store.emergencies import emergency_jobs, name_of_job
from ledger.store.repair import units_of
from ledger.store.tables import Act, AuthorityUse, RepairShare


def ratify_job(journal: Journal, seq: int, authority: str) -> Recorded:
    """Let a vote take what act ``seq`` charged to the fund; nothing is posted, and the job is an emergency no more.

    All units of the buildings that bear the job have to have been asked, as for a job that is voted before; there, too,
    the owners and the custodian are the second key, so no second body is asked for.

    Raises:
        EmergencyClosed: the act is no such job, or is reversed, or ratified already.
        SamePerson: whoever recorded the job does not allow it, too.
        AuthorityUnknown, VoteFailed, AuthorityUnfit, AuthorityExpired, AuthorityUsedUp: the vote does not allow it.
        BodyCannotApprove: a caretaker stands in, and it is not the one who ratifies.
    """
    require(journal.actor, APPROVERS)
    session, compound = journal.session, journal.compound
    waiting = {one.id: one for one in emergency_jobs(session, compound, journal.today)}
    found = waiting.get(name_of_job(seq))
    if found is None:
        raise EmergencyClosed(pointer="/seq")
    act = session.get_one(Act, (compound, seq))
    if act.user_id == journal.actor.user:
        raise SamePerson(pointer=None)
    check_keeper(journal)
    shares = select(RepairShare.building).where(RepairShare.compound == compound, RepairShare.seq == seq)
    units = units_of(session, compound, set(session.exec(shares)))
    kinds, matters = frozenset({AuthorityKind.VOTE}), frozenset({Matter.REPAIR_USE})
    need = Need(REPAIR, found.amount_minor, journal.today, kinds, matters, units=units)
    uses = use_rows(authorise(journal, authority, need), found.amount_minor, found.id)
    return journal.record("repair_job_ratified", journal.today, {AuthorityUse: uses})
