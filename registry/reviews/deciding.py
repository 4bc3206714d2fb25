"""All that staff decide about a submitted report, in one place to call; each stands with its like."""

from registry.reviews.asking import Asked, ask, ask_at_once, release, settle, take
from registry.reviews.publishing import (
    accept,
    look_over,
    publish,
    publish_at_once,
    publish_in_emergency,
    reopen,
    unpublish,
)
from registry.reviews.standing import AlreadyDecided, decision_of, facts, in_force, why_not

__all__ = [
    "AlreadyDecided",
    "Asked",
    "accept",
    "ask",
    "ask_at_once",
    "decision_of",
    "facts",
    "in_force",
    "look_over",
    "publish",
    "publish_at_once",
    "publish_in_emergency",
    "release",
    "reopen",
    "settle",
    "take",
    "unpublish",
    "why_not",
]
