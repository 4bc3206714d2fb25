"""Kills all workers again and again while answers are being saved, and counts acknowledged answers that are lost.

Run it as `python -m tools.form_kills [--kills 50] [--writers 8] [--seed 1]`. It uses a site and a port of its own and
stops by itself, in some minutes. Exit status 1 when an answer was lost.
"""

import argparse
import random
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import select

from common.database import open_database
from common.ledger import first_broken
from registry.authorities.models import Authority
from registry.reports.models import Answer, Report
from tools.form_people import Person, Server, prepare

SECTION, QUESTION = "g", "G4"


@dataclass
class Writer:
    """Types a number that grows, and keeps each that the server took."""

    person: Person
    acknowledged: list[str] = field(default_factory=list)
    failed: int = 0
    number: int = 0

    def run(self, stop: threading.Event) -> None:
        """Save until told to stop; a server that is away is tried again, as the page does."""
        fields = None
        while not stop.is_set():
            self.number += 1
            text = f"Antwoord {self.number} van {self.person.email}"
            try:
                fields = fields or self.person.form(SECTION)
                fields.setlist("g4", [text])
                answer = self.person.save_by_itself(SECTION, fields)
                if answer.status_code == 200:
                    self.acknowledged.append(text)
                else:
                    self.failed += 1
                fields = self.person.form(SECTION)
            except (requests.RequestException, ValueError, KeyError):
                self.failed += 1
                fields = None
                time.sleep(0.3)


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311  # when to kill, no secret
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year, addresses = prepare(folder, asked.writers)
        server = Server(folder)
        server.start()
        writers = [Writer(Person(server, email, year)) for email in addresses]
        for one in writers:
            one.person.sign_in()
            one.person.begin()
        stop = threading.Event()
        threads = [threading.Thread(target=one.run, args=(stop,), daemon=True) for one in writers]
        for thread in threads:
            thread.start()
        for _kill in range(asked.kills):
            time.sleep(chance.uniform(1.0, 4.0))
            server.kill()
            server.start()
        time.sleep(1)
        stop.set()
        for thread in threads:
            thread.join(90)
        server.kill()
        return told(folder, writers, asked.kills)


def told(folder: Path, writers: list[Writer], kills: int) -> int:
    """Say what the database holds of what was acknowledged; return 1 where something is missing."""
    session = open_database(f"sqlite:///{folder / 'manifestkompas.sqlite'}").session()
    lost = 0
    for one in writers:
        code = one.person.email.partition("@")[0]
        query = (
            select(Answer.value).join(Report, Report.id == Answer.report_id)
            .join(Authority, Authority.id == Report.authority_id)
            .where(Authority.code == code, Answer.key == QUESTION)
        )  # fmt: skip
        kept = set(session.scalars(query))
        lost += len(set(one.acknowledged) - kept)
    acknowledged = sum(len(one.acknowledged) for one in writers)
    print(f"kill -9 of all workers:  {kills}")
    print(f"acknowledged saves:      {acknowledged}")
    print(f"tries without an answer: {sum(one.failed for one in writers)}")
    print(f"acknowledged and lost:   {lost}")
    print(f"ledger:                  {'whole' if first_broken(session) is None else 'BROKEN'}")
    return int(lost > 0 or not acknowledged)


if __name__ == "__main__":
    raise SystemExit(main())
