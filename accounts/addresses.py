"""When two e-mail addresses are the same: the one rule, for finding an account, for counting tries and for keeping.

Addresses are kept as `address_key` writes them (accounts/models.py sees to it), so that Python and every database
compare alike: SQLite knows small letters of plain letters only.
"""

import unicodedata

from email_validator import EmailNotValidError, validate_email

LONGEST_ADDRESS = 255
"""Characters that the tables hold."""
_LOOKED_AT = 1000


def address_key(address: str) -> str:
    """Return an address in the one form of Unicode (NFC, RFC 6531 3.7.1) and in small letters, checked or not.

    Not `casefold`: that makes an s of a long s and ss of ß, which are other people's addresses.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).lower())


def normal_address(text: str) -> str | None:
    """Return the address that was typed as it is kept; None where it is no address.

    An address that passes holds no line ends or other control characters, so it adds no header to a mail.
    """
    try:
        found = address_key(validate_email(text.strip()[:_LOOKED_AT], check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
    return found if len(found) <= LONGEST_ADDRESS else None
