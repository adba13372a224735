"""How a simulated region differs from the standard one, in what flags depend on.

The standard region is that of the demonstration. A varied one draws its variation from the seed: falls that begin in
any cohort, sizes of about 8 to 400 graduates on average (in regions of enough graduates), match that differs between
institutions, whole program codes that decline, courses that say nothing, and changes of curricula that work or do not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from iecareer.simulation.timeline import COHORTS, stream

STANDARD_SIZE_SD = 0.22
FEWEST, MOST = 8, 400


@dataclass(frozen=True)
class Variation:
    """One variation; the default is the standard region.

    Attributes
    ----------
    begins : tuple of int
        Cohorts with which a program may begin to fall.
    size_log_sd : float
        Standard deviation of the logarithm of a program's graduates per cohort.
    has_size_limits : bool
        Whether programs have from `FEWEST` to `MOST` graduates per cohort.
    institution_match_sd : float
        Standard deviation of match between institutions.
    n_declining_codes : int
        Program codes whose match falls at all institutions.
    has_course_sign : bool
        Whether courses of falling programs cease to be renewed.
    changed_share : float
        Share of the falling programs that change their curriculum; half of the changes work.
    """

    begins: tuple[int, ...] = (2019, 2020, 2021, 2022)
    size_log_sd: float = STANDARD_SIZE_SD
    has_size_limits: bool = False
    institution_match_sd: float = 0.0
    n_declining_codes: int = 0
    has_course_sign: bool = True
    changed_share: float = 0.0

    def told(self) -> dict[str, Any]:
        """The variation for truth.json."""
        return asdict(self) | {"begins": list(self.begins)}


STANDARD = Variation()


def varied(seed: int) -> Variation:
    """The variation of a seed."""
    rng = stream(seed, "variation")
    return Variation(
        begins=COHORTS[1:],
        size_log_sd=0.8,
        has_size_limits=True,
        institution_match_sd=float(rng.choice((0.0, 0.02, 0.03))),
        n_declining_codes=int(rng.random() < 0.5),
        has_course_sign=bool(rng.random() < 2 / 3),
        changed_share=0.3,
    )
