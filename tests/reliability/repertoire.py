"""What a crash test asks for: the acts of a month's bookkeeping, each with marks by which it is found among all others.

What was acknowledged decides what may come next: a payment is asked for, then approved by another person of another
body, then posted, then paid; what came by WeChat is cleared; a closed month is published; who came with a register is
erased. The acts of one such chain follow one another; chains run side by side.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tests.api.conftest import UNIT

Mark = tuple[str, ...]
Thought = Callable[[int], "Sent | None"]

#: Months that may be closed: they have ended, whenever this runs.
MONTHS = [f"2026-{month:02d}" for month in range(1, 11)]
_BILLED = [*MONTHS, "2026-11"]
_ITEMS = ("property_fee", "garbage")
_UNITS = (UNIT, "B01-U1-0101", "B02-U1-0601")
_REGISTER = "楼栋,单元,房号,建筑面积,房屋状态,业主姓名\n"
_NEW_UNITS, _MOST_REGISTERS = 3, 12
_AHEAD = 0.4  # so often a chain goes on before anything new begins
#: How often each kind is thought of, in parts of all; whatever cannot be done now is a correction instead.
_OFTEN = {
    "receipt": 30,
    "receipt_in_transit": 6,
    "correction": 12,
    "reversal": 8,
    "bill": 6,
    "interest": 5,
    "public_income": 4,
    "deposit": 4,
    "request": 10,
    "request_too_much": 3,
    "tariff": 3,
    "resolution": 3,
    "register": 2,
    "close": 2,
    "publication": 1,
    "erasure": 1,
}


@dataclass
class Sent:
    """One request: what it asks, and what was answered, if anything ever was."""

    kind: str
    path: str
    body: dict[str, Any] | bytes | None
    marks: tuple[Mark, ...]
    who: str = "treasurer"
    fen: int = 0  # the sum that it and its chain are about
    moves: dict[str, int] = field(default_factory=dict)  # what it moves on bank accounts, in fen
    in_transit: int = 0  # what it adds to what a platform has yet to pay over, in fen
    key: str = ""
    answer: bytes | None = None
    acts: int = 0


def _fen(number: int) -> int:
    """Return a sum that no other act has."""
    return 100_000 + number


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


class Repertoire:
    """What may be asked for next."""

    def __init__(self, rng: random.Random, without: Collection[str] = ()) -> None:
        """Think by chance, but never of the kinds ``without``."""
        self.wanted: str | None = None  # a kind that comes before all others where it can be done
        self._rng = rng
        self._often = {kind: parts for kind, parts in _OFTEN.items() if kind not in without}
        self._thoughts: dict[str, Thought] = {kind: getattr(self, f"_{kind}") for kind in _OFTEN}
        self._chains: deque[Callable[[int], Sent]] = deque()
        self._bills = [part for month in _BILLED for part in _parts(month)]
        self._corrections: deque[int] = deque(maxlen=20)
        self._open, self._is_closing = list(MONTHS), False
        self._published: list[str] = []
        self._people = list(_UNITS)
        self._registers = 0

    def think(self, number: int) -> Sent:
        """Return the next request, number ``number`` of all."""
        sent = self._thoughts[self.wanted](number) if self.wanted is not None else None
        if sent is None and self._chains and self._rng.random() < _AHEAD:
            sent = self._chains.popleft()(number)
        if sent is None:
            (kind,) = self._rng.choices(list(self._often), list(self._often.values()))
            sent = self._thoughts[kind](number) or self._correction(number)
        sent.key = f"crash-test-{number:010d}"
        return sent

    def follow(self, sent: Sent, answered: dict[str, Any]) -> None:
        """Take in that a request was acknowledged: what may come after it."""
        if sent.kind == "correction":
            self._corrections.append(answered["seq"])
        elif sent.kind in {"request", "approval", "posting"}:
            self._chains.append(_next_step(sent, answered["id"]))
        elif sent.kind == "receipt_in_transit":
            self._chains.append(lambda _: _clearing(sent.in_transit))
        elif sent.kind == "close":
            month = self._open.pop(0)
            self._is_closing = False
            self._chains.append(lambda _: _first_publication(month))
        elif sent.kind == "first_publication":
            self._published.append(answered["month"])
        elif sent.kind == "register":
            self._people += [unit for _, unit in sent.marks]

    def clearings(self) -> list[Sent]:
        """Return what platforms have yet to pay over, as the requests that book it; all chains end here."""
        waiting = [chain(0) for chain in self._chains]
        self._chains.clear()
        found = [sent for sent in waiting if sent.kind == "clearing"]
        for number, sent in enumerate(found):
            sent.key = f"crash-test-last-{number:06d}"
        return found

    @property
    def _day(self) -> str:
        """A day of the earliest month that is open as far as is known here; of today's, where all are closed."""
        return f"{self._open[0]}-05" if self._open else f"{_BILLED[-1]}-05"

    def _receipt(self, number: int) -> Sent:
        fen = _fen(number)
        body = {"unit": self._rng.choice(_UNITS), "amount": _yuan(fen), "channel": "bank", "bank": "Joint01"}
        body["effective_on"] = self._day
        return Sent("receipt", "receipts", body, (("receipt", str(fen)),), moves={"Joint01": fen})

    def _receipt_in_transit(self, number: int) -> Sent:
        fen = _fen(number)
        body = {"unit": UNIT, "amount": _yuan(fen), "channel": "wechat", "effective_on": self._day}
        return Sent("receipt_in_transit", "receipts", body, (("receipt", str(fen)),), in_transit=fen)

    def _correction(self, number: int) -> Sent:
        yuan = _yuan(_fen(number))
        cleaning, greening = (
            ("Expenses:PropertyFee:Cleaning", yuan),
            ("Expenses:PropertyFee:Greening", f"-{yuan}"),
        )
        return self._entry("correction", f"更正 {number}", (cleaning, greening))

    def _interest(self, number: int) -> Sent:
        fen = _fen(number)
        bank = ("Assets:PropertyFee:Bank:Joint01", _yuan(fen))
        sent = self._entry(
            "interest", f"结息 {number}", (bank, ("Income:PropertyFee:Interest", f"-{_yuan(fen)}"))
        )
        sent.moves["Joint01"] = fen
        return sent

    def _entry(self, kind: str, said: str, lines: tuple[tuple[str, str], ...]) -> Sent:
        postings = [{"account": account, "amount": amount} for account, amount in lines]
        body = {"effective_on": self._day, "narration": said, "postings": postings}
        return Sent(kind, "entries", body, (("entry", said),))

    def _reversal(self, _: int) -> Sent | None:
        if not self._corrections:
            return None
        seq = self._corrections.pop()
        return Sent("reversal", f"entries/{seq}/reversals", {"reason": "误记"}, (("reversal", str(seq)),))

    def _bill(self, _: int) -> Sent | None:
        if not self._bills:
            return None
        items, month = self._bills.pop(0)
        body: dict[str, Any] = {"month": month, "items": list(items)}
        if month in self._open:
            body["effective_on"] = f"{month}-01"
        return Sent("bill", "charges:bill", body, tuple(("bill", item, month) for item in items))

    def _public_income(self, number: int) -> Sent:
        fen, said = _fen(number), f"临停 {number}"
        body = {"account": "Income:PublicIncome:Parking:Temporary", "amount": _yuan(fen), "narration": said}
        body |= {"bank": "Joint01", "effective_on": self._day}
        return Sent("public_income", "public-income", body, (("entry", said),), moves={"Joint01": fen})

    def _deposit(self, number: int) -> Sent:
        fen = _fen(number)
        body = {"unit": UNIT, "amount": _yuan(fen), "bank": "Basic02", "effective_on": self._day}
        return Sent("deposit", "deposits", body, (("deposit", str(fen)),), moves={"Basic02": fen})

    def _request(self, number: int) -> Sent:
        return _request("request", f"保洁 {number}", self._rng.randint(1, 30_000))

    def _request_too_much(self, number: int) -> Sent:
        return _request("request_too_much", f"翻新 {number}", 10**11 + number)

    def _tariff(self, number: int) -> Sent:
        rate, since = f"{number // 100}.{number % 100:02d}", "2029-01-01"
        body = {
            "item": "garbage",
            "formula": "fixed",
            "rate": rate,
            "effective_from": since,
            "authority": "表决",
        }
        return Sent("tariff", "tariffs", body, (("tariff", since, str(number * 100)),))

    def _resolution(self, number: int) -> Sent:
        code = f"决议{number}"
        body = {"code": code, "matter": "spending", "title": "预算内支出", "decided_on": "2026-01-01"}
        return Sent("resolution", "authorities/resolutions", body, (("authority", code),), who="committee")

    def _register(self, _: int) -> Sent | None:
        if self._registers == _MOST_REGISTERS:
            return None
        self._registers += 1
        building = 10 + self._registers
        doors = [f"0{door}01" for door in range(1, _NEW_UNITS + 1)]
        lines = "".join(f"{building}栋,1单元,{door},90.00,已入住,钱{door}\n" for door in doors)
        marks = tuple(("unit", f"B{building}-U1-{door}") for door in doors)
        return Sent("register", "units/imports?filename=units.csv", (_REGISTER + lines).encode(), marks)

    def _close(self, _: int) -> Sent | None:
        if self._is_closing or not self._open:
            return None
        self._is_closing = True
        return Sent("close", f"periods/{self._open[0]}/close", None, (("close", self._open[0]),))

    def _publication(self, number: int) -> Sent | None:
        """Return a further version; where nothing is published yet, what leads to it."""
        if not self._published:
            return self._chains.popleft()(number) if self._chains else self._close(number)
        month, reason = self._published[-1], f"更正 {number}"
        return Sent("publication", f"bulletins/{month}", {"reason": reason}, (("bulletin", month, reason),))

    def _erasure(self, _: int) -> Sent | None:
        if not self._people:
            return None
        unit = self._people.pop()
        body = {"what": "person", "unit": unit, "debtor": 1, "basis": "本人申请"}
        return Sent("erasure", "erasures", body, (("erased", unit),))


def _parts(month: str) -> list[tuple[tuple[str, ...], str]]:
    """Return what a month's bill is asked for in: every other month all items in one request, else one by one."""
    return [(_ITEMS, month)] if int(month[5:]) % 2 else [((item,), month) for item in _ITEMS]


def _request(kind: str, purpose: str, fen: int) -> Sent:
    body = {
        "fund": "PropertyFee",
        "lines": [{"account": "Expenses:PropertyFee:Cleaning", "amount": _yuan(fen)}],
        "payee": "示例保洁公司",
        "purpose": purpose,
        "authority": "预算2026",
        "bank": "Joint01",
    }
    return Sent(kind, "disbursements", body, (("request", purpose),), who="trustee", fen=fen)


def _next_step(sent: Sent, identifier: str) -> Callable[[int], Sent]:
    """Return the step after a request, its approval or its posting; the last one moves the money."""
    kind, path, step, who = {
        "request": ("approval", "approvals", "approved", "committee"),
        "approval": ("posting", "postings", "posted", "treasurer"),
        "posting": ("payment", "payments", "paid", "cashier"),
    }[sent.kind]
    where, mark = f"disbursements/{identifier}/{path}", (("step", identifier, step),)
    moves = {"Joint01": -sent.fen} if kind == "payment" else {}
    return lambda _: Sent(kind, where, None, mark, who=who, fen=sent.fen, moves=moves)


def _clearing(fen: int) -> Sent:
    body = {"channel": "wechat", "bank": "Joint01", "amount": _yuan(fen)}
    marks = (("clearing", str(fen)),)
    return Sent("clearing", "clearings", body, marks, moves={"Joint01": fen}, in_transit=-fen)


def _first_publication(month: str) -> Sent:
    return Sent("first_publication", f"bulletins/{month}", None, (("bulletin", month, ""),))
