"""Reads a form from a page as a browser without JavaScript would send it."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _FormReader(HTMLParser):
    """Collects the fields of the first form whose action begins with `action`."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: MultiDict[str, str] = MultiDict()
        self.found = False
        self._inside = False
        self._select: str | None = None
        self._textarea: str | None = None
        self._first: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.found and given.get("action", "").startswith(self.action):
            self.found = self._inside = True
        if not self._inside:
            return
        if tag == "input" and given.get("name"):
            chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if chosen and given.get("type") != "submit":
                self.fields.add(given["name"], given.get("value", "on"))
        elif tag == "select":
            self._select, self._first = given["name"], None
        elif tag == "option" and self._select:
            self._first = given["value"] if self._first is None else self._first
            if "selected" in given:
                self.fields.add(self._select, given["value"])
        elif tag == "textarea":
            self._textarea, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            if self._select not in self.fields:
                self.fields.add(self._select, self._first or "")
            self._select = None
        elif tag == "textarea" and self._textarea:
            self.fields.add(self._textarea, self._text.removeprefix("\n"))
            self._textarea = None


def form_on(html: str, action: str) -> MultiDict[str, str]:
    """Return the fields of the form that posts to `action`, with what stands in them."""
    reader = _FormReader(action)
    reader.feed(html)
    assert reader.found, f"no form to {action} on the page"
    return reader.fields
