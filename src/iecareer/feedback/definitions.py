"""What page and workbook list, one definition each: newest cohort first, institution before programs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.feedback.indicators import LATER
from iecareer.feedback.light_statements import cause_of, words_of
from iecareer.feedback.statements import response_of, response_rows
from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Row

# Definitions that rest on answers; of pay and promotion the response of its own wave is given.
_TOLD = ("known", "match", "core", "self_match", "over", "promoted", "start_pay", "later_pay")
# Tables whose rows may be blocks of cohorts.
BLOCKS = ("retention", "starting_salary", "wage", "hiring_employer", "workplace_pay")
_SHARE = (
    "n",
    "k",
    "ci_low",
    "ci_high",
    "mark",
    "smallest_difference",
    "n_peers",
    "peer_level",
    "peer_median",
)
_PAY = (
    "p25",
    "p50",
    "p75",
    "compared",
    "ci_low",
    "ci_high",
    "share_floor",
    "share_cap",
    "mark",
    "smallest_difference",
)
_PEERS = ("n_peers", "peer_level", "peer_median")
_DIFFERENCE = (
    "percent",
    "ci_low",
    "ci_high",
    "n_cooperative",
    "n_comparison",
    "n_institutions_cooperative",
    "n_institutions_comparison",
    "coverage",
)
_HIRING = (
    *("cohort_from", "cohort_to", "program_code", "program_name", "place", "enterprise_name"),
    *("horizon_months", "n", "k", "retention", "ci_low", "ci_high"),
)
_CATEGORY_PAY = (
    *("cohort_from", "cohort_to", "program_code", "program_name", "horizon_months", "dimension", "category"),
    *("n", "p25", "p50", "p75", "share_floor", "share_cap"),
)
_OF_LIGHT = ("year", "program_code", "program_name")
_LIGHT = (*_OF_LIGHT, "light", "band", "reaches", "is_certain", "index", "red_lines", "is_consequential")
_LIGHT_INDICATOR = (
    *(*_OF_LIGHT, "level", "indicator", "cohort_year", "value", "graduates", "points", "contribution"),
    *("step_for_better", "red_line", "status"),
)
_WARNING = (*_OF_LIGHT, "cause", "response", "rectify_by", "is_new")
_REASONS = ("reason_1_zh", "reason_2_zh", "reason_3_zh", "skills_zh", "what_would_clear_zh")


@dataclass(frozen=True)
class Definition:
    """One definition with its rows, a sheet of the workbook.

    Parameters
    ----------
    name : str
        Its title and note in the catalogue of words (``sheet_<name>``, ``sheet_<name>_note``).
    table : str
        Table of the rows, which says why a value is missing.
    main : str
        Column that shows the value, or why there is none.
    columns : tuple of str
        Columns in order; of pay, ``compared`` is the median that is compared with peers.
    """

    name: str
    table: str
    main: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def title(self) -> Text:
        """The name of its sheet."""
        return say(f"sheet_{self.name}")

    @property
    def note(self) -> Text:
        """What the numbers mean."""
        return say(f"sheet_{self.name}_note")


def measures_of(college: College, indicators: Indicators) -> frozenset[str]:
    """The measures of pay that are listed: those with a published number, or else the one that says why none is."""
    published = {row["measure"] for row in college.tables["starting_salary"] if row["status"] == "ok"}
    return frozenset(published or {indicators.pay_measure})


def definitions(
    college: College, indicators: Indicators, measures: frozenset[str] | None = None
) -> list[Definition]:
    """All definitions in the order of the workbook, with pay by these measures; default `measures_of`."""
    wave = indicators.wave

    def of(
        name: str, table: str, keys: tuple[str, ...], main: str, keep: Callable[[Row], bool] = lambda _: True
    ) -> Definition:
        rows = [row for row in college.tables[table] if row["cohort_to"] is not None and keep(row)]
        values = (*_PAY, *_PEERS) if table in ("starting_salary", "wage") else _SHARE
        place = values.index("k") + 1 if "k" in values else 0
        listed = values if main in values else (*values[:place], main, *values[place:])
        cohorts = ("cohort_from", "cohort_to") if table in BLOCKS else ("cohort_to",)
        head = (*cohorts, "program_code", "program_name", *keys)
        if table in ("starting_salary", "wage"):
            listed = ("n", *listed)
        if name in _TOLD:
            listed = (*listed, "response_rate")
            rows = [row | {"response_rate": _response(college, row, wave)} for row in rows]
        return Definition(name, table, main, (*head, *listed), _in_order(rows, keys))

    def defined(definition: str, fit: str | None = None) -> Callable[[Row], bool]:
        def keep(row: Row) -> bool:
            weighting = "unweighted" if row["scope"] == "program" or not _is_weighted(row) else "weighted"
            return bool(
                row["definition"] == definition
                and row.get("fit") == fit
                and row["wave_months"] in (0, wave)
                and row["weighting"] == weighting
            )

        return keep

    listed_measures = measures_of(college, indicators) if measures is None else measures

    def measured(row: Row) -> bool:
        return row["measure"] in listed_measures

    def later(row: Row) -> bool:
        return row["horizon_months"] in LATER

    return [
        of("placement", "employment", (), "share", defined("moe_final")),
        of("initial", "employment", (), "share", defined("moe_initial")),
        of("insured", "employment", (), "share", defined("register")),
        of("known", "employment", (), "share", defined("known_only")),
        of("match", "job_match", (), "share", defined("normative", "core_or_related")),
        of("core", "job_match", (), "share", defined("normative", "core")),
        of("self_match", "job_match", (), "share", defined("self_report")),
        of("over", "job_match", (), "share", defined("vertical", "over")),
        of("stay", "retention", ("horizon_months",), "retention"),
        of("employers", "employer", ("horizon_months", "n_employers"), "share"),
        of("workplace", "workplace", ("horizon_months", "dimension", "category"), "share", later),
        of("start_pay", "starting_salary", ("measure",), "p50", measured),
        of(
            "later_pay",
            "wage",
            ("measure", "horizon_months"),
            "p50",
            lambda row: measured(row) and later(row),
        ),
        of("promoted", "promotion", ("horizon_months",), "incidence"),
        of("certificate", "certificate", ("phase", "measure"), "share"),
        of(
            "output",
            "innovation",
            ("kind",),
            "share",
            lambda row: row["scope"] != "program" or row["kind"] == "all",
        ),
        _of_columns("hiring", college, "hiring_employer", "retention", _HIRING),
        _of_columns("workplace_pay", college, "workplace_pay", "p50", _CATEGORY_PAY),
        _differences(college),
        of("response", "response", ("wave_months",), "response_rate"),
        _flags(college),
        *_lights(college),
    ]


def is_told(name: str, row: Row) -> bool:
    """Whether a row of the definition with this name rests on answers to the survey."""
    return name in _TOLD and row.get("measure", "survey") == "survey"


def _response(college: College, row: Row, wave: int) -> float | str | None:
    """The response rate behind a survey figure, in words if it is not one number; none for the register."""
    if row.get("measure", "survey") != "survey" or row["status"] != "ok":
        return None
    months = row.get("horizon_months") or wave
    rows = response_rows(college, row, months)
    if rows and row["cohort_from"] == row["cohort_to"]:
        return float(rows[0]["response_rate"])
    return response_of(college, row, months).zh


def _is_weighted(row: Row) -> bool:
    """Whether institutions have a weighted row of this definition: those that rest on answers do."""
    return row["definition"] not in ("moe_final", "moe_initial", "register")


def _of_columns(name: str, college: College, table: str, main: str, columns: tuple[str, ...]) -> Definition:
    """All rows of a table, in the order of its key columns behind the program."""
    at = columns.index("program_name") + 1
    keys = columns[at : columns.index("n")]
    return Definition(name, table, main, columns, _in_order(college.tables[table], keys))


def _differences(college: College) -> Definition:
    rows = sorted(
        (
            row
            for row in college.tables["salary_differential"]
            if row["cohort_year"] is None or row["scope"] == "institution"
        ),
        key=lambda row: (
            -(row["cohort_year"] or 9999),
            ("institution", "program", "region", "mode").index(row["scope"]),
            row["program_code"] or "",
            row["mode"] or "",
            row["measure"],
            row["method"],
        ),
    )
    ends = ("ci_low", "ci_high")
    rows = [row | {end: None if row[end] is None else math.expm1(row[end]) for end in ends} for row in rows]
    keys = ("cohort_year", "scope", "program_name", "mode", "measure", "method")
    return Definition("difference", "salary_differential", "percent", (*keys, *_DIFFERENCE), tuple(rows))


def _flags(college: College) -> Definition:
    rows = sorted(
        college.tables["program_flag"],
        key=lambda row: (not row["is_flagged"], -(row["score"] or 0), row["program_code"]),
    )
    return Definition(
        "flag", "program_flag", "", ("program_code", "program_name", "is_flagged", *_REASONS), tuple(rows)
    )


def _lights(college: College) -> list[Definition]:
    """Lights with their indicators and warnings: the newest year first, the institution before its programs."""
    columns = {"light": _LIGHT, "light_indicator": _LIGHT_INDICATOR, "warning": _WARNING}

    def of(name: str, listed: tuple[str, ...]) -> Definition:
        rows = sorted(college.tables[name], key=lambda row: (-row["year"], row["program_code"] or ""))
        return Definition(name, name, "", listed, tuple(map(_light_row, rows)))

    return [of(*one) for one in columns.items()]


def _light_row(row: Row) -> Row:
    """The row with lists in words; a count that is not there is not a count below 10."""
    words = {
        "points": row.get("score"),
        "graduates": row.get("n"),
        "reaches": words_of("band", row.get("reaches")),
        "red_lines": words_of("indicator", row.get("red_lines")),
        "cause": cause_of(row).zh if "cause" in row else None,
    }
    return row | {name: text for name, text in words.items() if name not in row or text is not None}


def _in_order(rows: Sequence[Row], keys: tuple[str, ...]) -> tuple[Row, ...]:
    def place(row: Row) -> tuple[Any, ...]:
        return (
            -row["cohort_to"],
            -row["cohort_from"],
            row["program_code"] or "",
            *(row[key] if isinstance(row[key], int) else str(row[key] or "") for key in keys),
        )

    return tuple(sorted(rows, key=place))
