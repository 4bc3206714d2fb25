"""Who imports learns what to do with a file that was left, and a file under another name makes no second guide."""

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.kb.test_exchange import SLUG, count, edit, run, write

CLASH = ("## Wat wij weten", "## Uit het bestand")


def test_what_was_merged_stands_in_the_folder_too(app: Flask, session: Session, tmp_path: Path) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, *CLASH)
    write(session, SLUG, "## Waar kijkt u naar", "## Van de site")
    assert f"{SLUG}.md: samengevoegd" in run(app, "import", str(tmp_path), "--commit")
    assert "Van de site" in (tmp_path / f"{SLUG}.md").read_text()
    assert "0 geschreven" in run(app, "export", str(tmp_path))


def test_a_clash_names_its_section_and_either_way_out_works(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    file = tmp_path / f"{SLUG}.md"
    paragraph = re.search(r"^## (.+)\n\n(\w.+)\n", file.read_text(), re.M)
    assert paragraph
    heading, first = paragraph.groups()
    edit(tmp_path, SLUG, first, "Uit het bestand.")
    write(session, SLUG, first, "Van de site.")
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    assert f'  onder "{heading}": op de site (-)' in told
    assert "Leg het apart, exporteer opnieuw" in told.rpartition(" botsing")[2]
    aside = file.read_text()
    file.unlink()
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "Van de site.", "Uit het bestand.")
    assert f"{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path), "--commit")
    assert "Uit het bestand." in client.get(f"/kennisbank/{SLUG}").text
    write(session, SLUG, "Uit het bestand.", "Toch van de site.")
    file.write_text(aside.replace("Uit het bestand.", "Toch van de site."))
    run(app, "import", str(tmp_path), "--commit")
    assert "Toch van de site." in client.get(f"/kennisbank/{SLUG}").text


def test_a_clash_with_a_draft_names_the_file_in_which_it_can_be_solved(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, *CLASH)
    write(session, SLUG, CLASH[0], "## Een concept", publish=False)
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    assert f"(concepten/{SLUG}.md)" in told
    run(app, "export", str(tmp_path), fails=True)
    edit(tmp_path / "concepten", SLUG, "## Een concept", CLASH[1])
    edit(tmp_path, SLUG, CLASH[1], CLASH[0])
    assert f"concepten/{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path), "--commit")


def test_a_file_under_another_name_makes_no_second_guide(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    file = tmp_path / f"{SLUG}.md"
    moved, copy = tmp_path / "klimaat-nieuw.md", tmp_path / "eigen-gids.md"
    copy.write_text(file.read_text())
    file.rename(moved)
    (tmp_path / "thema-circulair.md").rename(tmp_path / "circulair.md")
    write(session, "thema-circulair", "## ", "## Later ")  # its file is of an older text
    (tmp_path / "buyer-groups.md").unlink()
    before = count(session)
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    assert f"klimaat-nieuw.md: ander adres\n  deze gids is op de site {SLUG}\n" in told
    assert f"eigen-gids.md: ander adres\n  deze gids is op de site {SLUG}\n" in told
    assert "circulair.md: ander adres\n  deze gids is op de site thema-circulair\n" in told
    assert f"3 gidsen van de site staan niet in de map (buyer-groups, thema-circulair, {SLUG})" in told
    assert count(session) == before
    assert client.get("/kennisbank/klimaat-nieuw").status_code == 404
    moved.rename(file)
    assert "eigen-gids.md: nieuw" in run(app, "import", str(tmp_path), "--commit", fails=True)  # a copy beside it


def test_a_guide_that_another_register_renamed_is_no_second_guide_here(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    run(app, "export", str(tmp_path))
    text = (tmp_path / f"{SLUG}.md").read_text()
    (tmp_path / f"{SLUG}.md").unlink()
    front = f"former_addresses: [{SLUG}]\nbasis: 0123456789abcdef-01234567\n"
    (tmp_path / "klimaat-nieuw.md").write_text(re.sub(r"basis: .*\n", front, text))
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    assert f"1 ander adres, 0 fout.\n1 gids van de site staat niet in de map ({SLUG});" in told
    (tmp_path / "klimaat-nieuw.md").write_text(re.sub(r"basis: .*\n", "", text))
    assert "klimaat-nieuw.md: nieuw" in run(app, "import", str(tmp_path), "--commit")
