"""Commands about people: how a site without the example world gets its first beheerder."""

import click
from flask import Flask
from flask.cli import AppGroup

from accounts import invitations, joining
from accounts.addresses import normal_address
from accounts.invitations import Wish
from accounts.memberships import NotPossible
from accounts.models import StaffRole
from accounts.names import name_problem, typed_name
from common.ledger import SYSTEM
from common.web.database import db

group = AppGroup("accounts", help="People: invite the first of staff.")


@group.command("invite-staff")
@click.argument("address")
@click.option("--name", required=True, help="What the person is called; stands in the mail.")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def invite_staff(address: str, name: str, role: str, language: str) -> None:
    """Invite somebody of staff, print the link, and queue the mail with it."""
    email = normal_address(address)
    if email is None:
        raise click.ClickException(f"Dit is geen e-mailadres: {address}")
    called = typed_name(name)
    if problem := name_problem(called):
        raise click.ClickException(problem)
    wish = Wish(email, called, StaffRole(role), None, language)
    try:
        sent = invitations.invite(db(), wish, by=None, actor=SYSTEM)
    except NotPossible as error:
        raise click.ClickException(f"Wie {email} heeft, is al {role}.") from error
    link = joining.mail_invitation(db(), sent, None)
    db().commit()
    click.echo(f"Uitnodiging als {role} voor {email}. De link werkt één keer, 14 dagen lang:\n{link}")


def init_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(group)
