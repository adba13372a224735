"""Lights, warnings, policy instruments and signals for auditors, after the marts.

Input: marts, staging and policy of a run's build. Output: the schemas `lights`, `instruments` and `audit`. All of it is
SQL (models `basis_`, `lights_`, `instruments_`, `audit_` of the dbt project), except the test of placement signals. No
statistical model sets a light.
"""

from iecareer.lights.night import build_lights

__all__ = ["build_lights"]
