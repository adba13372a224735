"""The tables of the auditors' workbook and CSV files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from iecareer.bureau.audit.evidence import Evidence, most_unexplained, of_cooperation, of_placement
from iecareer.bureau.sheets import Sheet

if TYPE_CHECKING:
    from iecareer.bureau.audit.findings import Findings

Row = dict[str, Any]
_TEXTS = ("compared", "differs", "clears")
_SEED = "policy_signal"


def placement(findings: Findings) -> Sheet:
    """One row per placement signal."""
    rows = [
        row
        | findings.names.beside(row)
        | _texts(of_placement(row, findings.policy))
        | {
            "excess": row["share"] - row["peers_share"],
            "n_needed": row["n_hits"] - most_unexplained(row, findings.policy),
        }
        for row in findings.placement
    ]
    return Sheet(
        "placement_signals",
        (
            *("institution_code", "institution_name", "program_code", "program_name", "cohort_year"),
            *("signal", *_TEXTS, "n_judged", "n_hits", "share_hits", "peer_level", "peers_n"),
            *("peers_share", "excess", "over_dispersion", "p_value", "q_value", "n_needed"),
        ),
        [row | {"n_judged": row["n"], "share_hits": row["share"]} for row in rows],
    )


def cooperation(findings: Findings) -> Sheet:
    """One row per cooperation signal."""
    return Sheet(
        "cooperation_signals",
        (
            *("agreement_id", "institution_code", "institution_name", "enterprise_code"),
            *("enterprise_name", "year", "signal", *_TEXTS),
        ),
        [
            row | findings.names.beside(row) | _texts(of_cooperation(row, findings.policy))
            for row in findings.cooperation
        ],
    )


def sheets(findings: Findings) -> list[Sheet]:
    """All sheets after the summary."""
    return [
        placement(findings),
        cooperation(findings),
        _institutions(findings),
        Sheet(
            "coverage",
            ("signal", "cohort_year", "n_compared", "n_too_few", "n_signals"),
            findings.coverage,
        ),
        Sheet(
            "policy_signals",
            ("name", "number", "unit_of_number", "description", "document", "clause", "effective_from"),
            [
                row | {"number": row["value"], "unit_of_number": row["unit"] or ""}
                for row in findings.policy.numbers
                if row["seed"] == _SEED
            ],
        ),
    ]


def _institutions(findings: Findings) -> Sheet:
    """Institutions by their number of signals."""
    found: dict[str, Counter[str]] = {}
    for kind, rows in (("placement", findings.placement), ("cooperation", findings.cooperation)):
        for row in rows:
            counted = found.setdefault(row["institution_code"], Counter())
            counted[kind] += 1
            counted[f"signal:{row['signal']}"] += 1
    lines: list[Row] = [
        {
            "institution_code": code,
            "n_placement": counted["placement"],
            "n_cooperation": counted["cooperation"],
            "signals": "|".join(sorted(name[7:] for name in counted if name.startswith("signal:"))),
        }
        for code, counted in found.items()
    ]
    lines.sort(key=lambda row: (-row["n_placement"] - row["n_cooperation"], row["institution_code"]))
    return Sheet(
        "signals_by_institution",
        ("institution_code", "institution_name", "n_placement", "n_cooperation", "signals"),
        [row | findings.names.beside(row) for row in lines],
    )


def _texts(evidence: Evidence) -> Row:
    """The texts in Chinese for the workbook, and in both languages for the CSV files."""
    found: Row = {}
    for name in _TEXTS:
        text = getattr(evidence, name)
        found |= {name: text.zh, f"{name}_en": text.en}
    return found
