"""Two people, one form of a buyer group: what only the other changed is taken over, what both changed is named."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from common.joining import basis_of, join
from registry.buyer_groups.forms import GroupForm

GUIDES, PILOTS = "gidsen", "pilots"


def joined(
    mine: GroupForm, base: GroupForm, theirs: GroupForm
) -> tuple[GroupForm, list[tuple[str, str, str]], list[str]]:
    """Return my form with what only they changed, label and both texts where both changed, and what was taken over.

    The form counts from their version then, so that saving it again is a choice made with both texts in sight.
    """
    typed, saved = _values(mine), _values(theirs)
    found = join(typed, saved, basis_of(_values(base)))
    values = {**found.values, **{name: typed[name] for name in found.both}}
    names = labels()
    both = [(names[name], _in_words(typed[name]), _in_words(saved[name])) for name in found.both]
    # The file and the reason are of this sending; the version is theirs from now on.
    texts = {**mine.texts, **{name: values[name] for name in mine.texts if name in values}}
    texts["versie"] = theirs.texts["versie"]
    form = replace(mine, texts=texts, guides=values[GUIDES], pilots=values[PILOTS], facts=None)
    return form, both, [names[name] for name in found.taken]


def _values(form: GroupForm) -> dict[str, Any]:
    texts = {name: form.texts.get(name, "") for name in labels() if name not in {GUIDES, PILOTS}}
    return {**texts, GUIDES: sorted(form.guides), PILOTS: [row for row in form.pilots if any(row.values())]}


def _in_words(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(row["titel"] if isinstance(row, dict) else str(row) for row in value)


def labels() -> dict[str, str]:
    """Return the name of each field that a version keeps, in the order of the form."""
    return {
        "titel": _("Titel"),
        "titel_en": _("Titel in het Engels"),
        "samenvatting": _("Samenvatting"),
        "samenvatting_en": _("Samenvatting in het Engels"),
        "productgroep": _("Productgroep"),
        "begeleider": _("Begeleider"),
        "begin": _("Eerste jaar"),
        "einde": _("Laatste jaar"),
        "visie": _("Marktvisie"),
        "visie_en": _("Marktvisie in het Engels"),
        "visie_link": _("Adres van de marktvisie"),
        "visie_dag": _("Dag waarop de marktvisie is vastgesteld"),
        PILOTS: _("Pilots"),
        GUIDES: _("Gidsen die helpen"),
        "bronnen": _("Bronnen"),
    }
