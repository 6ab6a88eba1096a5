"""Entries: read the journal, post a general entry, reverse one. Nothing is edited and nothing is deleted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from api.deps import Reading
from api.identity import Member, OnRecord
from api.routes.answering import act_answer
from api.routing import Router
from api.shapes import (
    LIST_LIMIT,
    Amount,
    Code,
    Day,
    Month,
    Shape,
    Wire,
    Words,
    read_seq_cursor,
    receipt_number,
    write_cursor,
)
from api.writing import Answer, Pen, Writing
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.chart import account
from ledger.rules.entry import Posting
from ledger.rules.money import CURRENCY, format_amount
from ledger.rules.payment import Repair
from ledger.rules.roles import APPROVERS, INSIDERS, KEEPERS
from ledger.store.append import Journal
from ledger.store.registers import EntryFilter, EntryView, entries, entry
from ledger.store.tables import PostingRow

router = Router(prefix="/api/v1/compounds/{compound}", tags=["凭证 · Entries"])
Seq = Annotated[int, Path(ge=1, le=2**53)]
_READING = OnRecord(INSIDERS, "entries")
_KEEPING = Writing(KEEPERS)
_REVERSING = Writing(APPROVERS)
_POSTINGS = 500


class PostingIn(Shape):
    """One line: an account and a signed amount, debit positive."""

    account: Code
    amount: Amount


class EntryIn(Shape):
    """A general entry; ``corrects`` names the closed month that it corrects, ``repair`` how big a repair it is."""

    effective_on: Day
    narration: Words
    postings: list[PostingIn] = Field(max_length=_POSTINGS)
    occurred_on: Day | None = None
    counterparty: Words | None = None
    authority: Words | None = None
    corrects: Month | None = None
    repair: Literal["none", "minor", "medium", "major"] = "none"

    def command(self) -> PostEntry:
        """Return what the ledger is asked to do."""
        return PostEntry(
            effective_on=self.effective_on,
            narration=self.narration,
            postings=tuple(Posting(line.account, line.amount) for line in self.postings),
            occurred_on=self.occurred_on,
            counterparty=self.counterparty,
            authority=self.authority,
            corrects=self.corrects,
            repair=Repair(self.repair),
        )


class ReversalIn(Shape):
    """Why an entry is taken back, and on which day of an open month; today unless said otherwise.

    ``returned`` says of a receipt that the bank took the money back: that is no mistake but a second fact.
    """

    reason: Words
    effective_on: Day | None = None
    returned: bool = False


def shown(view: EntryView) -> dict[str, Any]:
    """Return an entry with its postings and the link of its act."""
    row = view.entry
    return {
        "seq": row.seq,
        "voucher": view.voucher,
        "month": row.month,
        "kind": row.kind,
        "effective_on": row.effective_on.isoformat(),
        "occurred_on": row.occurred_on.isoformat(),
        "recorded_on": view.recorded_on.isoformat(),
        "narration": row.narration,
        "counterparty": row.counterparty,
        "authority": row.authority,
        "channel": row.channel,
        "reverses": row.reverses,
        "reversed_by": view.reversed_by,
        "corrects": row.corrects,
        "hash": view.hash,
        "postings": [_line(posting) for posting in view.postings],
    }


def _line(row: PostingRow) -> dict[str, Any]:
    line = {
        "line": row.line,
        "account": row.account,
        "zh": account(row.account).zh,
        "fund": row.fund,
        "amount": format_amount(row.amount_minor),
    }
    if row.currency != CURRENCY:
        line["currency"] = row.currency
    for name in ("unit", "debtor", "item", "charge", "period", "contract"):
        value = getattr(row, name)
        if value is not None:
            line[name] = value
    if row.receipt is not None:
        line["receipt"] = receipt_number(row.receipt)
    return line


@router.get("/entries", summary="凭证列表")
def list_entries(  # noqa: PLR0913,PLR0917 - filters
    member: Annotated[Member, Depends(_READING)],
    session: Reading,
    account: Annotated[str | None, Query(max_length=160)] = None,
    fund: Annotated[str | None, Query(max_length=64)] = None,
    unit: Annotated[str | None, Query(max_length=40)] = None,
    period: Annotated[Month | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=32)] = None,
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=LIST_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Wire:
    """List entries in the order of their acts; all filters must hold."""
    wanted = EntryFilter(account, fund, unit, period, kind, since, until)
    found = entries(session, member.compound, wanted, after=read_seq_cursor(cursor), limit=limit + 1)
    more = write_cursor(str(found[limit - 1].entry.seq)) if len(found) > limit else None
    return {"items": [shown(view) for view in found[:limit]], "next_cursor": more}


@router.get("/entries/{seq}", summary="凭证")
def read_entry(seq: Seq, member: Annotated[Member, Depends(_READING)], session: Reading) -> Wire:
    """Return one entry."""
    return shown(entry(session, member.compound, seq))


@router.post("/entries", status_code=201, summary="记一张凭证")
def post_general(body: EntryIn, pen: Annotated[Pen, Depends(_KEEPING)]) -> Response:
    """Post a general balanced entry within one fund. Control accounts and payments have their own acts."""
    command = body.command()

    def work(journal: Journal) -> Answer:
        done = post_entry(journal, command)
        return act_answer(journal, done, entry=shown(entry(journal.session, journal.compound, done.seq)))

    return pen.write(work)


@router.post("/entries/{seq}/reversals", status_code=201, summary="冲销凭证")
def reverse_entry(seq: Seq, body: ReversalIn, pen: Annotated[Pen, Depends(_REVERSING)]) -> Response:
    """Take back a whole entry, once, by its exact opposite. The committee drops its own claims, and nothing else."""

    def work(journal: Journal) -> Answer:
        command = Reverse(seq, body.reason, body.effective_on or journal.today, body.returned)
        done = reverse(journal, command)
        return act_answer(journal, done, reverses=seq)

    return pen.write(work)
