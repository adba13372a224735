"""The columns of feedback tables that compare a number with its peers.

Input: disclosure-controlled cells, so withheld values are not compared. Output: ``peer_level`` (program,
group, field, or institution), ``n_peers``, and the quartiles of the peers' values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.withholding import rounded
from iecareer.peers import finest_level, on_every_level

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy
    from iecareer.feedback.rules import TableRule

QUARTILES = {"peer_q25": 0.25, "peer_median": 0.5, "peer_q75": 0.75}
SHARED = ("same", "study_level")
_PARTS = 16


def add_peers(
    connection: DuckDBPyConnection,
    table: str,
    rule: TableRule,
    policy: DisclosurePolicy,
    typical: tuple[str, ...] = (),
) -> None:
    """Replace ``schema.table`` by itself with the peer columns.

    Parameters
    ----------
    typical : tuple of str
        Further values whose peer median is given as ``peer_<name>`` (the typical peer program).
    """
    _write_cells(connection, table, rule)
    medians = {f"peer_{name}": (name, 0.5) for name in typical}
    wanted = {name: (rule.main, at) for name, at in QUARTILES.items()} | medians
    of_peers = ", ".join(
        f"{_money(f'quantile_cont(peer.{value}, {at})', rule, policy)} as {name}"
        for name, (value, at) in wanted.items()
    )
    connection.execute(
        f"create or replace temp table peer_leveled as {on_every_level('peer_cell')};"
        f"create or replace temp table peer_chosen as {finest_level('peer_cell', SHARED, policy.min_peers)}"
    )
    # A cell is paired with each of its peers. In a large region only some of these pairs fit into memory at
    # once.
    for part in range(_PARTS):
        into = "insert into peer_beside" if part else "create or replace temp table peer_beside as"
        connection.execute(f"""{into}
            with cell as (
              select * from peer_leveled semi join peer_chosen using (cell_key, peer_level)
              where hash(same) % {_PARTS} = {part})
            select cell.cell_key, cell.peer_level, count(*) as n_peers, {of_peers}
            from cell
            inner join peer_leveled as peer using (same, study_level, peer_level, peer_code)
            where peer.is_peer and peer.institution_code <> cell.institution_code
            group by cell.cell_key, cell.peer_level""")
    connection.execute(f"""create or replace table {table} as
        select cell.* exclude (cell_key, same, study_level, is_peer), beside.* exclude (cell_key)
        from peer_cell as cell left join peer_beside as beside using (cell_key)
        order by {", ".join(rule.grain)}""")
    for name in ("peer_cell", "peer_leveled", "peer_chosen", "peer_beside"):
        connection.execute(f"drop table {name}")


def _money(expression: str, rule: TableRule, policy: DisclosurePolicy) -> str:
    return rounded(expression, policy.wage_rounding_cny) if rule.money else expression


def _write_cells(connection: DuckDBPyConnection, table: str, rule: TableRule) -> None:
    """Write ``peer_cell``: the rows to compare. A row without a program neither has peers nor is a peer."""
    same = " || '|' || ".join(f"coalesce({key}::varchar, '')" for key in ("cohort_year", *rule.keys))
    connection.execute(f"""create or replace temp table peer_cell as
        select t.*, row_number() over () as cell_key, {same} as same, coalesce(p.study_level, '') as study_level,
          t.status = 'ok' and t.program_code <> '' as is_peer
        from {table} t left join feedback.program p using (program_code)""")


def other_institutions(cells: str, shared: tuple[str, ...], value: str, least: int) -> str:
    """SELECT of ``institution_code``, `shared`, ``n_peers`` and quartiles of `value` over all other institutions.

    Parameters
    ----------
    cells : str
        A relation with one row per institution and combination of the columns `shared`; a value that may not
        be shown is null.
    least : int
        Fewest other institutions; with fewer there is no row.
    """
    quartiles = ", ".join(f"quantile_cont(other.{value}, {at}) as {name}" for name, at in QUARTILES.items())
    keys = ", ".join(f"own.{name}" for name in ("institution_code", *shared))
    return f"""select {keys}, count(*) as n_peers, {quartiles}
        from {cells} as own inner join {cells} as other using ({", ".join(shared)})
        where own.institution_code <> other.institution_code and other.{value} is not null
        group by {keys} having count(*) >= {least}"""


def add_institution_peers(connection: DuckDBPyConnection, table: str, policy: DisclosurePolicy) -> None:
    """Fill the peer columns of institutions' own retention curves: all other institutions, by month.

    A row of a whole institution has no program, so its level is named ``institution``.
    """
    own_curves = f"(from {table} where program_code is null and cohort_year is null)"
    others = other_institutions(own_curves, ("months",), "retention", policy.min_peers)
    connection.execute(f"""update {table} t set peer_level = 'institution', n_peers = o.n_peers,
          peer_q25 = o.peer_q25, peer_median = o.peer_median, peer_q75 = o.peer_q75
        from ({others}) o
        where t.program_code is null and t.cohort_year is null and t.institution_code = o.institution_code
          and t.months = o.months""")
