"""What a light does not know, why it has no index, what a warning is about, and the smallest change that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from iecareer.bureau.policy import Policy
from iecareer.bureau.report import Report
from iecareer.bureau.values import (
    clauses,
    indicator_value,
    listed,
    percent,
    points,
    policy_percent,
    rounded,
    words_of,
)
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import NOTHING, Text
from iecareer.lights.explanation import LEVELS, smallest_change

Row = dict[str, Any]
_RED_LINE = "red_line:"


@dataclass(frozen=True)
class Lacking:
    """An indicator with a weight that a light does not judge; `row` is None if there is no row of it."""

    level: str
    indicator: str
    row: Row | None

    @property
    def words(self) -> Text:
        """The indicator and why it is not judged."""
        name = of_value("indicator", self.indicator)
        if self.row is None:
            return say("lacks_row", indicator=name)
        if self.row["status"] == "too_few":
            return say("lacks_people", indicator=name, n=self.row["n"], least=self.row["min_n"])
        return say("lacks", indicator=name, status=of_value("status", self.row["status"]))


def lacking(report: Report, light: Row) -> list[Lacking]:
    """Indicators with a weight that are not judged, in the order of levels and weights."""
    rows = {row["indicator"]: row for row in report.indicators_of(light)}
    expected = report.policy.expected(light["scope"], light["region_class"])
    found = [
        Lacking(one["level"], one["indicator"], rows.get(one["indicator"]))
        for one in expected
        if one["weight"] > 0 and rows.get(one["indicator"], {}).get("status") != "ok"
    ]
    return sorted(found, key=lambda one: LEVELS.index(one.level))


def lacks(report: Report, light: Row) -> Text:
    """What is not judged, in one line; nothing if all is."""
    return listed(one.words for one in lacking(report, light))


def why_no_index(report: Report, light: Row) -> Text:
    """Which levels have no score and why; nothing for a light with an index."""
    if light["index"] is not None:
        return NOTHING
    levels = listed(_unscored(report, light, level) for level in LEVELS if light[level] is None)
    return say("no_index", levels=levels)


def _unscored(report: Report, light: Row, level: str) -> Text:
    """The weights of a level that has no score, those judged and those needed."""
    expected = report.policy.expected(light["scope"], light["region_class"])
    weights = {row["indicator"]: row["weight"] for row in expected if row["level"] == level}
    judged = {row["indicator"] for row in report.indicators_of(light) if row["status"] == "ok"}
    return say(
        "level_unscored",
        level=of_value("level", level),
        judged=f"{sum(weight for name, weight in weights.items() if name in judged):g}",
        all=f"{sum(weights.values()):g}",
        least=policy_percent(report.policy.number("min_level_weight")),
    )


def change_for_better(report: Report, light: Row) -> Text:
    """The smallest single change that brings the index to the next band; nothing for green and without an index."""
    if light["index"] is None or light["band"] == "green":
        return NOTHING
    better = of_value("band", "yellow" if light["band"] == "red" else "green")
    row = smallest_change(light, report.indicators_of(light))
    others = "_of_others" if light["red_lines"] else ""
    if row is None:
        return say(f"no_change{others}", band=better)
    return say(
        f"change{others}",
        indicator=of_value("indicator", row["indicator"]),
        value=indicator_value(row, row["value"]),
        better=indicator_value(row, row["value_for_better"]),
        band=better,
    )


def crossed(report: Report, light: Row) -> Text:
    """The crossed red lines with value, n and threshold; nothing if none is."""
    rows = {row["indicator"]: row for row in report.indicators_of(light)}
    names = [name for name in light["red_lines"].split("|") if name]
    return clauses(_crossed(report.policy, light["scope"], rows[name]) for name in names)


def _crossed(policy: Policy, scope: str, row: Row) -> Text:
    line = policy.red_line(scope, row["indicator"])
    return say(
        f"crossed_{line['comparison']}",
        indicator=of_value("indicator", row["indicator"]),
        value=percent(row["value"], line["threshold"]),
        n=row["n"],
        threshold=policy_percent(line["threshold"]),
    )


def limits(report: Report, light: Row) -> Text:
    """The limits of an index, and which other bands they reach; nothing without an index."""
    if light["index"] is None:
        return NOTHING
    low, high = (points(light[name], report.policy) for name in ("index_low", "index_high"))
    if light["is_certain"]:
        return say("limits_certain", low=low, high=high)
    return say("limits_reach", low=low, high=high, bands=words_of("band", light["reaches"]))


def warned(report: Report, warning: Row, light: Row) -> Text:
    """What a warning is about, with the numbers behind it."""
    policy, cause = report.policy, warning["cause"]
    if cause.startswith(_RED_LINE):
        name = cause.removeprefix(_RED_LINE)
        row = next(row for row in report.indicators_of(light) if row["indicator"] == name)
        return _crossed(policy, warning["scope"], row)
    if cause == "drop":
        years = policy.whole("drop_years")
        fall = rounded(-warning["detail"], 1, (policy.number("drop_points"),))
        return say("warned_drop", points=fall, years=years)
    if cause == "trend":
        horizon = policy.number("trend_horizon")
        return say(
            "warned_trend",
            years=rounded(warning["detail"], 1, (0.0, horizon)),
            limit=f"{policy.number('yellow_from'):g}",
        )
    return say(f"warned_{cause}", index=points(warning["detail"], policy), limits=limits(report, light))


def cause_words(cause: str) -> Text:
    """The cause of a warning; a red line with its indicator."""
    if cause.startswith(_RED_LINE):
        return say("cause_red_line", indicator=of_value("indicator", cause.removeprefix(_RED_LINE)))
    return of_value("cause", cause)


def most_lacking(report: Report, lights: Sequence[Row]) -> list[tuple[str, int]]:
    """Indicators that lights do not judge, with the number of lights, the most frequent first."""
    counted: dict[str, int] = {}
    for light in lights:
        for one in lacking(report, light):
            counted[one.indicator] = counted.get(one.indicator, 0) + 1
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
