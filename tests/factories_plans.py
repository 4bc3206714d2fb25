"""Plans of the demo authority in work: what the form gets typed, and a draft that is begun, adopted or published."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from common.ledger import SYSTEM, Actor
from common.vocabulary import vocabulary
from registry.agreements.models import Agreement
from registry.authorities.models import Authority, AuthorityVersion
from registry.plans.drafting import adopt, save_draft, start_draft
from registry.plans.fields import Typed, action_field, ambition_field, basis_of, of_content
from registry.plans.models import PlanDraft, PlanVersion
from registry.plans.publishing import publish
from tests.html_forms import form_on
from tests.report_form import typed

AGREEMENT = "voorbeeldafspraak"
DEMO, SLUG = "vb001", "gemeente-lindenveen"
WITHOUT_PLAN, WITHOUT_PLAN_SLUG = "Gemeente Kievitshoek", "gemeente-kievitshoek"
PATH = f"/mijn/plan/{AGREEMENT}"
ASKED = f"?organisatie={DEMO}"
PUBLIC = f"/deelnemers/{SLUG}/plannen/{AGREEMENT}"
WORD = "Zwaluwstaartverbinding"
COORDINATOR = Actor("coordinator")
CHANGES = {
    "reden": "Er is een nieuw college.",
    "vastgesteld_op": "2026-03-03",
    ambition_field("klimaat", "niveau"): "ambitieus",
    ambition_field("klimaat", "doel"): f"In 2030 bouwen wij met een {WORD}.",
}


def begin(browser: FlaskClient, path: str = PATH + ASKED) -> None:
    """Press the button that begins a plan or a revision."""
    page = browser.get(path)
    fields = form_on(page.text, path.replace("?", "/begin?"))
    assert browser.post(path.replace("?", "/begin?"), data=fields).status_code == 303


def opened(browser: FlaskClient) -> MultiDict[str, str]:
    """Open the form of the demo authority's plan as it stands on the screen."""
    return form_on(browser.get(PATH + ASKED).text, PATH + ASKED)


def send(
    browser: FlaskClient, fields: MultiDict[str, str], answers: dict[str, Any], *, to: str = "", button: str = "bewaar"
) -> TestResponse:
    """Type these answers in a form that was opened, and press a button or let it save itself (`to="/concept"`)."""
    return browser.post(f"{PATH}{to}{ASKED}", data=typed(fields, {"actie": button, **answers}))


def press(browser: FlaskClient, verb: str, **more: str) -> TestResponse:
    """Press one of the buttons of the page that looks the plan over; with a `version` also where it has none."""
    page = browser.get(f"{PATH}/nakijken{ASKED}").text
    fields = form_on(page, "/uitloggen" if "version" in more else f"{PATH}/{verb}")
    return browser.post(f"{PATH}/{verb}{ASKED}", data=typed(fields, more))


def draft_of(session: Session, code: str = DEMO) -> PlanDraft:
    """Begin a draft of an authority's plan in the example agreement, or return the one there is."""
    authority = session.scalars(select(Authority).filter_by(code=code)).one()
    agreement = session.scalars(select(Agreement).filter_by(slug=AGREEMENT)).one()
    return start_draft(session, authority, agreement, actor=SYSTEM)


def write(session: Session, draft: PlanDraft, **answers: str) -> None:
    """Let somebody type into a draft."""
    basis = basis_of(of_content(draft.content))
    rows = tuple(dict.fromkeys(name.split("__")[1] for name in answers if name.startswith("actie__")))
    assert not save_draft(session, draft, Typed(answers, rows), basis, actor=COORDINATOR).disputed


def publish_revision(session: Session, code: str = DEMO, **answers: str) -> PlanVersion:
    """Revise, adopt and publish a plan of the example world; the caller commits."""
    draft = draft_of(session, code)
    write(session, draft, **CHANGES, **answers)
    adopt(session, draft, draft.version, actor=COORDINATOR)
    return publish(session, draft, draft.version, actor=COORDINATOR)


def plan_values(session: Session) -> dict[str, str]:
    """Begin the demo authority's plan, and return what its routes need."""
    draft_of(session)
    return {"afspraak": AGREEMENT}


def publish_first(session: Session, name: str = WITHOUT_PLAN) -> PlanVersion:
    """Write, adopt and publish the first plan of an authority that had none; the caller commits."""
    code = session.scalars(
        select(Authority.code).join(Authority.versions).where(AuthorityVersion.name == name).limit(1)
    ).one()
    draft = draft_of(session, code)
    levels = {ambition_field(theme, "niveau"): "geen" for theme in vocabulary().themes}
    dates = {"periode_van": "2026-01-01", "periode_tot": "2028-12-31", "vastgesteld_op": "2026-03-03"}
    step = {action_field("1", "wat"): "Meten", action_field("1", "thema"): "klimaat"}
    typed_in = Typed({"titel": "Eerste plan", "vastgesteld_door": "college", **levels, **dates, **step}, ("1",))
    save_draft(session, draft, typed_in, {}, actor=COORDINATOR)
    adopt(session, draft, draft.version, actor=COORDINATOR)
    return publish(session, draft, draft.version, actor=COORDINATOR)
