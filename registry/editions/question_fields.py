"""The fields of one question as staff type them, and the question that they say. Pure.

What cannot be read is kept as it was typed: a draft saves everything, and only opening asks that all of it is right.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from common.typed import read_number
from common.vocabulary import vocabulary
from registry.editions.written import LANGUAGES, Item, bare, level_of, plain, with_level

Values = dict[str, Any]

IN_TWO_LANGUAGES: Final = {
    "vraag": "label", "uitleg": "hint", "waarom": "why", "eenheid": "unit", "verklaring": "statement",
}  # fmt: skip
"""Name in the form -> field of the question."""
TEXTS: Final = {
    "soort": "type", "publiceren": "publish", "overnemen": "carry_over", "als": "relevant", "deel": "indicator_part",
    "methode": "method_from", "gids": "guide",
}  # fmt: skip
NUMBERS: Final = {
    "minst": "min", "meest": "max", "cijfers": "decimals", "kortst": "min_length", "langst": "max_length",
    "meeste": "max_choices", "rijen_minst": "min_rows", "rijen_meest": "max_rows",
}  # fmt: skip
FLAGS: Final = ("may_be_unknown", "may_be_not_applicable", "prefilled", "summary", "after_editing")
CHOICES, ROWS, CHECKS, PARTS = "keuzes", "rijen", "controles", "delen"
LEVEL, INDICATOR, KINDS, OPTIONS = "niveau", "indicator", "voor", "opties"
CHECK_FIELDS: Final = ("moet", "hard", "melding_nl", "melding_en", "waarden")
PART_FIELDS: Final = (
    "naam", "soort", "vraag_nl", "vraag_en", "eenheid_nl", "eenheid_en", "verplicht", "als", "keuzes", "minst",
    "meest", "cijfers", "langst",
)  # fmt: skip
PART_NUMBERS: Final = ("minst", "meest", "cijfers", "langst")
TYPED: Final = "typed"
"""In an option: the line as it was typed, where it could not be read whole."""
_MARKS: Final = {"anders": "other_text", "alleen": "exclusive"}
LONGEST: Final = 8000


def names() -> tuple[str, ...]:
    """Return the names of all fields that hold one text."""
    both = (f"{name}_{language}" for name in IN_TWO_LANGUAGES for language in LANGUAGES)
    return (*both, *TEXTS, *NUMBERS, LEVEL, INDICATOR, CHOICES, ROWS)


def values_of(question: Mapping[str, Any]) -> Values:
    """Return the form filled in with what a question says."""
    values: Values = {
        f"{name}_{language}": question.get(of, {}).get(language, "")
        for name, of in IN_TWO_LANGUAGES.items()
        for language in LANGUAGES
    }
    values |= {name: str(question.get(of, "")) for name, of in (*TEXTS.items(), *NUMBERS.items())}
    code = question.get("indicator")
    return values | {
        LEVEL: level_of(question),
        INDICATOR: f"{code}:{question.get('indicator_version', 1)}" if code else "",
        CHOICES: _lines(question.get("choices", [])),
        ROWS: _lines(question.get("rows", [])),
        KINDS: list(question.get("kinds", [])),
        OPTIONS: [name for name in FLAGS if question.get(name)],
        CHECKS: [_check_values(one) for one in question.get("constraint", [])],
        PARTS: [_part_values(one) for one in question.get("parts", [])],
    }


def typed_values(form: Any) -> Values:
    """Return the fields as they were sent; a block of a check or a part that is empty, or is to go ("weg"), is none."""
    values: Values = {name: plain(form.get(name, ""))[:LONGEST] for name in names()}
    known = {KINDS: list(vocabulary().kinds), OPTIONS: list(FLAGS)}
    values |= {name: [code for code in codes if code in form.getlist(name)] for name, codes in known.items()}
    return values | {CHECKS: _blocks(form, CHECKS, CHECK_FIELDS), PARTS: _blocks(form, PARTS, PART_FIELDS)}


def _blocks(form: Any, name: str, fields: tuple[str, ...]) -> list[dict[str, str]]:
    pattern = re.compile(rf"{name}-(\d{{1,2}})-{fields[0]}")
    numbers = sorted({int(found[1]) for key in form if (found := pattern.fullmatch(key))})
    rows = [
        {field: plain(form.get(f"{name}-{number}-{field}", ""))[:LONGEST] for field in fields}
        for number in numbers
        if form.get("weg") != f"{name}-{number}"
    ]
    # A choice between two words is never empty: a block is there when something was written in it.
    return [row for row in rows if any(row[field] for field in fields if field not in {"hard", "verplicht", "soort"})]


def question_of(values: Mapping[str, Any], old: Mapping[str, Any]) -> Item:
    """Return the question that the fields say. What the form does not show stays as it was in `old`."""
    question: Item = dict(old)
    for name, of in IN_TWO_LANGUAGES.items():
        question[of] = _text(values, name)
    question |= {of: values[name] for name, of in TEXTS.items()}
    question |= {of: _number(values[name]) for name, of in NUMBERS.items()}
    question |= {name: name in values[OPTIONS] for name in FLAGS}
    code, _colon, number = values[INDICATOR].partition(":")
    parts = {one["name"]: one for one in old.get("parts", [])}
    question |= {
        "indicator": code,
        "indicator_version": int(number) if code and number.isdecimal() else None,
        "choices": _options(values[CHOICES], old.get("choices", [])),
        "rows": _options(values[ROWS], old.get("rows", [])),
        "kinds": list(values[KINDS]),
        "constraint": [_check(one) for one in values[CHECKS]],
        "parts": [_part(one, parts.get(one["naam"], {})) for one in values[PARTS]],
    }
    said: Item = bare(with_level(question, values[LEVEL]))
    return said


def _text(values: Mapping[str, Any], name: str) -> dict[str, str]:
    said = {language: values[f"{name}_{language}"] for language in LANGUAGES}
    return said if any(said.values()) else {}


def _number(text: str) -> Any:
    number = read_number(text) if text else None
    return text if number is None else number


def _lines(options: list[Any]) -> str:
    return "\n".join(_line(one) for one in options)


def _line(option: Any) -> str:
    if not isinstance(option, Mapping):
        return str(option)
    if TYPED in option:
        return str(option[TYPED])
    marks = [word for word, name in _MARKS.items() if option.get(name)]
    label = option.get("label", {})
    return " | ".join([option["name"], label.get("nl", ""), label.get("en", ""), *marks])


def _options(text: str, old: list[Any]) -> list[Any]:
    before: dict[str, Item] = {one["name"]: dict(one) for one in old if isinstance(one, Mapping)}
    return [_option(line, before) for line in text.split("\n") if line.strip()]


def _option(line: str, before: Mapping[str, Item]) -> Any:
    name, *said = [cell.strip() for cell in line.split("|")]
    if not said:
        return name if name in vocabulary().themes else {"name": name, TYPED: line.strip()}
    marks = said[2:]
    rest = {key: value for key, value in before.get(name, {}).items() if key not in {TYPED, *_MARKS.values()}}
    option = {**rest, "name": name, "label": {"nl": said[0], "en": said[1] if len(said) > 1 else ""}}
    option |= {_MARKS[mark]: True for mark in marks if mark in _MARKS}
    if len(said) < 2 or not all(option["label"].values()) or set(marks) - set(_MARKS):
        option[TYPED] = line.strip()
    return option


def _check_values(check: Mapping[str, Any]) -> dict[str, str]:
    message = check.get("message", {})
    return {
        "moet": str(check.get("check", "")),
        "hard": "ja" if check.get("hard") else "nee",
        "melding_nl": message.get("nl", ""),
        "melding_en": message.get("en", ""),
        "waarden": "\n".join(f"{name} = {text}" for name, text in check.get("values", {}).items()),
    }


def _check(values: Mapping[str, str]) -> Item:
    pairs = [line.partition("=") for line in values["waarden"].split("\n") if line.strip()]
    return {
        "check": values["moet"],
        "hard": values["hard"] == "ja",
        "message": _text(values, "melding"),
        "values": {name.strip(): text.strip() for name, _sign, text in pairs},
    }


def _part_values(part: Mapping[str, Any]) -> dict[str, str]:
    said = {"naam": part["name"], "soort": part.get("type", ""), "als": part.get("relevant", "")}
    said |= {f"vraag_{language}": part.get("label", {}).get(language, "") for language in LANGUAGES}
    said |= {f"eenheid_{language}": part.get("unit", {}).get(language, "") for language in LANGUAGES}
    said |= {name: str(part.get(NUMBERS[name], "")) for name in PART_NUMBERS}
    return {**said, "verplicht": level_of(part), "keuzes": _lines(part.get("choices", []))}


def _part(values: Mapping[str, str], old: Mapping[str, Any]) -> Item:
    part: Item = {**old, "name": values["naam"], "type": values["soort"], "relevant": values["als"]}
    part |= {"label": _text(values, "vraag"), "unit": _text(values, "eenheid")}
    part |= {NUMBERS[name]: _number(values[name]) for name in PART_NUMBERS}
    part["choices"] = _options(values["keuzes"], old.get("choices", []))
    return with_level(part, values["verplicht"])
