"""What invented plans say: aims by theme and level, indicators, and actions."""

from typing import NamedTuple

from registry.plans.models import Level


class ThemeWords(NamedTuple):
    """Words of one theme."""

    indicator: str
    basic: str
    significant: str
    ambitious: str
    actions: tuple[str, ...]

    def aim(self, level: Level) -> str:
        """Return what is aimed at on this level."""
        return {
            Level.NONE: "Voor dit thema kiezen wij nu geen ambitie.",
            Level.BASIC: self.basic,
            Level.SIGNIFICANT: self.significant,
            Level.AMBITIOUS: self.ambitious,
        }[level]


THEMES: dict[str, ThemeWords] = {
    "milieu": ThemeWords(
        "Aandeel aanbestedingen met eisen aan schone lucht of natuur",
        "Wij vragen bij elke opdracht om producten die voldoen aan de wettelijke milieueisen.",
        "Bij werk aan wegen en groen vragen wij om schoon materieel en zorg voor planten en dieren.",
        "In {year} werken onze aannemers in de hele bebouwde kom zonder uitstoot.",
        (
            "Eis voor emissieloos materieel opnemen in bestekken voor groenonderhoud",
            "Afspraken maken over maaien en inheemse beplanting",
            "Schone voertuigen vragen bij leerlingenvervoer",
        ),
    ),
    "klimaat": ThemeWords(
        "Aandeel aanbestedingen met klimaatcriteria",
        "Wij kopen alleen groene stroom en letten op zuinige apparaten.",
        "Bij opdrachten met veel uitstoot geven wij punten voor een lagere CO2-uitstoot.",
        "In {year} is de uitstoot van onze inkoop gehalveerd.",
        (
            "CO2-Prestatieladder opnemen als gunningscriterium bij grote werken",
            "De uitstoot van de tien grootste contracten berekenen",
            "Wagenpark vervangen door elektrische auto's",
        ),
    ),
    "circulair": ThemeWords(
        "Aandeel aanbestedingen met circulaire of biobased criteria",
        "Wij repareren eerst en kopen daarna pas nieuw.",
        "Bij meubels, bouw en wegen vragen wij om hergebruikt of biobased materiaal.",
        "In {year} gebruiken wij de helft minder nieuwe grondstoffen.",
        (
            "Milieukostenindicator gebruiken bij asfalt en bestrating",
            "Kantoormeubels tweedehands kopen en laten herstellen",
            "Proef met een biobased fietsbrug",
        ),
    ),
    "keten": ThemeWords(
        "Aandeel aanbestedingen in risicocategorieën met sociale voorwaarden",
        "Wij nemen de internationale sociale voorwaarden op in onze standaardcontracten.",
        "Bij werkkleding en ICT vragen wij leveranciers hoe zij risico's in hun keten aanpakken.",
        "In {year} kennen wij bij alle risicovolle producten de herkomst.",
        (
            "Risico's in de keten in kaart brengen voor ICT en textiel",
            "Gesprekken voeren met de vijf grootste leveranciers over hun keten",
        ),
    ),
    "diversiteit": ThemeWords(
        "Aandeel aanbestedingen met een criterium over diversiteit en inclusie",
        "Wij schrijven onze uitvragen in gewone taal, zodat ook kleine bedrijven kunnen meedoen.",
        "Bij dienstverlening vragen wij naar gelijke kansen en toegankelijkheid.",
        "In {year} is elke digitale dienst die wij kopen voor iedereen te gebruiken.",
        (
            "Toegankelijkheid vast opnemen in eisen aan software",
            "Lokale en sociale ondernemers uitnodigen voor een marktdag",
        ),
    ),
    "social-return": ThemeWords(
        "Aandeel aanbestedingen met social return",
        "Bij opdrachten boven 250.000 euro vragen wij 2% social return.",
        "Bij opdrachten boven 200.000 euro vragen wij 5% social return en kijken wij of het lukt.",
        "In {year} leveren onze opdrachten elk jaar banen op voor inwoners die lang zonder werk zaten.",
        (
            "Een vaste contactpersoon voor social return aanstellen",
            "Met regiogemeenten één manier van meten afspreken",
            "Leerplekken afspreken bij schoonmaak en groen",
        ),
    ),
}

OWNERS = ("teamleider inkoop", "adviseur duurzaamheid", "contractmanager", "manager openbare ruimte", "inkoopadviseur")
ADOPTED_BY = {
    "gemeente": "college van burgemeester en wethouders",
    "waterschap": "dagelijks bestuur",
    "overig": "directie",
}
REVISED_BECAUSE = "Het nieuwe college wil verder gaan op het klimaat."
REVISED_AIM = "In {year} kopen wij alleen nog in bij leveranciers die laten zien hoe zij hun uitstoot verlagen."
REVISED_ACTION = "Elke leverancier boven 100.000 euro vragen naar zijn uitstoot"
