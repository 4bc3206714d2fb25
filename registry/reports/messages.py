"""What the checks say, in both languages. The domain has no page, so it speaks in texts of its own."""

from typing import Any, Final

from common.vocabulary import Text

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "whole": ("Vul een heel getal in, zoals 12.", "Enter a whole number, such as 12."),
    "number": ("Vul een getal in, zoals 12,5.", "Enter a number, such as 12.5."),
    "decimal": ("Gebruik hooguit 1 cijfer achter de komma.", "Use at most 1 digit after the decimal point."),
    "decimals": (
        "Gebruik hooguit {count} cijfers achter de komma.",
        "Use at most {count} digits after the decimal point.",
    ),
    "small": ("Vul een getal in van {least} of meer.", "Enter a number of {least} or more."),
    "most": ("Vul een getal in van hooguit {most}.", "Enter a number of {most} at most."),
    "large": ("Dit getal is te groot. Controleer de eenheid.", "This number is too large. Please check the unit."),
    "date": ("Vul een datum in, zoals 31-05-2026.", "Enter a date, such as 31-05-2026."),
    "order": (
        "De periode eindigt ({last}) voordat die begint ({first}).",
        "The period ends ({last}) before it starts ({first}).",
    ),
    "file": (
        "Dit is geen bestand dat wij kennen. Voeg het opnieuw toe.",
        "We do not know this file. Please add it again.",
    ),
    "email": (
        "Vul een e-mailadres in, zoals naam@organisatie.nl.",
        "Enter an email address, such as name@example.org.",
    ),
    "url": (
        "Vul een heel webadres in, zoals https://www.voorbeeld.nl/plan.",
        "Enter a full web address, such as https://www.example.org/plan.",
    ),
    "choice": ("Kies een van de antwoorden.", "Choose one of the answers."),
    "long": (
        "De tekst heeft {length} tekens. Maak er hooguit {most} van.",
        "The text has {length} characters. Make it {most} at most.",
    ),
    "many": ("Kies er hooguit {most}. U koos er {count}.", "Choose {most} at most. You chose {count}."),
    "exclusive": (
        'U koos "{label}" samen met iets anders. Kies een van de twee.',
        'You chose "{label}" together with something else. Choose one of the two.',
    ),
    "other": ('Schrijf op wat u met "{label}" bedoelt.', 'Write down what you mean by "{label}".'),
    "many_rows": ("Vul hooguit {most} regels in.", "Fill in {most} lines at most."),
    "answer": ("Geef antwoord op vraag {key}: {label}", "Answer question {key}: {label}"),
    "part": ("Vul bij vraag {key} in: {label}.", "Fill in at question {key}: {label}."),
    "row_part": ("Vul bij vraag {key}, regel {row}, in: {label}.", "Fill in at question {key}, line {row}: {label}."),
    "reason": (
        "Vertel waarom u het antwoord op vraag {key} niet weet.",
        "Tell us why you do not know the answer to question {key}.",
    ),
    "not_unknown": (
        "Vraag {key} kan niet onbekend of niet van toepassing zijn. Geef een antwoord.",
        "Question {key} cannot be unknown or not applicable. Give an answer.",
    ),
}


def message(name: str, /, **values: Any) -> Text:
    """Return a message in both languages; a value that is a text itself enters in the same language."""
    return {
        language: words.format(**{key: _in(value, language) for key, value in values.items()})
        for language, words in zip(("nl", "en"), _TEXTS[name], strict=True)
    }


def too_precise(decimals: int) -> Text:
    """Return what is said of a figure with more decimals than the question takes."""
    return message("decimal" if decimals == 1 else "decimals", count=decimals)


def _in(value: Any, language: str) -> Any:
    return (value.get(language) or value.get("nl", "")) if isinstance(value, dict) else value
