"""Token exchange: who may ask, what is granted, and how the party that acts is named (RFC 8693).

Source: API reference, GetDerivedToken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError
from cognito_emu.errors import NotAuthorizedException

IMPERSONATION, DELEGATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"


def check_allowed(flows: Collection[str], *, delegates: bool) -> None:
    """Let a client pass that may exchange tokens, with or without an actor.

    Raises:
        NotAuthorizedException: It may not.
    """
    if (DELEGATION if delegates else IMPERSONATION) not in flows:
        # Assumption: code and sentence; that the request fails is documented.
        raise NotAuthorizedException("Client is not enabled for this kind of token exchange.")


def grant_scopes(requested: Sequence[str], of_subject: Sequence[str] | None, client: Mapping[str, Any]) -> list[str]:
    """What is asked for, the subject has and the client may have; "if you don't specify any scopes ... the same as your SubjectToken".

    Args:
        requested: By the client.
        of_subject: The subject token's; None for a token of an identity provider, to which the pool's scopes mean nothing.
        client: The app client's settings.

    Raises:
        ScopeNotGrantedError: Nothing is left of what was asked for.
    """
    allowed = client.get("AllowedOAuthScopes", ())
    if of_subject is None:
        # Assumption: a provider's token limits no scopes, and without any that are asked for the client has all of its own, as at the
        # authorize endpoint. Taken by the letter, no scope could ever be granted for it.
        of_subject = requested = list(requested or allowed)
    if not requested:
        return list(of_subject)
    granted = [scope for scope in dict.fromkeys(requested) if scope in of_subject and scope in allowed]
    if not granted:
        # Assumption: a token without scopes would be good for nothing.
        raise ScopeNotGrantedError("None of the requested scopes can be granted.")
    return granted


def act_claim(actor: Mapping[str, Any], prior: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `act` claim: who acts now, and within it who acted before (RFC 8693, section 4.1).

    Assumption: `sub` names the actor, who is of the issuer that issues the token unless `iss` says otherwise.
    """
    named = {name: actor[name] for name in ("sub", "iss") if name in actor}
    return named | ({"act": dict(prior)} if prior else {})
