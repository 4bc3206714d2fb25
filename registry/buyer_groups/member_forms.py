"""The forms about who takes part: what was typed, what is wrong with it, and what it says."""

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from common.typed import is_web_address, read_day, wrong_day
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
            self.errors[name] = _(wrong_day(self.texts[name]))
        return day

    def longest(self, name: str, most: int) -> None:
        """Say so where a text is too long."""
        if len(self.texts[name]) > most:
            self.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)

    def source(self, name: str, old: str | None = None) -> str | None:
        """Read a source that may be missing: the address of a page. What stood there before may stay as it is."""
        text = self.texts[name]
        self.longest(name, LONGEST_SOURCE)
        if text and text != old and name not in self.errors and not is_web_address(text):
            self.errors[name] = _("Schrijf het hele adres, dat begint met https://.")
        return text or None


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


def checked_period(form: MemberForm, old: BuyerGroupMember) -> tuple[date | None, date | None, str | None]:
    """Return first day, last day and source as they were typed; the errors stand in the form."""
    first_day, last_day = form.day("vanaf"), form.day("laatste_dag")
    if first_day and last_day and last_day < first_day:
        form.errors["laatste_dag"] = _("De laatste dag ligt vóór de eerste dag. Controleer beide dagen.")
    source = form.source("bron", old.source)
    form.longest("reden", LONGEST_REASON)
    if not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf in een zin waarom u dit wijzigt. Iedereen kan dat lezen.")
    return first_day, last_day, source
