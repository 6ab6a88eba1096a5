"""Watch an application for its life: figures from zero, health from now, rounds if it is served."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fastapi import FastAPI

from api.house import House
from api.operating.books_figures import BooksFigures
from api.operating.health import Health
from api.operating.metrics import Metrics
from api.operating.rounds import Rounds
from api.schedule import Schedule


@contextlib.contextmanager
def watched(app: FastAPI) -> Iterator[None]:
    """Watch an application whose books have just been opened; a command inside a process does without."""
    house: House = app.state.house
    rounds = Rounds(house, house.settings.verify_hours)
    schedule = Schedule(house)
    drawn = app.state.shelf.drawn if app.state.shelf is not None else dict
    figures = BooksFigures(house.database, rounds, schedule, drawn)
    metrics = Metrics(house.database, app.version, figures)
    app.state.rounds, app.state.schedule, app.state.metrics = rounds, schedule, metrics
    app.state.health = Health.of(house.database, house.settings.disk_floor_bytes)
    house.database.watch = metrics.committed
    if app.state.announced:
        rounds.start()
        schedule.start()
    try:
        yield
    finally:
        rounds.stop()
        schedule.stop()
        house.database.watch = None
        if app.state.send_last_spans is not None:
            app.state.send_last_spans()
