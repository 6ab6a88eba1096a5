"""Fava's templates made safe: escaping on in the journal, links to refused pages out of sight.

Fava writes payees, narrations and metadata into the journal with escaping off, so that a narration can run
script in the reader's browser. One line decides that; we turn it on, and refuse to start if a new Fava has
changed that line or added a second one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import flask
from fava.application import _inject_filters
from jinja2 import BaseLoader, ChoiceLoader, DictLoader

from api.fava.wording import NET_INCOME_LABELS

_OFF = "{% autoescape false %}"
_ON = "{% autoescape true %}"
_JOURNAL = "_journal_table.html"
_LAYOUT = "_layout.html"
_HEAD = '<link rel="stylesheet" href="{{ static_url(\'app.css\') }}">'
#: Templates that a page of the published book can reach.
_REACHABLE = (_JOURNAL, _LAYOUT, "macros/_account_macros.html", "macros/_commodity_macros.html")
#: Name under which ``assets`` serves ``STYLE``.
STYLE_NAME = "published-book.css"

#: Pages and buttons that the published book does not have are hidden; the rest keeps Fava's look.
#: A month's checks, one an account, would bury its entries in the journal of all accounts; an account's page has them.
#: No posting of ours has a cost or a price: their columns go, and an account's page names what stands in them there.
#: The journal's buttons by place: 3 transactions, 7 balances, 8 notes, 15 budgets, 16 metadata, 17 postings.
STYLE = """\
aside a[href*="/query/"], aside a[href*="/holdings/"], aside a[href*="/documents/"],
aside a[href*="/commodities/"],
aside a[href*="/editor/"], aside a[href*="/import/"], aside a[href*="/options/"], aside a[href*="/help/"],
a[href="#add-transaction"], a[href="#export"], aside button.secondary,
article h3 a[href*="/query/"], article copyable-text.button, header .last-activity,
.content p:has(> code > a[href*="/editor/"]),
.journal > li.custom.fava-option, .journal > li.custom.fava-sidebar-link { display: none !important; }
article td a[href*="/editor/"] { pointer-events: none; color: inherit; text-decoration: none; }
NET_LINKS { pointer-events: none; color: inherit; }
form:has(~ .journal) button { display: none; }
form:has(~ .journal) button:is(:nth-child(3), :nth-child(7), :nth-child(8), :nth-child(n+15)) {
  display: block;
}
body:has(aside a.selected[href*="/journal/"]) :is(
  form:has(~ .journal) button:nth-child(7), .journal > li.balance) { display: none; }
html:lang(zh) form:has(~ .journal) button { padding: 7px 11px; font-size: 14px; }
html:lang(zh) form:has(~ .journal) button:is(:nth-child(3), :nth-child(7), :nth-child(8), :nth-child(15)) {
  font-size: 0;
}
html:lang(zh) form:has(~ .journal) button::after { font-size: 14px; line-height: 1.4; }
html:lang(zh) form:has(~ .journal) button:nth-child(3)::after { content: "凭证"; }
html:lang(zh) form:has(~ .journal) button:nth-child(7)::after { content: "余额核对"; }
html:lang(zh) form:has(~ .journal) button:nth-child(8)::after { content: "备注"; }
html:lang(zh) form:has(~ .journal) button:nth-child(15)::after { content: "预算"; }
html:lang(zh) :is(.custom.budget > p > .flag, .custom.budget strong, .balance > p > .flag, .note > p > .flag) {
  font-size: 0;
}
html:lang(zh) .journal :is(.flag, strong)::after { font-size: 14px; }
html:lang(zh) .journal .custom.budget > p > .flag::after, html:lang(zh) .journal .custom.budget strong::after {
  content: "预算";
}
html:lang(zh) .journal .balance > p > .flag::after { content: "核对"; }
html:lang(zh) .journal .note > p > .flag::after { content: "备注"; }
body:has(aside a.selected[href*="/journal/"]) .journal .num ~ .num { display: none; }
body:not(:has(aside a.selected[href*="/journal/"])):lang(zh) .journal .head .num ~ .num { font-size: 0; }
body:not(:has(aside a.selected[href*="/journal/"])):lang(zh) .journal .head .num ~ .num::before { font-size: 14px; }
body:lang(zh) .journal .head button.num::before { content: "发生额"; }
body:lang(zh) .journal .head button.num ~ .num::before { content: "余额"; }
body, button, input, select, textarea {
  font-family: "Fira Sans", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC",
    "Source Han Sans SC", "WenQuanYi Micro Hei", Helvetica, Arial, sans-serif;
}
@media (max-width: 767px) {
  header, header form { flex-wrap: wrap; height: auto; }
  header input, header .autocomplete { min-width: 0; flex: 1 1 6em; }
  article { padding: 10px 8px; overflow-x: auto; }
  svg { max-width: 100%; }
  article h1, article h2, article h3, article h4 { overflow-wrap: anywhere; }
  ol.flex-table.journal p { flex-wrap: wrap; height: auto; align-items: baseline; }
  ol.flex-table.journal .head p { align-items: stretch; background-color: var(--table-header-background); }
  ol.flex-table.journal > li > p > .flag { width: auto; }
  ol.flex-table.journal .description {
    flex: 1 1 100%; order: 9; min-width: 0; white-space: normal; overflow-wrap: anywhere;
  }
  ol.flex-table.journal .indicators { display: none; }
  ol.flex-table.journal p > .num {
    width: auto; margin-left: auto; overflow: visible; white-space: nowrap; border-left: 0; font-size: 12.5px;
  }
  body:not(:has(aside a.selected[href*="/journal/"])) .journal .head span.num:has(~ .num) { display: none; }
  ol.flex-table.journal .postings .description { flex: 1 1 0; order: 0; }
  ol.flex-table.journal .postings .num ~ .num { display: none; }
}
""".replace("NET_LINKS", ", ".join(f'a[href*="/account/{label}/"]' for label in NET_INCOME_LABELS))


class ThemeMismatchError(RuntimeError):
    """Fava's templates are not the ones that were read when this module was written."""


def patched_loader(stock: BaseLoader | None) -> ChoiceLoader:
    """Return Fava's loader with journal and layout replaced; raises ``ThemeMismatchError``."""
    if stock is None:
        raise ThemeMismatchError("Fava has no templates")
    sources = {name: (files("fava") / "templates" / name).read_text(encoding="utf-8") for name in _REACHABLE}
    return ChoiceLoader([DictLoader(patched_templates(sources)), stock])


def patched_templates(sources: dict[str, str]) -> dict[str, str]:
    """Return the patched journal and layout; raises ``ThemeMismatchError`` if the stock text is another."""
    everything = "\n".join(sources.values())
    if len(re.findall(r"\bautoescape\b", everything)) != 1 or sources[_JOURNAL].count(_OFF) != 1:
        raise ThemeMismatchError("the journal's escaping is decided in another place than expected")
    if re.search(r"\|\s*safe\b|\bMarkup\b", everything):
        raise ThemeMismatchError("a template marks text as safe")
    if sources[_LAYOUT].count(_HEAD) != 1 or sources[_LAYOUT].count("<html>") != 1:
        raise ThemeMismatchError("the layout's head is not as expected")
    own_style = f'{_HEAD}\n    <link rel="stylesheet" href="{{{{ static_url(\'{STYLE_NAME}\') }}}}">'
    language = "<html lang=\"{{ 'en' if ledger.fava_options.language == 'en' else 'zh-CN' }}\">"
    return {
        _JOURNAL: sources[_JOURNAL].replace(_OFF, _ON),
        _LAYOUT: sources[_LAYOUT].replace(_HEAD, own_style).replace("<html>", language),
    }


def url_for(endpoint: str, **values: str) -> str:
    """Return a URL with the page's filters, as Fava's function of this name does.

    Fava's own caches without looking at the prefix: a second prefix would get links of the first.
    """
    _inject_filters(endpoint, values)
    return _cached_url_for(flask.request.script_root, endpoint, **values)


@lru_cache(4096)
def _cached_url_for(_prefix: str, endpoint: str, **values: Any) -> str:  # Any: Flask's own signature
    return flask.url_for(endpoint, **values)
