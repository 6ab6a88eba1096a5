"""How the tests of the books read: balances as a few lines of account and yuan, and the book as Beancount text."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path

from ledger.rules.money import format_amount
from ledger.store.balances import balances
from ledger.store.registers import head
from reports.book.book import BookKey, Language, build_files
from tests.books.sample import yuan
from tests.conftest import Books

GOLDEN = Path(__file__).parent.parent / "golden" / "scenes"
_UNIT = re.compile(r":B\d\d-U\d-\d{4}$")
_SEQ = re.compile(r'^  seq: "(\d+)"$', re.MULTILINE)
_HASH = re.compile(r'^  hash: "[0-9a-f]{64}"\n', re.MULTILINE)
_ACT = re.compile(r'^( +(?:seq|reverses|charge): ")(\d+)', re.MULTILINE)


def amounts(*ledgers: str) -> dict[str, int]:
    """Return the sums, in fen, of lines of account and yuan; the unit that ends an account is detail and drops."""
    sums: dict[str, int] = defaultdict(int)
    for line in "\n".join(ledgers).splitlines():
        if line.strip():
            account, amount = line.split()
            sums[_UNIT.sub("", account)] += yuan(amount)
    return {account: sums[account] for account in sorted(sums) if sums[account]}


def standing(books: Books, compound: str | None = None) -> dict[str, int]:
    """Return the balance of every account, in fen."""
    with books.database.reading() as session:
        return balances(session, compound or books.compound)


def shown(sums: dict[str, int]) -> str:
    """Write balances as lines, so that a difference reads like a ledger."""
    return "\n".join(f"{account:<60}{format_amount(sums[account]):>14}" for account in sorted(sums))


def moved_since(books: Books, before: dict[str, int]) -> dict[str, int]:
    """Return what the accounts moved since ``before``, in fen."""
    after = standing(books)
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return {code: minor for code, minor in sums.items() if minor}


def acts(books: Books) -> int:
    """Return the number of the newest act."""
    with books.database.reading() as session:
        return head(session, books.compound)[0]


def drawn(books: Books, since: int, language: Language) -> str:
    """Return the transactions of the full book that came after act ``since``, for readers.

    Hashes are left out, and acts are counted from ``since``: what a house is set up with moves no page.
    """
    with books.database.reading() as session:
        files = build_files(session, BookKey(books.compound, "full", language), books.today)
    blocks = []
    for path in sorted(set(files) - {"main.beancount"}):
        for block in files[path].decode().split("\n\n"):
            seq = _SEQ.search(block)
            if seq is not None and int(seq[1]) > since:
                blocks.append((int(seq[1]), _HASH.sub("", block).strip("\n")))
    blocks.sort(key=lambda pair: pair[0])  # stable: the parts of one act keep their order
    page = "\n\n".join(block for _, block in blocks) + "\n"
    return _ACT.sub(lambda found: f"{found[1]}{int(found[2]) - since:+d}", page)


def check_golden(books: Books, scene: str, since: int) -> None:
    """Compare what a scene adds to the book with its golden page, in both languages.

    ``GOLDEN_UPDATE=1`` in the environment writes the page instead; then read the difference before you keep it.
    """
    page = f"; {scene}\n\n{drawn(books, since, 'zh')}\n; {scene}, in English\n\n{drawn(books, since, 'en')}"
    path = GOLDEN / f"{scene}.beancount"
    if os.environ.get("GOLDEN_UPDATE") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")
