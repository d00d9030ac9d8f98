"""Token exchange: who may ask, what is granted, and how the party that acts is named (RFC 8693).

Source: API reference, GetDerivedToken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cognito_emu.errors import InvalidParameterException, NotAuthorizedException

IMPERSONATION, DELEGATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"


def check_allowed(flows: Collection[str], *, delegates: bool) -> None:
    """Let a client pass that may exchange tokens, with or without an actor.

    Raises:
        NotAuthorizedException: It may not.
    """
    if (DELEGATION if delegates else IMPERSONATION) not in flows:
        # Assumption: code and sentence; that the request fails is documented.
        raise NotAuthorizedException("Client is not enabled for this kind of token exchange.")


def grant_scopes(requested: Sequence[str], of_subject: Sequence[str], client: Mapping[str, Any]) -> list[str]:
    """What is asked for, the subject has and the client may have; "if you don't specify any scopes ... the same as your SubjectToken".

    Raises:
        InvalidParameterException: Nothing is left of what was asked for.
    """
    if not requested:
        return list(of_subject)
    granted = [scope for scope in dict.fromkeys(requested) if scope in of_subject and scope in client.get("AllowedOAuthScopes", ())]
    if not granted:
        # Assumption: a token without scopes would be good for nothing.
        raise InvalidParameterException("None of the requested scopes can be granted.")
    return granted


def act_claim(actor: Mapping[str, Any], prior: Mapping[str, Any] | None) -> dict[str, Any]:
    """The `act` claim: who acts now, and within it who acted before (RFC 8693, section 4.1).

    Assumption: `sub` names the actor, who is of the issuer that issues the token unless `iss` says otherwise.
    """
    named = {name: actor[name] for name in ("sub", "iss") if name in actor}
    return named | ({"act": dict(prior)} if prior else {})
