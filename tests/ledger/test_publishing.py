"""/integriteit, the public log and the checkpoints, as strangers and keepers have them."""

import ast
import base64
import json
import re
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.checkpoints import open_key, sign
from common.database import Base
from common.ledger import DRAFT_VERBS, PRIVATE_NOUNS, SYSTEM, LedgerEntry, canonical_json, head_number, record
from common.ledger_opening import OPEN, OPEN_WHEN_CONFIRMED, SEALED
from common.ledger_verifying import walk
from common.outbox import OutboxMail
from common.web.database import db
from registry.reports.models import Answer
from tests.ledger.chains import command, keep, outside
from tests.sites import make_site
from website.config import ROOT, CannotStart, read_settings
from website.integrity import change_key

LOG = "/integriteit/grootboek.jsonl"
VERIFIER = ROOT / "tools" / "verify_ledger.py"


def lines(client: FlaskClient, query: str = "") -> list[dict[str, object]]:
    """Return the lines of the public log."""
    return [json.loads(line) for line in client.get(LOG + query).text.splitlines()]


def one_more(app: Flask) -> None:
    """Write one more entry."""
    with app.app_context():
        record(db(), "guide.published", "guide:today", {"number": 1}, actor=SYSTEM)
        db().commit()


def test_the_page_tells_a_citizen_what_it_proves_and_what_not(app: Flask, client: FlaskClient) -> None:
    page = client.get("/integriteit").text
    assert "Er is nog geen controlepunt" in page
    for words in ("Wel: wat openbaar werd", "Niet: dat een antwoord waar is", "Niet: dat er niets ontbreekt"):
        assert words in page
    assert command(app, "checkpoint").exit_code == 0
    told = json.loads(client.get("/integriteit/checkpoints.json").text)["checkpoints"][0]
    page = client.get("/integriteit").text  # no entry was written, and yet it is not the page of before
    assert told["head"] in page
    assert told["public_key"] in page
    assert "What does it prove" in client.get("/en/integriteit").text
    assert 'href="/integriteit"' in client.get("/").text


def test_no_reason_that_anybody_gave_stands_in_the_public_log(client: FlaskClient, session: Session) -> None:
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in {"change_reason", "ended_reason", "withdrawn_reason"}
    ]
    reasons = {reason for column in columns for reason in session.scalars(select(column).where(column.is_not(None)))}
    session.rollback()
    log = client.get(LOG).text
    assert len(columns) > 8
    assert len(reasons) > 8
    assert [reason for reason in reasons if canonical_json(reason)[1:-1] in log] == []
    assert '"reason"' in log, "its salted hash"


def test_the_log_is_all_of_the_ledger_in_order_and_may_be_asked_in_parts(client: FlaskClient, session: Session) -> None:
    head = head_number(session)
    session.rollback()
    found = lines(client)
    assert [line["seq"] for line in found] == list(range(1, head + 1))
    assert lines(client, "?from=501") == found[500:]
    assert lines(client, "?from=499&to=502") == found[498:502]
    assert lines(client, f"?from={head + 1}") == lines(client, "?from=9&to=8") == []
    assert {client.get(f"{LOG}?{odd}").status_code for odd in ("from=0", "from=x", "to=-1", "to=9999999999999")} == {
        400
    }
    whole = client.get(LOG)
    assert whole.mimetype == "application/x-ndjson"
    assert client.get(LOG, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert client.head(LOG).status_code == 200


def test_the_log_comes_in_pieces_and_not_as_one(client: FlaskClient) -> None:
    answer = client.get(LOG)
    assert answer.is_streamed
    pieces = [len(piece) for piece in client.get(LOG).iter_encoded()]
    assert len(pieces) > 1


def test_the_public_log_names_no_person_and_tells_no_draft(client: FlaskClient, session: Session) -> None:
    log = client.get(LOG).text
    people = session.scalars(select(User)).all()
    answers = session.scalars(select(Answer.value).where(Answer.key == "A3")).all()
    private = {text for one in people for text in (one.email, one.name) if text}
    private |= {one["email"] for one in answers if isinstance(one, dict) and one.get("email")}
    sealed = session.scalars(select(LedgerEntry).where(LedgerEntry.payload.contains('"nonce":"'))).all()
    session.rollback()
    assert len(private) > 5
    assert [one for one in private if one in log] == []
    shown = {line["seq"]: set(line) for line in lines(client)}
    assert sealed
    only_hashes = {"seq", "recorded_at", "content_hash", "previous_hash", "hash"}
    assert {frozenset(shown[one.seq]) for one in sealed} == {frozenset(only_hashes)}
    assert {line["event"] for line in lines(client) if "event" in line} <= OPEN | OPEN_WHEN_CONFIRMED


def test_every_event_of_the_register_is_looked_at_for_the_public_log() -> None:
    nouns = "agreement|authorit(y|ies)|buyer_groups?|certificates?|duty|edition|guide|indicator|mergers?|plan|report"
    nouns += "|sign[a-z]+"
    shape = re.compile(rf"({nouns})\.([a-z_]*ed|left|chosen|undone|settled|taken_over|outage|signing)")
    paths = [path for folder in ("registry", "kb") for path in (ROOT / folder).rglob("*.py")]
    written = {
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.fullmatch(node.value)
    }
    assert len(written) > 30
    drafts = {one for one in written if one.partition(".")[2] in DRAFT_VERBS}
    assert written - drafts - OPEN - OPEN_WHEN_CONFIRMED - SEALED == set()
    assert len(OPEN | SEALED | OPEN_WHEN_CONFIRMED) == len(OPEN) + len(SEALED) + len(OPEN_WHEN_CONFIRMED)
    assert not [one for one in OPEN if one.partition(".")[0] in PRIVATE_NOUNS]


def test_the_verifier_is_one_file_with_none_of_our_code(client: FlaskClient) -> None:
    names = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text())):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).partition(".")[0])
            assert node.level == 0
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
    assert client.get("/integriteit/verify_ledger.py").data == VERIFIER.read_bytes()


def test_a_log_without_its_beginning_or_with_more_than_was_hashed_is_refused(app: Flask, tmp_path: Path) -> None:
    assert command(app, "checkpoint").exit_code == 0
    kept, log = keep(app, tmp_path), tmp_path / "given.jsonl"
    every = app.test_client().get(LOG).text.splitlines()
    log.write_text("\n".join(every[10:]))
    refused = outside(app, tmp_path, "--checkpoints", kept, log=log)
    assert (refused.returncode, "number 1: it is missing" in refused.stdout) == (1, True)
    assert outside(app, tmp_path, "--checkpoints", kept, "--part", log=log).returncode == 0
    number = next(at for at, line in enumerate(every) if '"event"' not in line)
    every[number] = json.dumps({**json.loads(every[number]), "event": "report.published"})
    log.write_text("\n".join(every))
    refused = outside(app, tmp_path, log=log)
    assert (refused.returncode, f"number {number + 1}: it says what is not in its hash" in refused.stdout) == (1, True)
    log.write_text("no json")
    assert outside(app, tmp_path, log=log).returncode == 1
    assert outside(app, tmp_path, log=tmp_path / "absent").returncode == 2


def test_keepers_get_each_checkpoint_by_mail_and_the_mail_itself_can_be_checked(
    data_folder: Path, tmp_path: Path, session: Session
) -> None:
    keepers = ("archief@kranten.example", "bewaar@universiteit.example")
    app = make_site(data_folder, settings={"ledger_keepers": keepers})
    assert "Berichten aan bewaarders: 2" in command(app, "checkpoint").output
    found = session.scalars(select(OutboxMail).where(OutboxMail.kind == "ledger_checkpoint")).all()
    assert {one.to_address for one in found} == set(keepers)
    mail = EmailMessage()
    mail["Subject"] = found[0].subject
    mail.set_content(found[0].body_text)
    session.rollback()
    kept = tmp_path / "mail.eml"
    kept.write_bytes(mail.as_bytes())
    told = outside(app, tmp_path, "--checkpoints", kept)
    assert (told.returncode, "ALL FITS, with 1 checkpoints" in told.stdout) == (0, True), told.stdout + told.stderr
    assert "Er is al een controlepunt" in command(app, "checkpoint").output  # and nobody gets the same twice


def test_a_keeper_without_an_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MANIFESTKOMPAS_DATA", str(tmp_path))
    monkeypatch.setenv("LEDGER_KEEPERS", "archief@kranten.example, geen adres")
    with pytest.raises(CannotStart, match="LEDGER_KEEPERS"):
        read_settings()


def test_a_new_key_is_vouched_for_by_the_old_one_and_a_strange_key_by_nobody(app: Flask, tmp_path: Path) -> None:
    assert command(app, "checkpoint").exit_code == 0
    first = json.loads(keep(app, tmp_path).read_text())["checkpoints"][0]["public_key"]
    assert command(app, "new-key").exit_code == 0
    one_more(app)
    assert command(app, "checkpoint").exit_code == 0
    kept = keep(app, tmp_path)
    assert outside(app, tmp_path, "--checkpoints", kept, "--key", first).returncode == 0
    other = base64.b64encode(b"x" * 32).decode()
    refused = outside(app, tmp_path, "--checkpoints", kept, "--key", other)
    assert "signed by a key that no trusted key vouches for" in refused.stdout
    assert len({one["key_id"] for one in json.loads(kept.read_text())["checkpoints"]}) == 2
    key = app.extensions["settings"].data / "ledger-key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    retired = next(key.parent.glob("ledger-key-*.pem"))
    key.write_bytes(retired.read_bytes())  # the old key comes back, as from a back-up
    one_more(app)
    assert "Deze sleutel is niet die van het vorige controlepunt" in command(app, "checkpoint").output
    key.unlink()
    refused = command(app, "checkpoint")
    assert (refused.exit_code, "De sleutel is er niet" in refused.output, key.exists()) == (1, True, False)


def test_a_retired_key_that_signs_on_is_refused_and_a_part_that_lacks_the_change_cannot_tell(
    app: Flask, tmp_path: Path
) -> None:
    key = app.extensions["settings"].data / "ledger-key.pem"
    assert command(app, "checkpoint").exit_code == 0
    old = open_key(key)
    assert command(app, "new-key").exit_code == 0
    one_more(app)
    assert command(app, "checkpoint").exit_code == 0
    kept = keep(app, tmp_path)
    public = json.loads(kept.read_text())["checkpoints"][-1]["public_key"]
    size = json.loads(kept.read_text())["checkpoints"][-1]["size"]
    part = tmp_path / "part.jsonl"
    part.write_text(app.test_client().get(f"{LOG}?from={size}").text)
    unsure = outside(app, tmp_path, "--part", "--checkpoints", kept, log=part)
    assert (unsure.returncode, f"--key {public}" in unsure.stdout, "WRONG" in unsure.stdout) == (2, True, False)
    both = [one for given in (public, old.public) for one in ("--key", given)]
    assert outside(app, tmp_path, "--part", "--checkpoints", kept, *both, log=part).returncode == 0
    one_more(app)
    with app.app_context():
        found = walk(db())
        sign(db(), old, found.size, found.head)
        db().commit()
    told = outside(app, tmp_path, "--checkpoints", keep(app, tmp_path), "--key", old.public)
    assert (told.returncode, "a key that the log had replaced" in told.stdout) == (1, True)
    assert "Van een andere sleutel dan het grootboek noemt" in command(app, "verify").output


def test_a_new_key_that_was_not_committed_changes_no_file(app: Flask) -> None:
    key = app.extensions["settings"].data / "ledger-key.pem"
    assert command(app, "checkpoint").exit_code == 0
    old = key.read_bytes()
    with app.app_context():
        change_key(db(), key)
        db().rollback()  # a kill between the two
        assert key.read_bytes() == old
        new = change_key(db(), key)
        db().commit()  # and one after the commit: the next checkpoint finishes it
    one_more(app)
    assert command(app, "checkpoint").exit_code == 0
    assert open_key(key).id == new.id
