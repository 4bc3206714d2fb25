"""Who may do what with people: may_<verb>_<noun>(user, record) -> bool, the same for views and templates.

A stranger is a user whose `is_authenticated` is false. Authorities are named by their code.
"""

from typing import Any

from accounts.models import Invitation, MemberRole, StaffRole
from accounts.people import has_staff_role, is_staff, member_roles


def may_see_colleagues(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role: names and roles, no addresses."""
    return bool(member_roles(user, authority_code))


def may_invite_member(user: Any, authority_code: str) -> bool:
    """A coördinator of this authority; he also sees, sends again and withdraws its open invitations."""
    return MemberRole.COORDINATOR in member_roles(user, authority_code)


def may_change_member(user: Any, authority_code: str) -> bool:
    """A coördinator of this authority: roles and endings, his own included."""
    return MemberRole.COORDINATOR in member_roles(user, authority_code)


def may_see_desk(user: Any) -> bool:
    """Everybody of staff sees what waits; what he may do about it follows from his roles."""
    return is_staff(user)


def may_see_people(user: Any) -> bool:
    """A beheerder: everybody with an account, by name, address and organisation."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_invite_coordinator(user: Any) -> bool:
    """A beheerder, for any authority."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_change_member_of_others(user: Any) -> bool:
    """A beheerder, for any authority, and with a reason."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_manage_staff(user: Any) -> bool:
    """A beheerder: invites staff, and gives and takes their roles."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_erase_person(user: Any) -> bool:
    """A beheerder, with a reason, for somebody who asked for it; everybody may have himself removed."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_take_off_second_step(user: Any) -> bool:
    """A beheerder, with a reason, for somebody else who lost his telephone and codes."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_accept_invitation(user: Any, invitation: Invitation) -> bool:
    """Only who has the address that was invited; a link that was passed on brings nobody else in."""
    return bool(user.is_authenticated) and user.email.lower() == invitation.email.lower()


def may_handle_mail(user: Any) -> bool:
    """A beheerder: mail that did not arrive, with the address, to send it again or to leave it."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)
