"""What is said of a demand for payment: how it was made, and what came of it."""

from __future__ import annotations

from enum import StrEnum

#: Stands in place of an outcome: the demand was logged by mistake.
WITHDRAWN = "withdrawn"


class DemandChannel(StrEnum):
    """How a demand was made."""

    LETTER = "letter"
    SMS = "sms"
    VISIT = "visit"
    PHONE = "phone"
    WECHAT = "wechat"


class Outcome(StrEnum):
    """What came of it."""

    PENDING = "pending"
    ARRIVED = "arrived"
    SIGNED = "signed"
    PROMISED = "promised"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


CHANNEL_ZH = {
    DemandChannel.LETTER: "书面函件",
    DemandChannel.SMS: "短信",
    DemandChannel.VISIT: "上门",
    DemandChannel.PHONE: "电话",
    DemandChannel.WECHAT: "微信",
}
OUTCOME_ZH = {
    Outcome.PENDING: "待回应",
    Outcome.ARRIVED: "已送达",
    Outcome.SIGNED: "已签收",
    Outcome.PROMISED: "承诺缴纳",
    Outcome.REFUSED: "拒收",
    Outcome.UNREACHABLE: "未联系上",
}
