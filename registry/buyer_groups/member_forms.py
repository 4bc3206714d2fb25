"""The forms about who takes part: what was typed, what is wrong with it, and what it says."""

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from common.typed import read_day
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.buyer_groups.members import LONGEST_SOURCE
from registry.buyer_groups.models import BuyerGroupMember

TEXTS = ("organisatie", "vanaf", "laatste_dag", "bron", "reden", "vergissing")


@dataclass
class MemberForm:
    """One sending of a form about a member; `texts` is what was typed."""

    texts: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def day(self, name: str) -> date | None:
        """Read a day that may be unknown; say what is wrong with it."""
        day = read_day(self.texts[name]) if self.texts[name] else None
        if self.texts[name] and day is None:
            self.errors[name] = _("Schrijf de dag als dag-maand-jaar, zoals 21-11-2026.")
        return day

    def longest(self, name: str, most: int) -> None:
        """Say so where a text is too long."""
        if len(self.texts[name]) > most:
            self.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)


def form_of(member: BuyerGroupMember) -> MemberForm:
    """Return the form filled in with what a membership says."""
    last_day = member.last_day
    return MemberForm(
        {
            **dict.fromkeys(TEXTS, ""),
            "vanaf": member.valid_from.isoformat() if member.valid_from else "",
            "laatste_dag": last_day.isoformat() if last_day else "",
            "bron": member.source or "",
        }
    )


def checked_period(form: MemberForm) -> tuple[date | None, date | None, str | None]:
    """Return first day, last day and source as they were typed; the errors stand in the form."""
    first_day, last_day = form.day("vanaf"), form.day("laatste_dag")
    if first_day and last_day and last_day < first_day:
        form.errors["laatste_dag"] = _("De laatste dag ligt vóór de eerste dag. Controleer beide dagen.")
    form.longest("bron", LONGEST_SOURCE)
    form.longest("reden", LONGEST_REASON)
    if not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf in een zin waarom u dit wijzigt. Iedereen kan dat lezen.")
    return first_day, last_day, form.texts["bron"] or None
