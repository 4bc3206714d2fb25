"""The forms of a draft: one question, and what stands around the questions; what two people both changed is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from common.comparing import Part, changed_fields
from common.joining import MINE, THEIRS, Difference, Joined, basis_of, digest, join, read_basis, write_basis
from registry.editions.differing import Row, as_text, as_texts
from registry.editions.question_fields import INDICATOR, KINDS, LONGEST, Values
from registry.editions.wording import (
    carry_over_words,
    flag_words,
    labels,
    level_words,
    publish_words,
    type_words,
)
from registry.editions.written import Form, plain

CODED = {
    "soort": type_words, "niveau": level_words, "publiceren": publish_words, "overnemen": carry_over_words,
    "opties": flag_words,
}  # fmt: skip
"""Fields that hold a code, with the words for it."""
WHOLE = {*CODED, INDICATOR, KINDS}
"""Fields of which a change is shown whole, and not word by word."""


@dataclass
class DraftForm:
    """The form as it stands on the screen."""

    values: Values
    version: str = ""
    """The hidden field that says from which values the form was made (common/joining.py)."""
    errors: dict[str, str] = field(default_factory=dict)
    both: Sequence[Difference] = ()
    taken: Sequence[str] = ()
    """Labels of the fields that somebody else changed meanwhile, and that were taken over."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors for the box above the form."""
        return list(self.errors.items())


def fresh(values: Values) -> DraftForm:
    """Return the form filled in with what is saved."""
    return DraftForm(values, write_basis(basis_of(values)))


def joined(sent: Any, typed: Values, saved: Values, names: Mapping[str, str]) -> tuple[Joined, DraftForm]:
    """Join what was sent with what is saved; return that, and the form as it goes back to the screen."""
    found = join(typed, saved, read_basis(sent.get("version", "")), _choices(sent, saved))
    shown = {**found.values, **{name: typed[name] for name in found.both}}
    both = [
        Difference(name, names.get(name, name), in_words(name, typed[name]), in_words(name, saved.get(name, "")),
                   digest(saved.get(name)))
        for name in found.both
    ]  # fmt: skip
    marks = {**found.basis, **{name: digest(found.values.get(name)) for name in found.taken}}
    taken = [names.get(name, name) for name in found.taken]
    return found, DraftForm(shown, write_basis(marks), both=both, taken=taken)


def _choices(sent: Any, saved: Values) -> dict[str, str]:
    """Return what was chosen between two texts, where the saved one is still the one that was shown."""
    found = {}
    for name, value in saved.items():
        chosen = sent.get(f"{name}__keuze")
        if chosen in {MINE, THEIRS} and sent.get(f"{name}__gezien") == digest(value):
            found[name] = chosen
    return found


def field_at_fault(problem: str, values: Values) -> str:
    """Return the field of a question in which a problem stands: the condition that it quotes, else the question."""
    conditions = {"als": values["als"]}
    for block, name in (("controles", "moet"), ("delen", "als")):
        conditions |= {f"{block}-{place}-{name}": one[name] for place, one in enumerate(values[block])}
    return next((name for name, text in conditions.items() if text and repr(text) in problem), "vraag_nl")


def in_words(name: str, value: Any) -> str:
    """Return what a field holds as people read it."""
    words: dict[str, str] = CODED[name]() if name in CODED else {}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(str(words.get(one, one)) for one in value)
    text = as_text(value)
    return words.get(text, text)


def changes_of(row: Row) -> list[tuple[str, list[Part]]]:
    """Return what changed in a question since last year, field by field and word by word."""
    old, new, found = as_texts(row.old), as_texts(row.new), dict[str, list[Part]]()
    for name, label in labels().items():
        before, after = old.get(name, ""), new.get(name, "")
        if before != after and name in WHOLE:
            words = [(kind, _whole(name, text)) for kind, text in (("del", before), ("ins", after)) if text]
            found[label] = words
        elif before != after:
            found |= dict(changed_fields({name: before}, {name: after}, {name: label}))
    return list(found.items())


def _whole(name: str, text: str) -> str:
    if name == INDICATOR and text:
        return f"{text.replace(':', ' (')})"
    words: dict[str, str] = CODED[name]() if name in CODED else {}
    return "\n".join(words.get(one, one) for one in text.split("\n"))


# What stands around the questions.


def frame_values(form: Form) -> Values:
    """Return the form of title, introduction, sections and who agrees, filled in."""
    values: Values = {}
    for name, of in (("titel", "title"), ("inleiding", "intro")):
        values |= {f"{name}_{code}": form.get(of, {}).get(code, "") for code in ("nl", "en")}
        for section in form["sections"]:
            said = section.get(of, {})
            values |= {f"{name}_{section['key']}_{code}": said.get(code, "") for code in ("nl", "en")}
    return {**values, "opties": [name for name in ("executive_agrees", "second_reviewer") if form.get(name)]}


def typed_frame(sent: Any, form: Form) -> Values:
    """Return those fields as they were sent."""
    values: Values = {name: plain(sent.get(name, ""))[:LONGEST] for name in frame_values(form) if name != "opties"}
    return {
        **values,
        "opties": [one for one in ("executive_agrees", "second_reviewer") if one in sent.getlist("opties")],
    }


def with_frame(form: Form, values: Values) -> Form:
    """Return the form with that title, these introductions, and who agrees."""

    def texts(before: str) -> dict[str, Any]:
        return {
            of: {code: values[f"{name}{before}_{code}"] for code in ("nl", "en")}
            for name, of in (("titel", "title"), ("inleiding", "intro"))
        }

    sections = [{**section, **texts(f"_{section['key']}")} for section in form["sections"]]
    flags = {name: name in values["opties"] for name in ("executive_agrees", "second_reviewer")}
    return {**form, **texts(""), **flags, "sections": sections}


def frame_labels(form: Form) -> dict[str, str]:
    """Return the labels of those fields."""
    names = {
        "titel_nl": _("Titel in het Nederlands"), "titel_en": _("Titel in het Engels"),
        "inleiding_nl": _("Inleiding in het Nederlands"), "inleiding_en": _("Inleiding in het Engels"),
        "opties": _("Wie kijkt mee?"),
    }  # fmt: skip
    for section in form["sections"]:
        for name in ("titel_nl", "titel_en", "inleiding_nl", "inleiding_en"):
            before, _under, code = name.partition("_")
            names[f"{before}_{section['key']}_{code}"] = f"{section['key']}: {names[name]}"
    return names
