"""PDFs by typst, accessible (PDF/UA-1) and fit for an archive (PDF/A-2a), of a source and data kept well apart.

Each is made by a small process of its own (common/typesetting_process.py) that can open no file and no connection, and
is ended when it takes too long or too much. So the source may come from somebody who is not trusted. Hostile text in
the data prints as text: it reaches typst as JSON, never as part of the source.
"""

import json
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from common.clock import now

SECONDS: Final = 20
"""How long one PDF may take, with starting the process; a receipt takes less than a tenth of one."""
MOST_INPUT: Final = 4_000_000
"""Bytes of source and data together."""
MOST_OUTPUT: Final = 20_000_000
"""Bytes of one PDF."""
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_PROCESS: Final = Path(__file__).with_name("typesetting_process.py")
_PRELUDE: Final = (
    "#let data = json(bytes(sys.inputs.data)); "
    "#set document(title: sys.inputs.title); "
    '#set text(lang: sys.inputs.lang, font: ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern", '
    '"New Computer Modern Math"))'
)
"""On one line, so that a message of typst counts one line more than the source has."""
_COVERED: Final = (
    (0x20, 0x7E), (0xA0, 0x4FF), (0x1D00, 0x2027), (0x202A, 0x2151), (0x2153, 0x2184), (0x2190, 0x23FF),
    (0x2460, 0x262F), (0x27B1, 0x2BFF),
)  # fmt: skip
"""The characters that the fonts within typst have; a test prints them all."""
_LONG_WORD: Final = re.compile(r"\S{80}(?=\S)")
_PLACE: Final = re.compile(r"__typst_py_bytes__\.typ:(\d+)")


class TypesettingError(Exception):
    """No PDF came of it; `reason` is what typst says, for who wrote the source."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def pdf(source: str, data: Mapping[str, Any], *, title: str, language: str, moment: datetime | None = None) -> bytes:
    """Return a PDF of a typst source, in which `data` is the data as a dictionary.

    `title` and `language` ("nl", "en") become those of the document; begin the source with `#title()` to print the
    title. `moment` is when it was made: the same source, data and moment give the same bytes. A character that no font
    has prints as its number: [U+1F600]. Raises TypesettingError; takes about 60 ms, most of it the process.
    """
    inputs = {
        "data": json.dumps(_printable(data), ensure_ascii=False),
        "title": _text(title),
        "lang": language if re.fullmatch(r"[a-z]{2,3}", language) else "nl",
    }
    order = {"source": f"{_PRELUDE}\n{source}", "inputs": inputs, "timestamp": int((moment or now()).timestamp())}
    asked = json.dumps(order).encode()
    if len(asked) > MOST_INPUT:
        raise TypesettingError("more than can be printed")
    return _run(asked)


def _run(asked: bytes) -> bytes:
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 - our own file, and nothing of a reader on the command line
                [sys.executable, "-I", str(_PROCESS)], input=asked, capture_output=True, timeout=SECONDS, check=False,
                env={"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError) as error:
            raise TypesettingError(f"no PDF within {SECONDS} seconds: {type(error).__name__}") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise TypesettingError(_reason(done.stderr) or f"the process ended with {done.returncode}")
    if len(done.stdout) > MOST_OUTPUT:
        raise TypesettingError("more than one PDF may hold")
    return done.stdout


def _reason(said: bytes) -> str:
    """Return what typst said first, with the line of the source as its writer counts it."""
    words = said.decode(errors="replace").strip()[:2000]
    line = _PLACE.search(words)
    what = words.partition("\n")[0].removeprefix("error: ")
    return f"line {max(int(line[1]) - 1, 1)}: {what}" if line else what


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {_text(str(key)): _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def _text(value: str) -> str:
    """Return a text of which every character can be printed, and every line broken."""
    return _LONG_WORD.sub(lambda found: found[0] + "\u200b", "".join(map(_character, value)))


def _character(one: str) -> str:
    number = ord(one)
    if one == "\n" or (any(low <= number <= high for low, high in _COVERED) and unicodedata.category(one) != "Cn"):
        return one
    if one in "\t\r\u2028\u2029\u0085":
        return " "
    return "" if number < 0x20 or one == "\ufeff" else f"[U+{number:04X}]"
