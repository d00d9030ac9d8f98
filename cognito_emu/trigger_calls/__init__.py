"""What the operations ask of a pool's Lambda functions.

One method a trigger: it builds the event, has it delivered, and returns the verdict as plain values. With triggers off (the default)
each returns what AWS does for a pool that has no such function.
"""

from cognito_emu.trigger_calls.calls import TriggerCalls
from cognito_emu.trigger_calls.pool_triggers import Metadata
from cognito_emu.trigger_calls.verdicts import CustomMessage, MigratedUser, PreSignUpVerdict

__all__ = ["CustomMessage", "Metadata", "MigratedUser", "PreSignUpVerdict", "TriggerCalls"]
