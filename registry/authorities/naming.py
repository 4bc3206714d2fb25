"""How names of authorities are folded: a search finds "Fryslân" by "fryslan", and a list sorts by what matters."""

import re
import unicodedata

# Letters that do not fall apart into a letter and an accent.
_WHOLE = str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "’": "'", "‘": "'", "`": "'"})
_KIND = re.compile(
    r"^(gemeente|provincie|waterschap|hoogheemraadschap|wetterskip|ministerie|minister|staatssecretaris"
    r"|omgevingsdienst|veiligheidsregio)\s+((van|voor)\s+)?"
)


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_WHOLE))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.split())


def search_text(name: str, display_name: str, abbreviation: str | None, code: str) -> str:
    """Return what a search looks in: official name, shown name, abbreviation and code, folded, each once."""
    parts = dict.fromkeys(fold(part) for part in (display_name, name, abbreviation or "", code) if part)
    return " ".join(parts)[:500]


def sort_name(name: str) -> str:
    """Return the name without its kind, folded: "Hoogheemraadschap van Delfland" stands under "delfland"."""
    return _KIND.sub("", fold(name)).lstrip("' -") or fold(name)
