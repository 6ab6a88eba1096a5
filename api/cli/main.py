"""The command line: its global options, which may stand anywhere, and its commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli import (
    agreeing,
    amending,
    auditing,
    authorising,
    backing_up,
    banking,
    billing,
    budgeting,
    collecting,
    distributing,
    granting,
    holding,
    installation,
    keeping,
    leasing,
    moving,
    paying,
    petty,
    publishing,
    receiving,
    relieving,
    setting_up,
    sharing,
    stewarding,
    verifying,
)
from api.cli.answering import Answering
from api.cli.connection import Options
from api.cli.printing import Desk
from api.settings import Settings

app = typer.Typer(
    cls=Answering,
    name="mingzhang",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
#: Global options, and whether a value follows.
_GLOBAL = {
    "--json": False,
    "--dry-run": False,
    "--compound": True,
    "-c": True,
    "--as": True,
    "--server": True,
    "--token": True,
    "--key": True,
}


@app.callback(help="明账:住宅小区公开账簿。Open books for a residential compound.")
def options(  # noqa: PLR0913 - the parts of a command
    context: typer.Context,
    compound: Annotated[
        str | None, typer.Option("--compound", "-c", envvar="MINGZHANG_COMPOUND", help="小区代码")
    ] = None,
    acting_as: Annotated[
        str | None, typer.Option("--as", envvar="MINGZHANG_USER", help="在本机以谁的身份办理(默认 operator)")
    ] = None,
    server: Annotated[
        str | None, typer.Option(envvar="MINGZHANG_SERVER", help="服务器网址;不填则用本机账簿")
    ] = None,
    token: Annotated[str | None, typer.Option(envvar="MINGZHANG_TOKEN", help="令牌")] = None,
    key: Annotated[str | None, typer.Option(help="幂等键:重试同一笔业务时用同一个")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON,供脚本使用")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只校验,不入账")] = False,
) -> None:
    """Keep the global options for the command."""
    given = Options(compound, acting_as, json, server, token, key, dry_run)
    context.obj = Desk(given, Settings())


for module in (
    installation,
    setting_up,
    stewarding,
    keeping,
    billing,
    receiving,
    relieving,
    agreeing,
    authorising,
    budgeting,
    paying,
    petty,
    moving,
    distributing,
    holding,
    publishing,
    collecting,
    amending,
    leasing,
    banking,
    granting,
    sharing,
    verifying,
    auditing,
    backing_up,
):
    module.register(app)


def hoisted(arguments: list[str]) -> list[str]:
    """Return the arguments with the global options first; after ``--`` nothing is moved."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        one = waiting.pop(0)
        if one == "--":
            rest += [one, *waiting]
            break
        name = one.partition("=")[0]
        if name not in _GLOBAL:
            rest.append(one)
            continue
        front.append(one)
        if _GLOBAL[name] and "=" not in one and waiting:
            front.append(waiting.pop(0))
    return front + rest


def main() -> None:
    """Run the command line."""
    app(hoisted(sys.argv[1:]))


if __name__ == "__main__":
    main()
