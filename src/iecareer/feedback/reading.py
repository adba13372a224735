"""The headline cards of a page and its line per program: each takes value, interval and mark from one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.feedback.phrases import percent, withheld, yuan
from iecareer.feedback.wording import of_value

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition, Row

# From the destination register, which has no waves.
PLACEMENT = {"definition": "moe_final", "weighting": "unweighted", "wave_months": 0}
INSURED = {"definition": "register", "weighting": "unweighted"}
KNOWN = {"definition": "known_only"}
MATCH = {"definition": "normative", "fit": "core_or_related"}
VALUES = {"retention": "retention", "response": "response_rate", "promotion": "incidence"}
# Of programs; an institution's survey shares are weighted.
_OF_PROGRAM = {"scope": "program", "weighting": "unweighted"}


@dataclass(frozen=True)
class Cell:
    """One number of one program or of the institution, or the text shown instead of it."""

    value: str
    about: tuple[str, str]
    mark: str | None = None
    instead: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Line:
    """One program at a glance."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    is_flagged: bool


def cards(college: College, edition: Edition) -> list[tuple[tuple[str, str], Cell]]:
    """Titles and headline numbers of the institution, the most important first."""
    wave, horizon = edition.number("headline_wave_months"), edition.number("headline_horizon_months")
    own = {"scope": "institution"}
    weighted = own | {"wave_months": wave, "weighting": "weighted"}
    found = (
        (("年终毕业去向落实率", "Placement rate at year's end"), "employment", own | PLACEMENT),
        (
            (f"毕业 {wave} 个月社保参保率", f"Insured after {wave} months"),
            "employment",
            own | INSURED | {"wave_months": wave},
        ),
        (("去向已知者落实率（加权）", "Placed among those known, weighted"), "employment", weighted | KNOWN),
        (("专业对口率（加权）", "Job match, weighted"), "job_match", weighted | MATCH),
        (
            (f"首份工作 {horizon} 个月留任率", f"Still in first job after {horizon} months"),
            "retention",
            own | {"horizon_months": horizon},
        ),
        (("起薪中位数", "Median starting pay"), "starting_salary", own | {"measure": "register"}),
    )
    return [
        (title, cell(table, newest(college.rows(table, **where)), edition)) for title, table, where in found
    ]


def lines(college: College, edition: Edition) -> list[Line]:
    """Every program with its newest publishable numbers."""
    wave, horizon = edition.number("headline_wave_months"), edition.number("headline_horizon_months")
    flagged = {row["program_code"] for row in college.rows("program_flag", is_flagged=True)}
    out = []
    for code, name in programs(college):
        own = {"scope": "program", "program_code": code}
        wanted = (
            ("employment", PLACEMENT),
            ("job_match", MATCH | {"wave_months": wave, "weighting": "unweighted"}),
            ("retention", {"horizon_months": horizon}),
            ("starting_salary", {"measure": "register"}),
        )
        cells = tuple(
            cell(table, newest(college.rows(table, **own, **where)), edition) for table, where in wanted
        )
        out.append(Line(code, name, cells, code in flagged))
    return out


def programs(college: College) -> list[tuple[str, str]]:
    """Codes and names of the programs with any row."""
    found = {
        row["program_code"]: row["program_name"] or row["program_code"]
        for row in college.tables["response"] + college.tables["employment"]
        if row["program_code"]
    }
    return sorted(found.items())


def newest(rows: list[Row]) -> Row | None:
    """The newest published row of a cohort or block, or else the newest row."""
    of_cohorts = [row for row in rows if row["cohort_to"] is not None]
    return max(
        of_cohorts,
        key=lambda row: (row["status"] == "ok", row["cohort_to"], row["cohort_from"]),
        default=None,
    )


def years(row: Row) -> str:
    """The cohorts of a row."""
    first, last = row["cohort_from"], row["cohort_to"]
    return str(last) if first == last else f"{first}–{last}"


def cell(table: str, row: Row | None, edition: Edition) -> Cell:
    """The cell of one row, or why there is no number."""
    if row is None or row["status"] != "ok":
        return Cell("", ("", ""), instead=withheld(table, row, edition))
    if table in ("starting_salary", "wage"):
        return Cell(
            yuan(row["p50"]),
            (f"{years(row)} 届，n = {row['n']}", f"{years(row)}, n = {row['n']}"),
            row["mark"],
        )
    value = row[VALUES.get(table, "share")]
    spread = f"{percent(row['ci_low'], row['n'])}–{percent(row['ci_high'], row['n'])}"
    zh = f"{years(row)} 届，n = {row['n']}；95% 区间 {spread}"
    en = f"{years(row)}, n = {row['n']}; 95% interval {spread}"
    if row["peer_median"] is not None:
        zh += f"；{row['n_peers']} 个同类的中位数 {percent(row['peer_median'])}"
        en += f"; median of {row['n_peers']} peers {percent(row['peer_median'])}"
    return Cell(percent(value, row["n"]), (zh, en), row["mark"])


def labels(row: dict[str, Any], *columns: str) -> tuple[str, str]:
    """Words of several code columns in one text."""
    words = [of_value(column, row[column]) for column in columns if row.get(column)]
    return " · ".join(zh for zh, _ in words), " · ".join(en for _, en in words)
