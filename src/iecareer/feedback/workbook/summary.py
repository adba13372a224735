"""The sheet that a dean reads first: the message, the headline numbers, the ranked programs, the contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback.indicators import Indicators
from iecareer.feedback.light_statements import own_light
from iecareer.feedback.message import message
from iecareer.feedback.statements import state
from iecareer.feedback.wording import Text, of_value, say
from iecareer.feedback.workbook.formats import paragraph, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.ranking import RankedProgram
    from iecareer.feedback.statements import Statement
    from iecareer.feedback.workbook.formats import Formats

_WIDTHS = (30.0, 14.0, 11.0, 11.0, 14.0, 14.0, 12.0, 16.0, 52.0)
_LAST = len(_WIDTHS) - 1
# Columns of the contents.
_LINKS = (0, 1, 5, 8)
_HEADS = ("indicator", "value", "low", "high", "peers", "mark", "n", "cohorts", "words")


def write_summary(
    book: Any,
    formats: Formats,
    language: str,
    college: College,
    edition: Edition,
    imprint: Imprint,
    programs: Sequence[RankedProgram],
    titles: Sequence[Text],
) -> None:
    """Write the summary in one language.

    Parameters
    ----------
    language : str
        ``zh`` or ``en``.
    titles : sequence of Text
        Names of the sheets that follow.
    """

    def spoken(text: Text) -> str:
        return str(getattr(text, language))

    title = spoken(say("sheet_summary"))
    sheet = book.add_worksheet(title)
    prepare(sheet, _WIDTHS, title)
    sheet.write_string(0, 0, f"{college.name} {spoken(say('page'))}", formats.title)
    sheet.set_row(0, 28)
    facts = say("page_facts", code=college.code, label=imprint.label, as_of=edition.as_of)
    sheet.write_string(1, 0, spoken(facts), formats.soft)
    indicators = Indicators.of(college, edition)
    row = 3
    if imprint.supersedes:
        superseded, reason = imprint.supersedes
        notice = f"{spoken(say('supersedes', label=superseded))} {reason}"
        row = paragraph(sheet, formats.alert, 2, notice, _WIDTHS) + 1
    row = _heading(sheet, formats, row, spoken(say("section_message")))
    for sentence in message(college, edition, indicators, list(programs)):
        row = paragraph(sheet, formats.wrapped, row, spoken(sentence), _WIDTHS)
    if light := own_light(college, edition):
        title = (
            f"{spoken(say('light_of', year=light.row['year']))}{spoken(say('colon'))}{spoken(light.light)}"
        )
        row = _heading(sheet, formats, row + 1, title)
        for sentence in light.sentences:
            row = paragraph(sheet, formats.wrapped, row, spoken(sentence.capital), _WIDTHS)
    row = _heading(sheet, formats, row + 1, spoken(say("sheet_headlines")))
    sheet.set_row(row, 32)
    for at, name in enumerate(_HEADS):
        sheet.write_string(row, at, spoken(say(f"head_{name}")), formats.head)
    for indicator in (indicators.placement, indicators.insured, indicators.known, *indicators.ranked[2:]):
        row += 1
        _headline(sheet, formats, row, state(indicator, college, edition), language)
    row = _heading(sheet, formats, row + 2, spoken(say("section_programs")))
    for place, program in enumerate(programs, start=1):
        name = program.name if program.name == program.code else f"{program.name} {program.code}"
        sheet.write_string(row, 0, f"{place}. {name}", formats.strong)
        row = paragraph(sheet, formats.wrapped, row, spoken(program.verdict.capital), _WIDTHS, first=1)
    row = _heading(sheet, formats, row + 1, spoken(say("contents")))
    for at, text in enumerate((*titles, say("sheet_notes"))):
        line, column = divmod(at, len(_LINKS))
        sheet.write_url(row + line, _LINKS[column], f"internal:'{text.zh}'!A1", formats.link, spoken(text))


def _heading(sheet: Any, formats: Formats, row: int, text: str) -> int:
    sheet.write_string(row, 0, text, formats.heading)
    sheet.set_row(row, 20)
    return row + 1


def _headline(sheet: Any, formats: Formats, row: int, statement: Statement, language: str) -> None:
    def spoken(text: Text) -> str:
        return str(getattr(text, language))

    sheet.write_string(row, 0, spoken(statement.indicator.label.capital), formats.wrapped)
    sheet.set_row(row, 34)
    if not statement.is_shown:
        sheet.write_string(row, 1, "–", formats.right)
        sheet.write_string(row, _LAST, spoken(statement.why.capital), formats.wrapped)
        return
    shown, kind = statement.shown, "money" if statement.indicator.is_pay else "percent"
    low, high = ("p25", "p75") if statement.indicator.is_pay else ("ci_low", "ci_high")
    for at, value in enumerate(
        (shown[statement.indicator.value], shown[low], shown[high], shown["peer_median"]), start=1
    ):
        if value is not None:
            is_peers = at == 4 and kind == "percent"
            number_format = (
                formats.numbers[kind] if is_peers else formats.of_value(statement.indicator.value, shown)
            )
            sheet.write_number(row, at, value, number_format)
    sheet.write_string(row, 5, spoken(of_value("mark", statement.mark).capital), formats.text)
    sheet.write_number(row, 6, shown["n"], formats.numbers["count"])
    sheet.write_string(row, 7, spoken(statement.years), formats.text)
    words = (
        say("joined", one=statement.middle_half, other=statement.peers)
        if statement.indicator.is_pay
        else statement.peers
    )
    text = spoken(words.capital)
    if statement.indicator.is_told:
        text += f"{'；' if language == 'zh' else '; '}{spoken(statement.response)}"
    sheet.write_string(row, _LAST, text, formats.wrapped)
