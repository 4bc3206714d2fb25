"""How long is kept what people leave behind when they fill in a report together."""

from typing import Final

from registry.reports.together import dropping, presence
from website.retention_rules import DAY, YEAR, Rule

OF_TOGETHER: Final[tuple[Rule, ...]] = (
    Rule(
        "presence",
        {"nl": "In welk deel van een rapportage u bezig bent", "en": "In which part of a report you are at work"},
        {"nl": "Collega's zien wie waar bezig is", "en": "Colleagues see who is at work where"},
        {"nl": "1 dag. Wie meewerkt, ziet het een minuut", "en": "1 day. Who works on it sees it for a minute"},
        ("presence",),
        DAY,
        presence.drop_old,
    ),
    Rule(
        "guest",
        {
            "nl": "Wie zonder account een vraag van een rapportage kreeg: naam, adres en wat er via de link kwam",
            "en": "Who was asked about a report without an account: name, address and what came by the link",
        },
        {"nl": "De organisatie beslist of zij het overneemt", "en": "The organisation decides whether to take it over"},
        {
            "nl": "30 dagen nadat de rapportage is ingediend. De organisatie kan het eerder verwijderen",
            "en": "30 days after the report was submitted. The organisation can remove it earlier",
        },
        ("answer_link", "link_answer"),
        30 * DAY,
        dropping.drop_reported,
    ),
    Rule(
        "guest_left",
        {
            "nl": "Wie zonder account een vraag van een rapportage kreeg die niet is ingediend",
            "en": "Who was asked without an account about a report that was not submitted",
        },
        {"nl": "De organisatie beslist of zij het overneemt", "en": "The organisation decides whether to take it over"},
        {"nl": "1 jaar nadat de link is verstuurd", "en": "1 year after the link was sent"},
        ("answer_link", "link_answer"),
        YEAR,
        dropping.drop_left,
    ),
    Rule(
        "together",
        {
            "nl": "Taken en berichten bij een rapportage",
            "en": "Tasks and messages with a report",
        },
        {"nl": "Samen invullen, en later kunnen nagaan waarom", "en": "To fill in together, and to see later why"},
        {
            "nl": 'Zolang de rapportage bestaat. Zonder account staat er "een oud-collega"',
            "en": 'As long as the report exists. Without an account it says "a former colleague"',
        },
        ("assignment", "comment"),
    ),
)
