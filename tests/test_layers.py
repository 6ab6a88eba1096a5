"""The layers of pyproject.toml, kept: api knows reports knows ledger, and decisions know no framework."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent.parent


def test_every_import_contract_is_kept(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    outcome = run(str(program), "--no-cache", cwd=HERE)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout


def test_the_contracts_refuse_a_rule_that_reaches_for_the_database(
    tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The contracts are seen to refuse: a copy of the tree in which one rule imports SQLModel."""
    for package in ("api", "reports", "ledger", "migrations"):
        shutil.copytree(
            HERE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.ttf")
        )
    shutil.copy(HERE / "pyproject.toml", tmp_path)
    rule = tmp_path / "ledger" / "rules" / "money.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\nimport sqlmodel\n", encoding="utf-8")
    program = Path(sys.executable).with_name("lint-imports")
    outcome = run(str(program), "--no-cache", cwd=tmp_path)
    assert outcome.returncode == 1
    assert "The rules know no framework BROKEN" in outcome.stdout
