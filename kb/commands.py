"""The commands of the knowledge base, gathered: each part defines its own on `kb_commands`."""

from flask import Flask

import kb.care.commands  # adds its commands to the group
import kb.exchange.commands  # adds its commands to the group
import kb.guides.commands  # noqa: F401  # adds its commands to the group
from kb.command_group import kb_commands


def init_commands(app: Flask) -> None:
    """Add `flask kb`."""
    app.cli.add_command(kb_commands)
