"""Skills that texts demand or teach, found with a vocabulary in a file.

Input: texts of advertisements and courses. Output: skills with their places. ``skills.csv`` is the vocabulary; adding
a skill is adding a row. Nothing here knows graduates.
"""

from iecareer.skills.entry import Skill
from iecareer.skills.matcher import Hit, Matcher, matcher
from iecareer.skills.night import build_skills
from iecareer.skills.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Hit", "Matcher", "Skill", "Vocabulary", "build_skills", "load_vocabulary", "matcher"]
