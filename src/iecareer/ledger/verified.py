"""What a verification found, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verified:
    """The outcome of one verification.

    `problems` is empty if everything holds; then `shown` says in one sentence what has been shown and `not_shown` what
    has not. `notes` say what else a reader must know. `fingerprint` is that of the key, None if the key is unreadable.
    """

    problems: tuple[str, ...]
    shown: str
    not_shown: str
    fingerprint: str | None
    notes: tuple[str, ...] = ()

    @property
    def is_intact(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def whose_key(*, is_pinned: bool) -> str:
    """What a signature does not show about its key."""
    if is_pinned:
        return ""
    return (
        "It does not show whose key this is: compare the fingerprint with the one that the bureau publishes, "
        "or name the bureau's public key with --key. "
    )
