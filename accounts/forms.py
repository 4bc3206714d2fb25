"""The forms of signing in: Flask-Security's, with our order of work (count, commit, hash), and our own fields."""

from typing import Any

from flask import abort, current_app, request, session
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import LoginForm, VerifyForm, hash_password
from flask_security.forms import Form

from accounts.addresses import address_key, normal_address
from accounts.models import User
from accounts.passwords import problems
from accounts.people import person_with_address
from accounts.tries import begin_try
from common.web.database import commit_now, db

SURVIVES_SIGN_IN = ("adres_bevestigen",)
"""Keys of the browser's session that stay when somebody signs in; all others are of before."""
LONGEST_TYPED = 1000
"""Characters of a typed password that are looked at; what is longer is wrong."""


class SignInForm(LoginForm):
    """Address and password. Whether the address has an account makes no difference in work, time or answer."""

    def validate(self, **kwargs: Any) -> bool:
        """Count the try, let go of the database, and only then look at the password."""
        need_local_passwords()
        if not Form.validate(self, **kwargs):
            return False
        typed = str(self.email.data)[:LONGEST_TYPED]
        address = normal_address(typed) or address_key(typed)
        person = person_with_address(db(), address)
        attempt = begin_try(person, address=address)
        if not is_right_password(person, str(self.password.data)):
            attempt.failed()
            self.email.errors = [_("Het e-mailadres en het wachtwoord horen niet bij elkaar. Controleer beide.")]
            return False
        attempt.worked()
        commit_now()
        begin_new_session()
        self.user, self.user_authenticated = person, True
        return True


class FreshSignInForm(VerifyForm):
    """The password once more, of somebody who is signed in."""

    def validate(self, **kwargs: Any) -> bool:
        """Count the try as one of signing in: who sits at an open browser gets no more of them."""
        need_local_passwords()
        if not Form.validate(self, **kwargs):
            return False
        person = current_user._get_current_object()
        attempt = begin_try(person)
        if not is_right_password(person, str(self.password.data)):
            attempt.failed()
            self.password.errors = [_("Dit is niet uw wachtwoord. Controleer het en probeer het opnieuw.")]
            return False
        attempt.worked()
        return True


def need_local_passwords() -> None:
    """Answer 404 where this site has no passwords of its own."""
    if not current_app.config["LOCAL_PASSWORDS"]:
        abort(404)


def is_right_password(person: User | None, typed: str) -> bool:
    """Compare a typed password; one hash is made in every case, so that the time tells nothing."""
    plain = current_app.extensions["security"].password_util.normalize(typed[:LONGEST_TYPED])
    if person is None or not person.password or not person.active or person.erased_at:
        hash_password(plain)
        return False
    return bool(person.verify_and_update_password(plain)) and len(typed) <= LONGEST_TYPED


def begin_new_session() -> None:
    """Let nothing of the browser's session from before signing in live on: no token of a form, no half step."""
    for key in [key for key in session if key not in SURVIVES_SIGN_IN]:
        session.pop(key)


def typed_address() -> tuple[str, str]:
    """Return the address that was typed, as it is kept, and where it is none, what is wrong with it."""
    typed = request.form.get("email", "").strip()
    address = normal_address(typed)
    return (address, "") if address else (typed, _("Vul een e-mailadres in, zoals naam@organisatie.nl."))


def new_password_errors(words: list[str]) -> list[tuple[str, str]]:
    """Return what is wrong with the new password that was typed twice: pairs of a field and a message."""
    typed = request.form.get("new_password", "")
    found = [("new_password", message) for message in problems(typed, words)]
    if not found and typed != request.form.get("new_password_again", ""):
        found = [("new_password_again", _("De twee wachtwoorden zijn niet gelijk. Typ ze nog eens."))]
    return found


def hashed_new_password() -> str:
    """Return the hash of the new password. Slow on purpose: call it while no transaction is open."""
    typed = request.form.get("new_password", "")
    return str(hash_password(current_app.extensions["security"].password_util.normalize(typed)))
