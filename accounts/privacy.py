"""What is held about a person, to hand out and to erase: the part that belongs to accounts."""

from typing import Final

ERASED_NAME: Final = "oud-medewerker"
"""What stands in the place of a name after erasing; pages say it in the reader's language (filter `person`)."""
