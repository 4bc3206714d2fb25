"""What domain code raises when it refuses; views turn each into an honest status code."""


class Refused(Exception):
    """The rules do not allow this now; the message says why, in the reader's words (422)."""


class Conflict(Exception):
    """Somebody else changed the same thing meanwhile; both texts must stay on the screen (409)."""


class ContentError(Exception):
    """A content file is wrong; the message names file, line and reason, and nothing of it was loaded."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        where = f"{file}, regel {line}" if line else file
        super().__init__(f"{where}: {reason}")
