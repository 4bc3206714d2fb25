"""The form of a proposal: what its screen shows, and saving what it sent, so that nothing typed is lost."""

from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.models import MemberRole, StaffRole
from accounts.people import actor_for, has_staff_role, member_roles
from accounts.security_events import PERSON
from common import unsaved
from common.errors import Refused
from common.joining import MINE, THEIRS, Difference, Joined, basis_of, digest, read_basis, write_basis
from common.ledger import Actor
from common.typed import clean_text
from common.vocabulary import product_group_names, vocabulary
from common.web.languages import text_in_language
from kb.guides.reference_forms import no_links, understood
from kb.proposals.checking import Problem
from kb.proposals.models import Proposal
from kb.proposals.standing import problems_of
from kb.proposals.transitions import GuardFails, NoSuchTransition
from kb.proposals.typed import LISTS, Values, fields_for, typed_of
from kb.proposals.writing import StaleTab, save

Fields = MultiDict[str, str]
_OWN = {"csrf_token", "_pagina", "_opsteller"}
CONFLICT, LOCKED, SESSION = "botsing", "ingediend", "sessie"
"""Why something that was typed is kept apart and not saved."""


@dataclass(frozen=True)
class Bench:
    """The form as it is shown: what stands in its fields, what they were made from, and what is wrong with it."""

    proposal: Proposal
    values: Values
    basis: str
    errors: dict[str, str] = field(default_factory=dict)
    disputes: tuple[Difference, ...] = ()
    locked: bool = False
    refused: str = ""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The errors in the order of the fields."""
        return [(name, self.errors[name]) for name in self.values if name in self.errors]


def path_of(proposal: Proposal) -> str:
    """Return the path of the page of a proposal without a language: under it unsaved input is kept."""
    return f"/mijn/voorstellen/{proposal.key}"


def actor_of(authority_code: str | None = None) -> Actor:
    """Return how the ledger names the signed-in person who proposes something."""
    for role in (StaffRole.EDITOR, StaffRole.ADMINISTRATOR, StaffRole.REVIEWER):
        if has_staff_role(current_user, role):
            return actor_for(current_user, role)
    roles = member_roles(current_user, authority_code) if authority_code else ()
    first = next((role for role in MemberRole if role in roles), None)
    return actor_for(current_user, first) if first else Actor(PERSON, current_user.id)


def bench_of(proposal: Proposal) -> Bench:
    """Return the form as it was saved."""
    values = typed_of(proposal)
    return Bench(proposal, values, _written(basis_of(values)))


def typed_bench(proposal: Proposal, fields: Fields) -> Bench:
    """Return the form as it was sent, without saving it."""
    return Bench(proposal, read_values(proposal, fields), fields.get("version", ""))


def read_values(proposal: Proposal, fields: Fields) -> Values:
    """Return what a form sent for this proposal, exactly as it was typed."""
    names = [name for name in fields_for(proposal) if name in fields or name in LISTS or name == "naam"]
    return {name: sorted(fields.getlist(name)) if name in LISTS else _text(fields, name) for name in names}


def _text(fields: Fields, name: str) -> str:
    return clean_text(fields.get(name, ""))


def save_form(session: Session, proposal: Proposal, fields: Fields, *, by_itself: bool) -> Bench:
    """Save what the form sent. What cannot be saved now is kept for its author apart. The caller commits.

    `by_itself`: the browser sent it, so nobody chose between two texts and [[names]] stay as he types them.
    """
    values, basis = read_values(proposal, fields), _read(fields.get("version", ""))
    errors = {} if by_itself else _links(session, values)
    choices = {} if by_itself else _choices(fields, values, basis)
    path, actor = path_of(proposal), actor_of(proposal.authority_code)
    try:
        joined = save(session, proposal, values, basis, choices, actor=actor).joined
    except StaleTab as stale:
        joined = stale.joined
        _keep(session, path, fields, CONFLICT)
    except (NoSuchTransition, GuardFails):
        _keep(session, path, fields, LOCKED)
        return Bench(proposal, values, fields.get("version", ""), locked=True)
    except Refused as refusal:
        sentence = str(_(refusal.sentence, **refusal.values))
        return Bench(proposal, values, fields.get("version", ""), {"tekst": sentence}, refused=sentence)
    if not joined.both:
        unsaved.forget(session, current_user.id, path)
    return _after(proposal, values, joined, errors, by_itself=by_itself)


def _after(proposal: Proposal, mine: Values, joined: Joined, errors: dict[str, str], *, by_itself: bool) -> Bench:
    # What saved itself stays on the screen as it is; a page that is made anew shows what the other tab saved too.
    kept = {name: mine[name] for name in joined.both}
    shown = {**joined.values, **kept} if not by_itself else {**joined.values, **mine}
    basis = joined.basis if by_itself else {**basis_of(joined.values), **{n: joined.basis[n] for n in joined.both}}
    saved = typed_of(proposal)
    disputes = tuple(_difference(name, mine[name], saved[name]) for name in joined.both)
    return Bench(proposal, shown, _written(basis), errors, disputes)


def _difference(name: str, mine: object, theirs: object) -> Difference:
    return Difference(name, labels()[name], in_words(name, mine), in_words(name, theirs), digest(theirs))


def _choices(fields: Fields, values: Values, basis: dict[str, str]) -> dict[str, str]:
    """Apply what was chosen between two texts: mine over what was seen of the other, or the saved one."""
    found = {}
    for name in values:
        choice = fields.get(f"{name}__keuze")
        if choice == MINE:
            basis[name] = fields.get(f"{name}__gezien", "")
        elif choice == THEIRS:
            found[name] = THEIRS
    return found


def _links(session: Session, values: Values) -> dict[str, str]:
    """Make links of the [[names]] in the text; return what is wrong with those that became none."""
    if "tekst" not in values:
        return {}
    found = understood(session, values["tekst"])
    values["tekst"] = found.body
    wrong = no_links(found)
    return {"tekst": wrong} if wrong else {}


def _keep(session: Session, path: str, fields: Fields, why: str) -> None:
    kept = {name: values for name, values in fields.lists() if name not in _OWN}
    unsaved.keep(session, current_user.id, path, {**kept, "_waarom": [why]})


def with_problems(session: Session, bench: Bench) -> Bench:
    """Return the form with a sentence at each field that must be put right before it is handed in."""
    found: dict[str, str] = {}
    for problem in problems_of(session, bench.proposal, bench.values):
        found.setdefault(problem.field, sentence_of(problem))
    return replace(bench, errors={**found, **bench.errors})


def sentence_of(problem: Problem) -> str:
    """Return what is wrong, in words of this page's language."""
    return str(_(problem.sentence, **problem.values))


def _read(written: str) -> dict[str, str]:
    """Read the basis of a form; its names are in capitals, as the script of saving knows them."""
    return {name.lower(): mark for name, mark in read_basis(written).items()}


def _written(basis: dict[str, str]) -> str:
    return write_basis({name.upper(): mark for name, mark in basis.items()})


def in_words(name: str, value: object) -> str:
    """Return what stands in a field as a reader would say it."""
    if name == "naam":
        return str(_("Met mijn naam") if value else _("Zonder mijn naam"))
    if not isinstance(value, list):
        return str(value)
    terms = {code: term.short for code, term in vocabulary().themes.items()}
    names = terms if name == "themas" else product_group_names()
    return ", ".join(text_in_language(names[code]) if code in names else str(code) for code in value)


def labels() -> dict[str, str]:
    """Return what the fields are called on the screen."""
    return {
        "titel": _("Titel"),
        "adres": _("Adres van de pagina"),
        "samenvatting": _("Samenvatting"),
        "tekst": _("Tekst"),
        "bronnen": _("Bronnen"),
        "themas": _("Thema's"),
        "productgroepen": _("Productgroepen"),
        "waarom": _("Wat maakt uw voorstel beter?"),
        "naam": _("Uw naam"),
    }
