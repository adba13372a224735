"""Attacks on a release: what somebody who has all its files and the source code can find out about few people.

Input: the data files of all folders of a release or a candidate. Output: for every count the whole numbers that it can
be, and a refusal of releases that give away too much. Nothing here reads the warehouse or knows the key.

Attack C of ``publication.md`` (two releases, one change) needs the region behind them: tests/spec/test_refresh_rule.py,
and for lights tests/feedback/test_released_lights.py.
"""

from iecareer.feedback.attacks.gate import Verdict, attack, refuse_disclosing

__all__ = ["Verdict", "attack", "refuse_disclosing"]
