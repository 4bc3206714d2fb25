"""One section of a guide: cut out by its anchor, put back, and found again when the guide around it changed."""

from pathlib import Path

from common.markdown import render_markdown
from kb.proposals.sections import cut, found_again, put_back, sections_of

GUIDES = Path(__file__).parents[2] / "content" / "guides"
BODY = """Inleiding.

## Kosten

Wat het kost.

### Tijd

Een week.

#### Nog dieper

Uren.

## Opbrengst

> ## Kop in een citaat

- punt

      ## kop in code

Streep eronder
--------------

Slot.

## Kosten

Nog eens kosten.
"""


def texts(body: str) -> dict[str, str]:
    return {one.anchor: one.text for one in sections_of(body)}


def test_a_section_goes_to_the_next_heading_of_its_level_with_the_smaller_ones_inside_it() -> None:
    found = texts(BODY)
    assert list(found) == ["kosten", "tijd", "opbrengst", "streep-eronder", "kosten_1"]
    assert found["kosten"].startswith("## Kosten\n\nWat het kost.")
    assert found["kosten"].endswith("Een week.\n\n#### Nog dieper\n\nUren.\n")
    assert found["tijd"] == "### Tijd\n\nEen week.\n\n#### Nog dieper\n\nUren.\n"
    assert "kop in code" in found["opbrengst"]
    assert "Streep" not in found["opbrengst"]
    assert found["kosten_1"] == "## Kosten\n\nNog eens kosten.\n"


def test_a_heading_inside_something_else_is_no_section_of_its_own() -> None:
    assert cut(BODY, "kop-in-een-citaat") is None
    assert cut(BODY, "bestaat-niet") is None
    assert put_back(BODY, "bestaat-niet", "x") is None
    assert sections_of("Zonder kopjes.\n") == []


def test_the_lines_between_fences_are_a_section_only_where_the_page_shows_them_as_a_heading() -> None:
    fenced = "## Een\n\n```\n## Geen kop\n```\n\nTekst.\n\n## Twee\n\nSlot.\n"
    assert list(texts(fenced)) == [heading.id for heading in render_markdown(fenced).headings]


def test_putting_a_section_back_changes_no_other_character() -> None:
    assert all(put_back(BODY, anchor, text) == BODY for anchor, text in texts(BODY).items())
    changed = put_back(BODY, "kosten_1", "## Kosten\n\nAnders.\n")
    assert changed == BODY.replace("Nog eens kosten.", "Anders.")
    changed = put_back(BODY, "tijd", "### Tijd en geld\n\nTwee weken.")
    assert changed is not None
    assert changed.startswith("Inleiding.\n\n## Kosten\n\nWat het kost.\n\n### Tijd en geld\n\nTwee weken.\n\n## Opbr")
    without = put_back(BODY, "opbrengst", "")
    assert without is not None
    assert list(texts(without)) == ["kosten", "tijd", "streep-eronder", "kosten_1"]


def test_every_section_of_every_guide_of_ours_can_be_cut_out_and_put_back() -> None:
    for path in GUIDES.glob("*.md"):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2].lstrip("\n")
        found = texts(body)
        assert list(found) == [heading.id for heading in render_markdown(body).headings], path
        assert {put_back(body, anchor, text) for anchor, text in found.items()} == {body}, path


def test_a_section_is_found_again_when_the_guide_around_it_changed() -> None:
    newer = "## Kosten\n\nErvoor gezet.\n\n" + BODY
    merged = newer.replace("Nog eens kosten.", "Andere kosten.")
    found = found_again(newer, merged, "kosten_1")
    assert found is not None
    assert (found.anchor, found.text) == ("kosten_2", "## Kosten\n\nAndere kosten.\n")
    renamed = BODY.replace("### Tijd", "### Doorlooptijd")
    found = found_again(renamed, renamed.replace("Een week.", "Twee weken."), "tijd")
    assert found is not None
    assert found.anchor == "doorlooptijd"


def test_where_more_than_one_section_differs_none_is_found_again() -> None:
    merged = BODY.replace("Inleiding.", "Ander begin.").replace("Slot.", "Ander slot.")
    assert found_again(BODY, merged, "kosten") is None
