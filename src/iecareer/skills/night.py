"""The step of the night that finds skills in the texts of a run.

Input: postings, courses and employers' answers of the staging layer. Output: the tables of :data:`TABLES` in schema
``skills`` of the private build, which models read as the source `skills`; on a cluster Spark gets them, too. Texts
themselves are not copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.skills.matcher import Matcher, each_once, matcher
from iecareer.skills.outside import asked_for
from iecareer.skills.syllabus import taught

if TYPE_CHECKING:
    import duckdb

Rows = Iterable[tuple[Any, ...]]
READ = ("stg_job_posting", "stg_course", "stg_employer_feedback")
TABLES = {
    "skill": {"skill_id": "varchar", "name_zh": "varchar", "name_en": "varchar", "kind": "varchar"},
    "skill_of_posting": {"posting_id": "varchar", "skill_id": "varchar", "level": "varchar"},
    "posting_asked": {"posting_id": "varchar", "n_asked": "integer", "n_outside": "integer"},
    "skill_of_course": {
        "institution_code": "varchar",
        "program_code": "varchar",
        "course_code": "varchar",
        "effective_from": "date",
        "skill_id": "varchar",
        "depth": "varchar",
    },
    "skill_missed": {
        "enterprise_code": "varchar",
        "institution_code": "varchar",
        "program_code": "varchar",
        "year": "integer",
        "skill_id": "varchar",
    },
}
_BATCH = 20_000


def build_skills(run_id: str) -> dict[str, Any]:
    """Write the tables of skills to a run's build, unless it has those of the same texts from an earlier night.

    Parameters
    ----------
    run_id : str
        A pinned run whose staging layer is built.

    Returns
    -------
    dict
        Number of rows by table, and the version of the vocabulary.
    """
    from iecareer.engine import cluster
    from iecareer.runs.build import open_build
    from iecareer.runs.kept_build import is_rebuilt
    from iecareer.runs.pin import read_pin

    is_on_cluster = read_pin(run_id).target == "cluster"
    with open_build(run_id) as connection:
        if not is_rebuilt(connection, READ):
            return {}
        counted = write_skills(connection, matcher())
        if is_on_cluster:
            _hand_to_spark(connection, cluster.cluster_folder(run_id))
    return counted


def _hand_to_spark(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    from iecareer.engine import cluster

    cluster.forget(folder, "skills")
    for table in TABLES:
        cluster.lay_out(connection, "skills", table, folder)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of skills, without rows."""
    for table, columns in TABLES.items():
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create or replace table skills.{table} ({listed})")


def write_skills(connection: duckdb.DuckDBPyConnection, found_by: Matcher) -> dict[str, Any]:
    """Write the tables of skills to an open build. Each distinct text is read once."""
    create_tables(connection)
    _insert(connection, "skills.skill", _vocabulary(found_by))
    _postings(connection, found_by)
    _courses(connection, found_by)
    _answers(connection, found_by)
    counts = {
        f"n_{table}": connection.execute(f"select count(*) from skills.{table}").fetchall()[0][0]
        for table in TABLES
    }
    return counts | {"vocabulary": found_by.vocabulary.version}


def _vocabulary(found_by: Matcher) -> Rows:
    for skill in found_by.vocabulary.active:
        yield skill.skill_id, skill.name_zh, skill.name_en or None, skill.kind


def _postings(connection: duckdb.DuckDBPyConnection, found_by: Matcher) -> None:
    def demanded(text: str) -> Rows:
        hits = found_by.find(text)
        yield None, None, *asked_for(text, hits)
        for hit in each_once(hits):
            yield hit.skill_id, hit.level, None, None

    columns = "skill_id varchar, level varchar, n_asked integer, n_outside integer"
    with_text = "description is not null"
    _read_texts(connection, f"select description as text from staging.stg_job_posting where {with_text}")
    _find(connection, columns, demanded)
    told = "staging.stg_job_posting as posting join told on posting.description = told.text"
    found = f"{told} join found on told.text_id = found.text_id"
    connection.execute(
        f"""insert into skills.skill_of_posting
        select posting_id, skill_id, level from {found} where skill_id is not null"""
    )
    connection.execute(
        f"""insert into skills.posting_asked
        select posting_id, n_asked, n_outside from {found} where skill_id is null"""
    )


def _courses(connection: duckdb.DuckDBPyConnection, found_by: Matcher) -> None:
    def of_course(text: str) -> Rows:
        title, _, syllabus = text.partition("\n")
        yield from taught(title, syllabus, found_by.vocabulary, found_by.surfaces).items()

    text = "concat(replace(coalesce(title, ''), chr(10), ' '), chr(10), coalesce(syllabus, ''))"
    _read_texts(connection, f"select {text} as text from staging.stg_course")
    _find(connection, "skill_id varchar, depth varchar", of_course)
    connection.execute(
        f"""insert into skills.skill_of_course
        select institution_code, program_code, course_code, effective_from, skill_id, depth
        from staging.stg_course join told on {text} = told.text join found on told.text_id = found.text_id"""
    )


def _answers(connection: duckdb.DuckDBPyConnection, found_by: Matcher) -> None:
    def missed(text: str) -> Rows:
        return (
            (skill_id,) for skill_id in {place.skill.skill_id for place in found_by.surfaces.places(text)}
        )

    _read_texts(
        connection,
        "select missing_skills as text from staging.stg_employer_feedback where missing_skills is not null",
    )
    _find(connection, "skill_id varchar", missed)
    connection.execute(
        """insert into skills.skill_missed
        select enterprise_code, institution_code, program_code, year, skill_id
        from staging.stg_employer_feedback join told on missing_skills = told.text
            join found on told.text_id = found.text_id"""
    )


def _read_texts(connection: duckdb.DuckDBPyConnection, texts: str) -> None:
    """Number the distinct texts of a query in the temporary table `told`."""
    connection.execute(
        f"""create or replace temp table told as
        select row_number() over (order by text) as text_id, text from (select distinct text from ({texts}))"""
    )


def _find(connection: duckdb.DuckDBPyConnection, columns: str, find: Callable[[str], Rows]) -> None:
    """Write what `find` yields for each text of `told` to the temporary table `found`, with the text's number."""
    connection.execute(f"create or replace temp table found (text_id bigint, {columns})")
    last = 0
    while batch := _next_texts(connection, last):
        last = batch[-1][0]
        _insert(connection, "found", ((number, *row) for number, text in batch for row in find(text)))


def _next_texts(connection: duckdb.DuckDBPyConnection, last: int) -> list[tuple[int, str]]:
    """The next texts of `told` after number `last`."""
    return connection.execute(
        "select text_id, text from told where text_id > ? order by text_id limit ?", [last, _BATCH]
    ).fetchall()


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    import pyarrow as pa

    listed = list(rows)
    if not listed:
        return
    columns = [pa.array(column) for column in zip(*listed, strict=True)]
    connection.register("_rows", pa.table(columns, names=[f"c{n}" for n in range(len(columns))]))
    connection.execute(f"insert into {table} select * from _rows")
    connection.unregister("_rows")
