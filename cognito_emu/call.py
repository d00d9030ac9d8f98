"""What an operation is handed beside its request: who asks, from where, and the parts it may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emu.records import Hidden, Record

if TYPE_CHECKING:
    from cognito_emu.cloudformation.stacks.runner import StackRunner
    from cognito_emu.config import Settings
    from cognito_emu.environment import Environment
    from cognito_emu.federation.provider_tokens import ProviderTokens
    from cognito_emu.functions import FunctionRuntime
    from cognito_emu.login_tokens import LoginTokens
    from cognito_emu.messaging import Messenger
    from cognito_emu.rate_limits import RateLimits
    from cognito_emu.s3.files import ObjectFiles
    from cognito_emu.s3.source import ObjectSource
    from cognito_emu.store import Store
    from cognito_emu.tokens import IdentityTokens, Tokens
    from cognito_emu.trigger_calls import TriggerCalls
    from cognito_emu.user_estimates import UserEstimates


class Tenant(Record):
    """An account and a region. Two tenants never see each other."""

    account: str
    region: str


class Origin(Record):
    """Where a request came from and by which address.

    Attributes:
        base_url: Scheme and host by which the client reached the emulator, without a trailing slash.
        ip: The client's address.
        user_agent: The client's User-Agent, empty when it sent none.
    """

    base_url: str
    ip: str = ""
    user_agent: str = ""


class Parts(Record):
    """The emulator's parts, built once by `app.py`.

    Attributes:
        rate_limits: None when no quotas are applied.
        secret: 32 bytes that all processes on one database share; keys what is handed out and must come back untouched.
    """

    settings: Settings
    env: Environment
    store: Store
    tokens: Tokens
    identity_tokens: IdentityTokens
    login_tokens: LoginTokens
    provider_tokens: ProviderTokens
    messenger: Messenger
    functions: FunctionRuntime
    triggers: TriggerCalls
    stacks: StackRunner
    objects: ObjectFiles
    object_source: ObjectSource
    user_estimates: UserEstimates
    rate_limits: RateLimits | None
    secret: Hidden[bytes]


class Call(Record):
    """One request on its way through the operations.

    Attributes:
        signed: The request carried AWS credentials (of whatever validity; signatures are not checked by default).
        names_region: The tenant's region is one that the request told, not the configured one.
    """

    parts: Parts
    tenant: Tenant
    origin: Origin
    request_id: str
    signed: bool = False
    names_region: bool = False
    access_key: Hidden[str] = ""

    @property
    def settings(self) -> Settings:
        """The emulator's configuration."""
        return self.parts.settings

    @property
    def env(self) -> Environment:
        """Time, ids, codes, randomness."""
        return self.parts.env

    @property
    def store(self) -> Store:
        """The database."""
        return self.parts.store

    @property
    def tokens(self) -> Tokens:
        """Issues and verifies tokens."""
        return self.parts.tokens

    @property
    def messenger(self) -> Messenger:
        """Writes messages into the outbox."""
        return self.parts.messenger

    @property
    def triggers(self) -> TriggerCalls:
        """Asks the pool's Lambda functions."""
        return self.parts.triggers
