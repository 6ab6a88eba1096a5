"""Put a voucher beside what it proves: a payment, an entry, or neither (a decision's evidence, a photo)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import insert

from ledger.rules.roles import INSIDERS, require
from ledger.rules.text import NAME_LIMIT, check_public
from ledger.store.append import Journal, Recorded
from ledger.store.own import own
from ledger.store.tables import Blob, Disbursement, EntryRow, Voucher
from ledger.store.vouchers import names_a_household


class File(Protocol):
    """A file as it came, and as everybody may see it (``intake.voucher_file``)."""

    @property
    def media_type(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def original(self) -> bytes: ...  # noqa: D102
    @property
    def published(self) -> bytes: ...  # noqa: D102
    @property
    def published_type(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def published_sha256(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class AttachVoucher:
    """A file and what it proves: the payment ``disbursement`` or the entry of act ``entry``, or neither.

    ``is_private``: it shows somebody's personal data, so only insiders see it. What concerns a household or a person
    who is paid is private whatever is said.
    """

    file: File
    title: str
    disbursement: str | None = None
    entry: int | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A voucher on record: the hash of the file, and of what everybody may see (None: nobody may)."""

    recorded: Recorded
    sha256: str
    published_sha256: str | None
    media_type: str


def attach_voucher(journal: Journal, command: AttachVoucher) -> Attached:
    """Keep the file beside the books, and its hashes in them.

    Raises:
        NotFound: there is no such payment or entry.
    """
    require(journal.actor, INSIDERS)
    file, session = command.file, journal.session
    is_private = command.is_private
    if command.disbursement is not None:
        row = own(session, Disbursement, journal.compound, command.disbursement, "/id")
        is_private = is_private or bool(row.payee_is_person) or row.unit is not None
    if command.entry is not None:
        own(session, EntryRow, journal.compound, command.entry, "/seq")
        is_private = is_private or names_a_household(session, journal.compound, command.entry)
    published = None if is_private else file.published_sha256
    row_of_voucher = {
        "id": command.disbursement,
        "entry": command.entry,
        "title": check_public(command.title, "/title", NAME_LIMIT),
        "media_type": file.media_type,
        "size": len(file.original),
        "sha256": file.sha256,
        "published_sha256": published,
        "published_type": file.published_type if published else None,
    }
    recorded = journal.record("voucher_attached", journal.today, {Voucher: [row_of_voucher]})
    _keep(journal, file.sha256, file.media_type, file.original)
    if published is not None:
        _keep(journal, published, file.published_type, file.published)
    return Attached(recorded, file.sha256, published, file.media_type)


def _keep(journal: Journal, sha256: str, media_type: str, content: bytes) -> None:
    """Store bytes under their hash, once."""
    if journal.session.get(Blob, (journal.compound, sha256)) is None:
        row: dict[str, Any] = {
            "compound": journal.compound,
            "sha256": sha256,
            "media_type": media_type,
            "content": content,
        }
        journal.connection.execute(insert(Blob).values(row))
