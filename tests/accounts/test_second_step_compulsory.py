"""For whom a second step is compulsory, and that he gets nowhere before he has one."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.second_factor import second_step_required
from accounts.sign_in_models import Passkey
from common.clock import now
from tests.accounts.second_steps import SET_UP, give_password, set_up_app
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def strict(app: Flask) -> Flask:
    """A site on which staff must have a second step."""
    app.config["SECOND_FACTOR_REQUIRED"] = True
    return app


def person(session: Session, account: dict[str, str]) -> User:
    return session.scalars(select(User).where(User.email == account["email"])).one()


def test_it_is_compulsory_for_staff_where_no_example_account_exists(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    editor, employee = person(session, accounts["redacteur"]), person(session, accounts["invuller"])
    session.expunge_all()
    session.rollback()
    with app.test_request_context():
        assert not second_step_required(editor)
    session.execute(update(User).values(is_example=False))
    session.commit()
    with app.test_request_context():
        assert second_step_required(editor)
        assert not second_step_required(employee)
        app.config["SECOND_FACTOR_REQUIRED"] = False
        assert not second_step_required(editor)


@pytest.mark.parametrize("path", ["/", "/welkom", "/redactie", "/mijn/instellingen", "/kennisbank", "/en/redactie"])
def test_staff_without_one_get_nowhere_but_the_page_to_set_it_up(strict: Flask, accounts: Accounts, path: str) -> None:
    client = sign_in(strict, accounts["redacteur"])
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(SET_UP)
    assert "Voor de redactie is een tweede stap verplicht" in client.get(SET_UP).text


def test_nor_by_a_form_or_a_fragment(strict: Flask, accounts: Accounts) -> None:
    client = sign_in(strict, accounts["redacteur"])
    form = form_on(client.get(SET_UP).text, SET_UP)
    assert client.post("/redactie/gidsen/nieuw", data=form).headers["Location"].endswith(SET_UP)
    fragment = client.get("/redactie/gidsen", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (403, SET_UP)


def test_with_one_the_desk_opens(strict: Flask, accounts: Accounts) -> None:
    client = sign_in(strict, accounts["redacteur"])
    set_up_app(client)
    assert client.get("/redactie").status_code == 200
    assert give_password(strict, accounts["redacteur"]).get("/redactie").status_code == 303


def test_whoever_becomes_staff_while_signed_in_must_have_one_at_once(strict: Flask, accounts: Accounts) -> None:
    strict.config["SECOND_FACTOR_REQUIRED"] = False
    client = sign_in(strict, accounts["redacteur"])
    assert client.get("/redactie").status_code == 200
    strict.config["SECOND_FACTOR_REQUIRED"] = True
    assert client.get("/redactie").status_code == 303


def test_it_can_be_signed_out_of(strict: Flask, accounts: Accounts) -> None:
    client = sign_in(strict, accounts["redacteur"])
    form = form_on(client.get(SET_UP).text, "/uitloggen")
    assert client.post("/uitloggen", data=form).status_code == 303
    assert client.get("/").status_code == 200


def test_the_last_one_stays_where_it_is_compulsory(strict: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(strict, accounts["redacteur"])
    set_up_app(client)
    path, form = f"{SET_UP}/weghalen", form_on(client.get(SET_UP).text, "/uitloggen")
    assert client.get(path).status_code == client.post(path, data=form).status_code == 403
    session.add(Passkey(
        user_id=person(session, accounts["redacteur"]).id, credential_id=b"x", public_key=b"y", name="Sleutel",
        usage="first", backup_state=False, device_type="single_device", lastuse_datetime=now(),
    ))  # fmt: skip
    session.commit()
    assert client.post(path, data=form).status_code == 303
    session.expire_all()
    assert person(session, accounts["redacteur"]).tf_totp_secret is None
