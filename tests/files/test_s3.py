"""The same storage in S3, on a real server on this machine, and what happens when that server is away."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
from flask import Flask
from moto.server import ThreadedMotoServer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.database import Database
from common.files.models import Attachment, StoredFile
from common.files.storage import Storage, StorageDown, open_storage
from common.ledger import LedgerEntry
from tests.files.factories import DOCUMENTS, OF_DEMO, Sending, add_document, storage_of
from tests.files.making import pdf
from tests.sites import make_site, sign_in

HASH = "cd" * 32
BUCKET = "bestanden"
# The library leaves its connections to the end of the process.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the storage, where every program of Amazon looks for it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "voorbeeld")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")


@pytest.fixture
def server(key: None) -> Iterator[ThreadedMotoServer]:
    """A server with an empty bucket."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    requests.post(f"{address(running)}/moto-api/reset", timeout=5).raise_for_status()
    boto3.client("s3", endpoint_url=address(running), region_name="us-east-1").create_bucket(Bucket=BUCKET)
    yield running
    running.stop()


def address(server: ThreadedMotoServer) -> str:
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def url_of(server: ThreadedMotoServer) -> str:
    return f"s3://{BUCKET}/mk?endpoint_url={address(server)}&region=us-east-1"


def objects_on(server: ThreadedMotoServer) -> list[str]:
    client = boto3.client("s3", endpoint_url=address(server), region_name="us-east-1")
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.fixture
def storage(server: ThreadedMotoServer, tmp_path: Path) -> Storage:
    return open_storage(url_of(server), tmp_path)


@pytest.fixture
def app(data_folder: Path, server: ThreadedMotoServer) -> Iterator[Flask]:
    """A site that keeps its files in S3."""
    site = make_site(data_folder, settings={"storage_url": url_of(server)})
    yield site
    database: Database = site.extensions["database"]
    database.close()
    database.engine.dispose()


def test_a_content_goes_in_and_out_and_away(storage: Storage, server: ThreadedMotoServer) -> None:
    content = bytes(range(256)) * 8000
    storage.keep(io.BytesIO(content), HASH)
    storage.keep(io.BytesIO(content), HASH)
    assert objects_on(server) == [f"mk/cd/cd/{HASH}"]
    assert storage.open(HASH).read() == content
    assert [(kept.sha256, kept.path) for kept in storage.contents()] == [(HASH, f"{BUCKET}/mk/cd/cd/{HASH}")]
    storage.remove(HASH)
    storage.remove(HASH)
    assert objects_on(server) == []


def test_what_is_not_there_is_not_there(storage: Storage) -> None:
    assert list(storage.contents()) == []
    with pytest.raises(FileNotFoundError):
        storage.open(HASH)


def test_a_document_is_sent_and_read_by_way_of_s3(
    app: Flask, server: ThreadedMotoServer, accounts: dict[str, dict[str, str]], data_folder: Path
) -> None:
    sending = Sending(sign_in(app, accounts["coordinator"]), DOCUMENTS)
    assert sending.send(pdf(), omschrijving="Het plan").status_code == 303
    assert len(objects_on(server)) == 1
    assert list((data_folder / "files").rglob("*")) == []
    assert sending.client.get("/bestanden/1/plan.pdf").data == pdf()
    assert app.test_cli_runner().invoke(args=["files", "check"]).output == "1 van 1 bestanden zijn heel.\n"


def test_cleaning_leaves_what_is_young(app: Flask, session: Session, server: ThreadedMotoServer) -> None:
    storage_of(app).keep(io.BytesIO(b"rest"), HASH)
    assert app.test_cli_runner().invoke(args=["files", "clean"]).output == "0 resten opgeruimd.\n"
    assert len(objects_on(server)) == 1


def test_while_the_server_is_away_nothing_is_kept_and_the_page_says_so(
    app: Flask, session: Session, server: ThreadedMotoServer, accounts: dict[str, dict[str, str]]
) -> None:
    sending = Sending(sign_in(app, accounts["coordinator"]), DOCUMENTS)
    server.stop()
    began = time.monotonic()
    answer = sending.send(pdf(), omschrijving="Wat ik typte")
    assert time.monotonic() - began < 20
    assert answer.status_code == 503
    assert "Onze opslag voor bestanden werkt nu niet" in answer.text
    assert 'value="Wat ik typte"' in answer.text
    for table in (Attachment.id, StoredFile.sha256):
        assert session.scalar(select(func.count(table))) == 0
    assert session.scalar(select(func.count()).where(LedgerEntry.event == "file.added", OF_DEMO)) == 0


def test_while_the_server_is_away_reading_is_a_page_of_ours(
    app: Flask, session: Session, server: ThreadedMotoServer, accounts: dict[str, dict[str, str]]
) -> None:
    document = add_document(app, session)
    session.commit()
    client = sign_in(app, accounts["coordinator"])
    server.stop()
    answer = client.get(f"/bestanden/{document.id}/plan.pdf")
    assert answer.status_code == 503
    assert "Onze opslag voor bestanden werkt nu niet" in answer.text


def test_a_bucket_that_is_not_there_is_a_storage_that_is_down(server: ThreadedMotoServer, tmp_path: Path) -> None:
    storage = open_storage(url_of(server).replace(BUCKET, "geen-emmer", 1), tmp_path)
    with pytest.raises(StorageDown):
        storage.keep(io.BytesIO(b"inhoud"), HASH)
