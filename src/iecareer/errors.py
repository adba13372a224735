"""The only exception that users see. Its message may never contain a value of a person's row."""

from __future__ import annotations


class IecareerError(Exception):
    """A user's mistake or a refused delivery, in words that help the user to act.

    Parameters
    ----------
    message : str
        What is wrong and where: source, file, line or column, count.
    next_step : str, optional
        What to do about it.
    """

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        """The message and the next step in one line."""
        return f"{self.message} {self.next_step}".strip()
