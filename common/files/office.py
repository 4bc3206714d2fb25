"""Tells ODT, ODS, DOCX and XLSX by what is inside, and refuses macros, encryption and XML that attacks its reader."""

import re
import tempfile
from typing import Any, BinaryIO, cast
from xml.sax import SAXException
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from defusedxml.expatreader import DefusedExpatParser

from common.files import packages
from common.files.packages import Budget, Entry, Package
from common.files.rejecting import Reason, Rejected

OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE_OPEN = {_WORD: ".docx", _EXCEL: ".xlsx"}
_MAIN_PARTS = {f"{_WORD}.main+xml": _WORD, f"{_EXCEL}.main+xml": _EXCEL}
_CONTENT_TYPES = "[Content_Types].xml"
_CONTENT_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
LARGEST_LIST = 2 * 1024 * 1024
"""Bytes of a part that is read whole: the list of content types, the manifest."""
LARGEST_XML = 60 * 1024 * 1024
DEEPEST_XML = 256
LONGEST_TOKEN = 4 * 1024 * 1024
"""Bytes of one tag with its attributes; the parser keeps it in memory until it ends."""
_MACRO_TYPE = re.compile(r"macro|vbaproject|vbadata|activex", re.I)
_MACRO_NAME = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml)$|(^|/)(basic|scripts|macrosheets|activex)/", re.I)
_FAR_TEMPLATE = re.compile(r"/(attachedTemplate|oleObject|frame|subDocument)$")
_FAR = re.compile(r"(?i)\s*(https?:|ftp:|mhtml:|file:/*[^/]*\\\\|\\\\|//)")


def check_office(stream: BinaryIO, size: int, budget: Budget | None = None, *, inside: bool = False) -> str:
    """Return the media type of an office document after reading all of it.

    Raises Rejected: UNKNOWN for another kind of zip, MACROS, LOCKED, TOO_MUCH_INSIDE, BROKEN.
    """
    budget = budget or Budget()
    package = Package(stream, size, budget)
    media_type = _kind(package)
    for entry in package.entries:
        if _MACRO_NAME.search(entry.name):
            raise Rejected(Reason.MACROS)
        _check_entry(package, entry, budget, inside=inside)
    return media_type


def _kind(package: Package) -> str:
    first = package.entries[0] if package.entries else None
    if first and first.name == "mimetype":
        return _open_document(package, first)
    types = package.find(_CONTENT_TYPES)
    if types is None:
        raise Rejected(Reason.UNKNOWN)
    return _office_open(package, types)


def _open_document(package: Package, first: Entry) -> str:
    """Tell an OpenDocument by its first entry (ODF 1.3 part 2, 3.3) and read the manifest for a lock or scripts."""
    media_type = _whole(package, first, 200).decode("ascii", "replace")
    manifest = package.find("META-INF/manifest.xml")
    if media_type not in OPEN_DOCUMENT or first.method:
        raise Rejected(Reason.UNKNOWN)
    if manifest is None or not package.find("content.xml"):
        raise Rejected(Reason.BROKEN)
    for element in _tree(package, manifest).iter():
        if element.tag.endswith("}encryption-data"):
            raise Rejected(Reason.LOCKED)
    return media_type


def _office_open(package: Package, types: Entry) -> str:
    """Tell an Office Open XML document by the type of its main part (ECMA-376 part 2, 10.1.2)."""
    found = None
    for element in _tree(package, types):
        content_type = str(element.get("ContentType", ""))
        if _MACRO_TYPE.search(content_type):
            raise Rejected(Reason.MACROS)
        if element.tag == f"{_CONTENT_TYPE}Override" and package.find(element.get("PartName", "").lstrip("/")):
            found = found or _MAIN_PARTS.get(content_type)
    if found is None:
        raise Rejected(Reason.UNKNOWN)
    return found


def _whole(package: Package, entry: Entry, most: int) -> bytes:
    if entry.unpacked > most:
        raise Rejected(Reason.TOO_MUCH_INSIDE)
    return b"".join(package.pieces(entry))


def _tree(package: Package, entry: Entry) -> Any:
    try:
        return fromstring(_whole(package, entry, LARGEST_LIST), forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise Rejected(Reason.BROKEN) from error


def _check_entry(package: Package, entry: Entry, budget: Budget, *, inside: bool) -> None:
    """Unpack one entry: XML is parsed, a package in the package is looked into once, anything else is counted."""
    if entry.name.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
        _check_xml(package, entry, budget)
        return
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as copy:
        head, size = b"", 0
        for piece in package.pieces(entry, highest_ratio=packages.HIGHEST_RATIO):
            if len(head) < 2:  # the first pieces may be empty
                head += piece[:2]
            if size < 2 or head.startswith(b"PK"):
                copy.write(piece)
            size += len(piece)
        if head.startswith(b"PK"):
            if inside:  # a package in a package in a package: nobody needs it, and a bomb does
                raise Rejected(Reason.TOO_MUCH_INSIDE)
            check_office(cast(BinaryIO, copy), size, budget, inside=True)


class _Counting(DefusedExpatParser):  # type: ignore[misc]  # the library has no types
    """Reads XML without keeping it; no document type, so no entities; counts elements and depth."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._depth, self._fed = budget, 0, 0
        super().__init__(forbid_dtd=True)

    def feed_piece(self, piece: bytes) -> None:
        """Parse on. Raises Rejected when one tag goes on for too long."""
        self._fed += len(piece)
        self.feed(piece)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Rejected(Reason.TOO_MUCH_INSIDE)

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        """Count, and look at relations that make the reader's program fetch something from elsewhere."""
        self._depth += 1
        self._budget.elements -= 1
        if self._depth > DEEPEST_XML or self._budget.elements < 0:
            raise Rejected(Reason.TOO_MUCH_INSIDE)
        if name.endswith("Relationship") and _fetches(AttributesImpl(attrs)):
            raise Rejected(Reason.MACROS)

    def end_element(self, name: str) -> None:
        """Go up one level."""
        self._depth -= 1


def _fetches(attributes: "AttributesImpl[str]") -> bool:
    """Say whether this relation loads a template or an object from another machine (a known way to bring macros)."""
    return (
        attributes.get("TargetMode", "") == "External"
        and bool(_FAR_TEMPLATE.search(attributes.get("Type", "")))
        and bool(_FAR.match(attributes.get("Target", "")))
    )


def _check_xml(package: Package, entry: Entry, budget: Budget) -> None:
    if entry.unpacked > LARGEST_XML:
        raise Rejected(Reason.TOO_MUCH_INSIDE)
    parser = _Counting(budget)
    try:
        for piece in package.pieces(entry):
            parser.feed_piece(piece)
        if entry.unpacked:
            parser.close()
    except (DefusedXmlException, SAXException, ValueError, LookupError) as error:
        raise Rejected(Reason.BROKEN) from error
