"""Finds the version of a guide whose text a file has, by its mark."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.exchange.pictures import Pictures
from kb.guides.fields import GuideFields, fields_of
from kb.guides.front_matter import mark_of
from kb.guides.models import Guide, Revision


def outward(revision: Revision, pictures: Pictures) -> GuideFields:
    """Return what a version says, as a folder has it."""
    fields = fields_of(revision)
    return replace(fields, body=pictures.outward(fields.body))


def revision_with_mark(session: Session, guide: Guide, mark: str, pictures: Pictures) -> Revision | None:
    """Return the newest version of a guide that has this mark, if there is one. Reads its versions a few at a time."""
    query = select(Revision).where(Revision.guide_id == guide.id).order_by(Revision.number.desc())
    # Left halfway, its cursor would stay open on PostgreSQL: one for each file of an import.
    with session.scalars(query.execution_options(yield_per=20)) as versions:
        return next((one for one in versions if mark and mark_of(outward(one, pictures)) == mark), None)


def guides_with_marks(session: Session, marks: Collection[str], pictures: Pictures) -> dict[str, str]:
    """Return the address of the guide that has, or had, the text of each of these marks. Reads every version once."""
    found: dict[str, str] = {}
    if marks:
        query = select(Revision, Guide.slug).join(Guide, Guide.id == Revision.guide_id).order_by(Revision.id)
        for one, slug in session.execute(query.execution_options(yield_per=20)):
            if (mark := mark_of(outward(one, pictures))) in marks:
                found[mark] = slug
    return found
