"""The style as a test: what must never appear, one rule a test, each with what to use instead."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ledger import errors
from ledger.store.tables import METADATA, fact_tables

HERE = Path(__file__).parent.parent
PRODUCT = ("api", "ledger", "migrations", "reports")
LONGEST_FILE, LONGEST_FUNCTION = 300, 60
NO_HOME = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "services",
    "service",
    "models",
    "crud",
}
#: The edges where a clock may be read: who asks, and the command line. Everything else is told the day; a group of
#: requests looks at a stopwatch.
CLOCKS_AT = (
    *("api/deps.py", "api/cli/", "api/house.py", "api/app.py", "api/limits.py"),
    "ledger/store/group_commit.py",
)
SMALL = 10  # lines of code beside the list of an index
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
}


@cache
def sources(*roots: str) -> list[tuple[str, str, ast.Module]]:
    """Return path, text and tree of every Python file under some folders."""
    found = []
    for root in roots:
        for path in sorted((HERE / root).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append((path.relative_to(HERE).as_posix(), text, ast.parse(text)))
    assert found
    return found


def none_of(violations: Iterable[str]) -> None:
    listed = list(violations)
    assert not listed, "\n" + "\n".join(listed)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_money_is_never_a_float() -> None:
    """Use integer fen; only points of a drawing and cells of a spreadsheet come as floats."""
    none_of(
        f"{path}:{node.lineno}: float, use integer fen"
        for path, _, tree in sources("ledger", "reports")
        if not path.startswith(("reports/pdf/", "ledger/intake/sheet.py"))
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    )


def test_nothing_in_the_ledger_divides_into_a_fraction() -> None:
    none_of(
        f"{path}:{node.lineno}: /, use // or round_half_up"
        for path, _, tree in sources("ledger")
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and not (isinstance(node.right, ast.Constant) and isinstance(node.right.value, str))
    )


def test_the_clock_is_read_at_the_edges_only() -> None:
    """Pass the day in."""
    none_of(
        f"{path}:{call.lineno}: {ast.unparse(call.func)}, pass the day in"
        for path, _, tree in sources(*PRODUCT)
        if not path.startswith(CLOCKS_AT)
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and (ast.unparse(call.func.value).rpartition(".")[2], call.func.attr) in CLOCKS
    )


def test_there_is_one_commit() -> None:
    """Commit in ledger/store/session.py, or for several in group_commit.py; Alembic's environment commits its own."""
    none_of(
        f"{path}:{call.lineno}: commit, let Database.write do it"
        for path, _, tree in sources(*PRODUCT)
        if path not in {"ledger/store/session.py", "ledger/store/group_commit.py", "migrations/env.py"}
        for call in calls(tree)
        if called(call) == "commit"
    )


def test_no_fact_is_edited_or_deleted() -> None:
    """Append a reversal."""
    facts = {"Act", *(_class_of(table.name) for table in fact_tables())}
    none_of(
        f"{path}:{call.lineno}: {ast.unparse(call)[:60]}, append a reversal"
        for path, _, tree in sources("api", "ledger", "reports")
        for call in calls(tree)
        if isinstance(call.func, ast.Name)
        and called(call) in {"update", "delete"}
        and call.args
        and ast.unparse(call.args[0]) in facts
    )


def _class_of(table: str) -> str:
    from ledger.store import tables

    return next(
        name
        for name in tables.__all__
        if getattr(getattr(tables, name), "__tablename__", None) == table and table in METADATA.tables
    )


def test_no_statement_in_text_edits_or_deletes() -> None:
    """Statements are built from tables, where the rule above sees them; triggers are text in migrations only."""
    statement = re.compile(r"\b(UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s+TABLE|DROP\s+TABLE)\b")
    none_of(
        f"{path}:{node.lineno}: {node.value[:40]!r}, build it from the table"
        for path, _, tree in sources("api", "ledger", "reports")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.search(node.value)
    )


def test_refusals_are_ours_and_not_the_frameworks() -> None:
    none_of(
        f"{path}:{node.lineno}: HTTPException, raise a Refusal"
        for path, _, tree in sources(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and node.exc is not None and "HTTPException" in ast.unparse(node.exc)
    )


def test_nothing_is_swallowed() -> None:
    """Name the exception, raise again, or write it to the log with its trace."""
    none_of(
        f"{path}:{node.lineno}: except everything, name the exception or raise again"
        for path, _, tree in sources(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        and not any(called(call) == "exception" for call in calls(node))
    )


def test_only_the_command_line_prints() -> None:
    none_of(
        f"{path}:{call.lineno}: print, return it"
        for path, _, tree in sources(*PRODUCT)
        if not path.startswith(("api/cli/", "reports/pdf/fonts/"))
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    )


def test_tests_use_real_parts() -> None:
    """Write a small part of your own for the outside world; our own code is never replaced."""
    words = {"mock", "patch", "monkeypatch", "MagicMock", "Mock", "mocker"}
    none_of(
        f"{path}:{getattr(node, 'lineno', 1)}: {name}, use the real part"
        for path, _, tree in sources("tests")
        for node in ast.walk(tree)
        for name in _names(node)
        if name in words
    )


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [part for alias in node.names for part in alias.name.split(".")]
    if isinstance(node, ast.arg):
        return [node.arg]
    return [node.id] if isinstance(node, ast.Name) else []


def test_what_is_silenced_says_why() -> None:
    """``# noqa: CODE - why`` and ``# type: ignore[code]  # why``; a reason holds for the same code below it."""
    silenced = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])(.*)$")
    bare = re.compile(r"#\s*(noqa(?!:)|type: ignore(?!\[))")
    violations = []
    for path, text, _ in sources(*PRODUCT, "tests"):
        reasons: set[str] = set()
        for number, line in enumerate(text.splitlines(), 1):
            found = silenced.search(line)
            if found is not None:
                if len(found[2].strip(" #-–")) > 2:
                    reasons.add(found[1].strip())
                elif found[1].strip() not in reasons:
                    violations.append(f"{path}:{number}: {found[1].strip()}, say why")
            elif bare.search(line) and "re.compile" not in line:
                violations.append(f"{path}:{number}: silence one rule by its code, and say why")
    none_of(violations)


def test_every_module_class_and_public_function_is_described() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    violations = []
    for path, _, tree in sources(*PRODUCT):
        if ast.get_docstring(tree) is None:
            violations.append(f"{path}: the module says nothing")
        violations += [
            f"{path}:{node.lineno}: {node.name} says nothing"
            for node in tree.body
            if isinstance(node, kinds) and not node.name.startswith("_") and ast.get_docstring(node) is None
            if not path.startswith("migrations/versions/")
        ]
    none_of(violations)


def test_files_are_short() -> None:
    """A migration is as long as the tables it makes, an index of a package as what it lists."""
    none_of(
        f"{path}: {len(text.splitlines())} lines, at most {LONGEST_FILE}"
        for path, text, tree in sources(*PRODUCT)
        if len(text.splitlines()) > LONGEST_FILE
        and not path.startswith("migrations/versions/")
        and not _is_index(tree)
    )


def _is_index(tree: ast.Module) -> bool:
    """Say whether a module defines nothing larger than a small function: it imports, and lists what it imports."""
    listed = (ast.ImportFrom, ast.Import, ast.Assign, ast.Expr)
    rest = [node for node in tree.body if not isinstance(node, listed)]
    return sum((node.end_lineno or 0) - node.lineno for node in rest) <= SMALL


def test_functions_are_short() -> None:
    none_of(
        f"{path}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"
        for path, _, tree in sources(*PRODUCT)
        if not path.startswith("migrations/versions/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    )


def test_every_module_has_a_home() -> None:
    none_of(
        f"{path}: name it for what it does"
        for path, _, _ in sources(*PRODUCT, "tests")
        if NO_HOME & {Path(path).stem, *Path(path).parent.parts}
    )


def test_nothing_is_left_for_later() -> None:
    later = re.compile("|".join(["FIX" + "ME", "TO" + "DO", "XX" + "X", "HA" + "CK"]))
    none_of(
        f"{path}:{number}: finish it"
        for path, text, _ in sources(*PRODUCT, "tests")
        for number, line in enumerate(text.splitlines(), 1)
        if later.search(line)
    )


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    places = re.compile("|".join(f"/{place}/" for place in ("wo" + "rk", "ro" + "ot", "Us" + "ers")))
    none_of(
        f"{path}:{number}: a path of one machine"
        for path, text, _ in sources(*PRODUCT, "tests")
        for number, line in enumerate(text.splitlines(), 1)
        if places.search(line)
    )


def refusals() -> list[type[errors.Refusal]]:
    """Return every refusal, wherever it is defined; all modules that define one are imported first."""
    import importlib

    for path, text, _ in sources("ledger", "api"):
        if re.search(
            r"^class \w+\((RuleRefused|StateRefused|Malformed|AccessRefused|Unavailable)",
            text,
            re.MULTILINE,
        ):
            importlib.import_module(path.removesuffix(".py").replace("/", "."))
    found, todo = [], [errors.Refusal]
    while todo:
        todo += (below := todo.pop().__subclasses__())
        found += below
    return sorted(found, key=lambda one: one.__name__)


def test_every_refusal_has_a_code_of_its_own_and_speaks_both_languages() -> None:
    spoken = [one for one in refusals() if "code" in vars(one)]
    codes = [one.code for one in spoken]
    assert sorted(set(codes)) == sorted(codes)
    for one in spoken:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", one.code), one.code
        assert 400 <= one.status < 600, one.code
        assert re.search(r"[\u4e00-\u9fff]", one.zh), one.code
        assert re.match(r"[A-Z“{].*[.?]$", one.en), one.code


def _facts(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_refusal_is_raised_with_the_facts_that_its_sentences_need() -> None:
    plain = [one for one in refusals() if "__init__" not in vars(one)]
    needed = {one.__name__: _facts(one.zh) | _facts(one.en) for one in plain}
    violations = []
    for path, _, tree in sources("ledger", "api", "reports"):
        for call in calls(tree):
            if called(call) not in needed or any(keyword.arg is None for keyword in call.keywords):
                continue
            given = {keyword.arg for keyword in call.keywords}
            missing = needed[called(call)] - given
            if missing:
                violations.append(f"{path}:{call.lineno}: {called(call)} lacks {', '.join(sorted(missing))}")
    none_of(violations)


def test_the_columns_of_money_are_named_for_their_unit() -> None:
    none_of(
        f"{table.name}.{column.name}: money columns end in _minor"
        for table in METADATA.tables.values()
        for column in table.columns
        if bool(column.info.get("money")) != column.name.endswith("_minor")
    )


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("x = 0.1", test_money_is_never_a_float),
        ("import datetime\nx = datetime.datetime.now()", test_the_clock_is_read_at_the_edges_only),
        ("session.commit()", test_there_is_one_commit),
        ("update(PostingRow)", test_no_fact_is_edited_or_deleted),
        ("x = 'DELETE FROM entry'", test_no_statement_in_text_edits_or_deletes),
        ("raise HTTPException(404)", test_refusals_are_ours_and_not_the_frameworks),
        ("try:\n    x = 1\nexcept Exception:\n    pass", test_nothing_is_swallowed),
        ("print(1)", test_only_the_command_line_prints),
        (
            "raise EntryUnbalanced(fund='x')",
            test_every_refusal_is_raised_with_the_facts_that_its_sentences_need,
        ),
        ("x = 1  # noqa: S101", test_what_is_silenced_says_why),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_rules_see_what_they_forbid(source: str, rule: object) -> None:
    """Each rule is shown one line that breaks it, as if it stood in a file of the ledger."""
    roots = ("ledger", "api", "reports", "migrations", "tests")
    shown = ("ledger/rules/forged.py", source, ast.parse(source))
    cached = [
        sources(*some) for some in (roots[:1], ("ledger", "reports"), PRODUCT, ("api", "ledger", "reports"))
    ]
    cached += [sources(*PRODUCT, "tests"), sources("ledger", "api", "reports")]
    for listed in cached:
        listed.append(shown)
    try:
        with pytest.raises(AssertionError, match=r"forged\.py"):
            rule()  # type: ignore[operator]  # one of the tests above
    finally:
        for listed in cached:
            listed.remove(shown)
