"""Sends 500 mails to a server on this machine while the sender is killed 20 times, and counts what became of them.

Run it as `python -m tools.mail_load [--mails 500] [--kills 20] [--seed 1]`. It takes a minute or two, uses a folder and
a server of its own on a free port of 127.0.0.1, and stops by itself. Exit status 1 when a mail was lost or doubled.
"""

import argparse
import functools
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from common.outbox import MailState  # noqa: E402  (needs the line above)
from tests.mail.post import Post, stop  # noqa: E402
from tests.mail.servers import STAGES, Action, MailHost  # noqa: E402

LONGEST_SECONDS = 300


class SlowHost(MailHost):
    """A server that takes some milliseconds for each stage, as a real one does, so that a kill can fall anywhere."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def action(self, stage: str) -> Action | None:
        """Note the stage, and wait a little."""
        super().action(stage)
        return self._chance.uniform(0.0005, 0.006)


@dataclass
class Outcome:
    """What became of the mails."""

    post: Post
    host: MailHost
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0

    def lines(self) -> Iterator[str]:
        """Say it, one figure a line."""
        states, arrived = self.states(), Counter(self.host.message_ids)
        doubt = [mail for mail in self.post.mails() if mail.state is MailState.IN_DOUBT]
        yield f"mails queued:        {sum(states.values())}"
        yield f"sender killed:       {sum(self.kills.values())} times, the server last saw {dict(self.kills)}"
        yield f"sent:                {states[MailState.SENT]}"
        yield f"lost:                {self.lost()}"
        yield f"doubled:             {self.doubled()}"
        yield f"in doubt:            {len(doubt)}, of which arrived: {sum(arrived[one.message_id] for one in doubt)}"
        yield f"given up:            {states[MailState.GIVEN_UP]}"
        yield f"left waiting:        {states[MailState.WAITING] + states[MailState.ON_THE_BRINK]}"
        yield f"seconds:             {self.seconds:.1f}"

    def states(self) -> Counter[MailState]:
        """Count the mails by where they stand."""
        return Counter(self.post.states())

    def lost(self) -> int:
        """How many mails count as sent, and never arrived."""
        arrived = set(self.host.message_ids)
        return sum(mail.state is MailState.SENT and mail.message_id not in arrived for mail in self.post.mails())

    def doubled(self) -> int:
        """How many mails arrived more than once."""
        return sum(times > 1 for times in Counter(self.host.message_ids).values())


def run(mails: int, kills: int, chance: random.Random, folder: Path) -> Outcome:
    """Send them all, killing the sender at random moments."""
    post, began = Post(folder), time.monotonic()
    for number in range(mails):
        post.put(f"p{number}@gemeente.example", text="Dag.\n" * chance.randint(1, 200))
    with SlowHost(chance) as host:
        outcome, url = Outcome(post, host), f"smtp://127.0.0.1:{host.port}?timeout=5"
        for target in sorted(chance.sample(range(1, mails - 5), kills)):
            process = post.process(url)
            _wait(functools.partial(_has_taken, host, target), post, began)
            time.sleep(chance.uniform(0, 0.04))
            _kill(process)
            outcome.kills[host.stages[-1] if host.stages else STAGES[0]] += 1
        process = post.process(url)
        _wait(lambda: False, post, began)
        stop(process)
        outcome.seconds = time.monotonic() - began
    return outcome


def _has_taken(host: MailHost, number: int) -> bool:
    return len(host.taken) >= number


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=10)


def _wait(holds: Callable[[], bool], post: Post, began: float) -> None:
    """Wait until it holds, or until no mail waits any more; the outbox is asked once a second."""
    ask_at = 0.0
    while not holds():
        if time.monotonic() > ask_at:
            if not {MailState.WAITING, MailState.ON_THE_BRINK} & set(post.states()):
                return
            ask_at = time.monotonic() + 1
        if time.monotonic() - began > LONGEST_SECONDS:
            raise SystemExit("It took too long.")
        time.sleep(0.005)


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(options.mails, options.kills, random.Random(options.seed), Path(folder))  # noqa: S311
        print("\n".join(outcome.lines()))
        outcome.post.engine.dispose()
        return 1 if outcome.lost() or outcome.doubled() else 0


if __name__ == "__main__":
    sys.exit(main())
