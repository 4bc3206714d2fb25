"""The address of the list: reads what it asks for, and writes the one address that says what is seen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from common.vocabulary import vocabulary
from registry.participants.filtering import ORDERS, Filters
from registry.participants.standings import ParticipantStatus

LONGEST_Q = 200
_SHOWN_IGNORED = 40


@dataclass(frozen=True)
class ListAddress:
    """What an address of the list asks for, without what says nothing."""

    agreement: str = ""
    """Empty for the agreement that is shown without asking."""
    filters: Filters = field(default_factory=Filters)
    order: str = "naam"
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters in the order of the form, without empty ones."""
        found = [("afspraak", self.agreement), ("q", self.filters.q)]
        found += [("soort", kind) for kind in self.filters.kinds]
        found += [("provincie", self.filters.province)]
        found += [("status", status.value) for status in self.filters.statuses]
        found += [("sorteer", self.order if self.order != "naam" else "")]
        found += [("pagina", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in found if value]

    def url(self, path: str) -> str:
        """Return the address below `path`, which may ask for a day already."""
        query = urlencode(self.pairs())
        return f"{path}{'&' if '?' in path else '?'}{query}" if query else path

    def to_page(self, page: int) -> "ListAddress":
        """Return the same list at another page."""
        return replace(self, page=page)

    def filtered(self, filters: Filters) -> "ListAddress":
        """Return the first page of the same list with other filters."""
        return replace(self, filters=filters, page=1)


@dataclass(frozen=True)
class AskedFor:
    """An address that was read: what is asked, and the values that this list does not know."""

    address: ListAddress
    ignored: tuple[str, ...]
    q_was_cut: bool


def read_address(args: "MultiDict[str, str]", agreements: Collection[str], default: str) -> AskedFor:
    """Read the parameters of a request; what is unknown is left out and told."""
    ignored: list[str] = []
    words = vocabulary()
    typed = " ".join("".join(letter if letter.isprintable() else " " for letter in args.get("q", "")).split())
    agreement = _known(args.getlist("afspraak"), agreements, ignored)
    filters = Filters(
        q=typed[:LONGEST_Q].strip(),
        kinds=tuple(_known(args.getlist("soort"), words.kinds, ignored)),
        province=next(iter(_known(args.getlist("provincie"), words.provinces, ignored)), ""),
        statuses=tuple(
            ParticipantStatus(value) for value in _known(args.getlist("status"), list(ParticipantStatus), ignored)
        ),
    )
    address = ListAddress(
        agreement=next((slug for slug in agreement if slug != default), ""),
        filters=filters,
        order=next(iter(_known(args.getlist("sorteer"), ORDERS, ignored)), "naam"),
        page=_page(args.get("pagina", "")),
    )
    return AskedFor(address, tuple(ignored), len(typed) > LONGEST_Q)


def _known(values: Sequence[str], known: Collection[str], ignored: list[str]) -> list[str]:
    """Return the values that are known, in the order of the list; note the others."""
    ignored += [value[:_SHOWN_IGNORED] for value in dict.fromkeys(values) if value and value not in known]
    return [value for value in known if value in values]


def _page(value: str) -> int:
    """Read a page number; what is no number, or too small, is the first page."""
    if not (value.isascii() and value.isdigit()):
        return 1
    return max(int(value[:9]), 1)  # nine digits are beyond the last page of any list


@dataclass(frozen=True)
class Page:
    """One page of a list: the rows from `first` to `last`, both counted from one."""

    number: int
    pages: int
    first: int
    last: int
    total: int


def page_of(total: int, wanted: int, size: int = 20) -> Page:
    """Return the page that is nearest to the one that was wanted; an empty list has one empty page."""
    pages = max(-(-total // size), 1)
    number = min(max(wanted, 1), pages)
    first = (number - 1) * size + 1 if total else 0
    return Page(number, pages, first, min(number * size, total), total)
