"""An address for every route, made from its rule, so that a new route is attacked without anybody thinking of it."""

import re
from collections.abc import Mapping

from flask import Flask
from werkzeug.routing import Rule

SLUGS = {"/afspraken": "mvoi-2022-2025", "/deelnemers": "gemeente-lindenveen"}
KNOWN = {"jaar": "2025", "sectie": "a", "number": "1", "verb": "publiceren", "name": "bestand.pdf"}


def fill(rule: str, known: Mapping[str, str] | None = None) -> str:
    """Return an address that fits the rule: records of the example world where the name is known, else a 1."""
    slug = next((slug for start, slug in SLUGS.items() if rule.startswith(start)), "actieplan-schrijven")
    values = {**KNOWN, "slug": slug, **(known or {})}

    def value(found: re.Match[str]) -> str:
        choice = re.match(r"any\(([^,)]+)", found.group(1) or "")
        return values.get(found.group(2), choice.group(1) if choice else "1")

    path = re.sub(r"<(?:([^:>]*):)?(\w+)>", value, rule)
    return f"{path}?organisatie=vb001" if rule.startswith("/mijn") else path


def rules(app: Flask, method: str) -> list[str]:
    """Return every rule that takes the method, but for the files."""
    found: list[Rule] = [one for one in app.url_map.iter_rules() if method in (one.methods or set())]
    return sorted({str(one) for one in found} - {"/static/<path:filename>"})
