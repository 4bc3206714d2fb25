"""How gunicorn serves the site: two processes of eight threads, the application loaded once before they part."""

import os
from functools import partial

from gunicorn import util

from website.config import whole_number
from website.serving import QuietLogger, refuse_example_in_production, write_refusal

bind = os.environ.get("BIND") or f"127.0.0.1:{whole_number('PORT', 8000, most=65_535)}"
workers = whole_number("WEB_CONCURRENCY", 2, least=1, most=256)
# Threads, so that somebody with a slow line (an upload of 20 MB) keeps nobody else waiting.
worker_class = "gthread"
threads = whole_number("THREADS", 8, least=1, most=64)
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
control_socket_disable = True  # all that the site keeps is in its data folder
# Bytes of the line with the address, as many as gunicorn can bound; a longer one gets 414 from write_refusal.
limit_request_line = 8190
max_requests = 20_000
max_requests_jitter = 2_000
logger_class = QuietLogger
accesslog = None  # the application writes a line for each request (common/web/logs.py)
forwarded_allow_ips = ""  # what a proxy says of the visitor counts by TRUSTED_PROXIES only

util.write_error = partial(write_refusal, https=os.environ.get("SITE_URL", "").startswith("https://"))


def on_starting(server: object) -> None:
    """Look whether what is served may be on the internet."""
    from wsgi import app

    refuse_example_in_production(app.extensions["settings"], app.extensions["database"])


def post_fork(server: object, worker: object) -> None:
    """Let no two processes share a database connection."""
    from wsgi import app

    app.extensions["database"].engine.dispose(close=False)
