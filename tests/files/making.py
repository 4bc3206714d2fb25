"""Makes real small files, and hostile ones. Plain functions that return bytes."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<m:file-entry m:full-path="/" m:media-type="{kind}">{inside}</m:file-entry></m:manifest>'
)
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/{part}" ContentType="{kind}"/></Types>'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
BOMB_OF_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><a>&j;</a>"
)
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
BLOW_UP = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "' + b"y" * 50_000 + b'">]><a>' + b"&x;" * 50_000 + b"</a>"


def package(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip of these parts, in this order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return made.getvalue()


def open_document(kind: str = ODT, *, locked: bool = False, **parts: Any) -> bytes:
    """An OpenDocument; `parts` are added, with _ for / in their names where that is easier to write."""
    inside = "<m:encryption-data/>" if locked else ""
    content: dict[str, bytes | str] = {
        "mimetype": kind,
        "content.xml": "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>",
        "META-INF/manifest.xml": _MANIFEST.format(kind=kind, inside=inside),
    }
    return package({**content, **parts}, stored=("mimetype",))


def docx(kind: str = _WORD, **parts: Any) -> bytes:
    """A Word document."""
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES.format(part="word/document.xml", kind=kind),
        "word/document.xml": "<w:document xmlns:w='urn:w'><w:body><w:p/></w:body></w:document>",
    }
    return package({**content, **parts})


def xlsx(**parts: Any) -> bytes:
    """An Excel workbook."""
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES.format(part="xl/workbook.xml", kind=_EXCEL),
        "xl/workbook.xml": "<workbook/>",
    }
    return package({**content, **parts})


def pdf(*, locked: bool = False, body: bytes = b"") -> bytes:
    """A PDF of one empty page, with a cross-reference table."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    ]
    made = b"%PDF-1.7\n" + body
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, one)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b"/Encrypt 9 0 R" if locked else b""
    return made + table + b"trailer<</Size 4/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (lock, len(made))


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose left half is dark and whose right half is light."""
    image = Image.new(mode, size, "navy" if mode in {"RGB", "RGBA"} else 0)
    light = Image.new(mode, (size[0] // 2, size[1]), "orange" if mode in {"RGB", "RGBA"} else 200)
    image.paste(light, (size[0] - size[0] // 2, 0))
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def photo_with_secrets() -> bytes:
    """A JPEG with a place on earth, a comment and a colour profile, that must be turned a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 27.0), 3: "E", 4: (4.0, 18.0, 1.0)})
    exif[0x010F] = "Geheime Camera"
    return picture("JPEG", exif=exif, comment=b"geheime opmerking")


def picture_of(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels; a few bytes only."""
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND")
    )


def _chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_lying_size(made: bytes, name: bytes, says: int) -> bytes:
    """Rewrite the unpacked size that both headers of one entry name."""
    found = bytearray(made)
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        place = -1
        while (place := found.find(mark, place + 1)) >= 0:
            if bytes(found[place + name_at : place + name_at + len(name)]) == name:
                found[place + size_at : place + size_at + 4] = struct.pack("<I", says)
    return bytes(found)


def overlapping_bomb(count: int = 1000, unpacked: int = 1_000_000) -> bytes:
    """Many names for one packed content, as in the bombs of D. Fifield: each entry stands at the same place."""
    base = package({"[Content_Types].xml": _TYPES.format(part="word/document.xml", kind=_WORD), "a": b"\0" * unpacked})
    end = base.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", base, end + 16)[0]
    listed = base[start:end]
    last = listed.rfind(b"PK\x01\x02")
    directory = listed + listed[last:] * (count - 1)
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(directory), start, 0)
    return base[:start] + directory + closing
