"""The gate before the credentials of a role: its trust policy, where the role is known to the emulator.

A role that nobody made here, by IAM's API or a template, can be assumed by whoever has proved who he is. AssumeRole itself is not
asked about: it is how deployment tools get on, and its principals (users, accounts, services) do not exist here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.identity_claims import SERVICE
from cognito_emu.domain.trust_policies import ASSUME_BY_SAML, ASSUME_BY_WEB_IDENTITY, trusts
from cognito_emu.records import Record
from cognito_emu.store.iam import ROLE


class FederatedPrincipal(Record):
    """Somebody for whom a provider vouches, as a trust policy sees him.

    Attributes:
        provider: As in `Principal.Federated`.
        context: The provider's condition keys.
        tags: What becomes of his claims.
    """

    provider: str
    context: Mapping[str, Sequence[str]]
    tags: Mapping[str, str] = {}
    action: str = ASSUME_BY_WEB_IDENTITY


def of_identity_pool(pool_id: str, identity_id: str, amr: Sequence[str], tags: Mapping[str, str]) -> FederatedPrincipal:
    """An identity of an identity pool."""
    return FederatedPrincipal(SERVICE, {f"{SERVICE}:aud": [pool_id], f"{SERVICE}:sub": [identity_id], f"{SERVICE}:amr": list(amr)}, tags)


def of_saml_provider(arn: str, claims: Mapping[str, Any], tags: Mapping[str, str]) -> FederatedPrincipal:
    """A subject of a SAML provider.

    Args:
        claims: `aud` (AWS's address, for which the assertion was made), `iss`, `sub`, and `sub_type` where it is known.
    """
    context = {f"SAML:{name}": [str(claims[name])] for name in ("aud", "iss", "sub", "sub_type") if name in claims}
    return FederatedPrincipal(arn, context, tags, ASSUME_BY_SAML)


async def is_trusted(call: Call, role_arn: str, *principals: FederatedPrincipal) -> bool:
    """Whether one of the principals, all of whom are the same somebody, may assume the role."""
    role = await call.store.read(lambda tx: tx.iam.by_arn(role_arn))
    if role is None or role.kind != ROLE:
        return True
    policy = json.loads(role.document["AssumeRolePolicyDocument"])
    return any(trusts(policy, action=each.action, provider=each.provider, context=each.context, tags=each.tags) for each in principals)
