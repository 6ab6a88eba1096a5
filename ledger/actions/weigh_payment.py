"""Which band of the ladder a payment falls into: how many second keys, of which bodies, by which kind of authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ledger.errors import BodyCannotApprove
from ledger.rules.authority import AuthorityKind
from ledger.rules.between import BY_LADDER
from ledger.rules.ladder import Band, band_of
from ledger.rules.payment import TERMS, Line
from ledger.store.append import Journal
from ledger.store.between import asked_for_group
from ledger.store.disbursements import asked_besides, lines_of, pairs
from ledger.store.tables import Act, Disbursement, FundMove


def band(journal: Journal, amount_minor: int) -> Band:
    """Return the band of the profile's ladder that a sum falls into."""
    return band_of(journal.profile.ladder, amount_minor)


def check_body(journal: Journal, amount_minor: int) -> None:
    """Refuse an approver whose body does not approve sums of this size.

    Raises:
        BodyCannotApprove: it does not.
    """
    bodies = band(journal, amount_minor).bodies
    if journal.actor.body not in bodies:
        raise BodyCannotApprove(pointer=None, bodies=", ".join(sorted(bodies)))


def together(  # noqa: PLR0913 - what a request is about, all named
    journal: Journal,
    *,
    kind: str,
    fund: str,
    payee: str,
    amount_minor: int,
    lines: Sequence[Line],
    asked_on: date,
    before: int | None = None,
) -> int:
    """Return the sum whose band holds: with what was asked for the same payee and account within the profile's days.

    A sum cut into pieces takes the keys and the authority of the whole, however long the pieces wait after they were
    asked for. ``before``: the act of the request itself.
    """
    if kind not in TERMS:
        return amount_minor
    accounts = {account for account, minor in lines if minor > 0}
    since = asked_on - timedelta(days=journal.profile.split_days)
    return amount_minor + asked_besides(
        journal.session, journal.compound, fund, payee, accounts=accounts, since=since, before=before
    )


def weight_of(journal: Journal, row: Disbursement) -> int:
    """Return the sum whose band of the ladder a request on record falls into."""
    act = journal.session.get_one(Act, (journal.compound, row.seq))
    lines = pairs(lines_of(journal.session, journal.compound, [row.id])[row.id])
    return together(
        journal,
        kind=row.kind,
        fund=row.fund,
        payee=row.payee,
        amount_minor=row.amount_minor,
        lines=lines,
        asked_on=act.effective_on,
        before=row.seq,
    )


def one_key(journal: Journal, amount_minor: int) -> frozenset[AuthorityKind]:
    """Return by which kinds of authority a single second key allows a sum: where the ladder asks for more, a vote."""
    held = band(journal, amount_minor)
    return held.kinds if held.approvals <= 1 else frozenset({AuthorityKind.VOTE})


def weight_of_move(journal: Journal, row: FundMove) -> int:
    """Return the sum by which the ladder takes a request: with what was asked for the same meter group before it.

    As with payments, a sum cut into pieces within the profile's days takes the keys and the authority of the whole.
    """
    act = journal.session.get(Act, (journal.compound, row.seq)) if row.seq else None
    since = (act.effective_on if act else journal.today) - timedelta(days=journal.profile.split_days)
    besides = asked_for_group(
        journal.session, journal.compound, row.meter_group or "", kinds=BY_LADDER, since=since, before=row.seq
    )
    return row.amount_minor + besides
