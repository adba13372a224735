"""Peers: the same program at other institutions, else its group, else its major field.

Comes in: a disclosure-controlled table, so that a peer's value is never one that had to be withheld.
Goes out: the table with ``peer_level`` (program, group, field), ``n_peers`` (programs of other institutions)
and the quartiles of their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.withholding import rounded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy
    from iecareer.feedback.rules import TableRule

LEVELS = ("program", "group", "field")
PEER_COLUMNS = ("peer_level", "n_peers", "peer_q25", "peer_median", "peer_q75")


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
        Further values of which the peers' median is given as ``peer_<name>`` (the typical peer program).
    """
    _write_codes(connection, table, rule, policy)
    _write_level(connection, policy)
    more = "".join(f", {_money(f'quantile_cont(p.{v}, 0.5)', rule, policy)} as peer_{v}" for v in typical)
    quartiles = ", ".join(
        f"{_money(f'quantile_cont(p.{rule.main}, {q})', rule, policy)} as {name}"
        for q, name in ((0.25, "peer_q25"), (0.5, "peer_median"), (0.75, "peer_q75"))
    )
    selects = [
        f"""select l.row_key, l.peer_level, count(*) as n_peers, {quartiles}{more}
        from peer_choice l join peer_cells p
          on p.status = 'ok' and p.same = l.same and p.code_{level} = l.code_{level}
         and p.study_level = l.study_level and p.institution_code <> l.institution_code
        where l.peer_level = '{level}' group by 1, 2"""
        for level in LEVELS
    ]
    connection.execute(f"""create or replace table {table} as
        select c.* exclude (row_key, same, code_program, code_group, code_field, study_level),
          peers.* exclude (row_key)
        from peer_cells c left join ({" union all ".join(selects)}) peers using (row_key)
        order by {", ".join(rule.grain)}""")
    connection.execute("drop table peer_cells; drop table peer_choice")


def _money(expression: str, rule: TableRule, policy: DisclosurePolicy) -> str:
    return rounded(expression, policy.wage_rounding_cny) if rule.money else expression


def _write_codes(
    connection: DuckDBPyConnection, table: str, rule: TableRule, policy: DisclosurePolicy
) -> None:
    """``peer_cells``: the table, a row key, what peers must share, the three levels of the program code."""
    same = " || '|' || ".join(f"coalesce({key}::varchar, '')" for key in ("cohort_year", *rule.keys))
    connection.execute(f"""create or replace temp table peer_cells as
        select t.*, row_number() over () as row_key, {same} as same, t.program_code as code_program,
          left(t.program_code, {policy.peer_group_digits}) as code_group,
          left(t.program_code, {policy.peer_field_digits}) as code_field,
          coalesce(p.study_level, '') as study_level
        from {table} t left join feedback.program p using (program_code)""")


def _write_level(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """``peer_choice``: each cell's finest level with enough peer programs at other institutions."""
    of_others = [
        f"(sum((status = 'ok')::int) over (partition by same, study_level, code_{level})"
        f" - sum((status = 'ok')::int) over (partition by same, study_level, code_{level}, institution_code))"
        for level in LEVELS
    ]
    cases = " ".join(
        f"when {count} >= {policy.min_peers} then '{level}'"
        for count, level in zip(of_others, LEVELS, strict=True)
    )
    connection.execute(f"""create or replace temp table peer_choice as
        select row_key, same, study_level, institution_code, code_program, code_group, code_field,
          case {cases} end as peer_level
        from peer_cells where program_code is not null and program_code <> ''""")


def add_institution_peers(connection: DuckDBPyConnection, table: str, policy: DisclosurePolicy) -> None:
    """Fill the peer columns of the roll-up rows of the retention curve: all other institutions, by month.

    A roll-up has no program of its own to compare, so its level is named ``institution``.
    """
    connection.execute(f"""update {table} t set peer_level = 'institution', n_peers = o.n_peers,
          peer_q25 = o.q25, peer_median = o.q50, peer_q75 = o.q75
        from (select a.institution_code, a.months, count(*) as n_peers,
                quantile_cont(b.retention, 0.25) as q25,
                quantile_cont(b.retention, 0.5) as q50, quantile_cont(b.retention, 0.75) as q75
              from {table} a join {table} b
                on a.months = b.months and a.institution_code <> b.institution_code
              where a.program_code is null and a.cohort_year is null and b.program_code is null
                and b.cohort_year is null and b.status = 'ok'
              group by 1, 2 having count(*) >= {policy.min_peers}) o
        where t.program_code is null and t.cohort_year is null and t.institution_code = o.institution_code
          and t.months = o.months""")
