"""Passkeys of signed-in users: register, list, delete. Signing in with one: `authentication/passkey_challenge.py`."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain import passkeys
from cognito_emu.domain.first_factors import allowed_first_factors
from cognito_emu.errors import (
    InvalidParameterException,
    LimitExceededException,
    NotAuthorizedException,
    ResourceNotFoundException,
    WebAuthnChallengeNotFoundException,
    WebAuthnClientMismatchException,
    WebAuthnConfigurationMissingException,
    WebAuthnNotEnabledException,
    WebAuthnRelyingPartyMismatchException,
)
from cognito_emu.operations.authentication.user_factors import RelyingParty, relying_party
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.token_holder import require_token_holder
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.passkeys import Passkey, PasskeyRegistration, hash_challenge
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# Assumption: how long AWS remembers a challenge is not documented; the options tell the browser to give up after a minute.
_REGISTRATION_SECONDS = 300.0

# Assumption: AWS names passkeys after their makers; what it calls those of unknown ones is not documented.
_FRIENDLY_NAME = "Passkey"


@operation("StartWebAuthnRegistration")
async def start_web_authn_registration(call: Call, request: Request) -> Response:
    """Tell the browser what kind of passkey to make."""
    signed_in, client = await require_token_holder(call, request["AccessToken"], tells_reset=True)
    return {"CredentialCreationOptions": await begin_registration(call, signed_in.pool, client, signed_in.user)}


@operation("CompleteWebAuthnRegistration")
async def complete_web_authn_registration(call: Call, request: Request) -> Response:
    """Judge the passkey that the browser made, and keep it."""
    signed_in, client = await require_token_holder(call, request["AccessToken"], tells_reset=True)
    await complete_registration(call, signed_in.pool, client, signed_in.user, request["Credential"])
    return {}


async def begin_registration(call: Call, pool: UserPool, client: AppClient, user: User) -> dict[str, Any]:
    """CredentialCreationOptions for a user, however they proved who they are: by a token, or on the pages by their session."""
    challenge = call.env.random_bytes(passkeys.CHALLENGE_BYTES)
    now = call.env.now()

    def begin(tx: Tx) -> dict[str, Any]:
        party = _require_relying_party(call, tx, pool)
        present = _check_room(tx, user)
        tx.passkeys.begin_registration(
            PasskeyRegistration(hash_challenge(challenge), user.id, client.id, party.id, now + _REGISTRATION_SECONDS), now
        )
        return passkeys.creation_options(
            challenge,
            party.id,
            sub=user.id,
            username=user.username,
            verification=passkeys.user_verification(pool.settings),
            known=[passkeys.Known(passkey.id, passkey.transports) for passkey in present if passkey.relying_party_id == party.id],
        )

    return await call.store.transact(begin)


async def complete_registration(call: Call, pool: UserPool, client: AppClient, user: User, credential: Any) -> None:
    """Judge and keep the passkey that was made by the options of `begin_registration`."""
    challenge = passkeys.challenge_of(credential)
    now = call.env.now()

    def complete(tx: Tx) -> None:
        registration = _require_registration(tx, user, challenge, now)
        if registration.client_id != client.id:
            # Assumption: the sentence; the model says when.
            raise WebAuthnClientMismatchException("The access token is for a different client than the one that started the registration.")
        party = _same_relying_party(call, tx, pool, registration)
        _check_room(tx, user)
        registered = passkeys.verify_registration(
            credential,
            challenge=challenge,
            relying_party_id=party.id,
            domains=party.domains,
            verification=passkeys.user_verification(pool.settings),
        )
        if tx.passkeys.get(pool.id, registered.id) is not None:
            raise InvalidParameterException("Credential data is not valid")  # it is somebody's already (WebAuthn, section 7.1)
        tx.passkeys.end_registration(registration.id)
        tx.passkeys.add(_passkey(user, party, registered, now))

    await call.store.transact(complete)


@operation("ListWebAuthnCredentials")
async def list_web_authn_credentials(call: Call, request: Request) -> Response:
    """List the signed-in user's passkeys, oldest first."""
    signed_in, _ = await require_token_holder(call, request["AccessToken"], tells_reset=True)
    scope = ["ListWebAuthnCredentials", signed_in.user.id]
    after = read_token(call, scope, request.get("NextToken"))
    limit = page_size(request.get("MaxResults"), passkeys.MOST_PASSKEYS)
    page = await call.store.read(lambda tx: tx.passkeys.page(signed_in.user.id, limit=limit, after=after))
    return {"Credentials": [_render(passkey) for passkey in page.items], "NextToken": make_token(call, scope, page.next)}


@operation("DeleteWebAuthnCredential")
async def delete_web_authn_credential(call: Call, request: Request) -> Response:
    """Forget one of the signed-in user's passkeys."""
    signed_in, _ = await require_token_holder(call, request["AccessToken"], tells_reset=True)

    def delete(tx: Tx) -> None:
        passkey = tx.passkeys.get(signed_in.pool.id, request["CredentialId"])
        if passkey is None or passkey.user_id != signed_in.user.id:
            # Assumption: the sentence.
            raise ResourceNotFoundException("Credential does not exist.")
        tx.passkeys.delete(passkey)

    await call.store.transact(delete)
    return {}


def _require_relying_party(call: Call, tx: Tx, pool: UserPool) -> RelyingParty:
    # Assumption: both sentences; the model says when.
    if "WEB_AUTHN" not in allowed_first_factors(pool.settings):
        raise WebAuthnNotEnabledException("Passkey authentication is not enabled for the user pool.")
    party = relying_party(call, tx, pool)
    if party is None:
        raise WebAuthnConfigurationMissingException("The user pool does not have a relying party ID or a domain.")
    return party


def _require_registration(tx: Tx, user: User, challenge: bytes, now: float) -> PasskeyRegistration:
    registration = tx.passkeys.find_registration(hash_challenge(challenge))
    if registration is None or registration.user_id != user.id or registration.expires_at <= now:
        # Assumption: the sentence; the model says when.
        raise WebAuthnChallengeNotFoundException("The challenge of the registration was not found or has expired.")
    return registration


def _same_relying_party(call: Call, tx: Tx, pool: UserPool, registration: PasskeyRegistration) -> RelyingParty:
    """The pool's relying party, if it is still the one that the registration began with."""
    if "WEB_AUTHN" not in allowed_first_factors(pool.settings):
        raise WebAuthnNotEnabledException("Passkey authentication is not enabled for the user pool.")
    party = relying_party(call, tx, pool)
    if party is None or party.id != registration.relying_party_id:
        raise WebAuthnRelyingPartyMismatchException("The passkey credential is for a different relying party ID.")
    return party


def _check_room(tx: Tx, user: User) -> list[Passkey]:
    """The user's passkeys, of which there may be one more. A user who was deleted meanwhile has none and gets none."""
    if tx.users.get(user.id) is None:
        raise NotAuthorizedException("Invalid Access Token")
    present = tx.passkeys.of_user(user.id)
    if len(present) >= passkeys.MOST_PASSKEYS:
        # Assumption: the sentence; the number is documented.
        raise LimitExceededException(f"A user can have at most {passkeys.MOST_PASSKEYS} passkeys.")
    return present


def _passkey(user: User, party: RelyingParty, registered: passkeys.Registered, now: float) -> Passkey:
    return Passkey(
        pool_id=user.pool_id,
        id=registered.id,
        user_id=user.id,
        public_key=registered.public_key,
        sign_count=registered.sign_count,
        relying_party_id=party.id,
        name=_FRIENDLY_NAME,
        attachment=registered.attachment,
        transports=registered.transports,
        multi_device=registered.multi_device,
        created_at=now,
    )


def _render(passkey: Passkey) -> dict[str, Any]:
    """The model's WebAuthnCredentialDescription."""
    return {
        "CredentialId": passkey.id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorAttachment": passkey.attachment,
        "AuthenticatorTransports": passkey.transports,
        "CreatedAt": passkey.created_at,
    }
