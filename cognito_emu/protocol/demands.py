"""What a model demands of a request, counted: each demand is one way to send a request that is refused.

docs/operations.md shows the figures; the tests break each demand once and compare their own count with this one. Models do not say
which members name something that must be there, so these are listed here.
"""

from __future__ import annotations

from collections import Counter

from cognito_emu.protocol.service_models import ListShape, MapShape, OperationModel, Shape, StructureShape

KINDS = ("type", "required", "length", "range", "pattern", "enum")

# What a member names, by service.
_NAMED = {
    "cognito-idp": {
        "AccessToken": "access token",
        "CIMDPolicyId": "CIMD policy",
        "ClientId": "app client",
        "ClientSecretId": "client secret",
        "CredentialId": "passkey",
        "DeviceKey": "device",
        "Domain": "domain",
        "EventId": "event",
        "GroupName": "group",
        "Identifier": "resource server",
        "IdpIdentifier": "identity provider",
        "JobId": "import job",
        "ManagedLoginBrandingId": "branding",
        "ProviderName": "identity provider",
        "RegionName": "replica",
        "ResourceArn": "user pool",
        "SessionId": "session",
        "TermsId": "terms",
        "UserPoolId": "user pool",
        "Username": "user",
    },
    "cognito-identity": {"IdentityId": "identity", "IdentityPoolId": "identity pool", "ResourceArn": "identity pool"},
}
_MADE = {
    *("AdminCreateUser.Username", "CreateGroup.GroupName", "CreateIdentityProvider.ProviderName", "CreateResourceServer.Identifier"),
    *("CreateUserPoolDomain.Domain", "CreateUserPoolReplica.RegionName", "SignUp.Username"),
    # Means the identity that a new login is added to, and the device of a sign-in that the refresh token already tells.
    *("GetOpenIdTokenForDeveloperIdentity.IdentityId", "GetTokensFromRefreshToken.DeviceKey"),
}
"""Members that name what is not there before, or say no more than another member."""

# Patterns that every text matches demand nothing.
_ANY_TEXT = frozenset({"(?s).*"})
# Shapes of whose pattern the operation speaks itself, if at all.
_SPOKEN_OF_ELSEWHERE = frozenset({"DomainType"})
_NUMBERS = frozenset({"integer", "long"})


def count_demands(shape: Shape | None) -> Counter[str]:
    """The demands of an input shape, if there is one, on all values below it, by kind.

    A value's type is one demand; the request's own type, an object, counts for none. A least and a greatest length (or value) are one
    each. Keys of maps have no type to be wrong in JSON.
    """
    demands = _count(shape, with_type=False) if shape else Counter()
    return Counter({kind: demands[kind] for kind in KINDS if demands[kind]})


def named_things(operation: OperationModel) -> dict[str, str]:
    """What a request of the operation must name rightly, by member."""
    named = _NAMED.get(operation.service_model.service_name, {})
    return {member: named[member] for member in operation.input_members if member in named and f"{operation.name}.{member}" not in _MADE}


def _count(shape: Shape, *, with_type: bool = True) -> Counter[str]:
    if isinstance(shape, StructureShape) and shape.is_document_type:
        return Counter()
    demands = _own_demands(shape)
    demands["type"] += with_type
    if isinstance(shape, StructureShape):
        demands["required"] += len(shape.required_members)
        for member in shape.members.values():
            demands += _count(member)
    elif isinstance(shape, ListShape):
        demands += _count(shape.member)
    elif isinstance(shape, MapShape):
        demands += _own_demands(shape.key) + _count(shape.value)
    return demands


def _own_demands(shape: Shape) -> Counter[str]:
    traits = shape.metadata
    bounds = ("max" in traits) + (traits.get("min", 0) > 0)
    return Counter(
        {
            "range" if shape.type_name in _NUMBERS else "length": bounds,
            "pattern": "pattern" in traits and traits["pattern"] not in _ANY_TEXT and shape.name not in _SPOKEN_OF_ELSEWHERE,
            "enum": "enum" in traits,
        }
    )
