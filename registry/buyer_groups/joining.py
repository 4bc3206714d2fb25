"""Two people, one form of a buyer group: what only the other changed is taken over, what both changed is named."""

from dataclasses import replace

from flask_babel import gettext as _

from registry.buyer_groups.forms import GroupForm


def joined(
    mine: GroupForm, base: GroupForm, theirs: GroupForm
) -> tuple[GroupForm, list[tuple[str, str, str]], list[str]]:
    """Return my form with what only they changed, label and both texts where both changed, and what was taken over.

    The form counts from their version then, so that saving it again is a choice made with both texts in sight.
    """
    texts = dict(mine.texts)
    both, taken = [], []
    for name, label in labels().items():
        my, old, their = (form.texts.get(name, "") for form in (mine, base, theirs))
        if their in (old, my):
            continue
        if my == old:
            texts[name] = their
            taken.append(label)
        else:
            both.append((label, my, their))
    guides, pilots = mine.guides, mine.pilots
    if sorted(mine.guides) == sorted(base.guides) != sorted(theirs.guides):
        guides = theirs.guides
        taken.append(_("Gidsen die helpen"))
    if _rows(mine) == _rows(base) != _rows(theirs):
        pilots = theirs.pilots
        taken.append(_("Pilots"))
    elif _rows(theirs) not in (_rows(base), _rows(mine)):
        both.append((_("Pilots"), _in_words(mine), _in_words(theirs)))
    texts["versie"] = theirs.texts["versie"]
    return replace(mine, texts=texts, guides=guides, pilots=pilots, facts=None), both, taken


def _rows(form: GroupForm) -> list[dict[str, str]]:
    return [row for row in form.pilots if any(row.values())]


def _in_words(form: GroupForm) -> str:
    return "; ".join(row["titel"] for row in _rows(form)) or "-"


def labels() -> dict[str, str]:
    """Return the name of each single field that a version keeps."""
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
        "bronnen": _("Bronnen"),
    }
