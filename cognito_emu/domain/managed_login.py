"""What a managed login style may consist of, and how a change is merged into it."""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from cognito_emu.domain.managed_login_defaults import default_settings
from cognito_emu.errors import InvalidParameterException

Document = dict[str, Any]

_SECTIONS = ("categories", "componentClasses", "components")
_MOST_ASSETS = 40
_MOST_REQUEST_BYTES = 2 * 1024 * 1024
_EXTENSION_OF_CATEGORY = {"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG"}


def check_source(request: Mapping[str, Any]) -> None:
    """A request chooses AWS's values or brings settings of its own, at creation and at every change.

    Raises:
        InvalidParameterException: It does neither, or both. (AWS's sentence, measured by floci-io/floci.)
    """
    provided = request.get("UseCognitoProvidedValues", False)
    # Assets beside AWS's values are taken (measured by badmintoncryer/cdk-preflight, pf-cognito-managed-login-branding-values-exclusive).
    if provided == ("Settings" in request):
        raise InvalidParameterException("useCognitoProvidedValues or settings should be specified (but not both)")


def check_settings(settings: Any) -> None:
    """The outermost structure of a settings document; AWS checks it against a schema that it does not publish.

    Raises:
        InvalidParameterException: It is no object, or has a section that there is not.
    """
    # Assumption: the sentences in the brackets.
    faults = ["$: object expected"] if not isinstance(settings, dict) else _faults(settings)
    if faults:
        raise InvalidParameterException(f"Invalid settings provided. Validation errors: [{', '.join(faults)}]")


def check_assets(settings: Any, assets: Iterable[Mapping[str, Any]]) -> None:
    """Favicons are of the type that their category names, and a request has a size that AWS takes.

    Raises:
        InvalidParameterException: One of them is not, or it has not.
    """
    size = len(orjson.dumps(settings))
    for asset in assets:
        size += len(asset.get("Bytes", b"")) * 4 // 3
        extension = _EXTENSION_OF_CATEGORY.get(asset["Category"])
        if asset["Extension"] != extension if extension else asset["Extension"] == "ICO":
            # The rule is reported in lgallard/terraform-aws-cognito-user-pool 238, the form of the sentence in
            # badmintoncryer/cdk-preflight (pf-cognito-managed-login-branding-asset-extension). Assumption: the error message in it.
            raise InvalidParameterException(
                f"Invalid assets provided. Validation errors: [{{category: {asset['Category']}, extension: {asset['Extension']}, "
                f'colorMode: {asset["ColorMode"]}, errorMessage: "Invalid file extension."}}]'
            )
    if size > _MOST_REQUEST_BYTES:
        # Assumption: the sentence; "This operation has a 2-megabyte request-size limit" is documented.
        raise InvalidParameterException("Request size cannot exceed 2 MB.")


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """A settings document with another laid over it: "preserves existing style settings that you don't specify" (API reference)."""
    result = copy.deepcopy(dict(base))
    for name, value in changes.items():
        present = result.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            result[name] = merged(present, value)
        else:
            result[name] = copy.deepcopy(value)
    return result


def with_defaults(settings: Mapping[str, Any] | None) -> Document:
    """ReturnMergedResources: what a style says, and the defaults for the rest."""
    return merged(default_settings(), settings or {})


def merged_assets(present: Iterable[Mapping[str, Any]], given: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Assets as they are stored, after a change: one that is given takes the place of its like, all others stay.

    Assumption: category, colour mode and resource id together tell assets apart.

    Raises:
        InvalidParameterException: There would be too many.
    """
    assets = {_key(asset): dict(asset) for asset in present}
    for asset in given:
        stored = dict(asset)
        if "Bytes" in asset:
            stored["Bytes"] = base64.b64encode(asset["Bytes"]).decode()
        assets[_key(asset)] = assets.get(_key(asset), {}) | stored
    if len(assets) > _MOST_ASSETS:
        # Assumption: the sentence; each request alone is bounded by the model.
        raise InvalidParameterException(f"A managed login branding style cannot have more than {_MOST_ASSETS} assets.")
    return list(assets.values())


def rendered_assets(assets: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Stored assets as AssetType."""
    return [{**asset, "Bytes": base64.b64decode(asset["Bytes"])} if "Bytes" in asset else dict(asset) for asset in assets]


def _faults(settings: Mapping[str, Any]) -> list[str]:
    unknown = [f"$.{name}: is not defined in the schema" for name in settings if name not in _SECTIONS]
    return unknown + [f"$.{name}: object expected" for name in _SECTIONS if not isinstance(settings.get(name, {}), dict)]


def _key(asset: Mapping[str, Any]) -> tuple[str, ...]:
    return asset["Category"], asset["ColorMode"], asset.get("ResourceId", "")
