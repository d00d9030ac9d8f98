"""One function per AWS operation, in modules named as AWS groups them.

Owns what an operation does: it asks the domain for decisions, the store for facts, and the outside world through three doors
(triggers, messages, identity providers). Does not own HTTP or SQL. Importing this package fills the registry.
"""

import importlib
import pkgutil

from cognito_emu.operations.registry import OperationFunction, Request, Response, find_operation, not_there_yet

__all__ = ["OperationFunction", "Request", "Response", "find_operation", "not_there_yet", "register_all"]


def register_all() -> None:
    """Import every module of this package, so that each operation is in the registry."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
