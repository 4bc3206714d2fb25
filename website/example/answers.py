"""Invented answers to the form that fit together: parts never exceed their whole, and figures grow over the years."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

from registry.agreements.periods import deadline
from registry.plans.models import Level
from registry.reports.drafting import AnswerInput
from registry.reports.models import AnswerState
from website.example import answer_words as words
from website.example.days import Days
from website.example.plans import Step, adopted_on, fte, levels_of, steps_of
from website.example.profiles import Profile

Answers = dict[str, AnswerInput]


def given(value: Any, remark: str | None = None) -> AnswerInput:
    """Return an answer."""
    return AnswerInput(AnswerState.GIVEN, value, remark=remark)


@dataclass(frozen=True)
class Reporting:
    """One authority that fills in the form of one year on some day."""

    one: Profile
    days: Days
    year: int
    day: date

    @cached_property
    def chance(self) -> Random:
        """Chance that is the same at every set-up."""
        return self.one.chance(f"answers {self.days.open_year - self.year}")

    @cached_property
    def nth(self) -> int:
        """How many years of practice there are: 0 for the first reporting year."""
        return self.year - self.days.years[0]

    @cached_property
    def large(self) -> int:
        """Tenders above the European threshold."""
        return 1 + round(self.one.size / 6_000 * self.chance.uniform(0.85, 1.2))

    @cached_property
    def small(self) -> int:
        """Other tenders."""
        return 2 + round(self.one.size / 2_800 * self.chance.uniform(0.85, 1.2))

    @cached_property
    def used(self) -> int:
        """Tenders with at least one criterion: a share that grows with practice."""
        chance = self.one.chance("share")
        start, growth = 0.2 + 0.3 * self.one.ambition, chance.uniform(0.05, 0.12)
        share = min(0.96, start + growth * self.nth + chance.uniform(-0.04, 0.04))
        return round(share * (self.large + self.small))

    @cached_property
    def significant(self) -> int:
        """Tenders of those in which a criterion was significant or ambitious: a share that grows too."""
        return int(self.used * (self.one.chance("significant").uniform(0.15, 0.3) + 0.04 * self.nth))

    def jump(self, figure: str) -> str | None:
        """Return the sentence that the form asks for where a figure is far above that of the year before."""
        if self.nth < 1:
            return None
        now, before = getattr(self, figure), getattr(replace(self, year=self.year - 1), figure)
        return words.COUNTED_BETTER if now > 1.5 * before and now - before >= 5 else None

    @cached_property
    def plan_day(self) -> date | None:
        """The day of the plan's adoption, as far as it lies behind."""
        adopted = adopted_on(self.one, self.days)
        return adopted if adopted and adopted <= self.day else None

    @cached_property
    def per_theme(self) -> dict[str, int]:
        """Tenders with criteria on each theme; one tender can count for several."""
        weight = {Level.NONE: 0.05, Level.BASIC: 0.25, Level.SIGNIFICANT: 0.45, Level.AMBITIOUS: 0.65}
        return {
            theme: int(self.used * min(1.0, weight[level] * self.one.chance(theme).uniform(0.7, 1.2)))
            for theme, level in levels_of(self.one).items()
        }

    def part(self, low: float, high: float) -> int:
        """Return a part of the tenders with criteria."""
        return int(self.used * self.chance.uniform(low, high))

    def all(self) -> Answers:
        """Return the answers to every question that is asked of this authority."""
        return {
            **_organisation(self),
            **_plan(self),
            **_volume(self),
            **_tenders(self),
            **_themes(self),
            **_progress(self),
            **_learning(self),
        }


def _organisation(it: Reporting) -> Answers:
    adopted = it.day - timedelta(days=it.chance.randrange(2, 16))
    person = {
        "name": f"Contactpersoon {it.one.name}",
        "function": "inkoopadviseur",
        "email": f"inkoop@{it.one.domain}",
    }
    return {
        "A3": given(person),
        "A4": given(words.EXECUTIVES[it.one.kind]),
        "A5": given(words.ADOPTING_BODY[it.one.kind]),
        "A6": given(adopted.isoformat()),
    }


def _plan(it: Reporting) -> Answers:
    due = deadline(it.one.signed_on, "P1Y") if it.one.signed_on else it.day
    remark = words.PLAN_FOLLOWS if it.plan_day is None and it.day > due else None
    embedded = ["inkoopbeleid", "aanbestedingskalender", "inkoopstrategie", "contractmanagement", "opleiding"]
    embedded = embedded[: 1 + min(4, it.nth + round(2 * it.one.ambition))]
    yearly = it.chance.random() < 0.4 + 0.4 * it.one.ambition
    told: dict[str, Any] = {"answer": "jaarlijks" if yearly else "incidenteel"}
    if yearly:
        told["link"] = f"https://www.{it.one.domain}/jaarverslag-{it.year}"
    answers = {
        "B1": given("vastgesteld" if it.plan_day else "in-voorbereiding", remark),
        "B3": given({theme: level.value for theme, level in levels_of(it.one).items()}),
        "B4": given(fte(it.one)),
        "B5": given(1000 * round(it.one.size / it.chance.randrange(900, 1800))),
        "B6": given({"chosen": embedded}),
        "B7": given(told),
    }
    if it.plan_day:
        answers["B2"] = given(
            {
                "adopted_on": it.plan_day.isoformat(),
                "period_from": date(it.plan_day.year, 1, 1).isoformat(),
                "period_to": date(it.days.today.year + 2, 12, 31).isoformat(),
                "link": f"https://www.{it.one.domain}/actieplan",
            }
        )
    return answers


def _volume(it: Reporting) -> Answers:
    spend = round(it.one.size / 1000 * it.chance.uniform(1.1, 1.6) + 2, 2)
    unknown = it.chance.random() < 0.12 and it.nth < 2
    sources = it.chance.sample(["tenderned", "contractregister", "inkoopsysteem", "mvi-zet"], it.chance.randrange(1, 3))
    complete = it.chance.choice(["volledig", "meer-dan-75", "meer-dan-75", "25-tot-75"])
    return {
        "C1": AnswerInput(AnswerState.UNKNOWN, None, reason=words.UNKNOWN_SPEND) if unknown else given(spend),
        "C2": given(it.large),
        "C3": given(it.small),
        "C4": given({"chosen": sources}),
        "C5": given(complete),
    }


def _tenders(it: Reporting) -> Answers:
    return {
        "D1": given(it.used, it.jump("used")),
        "D2": given(it.part(0.4, 0.7)),
        "D3": given(it.significant, it.jump("significant")),
        "D4": given(dict(it.per_theme)),
        "D5": given(it.part(0.05, 0.25)),
        "D6": AnswerInput(AnswerState.NOT_APPLICABLE) if it.one.size < 15_000 else given(it.part(0.2, 0.6)),
    }


def _themes(it: Reporting) -> Answers:
    chosen = {theme for theme, level in levels_of(it.one).items() if level is not Level.NONE}
    answers: Answers = {}
    if "klimaat" in chosen:
        answers |= _climate(it)
    if "circulair" in chosen:
        saved = round(it.one.size / 200 * it.chance.uniform(0.4, 1.3), 1)
        answers["E5"] = given(it.per_theme["circulair"])
        answers["E6"] = given({"amount": saved, "method": it.chance.choice(["rivm", "lca-mki", "schatting"])})
        answers["E7"] = given(it.part(0.0, 0.2))
    if "milieu" in chosen:
        answers["E8"] = given(int(it.per_theme["milieu"] * it.chance.uniform(0.5, 1.0)))
    if "keten" in chosen:
        risky = int(it.large * it.chance.uniform(0.2, 0.5))
        answers["E9"] = given(risky)
        if risky:
            answers["E10"] = given(max(1, round(risky * it.chance.uniform(0.4, 1.0))))
    if "diversiteit" in chosen:
        answers["E11"] = given(it.per_theme["diversiteit"])
    if "social-return" in chosen:
        agreed = 1000 * round(it.one.size / 180 * it.chance.uniform(0.6, 1.2) * (1 + 0.15 * it.nth))
        answers["E12"] = given(agreed)
        answers["E13"] = given(round(agreed * it.chance.uniform(0.5, 1.1)))
        answers["E14"] = given(round(agreed / 42_000 * it.chance.uniform(0.8, 1.2), 1))
    return answers


def _climate(it: Reporting) -> Answers:
    certificate: dict[str, Any] = {"certificate": "geen"}
    if it.one.ambition > 0.6:
        level = "trede-1" if it.nth == 3 else "niveau-3"
        valid = it.day + timedelta(days=it.chance.randrange(400, 900))
        certificate = {"certificate": level, "valid_until": valid.isoformat(), "issued_by": "Voorbeeld Certificering"}
    answers = {"E3": given(certificate), "E4": given(it.part(0.0, 0.3))}
    if it.chance.random() < 0.25:
        return {**answers, "E1": AnswerInput(AnswerState.UNKNOWN, None, reason="Dit meten wij nog niet.")}
    avoided = round(it.one.size / 90 * it.chance.uniform(0.5, 1.4) * (1 + 0.2 * it.nth), 1)
    method = it.chance.choice(["rivm", "mvi-zet", "lca-mki", "leverancier", "schatting"])
    return {"E1": given(avoided), "E2": given(method), **answers}


def _progress(it: Reporting) -> Answers:
    behind = it.one.missed > 0 or it.plan_day is None
    judgement = "achter" if behind else it.chance.choice(["op-koers", "op-koers", "deels-op-koers"])
    overall = {"judgement": judgement, **({"note": words.BEHIND} if behind else {})}
    if it.plan_day is None:
        return {"F2": given(overall)}
    return {"F1": given([_step(it, step) for step in steps_of(it.one, it.days)]), "F2": given(overall)}


def _step(it: Reporting, step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {"action": step.title, "theme": step.theme}
    if step.ready_by < it.day:
        # What was dropped once stays dropped: chance hangs on the action here, and not on the year.
        return {**row, "status": it.one.chance(step.title).choice(["afgerond"] * 5 + ["vervallen"])}
    if step.starts_on > it.day:
        return {**row, "status": "niet-gestart", "ready_by": step.ready_by.isoformat()}
    status = it.chance.choice(["loopt-op-schema", "loopt-op-schema", "loopt-achter"])
    return {**row, "status": status, "ready_by": step.ready_by.isoformat()}


def _learning(it: Reporting) -> Answers:
    obstacles = it.chance.sample(["data", "capaciteit", "budget", "kennis", "contractmanagement", "markt"], 2)
    groups = it.chance.choice([["geen"], ["circulaire-viaducten-en-bruggen"], ["ict"], ["biobased-bouwmaterialen"]])
    tenders = it.large + it.small
    told = (
        it.chance.choice(words.FIRST).format(share=round(100 * it.used / tenders), used=it.used, tenders=tenders),
        it.chance.choice(words.WELL),
        it.chance.choice(words.HARD),
        it.chance.choice(words.NEXT),
    )
    answers = {
        "G1": given({"chosen": obstacles}),
        "G3": given({"chosen": groups}),
        "H1": given(" ".join(told)),
        "H3": given(True),
    }
    if it.chance.random() < 0.25:
        parts = ("title", "product_group", "theme", "summary", "result")
        answers["G2"] = given([dict(zip(parts, it.chance.choice(words.EXAMPLES), strict=True))])
    return answers
