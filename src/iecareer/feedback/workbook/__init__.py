"""The workbook of one institution: a summary, notes and one sheet per indicator, without formulas.

The same published rows give the same bytes: the creation date is the date of the run.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from iecareer.feedback.definitions import definitions
from iecareer.feedback.indicators import Indicators
from iecareer.feedback.ranking import ranked_programs
from iecareer.feedback.wording import say
from iecareer.feedback.workbook.book import OPTIONS
from iecareer.feedback.workbook.changes import write_changes
from iecareer.feedback.workbook.formats import Formats
from iecareer.feedback.workbook.notes import write_notes
from iecareer.feedback.workbook.sheets import write_sheet
from iecareer.feedback.workbook.summary import write_summary

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.feedback.changes import Changes
    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import College, Edition


def write_workbook(
    path: Path, college: College, edition: Edition, imprint: Imprint, changes: Changes | None = None
) -> None:
    """Write the institution's workbook.

    Parameters
    ----------
    path : Path
        New ``.xlsx`` file.
    college : College
        Published rows of the institution.
    edition : Edition
        Run and policy behind them.
    imprint : Imprint
        What the release says of itself.
    changes : Changes, optional
        What changed since the last release that the institution got; None if it got none.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), OPTIONS)
    made = datetime.combine(date.fromisoformat(edition.as_of), datetime.min.time())
    title = f"{college.name} {say('page').zh} {imprint.label}"
    book.set_properties({"title": title, "author": "iecareer", "created": made})
    formats = Formats(book)
    indicators = Indicators.of(college, edition)
    programs = ranked_programs(college, edition, indicators)
    tables = definitions(college, indicators)
    titles = [say("sheet_changes")] * bool(changes) + [one.title for one in tables]
    for language in ("zh", "en"):
        write_summary(book, formats, language, college, edition, imprint, programs, titles)
    if changes:
        write_changes(book, formats, changes, [(one.code, one.name) for one in programs])
    for table in tables:
        write_sheet(book, formats, table, edition)
    write_notes(book, formats, college, edition, imprint)
    book.close()
