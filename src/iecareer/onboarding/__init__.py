"""Onboarding of a new source: draft a contract from a sample, and rehearse the landing with it.

Input: files or tables without a contract. Output: a commented draft of the contract, and a report of what landing
would give. Nothing is loaded into the home, and no value of a person's row is written or shown.
"""

from iecareer.onboarding.new_source import Added, add_source
from iecareer.onboarding.rehearsal import Rehearsal, Rehearsed, rehearse
from iecareer.onboarding.sample_reader import Dialect

__all__ = ["Added", "Dialect", "Rehearsal", "Rehearsed", "add_source", "rehearse"]
