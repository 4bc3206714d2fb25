"""What a kept file would do with the columns that were chosen: made anew at every look, so that it is never old."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from common.files.models import Attachment
from registry.imports import authorities, signatures
from registry.imports.columns import Field, guess
from registry.imports.outcome import Deed, Outcome, Preview, Problem
from registry.imports.registers import plan_registers
from registry.imports.signatures import Manner
from registry.imports.tables import Table, read_table
from registry.imports.tooi import Register, read_register
from registry.signatures.models import Origin
from website.files.uploading import storage

FIELDS: Mapping[str, Sequence[Field]] = {
    "authorities": authorities.FIELDS,
    "signatures": signatures.FIELDS,
    "registers": (),
}
GIVEN = ("bron", "afspraak", "herkomst")


@dataclass
class Wishes:
    """How a file is to be read: the field of each column, and what holds for all rows."""

    columns: dict[int, str] | None = None
    """None until somebody chose: then the header says it."""
    source: str = ""
    agreement: str = ""
    origin: Origin = Origin.SOURCE

    def pairs(self) -> dict[str, str]:
        """Return it as the fields of an address."""
        found = {f"k{number}": name for number, name in (self.columns or {}).items()}
        said = {"bron": self.source, "afspraak": self.agreement, "herkomst": self.origin.value}
        return {**found, **{name: value for name, value in said.items() if value}, "gekozen": "ja"}


@dataclass
class Look:
    """A preview with what was read for it."""

    preview: Preview
    wishes: Wishes
    header: Sequence[str] = ()
    fields: Sequence[Field] = ()
    sample: Sequence[str] = field(default_factory=tuple)
    """The first row, to recognise a column by."""


def read_wishes(args: Mapping[str, str]) -> Wishes:
    """Return how the file is to be read, from the address or the form."""
    columns = None
    if "gekozen" in args:
        columns = {
            int(name[1:]): value
            for name, value in args.items()
            if name[:1] == "k" and name[1:].isascii() and name[1:].isdigit() and len(name) < 4 and value
        }
    origin = Origin.PAPER if args.get("herkomst") == Origin.PAPER else Origin.SOURCE
    plain = {name: " ".join(args.get(name, "").split())[:500] for name in GIVEN}
    return Wishes(columns, plain["bron"], plain["afspraak"], origin)


@dataclass(frozen=True)
class Opened:
    """A kept file that was read, before anything is asked of the database."""

    id: int
    kind: str
    content: Table | Register


def open_kept(session: Session, attachment: Attachment) -> Opened:
    """Read a kept file. Ends the transaction first: of a file that is read nobody waits for the lock.

    Raises FileNotFoundError, StorageDown, and WrongTable for a file that changed.
    """
    number, kind = attachment.id, attachment.subject.partition(":")[2]
    name, sha256 = attachment.name, attachment.sha256
    session.rollback()
    with storage().open(sha256) as kept:
        content = kept.read()
    return Opened(number, kind, read_register(name, content) if kind == "registers" else read_table(name, content))


def look(session: Session, opened: Opened, wishes: Wishes, user_id: int) -> Look:
    """Return what the file would do."""
    kind, table = opened.kind, opened.content
    if isinstance(table, Register):
        return Look(plan_registers(session, [table]), wishes)
    fields = FIELDS[kind]
    known = {one.name for one in fields}
    chosen = guess(table.header, fields) if wishes.columns is None else wishes.columns
    wishes.columns = {number: name for number, name in chosen.items() if number < len(table.header) and name in known}
    preview = _plan(session, kind, table, wishes, (opened.id, user_id))
    return Look(preview, wishes, table.header, fields, table.rows[0].cells if table.rows else ())


def _plan(session: Session, kind: str, table: Table, wishes: Wishes, ids: tuple[int, int]) -> Preview:
    columns, given = wishes.columns or {}, {"source": wishes.source, "agreement": wishes.agreement}
    if kind == "authorities":
        return authorities.plan_authorities(session, table, columns, {"source": wishes.source})
    paper = wishes.origin is Origin.PAPER
    manner = Manner(wishes.origin, ids[0] if paper else None, ids[1])
    return signatures.plan_signatures(session, table, columns, given, manner)


def problem_words(problem: Problem) -> str:
    """Return where and why, in the reader's language."""
    place, column = problem.place, problem.column
    if place.startswith("regel "):
        place = str(_("regel %(number)s", number=place[6:]))
    if column.startswith("kolom "):
        column = str(_("kolom %(name)s", name=column[6:]))
    where = ", ".join(part for part in (place, column) if part)
    values = dict(problem.values)
    if "field" in values:
        values["field"] = _(str(values["field"]))
    told = str(_(problem.sentence, **values))
    return f"{where}: {told}" if where else told


def chosen_rows(preview: Preview, deed: str) -> list[Outcome]:
    """Return the rows of one deed, or all of them."""
    return [one for one in preview.outcomes if not deed or one.deed == deed]


DEEDS = tuple(Deed)
