"""Every way the books' pages can refuse a reader, in Chinese and English."""

from __future__ import annotations

from ledger.errors import Refusal


class BookNotFound(Refusal):
    """There is no such book, or this reader may not see it: the two must look the same."""

    code = "book_not_found"
    status = 404
    zh = "没有这本账,或者您没有查看它的权限。"
    en = "There is no such book, or you may not see it."


class BookPageNotOffered(Refusal):
    """The page is not among those that the public book offers."""

    code = "book_page_not_offered"
    status = 404
    zh = "公开账簿没有这一页。"
    en = "The published book does not have this page."


class BookReadOnly(Refusal):
    """Nothing is ever written to the books through these pages."""

    code = "book_read_only"
    status = 405
    zh = "账簿只能查看,不能修改。"
    en = "The book can only be read."


class BookRequestUnreadable(Refusal):
    """The address is too long, repeats a parameter, or is not UTF-8."""

    code = "book_request_unreadable"
    status = 400
    zh = "网址无法识别:过长、有重复的参数或编码不对。"
    en = "The address cannot be read: too long, a repeated parameter, or a wrong encoding."


class BookParameterUnknown(Refusal):
    """A parameter that the page does not have; fact: name."""

    code = "book_parameter_unknown"
    status = 400
    zh = "这一页没有参数 {name}。"
    en = "This page has no parameter {name}."


class BookParameterRefused(Refusal):
    """A parameter whose value is not accepted; facts: name, hint_zh, hint_en."""

    code = "book_parameter_refused"
    status = 400
    zh = "参数 {name} 的写法不被接受:{hint_zh}"
    en = "The value of {name} is not accepted: {hint_en}."


class BookSpanTooWide(Refusal):
    """The page would take too long for so long a time; the reader should choose a shorter one."""

    code = "book_span_too_wide"
    status = 400
    zh = "所选时间太长,这一页无法一次显示;请在上方“时间”里选一个月、一季或一年,或改用较长的统计间隔。"
    en = "The time chosen is too long for this page: choose a shorter time above, or a longer interval."


class BookBusy(Refusal):
    """Too many pages are being drawn at the moment."""

    code = "book_busy"
    status = 503
    zh = "现在查看的人太多,请稍后再试。"
    en = "Too many readers at the moment; please try again shortly."


class BookPageFailed(Refusal):
    """Drawing the page failed; the cause is in the server's log, never in the answer."""

    code = "book_page_failed"
    status = 500
    zh = "这一页没能显示出来,请稍后再试。"
    en = "The page could not be drawn; please try again shortly."
