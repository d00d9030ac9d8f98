"""PreTokenGeneration in its three versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from triggers.events.envelope import Attributes, Envelope, Event, given

TokenGenerationSource = Literal[
    "TokenGeneration_HostedAuth",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
    "TokenGeneration_ClientCredentials",
]
LambdaVersion = Literal["V1_0", "V2_0", "V3_0"]


class GroupConfiguration(msgspec.Struct, frozen=True):
    """The user's groups, their IAM roles, and the role of the group that comes first, if any."""

    groups: Sequence[str] = ()
    iam_roles: Sequence[str] = ()
    preferred_role: str | None = None

    def document(self) -> Event:
        """`request.groupConfiguration`."""
        return {
            "groupsToOverride": list(self.groups),
            "iamRolesToOverride": list(self.iam_roles),
            "preferredRole": self.preferred_role,
        }


def pre_token_generation(
    envelope: Envelope,
    source: TokenGenerationSource,
    *,
    version: LambdaVersion,
    user_attributes: Attributes,
    groups: GroupConfiguration,
    scopes: Sequence[str] = (),
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """Before tokens are signed. V2_0 and V3_0 also say the access token's scopes and have another response key.

    Assumption: for a machine (TokenGeneration_ClientCredentials, V3_0 only) there is no `userName`, and attributes and groups are
    empty.
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "groupConfiguration": groups.document(),
        **given(clientMetadata=client_metadata),
    }
    if version == "V1_0":
        return envelope.event(source, request, {"claimsOverrideDetails": None})
    request["scopes"] = list(scopes)
    return envelope.event(source, request, {"claimsAndScopeOverrideDetails": None}, version=version[1])
