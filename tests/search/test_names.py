"""Names that begin as somebody types."""

import pytest

from kb.search.names import MOST, Name, Names

KNOWN = Names(
    [
        [
            Name("authority", "a:1", "/1", ("Gemeente 's-Gravenhage (Den Haag)", "s-gravenhage"), rank=300),
            Name("authority", "a:2", "/2", ("Provincie Fryslân", "fryslan"), rank=100),
            Name("authority", "a:3", "/3", ("Gemeente Utrecht", "utrecht"), rank=400),
            Name("authority", "a:4", "/4", ("Provincie Utrecht", "utrecht"), rank=100),
            Name("authority", "a:5", "/5", ("Waterschap Hunze en Aa's",), rank=300),
            *(Name("authority", f"g:{number}", f"/g{number}", (f"Gemeente Gemaakt {number}",)) for number in range(20)),
        ],
        [
            Name("guide", "guide:a", "/kennisbank/a", ("Een actieplan schrijven",), "nl", 500),
            Name("guide", "guide:b", "/kennisbank/b", ("Gemeenten en hun plan",), "nl", 500),
            Name("guide", "guide:c", "/kennisbank/c", ("Actions that work",), "en", 500),
        ],
        [
            Name("agreement", "m", "/m", ("Manifest MVOI", "MVOI Manifesto"), "nl"),
            Name("agreement", "m", "/m", ("MVOI Manifesto", "Manifest MVOI"), "en"),
        ],
    ]
)


def found(typed: str, language: str = "nl") -> list[str]:
    return [name.names[0] for name in KNOWN.suggest(typed, language)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ut", "Provincie Utrecht"),
        ("UTRECHT gem", "Gemeente Utrecht"),
        ("fryslâ", "Provincie Fryslân"),
        ("frysla", "Provincie Fryslân"),
        ("den h", "Gemeente 's-Gravenhage (Den Haag)"),
        ("'s-grav", "Gemeente 's-Gravenhage (Den Haag)"),
        ("hunze aas", "Waterschap Hunze en Aa's"),
        ("schrij", "Een actieplan schrijven"),
    ],
)
def test_any_word_of_a_name_may_be_typed_without_accents_and_signs(typed: str, first: str) -> None:
    assert found(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "u", " u ", "''", "zz", "utrecht zz", "\x00", "x" * 10_000, "%_"])
def test_too_few_letters_and_what_nobody_is_called_give_nothing(typed: str) -> None:
    assert found(typed) == []


def test_no_kind_takes_all_places_while_another_has_something() -> None:
    assert len(found("gem")) == MOST
    assert "Gemeenten en hun plan" in found("gem")


def test_a_page_in_two_languages_is_suggested_once_by_its_name_in_that_of_the_page() -> None:
    assert found("mani", "nl") == ["Manifest MVOI"]
    assert found("mani", "en") == ["MVOI Manifesto"]
    assert found("acti", "nl")[0] == "Een actieplan schrijven"
    assert found("acti", "en")[0] == "Actions that work"
