"""How long is kept what people say and propose at guides."""

from typing import Final

from kb.discussion.comments import drop_settled
from kb.discussion.useful import forget_sentences
from kb.proposals.forgetting import drop_left
from kb.proposals.previews import drop_old
from kb.search.missing import drop_missed
from website.retention_rules import DAY, YEAR, Rule

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
    Rule(
        "proposal_left",
        {
            "nl": "Een concept van een voorstel voor de kennisbank, of een voorstel dat u introk",
            "en": "A draft of a proposal for the knowledge base, or a proposal that you withdrew",
        },
        {"nl": "Later verder kunnen", "en": "To go on with it later"},
        {
            "nl": "1 jaar nadat u er het laatst iets mee deed. Verdwijnt uw account, dan gaan uw concepten meteen weg",
            "en": "1 year after you last did something with it. When your account goes, your drafts go at once",
        },
        ("proposal", "proposal_message"),
        YEAR,
        drop_left,
    ),
    Rule(
        "proposal",
        {
            "nl": "Een voorstel dat u indiende, en wat u en de redactie erover schreven",
            "en": "A proposal that you handed in, and what you and our editors wrote about it",
        },
        {"nl": "Kunnen nagaan van wie een tekst is", "en": "To be able to see whose text it is"},
        {
            "nl": 'Zolang de kennisbank bestaat. Zonder account staat er "een oud-medewerker"',
            "en": 'As long as the knowledge base exists. Without an account it says "a former colleague"',
        },
        ("proposal", "proposal_message"),
    ),
    Rule(
        "preview_link",
        {
            "nl": "Wie een geheime link maakte om een tekst te laten lezen",
            "en": "Who made a secret link to let a text be read",
        },
        {"nl": "De link werkt niet langer dan wie hem maakte mag lezen", "en": "It lends what its maker may read"},
        {"nl": "30 dagen nadat de link niet meer werkt", "en": "30 days after the link stopped working"},
        ("proposal_preview",),
        30 * DAY,
        drop_old,
    ),
    Rule(
        "guide_vote",
        {
            "nl": 'Wat u schreef bij "Was dit nuttig?". Wij weten niet van wie het is: alleen de dag staat erbij',
            "en": 'What you wrote at "Was this useful?". We do not know whose it is: it has a day and nothing else',
        },
        {"nl": "De gidsen beter maken", "en": "To make the guides better"},
        {
            "nl": "2 jaar; een zin die de redactie verborg 30 dagen. Het ja of nee blijft, zonder woorden",
            "en": "2 years; a sentence that our editors hid for 30 days. The yes or no stays, without words",
        },
        ("guide_vote",),
        2 * YEAR,
        forget_sentences,
    ),
    Rule(
        "search_miss",
        {
            "nl": "Waar op de site naar is gezocht zonder resultaat, per dag geteld. Niet wie zocht",
            "en": "What was searched for on the site without a result, counted per day. Not who searched",
        },
        {"nl": "De redactie ziet welke woorden ontbreken", "en": "Editors see which words are missing"},
        {"nl": "90 dagen", "en": "90 days"},
        ("search_miss",),
        90 * DAY,
        drop_missed,
    ),
    Rule(
        "search_synonym",
        {
            "nl": "Wie van de redactie woorden opgaf die voor het zoeken hetzelfde betekenen",
            "en": "Who of the editors gave words that mean the same for searching",
        },
        {"nl": "Kunnen navragen waarom", "en": "To be able to ask why"},
        {
            "nl": "Zolang de woorden er staan. Is uw account verwijderd, dan staat er geen naam meer bij",
            "en": "As long as the words are there. Once your account is removed there is no name with them",
        },
        ("search_synonym",),
    ),
)
