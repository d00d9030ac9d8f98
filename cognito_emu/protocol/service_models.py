"""AWS's service models, as the installed botocore ships them.

They are the skeleton of the protocol: names, shapes, constraints and declared errors. Only the files are botocore's. Its own classes for
them import what sends requests, HTTP clients and signers, which takes a tenth of a second; the names here are theirs, and a test compares
what the two say. Nor is a session asked: it would let a file below `~/.aws/models` replace the model that this version was tested with.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import botocore
import orjson

_DATA = Path(botocore.__file__).parent / "data"
_GZIP = 16 + zlib.MAX_WBITS


class UnknownServiceError(Exception):
    """The installed botocore has no such service."""


class Shape:
    """What a value looks like, and what is demanded of it.

    Attributes:
        name: The shape's name in the model. Several members may refer to it, each with traits of its own.
        type_name: `string`, `integer`, `blob`, `timestamp`, `structure` …
        metadata: Its traits: constraints (`min`, `max`, `pattern`, `enum`, `required`), `sensitive`, `error` …
    """

    def __init__(self, name: str, traits: dict[str, Any], model: ServiceModel) -> None:
        self.name = name
        self.type_name: str = traits["type"]
        self.metadata = traits
        self._model = model

    @cached_property
    def serialization(self) -> Mapping[str, Any]:
        """Its traits, which say too how it is written: `name` if it is not the member's, `location`, `payload`, `flattened` and so on."""
        return self.metadata | {"name": self.metadata["locationName"]} if "locationName" in self.metadata else self.metadata


class StructureShape(Shape):
    """A value with members."""

    @cached_property
    def members(self) -> Mapping[str, Shape]:
        """Its members, in the model's order."""
        return {name: self._model.referred_shape(reference) for name, reference in self.metadata["members"].items()}

    @property
    def required_members(self) -> Sequence[str]:
        """The names of those that must be there."""
        required: list[str] = self.metadata.get("required", [])
        return required

    @property
    def is_document_type(self) -> bool:
        """Whether it holds whatever JSON there is."""
        return bool(self.metadata.get("document"))


class ListShape(Shape):
    """A list of values of one shape."""

    @cached_property
    def member(self) -> Shape:
        """The shape of its values."""
        return self._model.referred_shape(self.metadata["member"])


class MapShape(Shape):
    """Values of one shape by keys of another."""

    @cached_property
    def key(self) -> Shape:
        """The shape of its keys, a string."""
        return self._model.referred_shape(self.metadata["key"])

    @cached_property
    def value(self) -> Shape:
        """The shape of its values."""
        return self._model.referred_shape(self.metadata["value"])


_CLASSES: dict[str, type[Shape]] = {"structure": StructureShape, "list": ListShape, "map": MapShape}


class OperationModel:
    """An operation: its shapes, and its place in the protocol.

    Attributes:
        http: `method`, `requestUri`, and `responseCode` where it is not 200.
        auth_type: `none` where requests are not signed.
        documentation: AWS's description, HTML.
    """

    def __init__(self, name: str, description: Mapping[str, Any], service_model: ServiceModel) -> None:
        self.name = name
        self.service_model = service_model
        self.http: Mapping[str, Any] = description.get("http", {})
        self.auth_type: str | None = description.get("authtype")
        self.documentation: str = description.get("documentation", "")
        self._description = description

    @cached_property
    def input_shape(self) -> StructureShape | None:
        """What is asked, None for an operation without input."""
        return self._structure(self._description["input"]) if "input" in self._description else None

    @cached_property
    def output_shape(self) -> StructureShape | None:
        """What is answered, None for an operation without output."""
        return self._structure(self._description["output"]) if "output" in self._description else None

    @property
    def input_members(self) -> Mapping[str, Shape]:
        """The members of what is asked, none without it."""
        return self.input_shape.members if self.input_shape else {}

    @cached_property
    def error_shapes(self) -> Sequence[StructureShape]:
        """The errors that it declares."""
        return [self._structure(reference) for reference in self._description.get("errors", ())]

    def _structure(self, reference: Mapping[str, Any]) -> StructureShape:
        shape = self.service_model.referred_shape(reference)
        assert isinstance(shape, StructureShape), f"{self.name} refers to a {shape.type_name}"
        return shape


class ServiceModel:
    """A service: its operations and shapes, made when somebody asks for them.

    Attributes:
        metadata: `serviceId`, `apiVersion`, `targetPrefix`, `xmlNamespace` …, as far as its protocol has them.
        operation_names: All of them, in the model's order.
    """

    def __init__(self, description: Mapping[str, Any], service_name: str) -> None:
        self.service_name = service_name
        self.metadata: Mapping[str, Any] = description["metadata"]
        self.operation_names: Sequence[str] = list(description["operations"])
        self._operations = description["operations"]
        self._shapes = description["shapes"]
        self._models: dict[str, OperationModel] = {}

    @property
    def api_version(self) -> str:
        """The date in its requests."""
        return str(self.metadata["apiVersion"])

    def operation_model(self, name: str) -> OperationModel:
        """The operation of this name, the same each time."""
        if name not in self._models:
            self._models[name] = OperationModel(name, self._operations[name], self)
        return self._models[name]

    def shape_for(self, name: str) -> Shape:
        """The shape of this name, as it is when nobody refers to it."""
        return self.referred_shape({"shape": name})

    def referred_shape(self, reference: Mapping[str, Any]) -> Shape:
        """The shape that a member, an element or an operation refers to; the reference's traits go before the shape's own."""
        name = reference["shape"]
        traits = self._shapes[name] | reference
        return _CLASSES.get(traits["type"], Shape)(name, traits, self)


@cache
def load_service_model(service_name: str) -> ServiceModel:
    """The newest API version of a service, read once per process (about 6 ms for `cognito-idp`).

    Args:
        service_name: botocore's name of the service, such as `cognito-idp`.

    Raises:
        UnknownServiceError: The installed botocore has no such service.
    """
    versions = sorted((_DATA / service_name).glob("*/service-2.json.gz"))
    if not versions:
        raise UnknownServiceError(service_name)
    description = orjson.loads(zlib.decompress(versions[-1].read_bytes(), _GZIP))
    corrections = versions[-1].with_name("service-2.sdk-extras.json")
    if corrections.exists():
        for name, traits in orjson.loads(corrections.read_bytes())["merge"].get("shapes", {}).items():
            description["shapes"][name] |= traits
    return ServiceModel(description, service_name)
