"""A form as data while it is written: the shape of content/editions/*.yaml, in one spelling. Pure.

Nothing here changes what it is given: every function returns a form of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from registry.editions.form import ADVISED, OPTIONAL, REQUIRED, Questionnaire
from registry.editions.formats import modern
from registry.editions.questionnaire import parse

Form = dict[str, Any]
Item = dict[str, Any]

LANGUAGES: Final = ("nl", "en")
NAME: Final = re.compile(r"[A-Z][A-Z0-9]{0,7}")
"""What a question may be called: A1, B12."""
NEW_INDICATORS: Final = "indicators"
"""In a draft only: the versions that its opening writes, by code. A frozen form does not have it."""
_USUAL: Final = {"publish": "yes", "carry_over": "confirm"}
"""What a question says by saying nothing; written out, so that a change of it shows."""
_NOT_TYPED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def tidy(data: Mapping[str, Any]) -> Form:
    """Return a form in today's words without what says nothing, so that two forms that say the same are the same."""
    form: Form = bare(modern(data))
    form.setdefault("sections", [])
    form["questions"] = [_written_out(question) for question in form.get("questions", [])]
    return in_order(form)


def _written_out(question: Item) -> Item:
    usual = {**_USUAL, "indicator_version": 1} if question.get("indicator") else _USUAL
    return {**usual, **question}


def read(form: Form, what: str) -> Questionnaire:
    """Read a form that is being written; raises ContentError with the question and the reason where it is wrong."""
    return parse(frozen_part(form), what)


def bare(value: Any) -> Any:
    """Return a piece of a form without the fields that say nothing."""
    if isinstance(value, Mapping):
        kept = {str(name): bare(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if not says_nothing(item)}
    if isinstance(value, list | tuple):
        return [bare(item) for item in value]
    return plain(value) if isinstance(value, str) else value


def says_nothing(value: Any) -> bool:
    """Say whether a field may as well not be there: None, false, and what is empty."""
    return value is None or value is False or value in ("", [], {})


def plain(text: str) -> str:
    """Return a text as a database and a spreadsheet can keep it."""
    return _NOT_TYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def in_order(form: Form) -> Form:
    """Return the form with its questions in the order of its sections: a condition may only look back."""
    places = {section["key"]: place for place, section in enumerate(form["sections"])}
    ordered = sorted(form["questions"], key=lambda one: places.get(one.get("section"), len(places)))
    return {**form, "questions": ordered}


def level_of(item: Mapping[str, Any]) -> str:
    """Return how much an answer is asked: required, advised or optional."""
    required = item.get("required")
    return ADVISED if required == ADVISED else REQUIRED if required is True else OPTIONAL


def with_level(item: Item, level: str) -> Item:
    """Return a question or a part of which an answer is asked this much."""
    return {**item, "required": ADVISED if level == ADVISED else level == REQUIRED}


def frozen_part(form: Form) -> Form:
    """Return what of a draft becomes the edition: without the versions of indicators, which get rows of their own."""
    return {name: value for name, value in form.items() if name != NEW_INDICATORS}


def by_name(form: Mapping[str, Any]) -> dict[str, Item]:
    """Return the questions of a tidy form by name, in its order."""
    return {question["name"]: question for question in form["questions"]}


def find_question(form: Mapping[str, Any], name: str) -> Item | None:
    """Return the question of this name."""
    return by_name(form).get(name)


def of_section(form: Mapping[str, Any], key: str) -> list[Item]:
    """Return the questions of a section."""
    return [question for question in form["questions"] if question.get("section") == key]


def put(form: Form, name: str, question: Item) -> Form:
    """Return the form with this question in the place of the one of that name."""
    return _with(form, [question if one["name"] == name else one for one in form["questions"]])


def add(form: Form, question: Item) -> Form:
    """Return the form with one more question, the last of its section."""
    gone = [one for one in form.get("dropped", []) if one["name"] != question["name"]]
    return _without_nothing({**_with(form, [*form["questions"], question]), "dropped": gone})


def take_away(form: Form, name: str, reason: Mapping[str, str] | None) -> Form:
    """Return the form without a question. `reason` says why one of last year is not asked any more."""
    rest = _with(form, [one for one in form["questions"] if one["name"] != name])
    gone = [one for one in form.get("dropped", []) if one["name"] != name]
    if reason is not None:
        gone.append({"name": name, "reason": dict(reason)})
    return _without_nothing({**rest, "dropped": gone})


def bring_back(form: Form, question: Item) -> Form:
    """Return the form with a question of last year that was taken away; its section is the first where it has gone."""
    keys = [section["key"] for section in form["sections"]]
    section = question["section"] if question["section"] in keys else keys[0]
    return add(form, {**question, "section": section})


def move(form: Form, name: str, step: int) -> Form:
    """Return the form with a question one place up (-1) or down (1): also into the section before or after."""
    questions = list(form["questions"])
    keys = [section["key"] for section in form["sections"]]
    place = next(number for number, one in enumerate(questions) if one["name"] == name)
    question, other = questions[place], place + step
    section = keys.index(question["section"])
    if 0 <= other < len(questions) and questions[other]["section"] == question["section"]:
        questions[place], questions[other] = questions[other], question
        return _with(form, questions)
    if not 0 <= section + step < len(keys):
        return form
    # The list stands in the order of the sections, so at the border a question only changes its section.
    questions[place] = {**question, "section": keys[section + step]}
    return _with(form, questions)


def move_to(form: Form, name: str, section: str) -> Form:
    """Return the form with a question as the last of another section."""
    question = by_name(form)[name]
    rest = [one for one in form["questions"] if one["name"] != name]
    return _with(form, [*rest, {**question, "section": section}])


def free_name(form: Form, section: str, taken: Iterable[str] = ()) -> str:
    """Return the next number of a section that no question has, or had: "D7"."""
    names = {*by_name(form), *(one["name"] for one in form.get("dropped", [])), *taken}
    pattern = re.compile(rf"{re.escape(section)}(\d+)")
    numbers = [int(found[1]) for name in names if (found := pattern.fullmatch(name))]
    return f"{section}{max(numbers, default=0) + 1}"


def each_text(item: Any, change: Callable[[Mapping[str, str]], Any]) -> Any:
    """Return a piece of a form with every text in two languages put through `change`."""
    if isinstance(item, Mapping):
        if item and set(item) <= set(LANGUAGES):
            return change(item)
        return {name: each_text(value, change) for name, value in item.items()}
    return [each_text(one, change) for one in item] if isinstance(item, list) else item


def _with(form: Form, questions: list[Item]) -> Form:
    return in_order({**form, "questions": questions})


def _without_nothing(form: Form) -> Form:
    return {name: value for name, value in form.items() if name == "questions" or not says_nothing(value)}
