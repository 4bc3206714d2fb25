"""What is typed on the pages of working together, read and checked; the errors are pairs of a field and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from accounts.addresses import normal_address
from accounts.models import User
from accounts.names import name_problem, typed_name
from common.web.languages import LANGUAGES
from registry.reports.together.links import LONGEST, USUAL, Wish
from registry.reports.together.taking import Choice, What
from registry.reports.together.tasks import LONGEST_NOTE
from registry.reports.together.threads import LONGEST as LONGEST_MESSAGE

FIELDS = ("wie", "opdracht", "naam", "e-mailadres", "dagen", "taal", "vraag", "bericht")
Fields = MultiDict[str, str]


@dataclass
class Typed:
    """What was typed on one page, and what is wrong with it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    keys: Sequence[str] = ()
    errors: list[tuple[str, str]] = field(default_factory=list)

    def error(self, name: str) -> str:
        """Return what is wrong with a field, or nothing."""
        return dict(self.errors).get(name, "")


def typed(form: Fields) -> Typed:
    """Return what was typed, unchecked."""
    return Typed({name: _text(form.get(name, "")) for name in FIELDS if name in form}, form.getlist("sleutels"))


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def read_task(form: Fields, people: Sequence[User]) -> tuple[Typed, User | None]:
    """Return what was typed for a task and to whom it goes; None with the errors where it cannot."""
    found = typed(form)
    to = next((one for one in people if str(one.id) == found.texts.get("wie")), None)
    if to is None:
        found.errors.append(("wie", _("Kies een collega.")))
    _not_longer(found, "opdracht", LONGEST_NOTE)
    return found, to if not found.errors else None


def read_link(form: Fields, keys: tuple[str, ...]) -> tuple[Typed, Wish | None]:
    """Return what was typed for a link and what it asks for; None with the errors where it cannot."""
    found = typed(form)
    name, email = typed_name(found.texts.get("naam", "")), normal_address(found.texts.get("e-mailadres", ""))
    if problem := name_problem(name):
        found.errors.append(("naam", problem))
    if email is None:
        found.errors.append(("e-mailadres", _("Vul een e-mailadres in, zoals naam@organisatie.nl.")))
    days = found.texts.get("dagen") or str(USUAL)
    if not (days.isascii() and days.isdigit() and len(days) < 4 and 1 <= int(days) <= LONGEST):
        found.errors.append(("dagen", _("Vul een aantal dagen in van 1 tot en met %(most)s.", most=LONGEST)))
    _not_longer(found, "vraag", LONGEST_NOTE)
    if found.errors or email is None:
        return found, None
    language = found.texts.get("taal", "")
    note = found.texts.get("vraag", "")
    return found, Wish(keys, name, email, note, int(days), language if language in LANGUAGES else "nl")


def read_message(form: Fields) -> tuple[Typed, str]:
    """Return what was typed for the thread, and the text; an empty one with the error where it cannot be posted."""
    found = typed(form)
    if not found.texts.get("bericht"):
        found.errors.append(("bericht", _("Schrijf een bericht.")))
    _not_longer(found, "bericht", LONGEST_MESSAGE)
    return found, "" if found.errors else found.texts["bericht"]


def _not_longer(found: Typed, name: str, most: int) -> None:
    length = len(found.texts.get(name, ""))
    if length > most:
        found.errors.append(
            (name, _("Dit zijn %(length)s tekens. Maak er hooguit %(most)s van.", length=length, most=most))
        )


def read_choices(form: Fields, keys: Sequence[str]) -> dict[str, Choice]:
    """Return, per question that came through a link, what was chosen and which two texts were on the screen."""
    found = {}
    for key in keys:
        choice, seen, read = (form.get(f"{key.lower()}__{name}", "") for name in ("besluit", "gezien", "gelezen"))
        if choice in set(What) and all(one.isdecimal() and len(one) < 10 for one in (seen, read)):
            found[key] = Choice(What(choice), int(seen), int(read))
    return found
