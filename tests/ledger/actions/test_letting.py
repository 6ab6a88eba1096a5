"""Rent of common parts: from its due day to its end or reversal, paid late, ahead, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import errors
from ledger.actions.charge_rents import ChargeRents, charge_rents
from ledger.actions.earn import EarnPublicIncome, earn
from ledger.actions.end_lease import EndLease, end_lease
from ledger.actions.receive_rent import ReceiveRent, receive_rent
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.lease import Schedule
from ledger.store.leases import costs_so_far, open_rents, rent_lots, rents
from ledger.store.public_net import rent_of_later
from reports.receivables.tenants import tenant_arrears
from tests.books.reading import acts, moved_since, standing
from tests.books.renting import (
    MEDIA,
    NEW_YEARS_EVE,
    due,
    lease,
    let_lifts,
    lifts_to_let,
    rent,
)
from tests.books.sample import set_up, yuan
from tests.conftest import Books
from tests.ledger.actions.test_receiving import agree_with, refused

RECEIVABLE = "Assets:PublicIncome:Receivable:Tenant"
INCOME = "Income:PublicIncome:Advert:Elevator"


@pytest.fixture
def lifts(house: Books) -> Books:
    """Give books with the lifts' advert frames and the vote that lets them."""
    return lifts_to_let(house)


@pytest.fixture
def letting(house: Books) -> Books:
    """Give books with a contract of 1,200 a month in advance, 20 % of it the trustee's, 1 % tax."""
    set_up(house)
    let_lifts(house, fee_bp=2_000, tax_bp=100)
    return house


def owed(books: Books) -> list[tuple[int, int]]:
    """Return number and open fen of the instalments that are owed."""
    with books.database.reading() as session:
        return [(one.number, one.open_minor) for one in open_rents(session, books.compound)]


def ahead(books: Books) -> int:
    with books.database.reading() as session:
        return sum(lot.left_minor for lot in rent_lots(session, books.compound))


def check_ties(books: Books) -> None:
    """Compare the rows of rents with the accounts that show their sums, and each debt with its mirror (I2, I10)."""
    now = standing(books)
    assert now.get(RECEIVABLE, 0) == sum(minor for _, minor in owed(books))
    assert now.get("Liabilities:PublicIncome:Uncollected:Tenant", 0) == -now.get(RECEIVABLE, 0)
    assert now.get("Liabilities:PublicIncome:Prepaid", 0) == -ahead(books)
    agree_with(books)


def test_rent_is_charged_once_when_it_falls_due(letting: Books) -> None:
    assert due(letting).count == 1
    refused(letting, charge_rents, ChargeRents(letting.today), errors.NoRentDue)
    letting.today = date(2026, 3, 1)
    assert due(letting).count == 2
    assert owed(letting) == [(1, 120_000), (2, 120_000), (3, 120_000)]
    check_ties(letting)


def test_rent_settles_the_oldest_instalment_first(letting: Books) -> None:
    letting.today = date(2026, 2, 5)
    due(letting)
    done = rent(letting, "1,500.00")
    assert (done.instalments, done.settled_minor, done.prepaid_minor) == ((1, 2), 150_000, 0)
    assert owed(letting) == [(2, 90_000)]
    check_ties(letting)


def test_a_tenant_names_an_instalment_and_pays_it_first(letting: Books) -> None:
    letting.today = date(2026, 2, 5)
    due(letting)
    assert rent(letting, "1,200.00", instalments=(2,)).instalments == (2,)
    assert owed(letting) == [(1, 120_000)]
    for named in ((2,), (9,), (1, 1)):
        command = ReceiveRent("A-07", 100, letting.today, bank="Joint01", instalments=named)
        refused(letting, receive_rent, command, errors.RentNotOpen)


def test_rent_that_is_due_and_not_yet_charged_is_charged_with_its_payment(letting: Books) -> None:
    before = standing(letting)
    rent(letting, "500.00")
    assert owed(letting) == [(1, 70_000)]
    moved = moved_since(letting, before)
    assert (moved[RECEIVABLE], moved[INCOME]) == (70_000, -50_000)
    rent(letting, "700.00")
    assert owed(letting) == []
    check_ties(letting)


def test_rent_paid_before_its_due_day_is_no_income_until_then(letting: Books) -> None:
    done = rent(letting, "2,700.00")
    assert (done.settled_minor, done.prepaid_minor) == (120_000, 150_000)
    assert standing(letting)[INCOME] == -120_000
    letting.today = date(2026, 2, 1)
    released = due(letting)
    assert (released.charged_minor, released.released_minor) == (120_000, 120_000)
    letting.today = date(2026, 3, 1)
    assert due(letting).released_minor == 30_000
    assert (owed(letting), ahead(letting)) == ([(3, 90_000)], 0)
    assert standing(letting)["Expenses:PublicIncome:Cost:ManagementFee"] == 54_000  # 20 % of 2,700
    check_ties(letting)


def test_fee_and_tax_follow_the_income_to_date_and_never_drift(letting: Books) -> None:
    for amount in ("333.33", "333.33", "333.34", "200.00"):
        rent(letting, amount)
    with letting.database.reading() as session:
        assert costs_so_far(session, letting.compound, "A-07") == (120_000, 24_000, 1_188)


def test_the_reversal_of_rent_also_takes_back_its_fee_its_tax_and_what_was_released_of_it(
    letting: Books,
) -> None:
    before = standing(letting)
    seq = rent(letting, "3,000.00").recorded.seq
    letting.today = date(2026, 2, 1)
    release = due(letting).release
    assert release is not None
    refused(letting, reverse, Reverse(release.seq, "误记", letting.today), errors.ReversalRefused)
    letting.act(reverse, Reverse(seq, "误记合同", letting.today))
    assert owed(letting) == [(1, 120_000), (2, 120_000)]
    moved = moved_since(letting, before)
    assert moved == {RECEIVABLE: 240_000, "Liabilities:PublicIncome:Uncollected:Tenant": -240_000}
    check_ties(letting)
    rent(letting, "2,400.00")  # the right money settles them again
    assert owed(letting) == []
    check_ties(letting)


def test_a_due_run_is_reversed_while_nothing_of_it_is_paid(letting: Books) -> None:
    seq = due(letting).recorded.seq
    letting.act(reverse, Reverse(seq, "误登", letting.today))
    assert owed(letting) == []
    again = due(letting).recorded.seq
    rent(letting, "0.01")
    refused(letting, reverse, Reverse(again, "误登", letting.today), errors.ReversalRefused)
    check_ties(letting)


def test_what_a_contract_that_ends_early_has_not_used_lapses_or_is_owed_back(letting: Books) -> None:
    rent(letting, "1,300.00")
    letting.today = date(2026, 2, 10)
    due(letting)
    assert owed(letting) == [(2, 110_000)]
    done = letting.act(end_lease, EndLease("A-07", date(2026, 1, 15), "承租方退场", letting.today))
    # February lapses: 1,100 open and 100 paid; of January 16 of 31 days are not used
    assert done.lapsed_minor == 110_000
    assert done.given_back_minor == 10_000 + 61_935
    assert owed(letting) == []
    now = standing(letting)
    assert now["Liabilities:PublicIncome:Refundable"] == -71_935
    assert now[INCOME] == -58_065
    assert now["Expenses:PublicIncome:Cost:ManagementFee"] == 11_613
    assert now["Expenses:PublicIncome:Cost:Tax"] == 575
    letting.today = date(2026, 3, 5)
    refused(letting, charge_rents, ChargeRents(letting.today), errors.NoRentDue)
    again = EndLease("A-07", date(2026, 1, 10), "再次终止", letting.today)
    refused(letting, end_lease, again, errors.LeaseRefused)
    check_ties(letting)


def test_what_was_paid_ahead_is_owed_back_when_the_contract_ends(letting: Books) -> None:
    seq = rent(letting, "3,600.00").recorded.seq
    done = letting.act(end_lease, EndLease("A-07", date(2026, 1, 31), "承租方退场", letting.today))
    assert (done.lapsed_minor, done.given_back_minor, done.ahead_minor) == (0, 0, 240_000)
    refused(letting, reverse, Reverse(seq, "误记", letting.today), errors.ReversalRefused)
    refused(letting, reverse, Reverse(done.recorded.seq, "误记", letting.today), errors.ReversalRefused)
    check_ties(letting)


@pytest.mark.parametrize("day", [date(2025, 12, 31), NEW_YEARS_EVE])
def test_a_contract_ends_early_within_its_term(letting: Books, day: date) -> None:
    refused(letting, end_lease, EndLease("A-07", day, "终止", letting.today), errors.LeaseRefused)


def test_no_more_is_agreed_to_be_unused_than_was_charged(letting: Books) -> None:
    due(letting)
    above = EndLease("A-07", date(2026, 1, 5), "终止", letting.today, unused_minor=120_001)
    refused(letting, end_lease, above, errors.RequestMalformed)
    letting.act(end_lease, EndLease("A-07", date(2026, 1, 5), "终止", letting.today, unused_minor=120_000))
    letting.today = date(2026, 2, 1)
    refused(letting, charge_rents, ChargeRents(letting.today), errors.NoRentDue)


def test_rent_in_arrears_is_asked_for_the_days_that_a_contract_held(lifts: Books) -> None:
    later = Schedule(310_00, months=1, in_advance=False)
    lease(lifts, "A-07", "LIFT-AD", "2026-01-01 2026-12-31", schedule=later)
    lifts.act(end_lease, EndLease("A-07", date(2026, 1, 10), "退场", lifts.today))
    lifts.today = date(2026, 3, 1)
    assert due(lifts).charged_minor == 10_000  # 10 of 31 days
    check_ties(lifts)


def test_a_contract_without_fixed_rent_takes_each_months_income_with_its_fee(lifts: Books) -> None:
    lease(lifts, "A-07", "LIFT-AD", "2026-01-01 2026-12-31", fee_bp=2_000)
    refused(lifts, receive_rent, ReceiveRent("A-07", 100, lifts.today, bank="Joint01"), errors.LeaseRefused)
    command = EarnPublicIncome("", 50_000, lifts.today, "1 月分成", bank="Joint01", contract="A-07")
    seq = lifts.act(earn, command).seq
    assert standing(lifts)["Expenses:PublicIncome:Cost:ManagementFee"] == 10_000
    lifts.act(reverse, Reverse(seq, "金额有误", lifts.today))
    assert "Expenses:PublicIncome:Cost:ManagementFee" not in standing(lifts)
    agree_with(lifts)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"contract": "A-07"}, errors.LeaseRefused),
        ({"contract": "NONE"}, errors.NotFound),
        ({"asset": "NONE"}, errors.NotFound),
        ({"asset": "LIFT-AD", "account": "Income:PublicIncome:Telecom"}, errors.AccountUnknown),
        ({}, errors.AccountUnknown),
    ],
)
def test_income_that_names_no_fitting_source_is_refused(
    letting: Books, more: dict[str, str], kind: type[errors.Refusal]
) -> None:
    given = {"account": "", **more}
    command = EarnPublicIncome(
        amount_minor=100, effective_on=letting.today, narration="收入", bank="Joint01", **given
    )
    refused(letting, earn, command, kind)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (ReceiveRent("NONE", 100, date(2026, 1, 5), bank="Joint01"), errors.NotFound),
        (ReceiveRent("A-07", 0, date(2026, 1, 5), bank="Joint01"), errors.RequestMalformed),
        (ReceiveRent("A-07", 100, date(2026, 1, 5)), errors.RequestMalformed),
        (ReceiveRent("A-07", 100, date(2026, 1, 5), bank="Basic02"), errors.NotFound),
        (
            ReceiveRent("A-07", 100, date(2026, 1, 4), bank="Joint01", occurred_on=date(2026, 1, 5)),
            errors.RequestMalformed,
        ),
    ],
)
def test_rent_that_cannot_be_is_refused(
    letting: Books, command: ReceiveRent, kind: type[errors.Refusal]
) -> None:
    refused(letting, receive_rent, command, kind)


def test_arrears_of_tenants_are_known_at_any_day_with_their_age(letting: Books) -> None:
    due(letting)
    letting.today = date(2026, 2, 20)
    due(letting)
    rent(letting, "1,000.00")
    with letting.database.reading() as session:
        before = tenant_arrears(session, letting.compound, date(2026, 2, 19))
        after = tenant_arrears(session, letting.compound, date(2026, 2, 20))
    assert [(one.number, one.open_minor) for one in before.debts] == [(1, 120_000)]
    assert [(one.number, one.open_minor, one.age_days) for one in after.debts] == [
        (1, 20_000, 50),
        (2, 120_000, 19),
    ]
    assert (after.total_minor, after.debts[0].counterparty) == (140_000, MEDIA.name)


def test_the_part_of_a_years_rent_for_later_days_is_known(lifts: Books) -> None:
    year = Schedule(yuan("3,650.00"), months=12)
    lease(lifts, "A-07", "LIFT-AD", "2026-01-01 2026-12-31", schedule=year)
    rent(lifts, "3,650.00")
    with lifts.database.reading() as session:
        assert rent_of_later(session, lifts.compound, date(2026, 3, 31)) == yuan("2,750.00")
        assert len(rents(session, lifts.compound, contract="A-07")) == 1


def test_a_refused_rent_leaves_no_trace(letting: Books) -> None:
    before = acts(letting)
    letting.try_act(receive_rent, ReceiveRent("A-07", 100, letting.today, bank="Joint01"))
    assert acts(letting) == before
