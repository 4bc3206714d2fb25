"""Make the small outlines of the provinces from the map package: simplified, with the codes of the TOOI register."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

CODES = {
    "gr": ("pv20", "Groningen"),
    "fr": ("pv21", "Fryslân"),
    "dr": ("pv22", "Drenthe"),
    "ov": ("pv23", "Overijssel"),
    "fl": ("pv24", "Flevoland"),
    "ge": ("pv25", "Gelderland"),
    "ut": ("pv26", "Utrecht"),
    "nh": ("pv27", "Noord-Holland"),
    "zh": ("pv28", "Zuid-Holland"),
    "ze": ("pv29", "Zeeland"),
    "nb": ("pv30", "Noord-Brabant"),
    "li": ("pv31", "Limburg"),
}
TOLERANCE = 1.3
"""How far, in map units of which the map is 613 wide, a left-out point may lie from the line that is drawn."""

SMALLEST_RING = 4
Point = tuple[float, float]
TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")


def provinces(package: Path) -> dict[str, object]:
    """Read the map of the npm package and return {"viewbox": ..., "provinces": {code: {"name", "path"}}}."""
    source = (package / "index.js").read_text(encoding="utf-8").strip()
    data = json.loads(source.removeprefix("export default").strip().rstrip(";"))
    found = {}
    for location in data["locations"]:
        code, name = CODES[location["id"]]
        found[code] = {"name": name, "path": _simplified(location["path"])}
    missing = {code for code, _ in CODES.values()} - set(found)
    if missing:
        raise SystemExit(f"The map package has no outline of {', '.join(sorted(missing))}.")
    return {"viewbox": data["viewBox"], "provinces": dict(sorted(found.items()))}


def _simplified(path: str) -> str:
    rings = [_thinned(ring, TOLERANCE) for ring in _rings(path)]
    large = [ring for ring in rings if len(ring) >= SMALLEST_RING]
    return "".join(_as_path(ring) for ring in large or rings[:1])


def _rings(path: str) -> list[list[Point]]:
    """The rings of a path of moves and lines (m, M, l, L, h, v, z); other commands are refused."""
    tokens = TOKEN.findall(path)
    rings: list[list[Point]] = []
    command, at, x, y = "", 0, 0.0, 0.0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
            if command in "zZ":
                x, y = rings[-1][0]
                continue
        if command not in "mMlLhHvV":
            raise SystemExit(f"The map package uses the path command {command}, which this step cannot read.")
        if command in "hH":
            x, at = float(tokens[at]) + (x if command == "h" else 0.0), at + 1
        elif command in "vV":
            y, at = float(tokens[at]) + (y if command == "v" else 0.0), at + 1
        else:
            relative = command in "ml"
            x = float(tokens[at]) + (x if relative else 0.0)
            y = float(tokens[at + 1]) + (y if relative else 0.0)
            at += 2
        if command in "mM":
            rings.append([(x, y)])
            command = "l" if command == "m" else "L"
        else:
            rings[-1].append((x, y))
    return rings


def _thinned(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's method, without recursion: leave out the points that the eye does not miss."""
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        farthest, distance = 0, 0.0
        for index in range(first + 1, last):
            away = _distance(points[index], points[first], points[last])
            if away > distance:
                farthest, distance = index, away
        if distance > tolerance:
            keep.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length == 0:
        return float(((point[0] - start[0]) ** 2 + (point[1] - start[1]) ** 2) ** 0.5)
    return float(abs(dy * (point[0] - start[0]) - dx * (point[1] - start[1])) / length)


def _as_path(ring: list[Point]) -> str:
    """Whole map units are enough at the size shown; relative steps keep the text short."""
    rounded = [(round(x), round(y)) for x, y in ring]
    text = f"M{rounded[0][0]} {rounded[0][1]}l"
    steps = []
    for before, after in pairwise(rounded):
        if after != before:
            steps.append(f"{after[0] - before[0]} {after[1] - before[1]}")
    return text + " ".join(steps) + "z"
