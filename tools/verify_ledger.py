#!/usr/bin/env python3
"""Check the ledger of Manifestkompas with none of its code: only Python's standard library and `cryptography`.

    python verify_ledger.py https://site/integriteit/grootboek.jsonl --checkpoints https://site/integriteit/checkpoints.json
    python verify_ledger.py grootboek.jsonl --checkpoints kept-2026.json --checkpoints mail.eml --key BASE64
    python verify_ledger.py 'https://site/integriteit/grootboek.jsonl?from=5000' --part --checkpoints kept-2026.json

Every line of the log names the hash of the line before it; a checkpoint, signed with Ed25519, says how many lines
there were and what the newest hash was. The chain finds a line that was changed, left out or moved; a checkpoint that
you kept finds a cut tail and a log that was written anew. What is not public (drafts, accounts) is only a hash there.

Exit code 0: all fits. 1: something does not; the first wrong number is named. 2: it could not be checked, or not all.
"""

import argparse
import base64
import binascii
import email
import email.policy
import hashlib
import json
import sys
import unicodedata
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS = "0" * 64
WHAT = ("actor_role", "event", "subject", "payload_hash")
HASHES = {"seq", "recorded_at", "content_hash", "previous_hash", "hash"}
FIELDS = {"size": int, "head": str, "signed_at": str, "key_id": str, "public_key": str, "signature": str}


class Unreadable(Exception):
    """What was given cannot be read."""


def canonical(value: Any) -> str:
    """Write canonical JSON: NFC text, sorted keys, no nulls, no spaces."""
    return json.dumps(_tidy(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_tidy(key): _tidy(item) for key, item in value.items() if item is not None}
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def why_wrong(line: dict[str, Any], number: int, previous: str) -> str:
    """Say what is wrong with a line that should have this number and follow this hash; "" when nothing is."""
    if line.get("seq") != number:
        return f"its number is {line.get('seq')}: a line is missing, or moved"
    if line.get("previous_hash") != previous:
        return "it does not follow the line before it"
    if "payload" in line and sha256(canonical(line["payload"])) != line.get("payload_hash"):
        return "its payload is not what was hashed"
    shown = set(line) - HASHES
    if shown and (not shown >= set(WHAT) or shown - {*WHAT, "payload"}):
        return "it says what is not in its hash"
    inside = {name: line.get(name) for name in WHAT}
    if "content_hash" in line:
        if "payload_hash" in line and sha256(canonical(inside)) != line["content_hash"]:
            return "its content is not what was hashed"
        inside = {"content_hash": line["content_hash"]}
    told = {name: line.get(name) for name in ("seq", "recorded_at", "previous_hash")}
    return "" if sha256(canonical({**told, **inside})) == line.get("hash") else "its hash is not that of what it says"


class Checked:
    """What a walk over the log found."""

    def __init__(self) -> None:
        self.first = self.size = 0
        self.head = GENESIS
        self.heads: dict[int, str] = {0: GENESIS}
        self.keys: list[tuple[int, str]] = []
        self.sealed = 0
        self.wrong = ""


def check_log(lines: Iterator[str], sizes: set[int]) -> Checked:
    """Walk over the log, a line at a time, and remember the hashes at these sizes. A part may begin later than at 1."""
    found = Checked()
    for text in lines:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict):
            found.wrong = f"line {found.size + 1}: it is no JSON"
            break
        if not found.first:
            found.first = line["seq"] if isinstance(line.get("seq"), int) and line["seq"] > 0 else 1
            found.size = found.first - 1
            found.head = GENESIS if found.first == 1 else str(line.get("previous_hash"))
            found.heads[found.size] = found.head
        wrong = why_wrong(line, found.size + 1, found.head)
        if wrong:
            found.wrong = f"number {found.size + 1}: {wrong}"
            break
        found.size, found.head = found.size + 1, line["hash"]
        found.sealed += "payload_hash" not in line
        if found.size in sizes:
            found.heads[found.size] = found.head
        if line.get("event") == "ledger.key_changed" and isinstance(line.get("payload"), dict):
            found.keys.append((found.size, str(line["payload"].get("key_id"))))
    return found


def is_signed(point: dict[str, Any]) -> bool:
    """Say whether a checkpoint has the signature of the key that it names."""
    signed = {"type": "ledger-checkpoint", **{name: point[name] for name in FIELDS if name != "signature"}}
    try:
        key = base64.b64decode(point["public_key"], validate=True)
        signature = base64.b64decode(point["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical(signed).encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return bool(hashlib.sha256(key).hexdigest() == point["key_id"])


def is_retired(point: dict[str, Any], keys: list[tuple[int, str]]) -> bool:
    """Say whether the log named a newer key than the one that signed; where it does, the old one signs once more."""
    newest = [key for number, key in keys if number < point["size"]][-1:]
    at = [key for number, key in keys if number == point["size"]]
    return bool(newest) and point["key_id"] not in newest + at


def check_points(points: list[dict[str, Any]], found: Checked, trusted: set[str]) -> tuple[list[str], list[str]]:
    """Say what is wrong with checkpoints, and what cannot be told: signature, key, or that the log misses them.

    A key is trusted that was given, or that the log names before a checkpoint by a trusted key; with none given it is
    the key of the oldest checkpoint. A part of a log may lack the line that names a key.
    """
    wrong, unsure = [], []
    ordered = sorted(points, key=lambda point: (point["size"], point["signed_at"]))
    known = set(trusted) or {point["key_id"] for point in ordered[:1]}
    for point in ordered:
        name = f"checkpoint at {point['size']} ({point['signed_at'][:19]})"
        if not is_signed(point):
            wrong.append(f"{name}: its signature is not valid")
        elif is_retired(point, found.keys):
            wrong.append(f"{name}: signed by a key that the log had replaced: {point['key_id']}")
        elif point["key_id"] not in known and found.first > 1 and point["key_id"] not in dict(found.keys).values():
            unsure.append(f"{name}: this part does not name its key; if you trust it: --key {point['public_key']}")
        elif point["key_id"] not in known:
            wrong.append(f"{name}: signed by a key that no trusted key vouches for: {point['key_id']}")
        elif point["size"] < found.first - 1:
            continue  # before the part that was given
        elif point["size"] > found.size:
            wrong.append(f"{name}: the log has only {found.size} lines that fit: its tail is gone")
        elif point["size"] in found.heads and found.heads[point["size"]] != point["head"]:
            wrong.append(f"{name}: line {point['size']} or one before it was written anew")
        else:
            known |= {key for number, key in found.keys if number <= point["size"]}
    return wrong, unsure


def read_points(name: str) -> list[dict[str, Any]]:
    """Read checkpoints: checkpoints.json, one checkpoint, or a mail with one in it. Raises Unreadable."""
    text = "".join(read_lines(name, keep=True))
    if "\nMIME-Version:" in "\n" + text.replace("\r", ""):
        body = email.message_from_string(text, policy=email.policy.default).get_body(("plain",))
        text = body.get_content() if body else ""
    try:
        try:
            told = json.loads(text)
        except ValueError:
            told = [json.loads(line) for line in text.splitlines() if line.startswith("{") and '"head"' in line]
        points = told.get("checkpoints", [told]) if isinstance(told, dict) else told
        if any(type(point[field]) is not kind for point in points for field, kind in FIELDS.items()):
            raise Unreadable(f"a checkpoint without its fields in {name}")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(f"no checkpoints in {name}") from error
    if not points:
        raise Unreadable(f"no checkpoints in {name}")
    return list(points)


def read_lines(name: str, *, keep: bool = False) -> Iterator[str]:
    """Give the lines of a file or an address, one at a time; without `keep` no empty ones. Raises Unreadable."""
    try:
        is_address = name.startswith(("https://", "http://"))
        with urllib.request.urlopen(name, timeout=60) if is_address else Path(name).open("rb") as source:
            for raw in source:
                line = raw.decode()
                if keep or line.strip():
                    yield line
    except (OSError, ValueError) as error:
        raise Unreadable(f"{name}: {error}") from error


def main() -> int:
    """Check what the command line names, and say what was found."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    options.add_argument("log", help="file or address of grootboek.jsonl")
    options.add_argument("--checkpoints", action="append", default=[], help="file or address; may be given often")
    options.add_argument("--part", action="store_true", help="the log may begin later than at number 1")
    options.add_argument("--key", action="append", default=[], help="a public key in base64 that you trust")
    given = options.parse_args()
    try:
        points = [point for name in given.checkpoints for point in read_points(name)]
        trusted = {hashlib.sha256(base64.b64decode(key, validate=True)).hexdigest() for key in given.key}
        found = check_log(read_lines(given.log), {point["size"] for point in points})
    except (Unreadable, binascii.Error) as error:
        print(f"CANNOT CHECK: {error}", file=sys.stderr)
        return 2
    wrong, unsure = check_points(points, found, trusted)
    wrong = ([f"FIRST WRONG LINE: {found.wrong}"] if found.wrong else []) + wrong
    if found.first > 1 and not given.part:
        wrong.insert(
            0, f"FIRST WRONG LINE: number 1: it is missing; the log begins at {found.first} (a part? use --part)"
        )
    if not found.size and not wrong:
        wrong = ["the log is empty"]
    print(f"{found.size - max(found.first - 1, 0)} lines fit ({found.sealed} of them sealed: hashes only).")
    print(f"newest hash: {found.head}")
    if found.first > 1 and given.part:
        print(f"This is a part, from number {found.first} on: what stands before it was not checked.")
    if not points:
        print("No checkpoints were given: a cut tail, or a log that was written anew, is not found.")
    for one in wrong:
        print(f"WRONG: {one}")
    for one in unsure:
        print(f"CANNOT TELL: {one}")
    if not wrong and not unsure:
        print(f"ALL FITS, with {len(points)} checkpoints.")
    return 1 if wrong else 2 if unsure else 0


if __name__ == "__main__":
    sys.exit(main())
