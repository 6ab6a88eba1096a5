"""What the routes of entries, months, bulletins, books, exports and proofs answer."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, sends, shows
from api.answers.schema import DayText, Money, MonthText, Path, ReceiptNo, Sha256
from ledger.actions.publish import Published
from reports.archive.proof import Owned


class PostingShown(TypedDict):
    """A line of an entry, debit positive; what it does not carry is left out."""

    line: int
    account: str
    zh: str
    fund: str
    amount: Money
    currency: NotRequired[str]
    unit: NotRequired[str]
    debtor: NotRequired[int]
    item: NotRequired[str]
    charge: NotRequired[str]
    period: NotRequired[MonthText]
    contract: NotRequired[str]
    receipt: NotRequired[ReceiptNo]


class EntryShown(TypedDict):
    """An entry with its postings and the link of its act."""

    seq: int
    voucher: str
    month: MonthText
    kind: str
    effective_on: DayText
    occurred_on: DayText
    recorded_on: DayText
    narration: str
    counterparty: str | None
    authority: str | None
    channel: str | None
    reverses: int | None
    reversed_by: int | None
    corrects: MonthText | None
    hash: Sha256
    postings: list[PostingShown]


class LinkShown(TypedDict):
    """An act's number and hash."""

    seq: int
    hash: Sha256


class PeriodShown(TypedDict):
    """A month, and the head of the chain at its close."""

    month: MonthText
    state: Literal["open", "closed", "published"]
    head: LinkShown | None


class BulletinShown(TypedDict):
    """A version of a bulletin."""

    month: MonthText
    version: int
    seq: int
    sha256: Sha256
    size: int
    posted_from: DayText
    posted_to: DayText
    supersedes: Sha256 | None
    reason: str | None
    pdf: Path


class BulletinVersions(TypedDict):
    """All versions of a month's bulletin."""

    month: MonthText
    versions: list[BulletinShown]


class ChainChecked(TypedDict):
    """Which links do not follow from the facts."""

    ok: bool
    acts: int
    broken: list[int]


class TrailSound(TypedDict):
    """Whether the audit trail holds, and how many lines it has; ``audit/check`` says where it does not."""

    ok: bool
    lines: int


class OpenChargesChecked(TypedDict):
    """Charges, as ``seq.line``, that arrears would miss or count wrongly."""

    ok: bool
    differing: list[str]


class FactsChecked(TypedDict):
    """Acts whose facts contradict each other or an act before, as ``seq: code``; their links hold."""

    ok: bool
    contradicting: list[str]


class FilesChecked(TypedDict):
    """Files, by SHA-256, whose bytes are no longer those that were kept."""

    ok: bool
    damaged: list[str]


class MembersChecked(TypedDict):
    """Users, by id, whose membership is not what the audit trail says of it."""

    ok: bool
    differing: list[str]


class BalancesChecked(TypedDict):
    """Where stock Beancount computes something else, in words."""

    ok: bool
    differences: list[str]


class BooksChecked(TypedDict):
    """What two engines say of the books; ``unreadable`` names what holds something that nobody of ours writes."""

    compound: str
    head: LinkShown
    chain: ChainChecked
    trail: TrailSound
    open_charges: OpenChargesChecked
    facts: FactsChecked
    files: FilesChecked
    members: MembersChecked
    balances: BalancesChecked
    unreadable: list[str]
    ok: bool


class ErasureShown(TypedDict):
    """What was erased by right; units are left out."""

    seq: int
    what: str
    sha256: Sha256 | None
    of_seq: int | None
    basis: str


class ProofRecord(TypedDict):
    """The record of an act in the chain."""

    v: Literal[1]
    compound: str
    seq: int
    prev: Sha256
    public: Sha256
    sealed: Sha256
    hash: Sha256


class OpenedPart(TypedDict):
    """The public part of an act and its salt."""

    part: dict[str, Any]
    salt: str


class ProofShown(TypedDict):
    """The proof that one private line is inside a published amount (docs/chain.md)."""

    format: str
    version: Literal[1]
    account: str
    line: dict[str, Any]
    path: list[tuple[str, Sha256]]
    public: OpenedPart
    record: ProofRecord
    after: list[tuple[Sha256, Sha256]]
    head: LinkShown | None


class TrailHead(TypedDict):
    """The newest line of an audit trail."""

    number: int
    hash: Sha256


class TrailLine(TypedDict):
    """A line of the audit trail; ``about`` holds ids, codes and counts."""

    number: int
    at: str
    user: str
    user_name: str | None
    role: str
    what: str
    about: dict[str, Any]
    about_name: str | None
    hash: Sha256


class TrailChecked(TypedDict):
    """Which lines do not follow, and which closes and acts say something else."""

    ok: bool
    head: TrailHead
    broken: list[int]
    closes: list[str]
    acts: list[int]


class TrailPage(TypedDict):
    """The trail's head, and some of its lines."""

    head: TrailHead
    items: list[TrailLine]
    next_cursor: str | None


ANSWERS: dict[str, Described] = {
    "list_entries": pages(EntryShown),
    "read_entry": shows(EntryShown),
    "post_general": act(entry=EntryShown),
    "reverse_entry": act(reverses=int),
    "list_periods": lists(PeriodShown),
    "close_month": act(month=MonthText, state=Literal["closed"]),
    "publish_month": act(Published, pdf=Path),
    "read_newest_pdf": sends("application/pdf", tagged=True),
    "read_pdf": sends("application/pdf", tagged=True),
    "read_bulletin": shows(BulletinVersions),
    "read_book": sends("application/zip", tagged=True),
    "check_books": shows(BooksChecked),
    "read_export": sends("application/zip"),
    "list_proofs": lists(joined(Owned, {"proof": Path}), unit=str),
    "read_proof": shows(ProofShown),
    "read_trail": shows(TrailPage),
    "check_trail": shows(TrailChecked),
    "erase": act(what=str),
    "list_erasures": lists(ErasureShown),
}
