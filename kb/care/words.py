"""What is said of a link that asks for attention, on the page of care and by `flask kb check-links`."""

from common.errors import N_

_SENTENCES = {
    "gone": N_("Deze gids is er niet."),
    "ended": N_("Deze gids staat niet meer op de site."),
    "moved": N_("Oud adres. Lezers komen er nog."),
    "no_section": N_("Dit kopje is er niet (meer)."),
    "no_file": N_("Dit bestand is weg."),
    "timeout": N_("De site geeft geen antwoord."),
    "name": N_("Deze site bestaat niet (meer)."),
    "certificate": N_("Het certificaat van de site klopt niet."),
    "refused": N_("De site neemt geen verbinding aan."),
    "redirects": N_("De site verwijst steeds door."),
    "not_public": N_("Dit adres staat niet op het openbare internet."),
    "address": N_("Dit is geen goed adres."),
}


def words_of(reason: str, status: int | None) -> tuple[str, dict[str, object]]:
    """Return the sentence for what is wrong with a link, in Dutch as gettext knows it, and its values."""
    if reason in _SENTENCES:
        return _SENTENCES[reason], {}
    return N_("De site antwoordt met een fout (%(code)s)."), {"code": status or reason}
