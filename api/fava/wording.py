"""The words of the Chinese pages: Fava's, less those that would mislead an owner.

Money held on trust makes no profit: Fava's word for income less expenses would say that it does.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Domain, get_locale  # type: ignore[import-untyped]  # it has no types

#: Fava's English text → ours in Chinese; everything else is Fava's translation.
WORDS = {
    "Account": "科目",
    "Account Balance": "科目余额",
    "Account Journal": "明细账",
    "Balances after entry": "记账后余额",
    "Balances before entry": "记账前余额",
    "Change": "发生额",
    "Changes": "发生额",
    "Commodities": "币种",
    "Context": "凭证",
    "Filter by tag, payee, …": "按标签、往来单位筛选",
    "Go to account": "查找科目",
    "Income Statement": "收支表",
    "Journal": "流水账",
    "Journal of all entries for this Account and Sub-Accounts": "本科目及下级科目的明细账",
    "Metadata": "附注",
    "Net Profit": "收支结余",
    "Net Worth": "净资产",
    "Payee": "往来单位",
    "Postings": "分录与金额",
    "Postings per Account": "各科目分录数",
    "Toggle metadata": "显示或隐藏附注",
    "Toggle postings": "显示或隐藏分录",
    "Trial Balance": "科目余额表",
    "Units": "数额",
}
#: What the tree of accounts calls income less expenses, per language: it looks like an account and is none.
NET_INCOME_LABELS = (WORDS["Net Profit"], "Net Profit")


class _WordedDomain(Domain):  # type: ignore[misc]  # flask_babel is untyped
    """Fava's translations with our words on top; one object for all requests."""

    def get_translations(self) -> Any:  # Any: flask_babel is untyped
        """Return the catalogue of the request's language."""
        translations = super().get_translations()
        locale = get_locale()
        if locale is not None and locale.language == "zh":
            translations._catalog.update(WORDS)  # noqa: SLF001  # the only place where the words are
        return translations


def set_words(app: Flask) -> None:
    """Put our words on top of Fava's in this application."""
    configuration = app.extensions["babel"]
    configuration.instance.domain_instance = _WordedDomain(domain=configuration.default_domain)
