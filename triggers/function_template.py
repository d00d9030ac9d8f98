"""Functions of a SAM or CloudFormation template, as far as running them takes: no stack is made.

Understood are AWS::Serverless::Function (with Globals) and AWS::Lambda::Function with local code, inline code (ZipFile), an image, or
a CDK asset; layers with local content; references to parameters with defaults and to pseudo parameters. Any other reference stands
for itself by its logical id, as `sam local` has it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
import yaml

from triggers.functions import Code, CodeFolder, CodeImage, CodeZip, FunctionSpec, Layer

_log = structlog.get_logger(__name__)

_FUNCTIONS = {"AWS::Serverless::Function", "AWS::Lambda::Function"}
_LAYERS = {"AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"}
_PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "local",
}
_INLINE_SUFFIX = {"python": "index.py", "nodejs": "index.js"}

Properties = Mapping[str, Any]


class _TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` is {"Ref": X}, `!Sub X` is {"Fn::Sub": X}."""


def _short_form(loader: _TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_TemplateLoader.add_multi_constructor("!", _short_form)


def template_functions(text: str, folder: Path) -> dict[str, FunctionSpec]:
    """The functions of a template in YAML or JSON, by FunctionName (where it is plain) and by logical id."""
    template = yaml.load(text, _TemplateLoader)  # noqa: S506 - a SafeLoader with more tags
    return _Template(template, folder).functions()


class _Template:
    def __init__(self, document: Properties, folder: Path) -> None:
        self._resources: Mapping[str, Any] = document.get("Resources", {})
        self._globals: Properties = document.get("Globals", {}).get("Function", {})
        self._folder = folder
        parameters = document.get("Parameters", {})
        self._values = _PSEUDO | {name: str(one["Default"]) for name, one in parameters.items() if "Default" in one}

    def functions(self) -> dict[str, FunctionSpec]:
        found: dict[str, FunctionSpec] = {}
        for logical_id, resource in self._resources.items():
            if resource.get("Type") not in _FUNCTIONS:
                continue
            serverless = resource["Type"] == "AWS::Serverless::Function"
            properties = _merged(self._globals, resource.get("Properties", {})) if serverless else resource["Properties"]
            name = self._text(properties.get("FunctionName", logical_id))
            spec = self._function(name, logical_id, properties, resource.get("Metadata", {}))
            found[name] = spec
            found.setdefault(logical_id, spec)
        return found

    def _function(self, name: str, logical_id: str, properties: Properties, metadata: Properties) -> FunctionSpec:
        variables = properties.get("Environment", {}).get("Variables", {})
        return FunctionSpec(
            name=name,
            arn=name,
            code=self._code(logical_id, properties, metadata),
            runtime=properties.get("Runtime"),
            handler=properties.get("Handler"),
            environment={key: self._text(value) for key, value in variables.items()},
            memory=int(self._text(properties.get("MemorySize", 128))),
            timeout=float(self._text(properties.get("Timeout", 3))),
            layers=tuple(filter(None, (self._layer(layer, name) for layer in properties.get("Layers", ())))),
        )

    def _code(self, logical_id: str, properties: Properties, metadata: Properties) -> Code:
        if asset := metadata.get("aws:asset:path"):
            return CodeFolder((self._folder / asset).resolve())
        config = properties.get("ImageConfig", {})
        code = properties.get("Code", {})
        image = properties.get("ImageUri") or (code.get("ImageUri") if isinstance(code, Mapping) else None)
        if image:
            return CodeImage(
                self._text(image),
                tuple(config.get("EntryPoint", ())),
                tuple(config.get("Command", ())),
                config.get("WorkingDirectory"),
            )
        inline = properties.get("InlineCode") or (code.get("ZipFile") if isinstance(code, Mapping) else None)
        if inline:
            return _inline(self._text(inline), str(properties.get("Runtime", "")))
        location = properties.get("CodeUri", code)
        if not isinstance(location, str) or location.startswith("s3://"):
            raise ValueError(f"the code of {logical_id} is not on this machine; build the template first (sam build, cdk synth)")
        return CodeFolder((self._folder / location).resolve())

    def _layer(self, layer: Any, function: str) -> Layer | None:
        logical_id = layer.get("Ref") if isinstance(layer, Mapping) else None
        resource = self._resources.get(logical_id or "", {})
        if resource.get("Type") not in _LAYERS:
            # Templates name layers that others share on AWS; those cannot be had here.
            _log.warning("a layer is not in the template, the function runs without it", function=function, layer=self._text(layer))
            return None
        asset = resource.get("Metadata", {}).get("aws:asset:path")
        content = asset or resource["Properties"].get("ContentUri") or resource["Properties"].get("Content")
        if not isinstance(content, str):
            raise TypeError(f"the content of the layer {logical_id} is not on this machine")
        return CodeFolder((self._folder / content).resolve())

    def _text(self, value: Any) -> str:
        """A value as text, its references resolved."""
        text: str
        match value:
            case {"Ref": str(name)}:
                text = self._values.get(name, name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                text = f"{name}.{attribute}"
            case {"Fn::GetAtt": str(name)}:
                text = name
            case {"Fn::Sub": [str(pattern), dict(more)]}:
                text = _substituted(pattern, {**self._values, **{key: self._text(one) for key, one in more.items()}})
            case {"Fn::Sub": str(pattern)}:
                text = _substituted(pattern, self._values)
            case {"Fn::Join": [str(separator), list(parts)]}:
                text = separator.join(map(self._text, parts))
            case bool():
                text = "true" if value else "false"
            case _:
                text = str(value)
        return text


def _substituted(pattern: str, values: Mapping[str, str]) -> str:
    """`${name}` by its value, or by itself when it has none; `${!name}` is an escaped `${name}`."""

    def value(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        return f"${{{name}}}" if escaped else values.get(name, name)

    return re.sub(r"\$\{(!?)([\w:.]+)\}", value, pattern)


def _merged(under: Properties, over: Properties) -> dict[str, Any]:
    """SAM's Globals: maps are merged, lists joined, single values replaced."""
    merged = dict(under)
    for key, value in over.items():
        base = merged.get(key)
        if isinstance(base, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(base, value)
        elif isinstance(base, list) and isinstance(value, list):
            merged[key] = base + value
        else:
            merged[key] = value
    return merged


def _inline(source: str, runtime: str) -> CodeZip:
    """Inline code as Lambda stores it: a file called `index`."""
    name = next((file for prefix, file in _INLINE_SUFFIX.items() if runtime.startswith(prefix)), None)
    if name is None:
        raise ValueError(f"inline code is for Python and Node.js, not {runtime!r}")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # A fixed time: the archive's digest must change with the code only.
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source)
    return CodeZip.of(buffer.getvalue())
