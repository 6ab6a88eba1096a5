"""How the tests of grants and projects speak: a pool with its project, a stair that puts in a lift, and payments."""

from __future__ import annotations

from datetime import date

from ledger.actions import pay
from ledger.actions.import_units import ImportUnits, import_units
from ledger.actions.open_bank_account import OpenBankAccount, open_bank_account
from ledger.actions.open_pool import OpenPool, open_pool
from ledger.actions.open_project import OpenProject, open_project
from ledger.actions.receive import Receive, Received, receive
from ledger.actions.receive_grant import GrantMoved, ReceiveGrant, receive_grant
from ledger.actions.record_authority import Terms
from ledger.actions.record_vote import Asked, RecordVote, record_vote
from ledger.actions.run_grant import ApplyForGrant, StepGrant, apply_for_grant, step_grant
from ledger.actions.share_project import PlanShares, call_share, plan_shares
from ledger.rules.authority import Matter
from ledger.rules.channel import Channel
from ledger.rules.chart import fund_of
from ledger.rules.project import Instalment
from ledger.rules.roles import Actor, Body, Role
from ledger.rules.vote import Base, Choice
from tests.books.sample import unit_line, yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books

POOL, MICRO, PROJECT, LIFT = "Governance:Guarantee", "Governance:Micro", "GP002", "Project:Lift-01"
SECOND_MEMBER = Actor("committee-2", Role.COMMITTEE, Body.COMMITTEE)
#: The stair of scene S20: one flat of 100 m² a floor; floors 1 and 2 pay nothing.
COEFFICIENTS = {1: 0, 2: 0, 3: 7_000, 4: 8_000, 5: 9_000, 6: 10_000, 7: 11_000}
STAIR = {f"B03-U1-0{floor}01": weight for floor, weight in COEFFICIENTS.items()}
PAYING = [unit for unit, weight in STAIR.items() if weight]


def pooled(books: Books, project: str = PROJECT, budget: str = "1,000.00") -> Books:
    """Open two pools with a bank account each, and lead a project of the first to its approval."""
    books.act(open_bank_account, OpenBankAccount("G01", "社区专户 尾号0001", (POOL,)))
    books.act(open_bank_account, OpenBankAccount("G02", "微基金户 尾号0002", (MICRO,)))
    books.act(open_pool, OpenPool(POOL, "示例社区居民委员会", "成社治〔2026〕1 号", "G01"))
    books.act(open_pool, OpenPool(MICRO, "示例社区基金会", "设立协议 2026-01", "G02"))
    return approved(books, project, budget)


def approved(books: Books, project: str, budget: str) -> Books:
    """Apply, review and approve, all today; the project is cleared by the end of May."""
    day = books.today
    books.act(
        apply_for_grant,
        ApplyForGrant(
            *(project, POOL, "楼道照明改造", "居民议事会", (("facilities", yuan(budget)),)),
            applied_on=day,
            clear_by=date(2026, 5, 31),
            document="申请书 1",
        ),
        by=TRUSTEE,
    )
    books.act(step_grant, StepGrant(project, "reviewed", day, "社区党支部", "评审意见 1"))
    books.act(step_grant, StepGrant(project, "approved", day, "居民议事会", "决议 1"), by=COMMITTEE)
    return books


def granted(books: Books, amount: str, project: str | None = PROJECT) -> GrantMoved:
    """Let the street office pay in today."""
    command = ReceiveGrant(POOL, yuan(amount), "街道办事处", "拨款通知 1", "G01", books.today, project)
    return books.act(receive_grant, command)


def cost(
    name: str, amount: str, account: str = f"Expenses:{POOL}:Work:{PROJECT}", **named: object
) -> pay.RequestDisbursement:
    """Return a request to pay a contractor out of the pool; ``named`` replaces what it says."""
    said: dict[str, object] = {
        "payee": "示例工程队",
        "purpose": "照明改造工程款",
        "authority": PROJECT,
        "bank": "G01",
        "grant_purpose": "facilities",
        **named,
    }
    return pay.RequestDisbursement(name, fund_of(account), ((account, yuan(amount)),), **said)  # type: ignore[arg-type]  # named as they are


def owed(books: Books, request: pay.RequestDisbursement) -> str:
    """Ask (trustee), approve (committee), and post (treasurer) today; give the request's id."""
    books.act(pay.request, request, by=TRUSTEE)
    for member in (COMMITTEE, SECOND_MEMBER):  # the ladder asks for two above 50,000.00
        if books.act(pay.approve, request.id, by=member).state == "approved":
            break
    if request.kind == pay.EXPENSE:
        books.act(pay.post, request.id, books.today, by=TREASURER)
    return request.id


def paid(books: Books, request: pay.RequestDisbursement) -> int:
    """Carry a request through to its payment today; give the act of the payment."""
    identifier = owed(books, request)
    return books.act(pay.pay, identifier, books.today, by=TREASURER).recorded.seq


def housed(books: Books) -> Books:
    """Take in the stair of seven flats of 100 m², and open the project's bank account."""
    books.act(import_units, ImportUnits(tuple(unit_line(unit, 10_000) for unit in STAIR)))
    books.act(open_bank_account, OpenBankAccount("P01", "加梯专户 尾号0003", (LIFT,)))
    return books


def voted(
    books: Books,
    code: str,
    matter: Matter = Matter.PROJECT,
    fund: str | None = LIFT,
    amount: str | None = None,
) -> str:
    """Let the units of the stair vote today, nobody else, or everybody where no fund is named; give the code."""
    terms = Terms(
        code, matter, f"表决 {code}", books.today, fund=fund, amount_minor=yuan(amount) if amount else None
    )
    asked = Asked(Base.UNITS, units=tuple(STAIR)) if fund else Asked()
    books.act(record_vote, RecordVote(terms, dict.fromkeys(STAIR, Choice.AGREE), asked))
    return code


def lifted(books: Books, cost_of: str = "300,000.00") -> Books:
    """Vote on the lift and open its project."""
    housed(books)
    vote = voted(books, "Lift-2026-01", amount=cost_of)
    command = OpenProject("Lift-01", "加装电梯", yuan(cost_of), vote, "P01", tuple(STAIR.items()))
    books.act(open_project, command)
    return books


def shared(books: Books, amount: str, due_on: date, without: tuple[str, ...] = ()) -> int:
    """Agree to share a sum in one instalment, and charge it today; give the act of the charges."""
    plan = PlanShares("Lift-01", yuan(amount), "Lift-2026-01", (Instalment(due_on, 10_000),), without)
    done = books.act(plan_shares, plan)
    return books.act(call_share, "Lift-01", done.plan, 1, books.today).recorded.seq


def share_paid(books: Books, unit: str, amount: str) -> Received:
    """Let a unit pay into the project's account today."""
    day = books.today
    return books.act(receive, Receive(unit, yuan(amount), Channel.BANK, day, day, "P01"))


def lift_cost(
    name: str, amount: str, account: str = "Construction", **named: object
) -> pay.RequestDisbursement:
    """Return a request to pay for the lift, by the vote that opened it."""
    said: dict[str, object] = {"payee": "示例电梯公司", "purpose": "首期工程款", "bank": "P01", **named}
    said.setdefault("authority", "Lift-2026-01")
    line = (f"Expenses:{LIFT}:{account}", yuan(amount))
    return pay.RequestDisbursement(name, LIFT, (line,), **said)  # type: ignore[arg-type]  # named as they are
