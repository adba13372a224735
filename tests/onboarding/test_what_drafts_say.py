"""What drafts and their commands say about names, places, categories, open rules and names that are taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iecareer.__main__ import app
from iecareer.errors import IecareerError
from iecareer.onboarding import Added
from iecareer.settings import source_folders
from tests.onboarding.activation import land_reviewed
from tests.onboarding.conftest import NAMES, insurance_rows
from tests.onboarding.test_national_code_lists import REGISTERED, registrations
from tests.onboarding.test_row_status import insured
from tests.onboarding.test_rows_asked import INSURED
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]


@pytest.mark.parametrize("force", [False, True])
def test_the_name_of_a_built_in_source_is_taken(write: Write, add: Add, sources: Path, force: bool) -> None:
    packaged = source_folders()[0] / "survey_platform.odcs.yaml"
    before = packaged.read_bytes()
    with pytest.raises(IecareerError) as error:
        add(write("months.csv"), name="survey_platform", force=force)
    told = f"{error.value} {error.value.next_step}"
    assert "--force" not in told
    assert "student_registry, survey_platform" in told
    assert "my_survey_platform" in told
    assert packaged.read_bytes() == before
    assert not sources.exists()


def test_places_without_a_code_are_named_and_codes_are_none_of_them(write: Write, add: Add) -> None:
    told = ["330203", "宁波市", "宁波市", "宁波市", "330299", "天堂镇", f"{NAMES[0]}家", "新华路12号3楼"]
    rows = [[*row[:6], told[at % len(told)]] for at, row in enumerate(insurance_rows(40))]
    added, text = add(write("months.csv", rows=rows))
    assert "4 values have no code yet: 330299, 天堂镇, 2 more" in " ".join(text.replace("#", " ").split())
    assert NAMES[0] not in text
    assert "新华路" not in text
    (receipt,) = land_reviewed("office", [added.path.parents[1] / "months.csv"])
    assert receipt["reasons"] == {"not_a_code:region_code": 20}


def test_names_of_programs_and_institutions_need_only_their_list(write: Write, add: Add) -> None:
    rows = [[*row[:3], "某学院", "数控技术", *row[6:]] for row in registrations()]
    headers = (*REGISTERED[:3], "学校名称", "专业名称", *REGISTERED[6:])
    _, text = add(write("qx.csv", headers, rows), record_types=["destination_registration"])
    told = " ".join(text.replace("#", " ").split())
    assert "valueMapFile" not in text
    assert "Names are understood once the list 'program' is delivered: land that list first." in told
    assert "Names are understood once the list 'institution' is delivered" in told
    mapped = [[*row[:3], *row[3:4], "数控技术", *row[6:]] for row in registrations()]
    _, text = add(
        write("qx.csv", (*REGISTERED[:4], "专业代码", *REGISTERED[6:]), mapped),
        name="other", record_types=["destination_registration"],
    )  # fmt: skip
    assert "landing understands them once the list 'program' is delivered" in " ".join(text.split())


def test_a_category_of_jobs_and_a_day_of_approval_are_remarked(write: Write, add: Add) -> None:
    headers = (*REGISTERED[:-2], "工作职位类别", "审核时间")
    _, text = add(write("qx.csv", headers, registrations()))
    assert "a category of jobs, not a title" in text
    assert "if the file has the day of registration (登记时间), use that" in text
    _, text = add(write("qx.csv", (*REGISTERED[:-2], "岗位名称", "登记时间"), registrations()), name="other")
    assert "not a title" not in text
    assert "day of approval" not in text


def test_the_command_says_which_rules_are_to_be_decided(write: Write, sources: Path) -> None:
    rows = [
        [*row, "补缴" if at < 4 else "正常应缴"]
        for at, row in enumerate(insured(["正常"] * 30 + ["欠费"] * 10))
    ]
    sample = str(write("june.csv", (*INSURED, "缴费状态", "缴费类型"), rows))
    said = CliRunner().invoke(app, ["source", "add", "office", "--from", sample])
    assert "To decide, see TODO in the file: employment_month: rowFilter 缴费状态, joinsMonth." in said.output
    said = CliRunner().invoke(app, ["source", "add", "office", "--from", sample, "--force", "--json"])
    assert json.loads(said.output)["open_rules"] == {"employment_month": ["rowFilter 缴费状态", "joinsMonth"]}


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
def test_a_check_fails_for_a_suite_that_stops_only_if_asked(
    write: Write, add: Add, strict: tuple[str, ...], code: int
) -> None:
    rows = insurance_rows(40)
    add(write("months.csv", rows=rows))
    bad = write(
        "bad.csv", rows=[[*row[:2], f"{resident_id(at)[:-1]}?", *row[3:]] for at, row in enumerate(rows)]
    )
    said = CliRunner().invoke(app, ["source", "check", "office", str(bad), *strict])
    assert said.exit_code == code
    assert "Suite: stop: landed like this, the delivery would not count" in said.output
