"""The command line in this process, on the furnished books: its start takes longer than most commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from typer.testing import CliRunner

from api.cli.main import app, hoisted
from api.settings import Settings

Run = Callable[..., Any]


def runner(settings: Settings) -> Run:
    """Give what runs a command as the treasurer, or ``by`` another, and gives its JSON, or its ``page``."""

    def run(*words: str, by: str = "treasurer", code: int = 0, page: bool = False) -> Any:
        environment = {
            "MINGZHANG_DATABASE_URL": settings.database_url,
            "MINGZHANG_COMPOUND": "guihuayuan",
            "MINGZHANG_USER": by,
            "COLUMNS": "200",
        }
        done = CliRunner().invoke(app, hoisted([*([] if page else ["--json"]), *words]), env=environment)
        assert done.exit_code == code, done.output
        if page:
            return done.stdout
        return json.loads(done.stdout) if done.stdout else None

    return run
