"""Words that turn a sentence round: who changes one of them changes what a guide says, in however few letters. Pure."""

import re
from types import MappingProxyType
from typing import Final

_DUTCH: Final = """
niet geen nooit wel zonder noch of en moet moeten moest mag mogen kan kunnen kun hoeft hoeven zal zullen verplicht
verplichte onverplicht vrijwillig vrijwillige verboden verbod verbiedt toegestaan toegestane toestaan toelaatbaar
mogelijk onmogelijk geldig ongeldig openbaar geheim juist onjuist bindend
minimaal maximaal minstens hoogstens minimum maximum meer minder meeste minste meest minst meerdere enkele sommige
alle allen alles ieder iedere elk elke iedereen niemand niets altijd soms vaak zelden alleen behalve tenzij mits ook
uiterlijk vanaf tot na binnen buiten boven onder vóór hoger lager groter kleiner beter slechter goed slecht eerder later
beide half halve helft dubbel dubbele nul één eén twee drie vier vijf zes zeven acht negen tien elf twaalf dertien
veertien honderd duizend miljoen miljard eerste tweede derde vierde vijfde laatste eenmaal tweemaal
dag dagen week weken maand maanden kwartaal jaar jaren
"""
_ENGLISH: Final = """
not no none never nor or and yes without must may shall should can cannot will required optional mandatory voluntary
forbidden prohibited allowed permitted valid invalid possible impossible public secret binding
minimum maximum more less fewer most least many few several some any all every each everyone nobody nothing always
sometimes often rarely only except unless also before after until within outside above below under over
higher lower greater smaller better worse both half double zero one two three four five six seven eight nine ten eleven
twelve hundred thousand million billion first second third last once twice day days week weeks month months year years
"""
WORDS: Final = MappingProxyType({"nl": frozenset(_DUTCH.split()), "en": frozenset(_ENGLISH.split())})
"""By the language of the guide."""
_NUMBER: Final = re.compile(
    r"(?:\w+[eë]n)?(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig(?:ste)?"
    r"|(?:der|veer|vijf|zes|zeven|acht|negen)tien(?:de)?|(?:vier|vijf|zes|zeven|acht|negen|tien)de"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen(?:th)?|(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ieth)"
    r"|\w*(?:honderd|duizend)\w*"
)
_ADDRESS: Final = re.compile(r"(?<=\])\([^)\s]*\)|https?://\S+")
_WORD: Final = re.compile(r"\w+")


def turning_words(text: str, language: str) -> list[str]:
    """Return the words of a text that its meaning hangs on, in their order: denying, duty, quantity, number, time."""
    words = words_of(_ADDRESS.sub(" ", text.casefold()))
    return [word for word in words if word in WORDS[language] or _NUMBER.fullmatch(word)]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are written."""
    return _WORD.findall(text)
