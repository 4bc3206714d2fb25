"""The invented authorities. A test holds that none of them is, or looks like, an authority that exists."""

from typing import NamedTuple


class Invented(NamedTuple):
    """One invented authority; `size` is its inhabitants or, for another body than a municipality, a measure of size."""

    name: str
    kind: str
    province: str | None
    size: int


DEMO = "Gemeente Lindenveen"
"""The authority of the example accounts."""

REPRESENTATIVE = "Inkoopbureau Vier Linden"
"""The body that signs for others."""

REPRESENTED = ("Gemeente Kromwerd", "Gemeente Nieuwlinde", "Gemeente Turfhorst", "Gemeente Zeggeveste")

_MUNICIPALITIES = (
    ("Lindenveen", "pv23", 48_300),
    ("Elzenrade", "pv25", 27_900),
    ("Rietmonde", "pv28", 61_200),
    ("Zilverbeek", "pv30", 34_700),
    ("Kraaienoord", "pv20", 19_800),
    ("Vossenrade", "pv31", 22_400),
    ("Plassenrode", "pv27", 73_500),
    ("Peppelgaard", "pv30", 41_600),
    ("Berkwaarden", "pv25", 30_100),
    ("Oosterlinde", "pv22", 24_300),
    ("Wilgensluis", "pv28", 52_800),
    ("Torenhaven", "pv29", 38_200),
    ("Klaverstede", "pv26", 45_900),
    ("Ganzemaat", "pv27", 16_700),
    ("Molenrijk aan Zee", "pv29", 21_500),
    ("Wolfsakker", "pv31", 28_600),
    ("Korenmaat", "pv24", 36_400),
    ("Zandmeren", "pv24", 57_300),
    ("Vlierstede", "pv28", 88_900),
    ("Eikenstein", "pv25", 33_200),
    ("Kievitshoek", "pv20", 14_900),
    ("Spiegelmeren", "pv26", 112_400),
    ("Dennenrode", "pv22", 31_800),
    ("Brugmeer", "pv27", 64_500),
    ("Lisveen", "pv21", 18_300),
    ("Vaartwolde", "pv22", 26_100),
    ("Zeggeveste", "pv23", 17_200),
    ("Kromwerd", "pv23", 23_700),
    ("Reigersluis", "pv28", 47_100),
    ("Nieuwlinde", "pv23", 29_400),
    ("Wâldblom", "pv21", 35_600),
    ("'s-Lindenrade", "pv30", 54_200),
    ("Essenmarke", "pv25", 20_900),
    ("Turfhorst", "pv23", 15_600),
    ("Sluisakker", "pv28", 42_300),
    ("Grasmonde", "pv29", 13_400),
    ("Middenwoud", "pv26", 39_700),
    ("Bronkade", "pv31", 68_800),
    ("Havermeer", "pv27", 25_200),
    ("Noordzegge", "pv20", 43_900),
    ("IJzervonder", "pv25", 96_100),
    ("Kalverwaard", "pv30", 149_300),
    ("Hazelkreek", "pv29", 18_900),
    ("Fluitenkruid", "pv21", 27_400),
)

_OTHERS = (
    ("Waterschap De Voorbeeldse Delta", "waterschap", None, 90_000),
    ("Waterschap Lindebeken", "waterschap", None, 70_000),
    ("Waterschap Zilverpolder", "waterschap", None, 60_000),
    ("Hoogheemraadschap van Meerwaarden", "waterschap", None, 110_000),
    ("Waterschap Vier Vennen", "waterschap", None, 50_000),
    ("Waterschap Kromme Slenk", "waterschap", None, 45_000),
    ("Waterschap Elzen en Wilgen", "waterschap", None, 65_000),
    ("Waterschap Oosterzegge", "waterschap", None, 55_000),
    ("Waterschap Duin en Kwel", "waterschap", None, 80_000),
    ("Omgevingsdienst Lindestreek", "overig", "pv23", 20_000),
    ("Veiligheidsregio Zilvermeren", "overig", "pv24", 30_000),
    ("Hogeschool De Voorbeelden", "overig", "pv26", 40_000),
    (REPRESENTATIVE, "overig", "pv23", 12_000),
    ("Recreatieschap Rietplassen", "overig", "pv27", 10_000),
    ("Gezondheidsdienst Voorbeeldstreek", "overig", "pv31", 25_000),
    ("Streekarchief Korenland", "overig", "pv20", 9_000),
)

INVENTED: tuple[Invented, ...] = (
    *(Invented(f"Gemeente {name}", "gemeente", province, size) for name, province, size in _MUNICIPALITIES),
    *(Invented(*row) for row in _OTHERS),
)

MERGED = (
    Invented("Gemeente Oudelind", "gemeente", "pv24", 21_300),
    Invented("Gemeente Wilgendonk", "gemeente", "pv24", 17_800),
    Invented("Gemeente Lindedonk", "gemeente", "pv24", 39_100),
)
"""Two municipalities that went on in the third: website/example/merging.py."""
