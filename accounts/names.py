"""What may be a name. A name stands in mails to others, so it holds no address of a page and nothing that hides."""

import re
import unicodedata

from flask_babel import gettext as _

LONGEST_NAME = 100
# Mail programs make a link of kwaad.nl as well; initials (J.P.) and "dr. Jansen" stay names.
_NOT_IN_A_NAME = re.compile(r"[<>@/\\]|www\.|[^\W_]{2,}\.[^\W\d_]{2,}", re.IGNORECASE)
_HIDING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Kinds of signs that one does not see: control characters, ends of lines, those that turn the direction of writing."""
_JOINERS = "\u200c\u200d"  # letters of Persian and Indian names are written with them


def typed_name(text: str) -> str:
    """Return a name as typed, with single spaces; line ends within it stay, for `name_problem` to refuse."""
    found = text.strip()
    return found if len(found.splitlines()) > 1 else " ".join(found.split())


def name_problem(name: str, longest: int = LONGEST_NAME) -> str:
    """Return what is wrong with a name, in the page's language, or nothing; `longest` counts characters."""
    if not name:
        return str(_("Vul een naam in."))
    if len(name) > longest:
        return str(_("Schrijf hoogstens %(number)s tekens.", number=longest))
    # NFKC: the full-width signs of an address are read, and by some programs linked, as plain ones.
    if _NOT_IN_A_NAME.search(unicodedata.normalize("NFKC", name)) or _hides(name):
        return str(_("Vul alleen een naam in, zonder webadres of tekens als @ en /."))
    return ""


def _hides(name: str) -> bool:
    return any(unicodedata.category(sign) in _HIDING and sign not in _JOINERS for sign in name)
