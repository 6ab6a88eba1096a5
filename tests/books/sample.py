"""The sample compound of the books: six units, one joint account, and its acts scene by scene.

The amounts are those of the worked scenes S1 to S18; each scene is what a treasurer would do on that day, as commands.
Nothing leaves a bank account without two keys, so scenes that pay go through a disbursement.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from ledger.actions import pay
from ledger.actions.bill import BillMonth, bill
from ledger.actions.clear import ClearChannel, clear
from ledger.actions.close import close
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.import_units import ImportUnits, UnitLine, import_units
from ledger.actions.open_balances import (
    OpenBalances,
    OpeningArrear,
    OpeningCash,
    OpeningUnitSum,
    open_balances,
)
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.post import PostEntry, post_entry
from ledger.actions.receive import Receive, Received, receive
from ledger.actions.record_authority import Terms, record_contract, record_resolution
from ledger.actions.reverse import Reverse, reverse
from ledger.actions.set_remuneration import SetRemuneration, set_remuneration
from ledger.actions.set_tariff import SetTariff, set_tariff
from ledger.actions.take_deposit import TakeDeposit, take_deposit
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.charge import Formula
from ledger.rules.entry import Posting
from ledger.rules.money import parse_amount, parse_rate
from ledger.rules.unit import State
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

SMALL, LATE_PAYER, PREPAID, TWO_PAYER = "B01-U1-0101", "B01-U1-0201", "B01-U1-0301", "B02-U1-0601"
UNSOLD = ("B02-U1-0501", "B02-U1-0502")
#: What allows the sample's payments: the committee's resolution on the budget, and the contract on the parking.
BUDGET_2026, PARKING_CONTRACT = "年度预算2026", "合同P-02"
#: Areas in 1/100 m².
AREAS = {
    SMALL: 10_000,
    LATE_PAYER: 8_953,
    PREPAID: 10_000,
    TWO_PAYER: 10_550,
    UNSOLD[0]: 12_000,
    UNSOLD[1]: 12_000,
}
SERVICE = ("Income:PropertyFee:Service:Owner", "Income:PropertyFee:Service:Developer")


def yuan(text: str) -> int:
    """Return the fen of an amount such as ``1,234.56``."""
    return parse_amount(text.replace(",", ""))


def agree(_session: Session, _compound: str, _month: str) -> None:
    """Give the second opinion that has nothing to object."""


def unit_line(code: str, hundredths: int, state: State = State.OCCUPIED) -> UnitLine:
    """Return a line of the register."""
    building, stair, door = code.split("-")
    return UnitLine(code, code, building, stair, int(door[:2]), hundredths, None, state, None)


def set_up(books: Books) -> Books:
    """Take in the six units, open the bank accounts, publish the tariff and put the trustee's rate on record."""
    lines = [
        unit_line(code, area, State.UNSOLD if code in UNSOLD else State.OCCUPIED)
        for code, area in AREAS.items()
    ]
    books.act(import_units, ImportUnits(tuple(lines)))
    joint = OpenBankAccount("Joint01", "共管账户 尾号2217", ("PropertyFee", "PublicIncome"))
    books.act(open_bank_account, joint)
    books.act(open_bank_account, OpenBankAccount("Basic02", "基本户 尾号0001", ("Agency",)))
    rate = parse_rate("2.00")
    books.act(
        set_tariff,
        SetTariff("property_fee", Formula.AREA_RATE, rate, date(2025, 1, 1), "物业服务合同 2025-01"),
    )
    books.act(set_remuneration, SetRemuneration(1_000, 3, SERVICE, "物业服务合同 2025-01", "2026-01"))
    decided = date(2025, 12, 20)
    budget = Terms(BUDGET_2026, Matter.SPENDING, "2026 年度预算内支出", decided, until=date(2026, 12, 31))
    books.act(record_resolution, budget, by=COMMITTEE)
    parking = Terms(PARKING_CONTRACT, Matter.SPENDING, "停车场道闸与岗亭服务", decided, document="合同 P-02")
    books.act(record_contract, parking, "示例停车服务")
    return books


def s01_takeover(books: Books) -> None:
    """5 January: take over with audited opening balances, one entry a fund."""
    day, audited = date(2026, 1, 1), "审计交接表 2025-12"
    late = [OpeningArrear(LATE_PAYER, "property_fee", f"2025-{month:02d}", 17_906) for month in range(9, 13)]
    unsold = [
        OpeningArrear(code, "property_fee", f"2025-{month:02d}", 24_000)
        for code in UNSOLD
        for month in range(1, 13)
    ]
    fees = OpenBalances(
        "PropertyFee",
        day,
        audited,
        cash=(OpeningCash("Assets:PropertyFee:Bank:Joint01", yuan("50,000.00")),),
        arrears=(*late, *unsold),
        prepaid=(OpeningUnitSum(PREPAID, yuan("1,200.00")),),
    )
    books.act(open_balances, fees)
    for fund, account, amount in (
        ("PublicIncome", "Assets:PublicIncome:Bank:Joint01", "30,000.00"),
        ("Repair", "Assets:Repair:Custody:District", "800,000.00"),
    ):
        books.act(open_balances, OpenBalances(fund, day, audited, cash=(OpeningCash(account, yuan(amount)),)))
    agency = OpenBalances(
        "Agency",
        day,
        audited,
        cash=(OpeningCash("Assets:Agency:Bank:Basic02", yuan("2,000.00")),),
        deposits=(OpeningUnitSum(PREPAID, yuan("2,000.00")),),
    )
    books.act(open_balances, agency)


def s02_s03_bill(books: Books, day: date) -> None:
    """On the 5th of a month: bill all units; the run also releases what was paid ahead for the month."""
    books.today = day
    books.act(bill, BillMonth(f"{day:%Y-%m}", day))


def s04_wechat(books: Books) -> None:
    """12 January: 500 yuan by WeChat against older debts; on the 13th it reaches the bank less 0.60 %."""
    books.today = day = date(2026, 1, 12)
    books.act(receive, Receive(LATE_PAYER, yuan("500.00"), Channel.WECHAT, day, day))
    books.today = day = date(2026, 1, 13)
    books.act(clear, ClearChannel(Channel.WECHAT, "Joint01", yuan("500.00"), yuan("3.00"), day))


def s05_year_ahead(books: Books) -> Received:
    """15 January: 2,200 yuan for the whole year; January is settled at once, the rest is paid ahead."""
    books.today = day = date(2026, 1, 15)
    return books.act(receive, Receive(SMALL, yuan("2,200.00"), Channel.BANK, day, day, "Joint01"))


def s12_lift_adverts(books: Books) -> None:
    """1 February: 12,000 yuan for adverts in the lifts; the trustee's fee and the tax are owed at once."""
    books.today = day = date(2026, 2, 1)
    rent = EarnPublicIncome(
        "Income:PublicIncome:Advert:Elevator",
        yuan("12,000.00"),
        day,
        "电梯广告 2026-02 至 2027-01 租金",
        bank="Joint01",
        counterparty="示例传媒",
        authority="合同 A-07",
    )
    books.act(earn, rent)
    costs = PostEntry(
        day,
        "委托管理服务费 20% 与税费 1%(按不含税)",
        (
            Posting("Expenses:PublicIncome:Cost:ManagementFee", yuan("2,400.00")),
            Posting("Liabilities:PublicIncome:Payable:Trustee", yuan("-2,400.00")),
            Posting("Expenses:PublicIncome:Cost:Tax", yuan("118.81")),
            Posting("Liabilities:PublicIncome:Tax", yuan("-118.81")),
        ),
        counterparty="受托人",
        authority="表决 V2025-09",
    )
    books.act(post_entry, costs)


def s18_deposit(books: Books) -> None:
    """10 February: a renovation deposit of 2,000 yuan, a third party's money."""
    books.today = day = date(2026, 2, 10)
    books.act(take_deposit, TakeDeposit(SMALL, yuan("2,000.00"), "Basic02", day))


def s07_wrong_unit(books: Books) -> None:
    """10 March: 300 yuan are booked to the wrong unit; on the 12th reversed and booked to the right one."""
    books.today = day = date(2026, 3, 10)
    amount = yuan("300.00")
    wrong = books.act(receive, Receive(LATE_PAYER, amount, Channel.BANK, day, day, "Joint01"))
    books.today = later = date(2026, 3, 12)
    books.act(reverse, Reverse(wrong.recorded.seq, "误记房屋", later))
    books.act(receive, Receive(TWO_PAYER, amount, Channel.BANK, day, later, "Joint01"))


def disburse(books: Books, request: pay.RequestDisbursement, posted: date, paid: date) -> int:
    """Ask (trustee), approve (committee), post and pay (treasurer); give the act of the payment."""
    books.today = posted
    books.act(pay.request, request, by=TRUSTEE)
    books.act(pay.approve, request.id, by=COMMITTEE)
    if request.kind == pay.EXPENSE:
        books.act(pay.post, request.id, posted, by=TREASURER)
    books.today = paid
    return books.act(pay.pay, request.id, paid, by=TREASURER).recorded.seq


def s15_lift_service(books: Books) -> None:
    """20 March: 1,800 yuan of lift maintenance with invoice and two keys; paid on the 25th."""
    request = pay.RequestDisbursement(
        "lift-service-q1",
        "PropertyFee",
        (("Expenses:PropertyFee:Facility:Elevator", yuan("1,800.00")),),
        payee="示例电梯公司",
        purpose="一季度电梯维保费",
        authority=BUDGET_2026,
        bank="Joint01",
        invoice="26500000000000000001",
    )
    disburse(books, request, date(2026, 3, 20), date(2026, 3, 25))


PARKING_COSTS = pay.RequestDisbursement(
    "parking-costs-03",
    "PublicIncome",
    (
        ("Expenses:PublicIncome:Cost:Energy", yuan("300.00")),
        ("Expenses:PublicIncome:Cost:Labour", yuan("800.00")),
    ),
    payee="示例停车服务",
    purpose="道闸电费与岗亭人工",
    authority=PARKING_CONTRACT,
    bank="Joint01",
)


def s13_parking(books: Books) -> None:
    """31 March: 5,000 yuan of hourly parking, gross; its direct costs of 1,100 are paid with two keys."""
    books.today = day = date(2026, 3, 31)
    gross = EarnPublicIncome(
        "Income:PublicIncome:Parking:Temporary", yuan("5,000.00"), day, "3月临停收入", bank="Joint01"
    )
    books.act(earn, gross)
    disburse(books, PARKING_COSTS, day, day)


def s17_remuneration(books: Books) -> None:
    """1 April: the close of March accrues the trustee's 10 % of what the quarter has collected."""
    books.today = date(2026, 4, 1)
    books.act(close, "2026-03", agree)


def s18_deposit_back(books: Books) -> int:
    """15 May: the deposit goes back; 300 yuan of it, for a broken tile, belong to all owners. Give the payment."""
    request = pay.RequestDisbursement(
        "deposit-0101",
        "Agency",
        (("Income:PublicIncome:Compensation", yuan("300.00")),),
        payee="业主",
        purpose="装修押金退还,扣共用部位损坏赔偿 300 元",
        authority="装修验收单",
        bank="Basic02",
        kind=pay.DEPOSIT_RELEASE,
        payee_is_person=True,
        unit=SMALL,
        amount_minor=yuan("2,000.00"),
        to_bank="Joint01",
    )
    return disburse(books, request, date(2026, 5, 15), date(2026, 5, 15))


def _close(month: str, today: date) -> Callable[[Books], None]:
    def close_month(books: Books) -> None:
        books.today = today
        books.act(close, month, agree)

    return close_month


def _bill(day: date) -> Callable[[Books], None]:
    return lambda books: s02_s03_bill(books, day)


#: The scenes in the order of their days; a scene that comes again has a letter.
SCENES: dict[str, Callable[[Books], object]] = {
    "s01": s01_takeover,
    "s02": _bill(date(2026, 1, 5)),  # with S3: the billing run releases
    "s04": s04_wechat,
    "s05": s05_year_ahead,
    "close-01": _close("2026-01", date(2026, 2, 1)),
    "s12": s12_lift_adverts,
    "s02b": _bill(date(2026, 2, 5)),
    "s18a": s18_deposit,
    "close-02": _close("2026-02", date(2026, 3, 1)),
    "s02c": _bill(date(2026, 3, 5)),
    "s07": s07_wrong_unit,
    "s15": s15_lift_service,
    "s13": s13_parking,
    "s17": s17_remuneration,
    "s18b": s18_deposit_back,
}


def play(books: Books, *, before: str | None = None, through: str | None = None) -> Books:
    """Set the compound up and play the scenes in order, up to ``before`` or including ``through``."""
    set_up(books)
    for name, scene in SCENES.items():
        if name == before:
            break
        scene(books)
        if name == through:
            break
    return books
