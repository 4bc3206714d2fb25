"""What comes in and what does not: by content, whatever the name says."""

import io
import zipfile

import pytest
from PIL import Image, ImageCms

from common.files import packages
from common.files.accepting import accept, clean_name
from common.files.office import OFFICE_OPEN
from common.files.rejecting import LARGEST, Reason, Rejected
from tests.files import making
from tests.files.making import docx, open_document, package, pdf, picture, xlsx

TEMPLATE = (
    '<Relationships><Relationship Id="a" TargetMode="External" Target="https://elders.example/x.dotm"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
WORD, EXCEL = OFFICE_OPEN
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
ENCRYPTED_ENTRY = (
    docx()
    .replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0")
    .replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")
)

GOOD = {
    "pdf": (pdf(), "application/pdf"),
    "odt": (open_document(), making.ODT),
    "ods": (open_document(making.ODS), making.ODS),
    "docx": (docx(), WORD),
    "xlsx": (xlsx(), EXCEL),
    "docx with a workbook inside": (docx(**{"word/embeddings/a.xlsx": xlsx()}), WORD),
    "png": (picture("PNG"), "image/png"),
    "grey png with transparency": (picture("PNG", mode="LA"), "image/png"),
    "jpeg": (picture("JPEG"), "image/jpeg"),
    "cmyk jpeg": (picture("JPEG", mode="CMYK"), "image/jpeg"),
    "webp": (picture("WEBP"), "image/webp"),
}
BAD = {
    "nothing": (b"", Reason.EMPTY),
    "one byte too many": (b"%PDF-1.7\n" + b" " * (LARGEST - 8), Reason.TOO_LARGE),
    "program": (b"MZ\x90\0" + b"\0" * 400, Reason.UNKNOWN),
    "html": (b"<!doctype html><script>alert(1)</script>", Reason.UNKNOWN),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Reason.UNKNOWN),
    "gif": (picture("GIF", mode="L"), Reason.UNKNOWN),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.OLD_OFFICE),
    "plain zip": (package({"a.txt": "a"}), Reason.UNKNOWN),
    "zip of zips": (package({"a.zip": package({"b.zip": package({"c": b"\0" * 10**6})})}), Reason.UNKNOWN),
    "epub": (package({"mimetype": "application/epub+zip"}, stored=("mimetype",)), Reason.UNKNOWN),
    "docm by its type": (docx(MACRO_WORD), Reason.MACROS),
    "docx with a macro": (docx(**{"word/vbaProject.bin": b"x"}), Reason.MACROS),
    "odt with basic": (open_document(**{"Basic/Standard/Module1.xml": "<a/>"}), Reason.MACROS),
    "odt with scripts": (open_document(**{"Scripts/python/a.py": "1"}), Reason.MACROS),
    "template from elsewhere": (docx(**{"word/_rels/settings.xml.rels": TEMPLATE}), Reason.MACROS),
    "locked odt": (open_document(locked=True), Reason.LOCKED),
    "locked pdf": (pdf(locked=True), Reason.LOCKED),
    "locked entry": (ENCRYPTED_ENTRY, Reason.LOCKED),
    "pdf without an end": (pdf()[:-30], Reason.BROKEN),
    "pdf behind html": (b"<html>" + pdf(), Reason.UNKNOWN),
    "pdf with a zip behind": (pdf() + package({"a.txt": "a" * 3000}), Reason.BROKEN),
    "broken zip": (docx()[:-40], Reason.BROKEN),
    "zip behind a program": (b"MZ" + b"\0" * 500 + docx(), Reason.UNKNOWN),
    "zip with a comment": (docx()[:-2] + b"\x05\0hallo", Reason.BROKEN),
    "path upwards": (docx(**{"../../etc/cron.d/a": "a"}), Reason.BROKEN),
    "absolute path": (docx(**{"/etc/passwd": "a"}), Reason.BROKEN),
    "windows path": (docx(**{"a\\..\\b": "a"}), Reason.BROKEN),
    "entities in the types": (docx(**{"[Content_Types].xml": making.BOMB_OF_LAUGHS}), Reason.BROKEN),
    "entities in the text": (open_document(**{"content.xml": making.BOMB_OF_LAUGHS}), Reason.BROKEN),
    "file of the server": (docx(**{"word/document.xml": making.EXTERNAL}), Reason.BROKEN),
    "quadratic blow-up": (docx(**{"word/document.xml": making.BLOW_UP}), Reason.BROKEN),
    "deep xml": (docx(**{"word/document.xml": "<a>" * 300 + "</a>" * 300}), Reason.TOO_MUCH_INSIDE),
    "no xml": (docx(**{"word/document.xml": "<a"}), Reason.BROKEN),
    "bomb": (docx(**{"word/media/a.bin": b"\0" * 30_000_000}), Reason.TOO_MUCH_INSIDE),
    "overlapping bomb": (making.overlapping_bomb(), Reason.BROKEN),
    "smaller than it says": (making.with_lying_size(docx(), b"word/document.xml", 10), Reason.BROKEN),
    "larger than it says": (making.with_lying_size(docx(), b"word/document.xml", 10**9), Reason.TOO_MUCH_INSIDE),
    "bomb that says it is small": (
        making.with_lying_size(docx(**{"word/a.bin": b"\0" * 30_000_000}), b"word/a.bin", 100), Reason.BROKEN
    ),
    "too many entries": (docx(**{f"a{n}": "" for n in range(2100)}), Reason.TOO_MUCH_INSIDE),
    "package in a package in a package": (
        docx(**{"word/a.docx": docx(**{"word/b.docx": docx()})}), Reason.TOO_MUCH_INSIDE
    ),
    "bomb in a package in a package": (
        docx(**{"word/a.docx": docx(**{"word/b.bin": b"\0" * 30_000_000})}), Reason.TOO_MUCH_INSIDE
    ),
    "macro in a package in a package": (docx(**{"word/a.docx": docx(**{"word/vbaProject.bin": b"x"})}), Reason.MACROS),
    "png bomb": (making.picture_of(50_000, 50_000), Reason.TOO_MANY_PIXELS),
    "long png": (making.picture_of(2_000_000, 16), Reason.TOO_MANY_PIXELS),
    "cut jpeg": (picture("JPEG", (600, 400))[:2000], Reason.BROKEN),
    "cut png": (picture("PNG", (600, 400))[:200], Reason.BROKEN),
    "moving webp": (
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]), Reason.MOVING
    ),
    "moving png": (picture("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]), Reason.MOVING),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_file_comes_in_as_what_it_is(kind: str) -> None:
    content, media_type = GOOD[kind]
    accepted = accept(io.BytesIO(content))
    assert accepted.media_type == media_type
    assert accepted.size == len(accepted.content.read())


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_for_what_is_in_it(kind: str) -> None:
    content, reason = BAD[kind]
    with pytest.raises(Rejected) as refusal:
        accept(io.BytesIO(content))
    assert refusal.value.reason is reason


def test_a_photo_loses_place_camera_and_comment_and_stands_upright() -> None:
    sent = making.photo_with_secrets()
    assert b"Geheime Camera" in sent
    assert b"geheime opmerking" in sent
    accepted = accept(io.BytesIO(sent))
    kept = accepted.content.read()
    assert (accepted.width, accepted.height) == (40, 60)
    assert not any(word in kept for word in (b"Geheim", b"geheim", b"Exif", b"GPS", b"ICC_PROFILE"))


def test_a_colour_profile_is_worked_into_the_pixels_and_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    accepted = accept(io.BytesIO(picture("PNG", icc_profile=profile)))
    kept = Image.open(accepted.content)
    assert "icc_profile" not in kept.info
    assert kept.getpixel((0, 0)) == (0, 0, 128)


@pytest.mark.parametrize("hidden", [package({"a.class": "x"}), b"<script>alert(1)</script>", b"<?php phpinfo(); ?>"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_hangs_behind_a_picture_is_gone(kind: str, hidden: bytes) -> None:
    kept = accept(io.BytesIO(picture(kind) + hidden)).content.read()
    assert hidden not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))


def test_a_large_picture_is_made_smaller() -> None:
    accepted = accept(io.BytesIO(picture("JPEG", (4000, 3000))))
    assert (accepted.width, accepted.height) == (2400, 1800)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\plan 2026.PDF", "plan 2026.pdf"),
        ("factuur.pdf.exe", "factuur.pdf"),
        ("versie 1.2 van het rapport", "versie 1.2 van het rapport.pdf"),
        ("\u202efdp.exe\r\nSet-Cookie: a", "fdp.exeSet-Cookie a.pdf"),
        ("", "bestand.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_keeps_no_path_and_ends_as_the_content_does(given: str, kept: str) -> None:
    assert clean_name(given, "application/pdf") == kept


def test_the_limit_of_a_list_of_contents_is_asked_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_options: object) -> None:
        raise AssertionError("zipfile read the list")

    monkeypatch.setattr(packages.zipfile, "ZipFile", never)
    with pytest.raises(Rejected):
        accept(io.BytesIO(BAD["too many entries"][0]))
