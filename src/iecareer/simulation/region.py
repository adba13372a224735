"""The complete synthetic region, before any files are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from iecareer.simulation import fakes
from iecareer.simulation.careers import Careers, build_careers
from iecareer.simulation.cooperation import Cooperation, build_cooperation
from iecareer.simulation.enterprises import Enterprises, build_enterprises
from iecareer.simulation.fakes import Fakes
from iecareer.simulation.graduates import Graduates, build_graduates
from iecareer.simulation.institutions import Institutions, Offerings, build_institutions, build_offerings
from iecareer.simulation.insurance import Months, contribution_months
from iecareer.simulation.occupations import job_occupations
from iecareer.simulation.provinces import Places, build_places
from iecareer.simulation.registrations import Registrations, build_registrations
from iecareer.simulation.survey import Answers, build_answers
from iecareer.simulation.thresholds import Thresholds
from iecareer.simulation.timeline import Flags, Ints
from iecareer.simulation.variation import STANDARD, Variation

GRADUATES_PER_INSTITUTION = 1_250


@dataclass(frozen=True)
class Region:
    """One region. The same values give the same region."""

    n_graduates: int
    seed: int
    n_institutions: int
    has_fakes: bool = False
    variation: Variation = STANDARD

    @cached_property
    def places(self) -> Places:
        """Provinces, prices and wages."""
        return build_places()

    @cached_property
    def institutions(self) -> Institutions:
        """Colleges."""
        return build_institutions(self.n_institutions, self.places, self.seed)

    @cached_property
    def offerings(self) -> Offerings:
        """Programs at colleges."""
        return build_offerings(self.institutions, self.seed, self.n_graduates, self.variation)

    @cached_property
    def enterprises(self) -> Enterprises:
        """Employers."""
        built = build_enterprises(self.n_graduates, self.places, self.seed)
        return fakes.without_popular_micro(built) if self.has_fakes else built

    @cached_property
    def cooperation(self) -> Cooperation:
        """Agreements."""
        return build_cooperation(self.institutions, self.offerings, self.enterprises, self.seed)

    @cached_property
    def thresholds(self) -> Thresholds:
        """Areas and enterprises at thresholds of the policy papers."""
        return Thresholds(self.cooperation, self.institutions, self.enterprises)

    @cached_property
    def graduates(self) -> Graduates:
        """Graduations."""
        return build_graduates(self.n_graduates, self.institutions, self.offerings, self.places, self.seed)

    @cached_property
    def careers(self) -> Careers:
        """Destinations and jobs."""
        return build_careers(
            self.graduates, self.institutions, self.enterprises, self.cooperation, self.places, self.seed
        )

    @cached_property
    def months(self) -> Months:
        """Social-insurance months."""
        built = contribution_months(self.graduates, self.careers, self.enterprises, self.places, self.seed)
        return fakes.insured_months(built, self.fakes, self.graduates) if self.has_fakes else built

    @cached_property
    def occupations(self) -> tuple[Ints, Flags]:
        """Occupation of each job, and whether the program trains for it."""
        return job_occupations(self.graduates, self.careers.jobs, self.seed)

    @cached_property
    def answers(self) -> Answers:
        """Survey responses."""
        return build_answers(self.graduates, self.careers, self.seed)

    @cached_property
    def registrations(self) -> Registrations:
        """Destinations that colleges registered."""
        honest = self._honest_registrations
        return fakes.faked_registrations(honest, self.fakes) if self.has_fakes else honest

    @cached_property
    def _honest_registrations(self) -> Registrations:
        return build_registrations(self.graduates, self.institutions, self.offerings, self.careers, self.seed)

    @cached_property
    def fakes(self) -> Fakes:
        """Embellished program-cohorts, which only a region that `has_fakes` applies."""
        return fakes.build_fakes(
            self.graduates, self.answers, self._honest_registrations, self.offerings, self.seed
        )


def default_institutions(n_graduates: int) -> int:
    """24 colleges for up to 30,000 graduates, and one more per further 1,250."""
    return max(24, n_graduates // GRADUATES_PER_INSTITUTION)
