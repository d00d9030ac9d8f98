"""`TriggerCalls`: all of a pool's triggers."""

from __future__ import annotations

from cognito_emu.trigger_calls.authentication import AuthenticationTriggers
from cognito_emu.trigger_calls.federation import FederationTriggers
from cognito_emu.trigger_calls.messages import MessageTriggers
from cognito_emu.trigger_calls.sign_up import SignUpTriggers
from cognito_emu.trigger_calls.tokens import TokenTriggers


class TriggerCalls(SignUpTriggers, AuthenticationTriggers, MessageTriggers, TokenTriggers, FederationTriggers):
    """Asks the functions of a pool's LambdaConfig."""
