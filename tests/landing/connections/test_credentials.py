"""User and password come by name; a contract that carries them is refused, and no message repeats them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.landing.receive.credentials import database_url
from iecareer.landing.receive.live import sample
from iecareer.sources import load_systems, source_system
from iecareer.sources.servers import Database, database_at
from tests.landing.connections.months import fill, make_table
from tests.landing.connections.servers import PASSWORD, Office, sqlite_office

API = "{server: a, type: api, location: 'https://h', customProperties: [%s]}"
POSTGRES = Database("postgresql", "db.bureau", 5432, "office", "public", connection="my-bureau")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("IECAREER_CONNECTION_MY_BUREAU", "postgresql://clerk:p%40ss@elsewhere/other"),
        (
            "AIRFLOW_CONN_MY_BUREAU",
            "postgres://clerk:p%40ss@elsewhere:5433/other?__extra__=%7B%22a%22%3A+1%7D",
        ),
        ("AIRFLOW_CONN_MY_BUREAU", '{"conn_type": "postgres", "login": "clerk", "password": "p@ss"}'),
        (
            "AIRFLOW_CONN_MY_BUREAU",
            '{"conn_type": "postgres", "login": "clerk", "password": "p@ss", "port": "9"}',
        ),
    ],
)
def test_a_connection_gives_user_and_password_and_the_contract_the_address(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    url = database_url(POSTGRES, "bureau")
    assert (
        url.render_as_string(hide_password=False) == "postgresql+psycopg://clerk:p%40ss@db.bureau:5432/office"
    )


def test_the_variable_of_this_program_goes_before_airflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MY_BUREAU", "postgres://theirs:x@h/d")
    monkeypatch.setenv("IECAREER_CONNECTION_MY_BUREAU", "postgres://ours:x@h/d")
    assert database_url(POSTGRES, "bureau").username == "ours"


@pytest.mark.parametrize(
    ("server", "value", "url"),
    [
        (
            Database("oracle", "ora", 1521, service_name="gx", connection="c"),
            "oracle://clerk:x@h/d",
            "oracle+oracledb://clerk:***@ora:1521/d?service_name=gx",
        ),
        (
            Database("mssql", "sql", 1433, "hr", "dbo", connection="c"),
            "mssql://clerk:x@h/d",
            "mssql+pyodbc://clerk:***@sql:1433/hr?driver=ODBC+Driver+18+for+SQL+Server",
        ),
        (
            Database("mysql", "my", 3306, "hr", connection="c"),
            "mysql://clerk:x@h/d",
            "mysql+pymysql://clerk:***@my:3306/hr?charset=utf8mb4",
        ),
        (Database(connection="c"), "sqlite:////data/o.db", "sqlite:////data/o.db"),
        (Database(connection="c"), '{"conn_type": "sqlite", "host": "/data/o.db"}', "sqlite:////data/o.db"),
        (
            Database(url="mssql+pymssql://sql/hr", connection="c"),
            "mssql://clerk:x@h/d",
            "mssql+pymssql://clerk:***@sql/hr",
        ),
        (
            Database(connection="c"),
            """{"conn_type": "postgres", "host": "h", "schema": "d", "login": "u",
            "extra": "{\\"sslmode\\": \\"require\\"}"}""",
            "postgresql+psycopg://u@h/d?sslmode=require",
        ),
    ],
)
def test_urls(server: Database, value: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_CONNECTION_C", value)
    assert database_url(server, "bureau").render_as_string() == url


@pytest.mark.parametrize(
    "value",
    [
        "",
        "not a url",
        "{broken",
        '["a"]',
        '{"port": "many"}',
        "ftp://clerk:hunter2@h/d",
        "{}",
    ],
)
def test_a_broken_connection_is_told_without_its_value(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_CONNECTION_C", value)
    with pytest.raises(IecareerError) as told:
        database_url(Database(connection="c"), "bureau")
    assert "hunter2" not in str(told.value)
    assert not value or value not in str(told.value)


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (
            "{server: a, type: custom, location: 'postgresql://clerk:hunter2@h/d'}",
            "contains a user, a password",
        ),
        (
            "{server: a, type: custom, location: 'postgresql://h/d?password=hunter2'}",
            "contains a user, a password",
        ),
        (
            "{server: a, type: custom, location: 'mssql+pyodbc://?odbc_connect=UID%3Da%3BPWD%3Dhunter2'}",
            "contains a user, a password",
        ),
        ("{server: a, type: api, location: 'https://clerk:hunter2@h/d'}", "contains a user, a password"),
        (
            "{server: a, type: api, location: 'https://h/d?access_token=hunter2'}",
            "contains a user, a password",
        ),
        ("{server: a, type: custom, location: 'postgresql://clerk:hunter2@[h/d'}", "is not a URL"),
        (
            "{server: a, type: custom, customProperties: [{property: connection, value: 'postgres://u:hunter2@h'}]}",
            "connection must be a name",
        ),
        (
            API % "{property: tokenVariable, value: 'Bearer hunter2'}",
            "tokenVariable must be a name",
        ),
        ("{server: a, type: custom}", "needs a location"),
        (
            "{server: a, type: custom, location: 'sqlite:///o.db', path: x, password: hunter2}",
            "unknown key 'password'",
        ),
        ("{server: a, type: postgres, host: h, port: 1, database: d}", "lacks the key schema"),
        ("{server: a, type: postgres, host: h, port: 1, database: d, schma: s}", "did you mean schema"),
        ("{server: a, type: kafka, host: h}", "type of the server must be one of"),
        (
            "{server: a, type: custom, customProperties: [{property: conection, value: a}]}",
            "did you mean connection",
        ),
        ("{server: a, type: api, location: 'file:///etc/passwd'}", "http or https"),
        (
            API % "{property: paging, value: pages}",
            "did you mean page",
        ),
        (
            API % "{property: paging, value: offset}",
            "needs a pageSize",
        ),
    ],
)
def test_contracts_of_live_servers_are_read_strictly(
    contract: Callable[..., Path], server: str, said: str
) -> None:
    contract(server)
    with pytest.raises(IecareerError, match=said) as told:
        source_system("bureau")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"selector": "description: neither"}, "either a table, .* or a query"),
        ({"extract": {"query": "select 1"}}, "either a table, .* or a query"),
        ({"extract": {"query": "delete from pay"}, "selector": "description: q"}, "must be one SELECT"),
        (
            {"extract": {"query": "select 1; drop table pay"}, "selector": "description: q"},
            "must be one SELECT",
        ),
        ({"extract": {"query": "select :since"}, "selector": "description: q"}, ":since needs"),
        ({"extract": {"lookback": "2h"}}, "mode upsert and a cursor"),
        ({"extract": {"curser": "a"}}, "did you mean cursor"),
        ({"extract": {"cursor": "a", "lookback": "2h"}}, "mode upsert"),
        ({"extract": {"cursor": "a"}, "record_type": "program"}, "always fetched whole"),
        (
            {"extract": {"cursor": "a", "lookback": "soon"}, "record_type": "employer_succession"},
            "90m, 6h or 2d",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    contract: Callable[..., Path], told: dict[str, str], said: str
) -> None:
    contract("{server: a, type: custom, location: 'sqlite:///o.db'}", **told)
    with pytest.raises(IecareerError, match=said):
        source_system("bureau")


def test_where_a_source_is_is_shown_without_credentials(
    contract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_CONNECTION_C", f"postgres://clerk:{PASSWORD}@h/d")
    contract(
        "{server: a, type: postgres, host: db, port: 5432, database: d, schema: s, "
        "customProperties: [{property: connection, value: c}]}"
    )
    system = load_systems()["bureau"]
    assert system.location == "postgresql://db:5432/d"
    assert PASSWORD not in repr(system)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:1/d",
        "mysql://127.0.0.1:1/d",
        "oracle://127.0.0.1:1/d",
        "mssql://127.0.0.1:1/d",
    ],
)
def test_a_server_that_is_not_there_or_a_missing_driver_is_told(
    contract: Callable[..., Path], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_CONNECTION_OFFICE", url.replace("//", f"//clerk:{PASSWORD}@"))
    contract("{server: a, type: custom, customProperties: [{property: connection, value: office}]}")
    error = land("bureau")[0]["error"]
    assert re.search(r"could not be reached \(OperationalError|driver \S+ is not installed", error)
    assert PASSWORD not in error
    assert "clerk" not in error


def test_a_wrong_password_is_never_repeated(
    office: Office, contract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if office.kind != "mariadb":
        pytest.skip("the other servers of these tests ask for no password")
    right = office.url.render_as_string(hide_password=False)
    monkeypatch.setenv("IECAREER_CONNECTION_OFFICE", right.replace(PASSWORD, "hunter2-the-wrong-one"))
    contract(office.server)
    error = land("bureau")[0]["error"]
    assert "could not be reached (OperationalError 28000)" in error
    assert "hunter2" not in error


def test_a_sample_of_a_table_without_a_contract(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    import pyarrow.parquet as pq

    make_table(office)
    fill(office, people=30, months=1)
    url = re.sub("//[^/@]*@", "//", office.url.render_as_string())
    if office.kind == "postgres":
        url = f"postgresql:///postgres?host={office.url.host}"
    found = database_at(url, connection=None if office.kind == "sqlite" else "office")
    content, file_format = sample(found, "table:pay", 7)
    assert file_format == "parquet"
    table = pq.read_table(io.BytesIO(content.whole()))
    assert table.num_rows == 7
    assert table.column_names == ["sfz", "dm", "ym", "js", "qh", "updated_at"]
    assert table.column("ym").to_pylist() == ["2020-01-01"] * 7
    with pytest.raises(IecareerError, match="password"):
        database_at("postgresql://u:p@h/d")


def test_a_relative_file_lies_below_the_inbox_and_is_never_made(
    contract: Callable[..., Path], tmp_path: Path
) -> None:
    contract("{server: a, type: custom, location: 'sqlite:///deep/o.db'}")
    assert "no SQLite file" in land("bureau")[0]["error"]
    assert not list(tmp_path.rglob("*.db"))
    (tmp_path / "inbox" / "deep").mkdir(parents=True)
    office = sqlite_office(tmp_path / "inbox" / "deep" / "o.db")
    make_table(office)
    fill(office, 3, 1)
    assert land("bureau", None, date(2026, 11, 21))[0]["n_in"] == 3


def test_no_document_of_the_home_holds_the_password(
    office: Office, contract: Callable[..., Path], home: Path
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=3, months=1)
    land("bureau", None, date(2026, 11, 21))
    told = [path for path in home.rglob("*.json") if PASSWORD in path.read_text("utf-8")]
    assert told == []
    documents = [json.loads(path.read_text("utf-8")) for path in home.rglob("manifest/deliveries/*.json")]
    assert [document["n_in"] for document in documents] == [3]
