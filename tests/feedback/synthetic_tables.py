"""Feedback tables of an invented region with the columns of the published models: no person, no delivery."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from iecareer.documents import write_document
from iecareer.feedback.lights import prepare_lights
from tests.models import PROJECT

Row = dict[str, Any]
TYPES = {"string": "varchar", "int": "integer", "bigint": "bigint", "double": "double"}
PROGRAMS = {
    "460103": "数控技术",
    "460104": "机械制造及自动化",
    "510201": "计算机应用技术",
    "530304": "大数据与会计",
}
INSTITUTIONS = {
    f"41420108{at:02d}": f"{name}职业技术学院"
    for at, name in enumerate(["东江", "临海", "云山", "清河", "白石", "南湖"])
}
COHORTS = range(2021, 2026)
# Share at the first institution in the first cohort, with the key columns of its row.
SHARES: dict[str, list[tuple[float, Row]]] = {
    "response": [(0.62, {"wave_months": 6})],
    "employment": [
        (0.91, {"wave_months": 0, "definition": "moe_final", "weighting": "unweighted"}),
        (0.82, {"wave_months": 0, "definition": "moe_initial", "weighting": "unweighted"}),
        (0.74, {"wave_months": 6, "definition": "register", "weighting": "unweighted"}),
        (0.93, {"wave_months": 6, "definition": "known_only", "weighting": "unweighted"}),
        (0.93, {"wave_months": 6, "definition": "known_only", "weighting": "weighted"}),
    ],
    "job_match": [
        (
            0.64,
            {"wave_months": 6, "definition": "normative", "fit": "core_or_related", "weighting": weighting},
        )
        for weighting in ("unweighted", "weighted")
    ],
    "retention": [
        (0.9 - 0.011 * horizon, {"horizon_months": horizon}) for horizon in (3, 6, 12, 24, 36, 48, 60)
    ],
    "workplace": [
        (share, {"horizon_months": 12, "dimension": "place", "category": category})
        for share, category in ((0.4, "same_prefecture"), (0.35, "same_province"), (0.25, "other_province"))
    ],
    "employer": [
        (share, {"horizon_months": 36, "n_employers": number})
        for share, number in ((0.5, "one"), (0.3, "two"), (0.2, "three_or_more"))
    ],
    "certificate": [(0.44, {"phase": "during_studies", "measure": "holders"})],
    "promotion": [(0.004 * horizon, {"horizon_months": horizon}) for horizon in (12, 36, 60)],
    "innovation": [(0.03, {"kind": "all"})],
}
VALUES = {"response": "response_rate", "retention": "retention", "promotion": "incidence"}
PAY = {"starting_salary": [{"measure": "register"}, {"measure": "survey"}]}
PAY["wage"] = [{"measure": "register", "horizon_months": horizon} for horizon in (12, 36, 60)]
ADJUSTED = {"starting_salary": "p50_region_adjusted", "wage": "p50_compared"}
# Named employers: hires from the whole institution, and from its first program.
EMPLOYERS = {"91420100MA4KX0001A": "恒川机械有限公司", "91420100MA4KX0002B": "瑞泽电子有限公司"}
HIRES = {"institution": (35, 20), "program": (15, 10)}
HORIZONS = (3, 6, 12, 24, 36, 48, 60)
POLICY = {
    "min_n_rate": 10,
    "min_n_wage": 30,
    "min_n_rollup": 50,
    "min_peers": 5,
    "wage_rounding_cny": 100,
    "headline_wave_months": 6,
    "headline_horizon_months": 12,
    "fine_share_from": 100,
    "followed_share": 0.8,
    "min_employers_named": 3,
    "min_industry_peers": 10,
    "false_discovery_rate": 0.4,
    "differential_min_institutions": 5,
}


@cache
def columns(table: str) -> dict[str, str]:
    """Columns and types of a published model, from its description."""
    path = PROJECT / "models" / "publication" / f"published_{table}.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {column["name"]: TYPES[column["data_type"]] for column in model["columns"]}


def rows_of(table: str) -> list[Row]:
    """All rows of a table, each with the median of its peers."""
    rows = list(_pay_rows(table) if table in PAY else _share_rows(table))
    value = ADJUSTED.get(table) or VALUES.get(table, "share")
    keys = [name for name in columns(table) if name in {key for row in rows for key in row["key"]}]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        same = (row["scope"], row["program_code"], row["cohort_to"], *(row[key] for key in keys))
        groups.setdefault(same, []).append(row)
    for group in groups.values():
        for row in group:
            peers = [other[value] for other in group if other is not row and other[value] is not None]
            if len(peers) >= POLICY["min_peers"] and row["cohort_to"] is not None:
                compare(row, value, median(peers), len(peers))
    return rows


def compare(row: Row, value: str, peers: float, n_peers: int = 5) -> None:
    """Fill the columns that compare a row with its peers."""
    level = "program" if row["scope"] == "program" else "institution"
    row |= {"peer_median": peers, "n_peers": n_peers, "peer_level": level}
    if row[value] is None:
        return
    row["mark"] = (
        "higher" if row["ci_low"] > peers else "lower" if row["ci_high"] < peers else "not_told_apart"
    )
    if row["mark"] == "not_told_apart":
        row["smallest_difference"] = (row["ci_high"] - row["ci_low"]) / 2


def _units() -> Iterator[Row]:
    """Scope, codes, cohort, offset and the sizes of its program-cohorts of every row."""
    yield from _institution_units()
    yield from _region()


def _institution_units() -> Iterator[Row]:
    """The same of institutions and their programs."""
    for at, institution in enumerate(INSTITUTIONS):
        # the last program of the first institution is too small for any number
        sizes = [
            5 if at == 0 and place == len(PROGRAMS) - 1 else 30 + 5 * place for place in range(len(PROGRAMS))
        ]
        for cohort in (*COHORTS, None):
            own = {
                "institution_code": institution,
                "cohort_from": cohort,
                "cohort_to": cohort,
                "lift": 0.02 * at,
            }
            times = len(COHORTS) if cohort is None else 1
            yield own | {"scope": "institution", "program_code": None, "sizes": sizes * times}
            for size, program in zip(sizes, PROGRAMS, strict=True):
                yield own | {"scope": "program", "program_code": program, "sizes": [size] * times}


def _region() -> Iterator[Row]:
    """The whole region by cohort: the program-cohorts of all institutions."""
    units = list(_institution_units())
    for cohort in (*COHORTS, None):
        own = [unit for unit in units if unit["scope"] == "institution" and unit["cohort_to"] == cohort]
        yield {
            "scope": "region",
            "institution_code": None,
            "program_code": None,
            "cohort_from": cohort,
            "cohort_to": cohort,
            "lift": 0.05,
            "sizes": [size for unit in own for size in unit["sizes"]],
        }


def _row(table: str, unit: Row, key: Row, n: int) -> Row:
    named = {name: value for name, value in unit.items() if name not in ("lift", "sizes")}
    is_shown = n >= POLICY["min_n_rate"]
    status = "ok" if is_shown else "too_few"
    return (
        dict.fromkeys(columns(table))
        | named
        | key
        | {"status": status, "n": n if is_shown else None, "key": key}
    )


def _fives(count: float) -> int:
    """The nearest multiple of the rounding base."""
    return 5 * int(count / 5 + 0.5)


def _counts(table: str, key: Row, size: int, lift: float, share: float) -> tuple[int, int]:
    """Numerator and denominator of a program-cohort of `size` graduates, whose states add up."""
    answers = _fives(size * (0.62 + lift))
    if table == "response":
        return answers, size
    if table in ("workplace", "employer"):
        order = sorted(SHARES[table], key=lambda one: str(list(one[1].values())))
        before = sum(part for part, other in order[: [other for _, other in order].index(key)])
        return _fives(size * (before + share)) - _fives(size * before), size
    n = size
    if key.get("definition") in ("known_only", "normative"):
        n = answers if table == "employment" else _fives(0.8 * answers)
    return min(n, _fives(n * min(1.0, share + lift))), n


def _interval(k: int, n: int, n_cells: int) -> tuple[float, float]:
    """All p with (k - n p)^2 <= z^2 (n p (1 - p) + 4 for each program-cohort), rounded outwards."""
    z2, v = 1.959963984540054**2, 4 * n_cells
    a, b, c = n * n + z2 * n, -(2 * k * n + z2 * n), k * k - z2 * v
    root, steps = math.sqrt(b * b - 4 * a * c), 100 if n < POLICY["fine_share_from"] else 1000
    low, high = (-b - root) / (2 * a), (-b + root) / (2 * a)
    return max(0.0, math.floor(low * steps) / steps), min(1.0, math.ceil(high * steps) / steps)


def _share_rows(table: str) -> Iterator[Row]:
    value = VALUES.get(table, "share")
    for unit in _units():
        for share, key in SHARES[table]:
            if key.get("weighting") == "weighted" and unit["scope"] == "program":
                continue
            sizes = unit["sizes"]
            if table == "promotion" and unit["cohort_to"] is None:
                # all cohorts together leave out those that were not followed long enough
                seen = [cohort for cohort in COHORTS if _is_seen(table, {"cohort_to": cohort}, key)]
                sizes = sizes[: len(sizes) // len(COHORTS)] * len(seen)
            parts = [_counts(table, key, size, unit["lift"], share) for size in sizes]
            k, n = sum(part[0] for part in parts), sum(part[1] for part in parts)
            if table == "workplace" and n < POLICY["min_n_rate"]:
                # a row that is not shown names no category
                if key["category"] == "same_prefecture":
                    yield _row(table, unit, key | {"category": "other"}, n)
                continue
            row = _row(table, unit, key, n)
            if not _is_seen(table, unit, key) and (row["status"] == "ok" or table == "promotion"):
                row["status"] = "not_observed"
            if row["status"] == "ok":
                steps = 100 if n < POLICY["fine_share_from"] else 1000
                low, high = _interval(k, n, len(parts) if table != "retention" else 1)
                row |= {
                    "k": None if key.get("weighting") == "weighted" else k,
                    value: math.floor(round(k / n * steps, 9) + 0.5) / steps,
                    "ci_low": low,
                    "ci_high": high,
                }
            yield row


def _is_seen(table: str, unit: Row, key: Row) -> bool:
    """Whether a cohort has been followed for as long as the row says."""
    if table not in ("retention", "promotion") or unit["cohort_to"] is None:
        return True
    return bool(12 * (2026 - unit["cohort_to"]) >= key["horizon_months"])


def _pay_rows(table: str) -> Iterator[Row]:
    for unit in _units():
        least, n = POLICY["min_n_wage" if unit["scope"] == "program" else "min_n_rollup"], sum(unit["sizes"])
        for key in PAY[table]:
            row = _row(table, unit, key, n)
            if n < least:
                row["status"] = "too_few"
            else:
                middle = round(52 + 0.1 * key.get("horizon_months", 0) + 100 * unit["lift"]) * 100.0
                row |= {"p25": middle - 800, "p50": middle, "p75": middle + 900}
                if key["measure"] == "register":
                    row |= {"share_floor": math.floor(500 / n + 0.5) / 100, "share_cap": 0.0}
                if unit["scope"] == "program":
                    row |= {ADJUSTED[table]: middle - 100, "ci_low": middle - 400, "ci_high": middle + 300}
            yield row


def hire_rows(table: str) -> Iterator[Row]:
    """Hires of two employers: of institutions and their first program, or of all together beside their industry."""
    scopes = HIRES if table == "hiring_employer" else {"employer": (95, 45)}
    for scope, hires in scopes.items():
        for institution in INSTITUTIONS if scope != "employer" else (None,):
            for place, (code, n) in enumerate(zip(EMPLOYERS, hires, strict=True), start=1):
                for horizon in HORIZONS:
                    row = dict.fromkeys(columns(table)) | {
                        "scope": scope,
                        "institution_code": institution,
                        "program_code": next(iter(PROGRAMS)) if scope == "program" else None,
                        "enterprise_code": code,
                        "enterprise_name": EMPLOYERS[code],
                        "industry": "C",
                        "cohort_from": 2022,
                        "cohort_to": 2024,
                        "horizon_months": horizon,
                        "n": n,
                        "status": "ok" if horizon <= 24 else "too_few" if horizon < 60 else "not_observed",
                    }
                    row |= {"place": place} if "place" in row else {}
                    if row["status"] == "ok":
                        k = 5 * round(n * (0.9 - 0.011 * horizon) / 5)
                        half = 1.2 / n**0.5
                        low, high = max(0.0, k / n - half), min(1.0, k / n + half)
                        row |= {"k": k, "retention": round(k / n, 2), "ci_low": round(low, 2)}
                        row |= {"ci_high": round(high, 2)}
                        if table == "employer_retention" and horizon <= 12:
                            row |= {"peer_p25": 0.6, "peer_p75": 0.9}
                            compare(row, "retention", 0.7, 11)
                            row["peer_level"] = "industry"
                    yield row


def category_pay_rows() -> Iterator[Row]:
    """Pay by place of the first program of every institution; one employer has more than half of those far away."""
    statuses = {"same_prefecture": "ok", "same_province": "too_few", "other_province": "suppressed"}
    for institution in INSTITUTIONS:
        for category, status in statuses.items():
            row = dict.fromkeys(columns("workplace_pay")) | {
                "scope": "program",
                "institution_code": institution,
                "program_code": next(iter(PROGRAMS)),
                "cohort_from": 2022,
                "cohort_to": 2023,
                "measure": "register",
                "horizon_months": 12,
                "dimension": "place",
                "category": category,
                "n": 25 if status == "too_few" else 40,
                "status": status,
            }
            if status == "ok":
                row |= {"p25": 4800.0, "p50": 5600.0, "p75": 6500.0, "share_floor": 0.02, "share_cap": 0.0}
            yield row


def flag_rows() -> Iterator[Row]:
    """One evaluated program per institution and program; the first program is proposed for a review."""
    for institution in INSTITUTIONS:
        for place, program in enumerate(PROGRAMS):
            yield {
                "institution_code": institution,
                "program_code": program,
                "cohort_year": 2025,
                "as_of": "2026-11-21",
                "score": 0.7 - 0.2 * place,
                "posterior": 0.7 - 0.2 * place,
                "q_value": 0.3 + 0.1 * place,
                "is_flagged": place == 0,
                "reason_1_zh": "近几届对口率 45%（n = 30），同类专业 60%（n = 300）",
                "reason_1_en": "Job match of the recent cohorts 45% (n = 30), peers 60% (n = 300)",
                "reason_2_zh": "最近一次课程更新距今 38 个月（8 门课程），同类专业 14 个月",
                "reason_2_en": "Newest course version 38 months old (8 courses), peers 14",
                "reason_3_zh": None,
                "reason_3_en": None,
                "skills_zh": None,
                "skills_en": None,
                "what_would_clear_zh": "2026 与 2027 两届合计的对口率接近同类专业。",
                "what_would_clear_en": "Clears when the match of cohorts 2026 and 2027 together is close to peers.",
            }


def light_rows() -> dict[str, list[Row]]:
    """A yellow light of every institution with a crossed red line, and a green one of its first program."""
    found: dict[str, list[Row]] = {"light": [], "light_indicator": [], "warning": []}
    for institution in INSTITUTIONS:
        own = {"scope": "institution", "institution_code": institution, "program_code": None, "year": 2025}
        of_program = own | {"scope": "program", "program_code": next(iter(PROGRAMS))}
        red = {"light": "red", "band": "yellow", "reaches": "green", "is_certain": False, "index": 65}
        green = {"light": "green", "band": "green", "reaches": "", "is_certain": True, "index": 80}
        red |= {"red_lines": "enterprise_participation", "is_consequential": True}
        green |= {"red_lines": "", "is_consequential": False}
        found["light"] += [own | red, of_program | green]
        match = {"indicator": "job_match", "level": "result", "status": "ok", "score": 60, "contribution": 10}
        match |= {"step_for_better": 0.15}
        few = {"indicator": "certificate_pass", "level": "result", "status": "too_few"}
        taking_part = {"indicator": "enterprise_participation", "level": "participation", "status": "ok"}
        taking_part |= {"value": 0.25, "score": 5, "contribution": 0, "red_line": 0.3}
        of_both = [unit | match | share_of_light(unit) for unit in (own, of_program)]
        found["light_indicator"] += [*of_both, own | taking_part, of_program | few]
        rectify = {"response": "rectification", "rectify_by": date(2026, 12, 31), "is_new": True}
        found["warning"] += [own | {"cause": "red_line:enterprise_participation"} | rectify]
    return found


def share_of_light(unit: Row) -> Row:
    """The newest job match that is published of the unit."""
    shown = [
        row
        for row in rows_of("job_match")
        if all(row[name] == unit[name] for name in ("scope", "institution_code", "program_code"))
        and (row["definition"], row["fit"], row["status"]) == ("normative", "core_or_related", "ok")
        and row["cohort_to"] is not None
    ]
    newest = max(shown, key=lambda row: row["cohort_to"])
    return {"cohort_year": newest["cohort_to"], "n": newest["n"], "value": newest["share"]}


def differential_rows() -> Iterator[Row]:
    """Differences of the region, of one mode and of every institution, of which the first is not comparable."""
    base = {
        "measure": "register",
        "program_code": None,
        "mode": None,
        "cohort_year": None,
        "method": "stratified",
    }
    ok = {
        "n_cooperative": 120,
        "n_comparison": 800,
        "n_institutions_cooperative": 6,
        "n_institutions_comparison": 9,
        "coverage": 0.9,
        "log_difference": 0.05,
        "se": 0.02,
        "percent": 0.0513,
        "ci_low": 0.01,
        "ci_high": 0.09,
        "status": "ok",
    }
    not_shown = dict.fromkeys(ok) | {
        "n_institutions_cooperative": 1,
        "n_institutions_comparison": 1,
        "status": "not_comparable",
    }
    yield base | {"scope": "region", "institution_code": None} | ok
    yield base | {"scope": "mode", "institution_code": None, "mode": "order_class"} | ok
    for at, code in enumerate(INSTITUTIONS):
        yield base | {"scope": "institution", "institution_code": code} | (ok if at else not_shown)


def write_run_state(home: Path, run_id: str, labels: tuple[str, ...] = ()) -> None:
    """Write the state that a run leaves when it is published, without rows."""
    folder = home / "runs" / f"{run_id}.released"
    folder.mkdir(parents=True)
    state = {"run_id": run_id, "as_of": "2026-11-21", "labels": list(labels), "definitions": "1"}
    write_document(folder / "state.json", state)


def write(path: Path) -> None:
    """Write the published warehouse of the invented region."""
    write_run_state(path.parent, "run-1")
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema feedback")
        connection.execute(
            "create table feedback.candidate as "
            "select 'run-1' as run_id, date '2026-11-21' as as_of, 2025 as price_base_year, "
            "'first' as renewed_because"
        )
        policy = [
            {
                "name": name,
                "value": float(value),
                "unit": "",
                "effective_from": "2000-01-01",
                "document": "",
                "clause": "",
                "description": "",
            }
            for name, value in POLICY.items()
        ]
        _write(connection, "policy", policy)
        connection.execute("alter table feedback.policy alter effective_from type date")
        names = [
            {
                "institution_code": code,
                "institution_name": name,
                "region_code": "420100",
                "region_class": "central",
            }
            for code, name in INSTITUTIONS.items()
        ]
        _write(connection, "institution", names)
        programs = [
            {"program_code": code, "program_name": name, "study_level": "higher_vocational"}
            for code, name in PROGRAMS.items()
        ]
        _write(connection, "program", programs)
        made = {table: rows_of(table) for table in (*SHARES, *PAY)}
        made |= {table: list(hire_rows(table)) for table in ("hiring_employer", "employer_retention")}
        made["workplace_pay"] = list(category_pay_rows())
        for table, rows in made.items():
            listed = ", ".join(f"{name} {kind}" for name, kind in columns(table).items())
            connection.execute(f"create table feedback.{table} ({listed})")
            connection.register(
                "rows",
                pa.Table.from_pylist([{name: row[name] for name in columns(table)} for row in rows]),
            )
            connection.execute(f"insert into feedback.{table} by name from rows")
            connection.unregister("rows")
        _write(connection, "program_flag", list(flag_rows()))
        _write(connection, "salary_differential", list(differential_rows()))
        prepare_lights(connection)
        for table, rows in light_rows().items():
            connection.register("rows", pa.Table.from_pylist(rows))
            connection.execute(f"insert into feedback.{table} by name from rows")
            connection.unregister("rows")


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    connection.register("written", pa.Table.from_pylist(rows))
    connection.execute(f"create table feedback.{table} as from written")
    connection.unregister("written")
