"""Measures filling in all 47 questions by keyboard alone, in a real browser: presses and seconds, from nothing and
with everything carried over from last year.

    python -m tools.measure_form [--chromium /usr/bin/chromium]

A site of its own under gunicorn on loopback, and an authority that never reported. The script presses Tab, arrows,
Space, Enter and the letters, and looks only at what has the focus: it clicks nothing and changes nothing by script.
The authorities that carry over have a published report over the year before. All is done with Tab alone, and with
Ctrl+Enter, which goes to the next question. Seconds are those of the machine, not of a person.
"""

import argparse
import os
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from common.database import open_database
from common.ledger import Actor
from registry.reports.models import Submission
from registry.reviews.publishing import publish_at_once
from tests.html_forms import form_on
from tests.report_form import ALL_ANSWERS
from tools.form_people import PASSWORD, Person, Server, prepare, served, typed

MOST = 3000
"""Presses after which a run has lost its way."""
WANTED: dict[str, str | list[str]] = {}
for _answers in ALL_ANSWERS.values():
    WANTED |= _answers


@dataclass
class Count:
    """What was pressed, and how long it took."""

    keys: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    fields: int = 0

    @property
    def presses(self) -> int:
        """All presses of a key."""
        return sum(self.keys.values())

    @property
    def actions(self) -> int:
        """Presses, with a word or number that is typed counted as one."""
        return self.presses - self.keys["letters"] + self.fields


class Typist:
    """Somebody with a keyboard and no mouse."""

    def __init__(self, page: Page, *, shortcut: bool) -> None:
        self.page, self.shortcut, self.count = page, shortcut, Count()
        self.done: set[str] = set()

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.count.keys[key] += 1
        if self.count.presses > MOST:
            raise SystemExit(f"lost at {self.page.url}: {self.focus().get_attribute('name')}")

    def write(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)
        self.count.keys["letters"] += len(text)
        self.count.fields += 1

    def focus(self) -> Locator:
        """Return what has the focus."""
        return self.page.locator(":focus")

    def section(self) -> None:
        """Fill in the page that is open, from its heading to its button."""
        address = self.page.url.partition("#")[0]
        while self.page.url.partition("#")[0] == address:
            self.onward()
            here = self.focus()
            if here.count() == 0:
                continue
            if here.get_attribute("value") == "verder" and here.get_attribute("name") == "actie":
                self.settle()
                self.press("Enter")
                self.page.wait_for_url(lambda url: url.partition("#")[0] != address, timeout=15_000)
                return
            self.answer(here)

    def onward(self) -> None:
        """Go to the next field, or past the rest of a question that is answered."""
        name = self.focus().get_attribute("name") if self.focus().count() else None
        question = (name or "").partition("__")[0]
        left = any(key.partition("__")[0] == question for key in WANTED if key not in self.done)
        self.press("Control+Enter" if self.shortcut and name and not left and name != "actie" else "Tab")

    def answer(self, here: Locator) -> None:
        """Give the answer that belongs to this field, unless something stands there already."""
        name, kind = here.get_attribute("name") or "", here.get_attribute("type") or ""
        wanted = WANTED.get(name)
        if wanted is None or (name in self.done and kind != "checkbox"):
            return
        before = self.done.copy()
        self.done.add(name)
        tag = "select" if here.locator("option").count() else "field"
        if kind == "radio":
            self.choose(name, str(wanted))
        elif kind == "checkbox":
            values = wanted if isinstance(wanted, list) else [wanted]
            if (here.get_attribute("value") in values) != here.is_checked():
                self.press("Space")
        elif tag == "select":
            if not here.input_value():
                self.pick(here, str(wanted))
        elif not here.input_value() and wanted:
            self.write(str(wanted))
        if before != self.done:
            self.wait_for_what_follows(name)

    def choose(self, name: str, wanted: str) -> None:
        """Go to the right one of a group of options; a choice that stands there already is left."""
        group = self.page.locator(f"input[name='{name}']")
        values = [group.nth(at).get_attribute("value") for at in range(group.count())]
        checked = [at for at in range(group.count()) if group.nth(at).is_checked()]
        if checked and (values[checked[0]] == wanted or not name.endswith("__leeg")):
            return
        steps = values.index(wanted) - (checked[0] if checked else 0)
        if not steps:
            self.press("Space")
        for _step in range(abs(steps)):
            self.press("ArrowDown" if steps > 0 else "ArrowUp")

    def pick(self, here: Locator, wanted: str) -> None:
        """Choose from a list with the arrows."""
        options = here.locator("option")
        values = [options.nth(at).get_attribute("value") for at in range(options.count())]
        for _step in range(values.index(wanted)):
            self.press("ArrowDown")

    def wait_for_what_follows(self, name: str) -> None:
        """Wait, as a person does, for a question that shows because of this answer."""
        names = list(WANTED)
        later = [key for key in names[names.index(name) + 1 :] if key not in self.done][:1]
        section = name[0]
        if later and later[0][0] == section and not self.page.locator(f"[name='{later[0]}']").count():
            self.settle()

    def settle(self) -> None:
        """Wait until what was typed is saved."""
        self.page.wait_for_timeout(400)
        self.page.locator("[data-save-state='saved']").wait_for(timeout=15_000)


def fill_in(server: Server, email: str, year: int, chromium: str, *, shortcut: bool) -> Count:
    """Fill in the whole form in a fresh browser; the clock runs from the first section to the last button."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(base_url=server.address, locale="nl-NL")
        page.goto("/inloggen")
        page.get_by_label("E-mailadres").fill(email)
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Inloggen", exact=True).click()
        page.goto(f"/mijn/rapportages/{year}")
        page.get_by_role("button", name="Begin met invullen").click()
        page.wait_for_url("**/a#deel")
        typist = Typist(page, shortcut=shortcut)
        begun = time.monotonic()
        for _section in ALL_ANSWERS:
            typist.section()
        typist.count.seconds = time.monotonic() - begun
        left = page.locator(".error-summary li").all_inner_texts()
        print(f"    at the end: {page.url.rpartition('/')[2]}, points that stand in the way: {left or 'none'}")
        if picture := os.environ.get("PICTURES"):
            page.screenshot(path=f"{picture}/filled-{email[:8]}.png", full_page=True)
        browser.close()
    return typist.count


def with_last_year(data: Path, server: Server, email: str, year: int) -> None:
    """Hand in and publish the report over the year before."""
    one = Person(server, email, year - 1)
    one.sign_in()
    one.begin()
    for section in ALL_ANSWERS:
        for _time in range(2):
            fields = typed(one.form(section), section)
            fields.setlist("actie", ["bewaar"])
            one.post(f"{one.path}/{section}", fields)
    sent: MultiDict[str, str] = form_on(one.get(f"{one.path}/controleren").text, f"{one.path}/indienen")
    sent.setlist("h3", ["ja"])
    answer = one.post(f"{one.path}/indienen", sent)
    if answer.status_code != 303:
        points = re.findall(r'<li><a href="[^"]*">([^<]*)', answer.text)
        raise SystemExit(f"last year's report was not handed in: {answer.status_code} {points[:5]}")
    session = open_database(f"sqlite:///{data / 'manifestkompas.sqlite'}").session()
    submission = session.scalars(select(Submission).order_by(Submission.id.desc()).limit(1)).one()
    publish_at_once(session, submission, actor=Actor("beoordelaar", user_id=1))
    session.commit()
    session.close()


def told(title: str, count: Count) -> None:
    """Print one line."""
    keys = ", ".join(f"{key} {number}" for key, number in count.keys.most_common())
    print(f"{title:<44} {count.presses:>5} presses  {count.actions:>4} actions  {count.seconds:5.1f} s   ({keys})")


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chromium = parser.parse_args().chromium
    with tempfile.TemporaryDirectory() as name:
        year, addresses = prepare(Path(name), 4)
        with served(Path(name)) as server:
            for email in addresses[2:]:
                with_last_year(Path(name), server, email, year)
            for place, (title, shortcut) in enumerate([("Tab alone", False), ("with Ctrl+Enter", True)]):
                told(f"from nothing, {title}", fill_in(server, addresses[place], year, chromium, shortcut=shortcut))
            for place, (title, shortcut) in enumerate([("Tab alone", False), ("with Ctrl+Enter", True)]):
                count = fill_in(server, addresses[2 + place], year, chromium, shortcut=shortcut)
                told(f"carried over, {title}", count)


if __name__ == "__main__":
    main()
