"""Makes sites for tests, and browsers that are signed in to them. Plain functions."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, event
from werkzeug.routing import Rule

from website.config import Settings, kept_secrets
from website.factory import create_app
from website.setup import set_up

# A password is hashed as in the world, but in less time: most tests are not about hashing.
QUICK_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


class TemplatesOnce(BytecodeCache):
    """Compiled templates, shared by the sites of one process: each test makes a site, and none changes a template."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = TemplatesOnce()


def _compile_each_route_once() -> None:
    """Share the compiled routes between the sites of one process: they were most of the time to make one.

    What Werkzeug makes of a rule depends on its text and its defaults only, and takes the rule itself as an argument.
    """
    compile_rule = Rule.compile
    kept: dict[tuple[object, ...], Rule] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), rule.subdomain, rule.merge_slashes)
        first = kept.setdefault(key, rule)
        if first is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, getattr(first, name).__func__.__get__(rule, None))

    Rule.compile = once  # type: ignore[method-assign, assignment]


_compile_each_route_once()


def make_site(folder: Path, *, settings: Mapping[str, Any] | None = None, **config: object) -> Flask:
    """Make the application on the data in `folder`, with CSRF protection on as in the world.

    `settings` changes fields of Settings (website/config.py); other keywords are Flask's configuration.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = kept_secrets(folder / "secrets.json")
    made = Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'manifestkompas.sqlite'}",
        secret_key=kept["secret_key"],
        password_salt=kept["password_salt"],
        site_url="http://localhost",
        rate_limits=False,  # tests ask a lot from one address; those of the limits switch them on
    )
    config = {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": QUICK_HASH, **config}
    app = create_app(replace(made, **(settings or {})), TESTING=True, PROPAGATE_EXCEPTIONS=False, **config)
    app.jinja_env.bytecode_cache = TEMPLATES
    _share_statements(app.extensions["database"].engine)
    _trust_the_machine(app.extensions["database"].engine)
    return app


@cache
def _known_sqlite() -> Engine:
    """Return an engine that was connected once: its dialect knows the version of SQLite."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    return engine


def _share_statements(engine: Engine) -> None:
    """Share compiled SQL between the sites of one process: each makes an engine, which compiles all again."""
    if engine.dialect.name == "sqlite":
        engine.dialect, engine._compiled_cache = _known_sqlite().dialect, _known_sqlite()._compiled_cache


def _trust_the_machine(engine: Engine) -> None:
    """Let SQLite not wait for the disk: no test cuts the power. Servers that are killed run as usual."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def set_up_site(folder: Path, *, with_example: bool = True) -> None:
    """Migrate and load, as `flask setup` does."""
    site = make_site(folder)
    with site.app_context():
        set_up(with_example=with_example)


def read_accounts(folder: Path) -> dict[str, dict[str, str]]:
    """Return the example accounts that set-up wrote."""
    return dict(json.loads((folder / "example-accounts.json").read_text()))


def csrf_token(client: FlaskClient, path: str) -> str:
    """Return the CSRF token of the first form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found, f"no form with a token on {path}"
    return found.group(1)


def sign_in(app: Flask, account: dict[str, str]) -> FlaskClient:
    """Return a browser that is signed in with this account."""
    client = app.test_client()
    response = client.post(
        "/inloggen",
        data={**account, "csrf_token": csrf_token(client, "/inloggen")},
    )
    assert response.status_code in {302, 303}, response.text
    return client
