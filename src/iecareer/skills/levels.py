"""How firmly an advertisement demands a skill: required, preferred, or named among the duties."""

from __future__ import annotations

import re

from iecareer.skills.advert import DUTIES, REQUIREMENTS
from iecareer.skills.switches import SKILL_VERB, Spot

REQUIRED = "required"
PREFERRED = "preferred"
DUTY = "duty"
FIRMNESS = (DUTY, PREFERRED, REQUIRED)
_PREFERENCE = re.compile(r"优先(?!级)|加分|者佳|更佳|尤佳|为佳|最佳|经验佳|更好")
_NEXT_DEMAND = re.compile(r"[,，]\s*(?:熟悉|熟练|掌握|精通|了解|具备|具有|能够|会|懂|有较|有良|有扎|至少)")


def level(where: Spot) -> str:
    """The level of a demanded skill. A preference reaches back to the demand that it closes."""
    preference = _PREFERENCE.search(where.after)
    if preference and not _NEXT_DEMAND.search(where.after[: preference.start()]):
        return PREFERRED
    if where.section == REQUIREMENTS:
        return REQUIRED
    if where.section == DUTIES:
        return DUTY
    return REQUIRED if SKILL_VERB.search(where.before) else DUTY
