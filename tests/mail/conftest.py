"""Fixtures for mail: an empty outbox, and a mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.post import Post
from tests.mail.servers import MailHost


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """An outbox without the rest of the site."""
    made = Post(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def host() -> Iterator[MailHost]:
    """A mail server that does what it is told."""
    with MailHost() as running:
        yield running
