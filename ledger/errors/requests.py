"""Requests that cannot be read, callers that may not, things that changed, a store that does not answer."""

from __future__ import annotations

from ledger.errors.base import AccessRefused, Malformed, Refusal, StateRefused, Unavailable


class AmountMalformed(Malformed):
    """The amount “…” cannot be read."""

    code = "amount_malformed"
    zh = "金额“{amount}”写法不对。请写成最多两位小数的数字,例如 179.06。"
    en = "The amount “{amount}” cannot be read. Write a number with at most two decimals, such as 179.06."


class PeriodMalformed(Malformed):
    """The month “…” cannot be read."""

    code = "period_malformed"
    zh = "月份“{month}”写法不对。请写成 2026-01 这样。"
    en = "The month “{month}” cannot be read. Write it like 2026-01."


class TextRefused(Malformed):
    """The text …."""

    code = "text_refused"
    zh = "文字{why_zh}。请改正后重试。"
    en = "The text {why_en}. Correct it and try again."


class RequestMalformed(Malformed):
    """The request cannot be read: …."""

    code = "request_malformed"
    zh = "请求有误:{why_zh}。"
    en = "The request cannot be read: {why_en}."


class KeyMissing(Malformed):
    """The Idempotency-Key header (16 to 64 characters) is missing."""

    code = "idempotency_key_missing"
    zh = "缺少 Idempotency-Key 请求头(16 到 64 个字符)。每笔业务请用一个新的键。"
    en = "The Idempotency-Key header (16 to 64 characters) is missing. Use a new key for each act."


class CursorMalformed(Malformed):
    """The cursor is not one of ours."""

    code = "cursor_malformed"
    zh = "翻页标记无效。请从第一页重新开始。"
    en = "The cursor is not one of ours. Start again from the first page."


class NotSignedIn(AccessRefused):
    """Sign in, or send a valid bearer token."""

    code = "not_signed_in"
    status = 401
    zh = "请先登录,或带上有效的令牌。"
    en = "Sign in, or send a valid bearer token."


class RoleRefused(AccessRefused):
    """Your role may not do this."""

    code = "role_refused"
    zh = "您的身份不能做这件事。需要:{roles}。"
    en = "Your role may not do this. It takes: {roles}."


class NotFound(AccessRefused):
    """Not found: …."""

    code = "not_found"
    status = 404
    zh = "没有找到:{what}。请核对编号。"
    en = "Not found: {what}. Check the number or code."


class StoreUnavailable(Unavailable):
    """The books are not available now: …."""

    code = "store_unavailable"
    zh = "账簿暂时不可用:{why_zh}。没有记入任何内容,请稍后用同一个键重试。"
    en = "The books are not available now: {why_en}. Nothing was stored; try again with the same key."


class BooksBusy(StoreUnavailable):
    """The turn did not come in time; nothing was stored."""


class OutcomeUnknown(Unavailable):
    """The connection to the database broke while this was being stored."""

    code = "outcome_unknown"
    zh = "与数据库的连接在保存时中断,不知道是否已经记入。请用同一个键重试:已记入的会原样答复,不会重复。"
    en = (
        "The connection to the database broke while this was being stored, and nobody knows whether it is. Try again "
        "with the same key: if it is, you get its answer, and nothing is booked twice."
    )


class HeadUnreadable(Unavailable):
    """The head of these books, or of their audit trail, is not as we write it."""

    code = "head_unreadable"
    wait_seconds = None  # it does not pass by itself
    zh = "{what} 的账链或审计日志末端读不出或对不上:有人绕过规则改过。没有记入任何内容。请保留现场,告诉审计。"
    en = (
        "The head of the chain or of the audit trail of {what} cannot be read, or does not fit: somebody wrote past "
        "the rules. Nothing was stored. Keep everything as it is and tell the auditor."
    )


class KeptFileChanged(Refusal):
    """The bytes kept under … are no longer those that were kept."""

    code = "kept_file_changed"
    status = 500
    zh = "文件 {what} 与留存时的指纹不符:它被改过或已损坏,不再提供。请保留现场,告诉审计和运营者,从备份恢复。"
    en = (
        "The file {what} no longer has the hash under which it was kept: it was changed or is damaged, and is not "
        "given out. Keep everything as it is, tell the auditor and the operator, and restore from a backup."
    )


class ClockBehind(Unavailable):
    """The server's clock is … seconds behind the last act."""

    code = "clock_behind"
    zh = "服务器时钟比最后一笔业务的记录时间({last})慢了 {seconds} 秒。没有记入任何内容;时钟校准后自动恢复。"
    en = (
        "The server's clock is {seconds} seconds behind the last act, recorded at {last}. Nothing was stored; it goes "
        "on by itself once the clock is right."
    )


class RequestInProgress(StateRefused):
    """The same request is still being worked on."""

    code = "request_in_progress"
    wait_seconds = 5
    zh = "用这个键的同一个请求还在办理。请稍后用同一个键重试,会得到它的结果。"
    en = "The request with this key is still being worked on. Try again later with the same key to get its answer."
