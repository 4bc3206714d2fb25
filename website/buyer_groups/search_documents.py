"""Buyer groups as documents of the index."""

from collections.abc import Collection, Iterator

from sqlalchemy.orm import Session

from common.clock import today
from common.versions import AsOf
from common.vocabulary import product_group_names
from kb.search.documents import Document, Section
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
    pilots = " ".join(f"{pilot['title']}. {pilot.get('text') or ''}" for pilot in version.pilots)
    group = product_group_names().get(version.product_group or "", {})
    english = [str(text.get("en") or "") for text in (version.title, version.summary, vision)]
    return Document(
        kind=BUYER_GROUP,
        key=f"buyer_group:{card.group.slug}",
        # Some are called by their product group only ("ICT"): who types that does not mean the group above all.
        title=f"Buyer group {version.title['nl']}",
        path=f"/buyer-groups/{card.group.slug}",
        summary=str(version.summary.get("nl") or ""),
        sections=tuple(
            Section(anchor, title, text)
            for anchor, title, text in (
                ("marktvisie", "Marktvisie", str(vision.get("nl") or "")),
                ("pilots", "Pilots", pilots),
            )
            if text
        ),
        keywords=tuple(text for text in (*english, *group.values(), version.facilitator or "") if text),
        weight=0.5 if card.state is GroupState.ENDED else 0.9,
        facts={
            "title": dict(version.title),
            "summary": dict(version.summary),
            "members": card.members,
            "example": card.group.is_example,
        },
    )
