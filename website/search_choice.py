"""What an address of /zoeken asks: words, and by what the reader narrowed down. Unknown values count for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from common.vocabulary import product_group_names, vocabulary
from common.web.languages import text_in_language
from kb.search.documents import FACETS, Asked, Found
from kb.search.question import LONGEST

KIND_OF = {
    "gidsen": "guide",
    "overheden": "authority",
    "afspraken": "agreement",
    "ambities": "ambition",
    "voorbeelden": "example",
    "vragen": "question",
    "buyer-groups": "buyer_group",
}
"""What the address says -> the kind in the index."""
NAMES = dict(zip(FACETS, ("soort", "thema", "productgroep", "jaar", "taal"), strict=True))
"""Facet -> its name in the address."""
LANGUAGES = ("nl", "en")
MOST_VALUES = 12
"""Values of one facet that are shown; those that give most come first."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Option:
    """A value that a reader can choose at a facet."""

    value: str
    """As the address says it."""
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    """By what a reader can narrow down, with its name in the address."""

    heading: str
    name: str
    options: list[Option]


@dataclass(frozen=True)
class Choice:
    """Words, chosen values per facet as the address says them, and the page of results."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    @classmethod
    def read(cls, args: "MultiDict[str, str]") -> "Choice":
        """Read an address; a value counts once."""
        chosen = {
            facet: tuple(dict.fromkeys(value for value in args.getlist(name) if _is_known(facet, value)))
            for facet, name in NAMES.items()
        }
        return cls(args.get("q", ""), {facet: values for facet, values in chosen.items() if values}, _page(args))

    @property
    def shown_q(self) -> str:
        """The words as the field shows them: on one line, and no longer than is searched for."""
        return " ".join(self.q.split())[:LONGEST]

    @property
    def asked(self) -> Asked:
        """By what to narrow down, as the index says it."""
        values = self.chosen
        return Asked(
            kinds=tuple(KIND_OF[value] for value in values.get("kind", ())),
            themes=values.get("theme", ()),
            product_groups=values.get("product_group", ()),
            years=tuple(map(int, values.get("year", ()))),
            languages=values.get("language", ()),
        )

    def url(self, page: int = 1) -> str:
        """Return the address of these results; without what is not needed."""
        values: dict[str, Any] = {NAMES[facet]: list(chosen) for facet, chosen in self.chosen.items()}
        return url_for("search.results", q=self.shown_q or None, **values, pagina=page if page > 1 else None)

    def without(self, facet: str = "", value: str = "") -> "Choice":
        """Return the choice with one value less, or with nothing chosen."""
        left = {} if not facet else {**self.chosen, facet: tuple(one for one in self.chosen[facet] if one != value)}
        return replace(self, chosen={name: values for name, values in left.items() if values}, page=1)

    def with_words(self, words: str) -> "Choice":
        """Return the same for other words, and nothing chosen."""
        return Choice(words)

    def chips(self) -> list[tuple[str, str]]:
        """Return of all that was chosen what it is called and the address without it."""
        each = [(facet, value) for facet, values in self.chosen.items() for value in values]
        return [(label(facet, value), self.without(facet, value).url()) for facet, value in each]

    def facets(self, found: Found | None) -> list[Facet]:
        """Return what can be chosen, with how much it gives; a facet with one value narrows nothing."""
        facets = [Facet(heading(facet), name, self._values(facet, found)) for facet, name in NAMES.items()]
        return [one for one in facets if len(one.options) > 1 or any(row.checked for row in one.options)]

    def _values(self, facet: str, found: Found | None) -> list[Option]:
        given = found.facets.get(facet, {}) if found else {}
        counted = {_in_address(facet, value): count for value, count in given.items()}
        chosen = self.chosen.get(facet, ())
        most = sorted(counted, key=lambda value: (value not in chosen, -counted[value]))[:MOST_VALUES]
        known = [value for value in _order(facet) if value in counted or value in chosen]
        shown = known or sorted({*counted, *chosen}, reverse=True)
        return [
            Option(value, label(facet, value), counted.get(value, 0), value in chosen)
            for value in shown
            if value and (value in most or value in chosen)
        ]


def label(facet: str, value: str) -> str:
    """Return what a value of a facet is called, in the language of the page."""
    if facet == "theme":
        return str(text_in_language(vocabulary().themes[value].short))
    if facet == "product_group":
        return str(text_in_language(product_group_names()[value]))
    return str(_words().get((facet, value), value))


def heading(facet: str) -> str:
    """Return what a facet is called."""
    words = {
        "kind": _("Soort"),
        "theme": _("Thema"),
        "product_group": _("Productgroep"),
        "year": _("Jaar"),
        "language": _("Taal van de tekst"),
    }
    return str(words[facet])


def _words() -> dict[tuple[str, str], str]:
    return {
        ("kind", "gidsen"): _("Gidsen"),
        ("kind", "overheden"): _("Overheden"),
        ("kind", "afspraken"): _("Afspraken"),
        ("kind", "ambities"): _("Ambities"),
        ("kind", "voorbeelden"): _("Goede voorbeelden"),
        ("kind", "vragen"): _("Vragen van het jaarformulier"),
        ("kind", "buyer-groups"): _("Buyer groups"),
        ("language", "nl"): _("Nederlands"),
        ("language", "en"): _("Engels"),
    }


def _in_address(facet: str, value: str) -> str:
    return next((name for name, kind in KIND_OF.items() if kind == value), "") if facet == "kind" else value


def _order(facet: str) -> list[str]:
    """Return the values of a facet in the order in which they are shown; none for years, of which the last is first."""
    return {
        "kind": list(KIND_OF),
        "theme": list(vocabulary().themes),
        "product_group": list(product_group_names()),
        "language": list(LANGUAGES),
    }.get(facet, [])


def _is_known(facet: str, value: str) -> bool:
    if facet == "year":
        return value.isascii() and value.isdigit() and len(value) == 4 and _FIRST_YEAR <= int(value) <= _LAST_YEAR
    return value in _order(facet)


def _page(args: "MultiDict[str, str]") -> int:
    return max(1, args.get("pagina", 1, int))
