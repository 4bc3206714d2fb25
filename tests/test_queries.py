"""At most eight SQL queries for any public page, made anew, whatever the number of rows."""

import pytest
from flask import Flask
from sqlalchemy import event

PAGES = [
    "/",
    "/en/",
    "/deelnemers",
    "/deelnemers?afspraak=voorbeeldafspraak",
    "/deelnemers?afspraak=mvi-2016-2020&q=n",
    "/deelnemers/gemeente-lindenveen",
    "/deelnemers/gemeente-noordwijk",
    "/deelnemers/gemeente-texel",
    "/deelnemers/gemeente-lindenveen/rapportages/{year}",
    "/deelnemers/gemeente-noordzegge/rapportages/{year}?afspraak=voorbeeldafspraak",
    "/deelnemers/gemeente-noordzegge/rapportages/{year}?indiening=1",
    "/deelnemers/gemeente-noordzegge/rapportages/{year}/verschil",
    "/deelnemers?geldigOp=2025-01-01",
    "/wijzigingen",
    "/wijzigingen?organisatie=gemeente-lindenveen",
    "/afspraken",
    "/afspraken/mvoi-2022-2025",
    "/afspraken/voorbeeldafspraak",
    "/indicatoren",
    "/indicatoren/TOEP-01",
    "/vragenlijsten/voorbeeldafspraak/{year}",
    "/buyer-groups",
    "/buyer-groups/voorbeeld-circulaire-kantoormeubelen",
    "/buyer-groups/voorbeeld-circulaire-kantoormeubelen.json",
    "/kennisbank",
    "/kennisbank/actieplan-schrijven",
    "/en/kennisbank/co2-performance-ladder?thema=klimaat",
    "/kennisbank/actieplan-schrijven?versie=1",
    "/kennisbank/actieplan-schrijven/geschiedenis",
    "/kennisbank/actieplan-schrijven/verschil?van=1&tot=1",
    "/kennisbank/actieplan-schrijven.md",
    "/kennisbank/actieplan-schrijven.pdf",
    "/kennisbank/co2-prestatieladder",
    "/kennisbank/atom.xml",
    "/themas",
    "/themas/klimaat",
    "/themas/circulair?afspraak=voorbeeldafspraak",
    "/themas/klimaat/atom.xml",
    "/zoeken?q=social+return",
    "/zoeken?q=gemeente",
    "/over",
    "/licenties",
    "/sitemap.xml",
]
MOST = 8


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_takes_at_most_eight_queries(app: Flask, last_year: int, path: str) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    event.listen(app.extensions["database"].engine, "before_cursor_execute", note)
    response = app.test_client().get(path.format(year=last_year))
    assert response.status_code == 200
    assert len(statements) <= MOST, "\n\n".join(statements)
