"""One function per AWS operation, in modules named as AWS groups them.

Owns what an operation does: it asks the domain for decisions, the store for facts, and the outside world through three doors
(triggers, messages, identity providers). Does not own HTTP or SQL. Importing this package fills the registry.

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

from cognito_emu.operations.registry import OperationFunction, Request, Response, find_operation, not_there_yet

__all__ = ["OperationFunction", "Request", "Response", "find_operation", "not_there_yet", "register_all"]


@cache
def register_all() -> None:
    """Import every module of this package, so that each operation is in the registry."""
    for path in sorted(Path(__file__).parent.rglob("[a-z]*.py")):
        importlib.import_module(".".join((__name__, *path.relative_to(Path(__file__).parent).with_suffix("").parts)))
