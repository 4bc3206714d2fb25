"""Two people, one form: what only one of them changed is joined, and what both changed is named. Pure.

A form carries of each field a short digest of what it showed (its basis), so that nothing older need be kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.comparing import Part, compare, shortened
from common.ledger import canonical_json, sha256

MINE, THEIRS = "mijn", "ander"
"""The values of the choice that the macro conflict() of components/forms.html sends."""


@dataclass(frozen=True)
class Joined:
    """What to save now, which fields the other changed meanwhile, and which both did."""

    values: dict[str, Any]
    both: list[str]
    taken: list[str]
    basis: dict[str, str]
    """For the form that stays on the screen: a field that it shows differently from what is saved keeps its old one."""


def digest(value: Any) -> str:
    """Return eight characters by which two values of a field are told apart."""
    return sha256(canonical_json({"value": value}))[:8]


def basis_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each field as a form shows it."""
    return {name: digest(value) for name, value in values.items()}


def write_basis(basis: Mapping[str, str]) -> str:
    """Write the digests for the form's hidden field `version`."""
    return ",".join(f"{name}={mark}" for name, mark in basis.items())


def read_basis(written: str) -> dict[str, str]:
    """Read the digests that a form carries; what is no pair is left out."""
    pairs = (item.partition("=") for item in written.split(","))
    return {name: mark for name, _sign, mark in pairs if name and mark}


def join(
    mine: Mapping[str, Any],
    saved: Mapping[str, Any],
    basis: Mapping[str, str],
    choices: Mapping[str, str] | None = None,
) -> Joined:
    """Join what was typed with what is saved now. `choices` says per field which of two texts stays (MINE, THEIRS)."""
    values: dict[str, Any] = dict(saved)
    next_basis = dict(basis)
    both, taken = [], []
    for name, typed in mine.items():
        stored = digest(saved.get(name))
        chosen = (choices or {}).get(name)
        if digest(typed) == stored or stored == basis.get(name) or chosen == MINE:
            values[name] = typed
            next_basis[name] = digest(typed)
        elif chosen == THEIRS:
            next_basis[name] = stored
        elif digest(typed) == basis.get(name):
            taken.append(name)
        else:
            both.append(name)
    return Joined(values, both, taken, next_basis)


@dataclass(frozen=True)
class Difference:
    """A field on which two people do not agree: what I typed, and what was saved meanwhile."""

    name: str
    label: str
    mine: str
    theirs: str
    seen: str = ""
    """Tells which saved text was shown, where a choice between the two is sent."""

    @property
    def parts(self) -> list[Part]:
        """What only the saved text has, and what only mine."""
        return shortened(compare(self.theirs, self.mine))
