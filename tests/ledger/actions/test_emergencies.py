"""Emergencies: one key within the cap, a reason that everybody reads, open until ratified or taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import errors
from ledger.actions.pay import RequestDisbursement, approve, pay, post, ratify, refuse, request
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.audit import What
from ledger.rules.roles import Actor, Body, Role
from ledger.store.audit import lines
from ledger.store.authorities import used
from ledger.store.emergencies import Emergency, open_emergencies, unratified
from ledger.store.registers import entry
from tests.books.paying import DAY, asked, resolve, took_over, vote
from tests.books.sample import yuan
from tests.conftest import COMMITTEE, TREASURER, TRUSTEE, Books
from tests.ledger.actions.refusing import refused

PUMP = "Expenses:PropertyFee:Facility:Water"
CAP = "20000.00"


@pytest.fixture
def flooded(house: Books) -> Books:
    return took_over(house)


def urgent(name: str = "u", amount: str = "3000.00") -> RequestDisbursement:
    return asked(name, f"{PUMP} {amount}", authority="emergency", reason="地下室进水,须当日抽排")


def listed(books: Books) -> list[Emergency]:
    with books.database.reading() as session:
        return unratified(session, books.compound, books.today)


def test_one_key_asks_posts_and_pays_and_the_book_says_why(flooded: Books) -> None:
    assert flooded.act(request, urgent(), by=TREASURER).state == "approved"
    assert listed(flooded) == []  # nothing has left yet
    seq = flooded.act(post, "u", DAY).recorded.seq
    flooded.act(pay, "u", DAY, by=TREASURER)
    (one,) = listed(flooded)
    assert (one.state, one.amount_minor, one.reason) == ("paid", 300_000, "地下室进水,须当日抽排")
    with flooded.database.reading() as session:
        row = entry(session, flooded.compound, seq).entry
    assert (row.authority, row.narration) == ("emergency", "【紧急】示例用途(地下室进水,须当日抽排)")


def test_the_audit_trail_names_every_step_that_went_round_the_second_key(flooded: Books) -> None:
    flooded.act(request, urgent(), by=TREASURER)
    flooded.act(post, "u", DAY)
    flooded.act(pay, "u", DAY, by=TREASURER)
    with flooded.database.reading() as session:
        told = [one["about"] for one in lines(session, flooded.compound, what=What.OVERRIDE_USED)]
    kinds = ["disbursement_requested", "disbursement_posted", "disbursement_paid"]
    assert [(one["kind"], one["override"]) for one in told] == [(kind, "emergency") for kind in kinds]


def test_the_cap_holds_for_all_that_is_not_ratified_to_the_fen(flooded: Books) -> None:
    refused(flooded, errors.EmergencyAboveCap, request, urgent(amount="20000.01"), by=TRUSTEE)
    flooded.act(request, urgent("a", "15000.00"), by=TRUSTEE)
    refused(flooded, errors.EmergencyAboveCap, request, urgent("b", "5000.01"), by=TRUSTEE)
    flooded.act(request, urgent("b", "5000.00"), by=TRUSTEE)
    refused(flooded, errors.EmergencyAboveCap, request, urgent("c", "0.01"), by=TRUSTEE)
    flooded.act(ratify, "a", resolve(flooded, "追认1"), by=COMMITTEE)
    flooded.act(request, urgent("c", "15000.00"), by=TRUSTEE)


def test_an_emergency_gives_a_reason_that_may_be_published(flooded: Books) -> None:
    for reason in (None, " ", "B01-U1-0201 漏水", "业主电话13800138000"):
        refused(flooded, errors.TextRefused, request, replace(urgent(), reason=reason), by=TRUSTEE)


def test_an_emergency_is_an_ordinary_cost_that_the_fund_can_bear(flooded: Books) -> None:
    owners = "Expenses:PropertyFee:OwnerApproved 1.00"
    refused(
        flooded,
        errors.RequestMalformed,
        request,
        replace(asked("x", owners), authority="emergency", reason="急"),
        by=TRUSTEE,
    )
    ahead = asked(
        "x", "Assets:PropertyFee:Advance:Vendor 1.00", kind="advance", authority="emergency", reason="急"
    )
    refused(flooded, errors.RequestMalformed, request, ahead, by=TRUSTEE)
    everything = asked("all", f"{PUMP} 48799.99")
    flooded.act(request, everything, by=TRUSTEE)
    flooded.act(approve, "all", by=COMMITTEE)
    refused(flooded, errors.FundShort, request, urgent(amount="0.02"), by=TRUSTEE)
    flooded.act(request, urgent(amount="0.01"), by=TRUSTEE)


def test_one_that_waits_too_long_stops_the_next(flooded: Books) -> None:
    flooded.act(request, urgent("a", "1.00"), by=TRUSTEE)
    flooded.act(post, "a", DAY)
    flooded.today = DAY + timedelta(days=30)
    flooded.act(request, urgent("b", "1.00"), by=TRUSTEE)
    flooded.today = DAY + timedelta(days=31)
    refused(flooded, errors.EmergencyOpen, request, urgent("c", "1.00"), by=TRUSTEE)
    flooded.act(ratify, "a", vote(flooded, "V1", "1.00"), by=COMMITTEE)
    flooded.act(request, urgent("c", "1.00"), by=TRUSTEE)


def test_ratifying_is_the_second_key_and_takes_the_authority(flooded: Books) -> None:
    flooded.act(request, urgent(), by=TRUSTEE)
    flooded.act(post, "u", DAY)
    code = resolve(flooded, "追认1", "3,000.00")
    refused(flooded, errors.RoleRefused, ratify, "u", code, by=TRUSTEE)
    refused(flooded, errors.SameBody, ratify, "u", code, by=Actor("x", Role.COMMITTEE, Body.TRUSTEE))
    refused(flooded, errors.AuthorityUnknown, ratify, "u", "没有", by=COMMITTEE)
    refused(flooded, errors.AuthorityUsedUp, ratify, "u", resolve(flooded, "少", "2999.99"), by=COMMITTEE)
    refused(flooded, errors.AuthorityUnfit, ratify, "u", "合同P-02", by=COMMITTEE)
    flooded.act(ratify, "u", code, by=COMMITTEE)
    assert listed(flooded) == []
    with flooded.database.reading() as session:
        assert used(session, flooded.compound, code) == yuan("3,000.00")
        before = open_emergencies(session, flooded.compound, DAY - timedelta(days=1))
    assert before == []
    refused(flooded, errors.EmergencyClosed, ratify, "u", code, by=COMMITTEE)


def test_what_is_no_emergency_is_not_ratified(flooded: Books) -> None:
    flooded.act(request, asked("d", f"{PUMP} 1.00"), by=TRUSTEE)
    refused(flooded, errors.EmergencyClosed, ratify, "d", resolve(flooded, "R1"), by=COMMITTEE)
    refused(flooded, errors.NotFound, ratify, "nothing", "R1", by=COMMITTEE)


def test_one_that_is_taken_back_is_closed(flooded: Books) -> None:
    flooded.act(request, urgent(), by=TRUSTEE)
    seq = flooded.act(post, "u", DAY).recorded.seq
    flooded.today = DAY + timedelta(days=2)
    flooded.act(reverse, Reverse(seq, "误报", flooded.today))
    assert listed(flooded) == []
    with flooded.database.reading() as session:
        assert [one.state for one in unratified(session, flooded.compound, DAY)] == [
            "posted"
        ]  # as it stood then
    flooded.act(refuse, "u", "误报", by=COMMITTEE)
    with flooded.database.reading() as session:
        assert open_emergencies(session, flooded.compound, flooded.today) == []
    refused(flooded, errors.EmergencyClosed, ratify, "u", resolve(flooded, "R1"), by=COMMITTEE)
