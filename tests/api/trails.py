"""The audit trail as the interface shows it."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Desk


def trail(desk: Desk, who: str = "auditor", **asked: str) -> list[dict[str, Any]]:
    """Return the lines of a trail, all pages of it."""
    found: list[dict[str, Any]] = []
    while True:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = desk.get(f"audit?limit=200&{query}", who)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        asked["cursor"] = answer.json()["next_cursor"]


def said(desk: Desk, what: str, **asked: str) -> list[tuple[str, dict[str, Any]]]:
    """Return who and what about, for the lines of one kind that came since the books were furnished."""
    return [(one["user_name"], one["about"]) for one in trail(desk, what=what, **asked)]
