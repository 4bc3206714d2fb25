"""What the register says besides: sentences of ambitions, questions of the form and pilots, each as a document."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from common.clock import today
from common.versions import AsOf
from common.vocabulary import Text, product_group_names, vocabulary
from kb.search.documents import Document, Section, Translation
from registry.agreements.models import Agreement
from registry.agreements.reading import all_agreements, current_version
from registry.buyer_groups.content import GroupState
from registry.buyer_groups.reading import GroupCard, all_cards
from registry.editions.form import Question
from registry.editions.models import EditionVersion
from registry.editions.questionnaire import of_edition
from registry.editions.reading import known_editions
from registry.plans.ambitions import Aim, read_ambitions

AMBITION, EXAMPLE, QUESTION = "ambition", "example", "question"
AMBITION_WEIGHT, QUESTION_WEIGHT, PILOT_WEIGHT = 0.4, 0.6, 0.8
"""Who types a name or a theme means the organisation or the guide first."""


def ambitions(session: Session, subjects: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the ambitions of the public plans, each with its sentence.

    Or those of these plans: code/agreement, or */agreement for all under that agreement.
    """
    for agreement in all_agreements(session):
        whole = subjects is None or f"*/{agreement.slug}" in subjects
        if not whole and not any(subject.endswith(f"/{agreement.slug}") for subject in subjects or ()):
            continue
        for aim in read_ambitions(session, agreement.id, (), AsOf(today())).aims:
            if aim.aim and (whole or f"{aim.code}/{agreement.slug}" in (subjects or ())):
                yield _ambition(aim, agreement)


def _ambition(aim: Aim, agreement: Agreement) -> Document:
    theme = vocabulary().themes.get(aim.theme)
    name: Text = theme.name if theme else {"nl": aim.theme, "en": aim.theme}
    short: Text = theme.short if theme else name
    return Document(
        kind=AMBITION,
        key=f"ambition:{aim.code}/{agreement.slug}/{aim.theme}",
        subject=f"plan:{aim.code}/{agreement.slug}",
        title=f"{short['nl']}: {aim.name}",
        path=f"/deelnemers/{aim.slug}/plannen/{agreement.slug}#ambities",
        summary=aim.aim,
        keywords=("ambitie", "doel", *name.values(), aim.indicator or ""),
        weight=AMBITION_WEIGHT,
        themes=(aim.theme,),
        year=aim.target_year,
        facts={
            "authority": aim.name,
            "kind": aim.kind,
            "theme": aim.theme,
            "level": aim.level_code,
            "agreement": dict(current_version(agreement).short_title),
            "example": agreement.is_example,
        },
    )


def questions(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the questions of the newest form of every agreement, or of these agreements."""
    titles = {one.id: current_version(one).short_title for one in all_agreements(session)}
    seen = set[int]()
    for version in known_editions(session, AsOf(today())):
        agreement = version.edition.agreement
        if agreement.id in seen or (slugs is not None and agreement.slug not in slugs):
            continue
        seen.add(agreement.id)
        for question in of_edition(version).questions:
            if question.takes_answer:
                yield _question(question, version, titles.get(agreement.id, {}))


def _question(question: Question, version: EditionVersion, agreement: Mapping[str, Any]) -> Document:
    edition = version.edition
    slug, year = edition.agreement.slug, edition.year
    return Document(
        kind=QUESTION,
        key=f"question:{slug}/{year}/{question.key}",
        subject=f"edition:{slug}",
        title=question.label["nl"],
        path=f"/vragenlijsten/{slug}/{year}#vraag-{question.key}",
        summary=question.hint.get("nl", ""),
        sections=_around(question, "nl"),
        keywords=("vraag", "vragenlijst", question.key),
        exact=tuple(name for name in (question.key, f"vraag {question.key}", question.indicator) if name),
        weight=QUESTION_WEIGHT,
        translations=(
            Translation(
                "en", question.label["en"], question.hint.get("en", ""), _around(question, "en"), ("question",)
            ),
        ),
        year=year,
        facts={
            "question": question.key,
            "year": year,
            "indicator": question.indicator or "",
            "agreement": dict(agreement),
            "example": edition.agreement.is_example,
        },
    )


def _around(question: Question, language: str) -> tuple[Section, ...]:
    """Return why it is asked, and the words of its choices, rows and parts."""
    words = [row.label for row in (*question.choices, *question.rows)] + [part.label for part in question.parts]
    text = " ".join([question.why.get(language, ""), ". ".join(label.get(language, "") for label in words)]).strip()
    return (Section("", "", text),) if text else ()


def pilots(session: Session, slugs: Collection[str] | None = None) -> Iterator[Document]:
    """Yield the pilots of buyer groups, or of these groups: examples that the register publishes."""
    for card in all_cards(session, AsOf(today()), slugs):
        for number, pilot in enumerate(card.version.pilots, 1):
            yield _pilot(card, number, pilot)


def _pilot(card: GroupCard, number: int, pilot: Mapping[str, Any]) -> Document:
    version = card.version
    names = product_group_names().get(version.product_group or "", {})
    return Document(
        kind=EXAMPLE,
        key=f"pilot:{card.group.slug}/{number}",
        subject=f"buyer_group:{card.group.slug}",
        title=str(pilot["title"]),
        path=f"/buyer-groups/{card.group.slug}#pilots",
        summary=str(pilot.get("text") or ""),
        keywords=("pilot", "praktijkvoorbeeld", str(version.title["nl"]), *names.values()),
        weight=PILOT_WEIGHT / 2 if card.state is GroupState.ENDED else PILOT_WEIGHT,
        product_groups=(version.product_group,) if version.product_group else (),
        year=version.started,
        facts={"buyer_group": dict(version.title), "example": card.group.is_example},
    )
