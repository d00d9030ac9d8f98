"""One function per AWS operation, in modules named as AWS groups them.

Owns what an operation does: it asks the domain for decisions, the store for facts, and the outside world through three doors (triggers,
messages, identity providers). Does not own HTTP or SQL. Importing this package fills the registry.
"""

from cognito_emu.operations import (
    app_clients,
    tags,
    user_pools,
)
from cognito_emu.operations.registry import OperationFunction, Request, Response, find_operation

__all__ = ["OperationFunction", "Request", "Response", "app_clients", "find_operation", "tags", "user_pools"]
