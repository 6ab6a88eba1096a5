"""What is refused about an export: it cannot be read, or it does not stand its own checks."""

from __future__ import annotations

from ledger.errors import RuleRefused


class ExportUnreadable(RuleRefused):
    """A file that is no export of ours, or is cut off."""

    code = "export_unreadable"
    zh = "读不出这个导出文件:{why_zh}。"
    en = "The export cannot be read: {why_en}."


class ExportUnsound(RuleRefused):
    """An export that does not stand its own checks, or is not whole, is not brought in."""

    code = "export_unsound"
    zh = "这个导出不能导入:{why_zh}。"
    en = "The export cannot be brought in: {why_en}."
