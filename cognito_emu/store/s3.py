"""Buckets, objects and uploads in parts. Whoever removes a row removes its file after the commit."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.s3 import s3_buckets, s3_objects, s3_parts, s3_uploads

LAST_CHARACTER = "\U0010ffff"
"""Sorts after every other."""


class Bucket(Record):
    """A bucket; its configurations are documents in the model's members, by the model's names for them."""

    account: str
    name: str
    region: str
    created_at: float
    configurations: dict[str, Any]


class StoredObject(Record):
    """An object.

    Attributes:
        file: The name of the file that holds its content.
        size: In bytes.
        etag: Without quotes.
        document: What the request that made it said of it, in the model's members.
    """

    account: str
    bucket: str
    key: str
    file: str
    size: int
    etag: str
    modified_at: float
    document: dict[str, Any]


class Upload(Record):
    """An upload in parts."""

    id: str
    account: str
    bucket: str
    key: str
    started_at: float
    document: dict[str, Any]


class Part(Record):
    """A part of an upload; `file`, `size` and `etag` as an object's."""

    upload_id: str
    number: int
    file: str
    size: int
    etag: str
    modified_at: float


class S3Buckets:
    """Queries about buckets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, name: str) -> Bucket | None:
        """The bucket of that name."""
        row = self._connection.execute(sa.select(s3_buckets).where(*_named(account, name))).first()
        return Bucket(*row) if row else None

    def of_account(self, account: str) -> list[Bucket]:
        """All buckets of an account, by name."""
        rows = self._connection.execute(sa.select(s3_buckets).where(s3_buckets.c.account == account).order_by(s3_buckets.c.name))
        return [Bucket(*row) for row in rows]

    def add(self, bucket: Bucket) -> None:
        """Insert a bucket."""
        self._connection.execute(s3_buckets.insert(), asdict(bucket))

    def configure(self, bucket: Bucket) -> None:
        """Write the bucket's configurations."""
        self._connection.execute(
            s3_buckets.update().where(*_named(bucket.account, bucket.name)).values(configurations=bucket.configurations)
        )

    def delete(self, account: str, name: str) -> None:
        """Delete a bucket."""
        self._connection.execute(s3_buckets.delete().where(*_named(account, name)))


class S3Objects:
    """Queries about objects."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, bucket: str, key: str) -> StoredObject | None:
        """The object of that key."""
        row = self._connection.execute(sa.select(s3_objects).where(*_in(account, bucket), s3_objects.c.key == key)).first()
        return StoredObject(*row) if row else None

    def put(self, entry: StoredObject) -> list[str]:
        """Insert an object in the place of the one of its key; returns the files that nobody needs any more."""
        dropped = self.delete(entry.account, entry.bucket, entry.key)
        self._connection.execute(s3_objects.insert(), asdict(entry))
        return dropped

    def delete(self, account: str, bucket: str, key: str) -> list[str]:
        """Delete an object; returns the files that nobody needs any more, none when there is no such object."""
        where = (*_in(account, bucket), s3_objects.c.key == key)
        files = list(self._connection.scalars(sa.select(s3_objects.c.file).where(*where)))
        self._connection.execute(s3_objects.delete().where(*where))
        return files

    def page(self, account: str, bucket: str, *, prefix: str, after: str, limit: int) -> list[StoredObject]:
        """The objects whose keys begin with `prefix` and sort after `after`, by key."""
        keys = s3_objects.c.key
        statement = sa.select(s3_objects).where(*_in(account, bucket), keys > after).order_by(keys).limit(limit)
        if prefix:
            statement = statement.where(keys >= prefix, keys < prefix + LAST_CHARACTER)
        return [StoredObject(*row) for row in self._connection.execute(statement)]

    def delete_of_account(self, account: str | None) -> list[str]:
        """Delete every bucket, object and upload of one account, or of all; returns the files that nobody needs any more."""
        objects, uploads = _of_account(s3_objects, account), _of_account(s3_uploads, account)
        parts = sa.select(s3_parts.c.file).join(s3_uploads, s3_uploads.c.id == s3_parts.c.upload_id).where(*uploads)
        files = [*self._connection.scalars(sa.select(s3_objects.c.file).where(*objects)), *self._connection.scalars(parts)]
        self._connection.execute(s3_objects.delete().where(*objects))
        self._connection.execute(s3_uploads.delete().where(*uploads))
        self._connection.execute(s3_buckets.delete().where(*_of_account(s3_buckets, account)))
        return files

    def holds_file(self, name: str) -> bool:
        """Whether an object or a part of an upload has its content in that file."""
        statement = sa.union_all(
            sa.select(s3_objects.c.file).where(s3_objects.c.file == name), sa.select(s3_parts.c.file).where(s3_parts.c.file == name)
        )
        return self._connection.execute(statement).first() is not None


class S3Uploads:
    """Queries about uploads in parts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, upload_id: str) -> Upload | None:
        """The upload of that id."""
        row = self._connection.execute(sa.select(s3_uploads).where(s3_uploads.c.id == upload_id)).first()
        return Upload(*row) if row else None

    def of_bucket(self, account: str, bucket: str) -> list[Upload]:
        """The uploads into a bucket, by key and id."""
        statement = sa.select(s3_uploads).where(s3_uploads.c.account == account, s3_uploads.c.bucket == bucket)
        return [Upload(*row) for row in self._connection.execute(statement.order_by(s3_uploads.c.key, s3_uploads.c.id))]

    def add(self, upload: Upload) -> None:
        """Insert an upload."""
        self._connection.execute(s3_uploads.insert(), asdict(upload))

    def put_part(self, part: Part) -> list[str]:
        """Insert a part in the place of the one of its number; returns the files that nobody needs any more."""
        where = (s3_parts.c.upload_id == part.upload_id, s3_parts.c.number == part.number)
        files = list(self._connection.scalars(sa.select(s3_parts.c.file).where(*where)))
        self._connection.execute(s3_parts.delete().where(*where))
        self._connection.execute(s3_parts.insert(), asdict(part))
        return files

    def parts(self, upload_id: str) -> list[Part]:
        """The parts of an upload, by number."""
        statement = sa.select(s3_parts).where(s3_parts.c.upload_id == upload_id).order_by(s3_parts.c.number)
        return [Part(*row) for row in self._connection.execute(statement)]

    def delete(self, upload_id: str) -> list[str]:
        """Delete an upload with its parts; returns the files that nobody needs any more."""
        files = [part.file for part in self.parts(upload_id)]
        self._connection.execute(s3_uploads.delete().where(s3_uploads.c.id == upload_id))
        return files


def _named(account: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return s3_buckets.c.account == account, s3_buckets.c.name == name


def _in(account: str, bucket: str) -> tuple[sa.ColumnElement[bool], ...]:
    return s3_objects.c.account == account, s3_objects.c.bucket == bucket


def _of_account(table: sa.Table, account: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if account is None else (table.c.account == account,)
