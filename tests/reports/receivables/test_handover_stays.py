"""A handover list is what was signed: what is booked later, even for days before, changes no copy of it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pdfplumber

from ledger.actions.change_owner import Ahead, ChangeOwner, change_owner
from ledger.actions.demand import DemandChannel, MakeDemands, Outcome, demand
from ledger.actions.hand_over import HandOver, hand_over
from ledger.actions.receive import Receive, receive
from ledger.actions.relieve import Relieve, waive
from ledger.actions.reverse import Reverse, reverse
from ledger.rules.channel import Channel
from ledger.store.owed import open_charges
from ledger.store.registers import head
from reports.pdf.handover import draw_handover
from reports.receivables.as_csv import handover_csv
from reports.receivables.handover import HandoverList, handover_list
from tests.books.sample import LATE_PAYER, SMALL, TWO_PAYER, UNSOLD, play, s02_s03_bill, yuan
from tests.conftest import Books

CUT_OFF = date(2026, 3, 14)


def recorded(books: Books, day: date = CUT_OFF) -> int:
    return int(books.act(hand_over, HandOver(day, "示例物业甲公司", "示例物业乙公司")).recorded.seq)


def of(books: Books, seq: int) -> HandoverList:
    with books.database.reading() as session:
        return handover_list(session, books.compound, seq)


def test_what_is_booked_later_for_earlier_days_changes_nothing_on_the_list(house: Books) -> None:
    play(house, before="s13")
    seq = recorded(house)
    signed = of(house, seq)
    with house.database.reading() as session:
        assert (seq, signed.head) == head(session, house.compound)
    before = date(2026, 3, 13)
    house.act(receive, Receive(LATE_PAYER, yuan("753.42"), Channel.BANK, before, before, "Joint01"))
    paid = house.act(receive, Receive(TWO_PAYER, yuan("800.00"), Channel.BANK, before, before, "Joint01"))
    with house.database.reading() as session:
        charge = open_charges(session, house.compound, [UNSOLD[0]])[0]
    house.act(waive, Relieve(((charge.id, None),), "表决 V2026-03", before))
    house.act(demand, MakeDemands(DemandChannel.LETTER, Outcome.SIGNED, before, (UNSOLD[1],)))
    house.act(change_owner, ChangeOwner(SMALL, before, before, Ahead.CARRY, "过户 2026-03"))
    house.act(reverse, Reverse(paid.recorded.seq, "误记", before))
    assert of(house, seq) == signed
    assert draw_handover(of(house, seq)) == draw_handover(signed)
    again = of(house, recorded(house))
    assert {one.line.unit for one in signed.arrears} - {one.line.unit for one in again.arrears} == {
        LATE_PAYER
    }
    assert again.head != signed.head


def test_the_list_says_how_a_month_is_shared_that_is_billed_after_it(house: Books) -> None:
    play(house, before="s02c")
    house.today = date(2026, 3, 20)
    listed = of(house, recorded(house))
    assert "2026-03" not in {one.line.period for one in listed.arrears}
    assert "2026-03 计费后按服务天数分列，移交方 14 天，接收方 17 天" in listed.later_zh
    with pdfplumber.open(BytesIO(draw_handover(listed))) as paper:
        text = "".join(page.extract_text() for page in paper.pages).replace("\n", "")
    assert "移交方 14 天" in text
    assert listed.head in text
    assert listed.later_zh in handover_csv(listed).decode("utf-8-sig")
    s02_s03_bill(house, date(2026, 3, 21))
    house.today = date(2026, 4, 1)
    whole = of(house, recorded(house, date(2026, 3, 31)))
    assert "全部属移交方期间" in whole.later_zh
