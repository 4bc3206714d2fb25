"""What a WSGI server runs."""

from website.factory import create_app

app = create_app()
