"""A published light in words: what it is, how certain, what made it so, what would reach the next band, what is due.

Input: rows of the tables ``light``, ``light_indicator`` and ``warning`` of one institution or program and year. All
numbers are those of the rows, so no sentence says more than the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.statements import percent
from iecareer.feedback.wording import NOTHING, Text, listed, of_value, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from iecareer.feedback.published import College, Edition, Row

# Indicators that are named at most.
_NAMED = 3
_MONTHS, _OUTLAY = "months_since_new_version", "outlay_intensity"
# Indicator → a large change of it; other changes are compared as they are.
_LARGE = {_MONTHS: 48.0, _OUTLAY: 0.0035}
_NEXT = {"red": "yellow", "yellow": "green"}
_RED_LINE = "red_line:"
_ORDER = ("red", "yellow", "green", "not_judged")
_STEP = 5


@dataclass(frozen=True)
class LightStatement:
    """What may be said about the light of one institution or program in one year.

    Parameters
    ----------
    row : dict
        Its row of ``light``.
    indicators, warnings : tuple of dict
        Its rows of the other two tables.
    least : int
        Fewest people behind a published number.
    """

    row: Row
    indicators: tuple[Row, ...]
    warnings: tuple[Row, ...]
    least: int

    @property
    def name(self) -> str:
        """The program, or its code; nothing for the institution."""
        return self.row["program_name"] or self.row["program_code"] or ""

    @property
    def light(self) -> Text:
        """The light, and why it is not the one of its index."""
        light = of_value("light", self.row["light"])
        if self.row["light"] == "not_judged":
            return say("light_not_judged")
        if not self.row["red_lines"]:
            return light
        names = listed([self._crossed(name) for name in self.row["red_lines"].split("|")])
        if self.row["band"] is None:
            return say("light_by_red_line_alone", light=light, names=names)
        return say("light_by_red_line", light=light, names=names, band=of_value("band", self.row["band"]))

    @property
    def about(self) -> list[Text]:
        """Index, certainty and consequences; nothing of an index that there is not."""
        found = []
        if self.row["band"] is not None:
            found += [self._index, self._certainty]
        if self.row["is_consequential"]:
            found.append(say("light_consequential"))
        return found

    @property
    def reasons(self) -> Text:
        """The published indicators with the lowest scores, of a green light those with the highest."""
        if self.row["band"] is None:
            return NOTHING
        is_green = self.row["band"] == "green"
        scored = [row for row in self.indicators if row["score"] is not None]
        if not scored:
            return say("light_none_scored")
        sign = -1 if is_green else 1
        scored.sort(key=lambda row: (sign * row["score"], row["indicator"]))
        names = listed([self._scored(row) for row in scored[:_NAMED]])
        return say("light_highest" if is_green else "light_lowest", names=names)

    @property
    def next_band(self) -> Text:
        """Which single changes reach the next band; no text where the band is green or there is none.

        With a crossed red line no band makes the light better.
        """
        if self.row["red_lines"]:
            names = [of_value("indicator", name) for name in self.row["red_lines"].split("|")]
            return say("light_within_lines", names=listed(names))
        if self.row["band"] not in _NEXT:
            return NOTHING
        band = of_value("band", _NEXT[self.row["band"]])
        if self.row["index"] is None:
            return say("light_no_step_withheld", band=band)
        able = [row for row in self.indicators if row["step_for_better"] is not None]
        if not able:
            return say("light_no_step", band=band)
        able.sort(
            key=lambda row: (
                abs(row["step_for_better"]) / _LARGE.get(row["indicator"], 1.0),
                row["indicator"],
            )
        )
        return say("light_steps", band=band, names=listed([self._step(row) for row in able[:_NAMED]]))

    @property
    def due(self) -> Text:
        """The warnings with their responses and last days."""
        if not self.warnings:
            return say("warnings_none")
        return say("warnings", warnings=listed([_warning(row) for row in self.warnings]))

    @property
    def last_day(self) -> date | None:
        """The first day by which something must be rectified; None if nothing must."""
        return min((row["rectify_by"] for row in self.warnings if row["rectify_by"]), default=None)

    @property
    def sentences(self) -> list[Text]:
        """All but the light itself."""
        return [one for one in (*self.about, self.reasons, self.next_band, self.due) if one.zh]

    @property
    def _index(self) -> Text:
        index = self.row["index"]
        if index is None:
            return say("light_index_withheld", least=self.least)
        return say("light_index_full") if index >= 100 else say("light_index", low=index, high=index + _STEP)

    @property
    def _certainty(self) -> Text:
        if not self.row["reaches"]:
            return say("light_certain")
        bands = [of_value("band", name) for name in self.row["reaches"].split("|")]
        return say("light_reaches", bands=listed(bands))

    def _crossed(self, name: str) -> Text:
        label = of_value("indicator", name)
        row = next((row for row in self.indicators if row["indicator"] == name), None)
        if row is None or row["value"] is None or row["red_line"] is None:
            return label
        return say("light_line", label=label, value=_value(row), line=f"{row['red_line']:.0%}")

    def _scored(self, row: Row) -> Text:
        label, score = _label(row), row["score"]
        if score >= 100:
            return say("light_scored_full", label=label, value=_value(row))
        return say("light_scored", label=label, value=_value(row), low=score, high=score + _STEP)

    def _step(self, row: Row) -> Text:
        step = row["step_for_better"]
        return say(
            "light_step_up" if step > 0 else "light_step_down",
            label=_label(row),
            step=_amount(row["indicator"], abs(step)),
            value=_value(row),
        )


def words_of(column: str, names: str | None) -> str | None:
    """Names joined by bars as Chinese words; None if there are none to tell."""
    return None if names is None else listed([of_value(column, name) for name in names.split("|") if name]).zh


def cause_of(row: Row) -> Text:
    """The cause of a warning."""
    if row["cause"].startswith(_RED_LINE):
        return say("warning_red_line", label=of_value("indicator", row["cause"].removeprefix(_RED_LINE)))
    return of_value("cause", row["cause"])


def _warning(row: Row) -> Text:
    cause, response = cause_of(row), of_value("response", row["response"])
    if row["rectify_by"] is None:
        text = say("warning_plain", cause=cause, response=response)
    else:
        text = say(
            "warning_with_deadline", cause=cause, response=response, date=row["rectify_by"].isoformat()
        )
    return say("warning_new", warning=text) if row["is_new"] else text


def _label(row: Row) -> Text:
    """The indicator, and the cohort that it looks at: cards show newer cohorts."""
    label = of_value("indicator", row["indicator"])
    if row["cohort_year"] is None:
        return label
    return say("light_of_cohort", label=label, year=row["cohort_year"])


def _value(row: Row) -> Text:
    """The value of an indicator in its unit, as the other tables state it."""
    if row["indicator"] == _MONTHS:
        return say("light_months", n=f"{row['value']:.0f}")
    if row["indicator"] == _OUTLAY:
        text = f"{100 * row['value']:.2f}%"
    else:
        text = percent(row["value"], row["n"]) if row["n"] is not None else f"{100 * row['value']:.1f}%"
    return Text(text, text)


def _amount(indicator: str, step: float) -> Text:
    if indicator == _MONTHS:
        return say("light_months", n=f"{step:.0f}")
    return say("light_points", n=f"{100 * step:.{2 if indicator == _OUTLAY else 0}f}")


def own_light(college: College, edition: Edition) -> LightStatement | None:
    """The institution's light of its newest year; None if it has none."""
    found = _newest(college, edition)
    return next((one for one in found if one.row["program_code"] is None), None)


def program_lights(college: College, edition: Edition) -> list[LightStatement]:
    """The newest light of each program: red ones first."""
    found = [one for one in _newest(college, edition) if one.row["program_code"] is not None]
    return sorted(
        found, key=lambda one: (_ORDER.index(one.row["light"]), -one.row["year"], one.row["program_code"])
    )


def programs_message(lights: Sequence[LightStatement]) -> Text:
    """How many programs have which light in the newest year, and which must rectify by when; no text without lights."""
    year = max((one.row["year"] for one in lights), default=None)
    newest = [one for one in lights if one.row["year"] == year]
    counts = [(name, sum(one.row["light"] == name for one in newest)) for name in _ORDER]
    if year is None:
        return NOTHING
    text = say(
        "lights_counted",
        year=year,
        counts=listed([say("light_count", light=of_value("light", name), n=n) for name, n in counts if n]),
    )
    days = [(one.name, day.isoformat()) for one in newest if (day := one.last_day)]
    names = [say("light_deadline", name=Text(name, name), date=day) for name, day in days[:_NAMED]]
    if len(days) > _NAMED:
        names = [say("and_more", names=listed(names), n=len(days))]
    return say("lights_due", text=text, names=listed(names)) if names else text


def _newest(college: College, edition: Edition) -> list[LightStatement]:
    rows: dict[str | None, Row] = {}
    for row in college.tables["light"]:
        before = rows.get(row["program_code"])
        if before is None or row["year"] > before["year"]:
            rows[row["program_code"]] = row
    least = edition.number("min_n_rate")
    return [
        LightStatement(row, _of(college, "light_indicator", row), _of(college, "warning", row), least)
        for row in rows.values()
    ]


def _of(college: College, table: str, light: Row) -> tuple[Row, ...]:
    """Rows of the same unit and year."""
    return tuple(college.rows(table, light["scope"], light["program_code"], year=light["year"]))
