"""The door of S3: finds the operation, takes bodies to the disk as they come, and sends contents piece by piece."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.routing import Matcher
from tornado.web import RequestHandler, stream_request_body
from typing_extensions import override

from cognito_emu.call import Call, Parts
from cognito_emu.errors import AwsError, ExpiredTokenException, InvalidSignatureException, UnrecognizedClientException
from cognito_emu.protocol.callers import identify_caller
from cognito_emu.protocol.http import MAX_BODY_BYTES, HttpRequest
from cognito_emu.protocol.rest_xml import (
    Answer,
    BadParameterError,
    MalformedBodyError,
    RestXmlOperation,
    RestXmlOperations,
    read_request,
    write_answer,
)
from cognito_emu.protocol.tenancy import parse_credentials
from cognito_emu.protocol.xml_values import write_text
from cognito_emu.records import replace
from cognito_emu.s3.addressing import is_service_host, place_of
from cognito_emu.s3.errors import (
    EntityTooLarge,
    ExpiredToken,
    InternalError,
    InvalidAccessKeyId,
    InvalidArgument,
    MalformedXML,
    MethodNotAllowed,
    NotImplementedByEmulator,
    SignatureDoesNotMatch,
)
from cognito_emu.s3.files import MOST_BYTES, Content, Received, Receiver, announced_size, check_size
from cognito_emu.s3.presigned import as_headers, check_expiry, credentials_in_query
from cognito_emu.store.engine import StoreUnavailableError

_log = structlog.get_logger(__name__)

_PIECE = 256 * 1024
# What aws-chunked may add to content: a line with a signature for each piece, and pieces have 8 KiB at least.
_MOST_FRAMED_BYTES = MOST_BYTES + MOST_BYTES // 64
_ROOTS = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CopyObject": "CopyObjectResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketLocation": "LocationConstraint",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetObjectTagging": "Tagging",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
    "UploadPartCopy": "CopyPartResult",
}


class S3Requests(Matcher):
    """Requests that can only be meant for S3: signed for it, in a header or in the query, or sent to a host of its own."""

    @override
    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        credentials = parse_credentials(request.headers.get("Authorization", ""))
        signed = credentials is not None and credentials.service == "s3"
        return {} if signed or credentials_in_query(request.query) or is_service_host(request.host) else None


class _LowerCaseHeaders(HTTPHeaders):
    """Headers that go out in lower case, as S3 sends them: SDKs hand out the names of metadata as the answer writes them."""

    @override
    def get_all(self) -> Iterable[tuple[str, str]]:
        return ((name.lower(), value) for name, value in super().get_all())


@stream_request_body
class S3Handler(RequestHandler):
    """Answers one request; whatever goes wrong becomes an error of S3's, never a traceback."""

    def initialize(self, parts: Parts, operations: RestXmlOperations) -> None:
        """Called by Tornado with the arguments of the route."""
        self._parts = parts
        self._operations = operations
        self._operation: RestXmlOperation | None = None
        self._refusal: AwsError | None = None
        self._receiver: Receiver | None = None
        self._body = bytearray()

    @override
    async def prepare(self) -> None:
        """Find out what is asked before the first byte of the body is taken.

        A refusal waits for the body's end, because clients send it all, unless nobody wants to read so much.
        """
        own_name = urlsplit(self._parts.settings.public_url).hostname or ""
        self._request_id = self._parts.env.uuid()
        self._labels = place_of(self.request.host, self.request.path, own_name).labels()
        try:
            self._operation = self._find()
            if self._operation.takes_content:
                check_size(announced_size(self.request.headers))
                # Contents go to the disk as they come, so that they may be larger than what the server else reads.
                assert isinstance(self.request.connection, HTTP1Connection)
                self.request.connection.set_max_body_size(_MOST_FRAMED_BYTES)
                self._receiver = self._parts.objects.receive(self.request.headers)
        except EntityTooLarge as error:
            self._send_error(error)
        except AwsError as error:
            self._refusal = error

    @override
    def data_received(self, chunk: bytes) -> None:
        if self._refusal is not None:
            return
        if self._receiver is None:
            self._body += chunk
            if len(self._body) > MAX_BODY_BYTES:
                self._refusal = EntityTooLarge()
            return
        try:
            self._receiver.write(chunk)
        except AwsError as error:
            self._refusal = error

    async def get(self) -> None:
        """Answer whatever the method."""
        try:
            answer = await self._answer()
        except AwsError as error:
            self._send_error(_as_s3_says(error))
        except StoreUnavailableError as error:
            _log.error("database unavailable", path=self.request.path, reason=str(error))
            self._send_error(InternalError("The emulator's database does not answer."))
        except Exception:  # noqa: BLE001 - the door: nothing may escape as anything but an error of S3's
            _log.exception("failed", path=self.request.path, request_id=self._request_id)
            self._send_error(InternalError())
        else:
            await self._send(answer)

    put = post = delete = head = get

    @override
    def on_finish(self) -> None:
        """Whatever did not become a whole file goes."""
        if self._receiver is not None:
            self._receiver.abort()

    @override
    def on_connection_close(self) -> None:
        self.on_finish()

    def _find(self) -> RestXmlOperation:
        method = self.request.method or ""
        operation = self._operations.find(method, self._labels, self.request.query, self.request.headers)
        if operation is None:
            raise MethodNotAllowed
        if operation.function is None:
            raise NotImplementedByEmulator(
                f"This emulator does not serve {operation.model.name}; docs/cloudformation.md lists what it serves."
            )
        return operation

    async def _answer(self) -> Answer:
        if self._refusal is not None:
            raise self._refusal
        operation = self._operation
        assert operation is not None
        assert operation.function is not None
        call = await self._identify()
        members = self._members(operation)
        received = self._receiver.finish() if self._receiver else None
        if received is not None:
            members["Body"] = received
        answer = write_answer(operation, await self._run(operation, call, members, received))
        return replace(answer, status=206) if "Content-Range" in answer.headers else answer

    async def _run(self, operation: RestXmlOperation, call: Call, members: dict[str, Any], received: Received | None) -> dict[str, Any]:
        assert operation.function is not None
        try:
            return dict(await operation.function(call, members) or {})
        except BaseException:
            if received is not None:  # nobody took it
                self._parts.objects.drop([received.file])
            raise

    def _members(self, operation: RestXmlOperation) -> dict[str, Any]:
        try:
            return read_request(operation, self._labels, self.request.query, self.request.headers, bytes(self._body))
        except MalformedBodyError as error:
            raise MalformedXML from error
        except BadParameterError as error:
            raise InvalidArgument(f"Invalid value for {error}") from error

    async def _identify(self) -> Call:
        headers, query = HTTPHeaders(self.request.headers), self.request.query
        if credentials_in_query(query):
            check_expiry(parse_qs(query), self._parts.env.now() - self._parts.env.clock_offset)
            in_query, query = as_headers(query)
            headers.update(in_query)
        request = HttpRequest(
            method=self.request.method or "GET",
            path=self.request.path,
            query=query,
            headers=headers,
            body=bytes(self._body),
            remote_ip=self.request.remote_ip or "",
            protocol=self.request.protocol,
        )
        return await identify_caller(self._parts, request, self._request_id)

    async def _send(self, answer: Answer) -> None:
        self._set_headers(answer.status, answer.headers)
        content = answer.content
        if not isinstance(content, Content):
            if self.request.method != "HEAD" and answer.status != 204:  # noqa: PLR2004 - No Content
                self.write(answer.body)
            await self.finish()
            return
        with content.source, contextlib.suppress(StreamClosedError):
            remaining = content.length
            while remaining and (piece := content.source.read(min(_PIECE, remaining))):
                remaining -= len(piece)
                self.write(piece)
                await self.flush()
            await self.finish()

    def _send_error(self, error: AwsError) -> None:
        self._set_headers(error.status, {"Content-Type": "application/xml"})
        if self.request.method == "HEAD" or error.status == 304:  # noqa: PLR2004 - Not Modified
            self.clear_header("Content-Type")
            self.finish()
            return
        detail = {name: str(value) for name, value in error.members.items()}
        members = {"Code": error.code, "Message": error.message, "Resource": self.request.path, **detail, "RequestId": self._request_id}
        self.finish(write_text("Error", members))

    def _set_headers(self, status: int, headers: dict[str, str]) -> None:
        self.clear()
        self._headers = _LowerCaseHeaders(self._headers)
        self.clear_header("Content-Type")
        self.set_status(status)
        self.set_header("Server", "AmazonS3")
        self.set_header("x-amz-request-id", self._request_id)
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Expose-Headers", "ETag,x-amz-request-id")
        for name, value in headers.items():
            self.set_header(name, value)

    @override
    def compute_etag(self) -> str | None:
        """Objects have ETags of their own, documents have none."""
        return None


def s3_route(parts: Parts) -> tuple[Matcher, type[RequestHandler], dict[str, Any]]:
    """The route for Tornado's Application. It comes first: S3's paths can be any."""
    return S3Requests(), S3Handler, {"parts": parts, "operations": RestXmlOperations("s3", roots=_ROOTS)}


def _as_s3_says(error: AwsError) -> AwsError:
    """S3 has codes of its own for callers who fail to prove who they are."""
    proofs = {
        ExpiredTokenException: ExpiredToken,
        InvalidSignatureException: SignatureDoesNotMatch,
        UnrecognizedClientException: InvalidAccessKeyId,
    }
    return proofs[type(error)]() if type(error) in proofs else error
