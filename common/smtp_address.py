"""An address as it may go to a mail server: one address, in ASCII, that nothing can be smuggled in with."""

import re

import idna

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOOKS_LIKE_ONE = re.compile(r"<?[^\s<>@,;:\"']+@[^\s<>@,;:\"']+>?")
LONGEST = 254
"""Characters of an address: RFC 5321, 4.5.3.1.3, without the angle brackets."""


class BadAddress(ValueError):
    """The address cannot be used; the message does not hold it."""


def ascii_address(address: str) -> str:
    """Return the address with its domain in ASCII ("jan@gemeenté.nl" gives "jan@xn--gemeent-iya.nl").

    Raises BadAddress at line breaks, several addresses, quoted local parts, addresses that are too long, and at other
    letters than ASCII before the @: those need SMTPUTF8, which few servers of public bodies have.
    """
    local, _at, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise BadAddress("het deel voor de @ kan zo niet")
    try:
        found = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise BadAddress("het deel na de @ kan zo niet") from error
    if len(local) + 1 + len(found) > LONGEST:
        raise BadAddress("het is te lang")
    return f"{local}@{found}"


def sender_address(setting: str) -> tuple[str, str]:
    """Read MAIL_FROM ("Naam <adres>" or an address) into name and address. Raises BadAddress."""
    if any(ord(character) < 32 for character in setting):
        raise BadAddress("het heeft een regeleinde")
    found = re.fullmatch(r"\s*\"?([^<>\"]*?)\"?\s*<([^<>]+)>\s*", setting)
    return (found[1], ascii_address(found[2])) if found else ("", ascii_address(setting.strip()))


def without_addresses(text: str, address: str) -> str:
    """Return what a server said without the address it was about, in one line of at most 300 characters."""
    local = re.escape(address.rpartition("@")[0])
    text = _LOOKS_LIKE_ONE.sub("(adres)", " ".join(text.split()))
    if local:
        text = re.sub(rf"(?<!\w){local}(?!\w)", "(adres)", text, flags=re.IGNORECASE)
    return text[:300]
