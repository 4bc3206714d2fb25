"""Alembic's entry: runs the migrations on the connection that `flask setup` hands it."""

from alembic import context
from sqlalchemy import Connection

import website.tables  # noqa: F401  # imports every table, so that autogenerate sees them all
from common.database import Base


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
