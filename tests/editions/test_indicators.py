"""Indicators: a code for ever, versions that never change, and series that are cut at a break."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import ContentError
from common.vocabulary import CONTENT
from registry.editions.indicator_loading import FILE, load
from registry.editions.indicators import converted, is_broken, series_breaks
from registry.editions.models import Comparable, Indicator, IndicatorVersion
from registry.participants.published_figures import YearShare, in_pieces
from tests.factories_participants import words

NOTE = {"nl": "Anders geteld.", "en": "Counted otherwise."}
Rows = list[dict[str, Any]]


def changed(folder: Path, change: Callable[[Rows], object]) -> Path:
    """Write indicators.yaml with something changed, and return its folder."""
    rows = yaml.safe_load((CONTENT / FILE).read_text())["indicators"]
    change(rows)
    (folder / FILE).write_text(yaml.safe_dump({"indicators": rows}, allow_unicode=True, sort_keys=False))
    return folder


def next_version(rows: Rows, **said: Any) -> None:
    rows.append({**rows[0], "version": 2, "definition": {"nl": "Nieuw.", "en": "New."}, "note": NOTE, **said})


def test_loading_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    before = len(session.scalars(select(IndicatorVersion)).all())
    load(session, changed(tmp_path, lambda rows: rows.reverse()))
    assert len(session.scalars(select(IndicatorVersion)).all()) == before > 30


def test_a_new_version_says_whether_it_can_be_compared(session: Session, tmp_path: Path) -> None:
    load(session, changed(tmp_path, lambda rows: next_version(rows, comparable=False)))
    versions = session.scalars(select(IndicatorVersion).join(Indicator).where(Indicator.code == "BORG-01")).all()
    assert [(one.number, one.comparable) for one in versions] == [(1, None), (2, Comparable.NO)]
    breaks = series_breaks(session, "BORG-01")
    assert is_broken(breaks, 1, 2)
    assert not is_broken(breaks, 2, 2)
    assert series_breaks(session, "VOL-01") == frozenset()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: rows.pop(0), r"indicators\.yaml: een code verdwijnt nooit.*BORG-01"),
        (lambda rows: rows[0]["definition"].update(nl="Anders."), r"regel 2: BORG-01: definition is anders dan in"),
        (lambda rows: next_version(rows), "comparable hoort bij versie 2 yes, formula of no te zijn"),
        (lambda rows: next_version(rows, comparable="formula"), "een formule hoort bij comparable: formula"),
        (lambda rows: next_version(rows, comparable="formula", formula="y + 1"), "een formule kent alleen x"),
        (lambda rows: next_version(rows, comparable="formula", formula="x > 1"), "hoort een getal te geven"),
        (lambda rows: next_version(rows, comparable="formula", formula="__import__('os')"), "formula"),
        (lambda rows: next_version(rows, comparable=True, version=4), "na versie 1 komt versie 2, niet 4"),
        (lambda rows: rows[0].update(comparable=True), "bij een eerste versie valt er niets te vergelijken"),
        (lambda rows: rows[0].update(name={"nl": "Alleen Nederlands"}), "name heeft geen tekst"),
        (lambda rows: rows[0].update(theme="ruimtevaart"), "onbekend thema"),
        (lambda rows: rows[0].update(allowed={"ongeveer": 3}), "allowed hoort codes te zijn"),
    ],
)
def test_a_wrong_file_stops_the_load_with_place_and_reason(
    session: Session, tmp_path: Path, change: Callable[[Rows], object], reason: str
) -> None:
    with pytest.raises(ContentError, match=reason):
        load(session, changed(tmp_path, change))


def test_an_older_figure_is_converted_by_the_formula() -> None:
    version = IndicatorVersion(number=2, comparable=Comparable.FORMULA, formula="x / 1000")
    assert converted(12500, version) == Decimal("12.5")
    assert converted(3, IndicatorVersion(number=2, comparable=Comparable.YES)) == 3
    assert converted(3, IndicatorVersion(number=2, comparable=Comparable.NO)) is None
    assert converted(3, IndicatorVersion(number=1)) is None
    assert converted(0, IndicatorVersion(number=2, comparable=Comparable.FORMULA, formula="1 / x")) is None


def test_a_series_is_cut_where_it_was_measured_otherwise() -> None:
    years = [
        YearShare(2022, 10.0),
        YearShare(2023, None),
        YearShare(2024, 30.0, begins_anew=True),
        YearShare(2025, 40.0),
    ]
    first, second = in_pieces(years)
    assert (first.begins, first.values, first.outside) == (2022, (10.0, None, None, None), (False, False, True, True))
    assert (second.begins, second.values) == (2024, (None, None, 30.0, 40.0))
    assert len(in_pieces([YearShare(2022, 10.0), YearShare(2023, 20.0)])) == 1


def test_everybody_reads_what_is_measured_and_where_it_was_asked(client: FlaskClient, last_year: int) -> None:
    assert "TOEP-01" in client.get("/indicatoren").text
    page = words(client.get("/indicatoren/TOEP-01").text)
    assert "minstens één MVOI-criterium" in page
    assert "0 of meer" in page
    assert f"{last_year + 1}" in page
    told = client.get(f"/indicatoren/TOEP-01.json?geldigOp={last_year}-12-31").json
    assert told is not None
    assert {one["year"] for one in told["asked"]} < {last_year - 2, last_year - 1, last_year}
    assert "comparable" not in told["versions"][0]
    assert client.get("/indicatoren/NIETS-01").status_code == 404
    assert client.get(f"/indicatoren/TOEP-01?beschikbaarOp={last_year - 9}-01-01").status_code == 404
