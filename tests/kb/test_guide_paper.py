"""The PDF of a guide: with pictures, with what nobody foresaw in a text, and the same bytes each time."""

from datetime import UTC, datetime
from io import BytesIO
from zlib import compress, crc32

import pytest
from pypdf import PdfReader

from common.html_tree import tree_of
from common.markdown import render_markdown
from kb.guides.models import Revision
from kb.guides.paper import as_pdf
from tests.kb.test_hostile_markdown import HOSTILE

WORDS = {"sources": "Bronnen", "picture": "Afbeelding", "newest": "De nieuwste versie staat op"}
BODY = "## Kop\n\n![Een kaart](/bestanden/9/kaart-2x2.png)\n\nZie [dit](/kennisbank/x).\n"


def made(body: str, picture: bytes | None) -> PdfReader:
    """Return the PDF of a text in which every picture is this one."""
    revision = Revision(
        title="Titel", summary="Kort.", html=render_markdown(body).html, language="nl",
        sources=[{"title": "Een bron", "url": "https://voorbeeld.example/bron"}],
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    address = "https://voorbeeld.example/kennisbank/titel"
    first, again = (as_pdf(revision, address, [("Versie", "1")], WORDS, lambda _: picture) for _ in range(2))
    assert first == again
    return PdfReader(BytesIO(first))


def png() -> bytes:
    """Return a picture of two by two points."""

    def part(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + crc32(name + data).to_bytes(4, "big")

    head = (2).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    rows = compress(b"\0" + b"\x80" * 6 + b"\0" + b"\x20" * 6)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def test_a_picture_is_in_the_pdf_and_a_link_within_the_site_is_whole() -> None:
    page = made(BODY, png()).pages[0]
    assert len(page.images) == 1
    links = [one.get_object()["/A"]["/URI"] for one in page["/Annots"]]
    assert "https://voorbeeld.example/kennisbank/x" in links
    assert "https://voorbeeld.example/bron" in links


def test_a_picture_that_cannot_be_read_is_replaced_by_its_description() -> None:
    page = made(BODY, b"geen plaatje").pages[0]
    assert len(page.images) == 0
    assert "Afbeelding: Een kaart" in page.extract_text()


def test_what_a_hostile_text_leaves_can_be_printed() -> None:
    words = made("\n\n".join(HOSTILE), None).pages[0].extract_text()
    assert "Titel" in words


LISTS = "".join(f"{'    ' * level}- punt {level}\n\n" for level in range(11))
NOTES = "".join(f"[^{one}]: noot {one} [^{one + 1}]\n" for one in range(200))
DEEP = {
    **{tag: f"<{tag}>" * 1900 + "woord" for tag in ("em", "blockquote", "sup", "li", "h2", "del")},
    "tables": "<table><tr><td>" * 600 + "woord",
    "all": "<blockquote><ul><li><em>" * 400 + "woord",
    "lists": LISTS + "woord",
    "notes": f"woord[^0]\n\n{NOTES}[^200]: eind",
    "code": "<code>a <em>woord</em></code> <code></code>",
    "headings": "<h2></h2>\n\n<h2> </h2>\n\nwoord",
}


@pytest.mark.parametrize("name", DEEP)
def test_however_deep_a_text_nests_it_can_be_printed(name: str) -> None:
    assert "woord" in made(DEEP[name], None).pages[0].extract_text()


def test_lists_within_each_other_stay_lists() -> None:
    assert str(tree_of(render_markdown(LISTS).html)).count("'t': 'ul'") == 11
