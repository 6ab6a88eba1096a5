"""The main job for 1,059 units: bill, take 1,000 receipts over HTTP, close, draw the bulletin, open the book.

    python bench/month.py            # a fresh SQLite database in a temporary folder

Prints each step beside its share of the total, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import uvicorn

sys.path.insert(0, str(Path(__file__).parent.parent))

from api.app import create_app
from api.demo.register import write_register
from api.members import INSTALLATION, add_member, issue_token
from api.settings import Settings
from ledger.rules.roles import Body, Role
from ledger.store.session import Database
from migrations import upgrade

COMPOUND = "bench"
NOW = datetime(2026, 2, 3, 4, tzinfo=UTC)
MONTH = "2026-01"
RECEIPTS = 1_000


class Clerk:
    """A treasurer at a keyboard: every act is one HTTP request with a key of its own."""

    def __init__(self, base: str, token: str) -> None:
        self.client = httpx2.Client(base_url=f"{base}/api/v1/compounds/{COMPOUND}", timeout=120)
        self.token = token

    def post(self, path: str, given: dict[str, object] | bytes) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}
        if isinstance(given, bytes):
            headers["Content-Type"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            answer = self.client.post(path, content=given, headers=headers)
        else:
            answer = self.client.post(path, json=given, headers=headers)
        if answer.is_error:
            raise SystemExit(answer.text)
        return dict(answer.json())

    def units(self) -> list[str]:
        headers = {"Authorization": f"Bearer {self.token}"}
        found: list[str] = []
        cursor = None
        while True:
            query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            page = self.client.get("/units", params=query, headers=headers).json()
            found += [one["code"] for one in page["items"]]
            cursor = page.get("next_cursor")
            if not cursor:
                return found


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Clerk]]:
    """Give a running server with an empty compound and its treasurer."""
    settings = Settings(database_url=f"sqlite:///{folder / 'bench.db'}", port=0)
    database = Database(settings.database_url)
    upgrade(database.engine)
    database.write(lambda s: add_member(s, "ops", INSTALLATION, Role.OPERATOR, Body.OPERATOR, NOW))
    operator, _ = database.write(lambda s: issue_token(s, "ops", 1, NOW))
    app = create_app(settings, database=database, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    opened = httpx2.post(
        f"{base}/api/v1/compounds",
        json={"code": COMPOUND, "name": "测量小区", "opened_on": "2026-01-01"},
        headers={"Authorization": f"Bearer {operator}", "Idempotency-Key": str(uuid.uuid4())},
    )
    if opened.is_error:
        raise SystemExit(opened.text)
    database.write(lambda s: add_member(s, "caiwu", COMPOUND, Role.TREASURER, Body.COMMITTEE, NOW))
    token, _ = database.write(lambda s: issue_token(s, "caiwu", 1, NOW))
    try:
        yield base, Clerk(base, token)
    finally:
        server.should_exit = True
        thread.join()


def main() -> None:
    """Do the month and say how long each step took."""
    times: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        times[name] = time.perf_counter() - begun

    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (base, clerk):
        register = Path(folder) / "units.xlsx"
        write_register(register)
        with timed("import of 1,059 units"):
            clerk.post("/units/imports?filename=units.xlsx", register.read_bytes())
        clerk.post(
            "/bank-accounts",
            {"code": "Joint01", "label": "共管 2217", "funds": ["PropertyFee", "PublicIncome"]},
        )
        clerk.post(
            "/tariffs",
            {
                "item": "property_fee",
                "formula": "area_rate",
                "rate": "2.00",
                "effective_from": "2026-01-01",
                "authority": "决议 1",
            },
        )
        with timed("bill"):
            clerk.post("/charges:bill", {"month": MONTH, "effective_on": "2026-01-05"})
        units = clerk.units()
        with timed("receipts"):
            for place in range(RECEIPTS):
                clerk.post(
                    "/receipts",
                    {
                        "unit": units[place % len(units)],
                        "amount": "157.00",
                        "channel": "bank",
                        "bank": "Joint01",
                        "received_on": "2026-01-20",
                        "effective_on": "2026-01-20",
                    },
                )
        with timed("close"):
            clerk.post(f"/periods/{MONTH}/close", {})
        with timed("bulletin"):
            clerk.post(f"/bulletins/{MONTH}", {})
        page = f"{base}/books/{COMPOUND}/income_statement/"
        with timed("first page of the book"):
            httpx2.get(page).raise_for_status()
        income = {
            "account": "Income:PublicIncome:Recycling",
            "amount": "31.00",
            "effective_on": date(2026, 2, 3).isoformat(),
            "narration": "废品回收",
            "channel": "bank",
            "bank": "Joint01",
        }
        clerk.post("/public-income", income)
        with timed("next page after a posting"):
            httpx2.get(page).raise_for_status()
    total = sum(times.values())
    for name, seconds in times.items():
        print(f"{name:28} {seconds:8.3f} s {seconds / total:7.1%}")
    print(
        json.dumps(
            {
                "bill_s": round(times["bill"], 3),
                "receipts_per_s": round(RECEIPTS / times["receipts"], 1),
                "close_s": round(times["close"], 3),
                "bulletin_s": round(times["bulletin"], 3),
                "first_page_s": round(times["first page of the book"], 3),
                "page_after_post_s": round(times["next page after a posting"], 3),
            }
        )
    )


if __name__ == "__main__":
    main()
