"""Write the files of the source systems that hold data on persons: one function and one folder per source system.

Each function returns row counts per record type. They go into truth.json, so that tests can compare them with landing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from iecareer.simulation import (
    alumni,
    certificates,
    fakes,
    insurance,
    noise,
    organisation_sources,
    registrations,
    survey,
)
from iecareer.simulation.file_writers import write_csv, write_jsonl, write_workbook
from iecareer.simulation.graduates import graduate_table
from iecareer.simulation.noise import Style
from iecareer.simulation.region import Region
from iecareer.simulation.source_writer import Counts, SourceWriter
from iecareer.simulation.timeline import first_days

# Since this year the register has names instead of codes.
_NAMES_SINCE = 2022


def _finer(text: str, finer: str) -> noise.Edit:
    return lambda cell: finer if cell == text else cell


_FINER = [
    _finer("27", "271"),
    _finer("50", "502"),
    _finer("51", "512"),
    _finer("70", "701"),
    _finer("80", "801"),
    _finer("国家基层项目", "国家基层项目—三支一扶"),
    _finer("待就业", "求职中"),
    _finer("出国、出境", "出国，出境"),
]


def student_registry(region: Region, inbox: Path) -> Counts:
    """Write CSV in GB18030: one file per graduation year, headers that change over the years, a totals row in each."""
    writer = SourceWriter(region, inbox, "student_registry")
    clean = graduate_table(region.graduates, region.institutions, region.seed)
    year = region.graduates.graduated_on.astype("datetime64[Y]").astype(int) + 1970
    graduated = (noise.YEAR_MONTH_DAY, noise.SLASHES, noise.COMPACT, noise.DOTS)
    for position, value in enumerate(np.unique(year)):
        own = clean.take(np.flatnonzero(year == value))
        styles: dict[str, Style] = {
            "person_id": noise.IDENTITY,
            "enrolled_on": (noise.MONTH_DOTS, noise.MONTH_COMPACT)[position % 2],
            "graduated_on": noise.several(
                noise.some(0.01, noise.chinese_date), graduated[position % len(graduated)]
            ),
            "birth_year": noise.some(0.01, noise.full_width),
            "institution_code": noise.some(0.005, noise.padded),
        }
        native = writer.table("graduate", own, styles, outdated="entry_score", variant=position // 3)
        names = _names(native.num_rows, writer.rng)
        native = native.add_column(1, "姓名", pa.array(names))
        native = pa.concat_tables([native, _totals(native)])
        writer.total("graduate")
        write_csv(writer.folder / f"毕业生信息_{value}.csv", native, "gb18030")
    return writer.counts


def social_insurance(region: Region, inbox: Path, source_id: str) -> Counts:
    """Write one CSV file per month: the coastal bureau in GB18030, the inland one in UTF-8 with a byte-order mark."""
    writer = SourceWriter(region, inbox, source_id)
    coastal = source_id == "social_insurance_coastal"
    own = np.flatnonzero(region.months.coastal == int(coastal))
    month = region.months.month[own]
    styles: dict[str, Style] = {"person_id": noise.IDENTITY, "contribution_base": noise.AMOUNT}
    spellings = (noise.MONTH_COMPACT, noise.MONTH_CHINESE, noise.MONTH_DASH, noise.MONTH_DOTS)
    newest = int(month[-1])
    for value in range(newest, int(month[0]) - 1, -1):
        at = own[np.searchsorted(month, value) : np.searchsorted(month, value, side="right")]
        if not len(at):
            continue
        clean = insurance.month_table(region.months, at, region.graduates, region.enterprises)
        variant = int(value < newest - 40)
        spelling = spellings[value // 12 % len(spellings)]
        native = writer.table(
            "employment_month",
            clean,
            styles | {"month": spelling},
            outdated="contribution_base",
            variant=variant,
        )
        native = native.append_column("险种", pa.array(["110"] * native.num_rows))
        label = str(first_days(np.array([value]))[0])[:7]
        name, encoding = (
            (f"养老缴费_{label}.csv", "gb18030") if coastal else (f"jfmx_{label}.csv", "utf-8-sig")
        )
        write_csv(writer.folder / name, native, encoding)
    return writer.counts


def survey_platform(region: Region, inbox: Path) -> Counts:
    """Write JSON Lines: one file per year of response; the keys change in 2022."""
    writer = SourceWriter(region, inbox, "survey_platform")
    clean = survey.response_table(
        region.answers,
        region.graduates,
        region.careers,
        region.occupations,
        region.institutions,
        region.enterprises,
        region.places,
        region.seed,
    )
    if region.has_fakes:
        clean = fakes.faked_answers(
            clean,
            region.answers,
            region.fakes,
            region.graduates,
            region.institutions,
            region.enterprises,
            region.seed,
        )
    year = np.asarray(pc.utf8_slice_codeunits(clean["responded_on"], 0, 4)).astype(int)
    for value in np.unique(year):
        styles: dict[str, Style] = {
            "person_id": noise.IDENTITY,
            "responded_on": (noise.SLASHES, noise.YEAR_MONTH_DAY, noise.every("$", "T10:30:00"))[value % 3],
            "monthly_income": noise.REPORTED_AMOUNT,
            "weekly_hours": noise.some(0.02, noise.full_width),
            "wave_months": noise.some(0.01, noise.padded),
            "promoted": noise.YES_NO,
        }
        own = clean.take(np.flatnonzero(year == value))
        native = writer.table(
            "followup_response", own, styles, outdated="satisfaction", variant=int(value < 2022)
        )
        write_jsonl(writer.folder / f"followup_{value}.jsonl", native, ("专业相关度", "满意度", "岗位等级"))
    return writer.counts


def destination_register(region: Region, inbox: Path) -> Counts:
    """Write one workbook per year of registration: codes until 2021, names since, some of them of the finer lists."""
    writer = SourceWriter(region, inbox, "destination_register")
    clean = registrations.registration_table(
        region.registrations,
        region.graduates,
        region.institutions,
        region.careers,
        region.occupations[0],
        region.enterprises,
    )
    place = clean.column_names.index("destination")
    year = np.asarray(pc.utf8_slice_codeunits(clean["registered_on"], 0, 4)).astype(int)
    for value in np.unique(year):
        styles: dict[str, Style] = {
            "person_id": noise.IDENTITY,
            "registered_on": noise.several(
                noise.some(0.2, noise.serial), (noise.SLASHES, noise.DOTS)[value % 2]
            ),
            "destination": noise.several(*(noise.some(0.3, edit) for edit in _FINER)),
        }
        at = np.flatnonzero(year == value)
        said = registrations.said(region.registrations.destination[at], as_names=value >= _NAMES_SINCE)
        native = writer.table(
            "destination_registration",
            clean.take(at).set_column(place, "destination", said),
            styles,
            outdated="job_title",
            variant=int(value >= _NAMES_SINCE),
        )
        title = f"{value}年毕业去向登记表"
        write_workbook(writer.folder / f"毕业去向_{value}.xlsx", {"毕业去向": (title, native)})
        writer.total("destination_registration")
    return writer.counts


def alumni_office(region: Region, inbox: Path) -> Counts:
    """Write a workbook with a title row and a totals row; some dates are spreadsheet serial numbers."""
    writer = SourceWriter(region, inbox, "alumni_office")
    clean = alumni.spell_table(
        region.graduates,
        region.careers,
        region.occupations[0],
        region.enterprises,
        region.places,
        region.seed,
    )
    styles: dict[str, Style] = {
        "person_id": noise.IDENTITY,
        "started_on": noise.several(noise.some(0.3, noise.serial), noise.SLASHES),
        "ended_on": noise.several(noise.some(0.2, noise.serial), noise.DOTS),
        "monthly_wage": noise.REPORTED_AMOUNT,
    }
    native = writer.table("employment_spell", clean, styles, outdated="monthly_wage")
    write_workbook(writer.folder / "校友任职.xlsx", {"任职记录": ("校友任职情况登记表（2026年9月）", native)})
    writer.total("employment_spell")
    return writer.counts


def skills_authority(region: Region, inbox: Path) -> Counts:
    """Write one CSV file in GB18030."""
    writer = SourceWriter(region, inbox, "skills_authority")
    clean = certificates.certificate_table(region.graduates, region.seed)
    styles: dict[str, Style] = {
        "person_id": noise.IDENTITY,
        "examined_on": noise.COMPACT,
        "passed": noise.YES_NO,
    }
    write_csv(
        writer.folder / "鉴定成绩.csv",
        writer.table("skill_certificate", clean, styles, outdated="level"),
        "gb18030",
    )
    return writer.counts


def patent_office(region: Region, inbox: Path) -> Counts:
    """Write a workbook with a title row and a totals row."""
    writer = SourceWriter(region, inbox, "patent_office")
    clean = certificates.output_table(region.graduates, region.seed)
    styles: dict[str, Style] = {"person_id": noise.IDENTITY, "granted_on": noise.some(0.5, noise.serial)}
    native = writer.table("innovation_output", clean, styles)
    write_workbook(writer.folder / "成果登记.xlsx", {"成果登记": ("毕业生知识产权与获奖登记", native)})
    writer.total("innovation_output")
    return writer.counts


SOURCES: dict[str, Callable[[Region, Path], Counts]] = {
    "student_registry": student_registry,
    "social_insurance_coastal": lambda region, inbox: social_insurance(
        region, inbox, "social_insurance_coastal"
    ),
    "social_insurance_inland": lambda region, inbox: social_insurance(
        region, inbox, "social_insurance_inland"
    ),
    "survey_platform": survey_platform,
    "alumni_office": alumni_office,
    "cooperation_office": organisation_sources.cooperation_office,
    "enterprise_registry": organisation_sources.enterprise_registry,
    "education_reference": organisation_sources.education_reference,
    "statistics_bureau": organisation_sources.statistics_bureau,
    "academic_affairs": organisation_sources.academic_affairs,
    "job_board": organisation_sources.job_board,
    "skills_authority": skills_authority,
    "destination_register": destination_register,
    "patent_office": patent_office,
    "evaluation_office": organisation_sources.evaluation_office,
}


def _totals(native: pa.Table) -> pa.Table:
    """A totals row: the word 合计, the number of rows, and empty cells."""
    cells: Sequence[str | None] = ["合计", f"{native.num_rows}人", *[None] * (native.num_columns - 2)]
    columns = {
        name: pa.array([cell], pa.string()) for name, cell in zip(native.column_names, cells, strict=True)
    }
    return pa.table(columns)


def _names(n: int, rng: np.random.Generator) -> list[str]:
    """Random names. The registry's file has them, but its contract does not map them."""
    family = "王李张刘陈杨赵黄周吴"
    given = "伟芳娜敏静强磊洋艳勇军杰娟涛明超"
    drawn = rng.integers(0, [len(family), len(given), len(given)], (n, 3))
    return [family[a] + given[b] + given[c] for a, b, c in drawn]
