"""The knowledge base goes out to a folder and comes back without loss, and nobody's text is written over."""

import filecmp
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.database import Database
from common.ledger import SYSTEM, LedgerEntry
from kb.guides.ending import withdraw
from kb.guides.fields import GuideFields, Source, fields_of
from kb.guides.front_matter import GuideFile, parse_guide, write_guide
from kb.guides.front_matter_values import Ended
from kb.guides.models import Guide, Revision
from kb.guides.renaming import rename
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from tests.files.factories import add_picture
from tests.sites import make_site
from website.migrating import migrate

SLUG = "thema-klimaat"


def run(app: Flask, *args: str, fails: bool = False) -> str:
    outcome = app.test_cli_runner().invoke(args=["kb", *args])
    assert bool(outcome.exit_code) is fails, outcome.output
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome.output


def write(session: Session, slug: str, old: str, new: str, *, publish: bool = True) -> None:
    """Change a guide on the site."""
    guide = find_guide(session, slug)
    assert guide is not None
    newest = newest_revision(session, guide)
    fields = replace(fields_of(newest), body=newest.body.replace(old, new))
    assert fields.body != newest.body
    saved = save_guide(session, guide, fields, newest.number, actor=SYSTEM)
    if publish:
        publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()


def edit(folder: Path, slug: str, old: str, new: str) -> None:
    """Change a file as a colleague does."""
    file = folder / f"{slug}.md"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def count(session: Session) -> tuple[int, int]:
    found = session.scalar(select(func.count(Revision.id))), session.scalar(select(func.count(LedgerEntry.seq)))
    session.commit()
    return found[0] or 0, found[1] or 0


def same_files(one: Path, other: Path) -> None:
    names = sorted(path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(one, other, names, shallow=False)[1:] == ([], [])


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """A site with tables and nothing in them."""
    site = make_site(tmp_path / "elsewhere")
    database: Database = site.extensions["database"]
    migrate(database.engine)
    yield site
    database.close()
    database.engine.dispose()


def test_out_and_in_elsewhere_and_out_again_is_the_same_folder(
    app: Flask, empty: Flask, session: Session, tmp_path: Path
) -> None:
    picture = add_picture(app, session)
    write(session, "actieplan-schrijven", "## ", f"![Een plaatje](/bestanden/{picture.id}/{picture.name})\n\n## ")
    write(session, "meten-en-rapporteren", "## ", "Nog niet openbaar.\n\n## ", publish=False)
    renamed, ended = find_guide(session, "buyer-groups"), find_guide(session, "mvi-criteriatool")
    assert renamed
    assert ended
    rename(session, renamed, "groepen-van-inkopers", actor=SYSTEM)
    withdraw(session, ended, "De tool is verhuisd.", "co2-performance-ladder", actor=SYSTEM)
    followed = find_guide(session, "co2-performance-ladder")
    assert followed
    withdraw(session, followed, "Ook verhuisd.", SLUG, actor=SYSTEM)
    renamed.four_eyes = True
    session.commit()
    run(app, "export", str(tmp_path / "one"))
    run(empty, "import", str(tmp_path / "one"), "--commit")
    run(empty, "export", str(tmp_path / "other"))
    same_files(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one/concepten/meten-en-rapporteren.md").exists()
    assert len(list((tmp_path / "one/bestanden").rglob("*.png"))) == 1
    assert empty.test_client().get("/kennisbank/mvi-criteriatool").status_code == 410
    assert "Een plaatje" in empty.test_client().get("/kennisbank/actieplan-schrijven").text


def test_what_nobody_changed_is_not_written_again(app: Flask, session: Session, tmp_path: Path) -> None:
    run(app, "export", str(tmp_path))
    before = count(session)
    assert "0 nieuw, 0 gewijzigd" in run(app, "import", str(tmp_path), "--commit")
    assert "0 geschreven" in run(app, "export", str(tmp_path))
    assert count(session) == before


def test_a_change_in_a_file_shows_only_after_commit(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Wat kwispelstaarten weten")
    before = count(session)
    assert f"{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path))
    assert count(session) == before
    run(app, "import", str(tmp_path), "--commit")
    assert "Wat kwispelstaarten weten" in client.get(f"/kennisbank/{SLUG}").text
    assert SLUG in client.get("/zoeken?q=kwispelstaarten").text


def test_changes_on_both_sides_are_merged(app: Flask, client: FlaskClient, session: Session, tmp_path: Path) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Uit het bestand")
    write(session, SLUG, "## Waar kijkt u naar", "## Van de site")
    assert f"{SLUG}.md: samengevoegd" in run(app, "import", str(tmp_path), "--commit")
    page = client.get(f"/kennisbank/{SLUG}").text
    assert "Uit het bestand" in page
    assert "Van de site" in page


def test_the_same_change_on_both_sides_is_shown_and_left_and_the_rest_comes_in(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Uit het bestand")
    edit(tmp_path, "thema-circulair", "Biobased hoort", "Biobased (ook stro) hoort")
    write(session, SLUG, "## Wat wij weten", "## Van de site")
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    assert f"{SLUG}.md: botsing" in told
    assert "- ## Van de site" in told
    assert "+ ## Uit het bestand" in told
    assert "Van de site" in client.get(f"/kennisbank/{SLUG}").text
    assert "ook stro" in client.get("/kennisbank/thema-circulair").text
    assert "gewijzigd in de map" in run(app, "export", str(tmp_path), fails=True)
    assert "Uit het bestand" in (tmp_path / f"{SLUG}.md").read_text()


def test_an_older_file_takes_nothing_back(app: Flask, client: FlaskClient, session: Session, tmp_path: Path) -> None:
    run(app, "export", str(tmp_path))
    write(session, SLUG, "## Wat wij weten", "## Van de site")
    assert f"{SLUG}.md: ouder" in run(app, "import", str(tmp_path), "--commit")
    file = tmp_path / f"{SLUG}.md"
    file.write_text(re.sub(r"basis: .*\n", "", file.read_text()))
    assert f"{SLUG}.md: ouder" in run(app, "import", str(tmp_path), "--commit")
    edit(tmp_path, SLUG, "## Wat wij weten", "## Uit het bestand")
    assert "zonder basis" in run(app, "import", str(tmp_path), "--commit", fails=True)
    assert "Van de site" in client.get(f"/kennisbank/{SLUG}").text


def test_a_guide_with_four_eyes_waits_for_a_colleague(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    guide = find_guide(session, SLUG)
    assert guide
    guide.four_eyes = True
    session.commit()
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Uit het bestand")
    assert "een collega" in run(app, "import", str(tmp_path), "--commit")
    assert "Uit het bestand" not in client.get(f"/kennisbank/{SLUG}").text


def test_only_staff_give_their_name_to_an_import(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Uit het bestand")
    coordinator, editor = accounts["coordinator"]["email"], accounts["redacteur"]["email"]
    assert "geen redacteur" in run(app, "import", str(tmp_path), "--commit", "--author", coordinator, fails=True)
    run(app, "import", str(tmp_path), "--commit", "--author", editor)
    guide = session.scalars(select(Guide).where(Guide.slug == SLUG)).one()
    assert newest_revision(session, guide).author_id is not None


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)
WORDS = LINE.map(lambda text: " ".join(text.split()) or "x")
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
FIELDS = st.builds(
    GuideFields,
    title=WORDS, summary=WORDS, kind=st.sampled_from(["guide", "example"]),
    themes=st.lists(st.sampled_from(["klimaat", "keten", "milieu"]), unique=True).map(tuple),
    product_groups=st.lists(st.sampled_from(["gww", "ict"]), unique=True).map(tuple), level=st.just("starter"),
    owner=st.just("redacteur"), reviewed_on=st.none(), review_due_on=st.none() | st.dates(),
    related=st.just(()),
    sources=st.lists(st.builds(Source, WORDS, st.just("https://a.example/b?c=1#d")), max_size=2).map(tuple),
    body=st.lists(LINE, min_size=1, max_size=6).map("\n".join).map(lambda text: (text.strip() or "---") + "\n"),
    language=st.sampled_from(["nl", "en"]), reviewed_by=st.sampled_from([None, "redacteur"]),
)  # fmt: skip
FILES = st.builds(
    GuideFile, slug=st.just("proef"), fields=FIELDS, translation_of=st.none() | SLUGS, four_eyes=st.booleans(),
    former_addresses=st.lists(SLUGS, unique=True, max_size=2).map(tuple),
    ended=st.none() | st.builds(Ended, st.just("withdrawn"), WORDS, st.none() | SLUGS), is_draft=st.booleans(),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(FILES)
def test_any_guide_reads_back_as_it_was_written(guide: GuideFile) -> None:
    written = write_guide(guide)
    assert parse_guide("proef.md", written) == guide
    assert write_guide(parse_guide("proef.md", written)) == written


def test_a_change_that_a_colleague_took_back_is_a_change(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    write(session, SLUG, "## Wat wij weten", "## Van de site")
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Van de site", "## Wat wij weten")
    assert f"{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path), "--commit")
    assert "Van de site" not in client.get(f"/kennisbank/{SLUG}").text


def test_an_editor_does_not_end_four_eyes_by_a_file(
    app: Flask, client: FlaskClient, session: Session, accounts: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    guide = find_guide(session, SLUG)
    assert guide
    guide.four_eyes = True
    session.commit()
    run(app, "export", str(tmp_path))
    new = (tmp_path / f"{SLUG}.md").read_text().replace("title: Thema klimaat", "title: Een nieuwe")
    (tmp_path / "nieuwe.md").write_text(new)
    edit(tmp_path, SLUG, "four_eyes: true\n", "")
    editor = accounts["redacteur"]["email"]
    told = run(app, "import", str(tmp_path), "--commit", "--author", editor, fails=True)
    assert "alleen een beheerder" in told
    session.expire_all()
    assert find_guide(session, SLUG).four_eyes  # type: ignore[union-attr]
    session.rollback()
    assert client.get("/kennisbank/nieuwe").status_code == 404
    assert "een collega" in told


def test_a_colleague_goes_on_in_the_same_file(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "## Wat wij weten", "## Wat zwaluwen weten")
    (tmp_path / "eigen.md").write_text(re.sub(r"basis: .*\n", "", (tmp_path / f"{SLUG}.md").read_text()))
    run(app, "import", str(tmp_path), "--commit")
    edit(tmp_path, SLUG, "## Wat zwaluwen weten", "## Wat spreeuwen weten")
    assert f"{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path), "--commit")
    assert "Wat spreeuwen weten" in client.get(f"/kennisbank/{SLUG}").text
    assert "0 geschreven" in run(app, "export", str(tmp_path))
    assert "basis:" in (tmp_path / "eigen.md").read_text()
