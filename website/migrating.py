"""Brings the database up to date with the tables in the code."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from website.config import ROOT


def migrate(engine: Engine) -> None:
    """Run every migration that was not run yet."""
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


def alembic_config(connection: object) -> Config:
    """Return Alembic's settings for the migrations folder of this project."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config
