"""`PUT` of a job's file, as S3 answers it, and `GET` of its log."""

from __future__ import annotations

import contextlib
import hmac
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from tornado.web import Finish, RequestHandler, stream_request_body

from cognito_emu.call import Parts
from cognito_emu.control.handler import ControlHandler
from cognito_emu.domain.user_import import MOST_FILE_BYTES
from cognito_emu.store import Tx
from cognito_emu.user_import.files import file_of, signature

_LOG_PARTS = 200


@stream_request_body
class UploadHandler(RequestHandler):
    """The pre-signed address. The body goes to the disk as it comes; no more of it is held than a chunk.

    Assumption: any headers will do; S3 insists on `x-amz-server-side-encryption: aws:kms`, which the signature covers there.
    """

    parts: Parts

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts
        self._file: IO[bytes] | None = None
        self._size = 0

    async def prepare(self) -> None:
        """Look at the signature before the first byte is taken."""
        if self.request.method != "PUT":
            return
        self._check_signature()
        job = await self.parts.store.read(lambda tx: tx.user_imports.get(self.path_args[0]))
        if job is None:
            self._refuse(404, "NoSuchBucket", "The specified bucket does not exist")
        if job is not None and job.status != "Created":
            self._refuse(403, "AccessDenied", "Access Denied")
        path = self._unfinished()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def data_received(self, chunk: bytes) -> None:
        """Called by Tornado for each piece of the body."""
        if self._file is None:
            return
        self._size += len(chunk)
        if self._size <= MOST_FILE_BYTES:
            self._file.write(chunk)

    async def put(self, job_id: str) -> None:
        """The file is whole: from now on it can be imported."""
        assert self._file is not None
        self._file.close()
        if self._size > MOST_FILE_BYTES:
            self._unfinished().unlink()
            self._refuse(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        self._unfinished().replace(file_of(self.parts.settings.data, job_id))
        await self.parts.store.transact(lambda tx: tx.user_imports.update(job_id, uploaded=True))
        self.set_header("ETag", '"' + self.parts.env.uuid().replace("-", "") + '"')

    def on_connection_close(self) -> None:
        """The client went away in the middle: nothing was put."""
        self.on_finish()

    def on_finish(self) -> None:
        """Whatever did not become a whole file goes."""
        if self._file is not None:
            self._file.close()
            with contextlib.suppress(FileNotFoundError):
                self._unfinished().unlink()

    def _unfinished(self) -> Path:
        # Of two who upload at once, each writes a file of their own, and the last to be ready wins.
        return file_of(self.parts.settings.data, self.path_args[0]).with_suffix(f".{id(self)}.part")

    def _check_signature(self) -> None:
        expires = self.get_query_argument("Expires", "")
        if not expires.isdecimal() or not hmac.compare_digest(
            signature(self.parts.secret, self.path_args[0], int(expires)), self.get_query_argument("Signature", "")
        ):
            message = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
            self._refuse(403, "SignatureDoesNotMatch", message)
        if self.parts.env.now() >= int(expires):
            self._refuse(403, "AccessDenied", "Request has expired")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/xml")
        self.finish(f"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>")
        raise Finish


class ImportLogHandler(ControlHandler):
    """`GET /_emu/import-jobs/{id}/log`: what became of each line, as AWS writes it into CloudWatch."""

    async def get(self, job_id: str) -> None:
        """Send the log part by part, so that a long one takes no memory."""
        if await self.parts.store.read(lambda tx: tx.user_imports.get(job_id)) is None:
            self.send_json({"message": f"There is no import job {job_id}"}, 404)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        after = 0
        while parts := await self.parts.store.read(lambda tx, after=after: _parts(tx, job_id, after)):  # type: ignore[misc]  # a default binds
            self.write("".join(text for _, text in parts))
            await self.flush()
            after = parts[-1][0]


def _parts(tx: Tx, job_id: str, after: int) -> list[tuple[int, str]]:
    return tx.user_imports.log_page(job_id, limit=_LOG_PARTS, after=after)
