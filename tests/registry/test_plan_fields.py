"""Rules of a plan without a site: merging the work of two people, what is in the way, what changed, one fingerprint."""

from datetime import date
from typing import Any

import pytest

from common.fingerprints import fingerprint
from common.vocabulary import vocabulary
from registry.plans.checking import check, wrong_only
from registry.plans.comparing import compare_plans
from registry.plans.content import content_of, typed_of
from registry.plans.fields import (
    Typed,
    action_field,
    ambition_field,
    basis_of,
    merge,
    next_basis,
    of_form,
    read_basis,
    tidy,
    without_row,
    write_basis,
)
from registry.plans.models import Ambition, Level, PlanAction, PlanVersion

AIM = ambition_field("klimaat", "doel")
SAVED = Typed({"titel": "Plan", AIM: "Minder", action_field("1", "wat"): "Meten"}, ("1",))
FULL = {
    "titel": "Plan", "periode_van": "2026-01-01", "periode_tot": "31-12-2028", "vastgesteld_door": "college",
    "vastgesteld_op": "2026-02-03", action_field("1", "wat"): "Meten", action_field("1", "thema"): "klimaat",
    **{ambition_field(theme, "niveau"): "geen" for theme in vocabulary().themes},
}  # fmt: skip


def problems(**changed: str) -> set[str]:
    typed = tidy({**FULL, **changed}, ("1",))
    return {one.field for one in check(typed, vocabulary().themes, reason_asked=False)}


def test_what_two_people_change_in_different_fields_is_all_kept() -> None:
    basis = basis_of(SAVED)
    first = merge(SAVED, Typed({"titel": "Nieuw plan", AIM: "Minder"}), basis)
    second = merge(first.result, Typed({"titel": "Plan", AIM: "Veel minder"}), basis)
    assert second.disputed == ()
    assert (second.result.get("titel"), second.result.get(AIM)) == ("Nieuw plan", "Veel minder")
    assert second.result.rows == ("1",)


def test_one_field_changed_by_two_people_is_disputed_until_somebody_chooses() -> None:
    basis = basis_of(SAVED)
    theirs = merge(SAVED, Typed({AIM: "Veel minder"}), basis).result
    mine = Typed({AIM: "De helft"})
    assert merge(theirs, mine, basis).disputed == (AIM,)
    assert merge(theirs, mine, next_basis(mine, basis, [AIM])).disputed == (AIM,)
    chosen = {**basis, AIM: basis_of(theirs)[AIM]}
    assert merge(theirs, mine, chosen).result.get(AIM) == "De helft"
    assert merge(theirs, Typed({AIM: "Veel minder"}), basis).disputed == ()


def test_actions_of_two_people_stand_beside_each_other_and_one_that_is_emptied_goes() -> None:
    basis = basis_of(SAVED)
    first = merge(SAVED, Typed({action_field("2n1", "wat"): "Vragen"}, ("1", "2n1")), basis).result
    both = merge(first, Typed({action_field("3n1", "wat"): "Kopen"}, ("1", "3n1")), basis).result
    assert both.rows == ("1", "2n1", "3n1")
    shown = of_form({action_field("1", "wat"): "Meten"}, ["1"])
    assert merge(both, without_row(shown, "1"), basis).result.rows == ("2n1", "3n1")


def test_a_field_that_was_not_on_the_form_is_left_alone() -> None:
    sent = of_form({"titel": " Plan\r\n ", "gek": "x", action_field("../x", "wat"): "y"}, ["../x"])
    assert dict(sent.fields) == {"titel": "Plan"}
    assert merge(SAVED, sent, basis_of(SAVED)).result == SAVED
    assert read_basis(write_basis(basis_of(SAVED))) == basis_of(SAVED)


def test_a_whole_plan_has_no_problems() -> None:
    assert problems() == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"titel": ""}, "titel"),
        ({"titel": "x" * 201}, "titel"),
        ({"periode_tot": ""}, "periode_tot"),
        ({"periode_tot": "31-02-2028"}, "periode_tot"),
        ({"periode_tot": "2025-01-01"}, "periode_tot"),
        ({"budget": "veel"}, "budget"),
        ({"budget": "12,50"}, "budget"),
        ({"budget": "2.000.000.001"}, "budget"),
        ({"fte": "-1"}, "fte"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"vastgesteld_op": "2999-01-01"}, "vastgesteld_op"),
        ({"vastgesteld_door": ""}, "vastgesteld_door"),
        ({ambition_field("klimaat", "niveau"): ""}, ambition_field("klimaat", "niveau")),
        ({ambition_field("klimaat", "niveau"): "hoog"}, ambition_field("klimaat", "niveau")),
        ({ambition_field("klimaat", "niveau"): "basis"}, AIM),
        ({action_field("1", "wat"): "", action_field("1", "thema"): ""}, "acties"),
        ({action_field("1", "thema"): "anders"}, action_field("1", "thema")),
        ({action_field("1", "wie"): "an@proef.example"}, action_field("1", "wie")),
        (
            {action_field("1", "van"): "2027-01-01", action_field("1", "klaar"): "2026-01-01"},
            action_field("1", "klaar"),
        ),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(changed: dict[str, str], field: str) -> None:
    assert problems(**changed) == {field}


def test_a_goal_asks_for_its_year_and_what_it_measures_and_no_goal_asks_for_nothing() -> None:
    def name(part: str) -> str:
        return ambition_field("klimaat", part)

    aim = {name("niveau"): "basis", name("doel"): "Minder"}
    assert problems(**aim) == set()
    assert problems(**aim, **{name("straks"): "50"}) == {name("straks_jaar"), name("indicator")}
    measured = {**aim, name("indicator"): "uitstoot", name("nu"): "10", name("nu_jaar"): "2026", name("straks"): "5"}
    assert problems(**measured, **{name("straks_jaar"): "2025"}) == {name("straks_jaar")}
    assert problems(**{**measured, name("niveau"): "geen"}) == set()


def test_only_what_was_typed_wrongly_is_told_while_somebody_writes() -> None:
    found = check(tidy({"budget": "veel"}, ()), vocabulary().themes, reason_asked=True)
    assert [one.field for one in wrong_only(found)] == ["budget"]
    assert "reden" in {one.field for one in found}


def version(number: int, aim: str = "Minder uitstoot", **more: Any) -> PlanVersion:
    facts: dict[str, Any] = {"theme": "klimaat", "level": Level.BASIC, "aim": aim, "target": 5.0, "target_year": 2028}
    actions = more.pop("actions", ["Uitstoot meten", "Wagenpark vervangen"])
    return PlanVersion(
        number=number, title="Plan", adopted_on=date(2026, 1, 2), budget_euro=1000, capacity_fte=2.0,
        ambitions=[Ambition(**{**facts, **more})],
        actions=[PlanAction(position=n, theme="klimaat", title=title) for n, title in enumerate(actions, start=1)],
    )  # fmt: skip


def test_two_versions_say_per_ambition_and_action_what_changed() -> None:
    new = version(
        2, "Minder uitstoot in 2030", level=Level.AMBITIOUS, actions=["Uitstoot elk jaar meten", "Hout gebruiken"]
    )
    found = compare_plans(version(1), new)
    (climate,) = found.ambitions
    assert (climate.changed, climate.level_changed, climate.target_changed) == (True, True, False)
    assert climate.aim == (("same", "Minder uitstoot"), ("ins", " in 2030"))
    assert [one.kind for one in found.actions] == ["changed", "added", "dropped"]
    assert compare_plans(version(1), version(1)).ambitions_changed == 0
    assert compare_plans(version(1), version(2, "Wij kopen voortaan anders in")).ambitions[0].aim[0][0] == "del"


def test_the_fingerprint_stays_when_the_database_gives_a_whole_number_back_as_a_fraction() -> None:
    one, same = version(1), version(1, target=5)
    same.capacity_fte = 2
    assert fingerprint(content_of(one, "vb", "x", None)) == fingerprint(content_of(same, "vb", "x", None))
    assert fingerprint(content_of(version(1, "Meer"), "vb", "x", None)) != fingerprint(content_of(one, "vb", "x", None))


def test_a_revision_starts_with_all_of_the_plan_but_the_day_of_its_adoption() -> None:
    typed = typed_of(version(1))
    assert typed.get("fte") == "2"
    assert typed.get(AIM) == "Minder uitstoot"
    assert typed.action("2")["wat"] == "Wagenpark vervangen"
    assert typed.get("vastgesteld_op") == ""
