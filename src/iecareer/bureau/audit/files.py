"""The auditors' workbook and CSV files, written into a folder of their own."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from iecareer.bureau.audit.findings import read_findings
from iecareer.bureau.audit.sheets import cooperation, placement, sheets
from iecareer.bureau.private_folder import LIGHTS, SIGNALS, private_folder, write_private
from iecareer.bureau.words import say
from iecareer.bureau.workbook.table_sheet import write_table_sheets
from iecareer.feedback.data_files import csv_bytes
from iecareer.feedback.workbook.book import OPTIONS
from iecareer.feedback.workbook.formats import Formats, paragraph, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.bureau.audit.findings import Findings
    from iecareer.bureau.sheets import Sheet
    from iecareer.feedback.wording import Text

_SUMMARY = (26.0, 108.0)
_NAMED = ("compared_en", "differs_en", "clears_en")


def write_signals(warehouse: Path, folder: Path) -> dict[str, Any]:
    """Write the auditors' files.

    Returns
    -------
    dict
        `files`, `n_placement` and `n_cooperation` (signals).

    Raises
    ------
    IecareerError
        When the warehouse has no signals, others can open the folder, it has the bureau's files or is in a release.
    """
    findings = read_findings(warehouse)
    place = private_folder(folder, apart_from=LIGHTS)
    made = {
        f"{SIGNALS}{findings.as_of}.xlsx": audit_workbook(findings),
        f"{SIGNALS}placement_{findings.as_of}.csv": _csv(placement(findings)),
        f"{SIGNALS}cooperation_{findings.as_of}.csv": _csv(cooperation(findings)),
    }
    for name, content in made.items():
        write_private(place / name, content)
    return {
        "files": [str(place / name) for name in made],
        "n_placement": len(findings.placement),
        "n_cooperation": len(findings.cooperation),
    }


def audit_workbook(findings: Findings) -> bytes:
    """The bytes of the ``.xlsx`` file. The same rows give the same bytes."""
    import xlsxwriter

    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    made = datetime.combine(findings.as_of, datetime.min.time())
    book.set_properties({"title": say("audit_title").zh, "author": "iecareer", "created": made})
    formats = Formats(book)
    listed = sheets(findings)
    _write_summary(book, formats, findings, [one.title.zh for one in listed])
    write_table_sheets(book, formats, listed)
    book.close()
    return file.getvalue()


def audit_message(findings: Findings) -> list[Text]:
    """How many signals there are, and what they are and are not."""
    compared = sum(row["n_compared"] for row in findings.coverage)
    return [
        say(
            "audit_counts",
            placement=len(findings.placement),
            compared=compared,
            too_few=sum(row["n_too_few"] for row in findings.coverage),
            cooperation=len(findings.cooperation),
        ),
        say("audit_no_proof"),
        say(
            "audit_false",
            limit=f"{findings.policy.number('false_discovery'):g}",
            least=findings.policy.whole("min_hits"),
        ),
        say("audit_nobody"),
        say("audit_apart"),
    ]


def _write_summary(book: Any, formats: Formats, findings: Findings, titles: list[str]) -> None:
    sheet = book.add_worksheet(say("sheet_summary").zh)
    prepare(sheet, _SUMMARY, say("audit_title").zh)
    sheet.write_string(0, 0, say("audit_title").zh, formats.title)
    sheet.set_row(0, 26)
    facts = say("audit_facts", as_of=findings.as_of, run=findings.run_id)
    sheet.write_string(1, 0, f"{say('audit_title').en} · {facts.en}", formats.soft)
    sheet.write_string(2, 0, facts.zh, formats.soft)
    row = 4
    for sentence in audit_message(findings):
        row = paragraph(sheet, formats.wrapped, row, sentence.zh, _SUMMARY)
        row = paragraph(sheet, formats.note, row, sentence.en, _SUMMARY)
    row += 1
    sheet.write_string(row, 0, f"{say('sheets').zh} {say('sheets').en}", formats.heading)
    for at, name in enumerate(titles, start=row + 1):
        sheet.write_url(at, 0, f"internal:'{name}'!A1", formats.link, name)


def _csv(of: Sheet) -> bytes:
    names = [*of.columns, *_NAMED]
    return csv_bytes({name: [row.get(name) for row in of.rows] for name in names})
