"""Buyer groups as documents of the index."""

from collections.abc import Collection, Iterator

from sqlalchemy.orm import Session

from common.clock import today
from common.versions import AsOf
from common.vocabulary import product_group_names
from kb.search.documents import Document, Section, Translation
from registry.buyer_groups.content import GroupState
from registry.buyer_groups.reading import GroupCard, all_cards

BUYER_GROUP = "buyer_group"


def buyer_groups(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the buyer groups as they now read, or those with these slugs."""
    for card in all_cards(session, AsOf(today()), slugs):
        yield _buyer_group(card)


def _buyer_group(card: GroupCard) -> Document:
    version = card.version
    vision = version.market_vision.get("text", {})
    group = product_group_names().get(version.product_group or "", {})
    english = [str(text.get("en") or "") for text in (version.title, version.summary, vision)]
    return Document(
        kind=BUYER_GROUP,
        key=f"buyer_group:{card.group.slug}",
        # Some are called by their product group only ("ICT"): who types that does not mean the group above all.
        title=f"Buyer group {version.title['nl']}",
        path=f"/buyer-groups/{card.group.slug}",
        summary=str(version.summary.get("nl") or ""),
        # Its pilots are results of their own (website/search_register.py); here are their names.
        sections=_vision("Marktvisie", str(vision.get("nl") or "")),
        keywords=(*(str(pilot["title"]) for pilot in version.pilots), *group.values(), version.facilitator or ""),
        translations=(Translation("en", f"Buyer group {english[0]}", english[1], _vision("Market vision", english[2])),)
        if english[0]
        else (),
        product_groups=(version.product_group,) if version.product_group else (),
        year=version.started,
        weight=0.5 if card.state is GroupState.ENDED else 0.9,
        facts={
            "title": dict(version.title),
            "summary": dict(version.summary),
            "members": card.members,
            "example": card.group.is_example,
        },
    )


def _vision(title: str, text: str) -> tuple[Section, ...]:
    return (Section("marktvisie", title, text),) if text else ()
