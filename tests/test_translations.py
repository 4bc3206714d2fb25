"""Every text of the screens is there in English; Dutch is the msgid."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
PACKAGES = ("common", "accounts", "registry", "kb", "website")


@pytest.fixture(scope="module")
def used() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for package in PACKAGES:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / package, [("**.py", "python")], {"**.py": {}}, keywords=KEYWORDS
        ):
            found.add(message)
    methods = [("**.html", "jinja2"), ("**.txt", "jinja2")]
    for _file, _line, message, _comments, _context in extract_from_dir(ROOT / "templates", methods, {}):
        found.add(message)
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_po(BytesIO(ENGLISH.read_bytes()))


def test_every_text_is_translated(used: set[str | tuple[str, ...]], catalogue: Catalog) -> None:
    missing = []
    for message in used:
        key = message[0] if isinstance(message, tuple) else message
        entry = catalogue.get(key)
        strings = [] if entry is None else [entry.string] if isinstance(entry.string, str) else list(entry.string)
        if entry is None or entry.fuzzy or not strings or not all(strings):
            missing.append(key)
    assert sorted(missing) == []


def test_translations_keep_the_placeholders(catalogue: Catalog) -> None:
    placeholder = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
    wrong = []
    for entry in catalogue:
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
        wanted = {match.group(0) for text in ids for match in placeholder.finditer(text)}
        given = {match.group(0) for text in strings for match in placeholder.finditer(text)}
        if given - wanted or (wanted - given and len(ids) == 1):
            wrong.append(ids[0])
    assert wrong == []


def test_no_translation_is_left_of_a_text_that_is_gone(used: set[str | tuple[str, ...]], catalogue: Catalog) -> None:
    keys = {message[0] if isinstance(message, tuple) else message for message in used}
    left = [
        entry.id
        for entry in catalogue
        if entry.id and (entry.id[0] if isinstance(entry.id, tuple | list) else entry.id) not in keys
    ]
    assert left == []
