"""Who gave what: the register of gifts, with a name only where the donor agreed to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from ledger.store.grants import not_undone
from ledger.store.tables import Act, Donor, Gift

#: What stands in the place of a donor who does not want to be named (慈善法 82, L31).
KIND_STRANGER = "爱心人士"


@dataclass(frozen=True, slots=True)
class GiftView:
    """A gift as it may be printed; ``amount_minor`` in fen, or None where no value was stated."""

    fund: str
    given_on: date
    kind: str
    donor: int
    name: str
    what: str
    amount_minor: int | None
    document: str


def gifts(
    session: Session, compound: str, since: date | None = None, until: date | None = None
) -> list[GiftView]:
    """Return the gifts booked from one day to another, in the order of their acts."""
    of_act = (col(Act.compound) == Gift.compound) & (col(Act.seq) == Gift.seq)
    of_donor = (col(Donor.compound) == Gift.compound) & (col(Donor.number) == Gift.donor)
    query = (
        select(Gift, Donor)
        .join(Act, of_act)
        .join(Donor, of_donor)
        .where(Gift.compound == compound, not_undone(Gift, until))
    )
    if since is not None:
        query = query.where(col(Act.effective_on) >= since)
    if until is not None:
        query = query.where(col(Act.effective_on) <= until)
    return [
        GiftView(
            *(gift.fund, gift.given_on, gift.kind, gift.donor),
            name=(donor.name if donor.consent else None) or KIND_STRANGER,
            what=gift.what,
            amount_minor=gift.amount_minor,
            document=gift.document,
        )
        for gift, donor in session.exec(query.order_by(col(Gift.seq)))
    ]


def donors(session: Session, compound: str) -> list[Donor]:
    """Return the register of donors, by number."""
    return sorted(session.exec(select(Donor).where(Donor.compound == compound)), key=lambda row: row.number)
