"""One act from the command line: sent under one key, and shown."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.printing import desk_of

Day = Annotated[str | None, typer.Option(help="入账日期,默认今天")]
Amount = Annotated[str, typer.Argument(help="金额,如 179.06")]


def act(
    context: typer.Context, path: str, body: Any, title: str, *facts: tuple[str, str]
) -> dict[str, Any]:  # Any: JSON
    """Send one act and show its answer; ``facts`` are labels and names of the answer's fields."""
    desk = desk_of(context)
    with desk.connection() as way, desk.working(title):
        done = desk.accept(way.post(f"{desk.books}{path}", body))
    shown = [
        ("凭证", done.get("voucher")),
        *((label, done.get(name)) for label, name in facts),
        ("业务序号", done["seq"]),
    ]
    desk.show(done, title, shown)
    return done


def given(**fields: Any) -> dict[str, Any]:  # Any: JSON
    """Return the fields that were given."""
    return {name: value for name, value in fields.items() if value not in (None, [], ())}
