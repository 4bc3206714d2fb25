"""Who may do what in the register: may_<verb>_<noun>(user, record) -> bool, the same for views and templates.

A stranger is a user whose `is_authenticated` is false. Records are asked for their authority's code and
their state only, so that these functions can be tested without a database.
"""

from typing import TYPE_CHECKING, Any

from accounts.models import MemberRole, StaffRole
from accounts.people import has_staff_role, is_staff, member_roles

if TYPE_CHECKING:
    from registry.reports.models import Report


def may_see_deadlines(user: Any) -> bool:
    """A beoordelaar or beheerder: who will be late next, and who is late."""
    return has_staff_role(user, StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)


def may_grant_delay(user: Any) -> bool:
    """A beheerder, with a reason that is public."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_see_own_authority(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role."""
    return bool(member_roles(user, authority_code))


def may_read_draft_report(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority; staff see only what was submitted."""
    return bool(member_roles(user, authority_code))


def may_edit_report(user: Any, report: "Report") -> bool:
    """Invuller and coördinator, while the answers may change; what came on paper is entered by staff alone."""
    if report.on_paper:
        return may_enter_on_paper(user) and report.may_change
    return may_fill_in(user, report.authority.code) and report.may_change


def may_fill_in(user: Any, authority_code: str) -> bool:
    """Invuller and coördinator of this authority."""
    return bool({MemberRole.CONTRIBUTOR, MemberRole.COORDINATOR} & set(member_roles(user, authority_code)))


def may_submit_report(user: Any, report: "Report") -> bool:
    """Only a coördinator of this authority, while the report can be changed; staff for what came on paper."""
    if report.on_paper:
        return may_enter_on_paper(user) and report.may_change
    return MemberRole.COORDINATOR in member_roles(user, report.authority.code) and report.may_change


def may_agree_with_report(user: Any, report: "Report") -> bool:
    """Only a bestuurder of this authority, when the coördinator asks; never of what came on paper."""
    return MemberRole.EXECUTIVE in member_roles(user, report.authority.code) and not report.on_paper


def may_take_back_report(user: Any, report: "Report") -> bool:
    """A coördinator of this authority: correcting what is public, leaving that, and withdrawing what is not yet.

    Staff alike for what they entered from paper.
    """
    own = MemberRole.COORDINATOR in member_roles(user, report.authority.code)
    return own or (report.on_paper and may_enter_on_paper(user))


def may_enter_on_paper(user: Any) -> bool:
    """A beoordelaar or beheerder, for an authority that sent its report on paper; he decides on it no more."""
    return has_staff_role(user, StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)


def may_remind(user: Any) -> bool:
    """A beoordelaar or beheerder: who gets a reminder, the word that goes along, and sending one by hand."""
    return has_staff_role(user, StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)


def may_work_together(user: Any, report: "Report") -> bool:
    """Invuller and coördinator, while the report can change: tasks, links for others, threads. Never staff."""
    return may_fill_in(user, report.authority.code) and report.may_change and not report.on_paper


def may_take_over_answers(user: Any, report: "Report") -> bool:
    """Only a coördinator, while the report can change: answers of somebody without an account."""
    return may_drop_answers(user, report) and may_work_together(user, report)


def may_drop_answers(user: Any, report: "Report") -> bool:
    """Only a coördinator, at any time: answers of somebody without an account on which nobody decided."""
    return MemberRole.COORDINATOR in member_roles(user, report.authority.code)


def may_review_reports(user: Any) -> bool:
    """A beoordelaar or beheerder; the rule of four eyes is checked when he decides."""
    return has_staff_role(user, StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)


def may_publish_in_emergency(user: Any) -> bool:
    """A beheerder, with a reason, and only a report on which he worked himself: else he reviews it as always."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_unpublish_report(user: Any) -> bool:
    """A beheerder, with a reason that is public: withdrawing a published report."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_erase_contact(user: Any) -> bool:
    """A beheerder, with a reason, for a contact person who asked to be removed from a report."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_see_agreement_drafts(user: Any) -> bool:
    """Everybody of staff: the list of agreements, drafts included, and how a draft will look."""
    return is_staff(user)


def may_manage_agreements(user: Any) -> bool:
    """A beheerder: writing an agreement, publishing a version, opening it to signing and closing it."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_see_edition_drafts(user: Any) -> bool:
    """Everybody of staff: the list of forms, drafts included, what differs from last year, and how one will look."""
    return is_staff(user)


def may_write_editions(user: Any) -> bool:
    """A beheerder: writing a form, opening it, and correcting the texts of one that is open."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_see_unconfirmed_signatures(user: Any) -> bool:
    """Everybody of staff; a beheerder confirms."""
    return is_staff(user)


def may_confirm_signature(user: Any) -> bool:
    """A beheerder."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_change_signature(user: Any) -> bool:
    """A beheerder: entering one that was signed on paper, ending, and correcting; another one confirms or decides."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_prepare_signing(user: Any, authority_code: str) -> bool:
    """Coördinator and bestuurder of the authority; withdrawing alike."""
    return bool({MemberRole.COORDINATOR, MemberRole.EXECUTIVE} & set(member_roles(user, authority_code)))


def may_sign_agreement(user: Any, authority_code: str) -> bool:
    """Only a bestuurder of the authority; sending back what was prepared for him alike."""
    return MemberRole.EXECUTIVE in member_roles(user, authority_code)


def may_read_evidence(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority that signed, in any role, and staff: mandates and papers. Never the public."""
    return may_see_own_authority(user, authority_code) or is_staff(user)


def may_add_document(user: Any, authority_code: str) -> bool:
    """Invuller and coördinator of the authority; adding, removing and putting back alike."""
    return may_fill_in(user, authority_code)


def may_read_document(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role, and staff who review its reports. Never the public."""
    return may_see_own_authority(user, authority_code) or may_review_reports(user)


def may_read_plan_draft(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role; nobody else knows that there is a draft."""
    return may_see_own_authority(user, authority_code)


def may_write_plan(user: Any, authority_code: str) -> bool:
    """Invuller and coördinator of the authority."""
    return may_fill_in(user, authority_code)


def may_publish_plan(user: Any, authority_code: str) -> bool:
    """Only a coördinator of the authority: noting that the plan was adopted, opening it again, and making it public."""
    return MemberRole.COORDINATOR in member_roles(user, authority_code)


def may_see_certificates(user: Any, authority_code: str) -> bool:
    """Whoever works for the authority, in any role, and a beheerder: the list with withdrawn and coming ones."""
    return may_see_own_authority(user, authority_code) or may_oversee_certificates(user)


def may_add_certificate(user: Any, authority_code: str) -> bool:
    """Invuller and coördinator of the authority."""
    return may_fill_in(user, authority_code)


def may_correct_certificate(user: Any, authority_code: str) -> bool:
    """Invuller and coördinator of the authority, and a beheerder, with a reason; withdrawing alike."""
    return may_fill_in(user, authority_code) or may_oversee_certificates(user)


def may_oversee_certificates(user: Any) -> bool:
    """A beheerder: the certificates of all authorities."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_run_buyer_groups(user: Any) -> bool:
    """A redacteur or beheerder: what the site says of a buyer group, and who takes part."""
    return has_staff_role(user, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)


def may_join_buyer_group(user: Any, authority_code: str) -> bool:
    """A coördinator, for his own authority; leaving alike."""
    return MemberRole.COORDINATOR in member_roles(user, authority_code)


def may_manage_authorities(user: Any) -> bool:
    """A beheerder: adding, renaming and ending authorities, by hand or by an import, and their mergers."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)


def may_see_note_template(user: Any) -> bool:
    """Everybody of staff: the template of the one-page note."""
    return is_staff(user)


def may_change_note_template(user: Any) -> bool:
    """A beheerder: replacing the template of the one-page note, and putting our own back."""
    return has_staff_role(user, StaffRole.ADMINISTRATOR)
