"""Guides come in from files: whole or not at all, and never over what staff wrote."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from common.errors import ContentError
from common.ledger import SYSTEM, Actor, LedgerEntry
from kb.guides.fields import fields_of
from kb.guides.loading import load_guides
from kb.guides.models import Guide, Revision
from kb.guides.reading import find_public
from kb.guides.renaming import rename
from kb.guides.rerendering import rerender
from kb.guides.writing import find_guide, newest_revision, save_guide

FRONT = """title: Een gids over proeven
summary: Waarom proeven helpt.
kind: guide
themes: [klimaat]
product_groups: [gww]
level: starter
owner: redacteur
reviewed: 2026-11-21
review_due: 2027-11-21
related: [thema-klimaat]
sources:
  - title: "Een bron"
    url: "https://voorbeeld.example/bron"
"""


def write(folder: Path, front: str = FRONT, body: str = "## Eerst\n\nTekst.\n", name: str = "proef-gids") -> Path:
    """Write a content folder with one guide, besides the real one that it names."""
    guides = folder / "guides"
    guides.mkdir(parents=True, exist_ok=True)
    (guides / f"{name}.md").write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    return folder


def number_of_revisions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Revision)) or 0


def test_a_new_file_becomes_a_published_guide_with_its_html(session: Session, tmp_path: Path) -> None:
    assert load_guides(session, write(tmp_path)).published == ("proef-gids",)
    revision = find_public(session, "proef-gids")
    assert revision is not None
    assert (revision.number, revision.author_id) == (1, None)
    assert '<h2 id="eerst">' in revision.html
    assert revision.contents == [{"id": "eerst", "title": "Eerst", "level": 2}]


def test_publishing_from_a_file_is_in_the_ledger(session: Session, tmp_path: Path) -> None:
    load_guides(session, write(tmp_path))
    events = session.scalars(select(LedgerEntry.event).where(LedgerEntry.subject == "guide:proef-gids")).all()
    assert events == ["guide.saved", "guide.published"]


def test_every_guide_of_the_site_is_public_after_set_up(session: Session) -> None:
    files = {file.stem for file in (Path(__file__).parents[2] / "content" / "guides").glob("*.md")}
    assert len(files) >= 14
    assert set(session.scalars(select(Guide.slug))) >= files


def test_loading_the_same_file_again_makes_no_revision(session: Session, tmp_path: Path) -> None:
    load_guides(session, write(tmp_path))
    before = number_of_revisions(session)
    assert load_guides(session, tmp_path).published == ()
    assert number_of_revisions(session) == before


def test_a_changed_file_becomes_the_next_public_revision(session: Session, tmp_path: Path) -> None:
    load_guides(session, write(tmp_path))
    load_guides(session, write(tmp_path, body="## Eerst\n\nAndere tekst.\n"))
    revision = find_public(session, "proef-gids")
    assert revision is not None
    assert revision.number == 2
    assert "Andere tekst" in revision.html


def test_a_changed_file_leaves_what_staff_wrote(session: Session, tmp_path: Path) -> None:
    load_guides(session, write(tmp_path))
    guide = find_guide(session, "proef-gids")
    assert guide is not None
    user = session.scalars(select(User)).first()
    assert user is not None
    own = fields_of(newest_revision(session, guide))
    save_guide(
        session, guide, replace(own, title="Titel van de redactie"), 1, actor=Actor(StaffRole.EDITOR.value, user.id)
    )
    loaded = load_guides(session, write(tmp_path, body="Uit het bestand.\n"))
    assert loaded.left == ("proef-gids",)
    assert newest_revision(session, guide).title == "Titel van de redactie"


WRONG = [
    (FRONT.replace("[klimaat]", "[onzin]"), "themes is onbekend: 'onzin'"),
    (FRONT.replace("kind: guide", "kind: gedicht"), "kind is onbekend"),
    (FRONT.replace("[gww]", "[raketten]"), "product_groups is onbekend"),
    (FRONT.replace("level: starter", "level: meester"), "level is onbekend"),
    (FRONT.replace("[thema-klimaat]", "[bestaat-niet]"), "related is onbekend"),
    (FRONT.replace("reviewed: 2026-11-21", "reviewed: gisteren"), "reviewed is geen datum"),
    (FRONT.replace("2027-11-21", "2025-11-21"), "review_due moet na reviewed liggen"),
    (FRONT.replace("https://voorbeeld.example/bron", "javascript:alert(1)"), "geen webadres"),
    (FRONT.replace("summary: Waarom proeven helpt.\n", ""), "ontbreekt: summary"),
    (FRONT + "auteur: iemand\n", "onbekend veld: auteur"),
    (FRONT.replace("title: Een", "title: [Een"), "de kop is niet te lezen"),
]


@pytest.mark.parametrize(("front", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_a_wrong_file_is_refused_with_its_name_and_reason(
    session: Session, tmp_path: Path, front: str, reason: str
) -> None:
    before = number_of_revisions(session)
    write(tmp_path, name="a-goed")
    with pytest.raises(ContentError, match=reason) as error:
        load_guides(session, write(tmp_path, front))
    assert error.value.file == "proef-gids.md"
    assert number_of_revisions(session) == before


def test_a_file_without_front_matter_is_refused(session: Session, tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "guides" / "proef-gids.md").write_text("Gewoon tekst.")
    with pytest.raises(ContentError, match="de kop"):
        load_guides(session, folder)


def test_the_line_of_a_mistake_in_the_front_matter_is_named(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="regel 3"):
        load_guides(session, write(tmp_path, "title: goed\nsummary: fout: hier\n"))


def test_the_file_of_a_guide_that_was_renamed_is_still_its_file(session: Session, tmp_path: Path) -> None:
    load_guides(session, write(tmp_path))
    guide = find_guide(session, "proef-gids")
    assert guide is not None
    rename(session, guide, "heet-nu-anders", actor=SYSTEM)
    loaded = load_guides(session, write(tmp_path, body="Uit het bestand.\n"))
    assert find_guide(session, "proef-gids") is None
    assert newest_revision(session, guide).body == "Uit het bestand.\n"
    assert len(loaded.published) == 1


def test_an_english_file_is_paired_with_the_guide_that_it_translates(session: Session, tmp_path: Path) -> None:
    front = FRONT.replace("kind:", "language: en\ntranslation_of: thema-klimaat\nkind:")
    load_guides(session, write(tmp_path, front, name="climate"))
    paired = {guide.slug: guide for guide in session.scalars(select(Guide))}
    assert paired["climate"].translation_of_id == paired["thema-klimaat"].id
    with pytest.raises(ContentError, match="translation_of is onbekend"):
        load_guides(
            session, write(tmp_path, front.replace("thema-klimaat\nkind", "bestaat-niet\nkind"), name="climate")
        )


def test_what_an_older_renderer_made_is_made_anew_and_the_ledger_says_so(session: Session) -> None:
    session.execute(update(Revision).where(Revision.number == 1).values(html="<p>oud</p>"))
    guides = session.scalar(select(func.count()).select_from(Guide))
    assert len(rerender(session)) == guides
    assert rerender(session) == []
    revision = find_public(session, "thema-klimaat")
    assert revision is not None
    session.refresh(revision)
    assert 'id="wat-wij-weten"' in revision.html
    told = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.event == "guide.rendered")
    assert session.scalar(told) == guides
