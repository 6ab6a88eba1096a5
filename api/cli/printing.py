"""What a command prints, and the exit code that follows from an answer."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import httpx2
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from api.cli.connection import Connection, Options, connect
from api.local import DEFAULT_USER
from api.settings import Settings
from ledger.errors import Refusal

DONE, REFUSED, USAGE, UNAVAILABLE = 0, 1, 2, 3
_UNAVAILABLE_FROM = 500


class Desk:
    """What every command has at hand: the options, the settings, and two places to print."""

    def __init__(self, options: Options, settings: Settings) -> None:
        """Print tables to standard output, refusals and progress to standard error."""
        self.options, self.settings = options, settings
        self.out = Console(soft_wrap=True)
        self.err = Console(stderr=True, soft_wrap=True)

    @property
    def books(self) -> str:
        """The address of the compound's books; a usage error where no compound is named."""
        if not self.options.compound:
            raise typer.BadParameter("请用 --compound/-c 指明小区 (name the compound)")
        return f"/api/v1/compounds/{self.options.compound}"

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open the way to the books, or exit 3."""
        try:
            with connect(self.options, self.settings) as way:
                yield way
        except Refusal as refusal:
            self.fail(refusal)

    def fail(self, refusal: Refusal) -> NoReturn:
        """Say why, and exit: 3 if the books are not available, else 1."""
        self.complain(refusal.detail("zh"), refusal.detail("en"), refusal.code)
        raise typer.Exit(UNAVAILABLE if refusal.status >= _UNAVAILABLE_FROM else REFUSED)

    def complain(self, zh: str, en: str, code: str) -> None:
        """Print a refusal in both languages."""
        if self.options.as_json:
            _print_json({"type": f"urn:mingzhang:problem:{code}", "detail_zh": zh, "detail_en": en})
            return
        self.err.print(Text(zh, style="bold red"))
        self.err.print(Text(f"{en}  [{code}]", style="dim"))

    def accept(self, response: httpx2.Response) -> dict[str, Any]:
        """Return the answer of a request that was done; print the refusal and exit otherwise."""
        if response.is_success:
            found: dict[str, Any] = response.json()
            return found
        return self.refuse(response)

    def refuse(self, response: httpx2.Response) -> NoReturn:
        """Print a problem, and exit 1, or 3 if it is the server's."""
        try:
            said = response.json()
        except ValueError:
            said = {
                "detail_zh": f"服务器答复 {response.status_code}",
                "detail_en": "not a problem document",
                "type": "",
            }
        if self.options.as_json:
            _print_json(said)
        else:
            code = str(said["type"]).rpartition(":")[2]
            self.complain(said["detail_zh"], said["detail_en"], code)
            if code == "not_signed_in" and not (self.options.server or self.options.token):
                self._nobody_here()
            for cell in said.get("refused", ()):
                self.err.print(refused_cell(cell))
        raise typer.Exit(UNAVAILABLE if response.status_code >= _UNAVAILABLE_FROM else REFUSED)

    def _nobody_here(self) -> None:
        """Say whom a command on this machine acted for: the one thing that can be wrong there."""
        name = self.options.acting_as or DEFAULT_USER
        zh = f"本机账簿里没有用户“{name}”,或已停用。请用 --as 或 MINGZHANG_USER 指明身份。"
        en = f"The books here know no user {name}, or it is disabled. Say who acts with --as or MINGZHANG_USER."
        self.err.print(Text(zh, style="bold red"))
        self.err.print(Text(en, style="dim"))

    @contextlib.contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Show that something longer than a second is going on, on a terminal only."""
        if self.options.as_json or not self.err.is_terminal:
            yield
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True) as progress:
            progress.add_task(words, total=None)
            yield

    def show(self, answer: dict[str, Any], title: str, facts: Sequence[tuple[str, Any]]) -> None:
        """Print one answer: as JSON, or as a small table of facts."""
        if self.options.as_json:
            _print_json(answer)
            return
        table = Table(
            show_header=False, title=Text(title + ("(试算,未入账)" if answer.get("dry_run") else ""))
        )
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for name, value in facts:
            if value is not None and value != "":
                table.add_row(Text(name), Text("、".join(value) if isinstance(value, list) else str(value)))
        self.out.print(table)

    def table(
        self, answer: dict[str, Any], title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Print a list: as JSON, or as a table whose amounts stand right."""
        if self.options.as_json:
            _print_json(answer)
            return
        table = Table(title=Text(title))
        for head in heads:
            table.add_column(head, justify="right" if head.startswith("金额") else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(str(value)) for value in row))
        self.out.print(table)


def _print_json(answer: Any) -> None:  # Any: JSON
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def refused_cell(cell: dict[str, Any]) -> Text:
    """Return the line that says which cell of a register was refused, and why."""
    where = f"第 {cell['row']} 行 {cell['letter']} 列({cell['header']})"
    return Text(f"  {where}{cell['value']}:{cell['reason_zh']}")


def desk_of(context: typer.Context) -> Desk:
    """Return the desk of a command."""
    desk: Desk = context.find_root().obj
    return desk
