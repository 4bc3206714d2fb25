"""What a new password must be: long, not on a list of common ones, and not the person's own name.

Length and list follow NIST SP 800-63B (5.1.1.2): no rules about kinds of characters, no end date. The list is that of
zxcvbn: the 30,000 most used passwords of leaks, with what people add to them (years, a "!", rows of the keyboard).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import PasswordUtil
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts.models import User

SHORTEST, LONGEST = 12, 256
SITE_WORDS = ("manifestkompas",)
EASY_BELOW = 10**9
"""A password that zxcvbn finds in fewer guesses is refused; ten times its own line against guessing online."""
_LOOKED_AT = 72
"""Characters that zxcvbn takes; beyond them its work grows too much."""
_LEAST_OF_ONES_OWN = 6
"""Letters and digits that a password has beside the person's own words."""
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
# Words that Dutch passwords are made of and that the list, made of leaks from all over the world, has too few of.
# fmt: off
_DUTCH = [
    "welkom", "wachtwoord", "geheim", "inloggen", "gemeente", "provincie", "waterschap", "omgevingsdienst", "rijk",
    "overheid", "inkoop", "nederland", "amsterdam", "rotterdam", "utrecht", "groningen", "eindhoven", "maandag",
    "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "lente", "zomer", "herfst", "winter",
    "januari", "februari", "maart", "april", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
]
# fmt: on


class Passwords(PasswordUtil):
    """Lets whatever Flask-Security checks go by the same rules."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Return what is wrong with a new password (or None) and the password as it is hashed."""
        user = kwargs.get("user")
        return problems(password, words_of(user) if user else ()) or None, self.normalize(password)


def words_of(user: User) -> list[str]:
    """Return the words that this person's password may not consist of."""
    return own_words(user.email, user.name)


def own_words(email: str, name: str) -> list[str]:
    """Return the words of an address and a name, also where there is no account yet (an invitation)."""
    return [email, email.partition("@")[0], name, *re.findall(r"\w+", f"{email} {name}")]


def problems(password: str, words: Iterable[str]) -> list[str]:
    """Return what is wrong with a new password, in the page's language; nothing when it will do.

    `words` are the person's own: see `words_of` and `own_words`.
    """
    plain = unicodedata.normalize("NFKD", password)
    if len(plain) < SHORTEST:
        return [ngettext("Kies een wachtwoord van ten minste %(num)s teken.",
                         "Kies een wachtwoord van ten minste %(num)s tekens.", SHORTEST)]  # fmt: skip
    if len(plain) > LONGEST:
        return [ngettext("Kies een wachtwoord van ten hoogste %(num)s teken.",
                         "Kies een wachtwoord van ten hoogste %(num)s tekens.", LONGEST)]  # fmt: skip
    if _is_own(plain, [*words, *SITE_WORDS]):
        return [_("Dit wachtwoord lijkt te veel op uw naam, uw adres of de naam van deze site. Kies een ander.")]
    if is_common(plain):
        return [_("Dit wachtwoord is te makkelijk te raden. Kies een ander, bijvoorbeeld vier woorden achter elkaar.")]
    return []


def is_common(password: str) -> bool:
    """Say whether a password is on the list, or is made of what is on it in ways that are guessed first."""
    folded = _fold(password)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    if folded in _COMMON or core in _COMMON or core in _DUTCH:
        return True
    estimate = zxcvbn(folded[:_LOOKED_AT], user_inputs=_DUTCH, max_length=_LOOKED_AT)
    return bool(estimate["guesses"] < EASY_BELOW)


def _is_own(password: str, words: Iterable[str]) -> bool:
    """Say whether little is left of a password without the person's own words."""
    rest = whole = _letters(password)
    for word in sorted({_letters(word) for word in words}, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    return rest != whole and len(rest) < _LEAST_OF_ONES_OWN


def _fold(text: str) -> str:
    """Return the text in small letters without accents, so that a capital or an accent makes no other password."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", _fold(text))
