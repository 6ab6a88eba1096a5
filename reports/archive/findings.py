"""What a check found: in plain words, in both languages, and where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.errors import Refusal

#: How reading a part fails that holds something else than what we write: a finding, never an accident.
MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, Refusal)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or (``is_erased``) was erased by right and cannot be checked any more."""

    code: str
    where: str
    zh: str
    en: str
    is_erased: bool = False


_WORDS = {
    "file_changed": ("文件内容与清单中的指纹不符", "the file is not the one that the manifest names"),
    "file_missing": ("清单列有此文件,导出中没有", "the manifest names this file and it is not there"),
    "file_unlisted": ("清单中没有此文件", "the manifest does not name this file"),
    "record_malformed": ("账链记录缺项或格式不对", "the record lacks something or is malformed"),
    "gap": ("业务序号不连续:有业务被删去或插入", "the numbers have a gap: an act was taken out or put in"),
    "link_broken": (
        "与上一笔业务接不上:前面的账被改过",
        "it does not follow from the act before: the past was changed",
    ),
    "hash_wrong": ("记录的指纹不对:这笔业务被改过", "its hash is wrong: the act was changed"),
    "head_wrong": (
        "账链末端与清单不符:账尾被改或被截去",
        "the chain does not end where the manifest says: its tail was changed or cut",
    ),
    "public_changed": (
        "公开内容与其指纹不符:摘要、日期或金额被改过",
        "the public part is not what was sealed: words, dates or amounts were changed",
    ),
    "sealed_changed": (
        "封存内容与其指纹不符:事实记录被改过",
        "the sealed part is not what was sealed: facts were changed",
    ),
    "parts_differ": ("公开内容与封存的事实不一致", "the public part is not what the sealed facts say"),
    "unopened": ("应当公开的内容没有公开", "a part that must be open is not"),
    "unbalanced": ("凭证在某项资金内借贷不平", "the entry does not balance within a fund"),
    "recorded_back": (
        "记录时间早于前一笔业务,或记录日期不是当地那一天",
        "it was recorded before the act before it, or on another day than its moment is in",
    ),
    "dates_differ": (
        "业务、凭证与凭证月份的日期不一致,或晚于记录日期",
        "the days of the act, of its entry and of the voucher's month disagree, or come after it was recorded",
    ),
    "kinds_differ": (
        "业务种类与它的凭证或事实不符",
        "the kind of the act does not fit its entry or its facts",
    ),
    "posting_wrong": (
        "分录缺少、未加盐,或与科目所属的资金、币种不符",
        "a posting is missing, lacks its salt, or is not of its account's fund and currency",
    ),
    "debt_differs": (
        "应收、核销、减免与分录不一致,或记在别人名下",
        "charges, settlements and reliefs are not what the postings say, or are somebody else's",
    ),
    "receipt_differs": (
        "收据的金额、日期或房屋与凭证不符",
        "the sum, day or unit of a receipt is not that of its entry",
    ),
    "facts_unreadable": ("事实里有我们不会写的内容", "a fact holds what nothing of ours writes"),
    "period_locked": ("在已结账的月份里记了账", "an entry was dated in a closed month"),
    "close_order": ("结账的月份顺序不对", "months were closed out of order"),
    "voucher_gap": ("凭证号不连续", "voucher numbers have a gap"),
    "receipt_gap": ("收据号不连续", "receipt numbers have a gap"),
    "settled_too_much": ("核销超过应收,或为负", "more than the charge was settled, or less than nothing"),
    "receipt_overspent": ("一张收据核销的钱多于所收", "a receipt settled more than it brought"),
    "closing_wrong": ("结账余额与分录之和不符", "a closing balance is not the sum of the postings"),
    "reversal_wrong": ("红字凭证与原凭证不是一正一负", "a reversal is not the exact opposite of its entry"),
    "book_unreadable": ("账簿文本 Beancount 读不通", "Beancount cannot read the book"),
    "book_entry_differs": (
        "账簿中的凭证与账链中的分录不同",
        "an entry of the book is not the one in the journal",
    ),
    "voucher_changed": ("凭证附件与其指纹不符", "a voucher's file is not the one that was recorded"),
    "voucher_erased": (
        "凭证附件已依规删除,指纹仍在账链中",
        "erased by right: the voucher's file; its hash stays in the chain",
    ),
    "voucher_absent": (
        "公开的凭证附件不在导出中(没有随附,或在账里开始记下删除之前已删;完整导出可分辨)",
        "a published voucher is not in the export: left out, or erased before such erasures were public "
        "(a full export tells which)",
    ),
    "voucher_missing": (
        "凭证附件缺失,而账链中没有删除记录",
        "a voucher's file is missing, and no act of the chain erased it",
    ),
    "person_erased": ("姓名电话已依规删除", "erased by right: who the debtor is"),
    "person_missing": (
        "登记册里没有这位债务人,而账链中没有删除记录",
        "the register lacks a debtor, and no act of the chain erased who it is",
    ),
    "remark_erased": (
        "备注已依规删除,指纹仍在账链中",
        "erased by right: the remark; its hash stays in the chain",
    ),
    "remark_missing": (
        "备注缺失,而账链中没有删除记录",
        "a remark is missing, and no act of the chain erased it",
    ),
    "remark_changed": ("备注与其指纹不符", "a remark is not the one that was recorded"),
    "bulletin_stranger": (
        "账链里没有公布这份公示的记录",
        "no act of the chain published this bulletin",
    ),
    "bulletin_missing": ("公示文件缺失", "a published bulletin is missing"),
    "bulletin_changed": (
        "公示文件不是公布时记录的那一份",
        "a bulletin is not the one that was recorded when it was published",
    ),
    "bulletin_swapped": ("这份公示不是公布过的那一份", "this bulletin is not the one that was published"),
    "bulletin_foreign": ("这份公示属于另一个小区", "this bulletin is another compound's"),
    "bulletin_unreadable": ("读不出这份公示的数据", "the bulletin's data cannot be read"),
    "past_rewritten": (
        "公示上印的账链末端在账里是另一个:公示之后有人改写了过去",
        "the head printed on the bulletin is another one in the books: the past was rewritten after it hung",
    ),
    "tail_cut": (
        "公示上的账链比导出的长:账尾被截去",
        "the bulletin's chain is longer than the export's: the tail was cut off",
    ),
    "bulletin_figures": (
        "公示的期末余额与账上不符",
        "the bulletin's closing figures are not those of the books",
    ),
    "proof_wrong": (
        "证明推不出记录的指纹:金额或所属被改过",
        "the proof does not lead to the recorded hash: amount or owner was changed",
    ),
    "head_differs": (
        "抄录的账链末端与账里的不同:有人改写了过去,或抄录有误",
        "the head that was copied from paper is another one here: the past was rewritten, or it was miscopied",
    ),
    "head_elsewhere": (
        "抄录的账链末端不在文件所带的一段里,无从比较",
        "the head that was copied from paper lies outside the piece of chain that the file brings: not compared",
    ),
    "book_missing": ("账簿缺文件", "a file of the books is missing"),
    "book_differs": (
        "账簿与按事实重画的逐字节不同(由别的版本导出的,请用同一版本核对)",
        "the book is not, byte by byte, what the facts draw (was it exported by another version? verify with that one)",
    ),
    "book_changed": (
        "这个月的账簿不是公布时记录的那一份",
        "the month's book is not the one that its publication committed to",
    ),
    "books_left_out": (
        "这份导出只有账链,不带账簿:账簿没有核对",
        "this export holds the journal alone: no book was compared",
    ),
    "book_languages": (
        "中英文账簿不一致",
        "the Chinese book and the English one say different things",
    ),
    "withheld": (
        "公布时列为人人可看的业务,这份导出没有打开",
        "an act that a publication says everybody may read is not opened",
    ),
    "opened_wrong": (
        "公布时所列的公开业务不对",
        "what a publication says of the acts that everybody may read is wrong",
    ),
    "audience_wrong": (
        "清单写的是公开版,里面却有不公开的内容",
        "the manifest says public, and it holds what is not",
    ),
    "name_differs": (
        "清单上的小区名称与账上不同",
        "the manifest gives the compound another name than the books do",
    ),
    "book_stranger": (
        "账簿中有账链里没有的凭证",
        "the book has an entry that is not in the journal",
    ),
    "proof_elsewhere": (
        "这份公示挂出时还没有这笔业务,或它印的账链末端不在证明所带的一段里,证明不了什么:请用该笔业务之后的第一期公示,"
        "或索取新的证明",
        "this bulletin hung before the act, or no head of it lies on the piece of chain that the proof brings, so it "
        "shows nothing: take the first bulletin after the act, or ask for a new proof",
    ),
    "not_anchored": (
        "证明自身一致,但没有与公示、末端或导出比对:这样的文件谁都编得出来。"
        "请加 --against 公示.pdf、--head 或 --export",
        "the proof agrees with itself and was compared with nothing: anybody can make up such a file. Compare it with "
        "a bulletin (--against), a head from paper (--head) or an export (--export)",
    ),
    "audit_broken": (
        "审计日志断开:有一条被改、被删或被插入",
        "the audit trail breaks: a line was changed, taken out or put in",
    ),
    "audit_cut": (
        "结账时记下的审计日志末端在日志里是另一个或已没有:日志被改写或被截去",
        "where the audit trail stood at a close is another line now, or none: it was rewritten or cut off",
    ),
    "audit_untold": (
        "审计日志没有记下这笔业务,或记的是另一笔",
        "the audit trail does not tell of this act, or tells of another",
    ),
    "proof_line_missing": (
        "证明所指的科目行不在公开内容里",
        "the line that the proof names is not in the public part",
    ),
}


_ENOUGH = 1_000  # faults of one kind of check: a file can be made that has millions
_SHOWN = 200  # characters
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})

#: What is no fault: it was erased by right, or cannot be seen from outside.
_BY_RIGHT = frozenset(
    {"voucher_erased", "voucher_absent", "remark_erased", "person_erased", "books_left_out"}
)


def found(code: str, where: str, detail: str = "") -> Finding:
    """Return a finding of a known kind; ``detail`` (figures, names of accounts) follows its words."""
    zh, en = _WORDS[code]
    more = f":{shown(detail)}" if detail else ""
    more_en = f": {shown(detail)}" if detail else ""
    return Finding(code, shown(where), zh + more, en + more_en, is_erased=code in _BY_RIGHT)


def first_of(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield findings until there are so many faults that more say nothing; what was erased by right is no fault."""
    faults = 0
    while faults < _ENOUGH and (one := next(findings, None)) is not None:
        faults += not one.is_erased
        yield one


def shown(said: object) -> str:
    """Return what a stranger's file says as it may stand on a screen: one line, of bounded length.

    Control characters would move the cursor, and write a verdict of the stranger's own over ours.
    """
    text = str(said)
    cut = text[: _SHOWN - 1] + "…" if len(text) > _SHOWN else text
    return "".join("�" if unicodedata.category(char) in _UNSHOWN else char for char in cut)
