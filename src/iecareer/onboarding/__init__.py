"""Onboarding: from a sample of what an office sends to a contract, and a rehearsal of its landing.

Comes in: files or tables that no contract knows. Goes out: one commented contract, and what its landing would give.
Nothing is loaded into the home, and no value of a person's row is written or shown.
"""

from iecareer.onboarding.new_source import Added, add_source
from iecareer.onboarding.rehearsal import Rehearsal, Rehearsed, rehearse
from iecareer.onboarding.sample_reader import Dialect

__all__ = ["Added", "Dialect", "Rehearsal", "Rehearsed", "add_source", "rehearse"]
