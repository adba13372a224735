"""The page of one institution: a single HTML file with its charts, for screen and print, readable offline."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from iecareer.feedback import charts, reading, wording
from iecareer.feedback.phrases import percent, withheld, yuan

if TYPE_CHECKING:
    from jinja2 import Template

    from iecareer.feedback.published import College, Edition, Row

# Further panels are only in the workbook.
_PANELS = 8


def render_page(college: College, edition: Edition, label: str) -> str:
    """The page as HTML text; every value is escaped by the template engine."""
    return _template().render(
        college=college,
        edition=edition,
        label=label,
        words=wording.tables(),
        cards=reading.cards(college, edition),
        lines=reading.lines(college, edition),
        retention=_retention(college),
        pay=_pay(college),
        match=_match(college, edition),
        reviews=_reviews(college),
        differentials=_differentials(college, edition),
        horizons=_horizons(college, edition),
        responses=_responses(college, edition),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("iecareer.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(percent=percent, yuan=yuan, of_value=wording.of_value)
    return environment.get_template("college.html.j2")


def _retention(college: College) -> str:
    """Chart of the institution's retention curve; empty if no value may be shown."""
    names = ("months", "retention", "ci_low", "ci_high", "peer_median")
    horizons = {row["horizon_months"] for row in college.tables["retention"]}
    rows = [
        {name: row[name] for name in names} | {"is_horizon": row["months"] in horizons}
        for row in college.rows("retention_curve", program_code=None, cohort_year=None, status="ok")
    ]
    if not rows:
        return ""
    start = {"months": 0, "retention": 1.0, "ci_low": 1.0, "ci_high": 1.0, "peer_median": 1.0}
    rows.sort(key=lambda row: row["months"])
    return charts.retention_svg(rows if rows[0]["months"] == 0 else [start, *rows])


def _programs(college: College) -> list[tuple[str, str]]:
    found = {
        row["program_code"]: row["program_name"] for row in college.tables["response"] if row["program_code"]
    }
    return [(code, name or code) for code, name in sorted(found.items())]


def _pay(college: College) -> str:
    """Chart of each program's newest published quartiles and those of its typical peer."""
    rows: list[Row] = []
    for code, name in _programs(college):
        pay = reading.newest_pay(college, code)
        if pay is None or pay["status"] != "ok":
            continue
        title = f"{name}（{pay['cohort_year']}）"
        rows.append(
            {"program": title, "whose": charts.OWN} | {part: pay[part] for part in ("p25", "p50", "p75")}
        )
        if pay["peer_median"] is not None:
            peers = {"p25": pay["peer_p25"], "p50": pay["peer_median"], "p75": pay["peer_p75"]}
            rows.append({"program": title, "whose": charts.PEERS} | peers)
    return charts.pay_svg(rows) if rows else ""


def _match(college: College, edition: Edition) -> str:
    """Chart of job match by cohort, programs with the most responses first."""
    wave = edition.number("headline_wave_months")
    published = college.rows("job_match", wave_months=wave, status="ok", **reading.MATCH)
    names = dict(_programs(college))
    answers: dict[str, int] = {}
    for row in published:
        answers[row["program_code"]] = answers.get(row["program_code"], 0) + row["n"]
    chosen = sorted(sorted(answers, key=lambda code: -answers[code])[:_PANELS])
    parts = ("cohort_year", "share", "ci_low", "ci_high", "peer_median")
    rows: list[dict[str, Any]] = [
        {"program": names.get(code, code), "order": order} | {part: row[part] for part in parts}
        for order, code in enumerate(chosen)
        for row in published
        if row["program_code"] == code
    ]
    return charts.match_svg(rows) if rows else ""


def _reviews(college: College) -> list[dict[str, Any]]:
    """Flagged programs with their reasons in both languages."""
    names = dict(_programs(college))
    return [
        {
            "code": row["program_code"],
            "name": names.get(row["program_code"]) or row["program_name"] or row["program_code"],
            "score": row["score"],
            "reasons": [
                (row[f"reason_{i}_zh"] or "", row[f"reason_{i}_en"] or "")
                for i in (1, 2, 3)
                if row[f"reason_{i}_zh"] or row[f"reason_{i}_en"]
            ],
            "skills": (row["skills_zh"] or "", row["skills_en"] or ""),
            "clears": (row["what_would_clear_zh"] or "", row["what_would_clear_en"] or ""),
        }
        for row in sorted(college.rows("program_flag", is_flagged=True), key=lambda row: -(row["score"] or 0))
    ]


def _differentials(college: College, edition: Edition) -> list[dict[str, Any]]:
    """Salary differentials of the institution and of the region, all cohorts together."""
    chosen = [
        row
        for row in college.tables["salary_differential"]
        if row["cohort_year"] is None and row["method"] != "raw" and row["scope"] in ("institution", "region")
    ]
    return [
        row
        | {
            "instead": withheld("salary_differential", row, edition),
            "percent_low": _percent(row["ci_low"]),
            "percent_high": _percent(row["ci_high"]),
        }
        for row in chosen
    ]


def _percent(log_difference: float | None) -> float | None:
    return None if log_difference is None else math.expm1(log_difference)


def _horizons(college: College, edition: Edition) -> list[dict[str, Any]]:
    """Newest published retention of each program at each horizon."""
    horizons = sorted({row["horizon_months"] for row in college.tables["retention"]})
    out = []
    for code, name in _programs(college):
        cells = []
        for horizon in horizons:
            row = reading.newest(college.rows("retention", program_code=code, horizon_months=horizon))
            cells.append(
                (horizon, row, withheld("retention", row, edition) if row else ("无数据", "no data"))
            )
        out.append({"code": code, "name": name, "cells": cells})
    return out


def _responses(college: College, edition: Edition) -> list[Row]:
    """Response of each program's newest cohort at the headline wave."""
    wave = edition.number("headline_wave_months")
    out = []
    for code, name in _programs(college):
        row = reading.newest(college.rows("response", program_code=code, wave_months=wave))
        if row:
            out.append(row | {"program_name": name, "instead": withheld("response", row, edition)})
    return out
