"""What the makers of the example world share, and its timeline: history is written in the order it happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from common.clock import frozen_at
from kb.proposals.models import Proposal
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority
from registry.editions.models import Edition
from website.example.accounts import Accounts
from website.example.days import Days
from website.example.profiles import Profile


class Timeline:
    """Events with their moment, to be played in order with the clock at that moment."""

    def __init__(self) -> None:
        self._events: list[tuple[datetime, Callable[[], object]]] = []

    def at(self, moment: datetime, event: Callable[[], object]) -> None:
        """Let `event` happen at that moment."""
        self._events.append((moment, event))

    def play(self) -> None:
        """Let everything happen, oldest first."""
        for moment, event in sorted(self._events, key=lambda pair: pair[0]):
            with frozen_at(moment):
                event()


@dataclass
class World:
    """The example world while it is being made."""

    session: Session
    days: Days
    profiles: list[Profile]
    demo: Profile
    accounts: Accounts
    authorities: dict[str, Authority]
    agreement: Agreement
    version: AgreementVersion
    timeline: Timeline = field(default_factory=Timeline)
    editions: dict[int, Edition] = field(default_factory=dict)
    practice: Proposal | None = None
    """The good example, from when it was handed in."""
    proposals: dict[str, Proposal] = field(default_factory=dict)

    @property
    def signatories(self) -> list[Profile]:
        """Return who signed."""
        return [one for one in self.profiles if one.signed_on]
