"""What a bucket is configured to: kept and returned. Nothing of it is acted upon: see docs/fidelity.md."""

from __future__ import annotations

import json
from typing import Any

from botocore import xform_name

from cognito_emu.call import Call
from cognito_emu.operations.registry import OperationFunction, Request, Response, operation
from cognito_emu.operations.s3.buckets import require_bucket
from cognito_emu.records import Record, replace
from cognito_emu.s3.errors import MalformedPolicy, NoSuchConfiguration
from cognito_emu.store import Tx
from cognito_emu.store.s3 import Bucket


class _Kind(Record, kw_only=True):
    """A kind of configuration, and the operations that set, show and delete it.

    Attributes:
        member: The setting operation's member that holds it.
        shown_as: The showing operation's member that holds it; None: its members are the answer's own.
        missing: The error's code and sentence where a bucket has none; None: the answer then is `default`.
    """

    name: str
    put: str
    get: str
    member: str
    delete: str | None = None
    shown_as: str | None = None
    missing: tuple[str, str] | None = None
    default: Any = None


_KINDS = (
    _Kind(
        name="Versioning",
        put="PutBucketVersioning",
        get="GetBucketVersioning",
        member="VersioningConfiguration",
        default={},
    ),
    _Kind(
        name="Tagging",
        put="PutBucketTagging",
        get="GetBucketTagging",
        delete="DeleteBucketTagging",
        member="Tagging",
        missing=("NoSuchTagSet", "The TagSet does not exist"),
    ),
    _Kind(
        name="Encryption",
        put="PutBucketEncryption",
        get="GetBucketEncryption",
        delete="DeleteBucketEncryption",
        member="ServerSideEncryptionConfiguration",
        shown_as="ServerSideEncryptionConfiguration",
        default={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]},
    ),
    _Kind(
        name="PublicAccessBlock",
        put="PutPublicAccessBlock",
        get="GetPublicAccessBlock",
        delete="DeletePublicAccessBlock",
        member="PublicAccessBlockConfiguration",
        shown_as="PublicAccessBlockConfiguration",
        missing=("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
    ),
    _Kind(
        name="Policy",
        put="PutBucketPolicy",
        get="GetBucketPolicy",
        delete="DeleteBucketPolicy",
        member="Policy",
        shown_as="Policy",
        missing=("NoSuchBucketPolicy", "The bucket policy does not exist"),
    ),
    _Kind(
        name="Lifecycle",
        put="PutBucketLifecycleConfiguration",
        get="GetBucketLifecycleConfiguration",
        delete="DeleteBucketLifecycle",
        member="LifecycleConfiguration",
        missing=("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
    ),
    _Kind(
        name="OwnershipControls",
        put="PutBucketOwnershipControls",
        get="GetBucketOwnershipControls",
        delete="DeleteBucketOwnershipControls",
        member="OwnershipControls",
        shown_as="OwnershipControls",
        missing=("OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
    ),
    _Kind(
        name="Cors",
        put="PutBucketCors",
        get="GetBucketCors",
        delete="DeleteBucketCors",
        member="CORSConfiguration",
        missing=("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    ),
    _Kind(
        name="Logging",
        put="PutBucketLogging",
        get="GetBucketLogging",
        member="BucketLoggingStatus",
        default={},
    ),
)


def _putting(kind: _Kind) -> OperationFunction:
    async def put(call: Call, request: Request) -> Response:
        given = request.get(kind.member) or {}
        if kind.name == "Policy":
            _check_policy(given)
        await call.store.transact(lambda tx: _set(call, tx, request["Bucket"], kind.name, given))
        return None

    return put


def _showing(kind: _Kind) -> OperationFunction:
    async def get(call: Call, request: Request) -> Response:
        bucket = await call.store.read(lambda tx: require_bucket(call, tx, request["Bucket"]))
        found = bucket.configurations.get(kind.name, kind.default)
        if found is None:
            assert kind.missing is not None
            raise NoSuchConfiguration(*kind.missing)
        return {kind.shown_as: found} if kind.shown_as else found

    return get


def _deleting(kind: _Kind) -> OperationFunction:
    async def delete(call: Call, request: Request) -> Response:
        await call.store.transact(lambda tx: _set(call, tx, request["Bucket"], kind.name, None))
        return None

    return delete


def _set(call: Call, tx: Tx, bucket_name: str, kind: str, value: Any) -> Bucket:
    bucket = require_bucket(call, tx, bucket_name)
    rest = {name: each for name, each in bucket.configurations.items() if name != kind}
    changed = replace(bucket, configurations=rest if value is None else rest | {kind: value})
    tx.s3_buckets.configure(changed)
    return changed


def _check_policy(text: Any) -> None:
    try:
        policy = json.loads(text)
    except (TypeError, ValueError) as error:
        raise MalformedPolicy from error
    if not isinstance(policy, dict):
        raise MalformedPolicy


def _register(name: str, function: OperationFunction, sentence: str) -> None:
    """Give a function the name and the docstring that one written out would have."""
    function.__name__ = xform_name(name)
    function.__doc__ = sentence
    operation(name, service="s3")(function)


for _kind in _KINDS:
    _register(_kind.put, _putting(_kind), f"Keep a bucket's {_kind.member}.")
    _register(_kind.get, _showing(_kind), f"Show a bucket's {_kind.member}.")
    if _kind.delete:
        _register(_kind.delete, _deleting(_kind), f"Delete a bucket's {_kind.member}.")
