"""An agreement that asks a report each year by a date gets one asked: the form opens by itself when the year ended."""

from datetime import date, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from common.ledger import Actor
from registry.editions.models import Edition, EditionDraft
from registry.obligations.models import Duty, DutyVersion
from registry.signatures.changing import change
from registry.signatures.models import Certainty, DatePrecision, Origin, Signature, SignatureParty, SignatureVersion
from tests.factories_agreements import NEW, make_agreement, versions
from tests.factories_review import make_authority
from tests.sites import sign_in


def sign_the_new_one(session: Session, signed_on: date) -> None:
    """Let an authority sign the agreement that a beheerder made, on that day."""
    (text,) = versions(session, NEW)
    body = make_authority(session, "gm9700", "Gemeente Jaardam")
    version = SignatureVersion(
        number=1, name_as_signed="Jaardam", signed_on=signed_on, date_precision=DatePrecision.DAY,
        certainty=Certainty.CERTAIN, origin=Origin.SOURCE, confirmed=False, source="https://voorbeeld.example",
        parties=[SignatureParty(authority_id=body.id)],
    )  # fmt: skip
    signed = Signature(
        key=f"{NEW}/jaardam", agreement_id=text.agreement_id, agreement_version_id=text.id, versions=[version]
    )
    session.add(signed)
    session.flush()
    change(session, signed, {"confirmed": True}, reason="Het besluit.", actor=Actor("beheerder", None))
    session.commit()


def asked(session: Session) -> list[tuple[int, date | None]]:
    """Return the years of which Jaardam owes a report, with the last day on time."""
    query = select(Duty.year, DutyVersion.due_on).join(DutyVersion.duty).where(Duty.code == "jaarrapportage")
    query = query.where(Duty.agreement.has(slug=NEW), DutyVersion.superseded_at.is_(None)).order_by(Duty.year)
    found = [(year, due_on) for year, due_on in session.execute(query)]
    session.rollback()
    return found


def look(app: Flask, *day: int) -> None:
    with frozen_at(datetime(*day, 9, tzinfo=AMSTERDAM)):  # type: ignore[misc, arg-type]
        app.test_cli_runner().invoke(args=["deadlines", "check"])


def test_a_report_is_asked_each_year_until_its_day(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    real = {one.agreement.slug for one in session.scalars(select(Edition))}
    session.rollback()
    make_agreement(sign_in(app, accounts["beheerder"]))
    with frozen_at(datetime(2027, 3, 1, 9, tzinfo=AMSTERDAM)):
        sign_the_new_one(session, date(2027, 2, 1))
    look(app, 2027, 12, 31)
    assert asked(session) == [], "the year has not ended"
    for _time in range(2):
        look(app, 2028, 1, 1)
    assert asked(session) == [(2027, date(2028, 6, 1))]
    look(app, 2029, 6, 2)
    assert asked(session) == [(2027, date(2028, 6, 1))], "its day had passed before anybody was asked"
    look(app, 2030, 6, 1)
    assert asked(session)[1:] == [(2029, date(2030, 6, 1))]
    look(app, 2032, 1, 1)
    assert len(asked(session)) == 2, "the period ended with 2030"
    opened = {one.agreement.slug for one in session.scalars(select(Edition))}
    assert opened == real | {NEW}, "an agreement that the register does not follow asks nothing"
    session.rollback()
    with frozen_at(datetime(2028, 6, 2, 9, tzinfo=AMSTERDAM)):
        page = app.test_client().get(f"/deelnemers/gemeente-jaardam?afspraak={NEW}").text
    assert "Rapportage over 2027" in page
    assert "1 dag te laat" in page.replace("\u00a0", " ")


def test_a_year_of_which_staff_write_the_form_is_left_to_them(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    make_agreement(sign_in(app, accounts["beheerder"]))
    (text,) = versions(session, NEW)
    draft = EditionDraft(agreement_id=text.agreement_id, year=2027, content={"questions": [], "sections": []})
    session.add(draft)
    session.commit()
    look(app, 2028, 1, 1)
    of_2027 = select(Edition.id).filter_by(agreement_id=text.agreement_id, year=2027)
    assert session.scalar(of_2027) is None
    session.delete(draft)
    session.commit()
    look(app, 2028, 1, 2)
    assert session.scalar(of_2027) is not None, "they left it, so that it opens by itself again"
