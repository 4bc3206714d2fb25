"""Reading a guide in a browser: the contents follow, a wide table fits a phone, and htmx comes when it is needed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

# Playwright's own waiting evaluates text in the page, which the content security policy refuses.
HTMX_CAME = "() => new Promise(come => { const look = () => window.htmx ? come() : setTimeout(look, 20); look(); })"


def test_the_contents_follow_the_reading_and_htmx_comes_near_the_question(open_page: OpenPage) -> None:
    page = open_page("/kennisbank/co2-prestatieladder")
    contents = page.get_by_role("navigation", name="Op deze pagina")
    expect(contents.locator("[aria-current=true]")).to_have_text("Hoe de ladder werkt")
    contents.get_by_role("link", name="Wat u vastlegt").click()
    expect(contents.locator("[aria-current=true]")).to_have_text("Wat u vastlegt")
    expect(page).to_have_url(re.compile(r"#wat-u-vastlegt$"))
    page.get_by_role("button", name="Ja, dit was nuttig").scroll_into_view_if_needed()
    page.evaluate(HTMX_CAME)
    page.get_by_role("button", name="Ja, dit was nuttig").click()
    expect(page.locator("#nuttig")).to_contain_text("Dank")
    expect(page).to_have_url(re.compile(r"co2-prestatieladder(#wat-u-vastlegt)?$"))
    page.set_viewport_size({"width": 390, "height": 844})
    table = page.locator(".prose table.stack").first
    expect(table.get_by_role("rowheader").first).to_be_visible()
    for cell in table.get_by_role("cell").all()[1:6]:
        box = cell.bounding_box()
        assert box is None or box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
