"""Build the application from its settings; nothing happens at import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from api import pages, problems
from api.admission import PLACES, Admission
from api.house import House, silence, system_clock
from api.identity import reader_of
from api.interface import describe
from api.limits import Limits
from api.operating.requests import Watched
from api.routes import (
    accounts,
    adjustments,
    agency,
    agreements,
    archives,
    arrears,
    assets,
    auditing,
    authorities,
    bank_sums,
    books,
    budgets,
    charges,
    claims,
    collection,
    compounds,
    corrections,
    demand_letters,
    demands,
    disbursements,
    distributions,
    emergencies,
    entries,
    fund_moves,
    gifts,
    grants,
    handovers,
    leases,
    machine,
    metering,
    openings,
    other_income,
    periods,
    petty_cash,
    probes,
    projects,
    receipts,
    reliefs,
    repair_fund,
    stewardship,
    tenures,
    unit_accounts,
    units,
    users,
    vouchers,
)
from api.routing import Router
from api.settings import Settings
from ledger.store.append import random_salt
from ledger.store.session import Database

#: Routes are tried in this order: what is asked most stands first.
ROUTERS: tuple[Router, ...] = (
    entries.router,
    receipts.router,
    compounds.router,
    users.router,
    accounts.router,
    openings.router,
    units.router,
    tenures.router,
    charges.router,
    corrections.router,
    adjustments.router,
    metering.router,
    arrears.router,
    demands.router,
    demand_letters.router,
    collection.router,
    unit_accounts.router,
    handovers.router,
    reliefs.router,
    agreements.router,
    other_income.router,
    assets.router,
    leases.router,
    bank_sums.router,
    claims.router,
    authorities.router,
    budgets.router,
    disbursements.router,
    emergencies.router,
    vouchers.router,
    petty_cash.router,
    fund_moves.router,
    distributions.router,
    repair_fund.router,
    agency.router,
    stewardship.router,
    periods.router,
    books.router,
    archives.router,
    auditing.router,
    grants.router,
    gifts.router,
    projects.router,
    pages.router,
)
#: FastAPI's own spans and log records hold paths, queries and the words of exceptions; ours (``api.operating``) do not.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_GZIP_FROM = 1024  # bytes
_PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")  # served byte for byte, as hashed


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = system_clock,
    salt: Callable[[], str] = random_salt,
    database: Database | None = None,
    with_books: bool = True,
) -> FastAPI:
    """Return the application: the interface, our pages, and the published books.

    Args:
        settings: where the books are and how long things may be.
        clock: gives the present, aware.
        salt: gives 16 random bytes in hex at each call.
        database: the books, if the caller has opened them already and will close them.
        with_books: show the books in Fava under ``/books``; a command does without.
    """
    books_opened_here = database is None
    books = database or Database(settings.database_url, patience=settings.patience_seconds)
    house = House(settings, books, clock, salt)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Hold the books for the life of the application."""
        from api.operating.start import watched  # here: a command starts without it

        current_default_thread_limiter().total_tokens = PLACES
        house.open()
        if app.state.announced:
            house.announce(app.state.announced)
        try:
            with watched(app):
                yield
        finally:
            silence(house.database)
            if books_opened_here:
                house.close()

    app = FastAPI(
        title="明账 · Mingzhang",
        version="0.1.0",
        description="住宅小区公开账簿 · Open books for a residential compound",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        telemetry=_NO_TELEMETRY,
    )
    app.state.house = house
    app.state.announced = ""
    app.state.health = app.state.metrics = app.state.shelf = app.state.send_last_spans = None
    app.state.templates = pages.templates()
    problems.install(app)
    _add_layers(app, settings)
    _add_routes(app)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # as FastAPI documents it
    if with_books:
        app.mount("/books", _books_app(app))
    return app


def _add_layers(app: FastAPI, settings: Settings) -> None:
    """Put around the routes what every request passes, from the innermost to the outermost."""
    app.add_middleware(Admission)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM, exclude_content_types=_PACKED)
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(Watched)


def _books_app(app: FastAPI) -> ASGIApp:
    """Return the pages of the published books. Fava is imported here so that a command starts without it."""
    from api.fava.app import create_fava
    from api.shelf import Shelf

    app.state.shelf = Shelf(app.state.house)
    return create_fava(app.state.shelf, reader_of)


def api_routes() -> list[APIRoute]:
    """Return every route of the interface and of our pages."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _add_routes(app: FastAPI) -> None:
    """Give the application the routes as they are, not copies of them (``api.routing.Router``)."""
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.include_router(probes.router)
    app.include_router(machine.router)
