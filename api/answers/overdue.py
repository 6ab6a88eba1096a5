"""What the routes of arrears, demands and collection rates answer."""

from __future__ import annotations

from typing import TypedDict

from api.answers.kinds import Described, act, joined, lists, pages, sends, shows
from api.answers.schema import DayText, Money, MonthText
from ledger.actions.amend_demand import DemandAmended
from ledger.actions.demand import DemandsMade
from reports.receivables.arrears import AgedRow, OwedLine
from reports.receivables.collection_rates import Collected


class AgedAmounts(TypedDict):
    """The open amounts of a row, by age class."""

    buckets: list[Money]


class OutcomeShown(TypedDict):
    """What became known of a demand later."""

    seq: int
    outcome: str
    happened_on: DayText
    reason: str | None


class DemandShown(TypedDict):
    """A demand and all that became known of it."""

    number: int
    seq: int
    unit: str
    debtor: int
    channel: str
    made_on: DayText
    through: MonthText
    amount: Money
    outcome: str
    outcome_on: DayText
    since: list[OutcomeShown]


class Withdrawn(TypedDict):
    """By which act something was taken back, and why."""

    seq: int
    reason: str | None


class InterruptionShown(TypedDict):
    """What began limitation anew."""

    seq: int
    unit: str
    debtor: int
    cause: str
    happened_on: DayText
    through: MonthText
    document: str | None
    withdrawn: Withdrawn | None


class LetterShown(TypedDict):
    """A letter of demand before it is drawn."""

    code: str
    addressee_zh: str
    units: list[str]
    amount: Money


class Formulas(TypedDict):
    """How the rates are computed, in words."""

    current: str
    overall: str
    note: str


class RateShown(TypedDict):
    """A group's figures and rates; null where nothing was billed."""

    key: str
    label_zh: str
    units: int | None
    closing: Money
    current_rate_bp: int | None
    overall_rate_bp: int | None


_AGED = joined(AgedRow, AgedAmounts)
_RATE = joined(Collected, RateShown)

ANSWERS: dict[str, Described] = {
    "read_arrears": shows(
        {
            "as_of": DayText,
            "buckets": list[str],
            "total": (_AGED, None),
            "by_debtor": [_AGED],
            "by_unit": [_AGED],
            "by_building": [_AGED],
            "by_kind": [_AGED],
            "charges": list[OwedLine],
        }
    ),
    "read_arrears_csv": sends("text/csv"),
    "log_demands": act(DemandsMade),
    "list_demands": pages(DemandShown),
    "add_an_outcome": act(DemandAmended),
    "withdraw_a_demand": act(DemandAmended),
    "record_interruption": act(),
    "list_interruptions": pages(InterruptionShown),
    "withdraw_an_interruption": act(interruption=int),
    "list_letters": lists(LetterShown, as_of=DayText),
    "draw_all_letters": sends("application/pdf"),
    "draw_each_letter": sends("application/zip"),
    "read_collection": shows(
        {
            "since": MonthText,
            "until": MonthText,
            "formulas_zh": Formulas,
            "by_kind": [_RATE],
            "by_building": [_RATE],
            "total": _RATE,
            "series": [_RATE],
        }
    ),
    "draw_collection": sends("application/pdf"),
}
