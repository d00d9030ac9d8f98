"""One function per AWS operation, in modules named as AWS groups them.

Owns what an operation does: it asks the domain for decisions, the store for facts, and the outside world through three doors
(triggers, messages, identity providers). Does not own HTTP or SQL.

Where to look (docs/operations.md has every operation with its function):

| what | where |
|---|---|
| pools, replicas, recovery, tags, provisioned limits | `user_pools`, `replicas`, `point_in_time_recovery`, `tags`, `provisioned_limits` |
| users as administrators see them | `admin_users`, `user_search`, `groups`, `csv_import`, `user_migration` |
| users on their own | `sign_up`, `self_service`, `self_service_attributes`, `password_recovery`, `user_sessions` |
| factors | `mfa`, `passkeys`, `devices` |
| signing in, whatever the way | `authentication/` |
| app clients, resource servers, metadata documents | `app_clients/` |
| tokens in exchange for tokens | `token_exchange/` |
| identity providers and links to them | `identity_providers/` |
| domains, branding, terms | `managed_login/` |
| risk, auth events, log delivery | `threat_protection/` |
| identity pools | `identity_pools/` |
| other services of AWS | `cloudformation/`, `ecr`, `iam/`, `kms`, `lambda_functions/`, `s3/`, `ssm`, `sts/` |

What several of them share: `lookup` (the pool, client, user that a request means), `access_token`, `public_client` and `token_holder`
(who asks), `registry`, `pagination`, `codes`, `aliases`, `passwords`, `new_users`, `user_types`.
"""

import importlib
from functools import cache
from pathlib import Path

from cognito_emu.operations.registry import OperationFunction, Request, Response, not_there_yet, registered

__all__ = ["OperationFunction", "Request", "Response", "find_operation", "not_there_yet", "register", "register_all"]

_HERE = Path(__file__).parent
# Services whose operations have a place of their own: identity pools, and those beside Cognito.
_PLACES = {
    "cognito-identity": "identity_pools",
    "cloudformation": "cloudformation",
    "ecr": "ecr",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda_functions",
    "s3": "s3",
    "secretsmanager": "secrets_manager",
    "ssm": "ssm",
    "sts": "sts",
}


def find_operation(service: str, name: str) -> OperationFunction | None:
    """The function of an operation, None when there is none (a model newer than this emulator)."""
    register(service)
    return registered(service, name)


def register(service: str) -> None:
    """Import every module with operations of this service, so that they are in the registry.

    All but user pools' are registered by whoever asks for one of them, and by the server behind its first answer.
    """
    _import_room(_PLACES.get(service))


def register_all() -> None:
    """`register` every service."""
    for room in (None, *_PLACES.values()):
        _import_room(room)


@cache
def _import_room(room: str | None) -> None:
    """Import the modules of a service with a place of its own, or all others."""
    for path in sorted(_HERE.rglob("[a-z]*.py")):
        names = path.relative_to(_HERE).with_suffix("").parts
        if room == (names[0] if names[0] in _PLACES.values() else None):
            importlib.import_module(".".join((__name__, *names)))
