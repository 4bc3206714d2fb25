"""How long is kept what people say and propose at guides."""

from typing import Final

from kb.discussion.comments import drop_settled
from website.retention_rules import YEAR, Rule

OF_GUIDES: Final[tuple[Rule, ...]] = (
    Rule(
        "guide_comment",
        {"nl": "Opmerkingen bij gidsen", "en": "Comments on guides"},
        {"nl": "Samen gidsen beter maken", "en": "To make guides better together"},
        {
            "nl": "Een opmerking die open staat: zolang de gids bestaat, of tot u haar verwijdert. "
            'Zonder account staat er "een oud-medewerker". Is zij afgehandeld, dan gaat zij na 2 jaar weg',
            "en": "A comment that is open: as long as the guide exists, or until you remove it. "
            'Without an account it says "a former colleague". Once dealt with it goes after 2 years',
        },
        ("guide_comment",),
        2 * YEAR,
        drop_settled,
    ),
)
