"""The page with the form of a guide, as the views show it: empty, filled, wrong, or beside what somebody else saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.models import User
from common.clock import today
from common.markdown import render_markdown
from common.markdown_bounds import too_much_of
from common.typed import clean_text
from common.vocabulary import product_group_names
from common.web.database import no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from kb.guides.clashes import own_texts, shown_clashes, taken_words
from kb.guides.desk import guides_like, row_of, titles_of
from kb.guides.desk_blueprint import desk_actor
from kb.guides.entrusting import original_of
from kb.guides.fields import GuideFields, fields_of, reviewed_by, too_long
from kb.guides.forms import GuideForm, checked_form, form_of, labels, named_guides, typed_form, wanted_address
from kb.guides.kept_texts import KeptText, others_typed
from kb.guides.merging import MergedFields
from kb.guides.models import Guide, Revision
from kb.guides.reference_forms import no_links, understood
from kb.guides.renaming import present_addresses
from kb.guides.scheduling import scheduled_revision
from kb.guides.tabs import find_typed as find_kept
from kb.guides.tabs import is_tab, mark_of, new_tab, path_of
from kb.guides.writing import RevisionConflict, is_taken, merge_with_newest, revision_with
from kb.permissions import may_entrust_guide, may_publish_guide


@dataclass
class Desk:
    """One request at the form of a guide: the guide, what was typed, and which open page it is."""

    session: Session
    guide: Guide | None
    newest: Revision | None
    form: GuideForm
    tab: str = ""
    source: str = ""
    """Which kept text this page goes on with."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """All that the page sent, as it was sent."""

    @property
    def slug(self) -> str:
        """The address of the guide; "" for a new one."""
        return self.guide.slug if self.guide else ""


def opened(session: Session, guide: Guide | None, newest: Revision | None, form: GuideForm) -> tuple[Desk, bool]:
    """Return a page that opens, with what this person typed and did not save where the address asks for it (?tab=)."""
    slug = guide.slug if guide else ""
    kept = find_kept(session, current_user.id, slug, request.args.get("tab", ""))
    if kept is None:
        return Desk(session, guide, newest, form, new_tab()), False
    values = MultiDict((name, value) for name, values in kept.fields.items() for value in values)
    return Desk(session, guide, newest, typed_form(values), new_tab(), mark_of(kept), values), True


def sent(session: Session, guide: Guide | None, newest: Revision | None) -> tuple[Desk, str]:
    """Return the page that was sent, its form checked, and what of the [[names]] in its text became no link."""
    form, unknown = _checked(session, guide, request.form)
    return Desk(session, guide, newest, form, _tab(), request.form.get("uit", ""), request.form), unknown


def _checked(session: Session, guide: Guide | None, typed_values: MultiDict[str, str]) -> tuple[GuideForm, str]:
    values = typed_values.copy()
    read = understood(session, clean_text(values.get("tekst", "")))
    values["tekst"] = read.body
    typed = typed_form(values)
    taken = is_taken(session, wanted_address(typed)) if guide is None else None
    known = present_addresses(session, named_guides(typed))
    without = {slug: now for slug, now in known.items() if guide is None or now != guide.slug}
    return checked_form(values, without, taken=taken), no_links(read)


def reviewed_fields(session: Session, guide: Guide, form: GuideForm) -> GuideFields | None:
    """Return what a form says, with the role of who looked the guide over; None where the form is wrong."""
    base = revision_with(session, guide, form.base)
    return form.fields and reviewed_by(form.fields, fields_of(base) if base else None, desk_actor().role)


def previewed(session: Session, guide: Guide | None, newest: Revision | None) -> Desk:
    """Return the page that was sent, as it was typed."""
    return Desk(session, guide, newest, typed_form(request.form), _tab(), request.form.get("uit", ""), request.form)


def _tab() -> str:
    tab = request.form.get("tab", "")
    return tab if is_tab(tab) else new_tab()


def form_page(desk: Desk, *, status: int = 200, **more: Any) -> Response:
    """Render the form with whatever was typed, and its preview."""
    form, slug, session = desk.form, desk.slug, desk.session
    body = form.texts.get("tekst", "")
    unshown = too_long(body) or ("tekst" in form.errors and too_much_of(body))
    names = titles_of(session, form.lists["verwant"])
    return no_store(
        render(
            "kb/guides/edit.html",
            status=status,
            desk=desk,
            slug=slug,
            newest=desk.newest,
            form=form,
            preview=None if unshown else render_markdown(understood(session, body).body, _language(form)),
            row=row_of(session, slug) if slug else None,
            waiting=scheduled_revision(session, desk.guide) if desk.guide else None,
            related=[*names.items(), *guides_like(session, form.lists["themas"], {slug, *names})],
            group_names=product_group_names(),
            keeper_fields=keeper_fields,
            page_path=path_of(slug, desk.tab),
            action=url_for("guide_desk.save", slug=slug) if slug else url_for("guide_desk.create"),
            preview_url=url_for("guide_desk.preview", slug=slug),
            keep_url=url_for("guide_desk.keep", slug=slug),
            drop_url=url_for("guide_desk.drop", slug=slug),
            kept_elsewhere=_kept_elsewhere(desk),
            labels=labels(),
            may_publish=may_publish_guide(current_user),
            may_entrust=may_entrust_guide(current_user),
            today=today(),
            **{"own_texts": own_texts(desk.typed), **more},
        )
    )


def _kept_elsewhere(desk: Desk) -> list[KeptText]:
    if desk.source:
        return []
    saved = None
    if desk.guide and desk.newest:
        saved = form_of(fields_of(desk.newest), desk.newest.number, original_of(desk.session, desk.guide))
    return others_typed(desk.session, current_user.id, desk.slug, saved)


def _language(form: GuideForm) -> str:
    return "en" if form.texts.get("taal") == "en" else "nl"


def conflict_page(desk: Desk, conflict: RevisionConflict) -> Response:
    """Show both texts of everything that cannot be merged, with what was chosen so far (409)."""
    return form_page(desk, status=409, **_two_texts(desk, conflict.newest, conflict.merged))


def opened_page(desk: Desk, *, restored: bool, older: Revision | None) -> Response:
    """Render a page that opens; where it was kept with two texts on it, both stand there again."""
    guide, more = desk.guide, {}
    if guide and desk.newest and own_texts(desk.typed):
        form, _unknown = _checked(desk.session, guide, MultiDict(desk.typed))
        fields = reviewed_fields(desk.session, guide, form)
        both = merge_with_newest(desk.session, guide, fields, form.base) if fields else None
        more = _two_texts(desk, desk.newest, both) if both and both.clashes else {}
    return form_page(desk, restored=restored, older=None if restored else older, **more)


def _two_texts(desk: Desk, newest: Revision, merged: MergedFields | None) -> dict[str, Any]:
    since = saved_by(desk.session, newest, desk.form.base)
    clashes, left = shown_clashes(merged, desk.typed) if merged else ([], own_texts(desk.typed))
    taken = [name for name in merged.taken if not _clashes(name, merged.clashes)] if merged else []
    return {
        "conflict": True,
        "clashes": clashes,
        "own_texts": left,
        "taken": taken_words(tuple(taken)),
        "by_myself": all(user_id == current_user.id for user_id, _name in since),
        "others": [name for user_id, name in since if user_id != current_user.id],
    }


def _clashes(name: str, clashes: Sequence[object]) -> bool:
    return any(getattr(clash, "name", "").partition("#")[0] == name for clash in clashes)


def saved_by(session: Session, newest: Revision, base: int) -> list[tuple[int | None, str]]:
    """Return who saved this guide after revision `base`, each once: number and name; of a file neither."""
    since = (
        select(User.id, User.name)
        .select_from(Revision)
        .outerjoin(User, User.id == Revision.author_id)
        .where(Revision.guide_id == newest.guide_id, Revision.number > base, Revision.number <= newest.number)
        .distinct()
    )
    return [(row.id, row.name or "") for row in session.execute(since.order_by(User.name))]
