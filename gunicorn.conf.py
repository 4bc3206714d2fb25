"""How gunicorn serves the site: two processes on one machine, the application loaded once before they part."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
control_socket_disable = True  # all that the site keeps is in its data folder
limit_request_line = 0  # our own pages answer a search text that is too long, and cut it
max_requests = 20_000
max_requests_jitter = 2_000


def post_fork(server: object, worker: object) -> None:
    """Let no two processes share a database connection."""
    from wsgi import app

    app.extensions["database"].engine.dispose(close=False)
