"""Run Alembic on the engine that the caller hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from ledger.store.tables import METADATA


def run() -> None:
    """Run the migrations in one transaction; SQLite changes tables in batches."""
    engine = context.config.attributes.get("engine")
    if engine is None:  # alembic called by hand
        engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite:///books.db")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
