"""The last evening of the season: authorities fill in and hand in within minutes while readers read.

Run it as `python -m tools.form_season [--authorities 350] [--minutes 10] [--readers 50]`. Each authority signs in,
begins, fills in every section (saved by itself twice and once by the button), looks everything over and hands in. It
uses a site on SQLite and a port of its own, and stops by itself. The client takes its share of the same machine.
Exit status 1 when something failed or was lost.
"""

import argparse
import json
import random
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import requests
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from common.database import open_database
from common.ledger import first_broken
from registry.authorities.models import Authority
from registry.reports.models import Report, Submission
from tests.html_forms import form_on
from tests.report_form import ALL_ANSWERS, SUMMARY
from tools.form_people import Person, Server, prepare, served, typed

PAGES = (
    "/", "/deelnemers", "/deelnemers?afspraak=voorbeeldafspraak", "/deelnemers/gemeente-lindenveen", "/afspraken",
    "/kennisbank", "/zoeken?q=klimaat", "/ambities", "/wijzigingen",
)  # fmt: skip


@dataclass
class Log:
    """How long each kind of request took, in seconds, and what failed."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float, answer: requests.Response | None, *wanted: int) -> None:
        """Keep how long it took, and whether the answer was one of those that belong here."""
        with self.lock:
            self.took[kind].append(seconds)
            if answer is None or answer.status_code not in wanted:
                self.failures.append(f"{kind}: {answer.status_code if answer is not None else 'no answer'}")

    def timed(self, kind: str, ask: Callable[[], requests.Response], *wanted: int) -> requests.Response | None:
        """Ask, and note it."""
        begun, answer = time.perf_counter(), None
        with suppress(requests.RequestException):
            answer = ask()
        self.note(kind, time.perf_counter() - begun, answer, *wanted)
        return answer


def authority(server: Server, email: str, year: int, log: Log) -> None:
    """Fill in and hand in a whole report."""
    one = Person(server, email, year)
    log.timed("sign in", one.sign_in, 302, 303)
    log.timed("begin", one.begin, 303)
    for section in ALL_ANSWERS:
        for _time in range(2):  # some questions show only after others were saved
            page = log.timed("open a section", partial(one.get, f"{one.path}/{section}"), 200)
            if page is None:
                return
            fields = typed(form_on(page.text, f"{one.path}/{section}"), section)
            log.timed("save by itself", partial(one.save_by_itself, section, fields), 200)
        fields = typed(form_on(one.get(f"{one.path}/{section}").text, f"{one.path}/{section}"), section)
        pressed = MultiDict(fields)
        pressed.setlist("actie", ["verder"])
        log.timed("save by button", partial(one.post, f"{one.path}/{section}", pressed), 303)
    page = log.timed("look over", partial(one.get, f"{one.path}/controleren"), 200)
    if page is None:
        return
    fields = form_on(page.text, f"{one.path}/indienen")
    fields.setlist("h3", ["ja"])
    log.timed("hand in", partial(one.post, f"{one.path}/indienen", fields), 303)


def reader(server: Server, log: Log, stop: threading.Event, chance: random.Random) -> None:
    """Read public pages, a few seconds each."""
    http = requests.Session()
    while not stop.is_set():
        path = chance.choice(PAGES)
        log.timed("read a page", partial(http.get, server.address + path, timeout=60), 200)
        stop.wait(chance.uniform(1, 5))


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", type=int, default=350)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--readers", type=int, default=50)
    asked = parser.parse_args()
    chance, log, stop = random.Random(1), Log(), threading.Event()  # noqa: S311  # moments, no secrets
    with tempfile.TemporaryDirectory() as name:
        year, addresses = prepare(Path(name), asked.authorities)
        with served(Path(name)) as server:
            begun = time.monotonic()
            readers = [
                threading.Thread(target=reader, args=(server, log, stop, random.Random(n)), daemon=True)  # noqa: S311
                for n in range(asked.readers)
            ]
            people = [threading.Thread(target=authority, args=(server, email, year, log)) for email in addresses]
            for thread in readers:
                thread.start()
            # They begin spread over the first nine tenths, so that the last one ends within the time.
            moments = sorted(chance.uniform(0, asked.minutes * 54) for _person in people)
            for moment, thread in zip(moments, people, strict=True):
                time.sleep(max(0.0, begun + moment - time.monotonic()))
                thread.start()
            for thread in people:
                thread.join()
            seconds = time.monotonic() - begun
            stop.set()
            for thread in readers:
                thread.join(90)
        return told(Path(name), addresses, log, seconds)


def told(folder: Path, addresses: list[str], log: Log, seconds: float) -> int:
    """Print the figures; return 1 where something failed or is not in the database."""
    session = open_database(f"sqlite:///{folder / 'manifestkompas.sqlite'}").session()
    query = (
        select(Authority.code, Submission.content).join(Report, Report.authority_id == Authority.id)
        .join(Submission, Submission.report_id == Report.id)
    )  # fmt: skip
    kept = {code: json.loads(content)["answers"] for code, content in session.execute(query)}
    wanted = [email.partition("@")[0] for email in addresses]
    lost = [code for code in wanted if code not in kept or kept[code]["H1"]["value"] != SUMMARY]
    print(f"authorities: {len(addresses)}, handed in within {seconds / 60:.1f} minutes; lost: {len(lost)}")
    for kind, took in log.took.items():
        cuts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
        print(f"{kind:16} {len(took):6}  p50 {cuts[49] * 1000:6.0f} ms  p99 {cuts[98] * 1000:6.0f} ms")
    print(f"failures: {len(log.failures)} {sorted(set(log.failures))[:5]}")
    print(f"ledger: {'whole' if first_broken(session) is None else 'BROKEN'}")
    return int(bool(lost or log.failures))


if __name__ == "__main__":
    raise SystemExit(main())
