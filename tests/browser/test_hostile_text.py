"""Three hundred hostile texts in a real browser, without the help of a Content-Security-Policy: no script runs."""

from playwright.sync_api import Browser, Page, Route

from common.markdown import render_markdown
from tests.hostile.markdown_inputs import RUNS, hostile_inputs

WATCH = """() => { window.ran = [];
  for (const name of ['alert', 'confirm', 'prompt']) window[name] = (what) => { window.ran.push(what); }; }"""
# What a reader may do to a text, all at once: press what can be pressed, move over it, jump to it.
TOUCH = """() => { for (const one of document.querySelectorAll('#tekst *')) {
  for (const kind of ['mouseover', 'mouseenter', 'focus', 'toggle', 'animationstart'])
    one.dispatchEvent(new Event(kind, {bubbles: true}));
  if (one.focus) one.focus();
  if (one.matches('a, button, summary') && !/^(https?|mailto|):$/.test(one.protocol)) one.click();
} }"""
HERE = "http://tekst.example/"
FRAME = "<!doctype html><html lang=nl><title>x</title><main><div id=tekst>{}</div></main>"


def quiet_page(browser: Browser, asked: list[str]) -> Page:
    """Return a page on which scripts are seen, and of which no request leaves the machine."""
    page = browser.new_page()

    def refuse(route: Route) -> None:
        if route.request.url == HERE:
            route.fulfill(body="<!doctype html>", content_type="text/html")
            return
        asked.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    page.goto(HERE)
    return page


def ran(page: Page, html: str) -> bool:
    """Say whether a script of this text runs, also when a reader touches everything in it."""
    page.evaluate(WATCH)
    page.set_content(FRAME.format(html), wait_until="domcontentloaded")
    page.evaluate(TOUCH)
    page.evaluate("() => new Promise(done => setTimeout(done, 5))")
    return bool(page.evaluate("window.ran.length"))


def test_of_three_hundred_hostile_texts_no_script_runs(browser: Browser) -> None:
    inputs, asked = hostile_inputs(), list[str]()
    page = quiet_page(browser, asked)
    assert len(inputs) >= 300
    texts = {name: render_markdown(f"Voor.\n\n{source}\n\nNa.").html for name, source in inputs.items()}
    got_through = [name for name, html in texts.items() if ran(page, html)]
    page.close()
    assert got_through == []
    assert [url for url in asked if "goed.example" not in url and "/bestanden/" not in url] == []


def test_a_text_that_nobody_cleaned_would_run(browser: Browser) -> None:
    page = quiet_page(browser, [])
    running = [attack for attack in RUNS if ran(page, attack)]
    assert len(running) > len(RUNS) * 2 / 3
    assert not ran(page, "<p>Gewone tekst.</p>")
    page.close()
