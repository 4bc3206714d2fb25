"""What domain code raises when it refuses; views turn each into an honest status code."""


def N_(sentence: str) -> str:  # noqa: N802 - the name that translators' tools look for
    """Mark a Dutch sentence for the translators; the page that shows it looks the translation up."""
    return sentence


class _Said(Exception):
    """An exception with a sentence for the reader: Dutch, with `values` for its placeholders ("%(year)s")."""

    def __init__(self, sentence: str = "", **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


class Refused(_Said):
    """The rules do not allow this now; the sentence says why (422). Written as Refused(N_("..."), year=year)."""


class Conflict(_Said):
    """Somebody else changed the same thing meanwhile; both texts must stay on the screen (409)."""


class ContentError(Exception):
    """A content file is wrong; the message names file, line and reason, and nothing of it was loaded."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        where = f"{file}, regel {line}" if line else file
        super().__init__(f"{where}: {reason}")
