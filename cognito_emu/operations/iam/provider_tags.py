"""Tags of identity providers, OpenID Connect's and SAML's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.tag_lists import TagList, with_tags, without_tags
from cognito_emu.operations.iam.entities import change, page, provider_by_arn
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import OPENID_PROVIDER, SAML_PROVIDER, IamEntity


@operation("TagOpenIDConnectProvider", service="iam")
async def tag_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Give an OpenID Connect provider tags."""
    await _change(call, _openid_provider(call, request), lambda tags: with_tags(tags, request["Tags"]))
    return None


@operation("UntagOpenIDConnectProvider", service="iam")
async def untag_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Take tags from an OpenID Connect provider."""
    await _change(call, _openid_provider(call, request), lambda tags: without_tags(tags, request["TagKeys"]))
    return None


@operation("ListOpenIDConnectProviderTags", service="iam")
async def list_open_id_connect_provider_tags(call: Call, request: Request) -> Response:
    """List an OpenID Connect provider's tags, by key."""
    return await _list(call, request, _openid_provider(call, request))


@operation("TagSAMLProvider", service="iam")
async def tag_saml_provider(call: Call, request: Request) -> Response:
    """Give a SAML provider tags."""
    await _change(call, _saml_provider(call, request), lambda tags: with_tags(tags, request["Tags"]))
    return None


@operation("UntagSAMLProvider", service="iam")
async def untag_saml_provider(call: Call, request: Request) -> Response:
    """Take tags from a SAML provider."""
    await _change(call, _saml_provider(call, request), lambda tags: without_tags(tags, request["TagKeys"]))
    return None


@operation("ListSAMLProviderTags", service="iam")
async def list_saml_provider_tags(call: Call, request: Request) -> Response:
    """List a SAML provider's tags, by key."""
    return await _list(call, request, _saml_provider(call, request))


def _openid_provider(call: Call, request: Request) -> Callable[[Tx], IamEntity]:
    return provider_by_arn(call, OPENID_PROVIDER, "OpenIDConnect Provider")(request["OpenIDConnectProviderArn"])


def _saml_provider(call: Call, request: Request) -> Callable[[Tx], IamEntity]:
    return provider_by_arn(call, SAML_PROVIDER, "SAMLProvider")(request["SAMLProviderArn"])


async def _change(call: Call, find: Callable[[Tx], IamEntity], edit: Callable[[TagList], TagList]) -> None:
    await change(call, find, lambda document: document.update(Tags=edit(document.get("Tags", []))))


async def _list(call: Call, request: Request, find: Callable[[Tx], IamEntity]) -> dict[str, Any]:
    provider = await call.store.read(find)
    tags = sorted(provider.document.get("Tags", ()), key=lambda tag: str(tag["Key"]))
    shown, more = page(call, request, ["iam:provider-tags", provider.arn], tags, lambda tag: str(tag["Key"]))
    return {"Tags": shown, **more}
