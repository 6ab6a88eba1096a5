"""Governance grants: what they may pay for, how a project goes on, and how much of its money is income.

A conditional grant is a liability until it is spent for its purpose; income is what was spent, never more than what
came (chart 2.1, E32). The purposes and the negative list are data (L47; Chengdu 城乡社区发展治理专项保障资金).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.errors import (
    CodeMalformed,
    GrantState,
    PurposeMissing,
    PurposeNegative,
    SpentOutside,
)
from ledger.rules.chart import fund_of, group_of

POOLS = {
    f"Governance:{name}": zh
    for name, zh in (
        ("Guarantee", "保障资金"),
        ("Incentive", "激励资金"),
        ("Micro", "微基金"),
        ("Innovation", "创新基金"),
    )
}
_CODE = re.compile(r"[A-Z][A-Za-z0-9-]{0,23}")
_RESERVED = frozenset({"Points", "Subsidy"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a payment is for; ``refused`` says in both languages why a grant cannot pay for it, or is None."""

    code: str
    zh: str
    en: str
    refused: tuple[str, str] | None = None


_OWN = ("应由业主自行承担", "owners bear it themselves")
PURPOSES = {
    one.code: one
    for one in (
        Purpose("facilities", "公共设施维护与改造", "upkeep and improvement of shared facilities"),
        Purpose("environment", "环境与绿化", "surroundings and greenery"),
        Purpose("safety", "公共安全", "public safety"),
        Purpose("care", "为老为小与助残服务", "services for the old, the young and the disabled"),
        Purpose("culture", "文化体育活动", "culture and sport"),
        Purpose("volunteers", "志愿服务与激励", "volunteers and their thanks"),
        Purpose("training", "宣传与培训", "information and training"),
        Purpose("professional", "设计、监理、审计等专业服务", "design, supervision, audit"),
        Purpose("materials", "活动物资", "materials for activities"),
        Purpose("property_fee", "物业费", "property fees", _OWN),
        Purpose("private", "私人事务", "private matters", ("属于个人事务", "it is somebody's own affair")),
        Purpose(
            "others_liability",
            "依法应由他人承担的费用",
            "what somebody else is liable for",
            ("责任人应当承担", "whoever is liable has to bear it"),
        ),
        Purpose(
            "government",
            "政府职责内的事项",
            "duties of the government",
            ("应由财政承担", "the public budget bears it"),
        ),
    )
}
#: Words that say what a payment is really for, whatever purpose it declares.
_NEGATIVE_WORDS = re.compile("物业(服务)?费|物管费|property fee", re.IGNORECASE)

#: What may happen next, and what it is called: ``applied`` is the project's own row.
NEXT = {
    "applied": ("reviewed", "refused"),
    "reviewed": ("approved", "refused"),
    "approved": ("accepted", "cleared"),
    "accepted": ("cleared",),
    "refused": (),
    "cleared": (),
}
STATES = {
    "applied": ("已申请", "applied for"),
    "reviewed": ("已评审", "reviewed"),
    "approved": ("已批准", "approved"),
    "refused": ("未通过", "refused"),
    "accepted": ("已验收", "accepted"),
    "cleared": ("已清算", "cleared"),
}
_ACTS = {
    "reviewed": ("评审", "reviewed"),
    "approved": ("批准", "approved"),
    "refused": ("退回", "refused"),
    "accepted": ("验收", "accepted"),
    "cleared": ("清算", "cleared"),
    "spent": ("支出", "spent on"),
    "funded": ("拨入", "given money"),
}
#: While a project is so, money may come to it and be spent on it: what was accepted may still owe its last payment.
RUNNING = frozenset({"approved", "accepted"})


def check_project_code(code: str, pointer: str = "/code") -> str:
    """Return the code of a project: a capital letter first, at most 24 letters, digits and hyphens.

    Raises:
        CodeMalformed: it is not, or it is the name of an account.
    """
    if _CODE.fullmatch(code) is None or code in _RESERVED:
        raise CodeMalformed(
            pointer=pointer,
            value=code[:40],
            hint_zh="大写字母开头,至多 24 个字母、数字或连字符,如 Lift-01",
            hint_en="a capital first, then letters, digits and hyphens, 24 at most, such as Lift-01",
        )
    return code


def check_step(project: str, state: str, step: str) -> None:
    """Refuse a step that does not follow.

    Raises:
        GrantState: the project has not come so far, or is past it.
    """
    if step not in NEXT[state]:
        raise refused_step(project, state, step)


def check_running(project: str, state: str, act: str) -> None:
    """Refuse money for a project, or spending on it, before its approval and after its clearing."""
    if state not in RUNNING:
        raise refused_step(project, state, act)


def refused_step(project: str, state: str, act: str) -> GrantState:
    """Return the refusal of an act on a project in a state."""
    (is_zh, is_en), (act_zh, act_en) = STATES[state], _ACTS[act]
    return GrantState(
        pointer="/code", project=project, is_now_zh=is_zh, is_now_en=is_en, act_zh=act_zh, act_en=act_en
    )


def check_purpose(code: str | None, words: str, pointer: str = "/grant_purpose") -> Purpose:
    """Return the purpose that a payment declares; ``words`` are what it says of itself.

    Raises:
        PurposeMissing: none of the list is declared.
        PurposeNegative: it is on the negative list, or its words say that it pays property fees (L47).
    """
    if code not in PURPOSES:
        known = "、".join(f"{one.code}({one.zh})" for one in PURPOSES.values() if one.refused is None)
        raise PurposeMissing(pointer=pointer, known=known)
    purpose = PURPOSES[code]
    _check_allowed(purpose, pointer)
    check_words(words, pointer)
    return purpose


def check_words(words: str, pointer: str = "/purpose") -> None:
    """Refuse words that say of a payment out of a pool that it pays property fees, whatever it is booked as (L47).

    Raises:
        PurposeNegative: they do.
    """
    if _NEGATIVE_WORDS.search(words):
        _check_allowed(PURPOSES["property_fee"], pointer)


def _check_allowed(purpose: Purpose, pointer: str) -> None:
    if purpose.refused is not None:
        why_zh, why_en = purpose.refused
        raise PurposeNegative(
            pointer=pointer, purpose_zh=purpose.zh, purpose_en=purpose.en, why_zh=why_zh, why_en=why_en
        )


def project_of_line(account: str, pointer: str) -> str:
    """Return the project that an expense of a pool belongs to.

    Raises:
        SpentOutside: it belongs to none.
    """
    if group_of(account) != "Work":
        wanted = f"Expenses:{fund_of(account)}:Work:<P>"
        raise SpentOutside(pointer=pointer, account=account[:80], wanted=wanted)
    return account.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Purse:
    """Conditional money of a fund for one end: where it is kept unspent, and the income that it becomes.

    ``spent_on`` are the accounts whose expense it pays for; ``given_minor`` what came for good, in fen.
    """

    fund: str
    unspent: str
    income: str
    spent_on: tuple[str, ...]
    given_minor: int

    def release(self, unspent_minor: int, spent_minor: int, more_given_minor: int = 0) -> int:
        """Return how much becomes income once so much is spent and given in all, in fen; negative takes it back.

        ``unspent_minor`` is what is kept now.
        """
        income_now = self.given_minor - unspent_minor
        return income_of(spent_minor, self.given_minor + more_given_minor) - income_now


def income_of(spent_minor: int, given_minor: int) -> int:
    """Return how much of a grant is income: what was spent, never more than what was given, never below nothing."""
    return max(0, min(spent_minor, given_minor))
