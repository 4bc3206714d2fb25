"""The pages of an import, made ready for showing."""

from typing import Any

from flask import Response, request, url_for

from common.files.models import Attachment
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from registry.agreements.reading import all_agreements
from registry.imports.outcome import WORDS
from website.imports.previewing import DEEDS, Look, chosen_rows, problem_words
from website.imports.taking import Taken

PER_PAGE = 50


def start_page(taken: Taken, *, status: int = 200) -> Response:
    """Return the page on which a file is chosen."""
    problems = [problem_words(one) for one in taken.problems]
    return no_store(render("registry/imports/index.html", taken=taken, problems=problems, status=status))


def preview_page(
    attachment: Attachment, found: Look, error: str = "", reason: str = "", *, status: int = 200
) -> Response:
    """Return the page with the choice of columns and the rows, fifty at a time."""
    deed = request.values.get("alleen", "")
    rows = chosen_rows(found.preview, deed if deed in DEEDS else "")
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(max(1, request.args.get("pagina", 1, stored_number)), pages)
    pairs = found.wishes.pairs()

    def address(**more: Any) -> str:
        values: dict[str, Any] = {**pairs, **more}
        return url_for("imports.preview", import_id=attachment.id, **values)

    return no_store(
        render(
            "registry/imports/preview.html",
            attachment=attachment,
            kind=attachment.subject.partition(":")[2],
            look=found,
            preview=found.preview,
            rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE],
            page=page,
            pages=pages,
            deed=deed,
            deed_words=WORDS,
            problem_words=problem_words,
            labels={one.name: one.label for one in found.fields},
            pairs=pairs,
            agreements=all_agreements(db()),
            error=error,
            reason=reason,
            url_for_page=lambda number: address(pagina=number, alleen=deed or None),
            url_for_deed=lambda one: address(alleen=one or None),
            status=status,
        )
    )
