"""Chinese and English words of lights, instruments and signals, read from the CSV files beside this module."""

from __future__ import annotations

from pathlib import Path

from iecareer.feedback.wording import Catalogue

_WORDS = Catalogue(Path(__file__).parent)
say = _WORDS.say
of_value = _WORDS.of_value


def catalogue() -> Catalogue:
    """The catalogue itself."""
    return _WORDS
