"""What every provider's answer goes through: a user made or found, attributes mapped, triggers asked, and the way back to the client.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation.html. The triggers' order:
InboundFederation, then PreSignUp, the write and PostConfirmation for who is new; the write, PreAuthentication and PostAuthentication for
who is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.user_attributes import check_new_user, check_update, check_writable
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.federated_users import add_user, claim_identity, new_user, update_user, username_of
from cognito_emu.federation.mapping import map_claims
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.oauth.responses import Completion, admit, complete_login
from cognito_emu.operations.authentication.attempt import Door, Progress
from cognito_emu.records import Record, replace
from cognito_emu.store import Tx
from cognito_emu.store.users import User

# Threat protection does not judge federated sign-ins and keeps no events of them: it applies "when they sign in with standard and custom
# authentication flows" (developer guide, "Threat protection").

# Assumption: PreSignUp's and PostConfirmation's functions are told no client metadata: nobody could have given any.
_NO_METADATA = None
_VERIFIED_FLAGS = frozenset({"email_verified", "phone_number_verified"})


class _Visitor(Record):
    """Somebody whom a provider vouches for.

    Attributes:
        username: Of the user whom the first sign-in makes.
        attributes: What the provider says of them, mapped.
    """

    call: Call
    authorization: Authorization
    answer: ProviderAnswer
    username: str
    attributes: Mapping[str, str]

    @property
    def client_id(self) -> str:
        return self.authorization.client.app_client.id


async def receive(call: Call, authorization: Authorization, answer: ProviderAnswer, *, cookie: str | None) -> Completion:
    """Sign in whom a provider vouches for.

    Args:
        call: The request.
        authorization: What they sign in for.
        answer: Checked, by whoever speaks the provider's protocol.
        cookie: The browser's session cookie so far.

    Raises:
        FederationError: They cannot be signed in.
        AwsError: A trigger failed, or the pool's rules do not take an attribute.
        RedirectError: The client cannot have what it asked for.
    """
    visitor = await _introduce(call, authorization, answer)
    user = await call.store.transact(lambda tx: claim_identity(tx, visitor.answer, visitor.attributes))
    progress = Progress(flow="FEDERATED", username=visitor.username, door=Door.HOSTED, amr=list(answer.amr))
    if user is None:
        return await admit(call, authorization, await _sign_up(visitor), progress, cookie=cookie)
    return await complete_login(call, authorization, await _sign_in(visitor, user), progress, cookie=cookie)


async def _introduce(call: Call, authorization: Authorization, answer: ProviderAnswer) -> _Visitor:
    """Let InboundFederation have its say, then map."""
    pool, provider = authorization.client.pool, answer.provider
    username = username_of(pool, answer)
    claims = await call.triggers.inbound_federation(
        call,
        pool,
        username=username,
        client_id=authorization.client.app_client.id,
        provider_name=provider.name,
        provider_type=provider.type,
        attributes=answer.documents,
    )
    if claims:
        # "Only the attributes that your function returns are mapped"; none at all leaves everything as it came.
        answer = replace(answer, claims=claims)
    attributes = map_claims(provider.attribute_mapping, answer.claims)
    client = authorization.client.app_client
    check_writable(pool.settings["SchemaAttributes"], client.settings.get("WriteAttributes"), attributes.keys() - _VERIFIED_FLAGS)
    return _Visitor(call, authorization, answer, username, attributes)


async def _sign_up(visitor: _Visitor) -> User:
    """The first sign-in makes a user, unless PreSignUp is against it."""
    call, pool = visitor.call, visitor.authorization.client.pool
    schema = pool.settings["SchemaAttributes"]
    missing = [item["Name"] for item in schema if item["Required"] and item["Name"] != "sub" and not visitor.attributes.get(item["Name"])]
    if missing:
        raise FederationError(f"attributes required: [{', '.join(missing)}]")
    check_new_user(schema, visitor.attributes)
    verdict = await call.triggers.pre_sign_up(
        call,
        pool,
        source="ExternalProvider",
        username=visitor.username,
        client_id=visitor.client_id,
        attributes=visitor.attributes,
        validation_data=_NO_METADATA,
        client_metadata=_NO_METADATA,
    )
    verified = {"email": verdict.auto_verify_email, "phone_number": verdict.auto_verify_phone}
    flags = {f"{name}_verified": "true" for name, wanted in verified.items() if wanted and name in visitor.attributes}
    user = new_user(call, pool, visitor.username, {**visitor.attributes, **flags})

    def write(tx: Tx) -> User:
        if claim_identity(tx, visitor.answer, visitor.attributes) is not None:
            # PreSignUp has linked the identity meanwhile, or another tab was faster. AWS does the same, with this sentence; the next
            # sign-in finds the link.
            raise FederationError(f"Already found an entry for username {visitor.username}")
        return add_user(tx, pool, user, visitor.answer)

    user = await call.store.transact(write)
    await call.triggers.post_confirmation(
        call, pool, user, source="ConfirmSignUp", client_id=visitor.client_id, client_metadata=_NO_METADATA
    )
    return user


async def _sign_in(visitor: _Visitor, user: User) -> User:
    """Whoever is known has their attributes brought up to date, "even if they're unchanged"."""
    call, pool = visitor.call, visitor.authorization.client.pool
    _check_enabled(user)
    check_update(pool.settings["SchemaAttributes"], visitor.attributes)

    def write(tx: Tx) -> User:
        present = tx.users.get(user.id)
        if present is None:
            # Assumption: the sentence.
            raise FederationError("User does not exist.")
        _check_enabled(present)
        return update_user(tx, pool, present, visitor.attributes, now=call.env.now())

    user = await call.store.transact(write)
    await call.triggers.pre_authentication(
        call, pool, user, username=user.username, client_id=visitor.client_id, validation_data=_NO_METADATA
    )
    return user


def _check_enabled(user: User) -> None:
    if not user.enabled:
        raise FederationError("User is not enabled")


def describe_refusal(provider_type: str, message: str) -> FederationError:
    """What the client is told when a rule of the pool, or a function, refuses."""
    if provider_type == "SAML":
        # AWS's words for what is wrong with a SAML sign-in (aws-samples/aws-genai-llm-chatbot 636).
        return FederationError(f"Invalid SAML response received: {message}", error="server_error")
    return FederationError(message)
