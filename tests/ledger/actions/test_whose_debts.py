"""Whose a debt is: changes of owner by their one door, two developers apart, no name slipped under a debt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from ledger import errors
from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.change_tenure import ChangeTenure, WithdrawTenure, change_tenure, withdraw_tenure
from ledger.actions.import_units import ImportUnits, UnitLine, import_units
from ledger.actions.receive import receive
from ledger.actions.settle_developer import SettleDeveloper, settle_developer
from ledger.rules.unit import State
from ledger.store.tables import Person
from reports.receivables.letters import letters
from tests.books.sample import AREAS, SMALL, TWO_PAYER, UNSOLD, unit_line, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import DAY, billed, paying, refused

__all__ = ["billed"]
SOLD = date(2026, 1, 20)


def named(code: str, name: str | None, credit_code: str | None = None) -> UnitLine:
    state = State.UNSOLD if code in UNSOLD else State.OCCUPIED
    line = unit_line(code, AREAS[code], state)
    return replace(line, name=name, credit_code=credit_code, is_company=code in UNSOLD, row=7)


def names(books: Books, unit: str) -> list[str | None]:
    with books.database.reading() as session:
        query = select(Person.name).where(Person.compound == books.compound, Person.unit == unit)
        return list(session.exec(query))


def sale(**named: object) -> ChangeOwner:
    return replace(ChangeOwner(SMALL, SOLD, SOLD, Ahead.CARRY, "过户 1"), **named)  # type: ignore[arg-type]  # by name


def test_an_owner_changes_on_the_day_and_not_before_it(billed: Books) -> None:
    billed.today = SOLD
    ahead = sale(from_on=date(2026, 1, 21))
    assert refused(billed, change_owner, ahead, errors.RequestMalformed).pointer == "/from_on"


def test_a_change_of_owner_is_neither_withdrawn_nor_written_over(billed: Books) -> None:
    billed.today = SOLD
    billed.act(change_owner, sale())
    refused(billed, withdraw_tenure, WithdrawTenure(SMALL, SOLD), errors.OwnerChangeStands)
    let = ChangeTenure(SMALL, SOLD, State.LET)
    refused(billed, change_tenure, let, errors.OwnerChangeStands)
    refused(billed, change_owner, sale(state=State.LET), errors.OwnerChangeStands)
    assert billed.act(change_tenure, replace(let, from_on=date(2026, 1, 21))).debtor == 2


def test_another_name_is_not_put_on_somebodys_debt(billed: Books) -> None:
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "张甲"),)))
    other = ImportUnits(changed=(named(SMALL, "李乙"),))
    refusal = refused(billed, import_units, other, errors.OwnerRenamed)
    assert refusal.facts == {"row": 7, "unit": SMALL}
    assert names(billed, SMALL) == ["张甲"]
    billed.act(import_units, replace(other, same_owners=True))
    assert names(billed, SMALL) == ["李乙"]


def test_a_prepayment_is_not_handed_to_another_name_either(billed: Books) -> None:
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "张甲"),)))
    billed.act(receive, paying(SMALL, "300.00"))
    refused(billed, import_units, ImportUnits(changed=(named(SMALL, "李乙"),)), errors.OwnerRenamed)


def test_a_name_without_debt_or_prepayment_or_with_other_blanks_changes(billed: Books) -> None:
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "张 甲"),)))
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "张甲"),)))
    billed.act(receive, paying(SMALL, "200.00"))
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "李乙"),)))
    assert names(billed, SMALL) == ["李乙"]


def test_a_named_and_an_unnamed_unit_are_not_one_owners(billed: Books) -> None:
    both = paying(SMALL, "400.00", units=(TWO_PAYER,))
    billed.try_act(receive, both)
    billed.act(import_units, ImportUnits(changed=(named(SMALL, "张甲"),)))
    refused(billed, receive, both, errors.UnitsOfOthers)
    billed.act(import_units, ImportUnits(changed=(named(TWO_PAYER, "张甲"),)))
    billed.act(receive, both)


@pytest.fixture
def two_developers(billed: Books) -> Books:
    """Give books in which the unsold units are two companies'; their debts of last year have long been due."""
    lines = (named(UNSOLD[0], "示例甲置业有限公司"), named(UNSOLD[1], "示例乙置业有限公司"))
    billed.act(import_units, ImportUnits(changed=lines))
    return billed


def settlement(*units: str) -> SettleDeveloper:
    return SettleDeveloper(units, yuan("1,000.00"), "Joint01", DAY, "表决 V2026-02")


def test_two_developers_are_not_settled_with_as_one(two_developers: Books) -> None:
    refused(two_developers, settle_developer, settlement(*UNSOLD), errors.UnitsOfOthers)
    two_developers.act(settle_developer, settlement(UNSOLD[0]))


def test_units_of_one_credit_code_are_one_companys(two_developers: Books) -> None:
    code = "91310000000000000A"
    lines = (named(UNSOLD[0], "示例甲置业有限公司", code), named(UNSOLD[1], "示例甲置业", code))
    two_developers.act(import_units, ImportUnits(changed=lines, same_owners=True))
    two_developers.act(settle_developer, settlement(*UNSOLD))


def written(books: Books) -> list[tuple[str, str, tuple[str, ...]]]:
    with books.database.reading() as session:
        found = letters(session, books.compound, date(2026, 3, 1))
    return [(one.code, one.addressee_zh, one.units) for one in found if one.is_developer]


def test_each_developer_gets_a_letter_with_its_name(two_developers: Books) -> None:
    assert written(two_developers) == [
        ("developer-1", "建设单位 示例甲置业有限公司", (UNSOLD[0],)),
        ("developer-2", "建设单位 示例乙置业有限公司", (UNSOLD[1],)),
    ]


def test_a_developer_without_a_name_gets_one_letter(billed: Books) -> None:
    assert written(billed) == [("developer", "建设单位", UNSOLD)]
