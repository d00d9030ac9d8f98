"""CSS and logo of the classic hosted pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.classic_css import check_css
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.branding import ALL_CLIENTS, UiCustomization
from cognito_emu.store.user_pools import UserPool

_MOST_IMAGE_BYTES = 100 * 1024
_IMAGE_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@operation("SetUICustomization")
async def set_ui_customization(call: Call, request: Request) -> Response:
    """Replace CSS and logo of a client, or of all clients; what the request leaves out is gone."""
    css, image = request.get("CSS") or None, request.get("ImageFile") or None
    if css is not None:
        check_css(css)
    image_type = _image_type(image) if image is not None else None
    scope, now = request.get("ClientId", ALL_CLIENTS), call.env.now()
    image_id = call.env.opaque(16) if image is not None else None

    def write(tx: Tx) -> UiCustomization:
        pool = _pool_with_domain(call, tx, request["UserPoolId"])
        _check_scope(tx, pool, scope)
        former = tx.ui_customizations.get(pool.id, scope)
        customization = UiCustomization(
            pool_id=pool.id,
            scope=scope,
            client_id=None if scope == ALL_CLIENTS else scope,
            css=css,
            css_version=f"{datetime.fromtimestamp(now, UTC):%Y%m%d%H%M%S}",
            image=image,
            image_type=image_type,
            image_id=image_id,
            created_at=former.created_at if former else now,
            modified_at=now,
        )
        tx.ui_customizations.delete(pool.id, scope)
        if css is not None or image is not None:  # else the client is styled as all are again, or all as AWS styles them
            tx.ui_customizations.add(customization)
        return customization

    return {"UICustomization": _render(call, await call.store.transact(write))}


@operation("GetUICustomization")
async def get_ui_customization(call: Call, request: Request) -> Response:
    """Show what is in force for a client, or for all; nothing when there is nothing."""

    def look_up(tx: Tx) -> UiCustomization | None:
        pool, scope = _pool_with_domain(call, tx, request["UserPoolId"]), request.get("ClientId", ALL_CLIENTS)
        _check_scope(tx, pool, scope)
        return tx.ui_customizations.in_force(pool.id, scope)

    customization = await call.store.read(look_up)
    return {"UICustomization": _render(call, customization) if customization else {}}


def image_url(customization: UiCustomization, base_url: str) -> str | None:
    """Where the emulator serves the logo; AWS does it from a CloudFront distribution."""
    return f"{base_url}/_emu/ui-images/{customization.image_id}" if customization.image_id else None


def _pool_with_domain(call: Call, tx: Tx, pool_id: str) -> UserPool:
    pool = require_pool(call, tx, pool_id)
    if not tx.domains.of_pool(pool.id):
        # AWS's sentence, for both operations (badmintoncryer/cdk-preflight, pf-cognito-ui-customization-requires-domain).
        raise InvalidParameterException("There has to be an existing domain associated with this user pool.")
    return pool


def _check_scope(tx: Tx, pool: UserPool, scope: str) -> None:
    if scope != ALL_CLIENTS:
        require_client(tx, pool, scope)


def _image_type(image: bytes) -> str:
    # Assumption: the sentences. The limits are documented.
    if len(image) > _MOST_IMAGE_BYTES:
        raise InvalidParameterException("Image file size cannot exceed 100 KB.")
    for beginning, media_type in _IMAGE_TYPES.items():
        if image.startswith(beginning):
            return media_type
    raise InvalidParameterException("Image file must be a PNG or JPG.")


def _render(call: Call, customization: UiCustomization) -> dict[str, Any]:
    """The model's UICustomizationType."""
    return {
        "UserPoolId": customization.pool_id,
        "ClientId": customization.scope,
        "ImageUrl": image_url(customization, call.origin.base_url),
        "CSS": customization.css,
        "CSSVersion": customization.css_version,
        "LastModifiedDate": customization.modified_at,
        "CreationDate": customization.created_at,
    }
