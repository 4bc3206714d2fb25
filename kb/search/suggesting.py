"""Did you mean: the question with each word that no text holds replaced by the one that looks most like it."""

from collections.abc import Iterator, Sequence

from kb.search.analysis import LANGUAGES, PART, fold, is_word, row_of, stem
from kb.search.editors import Editors, editors
from kb.search.leaves import Opened
from kb.search.lexicon import sound
from kb.search.question import Question, Typed

SHORTEST, LONGEST = 4, 40


def better_spelling(question: Question, opened: Opened, language: str) -> str:
    """Return the question with other words where no text holds them, in capitals and signs as typed; "" when none.

    All new words are of one language: that of the other words, and of the page where those are of both or neither.
    """
    text, changed = question.typed, False
    known = editors(question.at.groups)
    parts = [part for word in question.words for part in _parts(word)]
    strange = [
        part
        for word in question.words
        if fold(word.text) not in known.written and not opened.knows("".join(PART.findall(word.text)))
        for part in _parts(word)
        if _is_strange(part.text, opened)
    ]
    spoken = _spoken([part.text for part in parts if part not in strange], opened, language)
    for word in reversed(strange):
        found = next(filter(None, (_closest(word.text, opened, name, known) for name in spoken)), "")
        if found:
            text = text[: word.start] + in_the_case_of(word.text, found) + text[word.end :]
            changed = True
    return text if changed else ""


def _parts(word: Typed) -> Iterator[Typed]:
    """Yield the words between the hyphens of a word."""
    for part in PART.finditer(word.text):
        yield Typed(part.group(), word.start + part.start(), word.start + part.end())


def _is_strange(word: str, opened: Opened) -> bool:
    """Say whether this is no word of our texts and none of the language either: then it may be mistyped."""
    typed = fold(word)
    return (
        SHORTEST <= len(typed) <= LONGEST
        and not (opened.knows(word) or opened.with_accents(typed))
        and not any(is_word(word.casefold(), language) for language in LANGUAGES)
    )


def _spoken(known: Sequence[str], opened: Opened, language: str) -> list[str]:
    """Return in which languages to look for words, that of the page first: those in which all known words are words."""
    names = sorted(LANGUAGES, key=lambda name: name != language)
    fitting = [
        name
        for name in names
        if all(is_word(word.casefold(), name) or opened.frequency(name, stem(word, name)) for word in known)
    ]
    return fitting or names[:1]


def in_the_case_of(typed: str, found: str) -> str:
    """Write a word with the capitals of another: all, the first, or as it is."""
    if typed.isupper() and len(typed) > 1:
        return found.upper()
    return found[:1].upper() + found[1:] if typed[:1].isupper() else found


def _closest(word: str, opened: Opened, language: str, known: Editors) -> str:
    """Return the word of this language that looks most like this one, the most common first; "" when none does."""
    typed = fold(word)
    # So many letters may be wrong, missing or too many; two that changed places count as one. As it is written no
    # more than about a third of the word: else it is another word, whatever it sounds like.
    farthest = 1 if len(typed) < 6 else 2
    most = min(farthest + 1, round(len(typed) / 3))
    heard = sound(typed)
    best: list[tuple[int, int, bool, int, str]] = []
    lexicons = [*(leaf.lexicon for leaf in opened.leaves), known.words]
    for other in {one for lexicon in lexicons for one in lexicon.like(typed, farthest)}:
        plain = fold(other)
        wrong = distance(heard, sound(plain), farthest)
        written = distance(typed, plain, most) if wrong <= farthest else most + 1
        often = _often(other, opened, language, known) if written <= most else 0
        if often:
            best.append((min(wrong + 1, written), wrong, plain[0] != typed[0], -often, other))
    return min(best)[-1] if best else ""


def _often(word: str, opened: Opened, language: str, known: Editors) -> int:
    """Return how many pages hold a word of this language, or else what means the same by the editors."""
    found = opened.frequency(language, stem(word, language))
    if found or word not in known.holding or _is_of_another(word, language):
        return found
    rows = [(name, row_of(row, name)[0]) for group in known.holding[word] for row in group for name in LANGUAGES]
    return max(min((opened.frequency(name, term) for term in terms), default=0) for name, terms in rows)


def _is_of_another(word: str, language: str) -> bool:
    """Say whether a word is one of the other language, and not of this one."""
    return not is_word(word, language) and any(is_word(word, name) for name in LANGUAGES)


def distance(one: str, other: str, farthest: int) -> int:
    """Return how many letters differ (two that changed places count as one), or `farthest` + 1 when more do."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        older, before, row = before, row, [place, *[0] * len(other)]
        for at, second in enumerate(other, 1):
            cost = letter != second
            row[at] = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + cost)
            if older and at > 1 and letter == other[at - 2] and one[place - 2] == second:
                row[at] = min(row[at], older[at - 2] + 1)
        if min(row) > farthest:
            return farthest + 1
    return row[-1]
