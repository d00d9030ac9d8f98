"""Saying that something is away: once an outage, and not at each try."""

from __future__ import annotations

import structlog


class Outage:
    """Of one kind of work, which goes on by itself when it is over.

    Args:
        sentence: What waits, for the log.
    """

    def __init__(self, sentence: str) -> None:
        self._log = structlog.get_logger("cognito_emu")
        self._sentence = sentence
        self._told = False

    def tell(self, error: Exception) -> None:
        """The work failed."""
        if not self._told:
            self._log.warning(self._sentence, reason=str(error))
        self._told = True

    def over(self) -> None:
        """It succeeded."""
        self._told = False
