"""Program-cohorts whose colleges embellish them, in the six ways that signals for auditors look for.

A region has them only if it is asked for. Answers, insured months and registrations of the faked graduates are changed,
and the enterprises that hire most are not micro ones. A kind stands once in a cohort, so that its peers are honest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from iecareer.simulation.enterprises import SIZES, Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.identities import credit_codes
from iecareer.simulation.institutions import Institutions, Offerings
from iecareer.simulation.insurance import Months
from iecareer.simulation.registrations import REGISTERED, Registrations
from iecareer.simulation.survey import Answers
from iecareer.simulation.text_tables import as_text
from iecareer.simulation.timeline import COHORTS, Array, Flags, Ints, stream

KINDS = (
    "flexible",
    "tiny_firm",
    "same_income",
    "not_insured",
    "no_such_employer",
    "registered_not_insured",
)
FAKED_SHARE = 0.6
FEWEST = 26
_MICRO = SIZES.index("micro")
_FORMAL = [REGISTERED.index(name) for name in ("agreement", "labour_contract")]
# Of the job of an answer: empty where there is none.
_OF_JOB = (
    "enterprise_code",
    "monthly_income",
    "job_title",
    "occupation_code",
    "weekly_hours",
    "program_related",
    "job_grade",
)
# Months around graduation without insurance, so that neither wave 6 nor six months after a registration has one.
_MONTHS_BEFORE, _MONTHS_AFTER = 3, 18
# No enterprise of the region is registered there.
_ELSEWHERE = "710000"


@dataclass(frozen=True)
class Fakes:
    """Faked program-cohorts (`kind`, `offering`, `cohort`), and the kind of each graduation (-1: not faked)."""

    kind: Ints
    offering: Ints
    cohort: Ints
    of_graduate: Ints

    def are(self, graduates: Ints, kind: str) -> Flags:
        """Whether each of these graduations is faked in that way."""
        return np.asarray(self.of_graduate[graduates] == KINDS.index(kind))


def build_fakes(
    graduates: Graduates, answers: Answers, registrations: Registrations, offerings: Offerings, seed: int
) -> Fakes:
    """Choose one program-cohort of each kind in each cohort, if one is large enough, and who is faked in it."""
    rng = stream(seed, "fakes")
    employed = np.zeros(len(graduates), bool)
    employed[answers.graduate[(answers.wave == 0) & (answers.job >= 0)]] = True
    last = np.full(len(graduates), -1)
    last[registrations.graduate] = registrations.destination  # ordered by day: the last one stays
    formal = np.isin(last, _FORMAL)
    of_graduate = np.full(len(graduates), -1)
    chosen: list[tuple[int, int, int]] = []
    for cohort in COHORTS:
        taken: set[int] = set()
        for kind, name in enumerate(KINDS):
            able = (formal if name == "registered_not_insured" else employed) & (graduates.cohort == cohort)
            sizes = np.bincount(graduates.offering[able], minlength=len(offerings.size))
            for offering in rng.permutation(np.flatnonzero(sizes >= FEWEST)).tolist():
                if offering not in taken:
                    taken.add(offering)
                    chosen.append((kind, offering, cohort))
                    own = np.flatnonzero(able & (graduates.offering == offering))
                    n_faked = round(FAKED_SHARE * len(own))
                    of_graduate[rng.permutation(own)[:n_faked]] = kind
                    break
    kinds, chosen_offerings, cohorts = np.array(chosen or np.empty((0, 3), np.int64)).T
    return Fakes(kinds, chosen_offerings, cohorts, of_graduate)


def insured_months(months: Months, fakes: Fakes, graduates: Graduates) -> Months:
    """The months without those of graduates who only seem to be employed, around their graduation."""
    own = np.flatnonzero(
        np.isin(fakes.of_graduate, [KINDS.index("not_insured"), KINDS.index("registered_not_insured")])
    )
    graduated = np.full(int(graduates.person.max()) + 1, -999)
    graduated[graduates.person[own]] = graduates.graduated[own]
    since = months.month - graduated[months.person]
    kept = (since < -_MONTHS_BEFORE) | (since > _MONTHS_AFTER)
    return Months(**{name: values[kept] for name, values in vars(months).items()})


def faked_registrations(registrations: Registrations, fakes: Fakes) -> Registrations:
    """Uninsured graduates of the kind `not_insured` are not registered with a contract, which would be another fake."""
    other = fakes.are(registrations.graduate, "not_insured") & np.isin(registrations.destination, _FORMAL)
    return replace(
        registrations,
        destination=np.where(other, REGISTERED.index("other_employment"), registrations.destination),
    )


def without_popular_micro(enterprises: Enterprises) -> Enterprises:
    """The enterprises with no micro one among those that hire most, as in a real region."""
    rank = np.arange(len(enterprises.codes)) % enterprises.per_province
    popular = (rank < enterprises.per_province // 2) & (enterprises.size == _MICRO)
    return replace(enterprises, size=np.where(popular, SIZES.index("small"), enterprises.size))


def faked_answers(
    table: pa.Table,
    answers: Answers,
    fakes: Fakes,
    graduates: Graduates,
    institutions: Institutions,
    enterprises: Enterprises,
    seed: int,
) -> pa.Table:
    """The answers (record type `followup_response`, in the order of `answers`) with those of wave 6 faked."""
    rng = stream(seed, "faked answers")
    first = answers.wave == 0
    told = {kind: first & fakes.are(answers.graduate, kind) for kind in KINDS}
    for name, activity in (("flexible", "freelance"), ("registered_not_insured", "seeking")):
        table = _with(table, "activity", told[name], np.full(table.num_rows, activity))
        for column in _OF_JOB:
            table = _with(table, column, told[name], pa.nulls(table.num_rows, pa.string()))
    cell = (
        graduates.offering[answers.graduate] * len(COHORTS) + graduates.cohort[answers.graduate] - COHORTS[0]
    )
    home = institutions.province[graduates.institution[answers.graduate]]
    firm = enterprises.codes[_tiny_firms(cell, home, enterprises)]
    table = _with(table, "enterprise_code", told["tiny_firm"], firm)
    table = _with(table, "monthly_income", told["same_income"], 4000 + 100 * (cell % 30))
    unknown = np.full(table.num_rows, "", "U18")
    unknown[told["no_such_employer"]] = credit_codes(
        np.full(int(told["no_such_employer"].sum()), _ELSEWHERE), rng
    )
    return _with(table, "enterprise_code", told["no_such_employer"], unknown)


def described(
    fakes: Fakes, graduates: Graduates, codes: Array, programs: Array
) -> Iterator[dict[str, object]]:
    """The faked program-cohorts for truth.json; `codes` of institutions and `programs` of programs by position."""
    for kind, offering, cohort in zip(fakes.kind, fakes.offering, fakes.cohort, strict=True):
        own = (graduates.offering == offering) & (graduates.cohort == cohort)
        at = int(np.flatnonzero(own)[0])
        yield {
            "signal": KINDS[kind],
            "institution_code": str(codes[graduates.institution[at]]),
            "program_code": str(programs[graduates.program[at]]),
            "cohort_year": int(cohort),
            "n_faked": int((own & (fakes.of_graduate == kind)).sum()),
        }


def _tiny_firms(cell: Ints, home: Ints, enterprises: Enterprises) -> Ints:
    """Position of a micro enterprise for each answer, the same within a program-cohort; of the same province if any."""
    able = (enterprises.size == _MICRO) & (enterprises.successor < 0)
    firms = [
        np.flatnonzero(able & (enterprises.province == p)) for p in range(enterprises.province.max() + 1)
    ]
    everywhere = np.flatnonzero(able)
    own = [found if len(found) else everywhere for found in firms]
    return np.array([own[p][c % len(own[p])] for p, c in zip(home, cell, strict=True)])


def _with(table: pa.Table, column: str, which: Flags, values: Array | pa.Array) -> pa.Table:
    """The table with other values of a column in some rows."""
    new = pc.if_else(pa.array(which), as_text(values), table[column].combine_chunks())
    return table.set_column(table.column_names.index(column), column, new)
