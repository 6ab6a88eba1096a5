"""The refusals that only a door can give: sizes, media types, methods, files that were not understood."""

from __future__ import annotations

from ledger.errors import ImportRefused, Malformed, Refusal


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
