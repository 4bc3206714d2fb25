"""The form as a file: locked, with its checks, and read back without a difference or a formula."""

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from common.spreadsheets import harmless, plain_again
from registry.reports.models import AnswerState
from registry.reports.sheets import ods, xlsx
from registry.reports.sheets.cells import Raw, as_if_typed, read_back, read_value, written
from registry.reports.sheets.grids import open_grid
from registry.reports.sheets.layout import Kind, layout_of
from registry.reports.sheets.making import make_book
from registry.reports.sheets.reading import changes_of, read_file
from registry.reports.values import AnswerInput
from tests.factories_sheets import SHEET, changed, filling, rows_of, the_form
from tests.factories_sheets import given as answered
from tests.random_answers import answer_set

WRITERS = {"xlsx": xlsx.write_xlsx, "ods": ods.write_ods}
FORM = the_form()
HOSTILE = [
    "=1+1",
    "+31 6 1234",
    "-5 procent",
    "@SUM(A1)",
    "'=x",
    "''",
    "\t=1",
    "een  twee\n\ndrie",
    "_x0041_",
    "|calc",
    "=SUM(1)",
]
ANSWERS = {
    "A4": answered("=1+1"), "B1": answered("vastgesteld"), "C2": answered(35), "D1": answered(40), "C1": answered(12.5),
    "B2": answered({"adopted_on": "2025-03-04", "link": "https://proef.example/a?b=1&c=2"}),
    "C4": answered({"chosen": ["anders"], "other": "-eigen lijst"}), "D2": answered({"raw": "veel"}),
    "D6": AnswerInput(AnswerState.UNKNOWN, None, "=geen tijd", None),
    "F1": answered([{"action": "@doen", "theme": "klimaat"}, {"action": "Nog een", "ready_by": "2027-01-01"}]),
}  # fmt: skip


@pytest.fixture(scope="module", params=sorted(WRITERS))
def content(request: pytest.FixtureRequest) -> bytes:
    return WRITERS[request.param](make_book(filling(ANSWERS, FORM)))


def back(content: bytes, basis: dict[str, AnswerInput]) -> dict[str, AnswerInput]:
    """Return what a file changes since these answers; nothing of it may be refused."""
    changes = changes_of(read_file(content, FORM, filling(ANSWERS, FORM).identity), basis)
    assert changes.refused == ()
    return dict(changes.inputs)


def test_a_full_file_comes_back_without_a_difference(content: bytes) -> None:
    assert back(content, ANSWERS) == {}
    assert back(content, {**ANSWERS, "D1": answered(41)}) == {"D1": answered(40)}
    assert back(content, {}) == ANSWERS


def test_english_words_are_read_as_the_same_answers() -> None:
    english = filling(ANSWERS, FORM, "en")
    content = xlsx.write_xlsx(make_book(english))
    assert "Adopted" in str(open_grid(content)["Form"].values())
    assert changes_of(read_file(content, FORM, filling(ANSWERS, FORM).identity), ANSWERS).inputs == {}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer_set(FORM), st.sampled_from(sorted(WRITERS)), st.sampled_from(["nl", "en"]))
def test_whatever_was_answered_comes_back(answers: dict[str, AnswerInput], kind: str, language: str) -> None:
    made = filling(answers, FORM, language)
    file = read_file(WRITERS[kind](make_book(made)), FORM, made.identity)
    assert changes_of(file, answers).inputs == {}


@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))))
def test_an_apostrophe_of_ours_goes_and_every_other_stays(text: str) -> None:
    assert plain_again(harmless(text)) == text


def test_no_text_is_a_formula_and_every_formula_is_ours(content: bytes) -> None:
    cells = open_grid(content)[SHEET]
    lines = {line.row: line for line in layout_of(FORM).lines}
    formulas = {place for place, raw in cells.items() if raw.formula}
    assert formulas
    assert {column for _row, column in formulas} == {11}
    assert all(lines[row].kind in {Kind.WHOLE, Kind.HEAD, Kind.CELL} for row, _column in formulas)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        inside = "".join(package.read(name).decode() for name in package.namelist() if name.endswith("xml"))
    assert not re.search(r"<(?:t|text:p)[^>]*>(?:=1|=geen|@doen|-eigen)", inside)
    assert "'=1+1" in inside.replace("&apos;", "'")


def test_only_the_answer_cells_are_open_and_who_is_who_is_hidden() -> None:
    book = load_workbook(io.BytesIO(xlsx.write_xlsx(make_book(filling(ANSWERS, FORM)))))
    assert all(sheet.protection.sheet for sheet in book)
    assert book.security.lockStructure
    assert book["manifestkompas"].sheet_state == book["Lijsten"].sheet_state == "veryHidden"
    rows = rows_of(book)
    is_open = {cell.coordinate for row in book[SHEET] for cell in row if not cell.protection.locked}
    assert {f"F{rows[name]}" for name in ("A4", "B2/link", "B3/klimaat", "B6/=opleiding", "F1/39.note")} <= is_open
    assert {name[0] for name in is_open} <= set("FHIJ")
    assert not {f"F{rows[name]}" for name in ("A1", "A2", "B2", "B3", "F1")} & is_open
    assert f"H{rows['C1']}" in is_open
    assert f"H{rows['A4']}" not in is_open


def test_choices_types_and_hard_checks_are_in_the_file() -> None:
    book = load_workbook(io.BytesIO(xlsx.write_xlsx(make_book(filling(ANSWERS, FORM)))))
    rows, sheet = rows_of(book), book[SHEET]
    rules = {str(place): rule for rule in sheet.data_validations.dataValidation for place in rule.sqref.ranges}

    def rule(name: str) -> str:
        return next(one.type for place, one in rules.items() if f"F{rows[name]}" in _cells(place))

    assert [rule(name) for name in ("A5", "A6", "C1", "C2", "A4")] == ["list", "date", "decimal", "whole", "textLength"]
    check = str(sheet[f"K{rows['D1']}"].value)
    assert f"F{rows['C2']}" in check
    assert "D1 kan niet meer zijn dan C2 + C3" in check
    assert "Niet gevraagd" in str(sheet[f"K{rows['A6']}"].value)
    assert max(len(str(cell.value or "")) for row in sheet for cell in row) < 8000


def _cells(place: str) -> set[str]:
    first, _, last = place.partition(":")
    start, end = int(first[1:]), int((last or first)[1:])
    return {f"{first[0]}{row}" for row in range(start, end + 1)}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("C2", Raw(12.0), 12), ("C2", Raw(12.5), {"raw": "12,5"}), ("C2", Raw("1.234"), 1234),
        ("C2", Raw(-3), {"raw": "-3"}), ("C1", Raw(0.1, percent=True), 10), ("C2", Raw(True), {"raw": "Ja"}),
        ("A6", Raw(date(2025, 1, 2)), "2025-01-02"), ("A6", Raw(45000), {"raw": "45000"}),
        ("A6", Raw("2-1-2025"), "2025-01-02"), ("A4", Raw(2024), "2024"), ("A4", Raw("  a\r\nb "), "a\nb"),
        ("A5", Raw("Municipal  executive"), "college"), ("A5", Raw("college"), "college"),
        ("A5", Raw("zomaar"), {"raw": "zomaar"}), ("A5", Raw(""), None), ("C1", Raw("12,5"), 12.5),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_what_is_typed_in_the_browser(key: str, raw: Raw, value: object) -> None:
    assert read_value(FORM.by_key[key], raw, "nl") == value


def test_more_rows_than_there_is_room_for_stay() -> None:
    lines = layout_of(FORM).of_key["G2"]
    many = answered([{"title": f"Project {number}"} for number in range(5)])
    assert as_if_typed(lines, many, "nl") == many
    cells = {place: Raw(value) for place, value in written(lines, many, "nl").items()}
    cells["G2/0.title", "answer"] = Raw("Anders")
    mine, refused = read_back(lines, cells, "nl", many)
    assert ([row["title"] for row in mine.value], refused) == (["Anders", *(f"Project {n}" for n in range(1, 5))], [])


def test_an_option_is_chosen_with_yes_and_with_nothing_else() -> None:
    lines = layout_of(FORM).of_key["B6"]
    ticked = {(f"B6/={code}", "answer"): Raw(said) for code, said in (("inkoopbeleid", "ja"), ("opleiding", "Nee"))}
    mine, refused = read_back(lines, ticked, "nl")
    assert (mine.value, refused) == ({"chosen": ["inkoopbeleid"]}, [])
    _mine, refused = read_back(lines, {("B6/=opleiding", "answer"): Raw("misschien")}, "nl")
    assert [one.address for one in refused] == [layout_of(FORM).by_id["B6/=opleiding"].address("answer")]


def test_a_cleared_cell_is_an_open_answer_and_a_refused_one_leaves_the_whole() -> None:
    content = xlsx.write_xlsx(make_book(filling(ANSWERS, FORM)))
    changes = changes_of(
        read_file(
            changed(content, {"C2": None, "B2/link": "=SUM(1)", "B2/adopted_on": None, "D1:H": "wie weet", "C1:K": 3}),
            FORM, filling(ANSWERS, FORM).identity,
        ),
        ANSWERS,
    )  # fmt: skip
    assert {key: one.state for key, one in changes.inputs.items()} == {"C2": AnswerState.BLANK}
    assert {(one.key, one.address[0]) for one in changes.refused} == {("B2", "F"), ("D1", "H")}
