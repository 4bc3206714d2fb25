"""A register of issue 4 becomes one of today: no version of a guide is lost, and its links are known."""

from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from common.database import open_database
from kb.guides.fields import Source
from kb.guides.links import links_of
from kb.guides.models import GuideLink, LinkKind, Revision
from tests.factories_upgrade import make_register_of
from website.migrating import migrate


def test_every_version_of_a_guide_comes_along_with_its_links(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'old.sqlite'}").engine
    before = make_register_of(4, engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, body || html FROM guide_revision"))
        texts = dict(tuple(row) for row in rows)
    migrate(engine)
    with Session(engine) as session:
        assert session.scalar(select(func.count(Revision.id))) == before["guide_revision"] > 10
        for revision in session.scalars(select(Revision)):
            assert revision.body + revision.html == texts[revision.id]
            links = links_of(revision.html, [Source(item["title"], item["url"]) for item in revision.sources])
            kept = session.scalars(select(GuideLink).where(GuideLink.revision_id == revision.id))
            assert {(one.kind, one.target, one.anchor) for one in kept} == {
                (link.kind, link.target, link.anchor) for link in links
            }
        assert session.scalar(select(func.count(GuideLink.id)).where(GuideLink.kind == LinkKind.OUTSIDE))
