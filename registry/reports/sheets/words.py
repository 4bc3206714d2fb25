"""What a spreadsheet of the form says, in both languages: it goes where the site's own translations do not reach."""

from typing import Any, Final

from common.vocabulary import Text

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # Names of the sheets: at most 31 characters.
    "sheet_start": ("Uitleg", "Explanation"),
    "sheet_form": ("Formulier", "Form"),
    "sheet_lists": ("Lijsten", "Lists"),
    # The columns.
    "number": ("Nummer", "Number"),
    "question": ("Vraag", "Question"),
    "last": ("Vorig jaar", "Last year"),
    "level": ("Moet het?", "Is it needed?"),
    "public": ("Openbaar?", "Public?"),
    "answer": ("Uw antwoord", "Your answer"),
    "unit": ("Eenheid", "Unit"),
    "empty": ("Onbekend of n.v.t.?", "Unknown or not applicable?"),
    "reason": ("Waarom weet u het niet?", "Why do you not know?"),
    "remark": ("Uitleg bij een opvallend cijfer", "Explanation of a remarkable figure"),
    "check": ("Controle", "Check"),
    "help": ("Hulp", "Help"),
    # What stands in the cells.
    "yes": ("Ja", "Yes"),
    "unknown": ("Onbekend", "Unknown"),
    "not_applicable": ("Niet van toepassing", "Not applicable"),
    "required": ("Verplicht", "Required"),
    "advised": ("Liefst wel", "Preferred"),
    "optional": ("Mag", "Optional"),
    "public_yes": ("Ja", "Yes"),
    "public_no": ("Nee", "No"),
    "public_edited": ("Na bewerking", "After editing"),
    "public_totals": ("Alleen in totalen", "In totals only"),
    "other": ("Namelijk", "Namely"),
    "row": ("Regel {row}: {label}", "Line {row}: {label}"),
    "on_site": ("Dit vult u in op de website.", "You fill this in on the website."),
    "files": ("Bestanden voegt u toe op de website.", "You add files on the website."),
    "declared": ("Dit verklaart u bij het indienen.", "You declare this when submitting."),
    # The column that checks.
    "not_asked": ("Niet gevraagd", "Not asked"),
    "open": ("Nog invullen", "Still to fill in"),
    "explain": ("Leg uit in kolom J: {message}", "Explain in column J: {message}"),
    "period_order": ("De periode eindigt voordat die begint.", "The period ends before it starts."),
    "does_not_fit": ("Dit antwoord past niet bij een ander antwoord.", "This answer does not fit another answer."),
    # The first sheet.
    "title": ("{title} over {year}", "{title} on {year}"),
    "fill_in": (
        "Vul op het blad {form} de witte cellen in kolom F in. De andere cellen staan vast.",
        "On the sheet {form}, fill in the white cells in column F. The other cells are fixed.",
    ),
    "lists": (
        "Bij een keuze kiest u uit de lijst in de cel. Mag u meer kiezen, dan zet u Ja achter elk antwoord.",
        "For a choice, pick from the list in the cell. Where you may choose more, put Yes behind each answer.",
    ),
    "empties": (
        "Weet u iets niet, of is het niet van toepassing? Kies dat in kolom H. Schrijf bij Onbekend in kolom I waarom. "
        "Nul is een antwoord; leeg is nog open.",
        "You do not know something, or it does not apply? Choose so in column H. Where it is unknown, write in "
        "column I why. Zero is an answer; empty is still open.",
    ),
    "suggested": (
        "Gele cellen vulden wij in met wat er vorig jaar of in uw plan stond. Kijk ze na, en verbeter of wis ze.",
        "We filled in yellow cells with what stood there last year or in your plan. Look at them, and correct or clear "
        "them.",
    ),
    "checks": (
        "Kolom K zegt wat nog mist of niet klopt, en wat niet gevraagd wordt. De website controleert alles nog eens.",
        "Column K says what is missing or wrong, and what is not asked. The website checks everything once more.",
    ),
    "values": (
        "Typ getallen en teksten, geen formules: plak de uitkomst als waarde.",
        "Type numbers and texts, no formulas: paste the outcome as a value.",
    ),
    "send_back": (
        "Klaar, of even genoeg? Lees het bestand in op {address}. U ziet eerst alle verschillen. Pas daarna bewaart u.",
        "Done, or enough for now? Read the file in at {address}. You see all differences first. Only then you save.",
    ),
    "keep_form": (
        "Voeg geen rijen of kolommen in. Dan weten wij niet meer bij welke vraag een antwoord hoort.",
        "Do not insert rows or columns. Then we no longer know to which question an answer belongs.",
    ),
    "still_open": ("Nog invullen of nakijken:", "Still to fill in or look at:"),
    "organisation": ("Organisatie:", "Organisation:"),
}


def word(name: str, language: str, /, **values: Any) -> str:
    """Return a text of the spreadsheet in one language."""
    nl, en = _TEXTS[name]
    return (en if language == "en" else nl).format(**values)


def text(name: str, /, **values: Any) -> Text:
    """Return a text of the spreadsheet in both languages."""
    return {language: word(name, language, **values) for language in ("nl", "en")}
