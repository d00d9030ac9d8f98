"""The functions of the Lambda API, as the bus wants them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import structlog

from cognito_emu.call import Tenant
from cognito_emu.environment import Environment
from cognito_emu.records import Record, replace
from cognito_emu.store import Store, Tx
from cognito_emu.store.functions import LATEST, Function, FunctionAlias, FunctionKey, FunctionVersion
from cognito_emu.store.layers import parse_layer_arn
from triggers.functions import LATEST as LATEST_NAME
from triggers.functions import CodeImage, CodeZip, FunctionReference, FunctionSpec

_log = structlog.get_logger(__name__)

_MOST_SPECS = 64
_DRAW = 1 << 32


class _Found(Record):
    function: Function
    version: FunctionVersion


class StoredFunctions:
    """A `FunctionStore`. Code is read once a revision: a warm call costs two or three small selects."""

    def __init__(self, store: Store, env: Environment, default: Tenant) -> None:
        """`default` is the tenant of functions that are asked for by name alone."""
        self._store = store
        self._env = env
        self._default = default
        self._specs: OrderedDict[tuple[FunctionKey, int], tuple[str, FunctionSpec]] = OrderedDict()

    async def find(self, reference: FunctionReference) -> FunctionSpec | None:
        """The function, with its version or alias resolved; None when there is none."""
        key = FunctionKey(reference.account or self._default.account, reference.region or self._default.region, reference.name)
        found = await self._store.read(lambda tx: self._look_up(tx, key, reference.qualifier))
        if found is None:
            return None
        spec = await self._spec(found)
        qualifier = f":{reference.qualifier}" if reference.qualifier else ""
        return replace(spec, arn=f"{key.arn}{qualifier}", policy=_policy(found.function), policy_applies=True)

    def _look_up(self, tx: Tx, key: FunctionKey, qualifier: str | None) -> _Found | None:
        function = tx.functions.get(key)
        if function is None:
            return None
        number = self._number(tx, key, qualifier)
        version = tx.functions.version(key, number) if number is not None else None
        return _Found(function, version) if version else None

    def _number(self, tx: Tx, key: FunctionKey, qualifier: str | None) -> int | None:
        if qualifier in {None, LATEST_NAME}:
            return LATEST
        assert qualifier is not None
        if qualifier.isdigit():
            return int(qualifier)
        alias = tx.functions.alias(key, qualifier)
        return version_number(self._drawn(alias)) if alias else None

    def _drawn(self, alias: FunctionAlias) -> str:
        """The alias's version, or, by their weights, one of the others that it routes to."""
        weights: dict[str, float] = (alias.configuration.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        if weights:
            drawn = int.from_bytes(self._env.random_bytes(4), "big") / _DRAW
            for version, weight in weights.items():
                drawn -= weight
                if drawn < 0:
                    return version
        return str(alias.configuration["FunctionVersion"])

    async def _spec(self, found: _Found) -> FunctionSpec:
        version = found.version
        known = self._specs.get((version.key, version.number))
        if known and known[0] == version.revision_id:
            self._specs.move_to_end((version.key, version.number))
            return known[1]
        content = None
        if version.code_sha256 is not None:
            sha256 = version.code_sha256
            content = await self._store.read(lambda tx: tx.functions.code(version.key, sha256))
        spec = replace(_spec_of(version, content), layers=await self._layers(version))
        self._specs[version.key, version.number] = version.revision_id, spec
        while len(self._specs) > _MOST_SPECS:
            self._specs.popitem(last=False)
        return spec

    async def _layers(self, version: FunctionVersion) -> tuple[CodeZip, ...]:
        """The content of the function's layers. One that is not kept here, another account's, is left out."""
        arns: list[str] = version.configuration.get("Layers", [])
        contents = await self._store.read(lambda tx: [_layer(tx, arn) for arn in arns]) if arns else []
        for arn, content in zip(arns, contents, strict=True):
            if content is None:
                _log.warning("another account's layer is not here, the function runs without it", function=version.key.arn, layer=arn)
        return tuple(CodeZip.of(content) for content in contents if content is not None)


def _layer(tx: Tx, arn: str) -> bytes | None:
    key, number = parse_layer_arn(arn) or (None, None)
    return tx.layers.content(key, number) if key and number else None


def version_number(version: str) -> int:
    """`$LATEST` or a number's text as the store counts them."""
    return LATEST if version == LATEST_NAME else int(version)


def _spec_of(version: FunctionVersion, content: bytes | None) -> FunctionSpec:
    configuration = version.configuration
    code: CodeZip | CodeImage
    if content is None:
        image = configuration.get("ImageConfig") or {}
        code = CodeImage(
            configuration.get("ImageUri", ""),
            tuple(image.get("EntryPoint", ())),
            tuple(image.get("Command", ())),
            image.get("WorkingDirectory"),
        )
    else:
        code = CodeZip(content, version.code_sha256 or "")
    return FunctionSpec(
        name=version.function_name,
        arn=version.key.arn,
        code=code,
        runtime=configuration.get("Runtime"),
        handler=configuration.get("Handler"),
        version=version.version,
        environment=(configuration.get("Environment") or {}).get("Variables") or {},
        memory=configuration["MemorySize"],
        timeout=float(configuration["Timeout"]),
        configuration=version.revision_id,
    )


def _policy(function: Function) -> dict[str, Any] | None:
    """The statements of all qualifiers: each names by its Resource the one that it is for."""
    statements = [statement for policy in function.policies.values() for statement in policy["Statement"]]
    return {"Statement": statements} if statements else None
