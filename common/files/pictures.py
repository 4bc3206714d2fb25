"""Makes a picture anew from its pixels: no metadata, nothing hung behind it, upright, in sRGB."""

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image, ImageCms, ImageOps

from common.files.rejecting import Reason, Rejected

MOST_PIXELS = {"PNG": 25_000_000, "JPEG": 25_000_000, "WEBP": 12_000_000}
"""Of the picture as it comes in: four bytes each in every copy that is made, and the reader of WebP makes five."""
LONGEST_SIDE = 2400
"""Pixels; a larger picture is made smaller. Twice the widest place a page has for one."""
LARGEST_PROFILE = 4 * 1024 * 1024
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_MAY_MOVE = {"PNG", "WEBP"}
# A JPEG of a telephone may hold a second picture (depth, light); only the first is kept, which is the one that shows.
_OPTIONS: dict[str, dict[str, object]] = {
    "PNG": {},
    "JPEG": {"quality": 88, "progressive": True},
    "WEBP": {"quality": 88, "method": 4},
}


@dataclass(frozen=True)
class Picture:
    """A picture as the site keeps it."""

    content: io.BytesIO
    width: int
    height: int


def remake_picture(stream: BinaryIO, media_type: str) -> Picture:
    """Return the picture, made anew in its own format.

    Raises Rejected: BROKEN, MOVING (more than one frame), TOO_MANY_PIXELS (asked of the header, before unpacking).
    """
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is lower
            with Image.open(stream, formats=[_FORMATS[media_type]]) as image:
                _check(image, _FORMATS[media_type])
                return _written(_prepared(image), _FORMATS[media_type])
    except Image.DecompressionBombError as error:
        raise Rejected(Reason.TOO_MANY_PIXELS) from error
    except Rejected:
        raise
    except Exception as error:  # decoders raise whatever a broken file makes them stumble over
        raise Rejected(Reason.BROKEN) from error


def _check(image: Image.Image, picture_format: str) -> None:
    if image.width * image.height > MOST_PIXELS[picture_format]:
        raise Rejected(Reason.TOO_MANY_PIXELS)
    if picture_format in _MAY_MOVE and getattr(image, "n_frames", 1) > 1:
        raise Rejected(Reason.MOVING)


def _prepared(image: Image.Image) -> Image.Image:
    """Return upright pixels in sRGB, grey or with transparency, no larger than the site shows."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unpacked at a half or a quarter
    profile = image.info.get("icc_profile")
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    made = _plain(_in_srgb(image, profile) if profile else image)
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return made


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode not in {"RGB", "CMYK"} or len(profile) > LARGEST_PROFILE:
        return image
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return cast(Image.Image, ImageCms.profileToProfile(image, source, target, outputMode="RGB"))
    return image  # a profile that cannot be read is left out, as a browser does


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")  # sixteen bits a pixel
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in {"1", "L"} else "RGB"
    return image if image.mode == mode and "transparency" not in image.info else image.convert(mode)


def _written(image: Image.Image, picture_format: str) -> Picture:
    image.info.clear()  # or text, comment, profile and EXIF would be written again
    if picture_format == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    content = io.BytesIO()
    image.save(content, picture_format, **_OPTIONS[picture_format])
    return Picture(content, image.width, image.height)
