"""Courses, the skills that job postings require, and colleges' responses to earlier flags."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.cooperation import Cooperation
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.institutions import NEVER, Institutions, Offerings, program_codes
from iecareer.simulation.provinces import Places
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import OBSERVED_ON, stream

COURSES = 8
STUDY_YEARS = 3
SKILLS_WANTED = 5
SYLLABI_FROM = 2012
# The age of courses indicates obsolescence but does not prove it: some offerings renew courses on paper only, and
# some keep good courses unchanged for years.
PAPER_SHARE = 0.2
IDLE_SHARE = 0.1
IDLE_SINCE = (2016, 2017, 2018, 2019, 2020)
_TITLES = ("入门", "实务", "技术", "应用", "综合实训", "项目实践", "专题", "岗位实习")
_EDUCATION = ("中专及以上", "大专", "大专及以上", None)


def skills_of(program: int) -> list[str]:
    """Skills of a program, oldest first."""
    return parts(catalogue("programs")[program]["skills"])


def newest_skill(year: int) -> int:
    """How many of a program's twelve skills exist by that year: one more every two years."""
    return int(np.clip(5 + (year - SYLLABI_FROM) // 2, 5, 12))


def course_table(
    offerings: Offerings,
    institutions: Institutions,
    cooperation: Cooperation,
    enterprises: Enterprises,
    seed: int,
    *,
    has_sign: bool = True,
) -> pa.Table:
    """Record type `course`: courses are renewed every two or three years, but rarely once a program is obsolescent.

    Without `has_sign`, obsolescent programs renew their courses like others. A changed curriculum is a new version of
    every course; if the change does not work, it has the skills of the old ones.
    """
    rng = stream(seed, "courses")
    rows: list[tuple[str | None, ...]] = []
    codes = program_codes(len(institutions.codes))
    for k in range(len(offerings.size)):
        stops, last_year = _renewal(int(offerings.obsolete_since[k]) if has_sign else NEVER, rng)
        change = (int(offerings.changed_from[k]) - STUDY_YEARS, bool(offerings.change_works[k]))
        host = int(cooperation.host[k])
        partner = str(enterprises.codes[host]) if host >= 0 else None
        for c in range(COURSES):
            head = (
                str(institutions.codes[offerings.institution[k]]),
                str(codes[offerings.program[k]]),
                f"K{k:03d}{c:02d}",
            )
            rows += [
                (*head, *version)
                for version in _versions(
                    int(offerings.program[k]), c, (stops, last_year), change, partner, rng
                )
            ]
    names = "institution_code program_code course_code title hours syllabus effective_from effective_to "
    names += "co_developed_with"
    return text_table(
        **dict(zip(names.split(), (list(column) for column in zip(*rows, strict=True)), strict=True))
    )


def _renewal(obsolete_since: int, rng: np.random.Generator) -> tuple[int, int]:
    """The year an offering stops renewing its courses, and the last year in which it adds new skills."""
    on_paper, is_idle, idle_since = (
        rng.random() < PAPER_SHARE,
        rng.random() < IDLE_SHARE,
        rng.choice(IDLE_SINCE),
    )
    if obsolete_since < NEVER:
        # A program that is obsolescent from a cohort on stopped adding skills when that cohort enrolled.
        return (OBSERVED_ON.year if on_paper else obsolete_since - 3), obsolete_since - 3
    return (int(idle_since) if is_idle else OBSERVED_ON.year), OBSERVED_ON.year


def _versions(
    program: int,
    course: int,
    stopped: tuple[int, int],
    change: tuple[int, bool],
    partner: str | None,
    rng: np.random.Generator,
) -> list[tuple[str | None, ...]]:
    """Versions of one course: each teaches the skills in demand when it was written, or in `last_year` if earlier.

    From the year of a change that works on, versions teach the skills of their time again.
    """
    stops, last_year = stopped
    years = [SYLLABI_FROM + course % 3]
    while years[-1] + 3 <= stops:
        years.append(years[-1] + int(rng.integers(2, 4)))
    changed_in, works = change
    if changed_in <= OBSERVED_ON.year:
        years = [year for year in years if year < changed_in] + [changed_in]
    skills = skills_of(program)
    versions: list[tuple[str | None, ...]] = []
    for year, following in zip(years, [*years[1:], None], strict=True):
        known = newest_skill(year if works and year >= changed_in else min(year, last_year))
        taught = [skills[i] for i in range(known) if i % COURSES == course or i == known - 1 - course]
        title = skills[course] + _TITLES[course]
        until = f"{following}-08-31" if following else None
        hours = str(int(rng.integers(8, 25)) * 4)
        made_with = partner if partner and (course + year) % 3 == 0 else None
        versions.append((title, hours, f"掌握{'、'.join(taught)}", f"{year}-09-01", until, made_with))
    return versions


def posting_table(n: int, n_programs: int, places: Places, enterprises: Enterprises, seed: int) -> pa.Table:
    """Record type `job_posting`: `n` postings since 2018 that ask for the skills of their time."""
    rng = stream(seed, "postings")
    rows = catalogue("occupations")
    codes = [row["occupation_code"] for row in rows]
    first = np.datetime64("2018-01-01")
    posted_on = first + rng.integers(0, (np.datetime64(OBSERVED_ON) - first).astype(int), n)
    year = posted_on.astype("datetime64[Y]").astype(np.int64) + 1970
    program = rng.integers(0, n_programs, n)
    listed = [[codes.index(c) for c in parts(r["core"]) + parts(r["related"])] for r in catalogue("programs")]
    occupation = np.array(listed)[program, rng.choice(6, n, p=[0.25, 0.2, 0.2, 0.15, 0.1, 0.1])]
    employer = rng.integers(0, len(enterprises.codes), n)
    wage = 5600 * np.exp(
        places.wage_level[enterprises.province[employer]] + 0.03 * (year - 2022) + rng.normal(0, 0.15, n)
    )
    low = (np.round(wage * 0.85 / 100) * 100).astype(np.int64)
    lists = [skills_of(p) for p in range(n_programs)]
    wanted = np.sort(rng.random((n, SKILLS_WANTED)) ** 1.6, axis=1)
    description = [
        "熟悉" + "、".join(dict.fromkeys(lists[p][max(0, int(known - 1 - 7 * w))] for w in row))
        for p, known, row in zip(program, [newest_skill(y) for y in year], wanted, strict=True)
    ]
    return text_table(
        posting_id=np.array([f"ZP{i:07d}" for i in range(n)]),
        posted_on=posted_on,
        title=pick([parts(row["titles"])[0] for row in rows], occupation),
        occupation_code=where(rng.random(n) < 0.85, pick(codes, occupation)),
        region_code=enterprises.division[employer],
        enterprise_code=where(rng.random(n) < 0.7, enterprises.codes[employer]),
        salary_low=low,
        salary_high=low + rng.integers(5, 40, n) * 100,
        education_required=pick(_EDUCATION, rng.integers(0, len(_EDUCATION), n)),
        description=description,
    )


def review_table(offerings: Offerings, institutions: Institutions, seed: int) -> pa.Table:
    """Record type `curriculum_review`: responses to two earlier releases, mostly about obsolescent programs."""
    rng = stream(seed, "reviews")
    codes = program_codes(len(institutions.codes))
    reviewed = np.flatnonzero((offerings.obsolete_since < NEVER) | (rng.random(len(offerings.size)) < 0.08))
    rows: list[tuple[str | None, ...]] = []
    for release in ("2024秋", "2025秋"):
        for k in reviewed[rng.random(len(reviewed)) < 0.6]:
            decision = str(rng.choice(["accepted", "rejected", "planned"], p=[0.3, 0.4, 0.3]))
            change = f"{int(release[:4]) + 2}-09-01" if decision == "planned" else None
            if offerings.changed_from[k] - STUDY_YEARS <= int(release[:4]):
                decision, change = "done", f"{offerings.changed_from[k] - STUDY_YEARS}-09-01"
            reason = "本地企业仍有需求" if decision == "rejected" else None
            head = (
                str(institutions.codes[offerings.institution[k]]),
                str(codes[offerings.program[k]]),
                release,
            )
            rows.append((*head, decision, f"{release[:4]}-11-{int(rng.integers(3, 20)):02d}", reason, change))
    names = [
        "institution_code",
        "program_code",
        "release_id",
        "decision",
        "decided_on",
        "reason",
        "change_effective_from",
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
    return text_table(**dict(zip(names, columns, strict=True)))
