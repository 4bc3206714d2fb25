"""The fields of a draft as they are typed, and what they say when they are complete. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from common.errors import N_
from common.typed import read_day
from registry.agreements.content import AgreementContent, Problem, with_html
from registry.agreements.models import ObligationKind, Signable
from registry.agreements.periods import parts_of

IN_TWO_LANGUAGES: Final = {
    "titel": "title", "kort": "short_title", "samenvatting": "summary", "tekst": "body", "volgnoot": "followed_note",
    "gevraagd": "asked_of_signer",
}  # fmt: skip
"""Name in the form -> field of a version."""
OTHER_TEXTS: Final = ("van", "tot", "voorganger", "volgen", "ondertekening")
LINES: Final = {"documenten": "documents", "bronnen": "sources", "aantallen": "counts", "onbekend": "unknowns"}
"""Fields with a line for each; the parts of a line are divided by |."""
LISTS: Final = {"themas": "themes", "wie": "may_sign"}
ROWS: Final = "verplichtingen"
ROW_FIELDS: Final = (
    "naam", "soort", "aantal", "eenheid", "dag", "maand", "respijt", "tekst_nl", "tekst_en", "bron",
)  # fmt: skip
TEXTS: Final = (
    *(f"{name}_{language}" for name in IN_TWO_LANGUAGES for language in ("nl", "en")), *OTHER_TEXTS, *LINES,
)  # fmt: skip
UNITS: Final = {"Y": 0, "M": 1, "D": 2}
LAST_OF_PLACES: Final = {
    "period_from": "van", "period_to": "tot", "predecessor_slug": "voorganger",
    **{value: key for key, value in (*LINES.items(), *LISTS.items())},
}  # fmt: skip
_ROW_PLACES: Final = {
    "code": "naam", "kind": "soort", "within": "aantal", "yearly_by": "dag", "grace_days": "respijt", "source": "bron",
    "text.nl": "tekst_nl", "text.en": "tekst_en",
}  # fmt: skip
_DEFAULT_CODES: Final = {"action_plan": "actieplan", "annual_report": "jaarrapportage"}
_WRITTEN_DAY: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass
class DraftFields:
    """What was typed, field by field. `rows` are the obligations; `files` the uploads, on a page of their own."""

    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Return every field by its name, so that two people's forms can be compared; the files are not among them."""
        return {
            **{name: self.texts.get(name, "") for name in TEXTS},
            **{name: self.lists.get(name, []) for name in LISTS},
            ROWS: self.rows,
        }

    @classmethod
    def of_values(cls, values: Mapping[str, Any], files: list[dict[str, Any]]) -> "DraftFields":
        """Return the fields from values by their names."""
        return cls(
            {name: values.get(name, "") for name in TEXTS},
            {name: list(values.get(name, [])) for name in LISTS},
            list(values.get(ROWS, [])),
            files,
        )

    @property
    def stored(self) -> dict[str, Any]:
        """Return them as the draft's row keeps them."""
        return {**self.values, "files": self.files}


def stored_fields(content: Mapping[str, Any]) -> DraftFields:
    """Return the fields that a draft's row keeps."""
    return DraftFields.of_values(content, list(content.get("files", [])))


def empty_row() -> dict[str, str]:
    """Return an obligation of which nothing is known yet."""
    return {**dict.fromkeys(ROW_FIELDS, ""), "soort": ObligationKind.ACTION_PLAN.value, "eenheid": "Y", "respijt": "0"}


def fields_of(content: AgreementContent) -> DraftFields:
    """Return the form filled in with what a version says, for its next version."""
    said = content.version
    texts = {
        f"{name}_{language}": said[of].get(language, "").strip()
        for name, of in IN_TWO_LANGUAGES.items()
        for language in ("nl", "en")
    }
    texts |= {
        "van": said["period_from"].isoformat(),
        "tot": said["period_to"].isoformat() if said["period_to"] else "",
        "voorganger": said["predecessor_slug"] or "",
        "volgen": "ja" if said["followed"] else "nee",
        "ondertekening": said["signing"].value,
        "documenten": _lines([*_both(row["title"]), row["url"]] for row in said["documents"] if "url" in row),
        "bronnen": _lines([_one(row["title"]), row["url"]] for row in said["sources"]),
        "aantallen": _lines(
            [str(row["number"]), str(row["date"] or ""), *_both(row["text"]), row["source"]] for row in said["counts"]
        ),
        "onbekend": _lines(_both(row) for row in said["unknowns"]),
    }
    lists = {name: list(said[of]) for name, of in LISTS.items()}
    files = [row for row in said["documents"] if "attachment_id" in row]
    return DraftFields(texts, lists, [_row_of(row) for row in content.obligations], files)


def content_from(
    fields: DraftFields, slug: str, *, is_example: bool = False
) -> tuple[AgreementContent, dict[str, Problem]]:
    """Return what the fields say, and by the name of a field what cannot be read; then the content is not whole."""
    reader = _Reader(fields)
    version = {
        of: {language: _body(name, fields.texts.get(f"{name}_{language}", "")) for language in ("nl", "en")}
        for name, of in IN_TWO_LANGUAGES.items()
    }
    if not any(version["asked_of_signer"].values()):
        version["asked_of_signer"] = {}
    said: dict[str, Any] = {
        **version,
        "period_from": reader.day("van"),
        "period_to": reader.day("tot"),
        "predecessor_slug": fields.texts.get("voorganger") or None,
        "followed": fields.texts.get("volgen") != "nee",
        "signing": reader.signing(),
        **{of: list(fields.lists.get(name, [])) for name, of in LISTS.items()},
        "documents": [*reader.documents(), *fields.files],
        "sources": [{"title": title, "url": url} for title, url in reader.lines("bronnen", 2)],
        "counts": reader.counts(),
        "unknowns": [{"nl": nl, "en": en} for nl, en in reader.lines("onbekend", 2)],
    }
    obligations = [reader.obligation(place, row) for place, row in enumerate(fields.rows)]
    return AgreementContent(slug, is_example, with_html(said), obligations), reader.wrong


def place_of(where: str) -> str:
    """Return the name of the form's field for a field of a version ("obligations.0.within": verplichting-0-aantal)."""
    head, _dot, rest = where.partition(".")
    if head == "obligations":
        number, _dot, part = rest.partition(".")
        return f"verplichting-{number}-{_ROW_PLACES[part]}"
    name = next((name for name, of in IN_TWO_LANGUAGES.items() if of == head), "")
    return f"{name}_{rest}" if name else LAST_OF_PLACES[head]


@dataclass
class _Reader:
    fields: DraftFields
    wrong: dict[str, Problem] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str, **values: object) -> None:
        self.wrong.setdefault(name, Problem(name, sentence, values))

    def day(self, name: str) -> Any:
        written = self.fields.texts.get(name, "").strip()
        found = read_day(written) if written else None
        if written and not found:
            self.refuse(name, N_("Schrijf de dag als jaar-maand-dag, zoals 2026-11-21."))
        return found

    def signing(self) -> Signable:
        written = self.fields.texts.get("ondertekening") or Signable.NOT_YET.value
        if written not in list(Signable):
            self.refuse("ondertekening", N_("Kies uit de lijst."))
            return Signable.NOT_YET
        return Signable(written)

    def lines(self, name: str, parts: int) -> Iterable[list[str]]:
        found = []
        for number, line in enumerate(self.fields.texts.get(name, "").splitlines(), 1):
            said = [part.strip() for part in line.split("|")]
            if not line.strip():
                continue
            if len(said) != parts:
                self.refuse(
                    name, N_("Regel %(num)s heeft niet %(parts)s delen. Zet een rechte streep | tussen de delen."),
                    num=number, parts=parts,
                )  # fmt: skip
            else:
                found.append(said)
        return found

    def documents(self) -> list[dict[str, Any]]:
        return [{"title": {"nl": nl, "en": en}, "url": url} for nl, en, url in self.lines("documenten", 3)]

    def counts(self) -> list[dict[str, Any]]:
        found = []
        for number, day, nl, en, source in self.lines("aantallen", 5):
            if not re.fullmatch(r"[0-9]{1,6}", number):
                self.refuse("aantallen", N_("Begin elke regel met een heel getal."))
            elif day and not (_WRITTEN_DAY.fullmatch(day) and (len(day) < 10 or read_day(day))):
                self.refuse("aantallen", N_("Schrijf de datum als 2026-11-21, 2026-11 of 2026."))
            else:
                text = {"nl": nl, "en": en}
                found.append({"number": int(number), "date": day or None, "text": text, "source": source})
        return found

    def obligation(self, place: int, row: Mapping[str, str]) -> dict[str, Any]:
        at = f"verplichting-{place}"
        kind = row["soort"] if row["soort"] in list(ObligationKind) else ObligationKind.ACTION_PLAN
        grace = row["respijt"].strip() or "0"
        if not re.fullmatch(r"[0-9]{1,4}", grace):
            self.refuse(f"{at}-respijt", N_("Vul een heel getal in van 0 of meer."))
            grace = "0"
        yearly = (
            f"{row['maand'].zfill(2)}-{row['dag'].strip().zfill(2)}" if row["dag"].strip() or row["maand"] else None
        )
        return {
            "code": row["naam"].strip() or _DEFAULT_CODES[kind],
            "kind": ObligationKind(kind),
            "within": _within(row["aantal"].strip(), row["eenheid"]),
            "yearly_by": yearly,
            "grace_days": int(grace),
            "text": {"nl": row["tekst_nl"].strip(), "en": row["tekst_en"].strip()},
            "source": row["bron"].strip() or None,
        }


def _within(number: str, unit: str) -> str | None:
    if not number or number.startswith("P"):
        return number or None
    return f"P{number}{unit if unit in UNITS else 'Y'}"


def _row_of(row: Mapping[str, Any]) -> dict[str, str]:
    months, _dash, days = (row["yearly_by"] or "").partition("-")
    number, unit = _typed_period(row["within"])
    return {
        "naam": row["code"],
        "soort": row["kind"].value,
        "aantal": number,
        "eenheid": unit,
        "dag": days.lstrip("0"),
        "maand": months,
        "respijt": str(row["grace_days"]),
        "tekst_nl": row["text"]["nl"],
        "tekst_en": row["text"]["en"],
        "bron": row["source"] or "",
    }


def _typed_period(within: str | None) -> tuple[str, str]:
    """Return number and unit; a period of more than one unit stays as it is written."""
    if not within:
        return "", "Y"
    parts = parts_of(within)
    filled = [unit for unit, place in UNITS.items() if parts[place]]
    return (str(parts[UNITS[filled[0]]]), filled[0]) if len(filled) == 1 else (within, "Y")


def _body(name: str, typed: str) -> str:
    said = typed.strip()
    return f"{said}\n" if name == "tekst" and said else said


def _lines(rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(" | ".join(part.replace("|", "/") for part in row) for row in rows)


def _both(text: Mapping[str, str]) -> list[str]:
    return [text["nl"], text["en"]]


def _one(text: str | Mapping[str, str]) -> str:
    return text if isinstance(text, str) else text["nl"]
