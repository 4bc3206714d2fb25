"""What an import says to the colleague who gave the command: what became of each file, and what to do now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from common.markdown import render_markdown
from kb.exchange.importing import Outcome, Row
from kb.guides.merging import BODY, Clash, MergedFields, Piece

ADVICE = {
    Outcome.CLASH: (
        "Van een bestand dat botst, is niets overgenomen. Blijft de tekst van de site (-)? Zet die in het bestand en "
        "importeer opnieuw. Gaat die van het bestand (+) voor? Leg het apart, exporteer opnieuw, breng de wijziging "
        "aan in het nieuwe bestand en importeer dat."
    ),
    Outcome.NO_BASIS: (
        "Een bestand zonder basis zegt niet van welke tekst het komt. Leg het apart, exporteer opnieuw, en breng de "
        "wijziging aan in het nieuwe bestand."
    ),
    Outcome.MOVED: (
        "Een ander adres krijgt een gids op de site (bij Beheer); exporteer daarna opnieuw. Is het toch een nieuwe "
        "gids? Haal uit het bestand de regel basis weg, en former_addresses."
    ),
    Outcome.WRONG: "Een bestand dat fout is, is overgeslagen. Naar alle andere bestanden is gekeken.",
}
"""What to do about files of which nothing was written; the command then failed."""
_NAMES = {"reviewed_on": "reviewed", "review_due_on": "review_due"}
"""What a field is called in a file, where that is another name."""
_MOST_NAMED = 5


def told(rows: Sequence[Row], same: int, absent: Sequence[str], *, is_written: bool) -> Iterator[str]:
    """Yield the lines: each file that is not the same, how many there are of each kind, and what to do."""
    for row in rows:
        if row.outcome is not Outcome.SAME or row.notes:
            yield f"{row.path}: {row.outcome.value}"
            yield from (f"  {note}" for note in row.notes)
            if row.merged:
                yield from _clashes(row.merged)
    counts = Counter({Outcome.SAME: same}) + Counter(row.outcome for row in rows)
    counted = ", ".join(f"{counts[one]} {one.value}" for one in Outcome)
    yield counted + ("." if is_written else ". Er is niets geschreven: geef --commit.")
    if absent:
        names = ", ".join(absent[:_MOST_NAMED]) + (", ..." if len(absent) > _MOST_NAMED else "")
        many = "gids van de site staat" if len(absent) == 1 else "gidsen van de site staan"
        yield f"{len(absent)} {many} niet in de map ({names}); op de site verandert daar niets."
    yield from (advice for outcome, advice in ADVICE.items() if counts[outcome])


def _clashes(merged: MergedFields) -> Iterator[str]:
    places = _places(merged.body.pieces)
    for clash in merged.clashes:
        name = next(places) if clash.name.startswith(BODY) else _NAMES.get(clash.name, clash.name)
        yield f"  {name}: op de site (-) en in het bestand (+) veranderde hetzelfde"
        for mark, text in (("-", clash.theirs), ("+", clash.mine)):
            yield from (f"    {mark} {line}" for line in str("" if text is None else text).splitlines())


def _places(pieces: Iterable[Piece]) -> Iterator[str]:
    """Yield below which heading each clash of the text stands, as the site has it."""
    before = ""
    for piece in pieces:
        if isinstance(piece, Clash):
            first = (piece.theirs or piece.mine).partition("\n\n")[0]
            headings = render_markdown(f"{before}\n\n{first}").headings
            yield f'onder "{headings[-1].title}"' if headings else "voor het eerste kopje"
        before += "\n\n" + (piece.theirs if isinstance(piece, Clash) else piece.text)
