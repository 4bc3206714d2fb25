"""What a text may link to by typing [[: guides on the site, authorities of today, product groups. From SQL."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from common.clock import today
from common.markdown import anchor
from common.versions import as_of
from common.vocabulary import product_group_names
from kb.guides.models import Guide, GuideAddress, Revision
from kb.guides.reading import is_public
from kb.guides.references import Reference, folded
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold

GUIDE, AUTHORITY, GROUP = "guide", "authority", "product_group"
MOST_GUIDES, MOST_AUTHORITIES, MOST_GROUPS = 6, 4, 3
LONGEST_QUESTION = 80


def find(session: Session, typed: str) -> list[Reference]:
    """Return what holds all words that were typed, guides first. Two queries; none when nothing was typed."""
    asked = " ".join(typed[:LONGEST_QUESTION].split()).lower()
    words = fold(asked).split()
    if not words:
        return []
    return [*_guides(session, asked), *_authorities(session, words), *_groups(words)]


def _guides(session: Session, asked: str) -> Iterator[Reference]:
    title = func.lower(Revision.title)
    # The address has no accents: "cooperatie" finds "Coöperatie" by it.
    each = [
        or_(title.contains(word, autoescape=True), Guide.slug.contains(_in_address(word), autoescape=True))
        for word in asked.split()
    ]
    begins = or_(title.startswith(asked, autoescape=True), Guide.slug.startswith(_in_address(asked), autoescape=True))
    query = select(Guide.slug, Revision.title).join(Revision.guide).where(is_public(), *each)
    query = query.order_by(case((begins, 0), else_=1), func.length(Revision.title), Revision.title)
    for row in session.execute(query.limit(MOST_GUIDES)):
        yield _guide(row.slug, row.title)


def _in_address(words: str) -> str:
    """Return the words as an address writes them; what has no letter that an address can hold is in none."""
    made = anchor(words)
    return made if made != anchor("") or made in words else "?"


def _guide(slug: str, title: str) -> Reference:
    return Reference(GUIDE, title, f"/kennisbank/{slug}")


def _authorities(session: Session, words: Sequence[str]) -> Iterator[Reference]:
    query = select(Authority.slug, AuthorityVersion.name).join(AuthorityVersion.authority)
    query = query.where(as_of(AuthorityVersion, today()))
    for word in words:
        query = query.where(AuthorityVersion.search_text.contains(word, autoescape=True))
    begins = AuthorityVersion.sort_name.startswith(" ".join(words), autoescape=True)
    query = query.order_by(case((begins, 0), else_=1), AuthorityVersion.sort_name)
    for row in session.execute(query.limit(MOST_AUTHORITIES)):
        yield _authority(row.slug, row.name)


def _authority(slug: str, name: str) -> Reference:
    return Reference(AUTHORITY, name, f"/deelnemers/{slug}")


def _groups(words: Sequence[str]) -> list[Reference]:
    found = [
        _group(code, name["nl"])
        for code, name in product_group_names().items()
        if all(word in fold(" ".join([code, *name.values()])) for word in words)
    ]
    return sorted(found, key=lambda one: (not fold(one.title).startswith(words[0]), one.title))[:MOST_GROUPS]


def _group(code: str, name: str) -> Reference:
    return Reference(GROUP, name, f"/kennisbank?productgroep={code}")


def named(session: Session, names: Sequence[str]) -> Mapping[str, Reference]:
    """Return per folded name what is called so: by address (also an earlier one), title or code. Two queries."""
    asked = {folded(name) for name in names}
    found: dict[str, Reference] = {}
    for code, group in product_group_names().items():
        found.update({folded(name): _group(code, group["nl"]) for name in (code, *group.values())})
    found = {name: group for name, group in found.items() if name in asked}
    found.update(_named_authorities(session, asked))
    found.update(_named_guides(session, asked))
    return found


def _named_authorities(session: Session, asked: set[str]) -> Iterator[tuple[str, Reference]]:
    name = AuthorityVersion.name
    called = or_(Authority.slug.in_(asked), Authority.code.in_(asked), func.lower(name).in_(asked))
    query = select(Authority.slug, Authority.code, name).join(AuthorityVersion.authority)
    for row in session.execute(query.where(as_of(AuthorityVersion, today()), called)):
        for one in (row.name, row.code, row.slug):
            yield folded(one), _authority(row.slug, row.name)


def _named_guides(session: Session, asked: set[str]) -> Iterator[tuple[str, Reference]]:
    earlier = and_(GuideAddress.guide_id == Guide.id, GuideAddress.slug.in_(asked))
    called = or_(Guide.slug.in_(asked), func.lower(Revision.title).in_(asked), GuideAddress.id.is_not(None))
    query = select(Guide.slug, Revision.title, GuideAddress.slug.label("earlier")).join(Revision.guide)
    for row in session.execute(query.outerjoin(GuideAddress, earlier).where(is_public(), called)):
        for one in (row.title, row.earlier or "", row.slug):
            if one:
                yield folded(one), _guide(row.slug, row.title)
