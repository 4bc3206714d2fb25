"""One page of all ambitions, ready to be shown, and the one address that says what is seen."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from common.snapshots import SnapshotCache
from common.versions import AsOf
from common.vocabulary import Text, vocabulary
from registry.agreements.reading import all_agreements, asks_for_another, current_version, in_force_among
from registry.plans.ambitions import LEVELS, Aim, AimFilters, Ambitions, counts, matching, read_ambitions

SIZE = 20
LONGEST_Q = 200
_SHOWN_IGNORED = 40


@dataclass(frozen=True, eq=False)
class ListedAgreement:
    """What the page needs of an agreement."""

    slug: str
    is_example: bool
    short_title: Text
    themes: tuple[str, ...]
    shown_first: bool
    id: int


@dataclass(frozen=True)
class Address:
    """What an address asks for, without what says nothing."""

    agreement: str = ""
    """Empty for the agreement that is shown without asking."""
    filters: AimFilters = AimFilters()  # noqa: RUF009 - it is frozen
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters in the order of the form, without empty ones."""
        found = [("afspraak", self.agreement), ("q", self.filters.q)]
        found += [("thema", theme) for theme in self.filters.themes]
        found += [("niveau", level) for level in self.filters.levels]
        found += [("soort", kind) for kind in self.filters.kinds]
        found += [("provincie", self.filters.province), ("pagina", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in found if value]

    def url(self, path: str) -> str:
        """Return the address below `path`, which may ask for a day already."""
        query = urlencode(self.pairs())
        return f"{path}{'&' if '?' in path else '?'}{query}" if query else path

    def to_page(self, page: int) -> "Address":
        """Return the same list at another page."""
        return replace(self, page=page)

    def filtered(self, **changed: object) -> "Address":
        """Return the first page of the same list with other filters."""
        return replace(self, filters=replace(self.filters, **changed), page=1)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Listing:
    """The ambitions as one address asks for them."""

    address: Address
    ignored: tuple[str, ...]
    agreements: tuple[ListedAgreement, ...]
    agreement: ListedAgreement
    all: Ambitions
    found: list[Aim]
    rows: list[Aim]
    pages: int
    first: int
    counts: Mapping[str, Counter[str]]
    kinds: Collection[str]
    """The kinds of organisation that occur under the agreement."""

    @property
    def last(self) -> int:
        """The place of the last row of this page, counted from one."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def read_listing(session: Session, cache: SnapshotCache, args: "MultiDict[str, str]", at: AsOf) -> Listing | None:
    """Return the page that the parameters ask for, or None while the register holds no such agreement.

    The ambitions are kept until the register changes or the day ends, so that a keystroke costs one small query.
    """
    agreements = cache.get(session, ("agreements with ambitions", at), lambda: _listed(session, at))
    if not agreements or asks_for_another(args, [one.slug for one in agreements]):
        return None
    default = next(one for one in agreements if one.shown_first)
    address, ignored = read_address(args, [one.slug for one in agreements], default.slug)
    chosen = next(one for one in agreements if one.slug == (address.agreement or default.slug))
    every = cache.get(
        session, ("ambitions", chosen.slug, at), lambda: read_ambitions(session, chosen.id, chosen.themes, at)
    )
    found = matching(every.everything, address.filters)
    pages = max(-(-len(found) // SIZE), 1)
    address = address.to_page(min(address.page, pages))
    begin = (address.page - 1) * SIZE
    return Listing(
        address, ignored, agreements, chosen, every, found, found[begin : begin + SIZE], pages, begin + 1,
        counts(every.everything, address.filters),
        {one.kind for one in every.everything},
    )  # fmt: skip


def _listed(session: Session, at: AsOf) -> tuple[ListedAgreement, ...]:
    agreements = all_agreements(session, at.moment)
    first = in_force_among(agreements, at)
    found = []
    for one in agreements:
        version = current_version(one, at.moment)
        themes = tuple(code for code in vocabulary().themes if code in version.themes)
        if version.followed or one is first:
            found.append(ListedAgreement(one.slug, one.is_example, version.short_title, themes, one is first, one.id))
    return tuple(found)


def read_address(
    args: "MultiDict[str, str]", agreements: Collection[str], default: str
) -> tuple[Address, tuple[str, ...]]:
    """Read the parameters of a request; what is unknown is left out and told."""
    ignored: list[str] = []
    words = vocabulary()
    typed = " ".join("".join(letter if letter.isprintable() else " " for letter in args.get("q", "")).split())
    agreement = _known(args.getlist("afspraak"), agreements, ignored)
    filters = AimFilters(
        q=typed[:LONGEST_Q].strip(),
        themes=tuple(_known(args.getlist("thema"), words.themes, ignored)),
        levels=tuple(_known(args.getlist("niveau"), LEVELS, ignored)),
        kinds=tuple(_known(args.getlist("soort"), words.kinds, ignored)),
        province=next(iter(_known(args.getlist("provincie"), words.provinces, ignored)), ""),
    )
    page = args.get("pagina", "")
    number = max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    slug = next((one for one in agreement if one != default), "")
    return Address(slug, filters, number), tuple(ignored)


def _known(values: Sequence[str], known: Iterable[str], ignored: list[str]) -> list[str]:
    """Return the values that are known, in the order of the list; note the others."""
    listed = [str(one) for one in known]
    ignored += [value[:_SHOWN_IGNORED] for value in dict.fromkeys(values) if value and value not in listed]
    return [value for value in listed if value in values]


def chosen_filters(address: Address) -> list[tuple[str, str, Address]]:
    """Return each chosen filter as its name, its value, and the address without it."""
    chosen = address.filters
    found = [("q", chosen.q, address.filtered(q=""))] if chosen.q else []
    found += [("thema", one, address.filtered(themes=_without(chosen.themes, one))) for one in chosen.themes]
    found += [("niveau", one, address.filtered(levels=_without(chosen.levels, one))) for one in chosen.levels]
    found += [("soort", one, address.filtered(kinds=_without(chosen.kinds, one))) for one in chosen.kinds]
    if chosen.province:
        found.append(("provincie", chosen.province, address.filtered(province="")))
    return found


def _without(values: Sequence[str], gone: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != gone)
