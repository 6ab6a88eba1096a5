"""The machine of debts can do each of its acts: a day on which all of them are accepted, one after another."""

from __future__ import annotations

from datetime import date

from ledger.actions.adjusting import Surplus
from ledger.actions.change_owner import Ahead
from ledger.actions.relieve import waive, write_off
from ledger.store.session import Database
from tests.books.sample import LATE_PAYER, PREPAID, SMALL, TWO_PAYER, yuan
from tests.properties.test_any_fate_of_a_debt import Debts

ACTS = {
    *("bill", "share_cost", "receive", "park", "claim", "owe_back", "request", "approve", "pay"),
    *("waive", "write_off", "dispute", "end_dispute", "change_owner", "charge_late_fee", "rebill"),
    *("settle_developer", "settle_in_kind", "sell_in_kind", "reverse", "close"),
}


def test_every_act_of_the_machine_is_accepted_once(town: Database) -> None:
    machine = type("DebtsOfADay", (Debts,), {"town": town})()
    machine.books.today = date(2026, 2, 10)
    machine.receives(SMALL, yuan("1,000.00"), 0, reserved=False)
    machine.owes_back(SMALL, yuan("100.00"))
    machine.gives_back(0, yuan("40.00"))
    machine.parks(yuan("50.00"))
    machine.claims(0, TWO_PAYER, None)
    machine.pays_ahead_and_is_given_a_month(PREPAID, 1)
    machine.contests(1, None)
    machine.ends_a_dispute(0, None)
    machine.gives_up(5, 100, waive)
    machine.gives_up(9, 100, write_off)
    machine.is_late(LATE_PAYER, 1, None, at_once=False)
    machine.is_late(LATE_PAYER, 1, 1, at_once=True)
    machine.the_next_month_is_billed(yuan("1,234.56"), 12, twice=True)
    machine.is_sold(SMALL, Ahead.CARRY, 0)
    machine.is_measured_anew(TWO_PAYER, 12_000, Surplus.REFUSE, 0)
    machine.gives_in_kind(3, 1_000, None, sold=True)
    machine.developer_settles(yuan("100.00"), 0, waived=False)
    machine.takes_back(0, returned=False)
    machine.every_fen_is_accounted_for()
    machine.closes()
    machine.every_fen_is_accounted_for()
    assert ACTS - machine.accepted == set()
    machine.teardown()
