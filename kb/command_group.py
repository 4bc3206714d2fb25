"""`flask kb`: the group to which the parts of the knowledge base add their commands."""

from flask.cli import AppGroup

kb_commands = AppGroup("kb", help="The knowledge base: export, import, publishing at a time, reminders, links.")
