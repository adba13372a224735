"""The contents of truth.json: planted effects, and row counts of the deliveries."""

from __future__ import annotations

from typing import Any

import numpy as np

from iecareer.simulation import fakes, graduates, institutions, registrations, survey, thresholds
from iecareer.simulation.careers import STAY_SCALE, STAY_SHAPE
from iecareer.simulation.enterprises import succession_table
from iecareer.simulation.institutions import NEVER
from iecareer.simulation.noise import Count
from iecareer.simulation.region import Region
from iecareer.simulation.timeline import NEWEST_MONTH, OBSERVED_ON, PRICE_BASE_YEAR


def describe(region: Region, counts: dict[str, dict[str, Count]]) -> dict[str, Any]:
    """Planted effects of a region, and row counts per source system and record type."""
    return {
        "graduates": region.n_graduates,
        "seed": region.seed,
        "institutions": region.n_institutions,
        "as_of": OBSERVED_ON.isoformat(),
        "t_obs": min(NEWEST_MONTH.values()),
        "price_base_year": PRICE_BASE_YEAR,
        "planted": _planted(region),
        "deliveries": {
            source_id: {record_type: _count(count) for record_type, count in by_type.items()}
            for source_id, by_type in counts.items()
        },
    }


def _planted(region: Region) -> dict[str, Any]:
    people, answers = region.graduates, region.answers
    return {
        "log_wage_cooperation": graduates.COOPERATION_LOG_PAY,
        "institution_log_pay_sd": institutions.INSTITUTION_SD,
        "institution_log_pay": {
            str(code): round(float(value), 6)
            for code, value in zip(region.institutions.codes, region.institutions.log_pay, strict=True)
        },
        "share_graduates_cooperative": round(float(people.is_cooperative.mean()), 4),
        "institution_side": dict(
            zip(region.institutions.codes.tolist(), region.institutions.side.tolist(), strict=True)
        ),
        "cooperative_from_2021": region.institutions.codes[
            region.institutions.coop_from == institutions.SWITCH_COHORT
        ].tolist(),
        **_falls(region),
        "obsolescent_log_pay_per_cohort": graduates.OBSOLETE_LOG_PAY,
        "obsolescent_match_per_cohort": graduates.OBSOLETE_MATCH,
        "obsolescent_cohorts_at_most": graduates.OBSOLETE_STEPS,
        "n_program_units": len(region.offerings.size),
        "answer_logit_per_pay_sd": survey.ANSWER_PER_PAY_SD,
        "n_answers_by_wave": dict(
            zip(map(str, survey.WAVES), np.bincount(answers.wave, minlength=6).tolist(), strict=True)
        ),
        "main_job_survival": {
            str(h): round(float(np.exp(-((h / STAY_SCALE) ** STAY_SHAPE))), 4) for h in (6, 12, 36, 60)
        },
        "registered_placed_by_year_end": registrations.placed_shares(people, region.registrations),
        "few_registered": {
            "institution_code": str(region.institutions.codes[-1]),
            "until_cohort": registrations.FEW_UNTIL,
        },
        "fakes": _fakes(region),
        **_thresholds(region),
        "n_second_degrees": int((people.second >= 0).sum()),
        "n_persons": len(np.unique(people.person)),
        "n_mergers": succession_table(region.enterprises).num_rows,
    }


def _falls(region: Region) -> dict[str, Any]:
    return {
        "variation": region.variation.told(),
        "obsolescent_programs": _obsolescent(region),
        "declining_codes": _declining(region),
    }


def _obsolescent(region: Region) -> list[dict[str, Any]]:
    offerings = region.offerings
    codes = institutions.program_codes(region.n_institutions)
    return [
        {
            "institution_code": str(region.institutions.codes[offerings.institution[k]]),
            "program_code": str(codes[offerings.program[k]]),
            "from_cohort": int(offerings.obsolete_since[k]),
            **_change(offerings, int(k)),
        }
        for k in np.flatnonzero(offerings.obsolete_since < NEVER)
    ]


def _change(offerings: institutions.Offerings, k: int) -> dict[str, Any]:
    """The changed curriculum of an offering, if there is one."""
    if offerings.changed_from[k] == NEVER:
        return {}
    return {
        "changed_from_cohort": int(offerings.changed_from[k]),
        "change_works": bool(offerings.change_works[k]),
    }


def _declining(region: Region) -> list[dict[str, Any]]:
    """Program codes that decline at all institutions."""
    offerings = region.offerings
    codes = institutions.program_codes(region.n_institutions)
    fallen = np.flatnonzero(offerings.declining_since < NEVER)
    since = dict(
        zip(offerings.program[fallen].tolist(), offerings.declining_since[fallen].tolist(), strict=True)
    )
    return [{"program_code": str(codes[at]), "from_cohort": since[at]} for at in sorted(since)]


def _fakes(region: Region) -> list[dict[str, Any]]:
    if not region.has_fakes:
        return []
    programs = institutions.program_codes(region.n_institutions)
    return list(fakes.described(region.fakes, region.graduates, region.institutions.codes, programs))


def _thresholds(region: Region) -> dict[str, Any]:
    planted, codes = region.thresholds, region.enterprises.codes
    return {
        "areas": {name: str(region.places.codes[at]) for name, at in planted.areas.items()},
        "areas_since": thresholds.YEARS[0],
        "enterprises": {name: str(codes[at]) for name, at in planted.chosen.items()},
    }


def _count(count: Count) -> dict[str, Any]:
    return {
        "files": count.files,
        "rows": count.rows,
        "good": count.good,
        "superseded": count.superseded,
        "quarantined": dict(sorted(count.quarantined.items())),
        "emptied": dict(sorted(count.emptied.items())),
    }
