"""Writing and delivering messages: what a pool sends becomes a row that is inbox and outbox in one.

Owns the way from a pool, a user and a code to a stored message (`Messenger`), and the workers that carry stored messages out
(`Delivery`). Does not own wording, SMTP or retries (`mail/`).
"""

from cognito_emu.messaging.delivery import Delivery, RehearsalError
from cognito_emu.messaging.messenger import Draft, Messenger

__all__ = ["Delivery", "Draft", "Messenger", "RehearsalError"]
