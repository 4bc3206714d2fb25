"""Pictures and files of guides: drafts stay with staff, what a guide on the site uses is everybody's."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.files.models import Attachment
from common.ledger import SYSTEM
from common.markdown import render_markdown
from kb.guides.fields import fields_of
from kb.guides.writing import find_guide, newest_revision, publish_guide, save_guide
from tests.factories_participants import counted_queries
from tests.files.factories import GUIDE, Sending, add_picture
from tests.files.making import pdf, picture
from tests.sites import csrf_token, sign_in

PAGE = "/kennisbank/actieplan-schrijven"


@pytest.fixture
def editor(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    """A redacteur."""
    return sign_in(app, accounts["redacteur"])


@pytest.fixture
def drawing(app: Flask, session: Session) -> Attachment:
    """A picture that no text uses yet."""
    made = add_picture(app, session)
    session.commit()
    return made


def use(session: Session, text: str, *, publish: bool = True) -> None:
    """Put a text at the head of the guide."""
    guide = find_guide(session, "actieplan-schrijven")
    assert guide
    newest = newest_revision(session, guide)
    fields = fields_of(newest)
    saved = save_guide(session, guide, replace(fields, body=f"{text}\n\n{fields.body}"), newest.number, actor=SYSTEM)
    if publish:
        publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    session.commit()


def test_a_picture_shows_what_to_type_and_shows_on_the_site_when_it_is_published(
    editor: FlaskClient, session: Session, client: FlaskClient
) -> None:
    Sending(editor, GUIDE).send(picture("JPEG", (1600, 900)), "Stap één.jpg", alt="Vier [stappen]")
    line = re.search(r'value="(!\[[^"]+)"', editor.get(GUIDE).text)
    assert line
    assert re.fullmatch(r"!\[Vier stappen\]\(/bestanden/\d+/stap-een-1600x900\.jpg\)", line.group(1))
    use(session, line.group(1))
    found = re.search(r'<img alt="Vier stappen" src="([^"]+)" ([^>]*)>', client.get(PAGE).text)
    assert found
    assert found.group(2) == 'width="1600" height="900" loading="lazy" decoding="async"'
    shown = client.get(found.group(1))
    assert shown.headers["Cache-Control"] == "public, max-age=300"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert client.get(found.group(1), headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304


def test_a_picture_is_everybodys_only_while_a_text_on_the_site_uses_it(
    drawing: Attachment, session: Session, client: FlaskClient, editor: FlaskClient
) -> None:
    path = f"/bestanden/{drawing.id}/{drawing.name}"
    assert (client.get(path).status_code, editor.get(path).status_code) == (404, 200)
    use(session, f"![a]({path})", publish=False)
    assert client.get(path).status_code == 404
    use(session, "Nog een regel.")
    assert client.get(path).status_code == 200


def test_a_number_that_only_begins_alike_opens_nothing(
    drawing: Attachment, session: Session, client: FlaskClient
) -> None:
    use(session, f"![a](/bestanden/{drawing.id}0/a-1x1.png) en /bestanden/{drawing.id}/{drawing.name}")
    assert client.get(f"/bestanden/{drawing.id}/{drawing.name}").status_code == 404


def test_a_picture_that_a_guide_on_the_site_uses_cannot_be_removed(
    drawing: Attachment, session: Session, editor: FlaskClient
) -> None:
    use(session, f"![a](/bestanden/{drawing.id}/{drawing.name})")
    form = {"csrf_token": csrf_token(editor, GUIDE)}
    answer = editor.post(f"{GUIDE}/{drawing.id}/verwijderen", data=form)
    assert answer.status_code == 409
    assert "is nog in gebruik" in answer.text


def test_a_picture_that_nothing_uses_is_removed_and_put_back(drawing: Attachment, editor: FlaskClient) -> None:
    form, path = {"csrf_token": csrf_token(editor, GUIDE)}, f"/bestanden/{drawing.id}/{drawing.name}"
    for verb, status in (("verwijderen", 404), ("terugzetten", 200)):
        assert editor.post(f"{GUIDE}/{drawing.id}/{verb}", data=form).status_code == 303
        assert editor.get(path).status_code == status


def test_a_file_of_one_guide_is_not_changed_by_way_of_another(drawing: Attachment, editor: FlaskClient) -> None:
    other = GUIDE.replace("actieplan-schrijven", "meten-en-rapporteren")
    form = {"csrf_token": csrf_token(editor, other)}
    assert editor.post(f"{other}/{drawing.id}/verwijderen", data=form).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Beschrijf wat er op de afbeelding staat"),
        ({"alt": "Iets", "decoratief": "ja"}, "Kies een van de twee"),
        ({"alt": "x" * 301}, "hoogstens 300 tekens"),
    ],
)
def test_a_picture_needs_words_or_says_that_it_is_decoration(
    editor: FlaskClient, fields: dict[str, str], words: str
) -> None:
    answer = Sending(editor, GUIDE).send(picture(), "a.png", **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_decoration_has_an_empty_description_and_a_file_needs_none(editor: FlaskClient) -> None:
    sending = Sending(editor, GUIDE)
    assert sending.send(picture(), "rand.png", decoratief="ja").status_code == 303
    assert sending.send(pdf(), "Model plan.pdf").status_code == 303
    page = editor.get(GUIDE).text
    assert re.search(r'value="!\[\]\(/bestanden/\d+/rand-60x40\.png\)"', page)
    assert re.search(r'value="\[model-plan\.pdf\]\(/bestanden/\d+/model-plan\.pdf\)"', page)


@pytest.mark.parametrize(
    "text",
    [
        "![a](https://elders.example/a.png)", "![a](//elders.example/a.png)", "![a](/bestanden/1/../../a.png)",
        "![a](/uitloggen)", '<img src="/bestanden/1/a.svg">', '<img src="/bestanden/1/a.png?x=1">', "<img alt=a>",
        '<img src="data:image/png;base64,AAAA">', '<img srcset="https://elders.example/a.png 2x">',
    ],
)  # fmt: skip
def test_a_text_shows_no_picture_of_elsewhere(text: str) -> None:
    assert "<img" not in render_markdown(text).html


def test_a_picture_in_a_text_brings_no_script_along() -> None:
    html = render_markdown('<img src="/bestanden/1/a-2x3.png" alt="a" onerror="alert(1)" style="x" width="9999">').html
    assert html.count("<img") == 1
    assert not re.search(r"onerror|style|9999", html)


def test_the_page_takes_as_many_queries_for_twelve_files_as_for_one(
    app: Flask, drawing: Attachment, session: Session, editor: FlaskClient
) -> None:
    use(session, f"![a](/bestanden/{drawing.id}/{drawing.name})")
    with counted_queries(app) as for_one:
        assert "Staat op de site in:" in editor.get(GUIDE).text
    for _number in range(11):
        add_picture(app, session)
    session.commit()
    with counted_queries(app) as for_twelve:
        page = editor.get(GUIDE).text
    assert page.count(" guide-file__line") == 12
    assert page.count("Staat op de site in:") == 1
    assert len(for_twelve) == len(for_one)


def test_a_picture_in_the_newest_text_stays_until_it_is_taken_out_of_it(
    editor: FlaskClient, session: Session, drawing: Attachment
) -> None:
    use(session, f"![Tekening](/bestanden/{drawing.id}/{drawing.name})", publish=False)
    page = editor.get(GUIDE).text
    assert "Staat in de nieuwste tekst van deze gids" in page
    form = {"csrf_token": csrf_token(editor, GUIDE)}
    assert editor.post(f"{GUIDE}/{drawing.id}/verwijderen", data=form).status_code == 409


def test_a_text_whose_picture_is_gone_is_not_published(
    editor: FlaskClient, session: Session, client: FlaskClient
) -> None:
    use(session, "![Weg](/bestanden/987654/weg.png)", publish=False)
    path = "/redactie/gidsen/actieplan-schrijven/publiceren"
    page = editor.get(path)
    number = re.findall(r'name="versie" value="(\d+)"', page.text)[0]
    assert "Een bestand in deze tekst is er niet meer" in page.text
    answer = editor.post(path, data={"csrf_token": csrf_token(editor, path), "versie": number})
    assert answer.status_code == 422
    assert "987654" not in client.get(PAGE).text
