"""Did you mean: the question with each word that no text holds replaced by the one that looks most like it."""

from kb.search.analysis import LANGUAGES, PART, fold, is_stop_word, stem
from kb.search.leaves import Opened
from kb.search.lexicon import sound
from kb.search.question import Question

SHORTEST, LONGEST = 4, 40


def better_spelling(question: Question, opened: Opened) -> str:
    """Return the question with other words where no text holds them, in capitals and signs as typed; "" when none."""
    text, changed = question.typed, False
    for word in reversed(question.words):
        found = _closest(word.text, opened) if PART.fullmatch(word.text) else ""
        if found:
            text = text[: word.start] + in_the_case_of(word.text, found) + text[word.end :]
            changed = True
    return text if changed else ""


def in_the_case_of(typed: str, found: str) -> str:
    """Write a word with the capitals of another: all, the first, or as it is."""
    if typed.isupper() and len(typed) > 1:
        return found.upper()
    return found[:1].upper() + found[1:] if typed[:1].isupper() else found


def _closest(word: str, opened: Opened) -> str:
    """Return the known word that looks most like this one, the most common first; "" when it is known or none does."""
    typed = fold(word)
    if not SHORTEST <= len(typed) <= LONGEST or opened.knows(word) or opened.with_accents(typed):
        return ""
    # So many letters may be wrong, missing or too many; two that changed places count as one.
    farthest = 1 if len(typed) < 6 else 2
    heard = sound(typed)
    best: list[tuple[int, int, bool, int, str]] = []
    for other in {one for leaf in opened.leaves for one in leaf.lexicon.like(typed, farthest)}:
        plain = fold(other)
        wrong = distance(heard, sound(plain), farthest)
        if wrong <= farthest:
            written = distance(typed, plain, farthest + 1)
            best.append(
                (
                    min(wrong + 1, written),
                    wrong,
                    plain[0] != typed[0],
                    -max(opened.frequency(name, stem(other, name)) for name in LANGUAGES),
                    other,
                )
            )
    return min(best)[-1] if best else _in_two(typed, opened)


def _in_two(word: str, opened: Opened) -> str:
    """Return two known words of which the space between them was forgotten."""
    for cut in range(3, len(word) - 2):
        head, tail = word[:cut], word[cut:]
        if all(opened.knows(part) and not is_stop_word(part) for part in (head, tail)):
            return f"{head} {tail}"
    return ""


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
