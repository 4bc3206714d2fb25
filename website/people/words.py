"""The words of the pages about people: roles, what went wrong, where an invitation stands."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from accounts.memberships import Why
from accounts.models import MemberRole, StaffRole
from common.clock import local
from common.vocabulary import vocabulary
from common.web.languages import format_day, text_in_language

LANGUAGES = (("nl", "Nederlands"), ("en", "English"))


def role_choices(roles: Iterable[MemberRole | StaffRole]) -> list[tuple[str, str, str]]:
    """Return roles as the choices of a form: value, name, and what the role may."""
    terms = vocabulary().roles
    return [
        (role.value, text_in_language(terms[role.value].name), text_in_language(terms[role.value].description))
        for role in roles
    ]


def role_name(role: str) -> str:
    """Return what a role is called on this page."""
    return text_in_language(vocabulary().roles[role].name)


def local_day(moment: datetime) -> str:
    """Write the day of a moment, on a Dutch clock."""
    return format_day(local(moment).date())


def why_not(why: Why) -> str:
    """Say why a change of people cannot be made, and what to do."""
    words = {
        Why.ALREADY_THERE: _("Wie dit adres heeft, heeft deze rol al. Kies een andere rol, of controleer het adres."),
        Why.SAME_ROLE: _("Deze rol heeft de persoon al. Kies een andere rol."),
        Why.NOT_OPEN: _("Deze uitnodiging is al aangenomen of ingetrokken."),
        Why.OTHER_ADDRESS: _("Deze uitnodiging is voor iemand anders."),
        Why.LAST_ADMINISTRATOR: _(
            "Dit is de laatste beheerder. Maak eerst iemand anders beheerder, anders kan niemand meer rollen geven."
        ),
        Why.NOTHING_CHANGED: _("U veranderde niets. Kies wat er anders wordt, of ga terug."),
    }
    return str(words[why])
