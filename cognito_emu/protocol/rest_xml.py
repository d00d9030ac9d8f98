"""REST-XML: operations by method, path, query and headers; members in all of these and in a body of XML or of bare content. Spoken by S3.

Routes and the places of members come from botocore's model. https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

from tornado.httputil import HTTPHeaders

from cognito_emu.errors import AwsError, SerializationException
from cognito_emu.operations import OperationFunction, find_operation
from cognito_emu.protocol.serialization import UnknownMemberError
from cognito_emu.protocol.service_models import ListShape, MapShape, OperationModel, Shape, StructureShape, load_service_model
from cognito_emu.protocol.validation import compile_validator
from cognito_emu.protocol.xml_input import read_document, read_text
from cognito_emu.protocol.xml_values import write_document, write_text
from cognito_emu.records import Record, replace

_LABEL = re.compile(r"\{(\w+)\+?\}")
_NAMESPACES = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/"}


class RestXmlOperation(Record):
    """An operation with all that is known of its requests and answers, compiled once.

    Attributes:
        demands: How much a request must have to be meant; of those that fit, the one that demands the most is.
        function: None when there is none.
        root: The name of its answer's outermost element.
    """

    model: OperationModel
    labels: frozenset[str]
    query: Mapping[str, str]
    required_query: frozenset[str]
    required_headers: frozenset[str]
    demands: int
    function: OperationFunction | None
    validate: Callable[[Any], dict[str, Any]]
    root: str
    namespace: str

    @property
    def payload(self) -> str | None:
        """The member that is the request's whole body."""
        shape = self.model.input_shape
        return shape.serialization.get("payload") if shape else None

    @property
    def takes_content(self) -> bool:
        """Whether the body is content of whatever length."""
        return bool(self.payload and self.model.input_members[self.payload].type_name == "blob")

    def fits(self, labels: set[str], query: Mapping[str, str], headers: HTTPHeaders) -> bool:
        """Whether a request has all that is demanded."""
        return (
            labels == self.labels
            and self.query.items() <= query.items()
            and self.required_query <= query.keys()
            and all(name in headers for name in self.required_headers)
        )


class Answer(Record):
    """What goes back: `content` is a streaming payload as the operation gave it, and stands in the place of the body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    content: Any = None


class RestXmlOperations:
    """The operations of one service. A request's path is given as its labels, since S3 writes buckets into hosts as well."""

    def __init__(self, service: str, *, roots: Mapping[str, str]) -> None:
        """`roots`: the names of answers' outermost elements by operation, where the model does not say them."""
        self._service = service
        self._roots = roots
        self._by_method: dict[str, list[RestXmlOperation]] = {}

    def find(self, method: str, labels: Mapping[str, str], query: str, headers: HTTPHeaders) -> RestXmlOperation | None:
        """The operation that a request means."""
        if not self._by_method:  # a model of its own costs a tenth of a second, and many emulators never hear of S3
            self._compile_all()
        given, names = dict(parse_qsl(query, keep_blank_values=True)), set(labels)
        return next((each for each in self._by_method.get(method, ()) if each.fits(names, given, headers)), None)

    def _compile_all(self) -> None:
        model = load_service_model(self._service)
        for name in model.operation_names:
            operation = self._compile(model.operation_model(name))
            self._by_method.setdefault(operation.model.http["method"], []).append(operation)
        for operations in self._by_method.values():
            operations.sort(key=lambda each: (-each.demands, each.function is None))

    def _compile(self, model: OperationModel) -> RestXmlOperation:
        path, _, literals = model.http["requestUri"].partition("?")
        query = dict(parse_qsl(literals, keep_blank_values=True))
        shape = model.input_shape
        required = [shape.members[name] for name in shape.required_members] if shape else []
        required_query = frozenset(each.serialization["name"] for each in required if each.serialization.get("location") == "querystring")
        required_headers = frozenset(each.serialization["name"] for each in required if each.serialization.get("location") == "header")
        plain = _LABEL.sub("", path).strip("/")
        return RestXmlOperation(
            model=model,
            labels=frozenset(_LABEL.findall(path)) | ({plain} if plain else frozenset()),
            query=query,
            required_query=required_query,
            required_headers=required_headers,
            demands=len(query) + len(required_query) + len(required_headers),
            function=find_operation(self._service, model.name),
            validate=compile_validator(shape),
            root=self._roots.get(model.name, model.output_shape.name if model.output_shape else ""),
            namespace=_NAMESPACES[self._service],
        )


class MalformedBodyError(ValueError):
    """The body is not the document that the operation takes."""


class BadParameterError(ValueError):
    """A member has a value that it cannot take; the message names it."""


def read_request(
    operation: RestXmlOperation, labels: Mapping[str, str], query: str, headers: HTTPHeaders, body: bytes | None
) -> dict[str, Any]:
    """The members of a request, validated. `body` is None where it is content, which is not looked at.

    Raises:
        MalformedBodyError: The body cannot be read, or lacks what it must have.
        BadParameterError: A value beside the body cannot be read.
    """
    members: dict[str, Any] = {}
    pairs = parse_qsl(query, keep_blank_values=True)
    for name, member in operation.model.input_members.items():
        place, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        texts: list[str] = []
        if place == "uri":
            texts = [labels[wire_name]]
        elif place == "querystring":
            texts = [value for key, value in pairs if key == wire_name]
        elif place == "header" and wire_name in headers:
            texts = [headers[wire_name]]
        elif place == "headers":
            members[name] = {key[len(wire_name) :].lower(): value for key, value in headers.items() if key.lower().startswith(wire_name)}
        if texts:
            members[name] = _texts(name, member, texts)
    if body and operation.model.input_shape:
        members |= _body_members(operation, operation.model.input_shape, body)
    try:
        return operation.validate(members)
    except (SerializationException, AwsError) as error:
        raise MalformedBodyError(error.message) from error


def _texts(name: str, member: Shape, texts: list[str]) -> Any:
    try:
        return [read_text(member.member, text) for text in texts] if isinstance(member, ListShape) else read_text(member, texts[0])
    except ValueError as error:
        raise BadParameterError(name) from error


def _body_members(operation: RestXmlOperation, shape: StructureShape, body: bytes) -> dict[str, Any]:
    payload = operation.payload
    try:
        if payload is None:
            inside = {name: member for name, member in shape.members.items() if "location" not in member.serialization}
            return {name: value for name, value in read_document(shape, body).items() if name in inside} if inside else {}
        member = shape.members[payload]
        return {payload: read_document(member, body) if isinstance(member, StructureShape) else body.decode()}
    except ValueError as error:
        raise MalformedBodyError(str(error)) from error


def write_answer(operation: RestXmlOperation, response: Mapping[str, Any]) -> Answer:
    """What an operation's answer is on the wire.

    Raises:
        UnknownMemberError: The operation returned a member that the model doesn't know.
    """
    output = operation.model.output_shape
    members = output.members if output else {}
    if unknown := response.keys() - members.keys():
        raise UnknownMemberError(f"{operation.model.name} has no member {', '.join(sorted(unknown))} in its answer")
    headers: dict[str, str] = {}
    inside: dict[str, Any] = {}
    for name, member in members.items():
        place, wire_name, value = member.serialization.get("location"), member.serialization.get("name", name), response.get(name)
        if place is None:
            inside[name] = value
        elif value is not None and place == "headers":
            headers.update({f"{wire_name}{key}": text for key, text in value.items()})
        elif value is not None:
            headers[wire_name] = _header(member, value)
    status = int(operation.model.http.get("responseCode", 200))
    answer = Answer(status, headers)
    return _with_body(operation, output, inside, answer) if output and inside else answer


def _with_body(operation: RestXmlOperation, output: StructureShape, inside: dict[str, Any], answer: Answer) -> Answer:
    """An answer with the members that stand in its body: all of them in a document, or one that is the whole of it."""
    payload = output.serialization.get("payload")
    shape = output.members[payload] if payload else output
    value = inside[payload] if payload else inside
    if isinstance(shape, StructureShape):
        if list(inside) == [operation.root] and not payload:  # GetBucketLocation: the one member is the document
            body = write_text(operation.root, value[operation.root] or "", namespace=operation.namespace)
        else:
            root = shape.serialization.get("name", operation.root) if payload else operation.root
            body = write_document(root, shape, value or {}, namespace=operation.namespace)
        return replace(answer, body=body, headers=answer.headers | {"Content-Type": "application/xml"})
    if shape.type_name == "blob":
        return replace(answer, content=value)
    return replace(answer, body=str(value).encode(), headers=answer.headers | {"Content-Type": "application/json"})  # a bucket's policy


def _header(member: Shape, value: Any) -> str:
    if isinstance(member, MapShape | ListShape):
        return ",".join(value)
    if member.type_name == "timestamp":
        return formatdate(value, usegmt=True)
    if member.type_name == "boolean":
        return "true" if value else "false"
    return str(value)
