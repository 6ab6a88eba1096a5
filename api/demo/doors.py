"""Open every door of a running demonstration once, as a resident, an auditor and a treasurer would."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import httpx2

_AMOUNT = "131.00"
_WORDS = "演示自检:废品回收"


@dataclass(frozen=True, slots=True)
class Door:
    """One door: whether it opened, how long it took in seconds, and what was behind it."""

    name: str
    is_open: bool
    seconds: float
    note: str


def open_doors(base: str, compound: str, closed: str, token: str, today: date) -> list[Door]:
    """Open the book, the bulletin, the API page, and see a posting of public income on the book's next page."""
    interface = f"/api/v1/compounds/{compound}"
    book = f"/books/{compound}"
    with httpx2.Client(base_url=base, follow_redirects=True, timeout=120) as client:

        def page(path: str, expected: str) -> Callable[[], str]:
            def fetch() -> str:
                answer = client.get(path)
                answer.raise_for_status()
                is_json = "json" in answer.headers.get("Content-Type", "")
                shown = json.dumps(answer.json(), ensure_ascii=False) if is_json else answer.text
                if expected not in shown:
                    raise LookupError(expected)
                return f"{len(answer.content):,} 字节"

            return fetch

        def bulletin() -> str:
            answer = client.get(f"{interface}/bulletins/{closed}.pdf")
            answer.raise_for_status()
            if not answer.content.startswith(b"%PDF-"):
                raise LookupError("%PDF-")
            return f"{len(answer.content):,} 字节"

        def post() -> str:
            given = {
                "account": "Income:PublicIncome:Recycling",
                "amount": _AMOUNT,
                "effective_on": today.isoformat(),
                "narration": _WORDS,
                "channel": "bank",
                "bank": "Public01",
            }
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
            answer = client.post(f"{interface}/public-income", json=given, headers=headers)
            answer.raise_for_status()
            return str(answer.json().get("voucher", ""))

        return [
            _try("首页", page("/", compound)),
            _try("公开账簿", page(f"{book}/income_statement/", "<title>")),
            _try("收支表数据", page(f"{book}/api/income_statement?time={today.year}", "I收入")),
            _try("月度公示 PDF", bulletin),
            _try("接口说明", page("/docs", "public-income")),
            _try("公共收益入账", post),
            _try(
                "下一页即可见", page(f"{book}/api/journal_page?page=1&order=desc&time={today:%Y-%m}", _WORDS)
            ),
        ]


def _try(name: str, door: Callable[[], str]) -> Door:
    begun = time.perf_counter()
    try:
        note, is_open = door(), True
    except (httpx2.HTTPError, LookupError) as error:
        note, is_open = f"{type(error).__name__}: {error}", False
    return Door(name, is_open, time.perf_counter() - begun, note)
