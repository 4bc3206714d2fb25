"""What an author typed, by the name that the field has on the form, and how a proposal keeps it. Pure.

Nothing is judged here (see checking.py), so nothing that somebody typed is lost: what is no source or no address yet is
kept as it was typed, beside what can be read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from common.markdown import anchor
from kb.guides.fields import LONGEST_SLUG, SLUG, WEB_ADDRESS, GuideFields, Source, in_same_order
from kb.proposals.models import Proposal, ProposalKind

Values = dict[str, Any]
"""Name of a field -> a text, or the list of what was chosen."""
LISTS: Final = ("themas", "productgroepen")
OF_TEXT: Final = ("titel", "samenvatting", "tekst", "bronnen", *LISTS)
ABOUT: Final = ("waarom", "naam")
"""Why, and whether the author wants his name in the history ("ja" or nothing)."""
LONGEST: Final = 300_000
"""Characters of one field that a draft keeps: more than a guide may have, so that too long is told and not lost."""
_KEYS: Final = {"titel": "title", "samenvatting": "summary", "tekst": "body", "themas": "themes",
                "productgroepen": "product_groups"}  # fmt: skip
DEFAULTS: Final = {"level": "starter", "owner": "redacteur"}


def fields_for(proposal: Proposal) -> tuple[str, ...]:
    """Return the names of the fields that the form of this proposal has, in their order."""
    if proposal.section:
        return ("tekst", *ABOUT)
    if proposal.kind is ProposalKind.CHANGE:
        return (*OF_TEXT, *ABOUT)
    return ("titel", "adres", *OF_TEXT[1:], *ABOUT)


def typed_of(proposal: Proposal) -> Values:
    """Return what stands in the fields of a proposal."""
    content = proposal.content
    as_typed = content.get("typed", {})
    values: Values = {name: content.get(key, "") for name, key in _KEYS.items()}
    values |= {name: sorted(values[name]) for name in LISTS}  # a form knows no order
    values["bronnen"] = as_typed.get("bronnen", sources_as_text(content.get("sources", [])))
    values["adres"] = as_typed.get("adres", proposal.slug or "")
    values["waarom"] = proposal.why
    values["naam"] = "ja" if proposal.named else ""
    return {name: values[name] for name in fields_for(proposal)}


def keep(proposal: Proposal, values: Mapping[str, Any]) -> None:
    """Put what was typed into a proposal; fields that `values` does not name stay as they were."""
    content = dict(proposal.content)
    as_typed = dict(content.pop("typed", {}))
    content |= {key: values[name] for name, key in _KEYS.items() if name in values}
    if "bronnen" in values:
        found, _wrong = read_sources(values["bronnen"])
        content["sources"] = [vars(source) for source in found]
        _note(as_typed, "bronnen", values["bronnen"], sources_as_text(content["sources"]))
    if "adres" in values:
        address = values["adres"].strip()
        proposal.slug = address if is_address(address) else None
        _note(as_typed, "adres", values["adres"], proposal.slug or "")
    proposal.why = values.get("waarom", proposal.why)
    if "naam" in values:
        proposal.named = values["naam"] == "ja"
    proposal.content = {**content, "typed": as_typed} if as_typed else content


def _note(as_typed: dict[str, str], name: str, typed: str, understood: str) -> None:
    """Keep what was typed where what was understood of it is another text."""
    as_typed.pop(name, None)
    if typed != understood:
        as_typed[name] = typed


def fields_of_content(content: Mapping[str, Any], base: GuideFields | None) -> GuideFields:
    """Return the guide that the content of a proposal says; what an author does not choose is as in `base`.

    Spaces are tidied as the form of editors does.
    """
    known: Mapping[str, Any] = vars(base) if base else {**DEFAULTS, "related": ()}
    said = {**known, **{name: value for name, value in content.items() if name != "typed"}}
    made = GuideFields(
        title=" ".join(said["title"].split()),
        summary=" ".join(said["summary"].split()),
        kind=said["kind"],
        themes=tuple(said["themes"]),
        product_groups=tuple(said["product_groups"]),
        level=said["level"],
        owner=said["owner"],
        reviewed_on=_day(said.get("reviewed_on")),
        review_due_on=_day(said.get("review_due_on")),
        related=tuple(said["related"]),
        sources=tuple(one if isinstance(one, Source) else Source(one["title"], one["url"]) for one in said["sources"]),
        body=said["body"].strip() + "\n",
        language=said.get("language", "nl"),
        reviewed_by=said.get("reviewed_by"),
    )
    return in_same_order(made, base) if base else made


def sources_as_text(sources: Iterable[Mapping[str, str]]) -> str:
    """Write sources as the form shows them: one a line, title and address."""
    return "\n".join(f"{one['title']} | {one['url']}" for one in sources)


def read_sources(text: str) -> tuple[list[Source], list[int]]:
    """Return the sources that a text names, and the numbers of the lines that are none."""
    found, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        title, _bar, url = (part.strip() for part in line.rpartition("|"))
        if title and WEB_ADDRESS.match(url):
            found.append(Source(title, url))
        elif line.strip():
            wrong.append(number)
    return found, wrong


def is_address(text: str) -> bool:
    """Say whether a guide could have this address."""
    return bool(SLUG.match(text)) and len(text) <= LONGEST_SLUG


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def slug_from(title: str) -> str:
    """Return the address that a title suggests, in lower case and at most 80 characters; "" without a title."""
    return anchor(title).strip("-") if title.strip() else ""
