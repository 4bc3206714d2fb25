"""Writes content/notes/notitie.docx, the template of the one-page note: `python -m tools.make_note_template`.

Staff download it from /redactie/notitie, change it in their word processor and send it back. The places between
{{ and }} are filled in; registry/notes/writing.py lists their names.
"""

from typing import Any

from docx import Document
from docx.shared import Cm, Pt, RGBColor

from registry.notes.writing import OWN_TEMPLATE

BLUE = RGBColor(0x15, 0x42, 0x73)


def main() -> None:
    """Write the template."""
    document = Document()
    _dress(document)
    _write(document)
    OWN_TEMPLATE.parent.mkdir(exist_ok=True)
    document.save(str(OWN_TEMPLATE))


def _dress(document: Any) -> None:
    document.core_properties.title = "Notitie maatschappelijk verantwoord opdrachtgeven en inkopen"
    document.core_properties.author = "Manifestkompas"
    document.core_properties.language = "nl-NL"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    for name, size in (("Title", 18), ("Heading 1", 12)):
        heading = document.styles[name]
        heading.font.name, heading.font.size, heading.font.color.rgb = "Calibri", Pt(size), BLUE
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(2)


def _write(document: Any) -> None:
    document.add_paragraph("{{ organisatie }}: maatschappelijk verantwoord inkopen in {{ jaar }}", style="Title")
    document.add_paragraph("Aan: {{ aan }}. Onderwerp: rapportage {{ afspraak }}.")
    document.add_paragraph("{%p if verzonnen %}")
    document.add_paragraph("{{ verzonnen }}").style = document.styles["Intense Quote"]
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{{ samenvatting }}")
    document.add_paragraph("{%p if verbeterd_omdat %}")
    document.add_paragraph("Deze rapportage is verbeterd: {{ verbeterd_omdat }}")
    document.add_paragraph("{%p endif %}")
    document.add_heading("Resultaten", 1)
    _results(document)
    document.add_paragraph("{{ vergelijking }}")
    document.add_heading("Ambitie per thema", 1)
    document.add_paragraph("{%p for regel in niveaus %}")
    document.add_paragraph(
        "{{ regel.thema }}: {{ regel.niveau }}{% if regel.eerder %} (was {{ regel.eerder }}){% endif %}",
        style="List Bullet",
    )
    document.add_paragraph("{%p endfor %}")
    document.add_heading("Wat er nu komt", 1)
    for name in ("acties", "komt_eraan"):
        document.add_paragraph("{%p for regel in " + name + " %}")
        document.add_paragraph("{{ regel }}", style="List Bullet")
        document.add_paragraph("{%p endfor %}")
    document.add_heading("Nalezen", 1)
    document.add_paragraph("{{ adres }}")
    document.add_paragraph("Gepubliceerd op {{ gepubliceerd_op }}, nummer {{ nummer }}.")
    document.add_paragraph("{{ zekerheid }}")


def _results(document: Any) -> None:
    table = document.add_table(rows=4, cols=5)
    table.style = "Light List Accent 1"
    heads = ("Wat", "{{ jaar }}", "{{ vorig_jaar or 'Eerder' }}", "Verschil", "Middelste")
    cells = ("{{ regel.naam }}", "{{ regel.nu }}", "{{ regel.eerder }}", "{{ regel.verschil }}", "{{ regel.mediaan }}")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    table.rows[1].cells[0].text = "{%tr for regel in resultaten %}"
    for cell, text in zip(table.rows[2].cells, cells, strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    table.autofit = False
    for column, width in zip(table.columns, (8.0, 2.3, 2.3, 2.0, 2.0), strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, (8.0, 2.3, 2.3, 2.0, 2.0), strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


if __name__ == "__main__":
    main()
