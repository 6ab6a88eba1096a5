"""Where the journal meets its projections: the second opinion, the drawn bulletin, the book as files.

Beancount and ReportLab are imported when they are first needed, so that a command starts fast.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.operating.traces import spanned
from ledger.actions.publish import Published, next_version, publish
from ledger.errors import BooksDisagree
from ledger.rules.money import format_amount
from ledger.rules.profile import profile
from ledger.store.append import Journal
from ledger.store.registers import compound_row
from reports.book.key import Audience, BookKey, Language

Format = Literal["beancount", "hledger"]
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same book gives the same bytes


def today_in(session: Session, compound: str, now: datetime) -> date:
    """Return today in a compound's time zone."""
    place = profile(compound_row(session, compound).profile)
    return now.astimezone(ZoneInfo(place.timezone)).date()


def differences(
    session: Session, compound: str, today: date, through: str | None = None, since: str | None = None
) -> list[dict[str, str]]:
    """Return the accounts where SQL and stock Beancount, fed only the exported text, differ; in yuan."""
    from reports.book.second_opinion import disagreements

    return [
        {
            "account": one.account,
            "sql": format_amount(one.sql_minor),
            "beancount": format_amount(one.beancount_minor),
            "difference": format_amount(one.beancount_minor - one.sql_minor),
        }
        for one in disagreements(session, compound, today, through=through, since=since)
    ]


class SecondOpinion:
    """What a close asks before it locks a month."""

    def __init__(self, today: date) -> None:
        """Judge the book as it is on ``today``."""
        self._today = today

    def __call__(self, session: Session, compound: str, month: str) -> None:
        """Refuse the close if the two engines differ by a fen.

        Raises:
            BooksDisagree: they do.
        """
        for one in differences(session, compound, self._today, month, since=month):
            raise BooksDisagree(account=one["account"], difference=one["difference"])


@spanned("bulletin")
def publish_bulletin(journal: Journal, month: str, reason: str | None, address: str) -> Published:
    """Compute a closed month's figures, draw them, and store the page as the month's next version.

    Raises:
        PeriodNotClosed, AlreadyPublished: see ``ledger.actions.publish``.
    """
    version, supersedes, why = next_version(journal, month, reason)
    posted_from = journal.today
    posted_to = posted_from + timedelta(days=journal.profile.posted_days)
    from reports.book.book import build_month
    from reports.month.bulletin import bulletin_figures
    from reports.pdf.bulletin import draw_bulletin

    figures = bulletin_figures(
        journal.session,
        journal.compound,
        month,
        version=version,
        reason=why,
        supersedes=supersedes,
        posted_from=posted_from,
        posted_to=posted_to,
        address=address,
    )
    pdf = draw_bulletin(figures)
    languages: tuple[Language, ...] = ("zh", "en")
    books: dict[str, bytes] = {
        one: build_month(journal.session, BookKey(journal.compound, "public", one), month)
        for one in languages
    }
    return publish(journal, month, pdf, books, posted_from=posted_from, posted_to=posted_to, reason=reason)


def book_archive(session: Session, key: BookKey, today: date, form: Format) -> bytes:
    """Return the whole book as a ZIP of text files: the same book gives the same bytes."""
    from reports.book.book import build_files, build_hledger

    folder = f"{key.compound}-{key.audience}-{key.language}"
    if form == "hledger":
        return _zipped(folder, {"books.journal": build_hledger(session, key, today)})
    return _zipped(folder, build_files(session, key, today))


def _zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{path}", _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[path])
    return written.getvalue()


__all__ = [
    "Audience",
    "BookKey",
    "Format",
    "Language",
    "SecondOpinion",
    "book_archive",
    "differences",
    "publish_bulletin",
    "today_in",
]
