"""The guard of publication refuses what is not declared, not unique, or of persons under any name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.runs import published_tables as declarations
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin
from iecareer.runs.publication_guard import published_columns, refuse_persons, refuse_undeclared
from iecareer.runs.publish import PUBLISHED, publish, published_path

N_GRADUATES = 200
PSEUDONYM = "lower(hex(person_key))"
COHORT = "'4100000000' as institution_code, '460103' as program_code, 2022 as cohort_year"


Judge = Callable[[str, str], None]
Declared = dict[str, declarations.PublishedTable]


@pytest.fixture(scope="module")
def tables() -> Declared:
    return declarations.published_tables()


@pytest.fixture
def declared(tables: Declared) -> Declared:
    return dict(tables)


@pytest.fixture
def judge(declared: Declared, request: pytest.FixtureRequest) -> Iterator[Judge]:
    """Judge one table of a build with graduates, as publishing does."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as build")
    for schema in ("intermediate", *PUBLISHED):
        connection.execute(f"create schema build.{schema}")
        connection.execute(f"create schema {schema}")
    n_graduates = getattr(request, "param", N_GRADUATES)
    connection.execute(
        f"""create table build.intermediate.int_graduate as
        select cast(number as int) as graduate_id, unhex(sha256('p' || number)) as person_key
        from range(1, {n_graduates + 1}) as r(number)"""
    )

    def run(name: str, query: str) -> None:
        query = query.replace("from intermediate", "from build.intermediate")
        connection.execute(f"create table build.{name} as {query}")
        tables = published_columns(connection, "build", list(PUBLISHED))
        refuse_undeclared(tables, declared)
        connection.execute(f"create table {name} as from build.{name}")
        refuse_persons(connection, tables, declared)

    yield run
    connection.close()


@pytest.mark.parametrize("column", ["id", "code", "key", "institution", "x"])
@pytest.mark.parametrize("values", ["graduate_id", PSEUDONYM, "person_key"])
def test_a_table_that_is_not_listed_is_refused(judge: Judge, column: str, values: str) -> None:
    with pytest.raises(IecareerError, match=r"marts\.msr_own is not on the list of published tables"):
        judge("marts.msr_own", f"select {values} as {column} from intermediate.int_graduate")


def test_a_table_of_persons_stops_the_publication_whole(home: Path) -> None:
    pin("run", date(2026, 1, 1))
    with open_build("run") as connection:
        connection.execute("create table intermediate.int_graduate as select 1 as graduate_id")
        connection.execute("create table marts.msr_employers as select '1' as institution_code")
        connection.execute("create table marts.msr_response as select sha256('p') as institution_code")
    with pytest.raises(IecareerError, match="row per person"):
        publish("run")
    assert not published_path().exists()
    assert not list((home / "runs").glob("*.published*"))


@pytest.mark.parametrize(
    "schema", ["marts", "estimates", "lights", "instruments", "audit", "flags", "feedback", "checks", "seeds"]
)
def test_each_published_schema_has_a_list(judge: Judge, schema: str) -> None:
    with pytest.raises(IecareerError, match="not on the list"):
        judge(f"{schema}.more", "select 1 as n")


def test_a_column_that_is_not_declared_is_refused(judge: Judge) -> None:
    with pytest.raises(IecareerError, match="column id is not declared"):
        judge("marts.msr_response", f"select {COHORT}, 6 as wave_months, 1 as id")


@pytest.mark.parametrize(
    "column",
    ["graduate_id", "person", "Person_Key", "graduate", "student_no", "own_person_hash", "pseudonym"],
)
def test_a_column_named_for_a_person_is_refused_even_if_declared(declared: Declared, column: str) -> None:
    table = declarations.PublishedTable("marts.msr_own", ("institution_code",), frozenset({column}))
    declared = declared | {table.name: table}
    with pytest.raises(IecareerError, match="has a row per person"):
        refuse_undeclared({"marts.msr_own": {column: "INTEGER"}}, declared)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (f"select {COHORT}, 6 as wave_months", "several rows have the same institution_code, program_code"),
        ("select graduate_id as cohort_year", "column cohort_year: 200 values are not of the declared kind"),
        ("select '41' as institution_code, graduate_id as wave_months", "row per person.*column wave_months"),
        ("select graduate_id::varchar as institution_code", "column institution_code"),
        ("select lpad(graduate_id::varchar, 10, '0') as institution_code", "column institution_code"),
        ("select graduate_id + 0.0::double as wave_months", "row per person.*column wave_months"),
        (f"select {PSEUDONYM} as institution_code", "row per person.*column institution_code"),
        ("select hex(person_key)[:40] as program_code", "row per person.*column program_code"),
        ("select 'G-' || hex(person_key) as program_code", "row per person.*column program_code"),
        (f"select graduate_id::varchar as program_code, {PSEUDONYM} as status", "column status"),
        ("select person_key as program_code", "column program_code: the type BLOB"),
        ("select person_key::bit as program_code", "column program_code: the type BIT"),
        ("select graduate_id::hugeint as n", "column n: the type HUGEINT"),
        (
            f"select {COHORT}, graduate_id % 100 + graduate_id // 100 * 1000 as wave_months, graduate_id as n",
            "column",
        ),
    ],
)
def test_values_of_persons_are_refused_under_declared_names(judge: Judge, query: str, problem: str) -> None:
    with pytest.raises(IecareerError, match=problem):
        judge("marts.msr_response", f"{query} from intermediate.int_graduate")


def test_two_rows_of_one_key_are_refused(judge: Judge) -> None:
    with pytest.raises(IecareerError, match="several rows have the same institution_code, program_code"):
        judge("marts.msr_response", f"select {COHORT}, 6 as wave_months from range(2)")


def test_a_view_is_judged_and_published_as_a_table(home: Path) -> None:
    pin("run", date(2026, 1, 1))
    with open_build("run") as connection:
        connection.execute("create schema if not exists indicators")
        connection.execute(
            f"create table indicators.msr_response as select 'program' as scope, {COHORT}, 6 as wave_months"
        )
        connection.execute(
            "create view marts.msr_response as select * exclude (scope) from indicators.msr_response"
        )
        connection.execute("create view marts.msr_response_rollup as from indicators.msr_response")
    publish("run")
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        found = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'")
        assert found.fetchall() == [("msr_response",), ("msr_response_rollup",)]


def test_institutions_and_programs_are_published(judge: Judge, declared: Declared) -> None:
    more = {
        "marts.dim_institution": ("institution_code", "valid_from", "institution_name"),
        "marts.dim_program": ("program_code", "edition", "program_name"),
    }
    for name, columns in more.items():
        declared[name] = declarations.PublishedTable(name, columns[:2], frozenset(columns))
    judge(
        "marts.dim_institution",
        "select '41' as institution_code, date '2020-01-01' as valid_from, 'A' as institution_name",
    )
    judge("marts.dim_program", "select '460103' as program_code, 2021 as edition, 'B' as program_name")


def test_counts_are_not_taken_for_graduates(judge: Judge) -> None:
    judge(
        "marts.msr_response",
        """select '4100000000' as institution_code, (460100 + p)::varchar as program_code, c as cohort_year,
        6 as wave_months, (p * 13 + c * 7) % 97 + 3 as n, (p * 13 + c * 7) % 50 as n_respondents
        from range(20) as programs(p), range(2018, 2024) as cohorts(c)""",
    )


@pytest.mark.parametrize("judge", [60], indirect=True)
def test_a_small_region_has_curves_and_seeds(judge: Judge) -> None:
    judge("marts.msr_retention_curve", "select '41' as institution_code, range::int as months from range(61)")
    judge("seeds.student_t", "select range::int as df from range(1, 201)")


def test_every_declared_key_is_closed_and_its_columns_are_declared(
    declared: Declared,
) -> None:
    assert len(declared) > 60
    for table in declared.values():
        assert {*table.grain} <= table.columns, table.name
        assert {*table.grain} <= {*declarations.KEY_COLUMNS, "as_of"}, table.name


@pytest.mark.parametrize("key", [["graduate_id"], ["institution_code", "person_key"], ["code"], []])
def test_a_mart_declared_with_another_key_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: list[str]
) -> None:
    folder = tmp_path / "models" / "people"
    folder.mkdir(parents=True)
    test = f"data_tests: [{{unique_key: {{arguments: {{columns: [{', '.join(key)}]}}}}}}]"
    columns = ", ".join(f"{{name: {column}}}" for column in key)
    (folder / "msr_own.yml").write_text(
        f"models: [{{name: msr_own, {test if key else 'data_tests: []'}, columns: [{columns}]}}]"
    )
    (tmp_path / "seeds").mkdir()
    monkeypatch.setattr(declarations, "project_folder", lambda _: tmp_path)
    known = declarations.published_tables()
    with pytest.raises(IecareerError, match=r"marts\.msr_own (is declared with|has a row per person)"):
        refuse_undeclared({"marts.msr_own": dict.fromkeys(("institution_code", *key), "VARCHAR")}, known)
