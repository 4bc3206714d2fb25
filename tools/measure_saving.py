"""Measures how long it takes to save a draft of 47 questions: one writer, then twenty at once.

    python -m tools.measure_saving [--saves 100]

A site of its own under gunicorn with two workers, on SQLite and loopback. Each writer has a full report of his own and
changes one answer a save: on the page of a section (6 questions), and on the page with all questions. Twenty
writers save as people do who type on (each about every two seconds), and then without a pause. The client takes its
share of the same machine. Exit status 1 when a save failed.
"""

import argparse
import itertools
import re
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from tests.report_form import ALL_ANSWERS
from tools.form_people import Person, Server, prepare, served, typed

WRITERS = 20
CHANGED = {"d": "d6", "alles": "c3"}
"""The answer that is changed on each page: another one, or the two pages would stand in each other's way."""
NUMBERS = itertools.count(100)
_VERSION = re.compile(r'id="version" value="([^"]*)"')


class Writer:
    """A person with a full report, who changes one answer again and again."""

    def __init__(self, server: Server, email: str, year: int) -> None:
        self.person = Person(server, email, year)
        self.person.sign_in()
        self.person.begin()
        for section in ALL_ANSWERS:
            for _time in range(2):  # some questions show only after others were saved
                self.person.save_by_itself(section, typed(self.person.form(section), section))
        self.fields = {page: self.person.form(page) for page in ("d", "alles")}

    def save(self, page: str, number: int) -> tuple[float, bool]:
        """Change one answer and save; return the seconds, and whether the server took it."""
        fields, name = self.fields[page], CHANGED[page]
        fields.setlist(name, [str(number)])
        fields.setlist(f"{name}__leeg", [""])
        begun = time.perf_counter()
        answer = self.person.save_by_itself(page, fields)
        seconds = time.perf_counter() - begun
        version = _VERSION.search(answer.text)
        if version:
            fields.setlist("version", [version[1]])
        return seconds, answer.status_code == 200 and version is not None


def measure(writers: list[Writer], page: str, saves: int, pause: float) -> tuple[list[float], int, float]:
    """Let all writers save; return the seconds of each save, how many failed, and how long all of it took."""
    took: dict[int, list[tuple[float, bool]]] = defaultdict(list)

    def work(place: int) -> None:
        time.sleep(pause * place / len(writers))
        for _number in range(saves):
            took[place].append(writers[place].save(page, next(NUMBERS)))
            time.sleep(pause)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(writers))]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [one for each in took.values() for one in each]
    return [seconds for seconds, _well in found], sum(not well for _s, well in found), time.perf_counter() - begun


def told(title: str, found: tuple[list[float], int, float]) -> int:
    """Print one line; return how many failed."""
    seconds, failed, all_of_it = found
    cuts = statistics.quantiles(seconds, n=100)
    print(
        f"{title:<52} {len(seconds):>5} saves  p50 {1000 * cuts[49]:6.0f} ms  p99 {1000 * cuts[98]:6.0f} ms  "
        f"most {1000 * max(seconds):6.0f} ms  {len(seconds) / all_of_it:5.1f}/s  failed {failed}"
    )
    return failed


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=100)
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory() as name:
        year, addresses = prepare(Path(name), WRITERS)
        with served(Path(name)) as server:
            writers = [Writer(server, email, year) for email in addresses]
            few = max(saves // 5, 3)
            failed = told("one writer, a section", measure(writers[:1], "d", saves, 0))
            failed += told("one writer, all 47 questions", measure(writers[:1], "alles", saves, 0))
            failed += told("20 writers, each every 2 s, a section", measure(writers, "d", few, 2))
            failed += told("20 writers, each every 2 s, all 47 questions", measure(writers, "alles", few, 2))
            failed += told("20 writers without a pause, a section", measure(writers, "d", few, 0))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
