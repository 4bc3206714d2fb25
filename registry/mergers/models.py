"""What was chosen at a merger: its table stands beside that of mergers, which may not move once something went over."""

from registry.authorities.models import Inheritance, MergerChoice

__all__ = ["Inheritance", "MergerChoice"]
