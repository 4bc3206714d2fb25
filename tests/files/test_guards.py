"""Each guard is what stops its attack: with the guard off, the same bytes come in."""

import io
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from common.files import accepting, office, packages, pdfs, pictures
from common.files.accepting import accept
from common.files.rejecting import Rejected
from tests.files import making
from tests.files.making import docx, open_document, package, pdf, picture
from tests.files.test_accepting import TEMPLATE

NEVER = re.compile("(?!)")
BOMB = docx(**{"word/media/a.bin": b"\0" * 30_000_000})
HIDDEN = package({"a": "a"})


class Trusting(office._Counting):
    """The XML reader as the standard library has it: document types and their entities are let in."""

    def __init__(self, budget: packages.Budget) -> None:
        super().__init__(budget)
        self.forbid_dtd = self.forbid_entities = self.forbid_external = False


def as_it_came(stream: Any, _media_type: str) -> pictures.Picture:
    return pictures.Picture(io.BytesIO(stream.getvalue()), 60, 40)


def limitless(self: packages.Budget) -> None:
    self.unpacked = self.entries = self.elements = 10**9


# What is guarded -> the attack, and what is put in the guard's place: (module or class, name, value).
GUARDS: dict[str, tuple[bytes, list[tuple[Any, str, Any]]]] = {
    "ratio": (BOMB, [(packages, "HIGHEST_RATIO", 10**9)]),
    "total": (docx(**{f"a{n}": b"\0" * 900_000 for n in range(120)}), [(packages.Budget, "spend", lambda *_a: None)]),
    "entries": (
        docx(**{f"a{n}": "" for n in range(2100)}),
        [(packages, "MOST_ENTRIES", 10**9), (packages.Budget, "__init__", limitless)],
    ),
    "names": (docx(**{"../a": "a"}), [(packages, "_is_plain_name", lambda _name: True)]),
    "macro names": (docx(**{"word/vbaProject.bin": b"x"}), [(office, "_MACRO_NAME", NEVER)]),
    "templates": (docx(**{"word/_rels/a.rels": TEMPLATE}), [(office, "_FAR_TEMPLATE", NEVER)]),
    "document types": (
        docx(**{"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
        [(office, "_Counting", Trusting)],
    ),
    "depth": (docx(**{"word/document.xml": "<a>" * 300 + "</a>" * 300}), [(office, "DEEPEST_XML", 10**9)]),
    "lock of a pdf": (pdf(locked=True), [(pdfs, "_TRAILER", 8)]),
    "size": (pdf(body=b"%" * 30_000), [(accepting, "LARGEST", 20_000)]),
}  # fmt: skip


@pytest.mark.parametrize("guard", [name for name in GUARDS if name != "size"])
def test_without_its_guard_the_attack_comes_in(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attack, changes = GUARDS[guard]
    with pytest.raises(Rejected):
        accept(io.BytesIO(attack))
    for owner, name, value in changes:
        monkeypatch.setattr(owner, name, value)
    assert accept(io.BytesIO(attack)).size == len(attack)


def test_the_size_is_what_refuses_a_large_file(monkeypatch: pytest.MonkeyPatch) -> None:
    attack, changes = GUARDS["size"]
    assert accept(io.BytesIO(attack)).size == len(attack)
    monkeypatch.setattr(*changes[0])
    with pytest.raises(Rejected):
        accept(io.BytesIO(attack))


def test_without_a_reading_of_its_own_a_lying_size_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = making.with_lying_size(docx(**{"word/a.bin": b"\0" * 3000}), b"word/a.bin", 100)

    def as_the_header_says(self: packages.Package, entry: packages.Entry, **_more: Any) -> Any:
        return iter([b"".join(self._unpacked(entry))[: entry.unpacked]])

    with pytest.raises(Rejected):
        accept(io.BytesIO(attack))
    monkeypatch.setattr(packages.Package, "pieces", as_the_header_says)
    assert accept(io.BytesIO(attack)).size == len(attack)


@pytest.mark.parametrize("content", [picture("PNG") + HIDDEN, making.photo_with_secrets()], ids=["polyglot", "place"])
def test_without_making_it_anew_a_picture_keeps_what_it_hides(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert accept(io.BytesIO(content)).content.read() != content
    monkeypatch.setattr(accepting, "remake_picture", as_it_came)
    assert accept(io.BytesIO(content)).content.read() == content


def test_without_the_limit_of_pixels_a_bomb_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[tuple[int, int]] = []

    def note(image: Any) -> Any:
        unpacked.append(image.size)
        raise ValueError("would be unpacked here")

    bomb = making.picture_of(9000, 9000)
    monkeypatch.setattr(pictures, "_prepared", note)
    for limit, reached in ((25_000_000, []), (10**9, [(9000, 9000)])):
        monkeypatch.setitem(pictures.MOST_PIXELS, "PNG", limit)
        with pytest.raises(Rejected):
            accept(io.BytesIO(bomb))
        assert unpacked == reached


def test_locks_and_macros_are_seen_in_the_lists_of_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Rejected):
        accept(io.BytesIO(open_document(locked=True)))
    monkeypatch.setattr(office, "_tree", lambda *_a: ElementTree.Element("a"))
    assert accept(io.BytesIO(open_document(locked=True))).media_type == making.ODT
