"""Links between users and identities at other providers: AdminLinkProviderForUser, AdminDisableProviderForUser.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from cognito_emu.call import Call
from cognito_emu.domain import saml_metadata
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.identity_providers import is_social
from cognito_emu.errors import InvalidParameterException, LimitExceededException, UserNotFoundException
from cognito_emu.operations.identity_providers.providers import require_provider
from cognito_emu.operations.lookup import require_pool, username_key
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.federated_identities import SUBJECT, FederatedIdentity
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# How these two operations call the pool itself.
_LOCAL = "Cognito"

# "The maximum number of federated identities linked to a user is five." (API reference)
_MOST_LINKS = 5

_Named = Mapping[str, str]  # the model's ProviderUserIdentifierType


@operation("AdminLinkProviderForUser")
async def admin_link_provider_for_user(call: Call, request: Request) -> Response:
    """Let an identity at a provider, with which nobody signed in yet, sign an existing user in."""
    source, now = request["SourceUser"], call.env.now()

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        user = _destination(tx, pool, request["DestinationUser"])
        link = _new_link(tx, pool, user, source, now)
        _check_unknown(tx, link)
        if len([identity for identity in tx.federated_identities.of_user(user.id) if not identity.primary]) >= _MOST_LINKS:
            # Assumption: the sentence.
            raise LimitExceededException(f"The number of linked identities cannot exceed the limit of {_MOST_LINKS}.")
        attach_identity(tx, pool, user, link)

    await call.store.transact(write)
    return {}


@operation("AdminDisableProviderForUser")
async def admin_disable_provider_for_user(call: Call, request: Request) -> Response:
    """Take a way to sign in from a user: their password, or the identity at a provider."""
    named, now = request["User"], call.env.now()
    _require_members("User", named)

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        if named["ProviderName"] == _LOCAL:
            _disable_password(tx, _local_user(tx, pool, named), now)
        else:
            _disable_identity(tx, pool, named, now)

    await call.store.transact(write)
    return {}


def attach_identity(tx: Tx, pool: UserPool, user: User, identity: FederatedIdentity) -> None:
    """Have an identity stand for a user; `identities` among the user's attributes follows. Federated sign-in makes users with it too."""
    tx.federated_identities.add(identity)
    refresh_identities_attribute(tx, pool, user.id, now=identity.created_at)


def refresh_identities_attribute(tx: Tx, pool: UserPool, user_id: str, *, now: float) -> None:
    """Write the user's `identities` attribute anew from the identities that are stored."""
    user = tx.users.get(user_id)
    assert user is not None
    attributes = {name: value for name, value in user.attributes.items() if name != "identities"}
    if identities := tx.federated_identities.of_user(user_id):
        attributes["identities"] = orjson.dumps([_render(identity) for identity in identities]).decode()
    tx.users.set_attributes(user, attributes, modified_at=now, fold=not SignInNames.from_pool(pool.settings).case_sensitive)


def issuer_of(provider: IdentityProvider) -> str | None:
    """The `issuer` of an entry of `identities`: a SAML provider's entity id; null for the others."""
    return saml_metadata.parse_metadata(provider.discovered["metadata"]).entity_id if provider.type == "SAML" else None


def _render(identity: FederatedIdentity) -> dict[str, object]:
    return {
        "userId": identity.subject or identity.value,
        "providerName": identity.provider_name,
        "providerType": identity.provider_type,
        "issuer": identity.issuer,
        "primary": identity.primary,
        "dateCreated": int(identity.created_at * 1000),
    }


def _destination(tx: Tx, pool: UserPool, named: _Named) -> User:
    """The user to whom the link leads: a local one by user name, a federated one by the provider's own id of them."""
    # "The ProviderAttributeName of the DestinationUser is ignored." (API reference)
    _require_members("DestinationUser", {"ProviderAttributeName": SUBJECT, **named})
    if named["ProviderName"] == _LOCAL:
        return _local_user(tx, pool, named)
    provider = require_provider(tx, pool, named["ProviderName"])
    user = tx.federated_identities.find_linked_user(pool.id, provider.name, named["ProviderAttributeValue"])
    if user is None:
        raise UserNotFoundException
    return user


def _local_user(tx: Tx, pool: UserPool, named: _Named) -> User:
    user = tx.users.find_by_username_key(pool.id, username_key(pool, named["ProviderAttributeValue"]))
    if user is None:
        raise UserNotFoundException
    return user


def _new_link(tx: Tx, pool: UserPool, user: User, source: _Named, now: float) -> FederatedIdentity:
    _require_members("SourceUser", source)
    if source["ProviderName"] == _LOCAL:
        # AWS's sentence (aws-amplify/amplify-js 13334).
        raise InvalidParameterException(
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser"
        )
    provider = require_provider(tx, pool, source["ProviderName"])
    attribute, value = _link_attribute(provider, source["ProviderAttributeName"]), source["ProviderAttributeValue"]
    return FederatedIdentity(
        pool_id=pool.id,
        provider_name=provider.name,
        attribute=attribute,
        value=value,
        user_id=user.id,
        provider_type=provider.type,
        subject=value if attribute == SUBJECT else None,
        issuer=issuer_of(provider),
        primary=False,
        created_at=now,
    )


def _link_attribute(provider: IdentityProvider, name: str) -> str:
    """By what the identity will be known when it signs in.

    "You must map the claim to a user pool attribute in your IdP configuration, and set the user pool attribute name as the value of
    ProviderAttributeName." Older editions of the API reference wanted the claim's own name, so that is understood as well.
    """
    if name == SUBJECT:
        return name
    by_claim = {claim: attribute for attribute, claim in provider.attribute_mapping.items()}
    # Assumption: the sentences. "For social IdPs you must set the ProviderAttributeName to Cognito_Subject." (API reference)
    if is_social(provider.type):
        raise InvalidParameterException(f"Invalid SourceUser: ProviderAttributeName must be {SUBJECT} for {provider.type}")
    if name in provider.attribute_mapping:
        return name
    if name not in by_claim:
        raise InvalidParameterException(f"Invalid SourceUser: {name} is not mapped for provider {provider.name}")
    return by_claim[name]


def _check_unknown(tx: Tx, link: FederatedIdentity) -> None:
    """Nobody may have signed in with the identity yet, nor may it be linked.

    Raises:
        InvalidParameterException: It is somebody's already.
    """
    present = tx.federated_identities.get(link.pool_id, link.provider_name, link.attribute, link.value)
    if present is None and link.subject is not None:
        present = tx.federated_identities.find_by_subject(link.pool_id, link.provider_name, link.subject)
    if present is None:
        return
    if present.primary:
        # AWS's sentence (aws/aws-sdk-net 1000).
        raise InvalidParameterException(
            "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
        )
    # AWS's sentence. Assumption: it is the same when the identity is linked to another user.
    raise InvalidParameterException("SourceUser is already linked to DestinationUser")


def _disable_password(tx: Tx, user: User, now: float) -> None:
    """The user's password is of no use any more, nor can it be recovered; linked providers sign them in."""
    # Assumption: EXTERNAL_PROVIDER is what the user's status says then.
    tx.users.update(user.id, status="EXTERNAL_PROVIDER", verifier=None, temporary_password_expires_at=None, modified_at=now)


def _disable_identity(tx: Tx, pool: UserPool, named: _Named, now: float) -> None:
    """Remove a link. The next sign-in with the identity makes a user of its own."""
    provider, attribute, value = named["ProviderName"], named["ProviderAttributeName"], named["ProviderAttributeValue"]
    identity = tx.federated_identities.get(pool.id, provider, attribute, value)
    if identity is None:
        require_provider(tx, pool, provider)
        raise UserNotFoundException
    if identity.primary:
        # Assumption: one who was made by this identity cannot be unlinked from it; "prevents the user from signing in" means this.
        tx.users.update(identity.user_id, enabled=False, modified_at=now)
        tx.sign_ins.revoke_all_of_user(identity.user_id, now)
        return
    tx.federated_identities.delete(identity)
    refresh_identities_attribute(tx, pool, identity.user_id, now=now)


def _require_members(member: str, named: _Named) -> None:
    for name in ("ProviderName", "ProviderAttributeName", "ProviderAttributeValue"):
        if not named.get(name):
            # Assumption: the sentence; the model leaves all three optional.
            raise InvalidParameterException(f"{member}.{name} is required.")
