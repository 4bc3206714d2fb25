"""Measures the form as a spreadsheet: a full report out and back, as XLSX and as ODS: differences, seconds, bytes.

    .venv/bin/python tools/measure_sheets.py
    .venv/bin/python tools/measure_sheets.py --libreoffice 80

It sets up the example world in a temporary folder (or takes the one in --data), takes the published report with most
answers, writes it as a file, reads it back against the same answers, and against an empty report. With --libreoffice
it also lets LibreOffice open each file and save it again before it is read, and calculate the column that checks for
so many random sets of answers, which is laid beside what the rules say of each question.
"""

from __future__ import annotations

import argparse
import csv
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,2"


def main() -> int:
    """Print the figures; return 1 where something differs."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, help="a folder that flask setup made; it is copied")
    arguments.add_argument("--libreoffice", type=int, default=0, metavar="SETS")
    chosen = arguments.parse_args()
    sys.path.insert(0, str(ROOT))
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filling = _full_report(folder / "data", chosen.data)
        differ = _round_trips(filling, folder if chosen.libreoffice else None)
        if chosen.libreoffice:
            differ += _calculated(filling, folder, chosen.libreoffice)
        return 1 if differ else 0


def _full_report(folder: Path, data: Path | None) -> Any:
    """Return what the file of the fullest published report of the example world holds."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from registry.editions.questionnaire import of_edition
    from registry.reports.circumstances import circumstances_of
    from registry.reports.models import Report
    from registry.reports.sheets.offering import filling_of, stand_of
    from tests.sites import make_site, set_up_site

    if data:
        shutil.copytree(data, folder)
    else:
        set_up_site(folder)
    with Session(make_site(folder).extensions["database"].engine) as session:
        stands = []
        for report in session.scalars(select(Report)):
            form = of_edition(report.edition)
            stands.append(stand_of(session, report, form, circumstances_of(session, report)))
        fullest = max(stands, key=lambda one: sum(answer.value is not None for answer in one.saved.values()))
        print(f"report: {fullest.report.subject}, answers: {len(fullest.saved)}, lines: {len(fullest.layout.lines)}")
        made = filling_of(fullest, "nl", organisation="Voorbeeld", address="/")
        session.expunge_all()
        return made


def _round_trips(filling: Any, folder: Path | None) -> int:
    from registry.reports.sheets import ods, xlsx

    differ = 0
    for kind, write in (("xlsx", xlsx.write_xlsx), ("ods", ods.write_ods)):
        content = _written(write, filling)
        writing = _seconds(partial(_written, write, filling))
        reading = _seconds(partial(_differences, filling, content))
        found = _differences(filling, content)
        print(f"{kind}: differences {found}, {len(content)} bytes, written in {writing:.3f} s, read in {reading:.3f} s")
        differ += found
        if folder:
            again = _saved_again(content, kind, folder)
            found = _differences(filling, again)
            print(f"{kind}, opened and saved by LibreOffice: differences {found}, {len(again)} bytes")
            differ += found
    return differ


def _written(write: Callable[[Any], bytes], filling: Any) -> bytes:
    from registry.reports.sheets.making import make_book

    return write(make_book(filling))


def _differences(filling: Any, content: bytes) -> int:
    """Return how many answers differ after reading back, against the same answers and against none, and refusals."""
    from registry.reports.drafting import same
    from registry.reports.sheets.reading import changes_of, read_file

    file = read_file(content, filling.questionnaire, filling.identity)
    unchanged, whole = changes_of(file, filling.answers), changes_of(file, {})
    wrong = [key for key, one in whole.inputs.items() if not same(_in_order(one), _in_order(filling.answers[key]))]
    return len({*unchanged.inputs, *wrong}) + len(unchanged.refused)


def _in_order(answer: Any) -> Any:
    """Return an answer with its options sorted: the sheet lists them as the form does, whatever came first."""
    from registry.reports.values import AnswerInput

    value = answer.value
    if isinstance(value, dict) and "chosen" in value:
        value = {**value, "chosen": sorted(value["chosen"])}
    return AnswerInput(answer.state, value, answer.reason, answer.remark)


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[ROUNDS // 2]


def _saved_again(content: bytes, kind: str, folder: Path) -> bytes:
    (folder / f"form.{kind}").write_bytes(content)
    _office(folder / "again", kind, [folder / f"form.{kind}"])
    return (folder / "again" / f"form.{kind}").read_bytes()


def _office(target: Path, kind: str, files: list[Path]) -> None:
    command = ["soffice", "--headless", "--convert-to", kind, "--outdir", str(target), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=1800)


def _calculated(filling: Any, folder: Path, count: int) -> int:
    """Return in how many lines the column that checks says something else than the rules."""
    from hypothesis import HealthCheck, Phase, given, settings

    from registry.reports.sheets.making import Filling, make_book
    from registry.reports.sheets.xlsx import write_xlsx
    from tests.random_answers import answer_set

    known = {key: one for key, one in filling.answers.items() if not filling.questionnaire.by_key[key].takes_answer}
    sets: list[dict[str, Any]] = []

    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(answer_set(filling.questionnaire))
    def collect(answers):  # type: ignore[no-untyped-def]
        sets.append({**known, **answers})

    collect()
    for number, answers in enumerate(sets):
        made = Filling(**{**vars(filling), "answers": answers, "suggested": {}})
        (folder / f"set{number}.xlsx").write_bytes(write_xlsx(make_book(made)))
    _office(folder / "calculated", CSV, sorted(folder.glob("set*.xlsx")))
    lines = differ = 0
    for number, answers in enumerate(sets):
        (file,) = (folder / "calculated").glob(f"set{number}-*.csv")
        with file.open(encoding="utf-8") as content:
            seen, wrong = _compared(filling, answers, list(csv.reader(content, delimiter=";")))
        lines, differ = lines + seen, differ + wrong
    print(f"column that checks, calculated by LibreOffice: {len(sets)} sets, {lines} questions, differ {differ}")
    return differ


def _compared(filling: Any, answers: Mapping[str, Any], rows: list[list[str]]) -> tuple[int, int]:
    from common.clock import today
    from registry.reports.checking import CHECK, Circumstances, Reading, check
    from registry.reports.sheets.layout import COLUMNS, layout_of
    from registry.reports.sheets.words import word

    then = Circumstances(
        today=today(), plan_due=filling.constants.get("plan_due()"), kind=filling.kind, last=filling.last
    )
    asked = {question.key for question in Reading(filling.questionnaire, answers, then).asked}
    problems = check(filling.questionnaire, answers, then)
    seen = wrong = 0
    for line in (line for line in layout_of(filling.questionnaire).lines if line.has_state):
        said = rows[line.row - 1][COLUMNS.index("check")]
        own = [one for one in problems if one.key == line.key]
        only_checks = (
            [one for one in own if one.kind == CHECK and one.blocks] if all(p.kind == CHECK for p in own) else []
        )
        seen += 1
        is_asked = line.key in asked
        wrong += any(
            (
                (said == word("not_asked", "nl")) is is_asked,
                is_asked and bool(only_checks) and only_checks[0].message["nl"][:20] not in said,
                is_asked and not own and line.kind == "whole" and bool(said),
            )
        )
    return seen, wrong


if __name__ == "__main__":
    raise SystemExit(main())
