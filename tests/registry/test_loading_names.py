"""Names are folded so that a search forgives accents, and a list does not put everything under the G of gemeente."""

import pytest

from registry.authorities.naming import fold, search_text, sort_name


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Súdwest-Fryslân", "sudwest-fryslan"),
        ("’s-Hertogenbosch", "'s-hertogenbosch"),
        ("  Bergen   (NH) ", "bergen (nh)"),
    ],
)
def test_folding_takes_accents_capitals_and_double_spaces_away(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_a_search_looks_in_both_names_the_abbreviation_and_the_code() -> None:
    text = search_text("'s-Gravenhage", "Gemeente 's-Gravenhage (Den Haag)", "DH", "gm0518")
    assert all(word in text for word in ("den haag", "'s-gravenhage", "dh", "gm0518"))


@pytest.mark.parametrize(
    ("name", "sorted_under"),
    [
        ("Hoogheemraadschap van Delfland", "delfland"),
        ("Ministerie van Financiën", "financien"),
        ("'s-Hertogenbosch", "s-hertogenbosch"),
        ("Waterschap Hunze en Aa's", "hunze en aa's"),
        ("Rijkswaterstaat", "rijkswaterstaat"),
    ],
)
def test_a_list_sorts_by_the_name_without_its_kind(name: str, sorted_under: str) -> None:
    assert sort_name(name) == sorted_under
