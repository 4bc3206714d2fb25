"""What the pages about people do: invite, send again, change, end. Each with its mail; the view commits."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts import invitations, joining, memberships
from accounts.memberships import NotPossible
from accounts.models import Invitation, MemberRole, Membership, StaffRole
from accounts.people import actor_for
from common.errors import Conflict
from common.ledger import Actor
from website.people.forms import ChangeForm, InviteForm, wish_of
from website.people.words import why_not


@dataclass(frozen=True)
class Place:
    """Where somebody is at work on people: at an authority or (without a code) at staff; from outside or within."""

    code: str | None
    name: str
    by_staff: bool
    is_example: bool = False

    def actor(self) -> Actor:
        """Return how the ledger names the signed-in person here."""
        return actor_for(current_user, StaffRole.ADMINISTRATOR if self.by_staff else MemberRole.COORDINATOR)

    def list_url(self) -> str:
        """Return the page with everybody of this place."""
        if self.code is None:
            return url_for("staff_roles.index")
        if self.by_staff:
            return url_for("people_desk.authority", code=self.code)
        return url_for("people.index", organisatie=self.code)

    def page_path(self) -> str:
        """Return the path of the list as forms name it, for keeping what was typed on it."""
        if self.code is None:
            return "/redactie/mensen/redactie"
        return f"/redactie/mensen/{self.code}" if self.by_staff else f"/mijn/mensen?organisatie={self.code}"

    def member_path(self, membership: Membership) -> str:
        """Return the path of a member's page as forms name it."""
        if self.by_staff:
            return f"/redactie/mensen/{self.code}/{membership.id}"
        return f"/mijn/mensen/{membership.id}?organisatie={self.code}"

    def invitation_url(self, verb: str, invitation: Invitation) -> str:
        """Return where an invitation is sent again (`send_again`) or withdrawn (`withdraw`)."""
        if self.by_staff:
            return url_for(f"people_desk.{verb}", invitation_id=invitation.id)
        return url_for(f"people.{verb}", invitation_id=invitation.id, organisatie=self.code)

    def member_url(self, verb: str, membership: Membership) -> str:
        """Return the page of one member (`member`), or where he gets another role or an end."""
        if self.by_staff:
            return url_for(f"people_desk.{verb}", code=self.code, membership_id=membership.id)
        return url_for(f"people.{verb}", membership_id=membership.id, organisatie=self.code)


def staff_place() -> Place:
    """Return staff as a place to invite to."""
    return Place(None, str(_("de redactie")), by_staff=True)


def invite(session: Session, place: Place, form: InviteForm) -> str:
    """Ask somebody to join; return what to tell, or nothing when the form now holds what is wrong."""
    try:
        sent = invitations.invite(session, wish_of(form, place.code), by=current_user, actor=place.actor())
    except NotPossible as error:
        form.errors.append(("e-mailadres", why_not(error.why)))
        return ""
    joining.mail_invitation(session, sent, current_user)
    if sent.again:
        return str(_("Voor %(name)s stond al een uitnodiging open. Wij stuurden een nieuwe link.", name=form.name))
    return str(_("De uitnodiging voor %(name)s is onderweg.", name=form.name))


def send_again(session: Session, place: Place, invitation: Invitation) -> tuple[str, str]:
    """Send an invitation with a new link; return the tone and the words of what to tell."""
    try:
        sent = invitations.send_again(session, invitation, by=current_user, actor=place.actor())
    except NotPossible as error:
        return "warning", why_not(error.why)
    joining.mail_invitation(session, sent, current_user)
    return "success", str(_("%(name)s krijgt een nieuwe link. De oude werkt niet meer.", name=invitation.name))


def withdraw(session: Session, place: Place, invitation: Invitation) -> tuple[str, str]:
    """Take an invitation back; return the tone and the words of what to tell."""
    try:
        invitations.withdraw(session, invitation, actor=place.actor())
    except NotPossible as error:
        return "warning", why_not(error.why)
    return "success", str(_("De uitnodiging voor %(name)s is ingetrokken.", name=invitation.name))


def change_role(session: Session, place: Place, membership: Membership, form: ChangeForm) -> str:
    """Give a member another role; return what to tell, or nothing when the form now holds what is wrong."""
    user, before, after = membership.user, membership.role, MemberRole(form.role)
    try:
        changed = memberships.change_role(session, membership, after, actor=place.actor(), reason=form.reason)
    except NotPossible as error:
        form.errors.append(("rol", why_not(error.why)))
        return ""
    except Conflict:
        form.too_late = True
        return ""
    joining.mail_role_changed(session, changed, before, by_staff=place.by_staff, reason=form.reason)
    return str(_("De rol van %(name)s is veranderd.", name=user.name))


def end(session: Session, place: Place, membership: Membership, form: ChangeForm) -> str:
    """Let a member go; return what to tell, or nothing when somebody else changed his role or let him go meanwhile."""
    user, code, role = membership.user, membership.authority_code, membership.role
    try:
        memberships.end(session, membership, actor=place.actor(), reason=form.reason)
    except Conflict:
        form.too_late = True
        return ""
    joining.mail_membership_ended(session, user, code, role, by_staff=place.by_staff, reason=form.reason)
    return str(_("%(name)s werkt hier niet meer.", name=user.name))
