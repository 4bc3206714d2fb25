"""What is wrong in a folder, or was cut short there, is said; it stops nothing else and never comes on the site."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import ContentError
from kb.exchange.exporting import written_whole
from kb.guides.front_matter import parse_guide
from kb.guides.models import Guide
from kb.guides.writing import find_guide
from tests.files.factories import add_picture
from tests.kb.test_exchange import SLUG, count, edit, run, write

HEAD = "title: Proef\nsummary: Kort.\nkind: guide\nlevel: starter\n"


def test_a_wrong_file_is_named_and_the_others_come_in(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    write(session, SLUG, "## Wat wij weten", "## Nog niet openbaar", publish=False)
    run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "kind: guide", "kind: roman")
    edit(tmp_path / "concepten", SLUG, "## Nog niet openbaar", "## Ook niet")
    edit(tmp_path, "thema-circulair", "Biobased hoort", "Biobased (ook stro) hoort")
    (tmp_path / "Fout Adres.md").write_bytes(b"---\ntitle: [\n---\n\xff")
    (tmp_path / "dag.md").write_text(f"---\n{HEAD}reviewed: 2026-02-31\n---\nTekst.\n")
    assert "1 gewijzigd" in run(app, "import", str(tmp_path), fails=True)
    told = run(app, "import", str(tmp_path), "--commit", fails=True)
    wrong = re.findall(r"^(.+): fout$", told, re.M)
    assert wrong == ["Fout Adres.md", "dag.md", f"{SLUG}.md", f"concepten/{SLUG}.md"]
    assert "kind is onbekend: 'roman' (kies uit: guide, " in told
    assert "4 fout.\nEen bestand dat fout is, is overgeslagen. Naar alle andere" in told
    assert "ook stro" in client.get("/kennisbank/thema-circulair").text
    assert "gewijzigd in de map" in run(app, "export", str(tmp_path), fails=True)
    assert "kind: roman" in (tmp_path / f"{SLUG}.md").read_text()


@pytest.mark.parametrize(
    ("name", "head", "body", "reason"),
    [
        ("nieuw.md", "", "Tekst.", "de bestandsnaam"),
        (f"{'a' * 150}.md", "", "Tekst.", "de bestandsnaam"),
        ("proef.md", f"former_addresses: [{'a' * 150}]\n", "Tekst.", "former_addresses"),
        ("proef.md", "translation_of: concept\n", "Tekst.", "translation_of"),
        ("proef.md", "", "Een\rtwee\n\x00", "regel 9"),
        ("proef.md", "", "\x02klzzwxh:1\x03", "regel 7"),
        ("proef.md", 'owner: "a\\0b"\n', "Tekst.", "in de kop"),
        ("proef.md", 'sources: [{title: "\\ud800", url: "https://a.example"}]\n', "Tekst.", "in de kop"),
        ("proef.md", "themes: &a [*a]\n", "Tekst.", "themes"),
        ("proef.md", f"ended: {{kind: withdrawn, reason: {'x' * 1001}}}\n", "Tekst.", "hoogstens 1000"),
    ],
)
def test_a_file_is_refused_for_what_the_site_refuses(name: str, head: str, body: str, reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        parse_guide(name, f"---\n{HEAD}{head}---\n{body}\n")


def test_a_guide_that_ended_does_not_come_on_the_site_because_its_readers_can_go_nowhere(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    ended = "ended: {kind: withdrawn, reason: Verouderd., instead: bestaat-niet}\n"
    (tmp_path / "proef.md").write_text(f"---\n{HEAD}{ended}---\nEen geheim.\n")
    assert "bestaat-niet staat niet op de site" in run(app, "import", str(tmp_path), "--commit", fails=True)
    page = client.get("/kennisbank/proef")
    assert page.status_code == 410
    assert "Verouderd." in page.text
    assert "Een geheim" not in page.text
    before = count(session)
    run(app, "import", str(tmp_path), "--commit", fails=True)
    assert count(session)[0] == before[0]


def test_what_was_cut_short_is_written_again(app: Flask, session: Session, tmp_path: Path) -> None:
    picture = add_picture(app, session)
    write(session, SLUG, "## ", f"![Een plaatje](/bestanden/{picture.id}/{picture.name})\n\n## ")
    run(app, "export", str(tmp_path))
    file = next((tmp_path / "bestanden").rglob("*.png"))
    whole = file.read_bytes()
    file.write_bytes(whole[:20])
    assert "1 bestanden erbij" in run(app, "export", str(tmp_path))
    assert file.read_bytes() == whole
    killed = written_whole(file)
    killed.__enter__().write(b"half")
    assert not killed.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert file.read_bytes() == whole
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_an_export_and_a_look_at_what_is_the_same_hold_nobody_up(app: Flask, session: Session, tmp_path: Path) -> None:
    session.scalars(select(Guide)).first()  # holds the lock of writers: who wants it too waits fifteen seconds
    run(app, "export", str(tmp_path))
    assert "0 nieuw, 0 gewijzigd" in run(app, "import", str(tmp_path))
    session.rollback()


def test_an_old_text_with_strange_line_ends_goes_out_and_in_without_a_difference(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    write(session, SLUG, "## Wat wij weten", "Regel een\rregel\x0b twee\x02\n\n## Wat wij weten")
    run(app, "export", str(tmp_path))
    assert "0 gewijzigd" in run(app, "import", str(tmp_path), "--commit")
    assert "0 geschreven" in run(app, "export", str(tmp_path))
    edit(tmp_path, SLUG, "Regel een\nregel twee", "Regel een en twee")
    assert f"{SLUG}.md: gewijzigd" in run(app, "import", str(tmp_path), "--commit")


def test_the_file_of_a_public_page_names_no_guide_that_is_not_public(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    front = "related: [geheim-plan, thema-circulair]\ntranslation_of: geheim-plan\nlanguage: en\n"
    (tmp_path / "proef.md").write_text(f"---\n{HEAD}{front}---\nTekst.\n")
    (tmp_path / "concepten").mkdir()
    (tmp_path / "concepten/geheim-plan.md").write_text(f"---\n{HEAD}state: draft\n---\nTekst.\n")
    run(app, "import", str(tmp_path), "--commit")
    guide = find_guide(session, "proef")
    assert guide
    assert guide.translation_of_id
    session.rollback()
    file = client.get("/kennisbank/proef.md").text
    assert "geheim-plan" not in file
    assert "- thema-circulair" in file
    (tmp_path / "proef.md").write_text(file.replace("Tekst.", "Nieuwe tekst."))
    assert "zonder basis" in run(app, "import", str(tmp_path), "--commit", fails=True)
