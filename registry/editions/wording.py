"""What the pages of forms call things: fields, types, levels, relations, what is lacking."""

from flask_babel import gettext as _

from registry.editions.form import TYPES


def labels() -> dict[str, str]:
    """Return the label of each field of a question, in the order of the page."""
    return {
        "vraag_nl": _("Vraag in het Nederlands"), "vraag_en": _("Vraag in het Engels"),
        "uitleg_nl": _("Uitleg in het Nederlands"), "uitleg_en": _("Uitleg in het Engels"),
        "waarom_nl": _("Waarom wij dit vragen, in het Nederlands"),
        "waarom_en": _("Waarom wij dit vragen, in het Engels"),
        "soort": _("Soort antwoord"), "niveau": _("Moet dit worden ingevuld?"),
        "eenheid_nl": _("Eenheid in het Nederlands"), "eenheid_en": _("Eenheid in het Engels"),
        "keuzes": _("Keuzes"), "rijen": _("Rijen van de tabel"), "delen": _("Delen van de vraag"),
        "verklaring_nl": _("Tekst van de verklaring in het Nederlands"),
        "verklaring_en": _("Tekst van de verklaring in het Engels"),
        "voor": _("Voor welke organisaties?"), "als": _("Alleen vragen als"), "controles": _("Controles"),
        "opties": _("Verder"), "publiceren": _("Wordt het antwoord openbaar?"),
        "overnemen": _("Antwoord van vorig jaar"), "indicator": _("Indicator"),
        "deel": _("Deel van de vraag dat de indicator meet"), "methode": _("Vraag met de methode van dit cijfer"),
        "gids": _("Gids die helpt"), "minst": _("Laagste getal"), "meest": _("Hoogste getal"),
        "cijfers": _("Cijfers achter de komma"),
        "kortst": _("Minste aantal tekens"), "langst": _("Meeste aantal tekens"),
        "meeste": _("Hoeveel keuzes hoogstens?"), "rijen_minst": _("Minste aantal regels"),
        "rijen_meest": _("Meeste aantal regels"),
    }  # fmt: skip


def block_labels() -> dict[str, str]:
    """Return the labels of the fields inside a check or a part."""
    return {
        "moet": _("Dit moet waar zijn"), "hard": _("Als het niet waar is"),
        "melding_nl": _("Melding in het Nederlands"), "melding_en": _("Melding in het Engels"),
        "waarden": _("Waarden in de melding"), "naam": _("Korte naam"), "verplicht": _("Moet dit worden ingevuld?"),
    }  # fmt: skip


def type_words() -> dict[str, str]:
    """Return each type of question in words, the plain ones first."""
    words = {
        "integer": _("Heel getal"), "decimal": _("Getal met cijfers achter de komma"), "money": _("Bedrag in euro's"),
        "share": _("Percentage van 0 tot 100"), "date": _("Datum"), "period": _("Periode van en tot"),
        "text": _("Korte tekst"), "long_text": _("Lange tekst"), "choice": _("Eén keuze"),
        "choices": _("Meer keuzes"), "matrix": _("Tabel: een keuze per rij"),
        "theme_integers": _("Tabel: een getal per rij"), "composite": _("Samengesteld uit delen"),
        "rows": _("Regels die u kunt toevoegen"), "person": _("Persoon"), "file": _("Bestand"),
        "declaration": _("Verklaring"), "url": _("Webadres"), "email": _("E-mailadres"),
        "authority": _("Organisatie (al ingevuld)"), "year": _("Jaar (al ingevuld)"),
    }  # fmt: skip
    return {name: word for name, word in words.items() if name in TYPES}


def level_words() -> dict[str, str]:
    """Return how much an answer is asked."""
    return {"required": _("Verplicht"), "advised": _("Aanbevolen"), "optional": _("Niet verplicht")}


def publish_words() -> dict[str, str]:
    """Return what becomes public."""
    return {"yes": _("Ja"), "totals": _("Alleen als totaal over alle organisaties"), "no": _("Nee")}


def carry_over_words() -> dict[str, str]:
    """Return what happens with last year's answer."""
    return {
        "keep": _("Overnemen"), "confirm": _("Overnemen, en laten bevestigen"), "empty": _("Leeg beginnen"),
    }  # fmt: skip


def flag_words() -> dict[str, str]:
    """Return what else can be said of a question."""
    return {
        "may_be_unknown": _("Het antwoord mag onbekend zijn, met een reden"),
        "may_be_not_applicable": _("Het antwoord mag niet van toepassing zijn"),
        "prefilled": _("Wij vullen het zelf in"),
        "summary": _("Het antwoord is de samenvatting boven de rapportage"),
        "after_editing": _("Het antwoord wordt pas na redactie openbaar"),
    }


def relation_words() -> dict[str, str]:
    """Return what a question can be to one of last year."""
    return {
        "same": _("Dezelfde vraag"), "reworded": _("Anders verwoord, zelfde bedoeling"),
        "split": _("Afgesplitst van een vraag"), "merged": _("Samengevoegd uit meer vragen"),
        "new": _("Nieuwe vraag"),
    }  # fmt: skip


def relation_choices(asked_before: bool) -> list[tuple[str, str]]:
    """Return what staff can say that a question is; where last year asked its number, "new" is another meaning."""
    words = relation_words()
    return list((words | {"new": _("De betekenis is anders: een nieuwe vraag")} if asked_before else words).items())


def kind_words() -> dict[str, str]:
    """Return what became of a question since last year."""
    return {
        "added": _("Erbij"), "dropped": _("Vervallen"), "changed": _("Veranderd"), "moved": _("Verplaatst"),
        "same": _("Gelijk"),
    }  # fmt: skip


def lack_words() -> dict[str, str]:
    """Return what a question lacks before the form can be opened, as what to do."""
    return {
        "relation": _("Kies hoe deze vraag zich verhoudt tot vorig jaar."),
        "origin": _("Noem de vragen van vorig jaar waar deze vraag uit komt."),
        "reason": _("Schrijf op waarom deze vraag vervalt."),
        "indicator": _("Deze versie van de indicator bestaat nog niet. Kies een andere, of beschrijf haar hieronder."),
        "version": _("De betekenis is anders dan vorig jaar. Beschrijf de nieuwe versie van de indicator."),
        "typed": _("Een van de keuzes is nog niet heel. Schrijf per regel: naam | Nederlands | Engels."),
    }


def comparable_words() -> dict[str, str]:
    """Return whether figures by a version can be laid beside those by the version before."""
    return {
        "yes": _("Vergelijkbaar met de vorige versie"),
        "formula": _("Vergelijkbaar na omrekenen"),
        "no": _("Breuk: niet te vergelijken met de vorige versie"),
    }
