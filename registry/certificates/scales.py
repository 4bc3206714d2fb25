"""The two scales of the CO2-Prestatieladder, and whether a certificate holds on a day. Pure rules.

Source: handbook 3.x has five levels ("niveau"), handbook 4.0 has three treden (SKAO, co2-prestatieladder.nl). A level
and a trede are never compared or added up, so nothing here puts them in one order.
"""

import enum
from datetime import date

LEVELS = range(1, 6)
STEPS = range(1, 4)
BY_LEVEL = ("3.0", "3.1")
BY_STEP = ("4.0",)
HANDBOOKS = (*BY_LEVEL, *BY_STEP)
"""What a person can choose."""
UNSAID = "3.x"
"""A source tells the level, so the handbook was one of 3; it does not tell which. Only a content file says this."""


class Wrong(enum.StrEnum):
    """What is wrong with a handbook and what stands beside it."""

    HANDBOOK = "handbook"
    LEVEL_MISSING = "level_missing"
    STEP_MISSING = "step_missing"
    LEVEL_WITH_STEPS = "level_with_steps"
    STEP_WITH_LEVELS = "step_with_levels"


class CertificateState(enum.StrEnum):
    """How a certificate stands on a day."""

    NOT_YET = "not_yet"
    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    """No source tells until when it is valid."""


def wrong_with(handbook: str, level: int | None, step: int | None) -> Wrong | None:
    """Say what is wrong with these together; None when they fit. A handbook has one scale, and one value on it."""
    if handbook in (*BY_LEVEL, UNSAID):
        if step is not None:
            return Wrong.STEP_WITH_LEVELS
        return None if level in LEVELS else Wrong.LEVEL_MISSING
    if handbook in BY_STEP:
        if level is not None:
            return Wrong.LEVEL_WITH_STEPS
        return None if step in STEPS else Wrong.STEP_MISSING
    return Wrong.HANDBOOK


def state_on(valid_from: date | None, valid_until: date | None, day: date) -> CertificateState:
    """Say how a certificate stands on `day`; its last day is a day on which it is valid."""
    if valid_from is not None and day < valid_from:
        return CertificateState.NOT_YET
    if valid_until is None:
        return CertificateState.UNKNOWN
    return CertificateState.EXPIRED if valid_until < day else CertificateState.VALID
