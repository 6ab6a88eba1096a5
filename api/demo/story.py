"""Three months in the life of a fictional compound: what its treasurer, trustee and committee did, day by day.

Everything goes through the same acts as a real posting; nobody in it exists. The same day and seed give the same story.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.demo import affairs, decisions
from api.demo.cast import (
    BASIC,
    COMMITTEE_BANK,
    COMPOUND,
    COSTS,
    FEE,
    GRANT_BANK,
    JOINT,
    NAME,
    POOL,
    PUBLIC,
    PUBLIC_BANK,
    PUBLIC_INCOME,
    RUNNING_COSTS,
    SEED,
    USERS,
)
from api.demo.register import write_register
from api.publishing import SecondOpinion, publish_bulletin
from ledger.actions import pay
from ledger.actions.bill import BillMonth, bill
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.open_balances import OpenBalances, OpeningArrear, OpeningCash, open_balances
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_compound import OpenCompound, open_compound
from ledger.actions.receive import Receive, Received, receive
from ledger.actions.record_authority import Terms, record_resolution
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.intake.bring_in import import_register
from ledger.intake.register import read_register
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.ladder import LADDER, band_of
from ledger.rules.money import round_half_up
from ledger.rules.period import first_day, last_day, month_of, months_back, months_between
from ledger.rules.roles import Actor
from ledger.rules.unit import Party
from ledger.store.append import Journal
from ledger.store.balances import balances
from ledger.store.owed import holdings
from ledger.store.session import Database

T = TypeVar("T")


@dataclass
class Story:
    """The demonstration's books while they are written, with a clock that follows the story."""

    database: Database
    today: date
    user_ids: dict[str, str]
    address: str
    deposit_unit: str = ""
    random: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a story, not a secret
    _salts: Iterator[int] = field(default_factory=itertools.count)
    _day: date = date.min
    _paid: set[str] = field(default_factory=set)
    _known: list[_Held] = field(default_factory=list)

    @property
    def months(self) -> list[str]:
        """The three months of the story; the last one is open."""
        month = month_of(self.today)
        return months_between(months_back(month, 2), month)

    def salt(self) -> str:
        """Return the next salt of the story: a demonstration is the same each time it is built."""
        return hashlib.sha256(f"{SEED}/{next(self._salts)}".encode()).hexdigest()[:32]

    @property
    def now(self) -> datetime:
        """The beginning of the story's day in China: whoever builds it before breakfast is not behind it."""
        return datetime.combine(self._day, time(), ZoneInfo("Asia/Shanghai")).astimezone(UTC)

    def by(self, user: str) -> Actor:
        """Return the actor that a user is."""
        role, body = USERS[user]
        return Actor(self.user_ids[user], role, body)

    def act(self, user: str, action: Callable[..., T], *command: object) -> T:
        """Let a user act, today in the story."""
        return self.database.write(
            lambda session: action(Journal(session, COMPOUND, self.by(user), self.now, self.salt), *command)
        )

    def look(self, query: Callable[[Session], T]) -> T:
        """Read something from the books as they are."""
        return self.database.write(query, keep=False)

    def tell(self, folder: Path, enlist: Callable[[str], str]) -> Iterator[str]:
        """Write the books, and say after each step what has been done.

        ``enlist`` makes a user a member of the compound, once there is one, and returns the user's id.
        """
        yield from self._open(folder, enlist)
        for month in self.months:
            end = min(last_day(month), self.today)
            self._day = first_day(month)
            while self._day <= end:
                self._live(month)
                yield f"{self._day}"
                self._day += timedelta(days=1)

    def steps(self) -> int:
        """Return how many steps ``tell`` takes."""
        return (self.today - first_day(self.months[0])).days + 1 + _OPENING_STEPS

    def _open(self, folder: Path, enlist: Callable[[str], str]) -> Iterator[str]:
        self._day = first_day(self.months[0])
        command = OpenCompound(COMPOUND, NAME, self._day, "chongqing")
        self.database.write(
            lambda session: open_compound(session, command, self.by("yunwei"), self.now, self.salt)
        )
        self.user_ids |= {name: enlist(name) for name in USERS if name not in self.user_ids}
        path = folder / "units.xlsx"
        write_register(path, SEED)
        self.act("caiwu", import_register, read_register(path.read_bytes(), path.name))
        yield "房屋名册"
        for code, label, funds in (
            (JOINT, "共管账户 尾号2217", (FEE, PUBLIC)),
            (PUBLIC_BANK, "公共收益专户 尾号0835", (PUBLIC,)),
            (BASIC, "押金专户 尾号6604", ("Agency",)),
            (COMMITTEE_BANK, "业委会账户 尾号3310", ("Committee",)),
            (GRANT_BANK, "社区治理专户 尾号7781", (POOL,)),
        ):
            self.act("caiwu", open_bank_account, OpenBankAccount(code, label, funds))
        accounts = ("Income:PropertyFee:Service:Owner", "Income:PropertyFee:Service:Developer")
        since = self.months[0]
        self.act("caiwu", set_tariff, _tariff("property_fee", Formula.AREA_RATE, 20_000, since))
        self.act("caiwu", set_tariff, _tariff("garbage", Formula.FIXED, 80_000, since))
        self.act("caiwu", set_remuneration, SetRemuneration(1000, 1, accounts, "信托合同第十二条", since))
        resolved = Terms(RUNNING_COSTS, Matter.SPENDING, "年度预算内的日常支出", self._day)
        self.act("zhuren", record_resolution, resolved)
        decisions.decide(self, self._day)
        self._bring_forward()
        decisions.open_repair(self)
        yield "期初余额"

    def _bring_forward(self) -> None:
        """Bring forward what the handover document shows: money, the developer's arrears and some owners'."""
        held = self.look(lambda session: holdings(session, COMPOUND, self._day))
        earlier = months_between(months_back(self.months[0], 12), months_back(self.months[0], 1))
        arrears = []
        for one in held:
            months = earlier if one.party is Party.DEVELOPER else self._owner_arrears(earlier)
            fee = round_half_up(one.area_hundredths * 2, 1)
            arrears += [OpeningArrear(one.unit, "property_fee", month, fee) for month in months]
        document = "交接审计报告 2026-01"
        for opening in (
            OpenBalances(
                FEE,
                self._day,
                document,
                (OpeningCash(f"Assets:{FEE}:Bank:{JOINT}", 31_884_217),),
                tuple(arrears),
            ),
            OpenBalances(
                PUBLIC, self._day, document, (OpeningCash(f"Assets:{PUBLIC}:Bank:{PUBLIC_BANK}", 8_640_052),)
            ),
            OpenBalances(
                "Repair", self._day, document, (OpeningCash("Assets:Repair:Custody:District", 612_480_000),)
            ),
        ):
            self.act("caiwu", open_balances, opening)

    def _owner_arrears(self, earlier: list[str]) -> list[str]:
        chance = self.random.random()
        if chance < 0.80:  # noqa: PLR2004 - four in five owe nothing
            return []
        return earlier[-self.random.randint(1, 12) :]

    def _live(self, month: str) -> None:
        """Do what is done on this day of the month."""
        day = self._day.day
        if day == 3 and month != self.months[0]:  # noqa: PLR2004 - closed on the third
            self._close(months_back(month, 1))
        if day == 5:  # noqa: PLR2004 - billed on the fifth
            self.act("caiwu", bill, BillMonth(month, self._day))
            self._paid.clear()
        if day > 5:  # noqa: PLR2004 - and paid from the sixth
            self._collect(month)
        for when, asset, minor, words, who in PUBLIC_INCOME:
            if when == day:
                self._earn(asset, minor + self.random.randint(-99, 99) * 100, words, who)
        for when, account, minor, payee, purpose in COSTS:
            if when == day:
                self._pay(f"Expenses:{FEE}:{account}", minor, payee, f"{month} {purpose}")
        affairs.live(self, month, self._day)
        if day == 24:  # noqa: PLR2004 - the cost of running the car park
            self._pay(
                f"Expenses:{PUBLIC}:Cost:Labour", 320_000, "示例停车管理有限公司", f"{month} 岗亭值守人工"
            )

    def _collect(self, month: str) -> None:
        """Take the day's receipts, clear yesterday's platform money, and once put a wrong one right."""
        self._clear()
        held = [one for one in self._holdings() if one.party is Party.OWNER and one.unit not in self._paid]
        share = 0.09 if self._day.day < 16 else 0.035  # noqa: PLR2004 - most pay in the first half of the month
        for one in self.random.sample(held, round(len(held) * share)):
            self._paid.add(one.unit)
            due = round_half_up(one.area_hundredths * 2, 1) + 800
            months = self.random.choices((1, 3, 12), weights=(90, 7, 3))[0]
            self._receive(one.unit, due * months)
        if self._day.day == 10 and month == self.months[0]:  # noqa: PLR2004 - the day of the mistake
            wrong = self._receive(held[0].unit, 30_000)
            self.act("caiwu", reverse, Reverse(wrong.recorded.seq, "记错房号", self._day))
            self._receive(held[1].unit, 30_000)
        if self._day.day in (8, 19):
            self.deposit_unit = held[2].unit
            self.act("caiwu", take_deposit, TakeDeposit(self.deposit_unit, 200_000, BASIC, self._day))

    def _holdings(self) -> list[_Held]:
        if not self._known:
            found = self.look(lambda session: holdings(session, COMPOUND, self._day))
            self._known = [_Held(one.unit, one.area_hundredths, one.party) for one in found]
        return self._known

    def _receive(self, unit: str, minor: int) -> Received:
        channel = self.random.choices((Channel.WECHAT, Channel.BANK, Channel.ALIPAY), weights=(70, 20, 10))[0]
        bank = JOINT if channel is Channel.BANK else None
        return self.act("caiwu", receive, Receive(unit, minor, channel, self._day, self._day, bank))

    def _clear(self) -> None:
        standing = self.look(lambda session: balances(session, COMPOUND))
        for channel, account in ((Channel.WECHAT, "WeChat"), (Channel.ALIPAY, "Alipay")):
            minor = standing.get(f"Assets:{FEE}:Clearing:{account}", 0)
            if minor > 0:
                fee = round_half_up(minor * 6, 1000)
                self.act("caiwu", clear, ClearChannel(channel, JOINT, minor, fee, self._day))

    def _earn(self, asset: str, minor: int, words: str, who: str | None) -> None:
        command = EarnPublicIncome(
            "", minor, self._day, words, bank=PUBLIC_BANK, counterparty=who, asset=asset
        )
        self.act("caiwu", earn, command)

    def _pay(self, account: str, minor: int, payee: str, purpose: str) -> None:
        """Ask, approve with as many keys as the sum takes, post, pay."""
        fund = FEE if account.startswith(f"Expenses:{FEE}") else PUBLIC
        bank, allowed = (JOINT, "budget") if fund == FEE else (PUBLIC_BANK, RUNNING_COSTS)
        number = hashlib.sha256(f"{purpose}/{self._day}".encode()).hexdigest()
        identifier = f"{number[:8]}-{number[8:12]}-7{number[13:16]}-8{number[17:20]}-{number[20:32]}"
        command = pay.RequestDisbursement(
            identifier, fund, ((account, minor),), payee, purpose, allowed, bank,
            invoice=f"26500000{number[:12]}",
        )  # fmt: skip
        self.act("wuye", pay.request, command)
        for one in ("zhuren", "weiyuan")[: band_of(LADDER, minor).approvals]:
            self.act(one, pay.approve, identifier)
        self.act("caiwu", pay.post, identifier, self._day)
        self.act("caiwu", pay.pay, identifier, self._day)

    def _close(self, month: str) -> None:
        self.act("caiwu", close, month, SecondOpinion(self._day))
        self.act("caiwu", publish_bulletin, month, None, self.address)


_OPENING_STEPS = 2


@dataclass(frozen=True, slots=True)
class _Held:
    """A unit of the story."""

    unit: str
    area_hundredths: int
    party: Party


def _tariff(item: str, formula: Formula, rate_e4: int, since: str) -> SetTariff:
    return SetTariff(item, formula, rate_e4, first_day(months_back(since, 12)), "业主大会决议 2025-03")
