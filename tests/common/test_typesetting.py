"""PDFs: what hostile text and a hostile source cannot do, and what a reader's program finds in one."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from common import typesetting
from common.typesetting import TypesettingError, pdf

PAGE = '#set page(paper: "a4")\n#title()\n#data.text\n'
HOSTILE = '#panic("x") #set page(fill: red) $x^2$ *vet* \\ <label> @bron `raw` // c /* d */ #import "@p/x" "; ]'
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def words(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def test_hostile_text_prints_as_text_in_the_body_and_in_the_title() -> None:
    made = pdf(PAGE, {"text": HOSTILE}, title=HOSTILE, language="nl", moment=MOMENT)

    assert words(made).count(HOSTILE) == 2
    assert PdfReader(io.BytesIO(made)).metadata.title == HOSTILE


def test_a_pdf_says_its_language_and_its_standards_and_is_the_same_each_time() -> None:
    made = pdf(PAGE, {"text": "Beleid"}, title="Ontvangstbewijs", language="nl", moment=MOMENT)
    catalog = PdfReader(io.BytesIO(made)).trailer["/Root"]

    assert catalog["/Lang"] == "nl"
    assert catalog["/MarkInfo"]["/Marked"]
    declared = catalog["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part>" in declared
    assert made == pdf(PAGE, {"text": "Beleid"}, title="Ontvangstbewijs", language="nl", moment=MOMENT)


def test_every_character_that_is_said_to_be_covered_prints_and_any_other_as_its_number() -> None:
    covered = " ".join(chr(number) for low, high in typesetting._COVERED for number in range(low, high + 1))
    strange = "\x00\x07😀漢\ue000\ufeff\ufffe\U0010ffff\ud800"

    made = pdf(PAGE, {"text": covered}, title="x", language="nl")
    assert made.startswith(b"%PDF")
    text = words(pdf(PAGE, {"text": strange, "list": [strange], strange: 1}, title=strange, language="<nl>"))
    assert "[U+1F600][U+6F22][U+E000][U+FFFE][U+10FFFF][U+D800]" in text.replace(" ", "")


@pytest.mark.parametrize(
    "source",
    [
        '#read("/self/environ")', '#read("/etc/passwd")', '#image("../etc/passwd")', '#import "@preview/cetz:0.3.0"',
        '#import ("@pre" + "view/cetz:0.3.0")', "#let f(x) = f(x)\n#f(1)", "#for i in range(100000000000) {}",
        '#plugin("/self/exe")',
    ],
)  # fmt: skip
def test_a_hostile_source_reads_no_file_fetches_nothing_and_ends(source: str) -> None:
    with pytest.raises(TypesettingError):
        pdf(source, {}, title="x", language="nl")


def test_a_source_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 0.3)

    with pytest.raises(TypesettingError, match="within"):
        pdf("#for i in range(2000) { for j in range(2000) [#lorem(9)] }", {}, title="x", language="nl")


def test_what_is_wrong_is_said_with_the_line_of_the_source() -> None:
    with pytest.raises(TypesettingError, match="line 3: unknown variable: bestaat"):
        pdf("= Kop\n\n#bestaat", {}, title="x", language="nl")
    with pytest.raises(TypesettingError, match="more than"):
        pdf(PAGE, {"text": "a" * typesetting.MOST_INPUT}, title="x", language="nl")


def test_several_at_once_give_each_their_own() -> None:
    def make(number: int) -> str:
        return words(pdf(PAGE, {"text": f"nummer {number}"}, title="x", language="nl"))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(make, range(6))) == [f"x nummer {number}" for number in range(6)]
