"""What the pages promise: the README's commands are run as they stand, and names that the pages use exist."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import httpx2
import pytest
import typer.main

from api.cli.main import app, hoisted
from api.settings import Settings
from tests.test_tidy import refusals

HERE = Path(__file__).parent.parent
README = HERE / "README.md"
PAGES = [README, HERE / "CHANGELOG.md", *sorted((HERE / "docs").glob("*.md"))]
ASKS_FOR_HELP = {"--help", "-h"}
_ANSWERED = "answered with"


def section(title: str) -> str:
    """Return one section of the README; the empty title is its first screen."""
    parts = re.split(r"^## (.+)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[0::2], strict=True))[title]


def indented(text: str) -> list[str]:
    """Return the lines of the indented blocks, blank ones left out, without their indent."""
    return [line[4:] for line in text.splitlines() if line.startswith("    ") and line.strip()]


def commands(lines: list[str]) -> list[str]:
    """Join the lines that a backslash continues."""
    return "\n".join(lines).replace("\\\n", " ").splitlines()


class Terminal:
    """One shell that a reader types into, with a home of its own; what it prints is kept."""

    def __init__(self, home: Path) -> None:
        environment = {name: one for name, one in os.environ.items() if not name.startswith("MINGZHANG_")}
        environment |= {
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(HERE),
            "MINGZHANG_PORT": "0",
        }
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._shell = subprocess.Popen(
            ["sh"], **pipes, stderr=subprocess.STDOUT, text=True, cwd=HERE, env=environment
        )
        self._patience = threading.Timer(560, self._shell.kill)  # a command that hangs ends the test
        self._patience.start()
        self.printed = ""

    def enter(self, line: str) -> None:
        """Type one line."""
        self._input.write(f"{line}\n")
        self._input.flush()

    def run(self, command: str) -> str:
        """Run one command, which must succeed, and return what it printed."""
        self.enter(f"{command}\necho '{_ANSWERED}' $?")
        printed = ""
        for line in self._output:
            if line.startswith(_ANSWERED):
                assert line == f"{_ANSWERED} 0\n", f"$ {command}\n{printed}"
                break
            printed += line
        else:
            pytest.fail(f"$ {command}\n{printed}(the shell has ended)")
        self.printed += printed
        return printed

    def lines(self) -> Iterator[str]:
        """Yield what is printed from here on."""
        return iter(self._output)

    def close(self) -> None:
        """Leave the shell, and end what it runs."""
        self._patience.cancel()
        self._input.close()
        self._shell.wait(timeout=30)
        self._output.close()

    @property
    def _input(self) -> IO[str]:
        assert self._shell.stdin is not None
        return self._shell.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._shell.stdout is not None
        return self._shell.stdout


def test_the_readme_leads_from_a_register_to_a_bulletin(tmp_path: Path) -> None:
    typed = commands(indented(section("From a register to a bulletin")))
    *ahead, last = typed
    identifier = "ID"
    with closing(Terminal(tmp_path)) as terminal:
        for command in ahead:
            printed = terminal.run(re.sub(r"\bID\b(?=[^#]*)", identifier, command.partition("#")[0]))
            if " pay request " in command:
                identifier = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", printed)[0]
        assert last.partition("#")[0].split() == ["mingzhang", "serve"]
        look_at_the_server(terminal)
    folder = tmp_path / "guihuayuan"
    assert (folder / "2026-01.pdf").read_bytes().startswith(b"%PDF-")
    for counted in ("1059", "42"):  # the README's comments name them
        assert f" {counted} " in terminal.printed
    check_the_first_screen(typed, terminal.printed, folder)


def look_at_the_server(terminal: Terminal) -> None:
    """Start the server, open the book that it announces, and stop it."""
    terminal.enter("mingzhang serve & server=$!")
    book = next(line.split()[-1] for line in terminal.lines() if "/books/" in line)
    page = httpx2.get(book, follow_redirects=True, trust_env=False, timeout=60)
    assert (page.status_code, "桂花苑小区" in page.text) == (200, True)
    terminal.enter("kill -INT $server; wait $server")


def check_the_first_screen(typed: list[str], printed: str, folder: Path) -> None:
    """Find every line that the first screen shows below the receipt in what was printed or exported."""
    shown = indented(section("").partition("A resident pays")[2])
    assert shown[0].removeprefix("$ ") in [command.strip() for command in typed]
    exported = (folder / "full" / "2026" / "2026-01.beancount").read_text(encoding="utf-8")
    seen = {line.rstrip() for line in f"{printed}\n{exported}".splitlines()}
    assert [line for line in shown[1:] if line.rstrip() not in seen] == []


def quoted_commands(text: str) -> list[str]:
    """Return what a page quotes of the command line: in indented or fenced blocks, and within sentences."""
    lines = [line.strip() for line in text.splitlines()]
    blocks = [line.removeprefix("$ ") for line in commands(lines)]
    inline = re.findall(r"`(mingzhang [^`]+)`", text)
    return [one.partition("  #")[0] for one in (*blocks, *inline) if re.match(r"mingzhang [a-z-]", one)]


def complaint(command: str) -> str | None:
    """Return what is wrong with the names in one command, without running it."""
    group: Any = typer.main.get_command(app)
    options = {name for parameter in group.params for name in parameter.opts} | ASKS_FOR_HELP
    words = hoisted(shlex.split(command, comments=True)[1:])
    found = group
    while words:
        word = words.pop(0)
        name, equals, _ = word.partition("=")
        if name.startswith("-"):
            if name not in options:
                return f"{command}: no option {name}"
            taken = next((one for one in found.params if name in one.opts), None)
            if taken is not None and not getattr(taken, "is_flag", False) and not equals:
                words = words[1:]
        elif hasattr(found, "commands"):
            if word not in found.commands:
                return f"{command}: no command {word}"
            found = found.commands[word]
            options |= {one for parameter in found.params for one in parameter.opts}
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    quoted = quoted_commands(page.read_text(encoding="utf-8"))
    assert [said for one in quoted if (said := complaint(one))] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mingzhang -c x bill 2026-01 --item fee", None),
        ("mingzhang pay settle 1", "no command settle"),
        ("mingzhang bill 2026-01 --on 2026-01-05", "no option --on"),
        ("mingzhang units import u.xlsx --preview", "no option --preview"),
    ],
)
def test_a_name_that_does_not_exist_is_noticed(line: str, said: str | None) -> None:
    found = complaint(line)
    assert found == said if said is None else found is not None and found.endswith(said)


def test_the_readme_names_most_of_the_commands() -> None:
    assert len(quoted_commands(README.read_text(encoding="utf-8"))) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def rows(page: str) -> dict[str, list[str]]:
    """Return the rows of a page's tables by their first cell, without the backticks."""
    text = (HERE / "docs" / page).read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()]
    return {one[0].strip("`"): one[1:] for one in cells if one[0].startswith("`") and len(one) > 1}


def test_every_setting_is_on_its_page_with_its_default() -> None:
    group = typer.main.get_command(app)
    variables = {str(one.envvar): one.opts for one in group.params if getattr(one, "envvar", None)}
    listed = rows("settings.md")
    fields = {f"MINGZHANG_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert set(listed) == set(fields) | set(variables)
    for name, field in fields.items():
        default = "无 none" if field.default == "" else f"`{field.default}`"
        if field.default_factory is not None:
            made = Path(str(field.get_default(call_default_factory=True)).partition(":///")[2])
            default = f"`sqlite:///` + `{made.relative_to(Path.cwd()).as_posix()}`"
        assert listed[name][0] == default, name
    for name, options in variables.items():
        assert set(re.findall(r"`(-[^`]+)`", listed[name][0])) == set(options), name


def test_every_refusal_is_on_its_page_as_the_code_words_it() -> None:
    """``GOLDEN_UPDATE=1`` in the environment writes the table anew."""
    path = HERE / "docs" / "refusals.md"
    for package in ("api", "ledger", "reports"):  # whichever of them have been imported by other tests
        for module in (HERE / package).rglob("refusals.py"):
            importlib.import_module(".".join(module.relative_to(HERE).with_suffix("").parts))
    spoken = sorted((one.code, one) for one in refusals() if "code" in vars(one))
    table = "".join(
        f"| `{code}` | {one.status} | {cell(one.zh)} | {cell(one.en)} |\n" for code, one in spoken
    )
    page = path.read_text(encoding="utf-8")
    head = page[: page.index("| --- |")] + "| --- | --- | --- | --- |\n"
    if os.environ.get("GOLDEN_UPDATE") == "1":
        path.write_text(head + table, encoding="utf-8")
    assert path.read_text(encoding="utf-8").splitlines() == (head + table).splitlines()


def cell(sentence: str) -> str:
    """Return a sentence as it stands in a table: facts as an ellipsis, and nothing that reads as markup."""
    return re.sub(r"([|<>])", r"\\\1", re.sub(r"\{[^}]*\}", "…", sentence))
