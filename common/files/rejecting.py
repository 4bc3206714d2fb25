"""Why a file is not taken in, and the limits that hold for all."""

import enum

from common.errors import N_, Refused

LARGEST = 20 * 1024 * 1024
"""Bytes of one file. The site says "20 MB"."""


class Reason(enum.StrEnum):
    """Why a file was refused."""

    MISSING = "missing"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    OLD_OFFICE = "old_office"
    BROKEN = "broken"
    LOCKED = "locked"
    MACROS = "macros"
    TOO_MUCH_INSIDE = "too_much_inside"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVING = "moving"


SENTENCES = {
    Reason.MISSING: N_("Kies een bestand."),
    Reason.EMPTY: N_("Dit bestand is leeg. Kies een ander bestand."),
    Reason.TOO_LARGE: N_("Dit bestand is groter dan 20 MB. Maak het kleiner en kies het opnieuw."),
    Reason.UNKNOWN: N_(
        "Dit soort bestand nemen wij niet aan. Kies een pdf, ODT, ODS, DOCX, XLSX, PNG, JPEG of WebP. "
        "Wij kijken naar wat er in het bestand zit, niet naar de naam."
    ),
    Reason.OLD_OFFICE: N_(
        "Dit is een oud Office-bestand, of een met een wachtwoord. Sla het zonder wachtwoord op als DOCX, XLSX of pdf."
    ),
    Reason.BROKEN: N_("Wij kunnen dit bestand niet goed lezen. Sla het opnieuw op en kies het daarna weer."),
    Reason.LOCKED: N_("Dit bestand is beveiligd. Sla het op zonder wachtwoord of beveiliging en kies het opnieuw."),
    Reason.MACROS: N_(
        "In dit bestand zitten macro's of delen die van elders worden opgehaald. Sla het op zonder macro's, of als pdf."
    ),
    Reason.TOO_MUCH_INSIDE: N_("In dit bestand zit te veel om na te kijken. Maak het kleiner of sla het op als pdf."),
    Reason.TOO_MANY_PIXELS: N_(
        "Deze afbeelding heeft te veel beeldpunten. Het mogen er 25 miljoen zijn, en 12 miljoen bij WebP. "
        "Maak haar kleiner en kies haar opnieuw."
    ),
    Reason.MOVING: N_("Deze afbeelding beweegt. Kies een afbeelding die stilstaat."),
}


class Rejected(Refused):
    """This file does not come in; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(SENTENCES[reason])
