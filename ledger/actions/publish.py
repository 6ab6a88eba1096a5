"""Publish a closed month: the bulletin is stored with its hash and never changed, only followed by a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlmodel import col, select

from ledger.errors import AlreadyPublished, PeriodNotClosed, PublicIncomeMissing
from ledger.rules.period import parse_month
from ledger.rules.roles import KEEPERS, require
from ledger.rules.text import check_public
from ledger.store.append import Journal, Recorded
from ledger.store.disclosed import opened_acts, since_last
from ledger.store.expected import missing
from ledger.store.failpoints import reach
from ledger.store.tables import Blob, Bulletin

PDF = "application/pdf"
_NAMED = 10  # so many of what is missing are named in a refusal


@dataclass(frozen=True, slots=True)
class Published:
    """A published bulletin: its act, its version, and the SHA-256 of its PDF."""

    recorded: Recorded
    month: str
    version: int
    sha256: str


def newest_bulletin(journal: Journal, month: str) -> Bulletin | None:
    """Return the newest version of a month's bulletin."""
    query = select(Bulletin).where(Bulletin.compound == journal.compound, Bulletin.month == month)
    return journal.session.exec(query.order_by(col(Bulletin.version).desc())).first()


def next_version(journal: Journal, month: str, reason: str | None) -> tuple[int, str | None, str | None]:
    """Return the version that would be published, the hash it supersedes, and the checked reason (L43).

    Raises:
        PeriodNotClosed: the month is still open.
        AlreadyPublished: it is published, and no reason is given for another version.
        PublicIncomeMissing: a contract or an asset in operation has neither an entry nor a statement of zero (L25).
    """
    require(journal.actor, KEEPERS)
    if parse_month(month, "/month") > journal.closed_through:
        raise PeriodNotClosed(pointer="/month", month=month)
    lacking = missing(journal.session, journal.compound, month)
    if lacking:
        names = "、".join(one.name for one in lacking[:_NAMED])
        more = f" … ({len(lacking)})" if len(lacking) > _NAMED else ""
        raise PublicIncomeMissing(pointer="/month", month=month, what=names + more)
    before = newest_bulletin(journal, month)
    if before is None:
        return 1, None, None
    if reason is None:
        raise AlreadyPublished(pointer="/reason", month=month)
    return before.version + 1, before.sha256, check_public(reason, "/reason")


def publish(  # noqa: PLR0913 - what is published with a month, all named
    journal: Journal,
    month: str,
    pdf: bytes,
    books: Mapping[str, bytes],
    *,
    posted_from: date,
    posted_to: date,
    reason: str | None = None,
) -> Published:
    """Store a month's bulletin as its next version; commit to the public book and to what is open with it.

    ``books`` holds the month's file in the public book by language.

    Raises:
        PeriodNotClosed, AlreadyPublished: see ``next_version``.
    """
    version, supersedes, why = next_version(journal, month, reason)
    sha256 = hashlib.sha256(pdf).hexdigest()
    after = since_last(journal.session, journal.compound)
    row = {
        "month": month,
        "version": version,
        "sha256": sha256,
        "size": len(pdf),
        "posted_from": posted_from,
        "posted_to": posted_to,
        "supersedes": supersedes,
        "reason": why,
        "book_zh": hashlib.sha256(books["zh"]).hexdigest(),
        "book_en": hashlib.sha256(books["en"]).hexdigest(),
        "opened_after": after,
        "opened": opened_acts(journal.session, journal.compound, after, journal.seq),
    }
    recorded = journal.record("publish", journal.today, {Bulletin: [row]})
    reach("bulletin_recorded")
    if journal.session.get(Blob, (journal.compound, sha256)) is None:
        blob = {"compound": journal.compound, "sha256": sha256, "media_type": PDF, "content": pdf}
        journal.session.execute(insert(Blob), [blob])
    return Published(recorded, month, version, sha256)
