"""The refusals that only a door can give: sizes, media types, methods, files that were not understood."""

from __future__ import annotations

from ledger.errors import ImportRefused, Malformed, Refusal, RuleRefused, StateRefused, Unavailable


class BodyTooLarge(Refusal):
    """The body is longer than … bytes."""

    code = "body_too_large"
    status = 413
    zh = "请求内容超过 {limit} 字节。请分批提交。"
    en = "The body is longer than {limit} bytes. Send it in parts."


class MediaTypeRefused(Refusal):
    """Send …."""

    code = "media_type_refused"
    status = 415
    zh = "内容类型不被接受,请用 {wanted}。"
    en = "This content type is not accepted. Send {wanted}."


class MethodRefused(Refusal):
    """The method … is not offered here; nothing in the books is edited or deleted."""

    code = "method_refused"
    status = 405
    zh = "这里不接受 {method} 请求。账簿只能增加,不能修改或删除;更正请用冲销。"
    en = "{method} is not offered here. Nothing in the books is edited or deleted; correct by a reversal."


class ParameterUnknown(Malformed):
    """The query parameter … is unknown or given twice."""

    code = "parameter_unknown"
    zh = "网址参数“{name}”不认识或重复。"
    en = "The query parameter “{name}” is unknown or given twice."


class AddressRefused(Malformed):
    """The address cannot be read."""

    code = "address_malformed"
    zh = "网址无法识别。"
    en = "The address cannot be read."


class LastOperator(Refusal):
    """Nobody would be left to run the installation."""

    code = "last_operator"
    status = 409
    zh = "这是最后一位运营者,不能停用或撤销。请先添加另一位运营者。"
    en = "This is the last operator and cannot be ended or disabled. Add another operator first."


class UserDisabled(Refusal):
    """Whoever was let in nowhere any more does not come back under the old name."""

    code = "user_disabled"
    status = 409
    zh = "用户“{name}”已停用,不能再加入。请用另一个用户名。"
    en = "The user {name} is disabled and cannot be added. Take another name."


class RegisterRefused(ImportRefused):
    """A register with cells that were not understood; they travel with the problem."""

    def __init__(self, refused: list[dict[str, object]]) -> None:
        """Keep the refused cells for the answer."""
        super().__init__(pointer=None, count=len(refused))
        self.refused = refused


class InternalError(Refusal):
    """The answer failed; the cause is in the server's log."""

    code = "internal_error"
    status = 500
    zh = "系统出错,没有记入任何内容。请稍后用同一个键重试;仍不行请联系运营者。"
    en = (
        "It failed and nothing was stored. Try again with the same key; if it fails again, tell the operator."
    )


class TracesMissing(Unavailable):
    """Traces are switched on, and the packages that send them are not installed."""

    code = "traces_missing"
    zh = "已设置 MINGZHANG_TRACES_URL,但没有安装发送追踪的组件。请运行 pip install 'mingzhang[otel]',或去掉这项设置。"
    en = (
        "MINGZHANG_TRACES_URL is set, but the packages that send traces are not installed. "
        "Run pip install 'mingzhang[otel]', or remove the setting."
    )


class BackupRunning(StateRefused):
    """A backup into this folder is being taken now."""

    code = "backup_running"
    zh = "正在向这个文件夹备份。请等它结束。"
    en = "A backup into this folder is being taken now. Wait until it ends."


class BackupFailed(Unavailable):
    """No backup was taken: …. Those taken before are still there."""

    code = "backup_failed"
    zh = "没有备份成功:{why_zh}。以前的备份都还在;请排除原因后再试。"
    en = "No backup was taken: {why_en}. Those taken before are still there; mend the cause and try again."


class BackupUnsound(StateRefused):
    """The file of books does not verify: …."""

    code = "backup_unsound"
    zh = "账簿文件没有通过核对:{why_zh}。请先查明原因;以前的备份都还在。"
    en = "The file of books does not verify: {why_en}. Find out why first; backups taken before are still there."


class ErasedSince(StateRefused):
    """Act … erased something that was there at the act of the cut: without it the books would lack it unexplained."""

    code = "erased_since"
    zh = (
        "业务 {seq} 清除了恢复点之前已有的内容;只恢复到它之前,账簿会缺失而无说明。请恢复到第 {seq} 笔或更晚。"
    )
    en = (
        "Act {seq} erased something that is older than the act to restore to; without it the books would lack it and "
        "not say why. Restore up to act {seq} or a later one."
    )


class BackupUnreadable(RuleRefused):
    """The file is no backup that this version can read: …."""

    code = "backup_unreadable"
    zh = "这个文件不能用来恢复:{why_zh}。"
    en = "This file cannot be restored: {why_en}."


class BooksExist(StateRefused):
    """There are books here already; a restore never writes over books."""

    code = "books_exist"
    zh = "这里已经建有账簿({where})。恢复只能写入空的地方,绝不覆盖账簿:请先移走它,或另指一处。"
    en = (
        "There are books here already ({where}). A restore goes into an empty place only and never writes over books: "
        "move them away first, or name another place."
    )
