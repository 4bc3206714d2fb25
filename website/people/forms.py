"""What is typed on the pages about people, read and checked. Errors are pairs of a field's id and what to do."""

from collections.abc import Collection
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from accounts.addresses import normal_address
from accounts.invitations import Wish
from accounts.memberships import LONGEST_REASON
from accounts.models import MemberRole, StaffRole
from accounts.names import name_problem, typed_name
from common.web.languages import LANGUAGES, page_language


@dataclass
class InviteForm:
    """Whom to invite, as typed."""

    name: str = ""
    email: str = ""
    role: str = ""
    language: str = field(default_factory=page_language)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def error(self, name: str) -> str:
        """Return what is wrong with a field, or nothing."""
        return dict(self.errors).get(name, "")


def read_invitation(form: "MultiDict[str, str]", roles: Collection[MemberRole | StaffRole]) -> InviteForm:
    """Read and check the form that asks somebody to join in one of these roles."""
    found = typed_invitation(form)
    if problem := name_problem(found.name):
        found.errors.append(("naam", problem))
    if normal_address(found.email) is None:
        found.errors.append(("e-mailadres", _("Vul een e-mailadres in, zoals naam@organisatie.nl.")))
    if found.role not in {role.value for role in roles}:
        found.errors.append(("rol", _("Kies een rol.")))
    if found.language not in LANGUAGES:
        found.language = "nl"
    return found


def typed_invitation(form: "MultiDict[str, str]") -> InviteForm:
    """Return what was typed, unchecked."""
    return InviteForm(
        name=typed_name(form.get("naam", "")),
        email=form.get("e-mailadres", "").strip(),
        role=form.get("rol", ""),
        language=form.get("taal", ""),
    )


def wish_of(form: InviteForm, code: str | None) -> Wish:
    """Return what a form without errors asks for."""
    role = MemberRole(form.role) if code else StaffRole(form.role)
    return Wish(normal_address(form.email) or "", form.name, role, code, form.language)


@dataclass
class ChangeForm:
    """A change of somebody's role, or its end, as typed. The ids of the fields begin with the name of the form."""

    kind: str = ""
    """ "rol" or "stoppen": which of the two forms on the page it is."""
    role: str = ""
    reason: str = ""
    sure: bool = False
    errors: list[tuple[str, str]] = field(default_factory=list)
    too_late: bool = False
    """Whether somebody else changed the same thing meanwhile."""

    @property
    def status(self) -> int:
        """Return the status code of the page with this form."""
        if self.too_late:
            return 409
        return 422 if self.errors else 200

    def error(self, name: str) -> str:
        """Return what is wrong with a field, or nothing."""
        return dict(self.errors).get(name, "")


def read_change(form: "MultiDict[str, str]", kind: str, *, needs_reason: bool, must_be_sure: bool) -> ChangeForm:
    """Read and check a change of a role ("rol") or its end ("stoppen")."""
    found = ChangeForm(kind, form.get("rol", ""), reason_in(form), form.get("zeker") == "ja")
    if kind == "rol" and found.role not in set(MemberRole):
        found.errors.append(("rol", _("Kies een rol.")))
    if needs_reason and (problem := reason_problem(found.reason)):
        found.errors.append((f"{kind}-reden", problem))
    if must_be_sure and not found.sure:
        found.errors.append((f"{kind}-zeker", _("Zet een vinkje als u dit zeker weet.")))
    return found


def typed_change(form: "MultiDict[str, str]") -> ChangeForm:
    """Return what was typed in one of the two forms before a session ended, unchecked; being sure is asked anew."""
    return ChangeForm("rol" if "rol" in form else "stoppen", form.get("rol", ""), reason_in(form))


def reason_in(form: "MultiDict[str, str]") -> str:
    """Return the reason that was typed."""
    return form.get("reden", "").replace("\r\n", "\n").strip()


def reason_problem(reason: str) -> str:
    """Return what is wrong with a reason, or nothing."""
    if not reason:
        return str(_("Schrijf op waarom."))
    if len(reason) > LONGEST_REASON:
        return str(_("Schrijf hoogstens %(number)s tekens.", number=LONGEST_REASON))
    return ""
