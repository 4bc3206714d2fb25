"""What changed between two versions of a plan: per ambition and per action. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from common.comparing import ALIKE, Part, words_changed
from common.vocabulary import vocabulary
from registry.plans.models import Ambition, Level, PlanAction, PlanVersion


@dataclass(frozen=True)
class AmbitionChange:
    """One theme in two versions; an ambition that a version does not have is None."""

    theme: str
    old: Ambition | None
    new: Ambition | None
    aim: tuple[Part, ...]
    """The words of the aim: what stayed, came and went."""
    level_changed: bool
    target_changed: bool

    @property
    def changed(self) -> bool:
        """Whether anything is different."""
        return self.level_changed or self.target_changed or any(kind != "same" for kind, _text in self.aim)


@dataclass(frozen=True)
class ActionChange:
    """One action in two versions: `kind` is same, changed, added or dropped."""

    kind: str
    old: PlanAction | None
    new: PlanAction | None
    title: tuple[Part, ...] = ()


@dataclass(frozen=True)
class PlanChanges:
    """Two versions side by side, and how much changed."""

    old: PlanVersion
    new: PlanVersion
    ambitions: tuple[AmbitionChange, ...]
    actions: tuple[ActionChange, ...]

    @property
    def ambitions_changed(self) -> int:
        """How many themes are different."""
        return sum(one.changed for one in self.ambitions)

    def count(self, kind: str) -> int:
        """Return how many actions are same, changed, added or dropped."""
        return sum(one.kind == kind for one in self.actions)


def compare_plans(old: PlanVersion, new: PlanVersion) -> PlanChanges:
    """Compare two versions of one plan."""
    before = {one.theme: one for one in old.ambitions}
    after = {one.theme: one for one in new.ambitions}
    themes = [code for code in vocabulary().themes if code in before or code in after]
    themes += sorted((before.keys() | after.keys()) - set(themes))
    return PlanChanges(
        old,
        new,
        tuple(_ambition(theme, before.get(theme), after.get(theme)) for theme in themes),
        tuple(_actions(_ordered(old.actions), _ordered(new.actions))),
    )


def _ordered(actions: Iterable[PlanAction]) -> list[PlanAction]:
    return sorted(actions, key=lambda one: one.position)


def _ambition(theme: str, old: Ambition | None, new: Ambition | None) -> AmbitionChange:
    return AmbitionChange(
        theme, old, new,
        aim=_aim(old, new),
        level_changed=(old.level if old else None) is not (new.level if new else None),
        target_changed=_target(old) != _target(new),
    )  # fmt: skip


def _aim(old: Ambition | None, new: Ambition | None) -> tuple[Part, ...]:
    """Compare the sentences; of a theme that nobody aims at in either version there is nothing to compare."""
    if old and new and old.level is Level.NONE and new.level is Level.NONE:
        return ()
    return words_changed(old.aim if old else "", new.aim if new else "")


def _target(one: Ambition | None) -> tuple[object, ...]:
    if one is None:
        return ()
    return one.indicator, one.unit, one.baseline, one.baseline_year, one.target, one.target_year


def _actions(old: Sequence[PlanAction], new: Sequence[PlanAction]) -> Iterable[ActionChange]:
    """Pair the steps of two versions: those with the same words first, then those of one theme that are much alike."""
    left = list(old)
    pairs: dict[int, PlanAction] = {}
    for alike in (_same_words, _much_alike):
        for place, one in enumerate(new):
            match = next((other for other in left if place not in pairs and alike(other, one)), None)
            if match:
                pairs[place] = match
                left.remove(match)
    for place, one in enumerate(new):
        other = pairs.get(place)
        if other is None:
            yield ActionChange("added", None, one)
        else:
            same = _facts(other) == _facts(one)
            yield ActionChange("same" if same else "changed", other, one, words_changed(other.title, one.title))
    for gone in left:
        yield ActionChange("dropped", gone, None)


def _same_words(one: PlanAction, other: PlanAction) -> bool:
    return one.theme == other.theme and one.title.casefold() == other.title.casefold()


def _much_alike(one: PlanAction, other: PlanAction) -> bool:
    return one.theme == other.theme and SequenceMatcher(None, one.title, other.title, autojunk=False).ratio() >= ALIKE


def _facts(one: PlanAction) -> tuple[object, ...]:
    return one.theme, one.title, one.owner_function, one.starts_on, one.ready_by
