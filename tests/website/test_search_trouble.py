"""Whatever state the folder of the index is in, no page fails over it, and what was saved is saved."""

import errno
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.kb.guide_forms import EDIT, filled
from tests.sites import csrf_token, sign_in
from tests.website.test_search_page import index_of

PAGES = ("/", "/kennisbank", "/zoeken?q=klimaat", "/en/zoeken?q=klimat", "/zoeken/suggesties?q=kli")


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("geen map")


def a_folder_in_its_place(folder: Path) -> None:
    (folder / "state.json").unlink()
    (folder / "state.json").mkdir()


def of_another_kind(folder: Path) -> None:
    (folder / "state.json").write_text(json.dumps({"version": 1, "head": [], "parts": 7}))


def rubbish(folder: Path) -> None:
    for file in folder.iterdir():
        if file.is_file() and file.suffix in {".toc", ".seg", ".txt"}:
            file.write_bytes(b"kapot" * 99)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the engine leaves a damaged file open
@pytest.mark.parametrize("spoil", [a_file, a_folder_in_its_place, of_another_kind, rubbish])
def test_no_page_fails_over_its_index_and_no_save_is_lost(
    app: Flask, client: FlaskClient, accounts: dict[str, dict[str, str]], spoil: Callable[[Path], None]
) -> None:
    logging.disable(logging.CRITICAL)  # a kept log line would hold the damaged file open
    try:
        index_of(app).close()
        spoil(index_of(app).folder)
        assert [client.get(path).status_code for path in PAGES] == [200] * len(PAGES)
        published_and_seen(app, client, accounts)
    finally:
        logging.disable(logging.NOTSET)


def published_and_seen(app: Flask, client: FlaskClient, accounts: dict[str, dict[str, str]]) -> None:
    """Publish a guide through its form, and see it as a reader."""
    editor = sign_in(app, accounts["beheerder"])
    assert editor.get("/redactie/zoekwoorden").status_code == 200
    assert editor.post(EDIT, data={**filled(editor), "titel": "Kwispelen"}).status_code == 303
    token = csrf_token(editor, f"{EDIT}/publiceren")
    assert editor.post(f"{EDIT}/publiceren", data={"csrf_token": token, "versie": "2"}).status_code == 303
    assert "Kwispelen" in client.get("/kennisbank/thema-klimaat").text
    assert client.get("/zoeken?q=kwispelen").status_code == 200


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_where_nothing_can_be_written_what_the_index_held_is_found(
    app: Flask,
    client: FlaskClient,
    accounts: dict[str, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    def refuses(*_all: object, **_more: object) -> None:
        raise OSError(number, "geschreven wordt er niet")

    with monkeypatch.context() as patch:
        for name in ("create_file", "delete_file", "rename_file"):
            patch.setattr(f"whoosh.filedb.filestore.FileStorage.{name}", refuses)
        for name in ("_replace", "forget"):
            patch.setattr(f"kb.search.keeping.Keeping.{name}", refuses)
        logging.disable(logging.CRITICAL)
        try:
            published_and_seen(app, client, accounts)
            assert "/kennisbank/" in client.get("/zoeken?q=klimaat").text.split('class="results"')[1]
        finally:
            logging.disable(logging.NOTSET)
    assert 'href="/kennisbank/thema-klimaat' in client.get("/zoeken?q=kwispelen").text
