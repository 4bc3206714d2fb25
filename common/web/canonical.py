"""Hands out the canonical JSON of a public version: exactly the bytes whose SHA-256 is its fingerprint."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from common.fingerprints import fingerprint
from common.ledger import canonical_json


def as_canonical_response(content: Mapping[str, Any], name: str = "versie") -> Response:
    """Answer with the canonical JSON of `content`, to keep as `<name>-<first of its fingerprint>.json`.

    The fingerprint is the ETag too. `name` is a part of a file name: letters, digits and dashes.
    """
    mark = fingerprint(content)
    response = Response(canonical_json(content), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{mark[:8]}.json"'
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(mark)
    return response.make_conditional(request)  # type: ignore[return-value]
