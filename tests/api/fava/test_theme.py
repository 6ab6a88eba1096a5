"""The patched templates: made from the ones we read, or not at all."""

from __future__ import annotations

from importlib.resources import files

import pytest

from api.fava.theme import ThemeMismatchError, patched_loader, patched_templates

NAMES = (
    "_journal_table.html",
    "_layout.html",
    "macros/_account_macros.html",
    "macros/_commodity_macros.html",
)


@pytest.fixture
def sources() -> dict[str, str]:
    return {name: (files("fava") / "templates" / name).read_text(encoding="utf-8") for name in NAMES}


def test_one_line_of_the_journal_is_changed(sources: dict[str, str]) -> None:
    stock, ours = sources["_journal_table.html"], patched_templates(sources)["_journal_table.html"]
    changed = [pair for pair in zip(stock.splitlines(), ours.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [("{% autoescape false %}", "{% autoescape true %}")]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("_journal_table.html", "{% autoescape false %}", "{% autoescape no %}"),
        ("_journal_table.html", "{{ entry.comment }}", "{{ entry.comment|safe }}"),
        ("macros/_account_macros.html", "{{- account_name -}}", "{% autoescape false %}{{ account_name }}"),
        ("_layout.html", "<html>", '<html class="x">'),
        ("_layout.html", "static_url('app.css')", "static_url('other.css')"),
    ],
)
def test_an_upgrade_that_moves_the_escaping_is_noticed_at_the_start(
    name: str, old: str, new: str, sources: dict[str, str]
) -> None:
    assert old in sources[name]
    with pytest.raises(ThemeMismatchError):
        patched_templates(sources | {name: sources[name].replace(old, new)})


def test_a_fava_without_templates_is_refused() -> None:
    with pytest.raises(ThemeMismatchError):
        patched_loader(None)
