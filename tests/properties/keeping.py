"""What every machine of acts has in common: one house, a clock, and a refusal that must leave no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from ledger.errors import Refusal
from ledger.rules.roles import Actor
from ledger.store.balances import balances
from ledger.store.registers import head
from ledger.store.session import Database
from tests.books.sample import play
from tests.conftest import TREASURER, Books
from tests.properties.invariants import Sheet, check_published_books, read_sheet

T = TypeVar("T")
_NUMBERS = count(1)


class Keeping(RuleBasedStateMachine):
    """Books that a machine keeps, from the takeover of the sample compound on; ``town`` is where they stand."""

    town: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        name = f"{type(self).__name__.lower()}-{next(_NUMBERS)}"
        self.books = play(Books(self.town, name, date(2026, 1, 5)).open(), through="s01")
        self.accepted: set[str] = set()

    def attempt(self, action: Callable[..., T], *command: object, by: Actor = TREASURER) -> T | None:
        """Do an act; a refusal leaves head and chain as they were."""
        before = self._head()
        try:
            done = self.books.act(action, *command, by=by)
        except Refusal as refusal:
            assert self._head() == before
            assert refusal.detail("zh")
            assert refusal.detail("en")
            return None
        self.accepted.add(action.__name__)
        return done

    def _head(self) -> tuple[int, str]:
        with self.town.reading() as session:
            return head(session, self.books.compound)

    def _sheet(self) -> Sheet:
        with self.town.reading() as session:
            return read_sheet(session, self.books.compound)

    def _standing(self) -> dict[str, int]:
        with self.town.reading() as session:
            return balances(session, self.books.compound)

    def _day(self, back: int) -> date:
        return self.books.today - timedelta(days=back)

    def teardown(self) -> None:
        with self.town.reading() as session:
            check_published_books(session, self.books.compound, self.books.today)


def keep_for_a_while(machine: type[Keeping], town: Database, *, examples: int, steps: int) -> None:
    """Run a machine in one database: always the same acts, in the same order."""
    in_town: Any = type(machine.__name__, (machine,), {"town": town})
    run_state_machine_as_test(
        in_town,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
                HealthCheck.filter_too_much,
            ],
        ),
    )
