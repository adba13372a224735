"""Write the files of the source systems that hold data on programs and enterprises: one function per source system.

As in `person_sources`, each function returns row counts per record type.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from iecareer.simulation import cooperation, curriculum, enterprises, evaluations, noise, reference_tables
from iecareer.simulation.file_writers import write_csv, write_jsonl, write_sqlite, write_workbook
from iecareer.simulation.institutions import institution_table, program_codes
from iecareer.simulation.noise import Style
from iecareer.simulation.provinces import region_year_table
from iecareer.simulation.region import Region
from iecareer.simulation.source_writer import Counts, SourceWriter


def cooperation_office(region: Region, inbox: Path) -> Counts:
    """Write a workbook of three sheets, each with a title row and a totals row."""
    writer = SourceWriter(region, inbox, "cooperation_office")
    agreements = cooperation.agreement_table(region.cooperation, region.institutions, region.enterprises)
    years = cooperation.cooperation_year_table(region.cooperation, region.thresholds, region.seed)
    equipment = cooperation.equipment_table(region.cooperation, region.thresholds, region.seed)
    dated: dict[str, Style] = {
        "starts_on": noise.several(noise.some(0.3, noise.serial), noise.YEAR_MONTH_DAY),
        "ends_on": noise.DOTS,
        "due_on": noise.some(0.5, noise.serial),
        "enterprise_code": noise.some(0.1, str.lower),
    }
    counted: dict[str, Style] = {
        "is_participating": noise.YES_NO,
        "interns_hosted": noise.some(0.02, noise.full_width),
    }
    money: dict[str, Style] = {
        "is_key": noise.YES_NO,
        "pledged": noise.REPORTED_AMOUNT,
        "delivered": noise.some(0.1, noise.yuan),
    }
    sheets = {
        "合作协议": ("校企合作协议台账", writer.table("cooperation_agreement", agreements, dated)),
        "年度执行": (
            "校企合作年度执行情况",
            writer.table("cooperation_year", years, counted, outdated="interns_hosted"),
        ),
        "设备投入": ("合作企业设备投入明细", writer.table("equipment_investment", equipment, dated | money)),
    }
    write_workbook(writer.folder / "校企合作台账.xlsx", sheets)
    for record_type in writer.counts:
        writer.total(record_type)
    return writer.counts


def enterprise_registry(region: Region, inbox: Path) -> Counts:
    """Write a SQLite database with two tables; money in units of 10,000 CNY."""
    writer = SourceWriter(region, inbox, "enterprise_registry")
    yearly = enterprises.enterprise_table(region.enterprises, region.seed, region.thresholds.research)
    mergers = enterprises.succession_table(region.enterprises)
    styles: dict[str, Style] = {
        "enterprise_code": noise.some(0.01, str.lower),
        "enterprise_name": noise.some(0.01, noise.padded),
        "effective_on": noise.YEAR_MONTH_DAY,
    }
    tables = {
        "企业年报": writer.table("enterprise", yearly, styles, outdated="ownership"),
        "企业承继": writer.table("employer_succession", mergers, styles, clean_only=True),
    }
    write_sqlite(writer.folder / "registry.db", tables)
    return writer.counts


def education_reference(region: Region, inbox: Path) -> Counts:
    """Write code lists without faults as CSV in GB18030."""
    n_programs = len(program_codes(region.n_institutions))
    return _lists(
        SourceWriter(region, inbox, "education_reference"),
        "gb18030",
        {
            "院校名录.csv": (
                "institution",
                institution_table(region.institutions, region.places),
                {"valid_from": noise.DOTS},
            ),
            "专业目录.csv": ("program", reference_tables.program_table(n_programs), {}),
            "专业职业对照.csv": (
                "program_occupation",
                reference_tables.program_occupation_table(n_programs),
                {},
            ),
        },
    )


def statistics_bureau(region: Region, inbox: Path) -> Counts:
    """Write lists without faults as CSV in UTF-8 with a byte-order mark."""
    return _lists(
        SourceWriter(region, inbox, "statistics_bureau"),
        "utf-8-sig",
        {
            "地区年度指标.csv": (
                "region_year",
                region_year_table(region.places),
                {"average_wage": noise.some(0.2, noise.yuan)},
            ),
            "职业分类.csv": ("occupation", reference_tables.occupation_table(), {}),
        },
    )


def academic_affairs(region: Region, inbox: Path) -> Counts:
    """Write CSV in GB18030: courses, and colleges' responses to flags."""
    writer = SourceWriter(region, inbox, "academic_affairs")
    courses = curriculum.course_table(
        region.offerings,
        region.institutions,
        region.cooperation,
        region.enterprises,
        region.seed,
        has_sign=region.variation.has_course_sign,
    )
    reviews = curriculum.review_table(region.offerings, region.institutions, region.seed)
    styles: dict[str, Style] = {
        "effective_from": noise.YEAR_MONTH_DAY,
        "hours": noise.some(0.02, noise.full_width),
    }
    native = writer.table("course", courses, styles, outdated="title")
    write_csv(writer.folder / "课程标准.csv", native, "gb18030")
    native = writer.table("curriculum_review", reviews, {"decided_on": noise.SLASHES}, clean_only=True)
    write_csv(writer.folder / "课程评议意见.csv", native, "gb18030")
    return writer.counts


def job_board(region: Region, inbox: Path) -> Counts:
    """Write one JSON Lines file."""
    writer = SourceWriter(region, inbox, "job_board")
    n_programs = len(program_codes(region.n_institutions))
    n = max(600, region.n_graduates // 5)
    clean = curriculum.posting_table(n, n_programs, region.places, region.enterprises, region.seed)
    styles: dict[str, Style] = {
        "posted_on": noise.several(noise.some(0.1, noise.chinese_date), noise.SLASHES),
        "salary_low": noise.REPORTED_AMOUNT,
        "salary_high": noise.REPORTED_AMOUNT,
    }
    write_jsonl(
        writer.folder / "postings.jsonl", writer.table("job_posting", clean, styles, outdated="title")
    )
    return writer.counts


def evaluation_office(region: Region, inbox: Path) -> Counts:
    """Write CSV in UTF-8: employers' answers, site evaluations, allocation bases and insurance policies."""
    writer = SourceWriter(region, inbox, "evaluation_office")
    colleges, employers, agreed, seed = (
        region.institutions,
        region.enterprises,
        region.cooperation,
        region.seed,
    )
    own: Mapping[str, tuple[str, pa.Table, Mapping[str, Style]]] = {
        "用人单位评价.csv": (
            "employer_feedback",
            evaluations.feedback_table(region.graduates, region.careers, colleges, employers, seed),
            {"enterprise_code": noise.some(0.01, str.lower), "would_hire_again": noise.YES_NO},
        ),
        "实地评估.csv": (
            "site_evaluation",
            evaluations.site_evaluation_table(colleges, seed),
            {"evaluated_on": noise.YEAR_MONTH_DAY},
        ),
        "拨款基数.csv": ("allocation_base", evaluations.allocation_table(colleges, seed), {}),
        "综合险保单.csv": (
            "cooperation_insurance",
            evaluations.insurance_table(agreed, colleges, employers, seed),
            {"enterprise_code": noise.some(0.01, str.lower)},
        ),
    }
    for name, (record_type, clean, styles) in own.items():
        write_csv(writer.folder / name, writer.table(record_type, clean, styles), "utf-8-sig")
    return writer.counts


def _lists(
    writer: SourceWriter, encoding: str, files: Mapping[str, tuple[str, pa.Table, Mapping[str, Style]]]
) -> Counts:
    for name, (record_type, clean, styles) in files.items():
        write_csv(writer.folder / name, writer.table(record_type, clean, styles, clean_only=True), encoding)
    return writer.counts
