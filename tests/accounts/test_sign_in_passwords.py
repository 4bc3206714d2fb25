"""What a new password must be."""

import pytest
from flask import Flask

from accounts.passwords import own_words, problems

WORDS = own_words("j.devries@lindenveen.example", "Jantien de Vries")


def refused(app: Flask, password: str) -> str:
    with app.test_request_context("/"):
        return " ".join(problems(password, WORDS))


@pytest.mark.parametrize(
    "password", ["vier woorden op een rij", "kT4!vQ9z-mRw2", "fiets-kast-maan-stoel", "日本語のパスワード文字列"]
)
def test_a_long_password_of_ones_own_will_do(app: Flask, password: str) -> None:
    assert refused(app, password) == ""


@pytest.mark.parametrize("password", ["", "kort", "kT4!vQ9z-mR"])
def test_a_short_one_will_not(app: Flask, password: str) -> None:
    assert "ten minste 12 tekens" in refused(app, password)


def test_the_longest_has_256_characters(app: Flask) -> None:
    long = "vier woorden op een rij " * 11
    assert refused(app, long[:256]) == ""
    assert "ten hoogste 256 tekens" in refused(app, long[:257])


@pytest.mark.parametrize(
    "password",
    [
        "warhammer40k",  # on the list as it stands
        "WarHammer40K",
        "password1234",
        "P@ssw0rd1234",
        "wachtwoord123",
        "Wélkom012345",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "aaaaaaaaaaaa",
        "123456789012",
        "januari2026!",
        "Zomer2026!!!",
        "GemeenteUtrecht2026",
        "x" * 256,
    ],
)
def test_a_common_one_is_refused(app: Flask, password: str) -> None:
    assert "te makkelijk te raden" in refused(app, password)


@pytest.mark.parametrize(
    "password",
    [
        "j.devries@lindenveen.example",
        "Jantien de Vries",
        "jantiendevries1!",
        "devrieslindenveen",
        "Manifestkompas!26",
        "manifestkompas",
    ],
)
def test_ones_own_name_and_that_of_the_site_are_refused(app: Flask, password: str) -> None:
    assert "lijkt te veel op uw naam" in refused(app, password)


def test_a_sentence_with_ones_name_in_it_will_do(app: Flask) -> None:
    assert refused(app, "jantien leest elke ochtend de krant") == ""


def test_the_problems_are_told_in_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"manifestkompas.language": "en"}):
        assert "at least 12 characters" in problems("kort", [])[0]
