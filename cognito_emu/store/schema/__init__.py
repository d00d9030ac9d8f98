"""The tables, a module a topic. Migrations build them; a test checks that both agree.

Times are seconds since the epoch (double precision). JSON columns hold documents in the botocore model's own member names.
"""

from cognito_emu.store.schema.base import metadata
from cognito_emu.store.schema.cloudformation import (
    change_sets,
    ssm_parameters,
    stack_events,
    stack_exports,
    stack_imports,
    stack_resources,
    stack_signals,
    stacks,
)
from cognito_emu.store.schema.factors import devices, software_tokens, webauthn_credentials, webauthn_registrations
from cognito_emu.store.schema.functions import function_aliases, function_code, function_events, function_versions, functions, invocations
from cognito_emu.store.schema.history import (
    cimd_policies,
    client_metadata_documents,
    imported_passwords,
    user_import_jobs,
    user_import_logs,
    user_pool_replicas,
)
from cognito_emu.store.schema.iam import iam_entities
from cognito_emu.store.schema.identity_pools import identities, identity_logins, identity_pools, temporary_credentials
from cognito_emu.store.schema.layers import layer_versions, layers
from cognito_emu.store.schema.messages import messages
from cognito_emu.store.schema.oauth import (
    authorization_codes,
    authorization_requests,
    browser_sessions,
    resource_servers,
    user_pool_domains,
)
from cognito_emu.store.schema.pool_features import (
    auth_events,
    federated_identities,
    identity_provider_identifiers,
    identity_providers,
    log_deliveries,
    managed_login_brandings,
    provisioned_limits,
    risk_configurations,
    saml_certificates,
    terms,
    ui_customizations,
)
from cognito_emu.store.schema.pools import app_clients, client_secrets, signing_keys, user_pools
from cognito_emu.store.schema.recovery import paused_user_pools, point_in_time_recoveries, user_data_history
from cognito_emu.store.schema.s3 import s3_buckets, s3_objects, s3_parts, s3_uploads
from cognito_emu.store.schema.secrets import secret_versions, secrets
from cognito_emu.store.schema.sign_ins import auth_sessions, codes, refresh_tokens, sign_ins
from cognito_emu.store.schema.state import emulator_state
from cognito_emu.store.schema.users import group_members, groups, user_aliases, user_attributes, users

__all__ = [
    "app_clients",
    "auth_events",
    "auth_sessions",
    "authorization_codes",
    "authorization_requests",
    "browser_sessions",
    "change_sets",
    "cimd_policies",
    "client_metadata_documents",
    "client_secrets",
    "codes",
    "devices",
    "emulator_state",
    "federated_identities",
    "function_aliases",
    "function_code",
    "function_events",
    "function_versions",
    "functions",
    "group_members",
    "groups",
    "iam_entities",
    "identities",
    "identity_logins",
    "identity_pools",
    "identity_provider_identifiers",
    "identity_providers",
    "imported_passwords",
    "invocations",
    "layer_versions",
    "layers",
    "log_deliveries",
    "managed_login_brandings",
    "messages",
    "metadata",
    "paused_user_pools",
    "point_in_time_recoveries",
    "provisioned_limits",
    "refresh_tokens",
    "resource_servers",
    "risk_configurations",
    "s3_buckets",
    "s3_objects",
    "s3_parts",
    "s3_uploads",
    "saml_certificates",
    "secret_versions",
    "secrets",
    "sign_ins",
    "signing_keys",
    "software_tokens",
    "ssm_parameters",
    "stack_events",
    "stack_exports",
    "stack_imports",
    "stack_resources",
    "stack_signals",
    "stacks",
    "temporary_credentials",
    "terms",
    "ui_customizations",
    "user_aliases",
    "user_attributes",
    "user_data_history",
    "user_import_jobs",
    "user_import_logs",
    "user_pool_domains",
    "user_pool_replicas",
    "user_pools",
    "users",
    "webauthn_credentials",
    "webauthn_registrations",
]
